// No error where the divisor's values exclude zero: length is at least 1.
//
// RUN: rasp-run --check %s --all-up-to 3
// RUN: rasp-run %s --input 2,4 | FileCheck %s

// CHECK: 2 4 -> 1 2

rasp.program @division(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [2, 4], max_seq_len = 4} {
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %length = rasp.selector_width %all
  %quotient = rasp.map %tokens, %length : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64, %n: i64):
    %result = arith.divsi %token, %n : i64
    rasp.yield %result : i64
  }
  rasp.return %quotient : !rasp.sop<i64>
}
