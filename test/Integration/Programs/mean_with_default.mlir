// The mean of the numbers before each position, and a number where there are
// none. The vocabulary is of numbers.
//
// RUN: rasp-run --stage=rasp %s --input 0.5,-1.25,2.0,0.5 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 20 --seed 1
// RUN: rasp-opt --rasp-set-contract=causal=true %s | rasp-run --check - --all-up-to 3 --random 20 --seed 1

// CHECK: -> 7.5 0.5 -0.375 5/12

rasp.program @mean_with_default(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64>
    attributes {vocab = [0.5, -1.25, 2.0], max_seq_len = 4} {
  %indices = rasp.indices
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %mean = rasp.aggregate %earlier, %tokens default(7.5) : !rasp.sop<f64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}
