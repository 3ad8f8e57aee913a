// Whether each number is above the mean of all: a map of a token and a mean. The
// vocabulary is of numbers.
//
// RUN: rasp-run --stage=rasp %s --input 0.5,2.5,1.0 --input 1.0,1.0 | FileCheck %s
// RUN: rasp-run %s --input 0.5,2.5,1.0 --input 1.0,1.0 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 30 --seed 1

// CHECK: -> false true false
// CHECK: -> false false

rasp.program @above_mean(%tokens: !rasp.sop<f64>) -> !rasp.sop<i1>
    attributes {vocab = [0.5, 1.0, 2.5], max_seq_len = 5} {
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<f64>, !rasp.sop<f64>
  %mean = rasp.aggregate %all, %tokens : !rasp.sop<f64> -> !rasp.sop<f64>
  %above = rasp.map %tokens, %mean : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<i1> {
  ^bb0(%token: f64, %average: f64):
    %more = arith.cmpf ogt, %token, %average : f64
    rasp.yield %more : i1
  }
  rasp.return %above : !rasp.sop<i1>
}
