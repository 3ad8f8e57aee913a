// The mean of each number and its neighbours: a window by a region of a select.
//
// RUN: rasp-run --stage=rasp %s --input 1,4,1,0 --input 4 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 20 --seed 1
// RUN: rasp-opt --rasp-set-contract=causal=true %s | rasp-run --check - --all-up-to 3 --random 20 --seed 1

// CHECK: 1 4 1 0 -> 2.5 2 5/3 0.5
// CHECK: 4 -> 4

rasp.program @moving_average(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [0, 1, 4], max_seq_len = 6} {
  %indices = rasp.indices
  %window = rasp.select keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64> {
  ^bb0(%key: i64, %query: i64):
    %distance = arith.subi %query, %key : i64
    %squared = arith.muli %distance, %distance : i64
    %one = arith.constant 1 : i64
    %near = arith.cmpi sle, %squared, %one : i64
    rasp.yield %near : i1
  }
  %average = rasp.aggregate %window, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %average : !rasp.sop<f64>
}
