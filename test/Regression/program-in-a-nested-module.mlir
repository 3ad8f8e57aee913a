// A program in a nested module was left at an earlier stage, without a word.
//
// RUN: rasp-opt %s --lower-to-transformer | FileCheck %s

// CHECK: module @inner
// CHECK-NOT: craft.
// CHECK: func.func @copy

module @inner {
  rasp.program @copy(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
      attributes {vocab = [1, 2], max_seq_len = 3} {
    rasp.return %tokens : !rasp.sop<i64>
  }
}
