// A mean of small values beside a very large one that is not selected: what
// leaks of it must not be seen. The penalty once knew only the length.
//
// RUN: rasp-run %s --input 1,4,4,10000000 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 40 --seed 1

// CHECK: 1 4 4 10000000 -> 2.5 3 3333336 5000002

rasp.program @moving_average(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 4, 10000000], max_seq_len = 6} {
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
