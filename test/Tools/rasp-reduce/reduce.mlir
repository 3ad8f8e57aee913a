// A failing program is cut down to what makes it fail.
//
// RUN: rasp-reduce %s -reduction-tree='traversal-mode=0 test=%S/Inputs/divides-by-zero.sh' | FileCheck %s

// CHECK-NOT: @innocent
// CHECK-LABEL: rasp.program @guilty
// CHECK-NOT: rasp.aggregate
// CHECK: arith.divsi
// CHECK-NOT: rasp.aggregate
// CHECK-NOT: @innocent_too

rasp.program @innocent(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<i64>
}

rasp.program @guilty(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [0, 1], max_seq_len = 3} {
  %indices = rasp.indices
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %mean = rasp.aggregate %before, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  %quotient = rasp.map %tokens : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64):
    %one = arith.constant 1 : i64
    %result = arith.divsi %one, %token : i64
    rasp.yield %result : i64
  }
  rasp.return %quotient : !rasp.sop<i64>
}

rasp.program @innocent_too(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 3} {
  %indices = rasp.indices
  rasp.return %indices : !rasp.sop<i64>
}
