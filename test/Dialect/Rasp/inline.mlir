// Helper functions are inlined into programs by upstream's pass. The labels of
// what they compute come along, once for each call.

// RUN: rasp-opt %s --inline --verify-roundtrip | FileCheck %s

// CHECK-NOT: func.func
func.func private @histogram(%values: !rasp.sop<i64>) -> !rasp.sop<i64> {
  %same = rasp.select eq keys(%values) queries(%values) : !rasp.sop<i64>, !rasp.sop<i64>
  %count = rasp.selector_width %same
  return %count : !rasp.sop<i64>
}

// A function that calls another, with code on scalars and two results.
func.func private @twice(%values: !rasp.sop<i64>) -> (!rasp.sop<i64>, !rasp.selector) {
  %count = func.call @histogram(%values) : (!rasp.sop<i64>) -> !rasp.sop<i64>
  %double = rasp.map %count : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%c: i64):
    %sum = arith.addi %c, %c : i64
    rasp.yield %sum : i64
  }
  %rank = rasp.select lt keys(%double) queries(%double) : !rasp.sop<i64>, !rasp.sop<i64>
  return %double, %rank : !rasp.sop<i64>, !rasp.selector
}

// CHECK-LABEL: rasp.program @caller
rasp.program @caller(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 5} {
  // CHECK-NOT: call
  // CHECK:      %[[SAME:.*]] = rasp.select eq keys(%tokens) queries(%tokens)
  // CHECK-NEXT: %count = rasp.selector_width %[[SAME]]
  // CHECK-NEXT: %double = rasp.map %count
  // CHECK:        arith.addi
  // CHECK:      %[[RANK:.*]] = rasp.select lt keys(%double) queries(%double)
  %double, %rank = func.call @twice(%tokens) : (!rasp.sop<i64>) -> (!rasp.sop<i64>, !rasp.selector)
  // CHECK-NEXT: %[[AGAIN:.*]] = rasp.select eq keys(%double) queries(%double)
  // CHECK-NEXT: %[[COUNT:.*]] = rasp.selector_width %[[AGAIN]] as "count"
  %again = func.call @histogram(%double) : (!rasp.sop<i64>) -> !rasp.sop<i64>
  // CHECK-NEXT: %result = rasp.aggregate %[[RANK]], %[[COUNT]]
  %result = rasp.aggregate %rank, %again : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %result : !rasp.sop<i64>
}
