// A value that is used twice at each of thirty steps is walked once, not once for
// each of the billion ways through them.
//
// RUN: rasp-run --stage=rasp %s --input 0,1,2,0 | FileCheck %s
// RUN: rasp-run %s --input 0,1,2,0 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3

// CHECK: 0 1 2 0 -> 0 1 1 0

rasp.program @shared_values(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [0, 1, 2], max_seq_len = 4} {
  %step_0 = rasp.map %tokens, %tokens : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_1 = rasp.map %step_0, %step_0 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_2 = rasp.map %step_1, %step_1 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_3 = rasp.map %step_2, %step_2 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_4 = rasp.map %step_3, %step_3 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_5 = rasp.map %step_4, %step_4 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_6 = rasp.map %step_5, %step_5 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_7 = rasp.map %step_6, %step_6 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_8 = rasp.map %step_7, %step_7 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_9 = rasp.map %step_8, %step_8 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_10 = rasp.map %step_9, %step_9 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_11 = rasp.map %step_10, %step_10 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_12 = rasp.map %step_11, %step_11 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_13 = rasp.map %step_12, %step_12 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_14 = rasp.map %step_13, %step_13 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_15 = rasp.map %step_14, %step_14 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_16 = rasp.map %step_15, %step_15 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_17 = rasp.map %step_16, %step_16 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_18 = rasp.map %step_17, %step_17 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_19 = rasp.map %step_18, %step_18 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_20 = rasp.map %step_19, %step_19 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_21 = rasp.map %step_20, %step_20 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_22 = rasp.map %step_21, %step_21 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_23 = rasp.map %step_22, %step_22 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_24 = rasp.map %step_23, %step_23 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_25 = rasp.map %step_24, %step_24 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_26 = rasp.map %step_25, %step_25 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_27 = rasp.map %step_26, %step_26 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_28 = rasp.map %step_27, %step_27 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  %step_29 = rasp.map %step_28, %step_28 : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %three = arith.constant 3 : i64
    %product = arith.muli %lhs, %rhs : i64
    %result = arith.remsi %product, %three : i64
    rasp.yield %result : i64
  }
  rasp.return %step_29 : !rasp.sop<i64>
}
