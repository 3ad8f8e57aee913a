// Results below zero: of a token, of an index and of both.
//
// RUN: rasp-run --stage=rasp %s --input 1,2,3 --input 1,1 | FileCheck %s
// RUN: rasp-run %s --input 1,2,3 --input 1,1 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3
// RUN: rasp-opt --rasp-set-contract=output=numerical %s | rasp-run --check - --all-up-to 3

// CHECK: 1 2 3 -> -4 -1 2
// CHECK: 1 1 -> -4 -3

rasp.program @negative_results(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 3} {
  %indices = rasp.indices
  %below = rasp.map %tokens : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64):
    %two = arith.constant 2 : i64
    %difference = arith.subi %token, %two : i64
    %double = arith.muli %difference, %two : i64
    rasp.yield %double : i64
  }
  %left = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %two = arith.constant 2 : i64
    %difference = arith.subi %index, %two : i64
    rasp.yield %difference : i64
  }
  %sum = rasp.map %below, %left : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %result = arith.addi %lhs, %rhs : i64
    rasp.yield %result : i64
  }
  rasp.return %sum : !rasp.sop<i64>
}
