// A categorical sum was read as its neighbour: the logits 2cx - c^2 of numbers
// around 6000 round away their difference of 1. It is read from a one-hot now.
//
// RUN: rasp-run %s --input 1,1,6000 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 20 --seed 1

// CHECK: 1 1 6000 -> 1 2 6002

rasp.program @sum(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 33, 6000], max_seq_len = 6} {
  %indices = rasp.indices
  %sum = rasp.map %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64, %index: i64):
    %sum = arith.addi %token, %index : i64
    rasp.yield %sum : i64
  }
  rasp.return %sum : !rasp.sop<i64>
}
