// A best counted, negated, in a union, and as the selector of another best.
//
// RUN: rasp-run --stage=rasp %s --input 1,3,1,2 | FileCheck %s
// RUN: rasp-run %s --input 1,3,1,2 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 100 --seed 1
// RUN: rasp-opt --rasp-set-contract="causal=true max-seq-len=12" %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1

// Of the positions up to each, those with the most frequent token; of these the
// greatest tokens, and of these the last position.

// CHECK: 1 3 1 2 -> 132 132 234 235

rasp.program @best_combined(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 6, output = "numerical"} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %so_far = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %count = rasp.selector_width %same
  %frequent = rasp.best %so_far, %count : !rasp.sop<i64>
  %num_frequent = rasp.selector_width %frequent
  %greatest = rasp.best %frequent, %tokens : !rasp.sop<i64>
  %last = rasp.best %greatest, %indices : !rasp.sop<i64>
  %where = rasp.aggregate %last, %indices : !rasp.sop<i64> -> !rasp.sop<i64>
  %others = rasp.not %last
  %num_others = rasp.selector_width %others
  %either = rasp.or %frequent, %same
  %num_either = rasp.selector_width %either
  %result = rasp.map %num_frequent, %num_others, %num_either, %where : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%a: i64, %b: i64, %c: i64, %d: i64):
    %hundred = arith.constant 100 : i64
    %ten = arith.constant 10 : i64
    %hundreds = arith.muli %a, %hundred : i64
    %tens = arith.muli %b, %ten : i64
    %sum = arith.addi %hundreds, %tens : i64
    %more = arith.addi %sum, %d : i64
    %result = arith.addi %more, %c : i64
    rasp.yield %result : i64
  }
  rasp.return %result : !rasp.sop<i64>
}
