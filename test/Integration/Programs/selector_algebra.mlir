// Selectors over the same operands become one predicate, whatever their nesting;
// here: the keys that are neither equal nor two or more greater.
//
// RUN: rasp-run --stage=rasp %s --input 1,2,3,4 --input 2,2,3 | FileCheck %s
// RUN: rasp-run %s --input 1,2,3,4 --input 2,2,3 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 40 --seed 1
// RUN: rasp-opt --rasp-set-contract=causal=true %s | rasp-run --check - --all-up-to 3 --random 20 --seed 1

// CHECK: 1 2 3 4 -> 1 2 3 3
// CHECK: 2 2 3 -> 1 1 2

rasp.program @selector_algebra(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3, 4], max_seq_len = 5} {
  %equal = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %less = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %next = rasp.select keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64> {
  ^bb0(%key: i64, %query: i64):
    %one = arith.constant 1 : i64
    %successor = arith.addi %query, %one : i64
    %is_next = arith.cmpi eq, %key, %successor : i64
    rasp.yield %is_next : i1
  }
  %near = rasp.or %less, %next
  %near_or_equal = rasp.or %near, %equal
  %others = rasp.not %equal
  %selected = rasp.and %near_or_equal, %others
  %count = rasp.selector_width %selected
  rasp.return %count : !rasp.sop<i64>
}
