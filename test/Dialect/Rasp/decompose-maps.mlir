// RUN: rasp-opt %s --rasp-decompose-maps | FileCheck %s

// The affine part becomes a map of two inputs, the rest a map of one.

// CHECK-LABEL: rasp.program @sum_above
// CHECK: %[[SUM:.*]] = rasp.map %{{.*}}, %{{.*}} : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64>
// CHECK: arith.addi
// CHECK: %above = rasp.map %[[SUM]] : (!rasp.sop<i64>) -> !rasp.sop<i1>
// CHECK: arith.cmpi sgt
rasp.program @sum_above(%tokens: !rasp.sop<i64>) -> !rasp.sop<i1>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %above = rasp.map %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i1> {
  ^bb0(%t: i64, %i: i64):
    %sum = arith.addi %t, %i : i64
    %three = arith.constant 3 : i64
    %above = arith.cmpi sgt, %sum, %three : i64
    rasp.yield %above : i1
  }
  rasp.return %above : !rasp.sop<i1>
}

// Each comparison hangs on one input only.

// CHECK-LABEL: rasp.program @both
// CHECK: %[[LEFT:.*]] = rasp.map %{{.*}} : (!rasp.sop<i64>) -> !rasp.sop<i1>
// CHECK: %[[RIGHT:.*]] = rasp.map %{{.*}} : (!rasp.sop<i64>) -> !rasp.sop<i1>
// CHECK: %both = rasp.map %[[LEFT]], %[[RIGHT]] : (!rasp.sop<i1>, !rasp.sop<i1>) -> !rasp.sop<i1>
rasp.program @both(%tokens: !rasp.sop<i64>) -> !rasp.sop<i1>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %both = rasp.map %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i1> {
  ^bb0(%t: i64, %i: i64):
    %one = arith.constant 1 : i64
    %left = arith.cmpi eq, %t, %one : i64
    %right = arith.cmpi sgt, %i, %one : i64
    %both = arith.andi %left, %right : i1
    rasp.yield %both : i1
  }
  rasp.return %both : !rasp.sop<i1>
}

// What is affine as a whole stays one map.

// CHECK-LABEL: rasp.program @affine
// CHECK: rasp.map
// CHECK-NOT: rasp.map
rasp.program @affine(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %difference = rasp.map %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%t: i64, %i: i64):
    %difference = arith.subi %t, %i : i64
    rasp.yield %difference : i64
  }
  rasp.return %difference : !rasp.sop<i64>
}
