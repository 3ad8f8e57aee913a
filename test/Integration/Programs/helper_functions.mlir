// Helper functions are inlined, also those that call others and those that give
// a selector.
//
// RUN: rasp-run --stage=rasp %s --input a,b,c --input b | FileCheck %s
// RUN: rasp-run %s --input a,b,c --input b | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 20 --seed 1
// RUN: rasp-opt --lower-to-transformer %s | FileCheck %s --check-prefix=LOWERED

// CHECK: a b c -> edge b edge
// CHECK: b -> edge
// LOWERED-NOT: call

func.func private @neighbour(%tokens: !rasp.sop<!rasp.str>, %offset: !rasp.sop<i64>) -> !rasp.sop<!rasp.str> {
  %shift = func.call @at_distance(%offset) : (!rasp.sop<i64>) -> !rasp.selector
  %found = rasp.aggregate %shift, %tokens default("edge") : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  return %found : !rasp.sop<!rasp.str>
}

func.func private @at_distance(%offset: !rasp.sop<i64>) -> !rasp.selector {
  %indices = rasp.indices
  %target = rasp.map %indices, %offset : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64, %distance: i64):
    %sum = arith.addi %index, %distance : i64
    rasp.yield %sum : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%target) : !rasp.sop<i64>, !rasp.sop<i64>
  return %shift : !rasp.selector
}

rasp.program @helper_functions(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 5} {
  %one = rasp.constant 1
  %minus_one = rasp.constant -1
  %left = func.call @neighbour(%tokens, %minus_one) : (!rasp.sop<!rasp.str>, !rasp.sop<i64>) -> !rasp.sop<!rasp.str>
  %right = func.call @neighbour(%tokens, %one) : (!rasp.sop<!rasp.str>, !rasp.sop<i64>) -> !rasp.sop<!rasp.str>
  %inside = rasp.map %left, %tokens, %right : (!rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str> {
  ^bb0(%before: !rasp.str, %token: !rasp.str, %after: !rasp.str):
    %edge = rasp.string "edge"
    %starts = rasp.compare_strings eq %before, %edge
    %ends = rasp.compare_strings eq %after, %edge
    %outside = arith.ori %starts, %ends : i1
    %result = arith.select %outside, %edge, %token : !rasp.str
    rasp.yield %result : !rasp.str
  }
  rasp.return %inside : !rasp.sop<!rasp.str>
}
