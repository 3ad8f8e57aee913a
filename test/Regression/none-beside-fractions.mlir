// What stands for none in one column came too near to the numbers: where the
// greatest is a fraction, and where they are scaled down.
//
// RUN: rasp-run --check %s --program=fraction --all-up-to 3
// RUN: rasp-run --check %s --program=scaled --all-up-to 3

rasp.program @fraction(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64>
    attributes {vocab = [-1.25, 0.5], max_seq_len = 3} {
  %indices = rasp.indices
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %mean = rasp.aggregate %earlier, %tokens : !rasp.sop<f64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}

rasp.program @scaled(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64>
    attributes {vocab = [-1.25, 0.5], max_seq_len = 3} {
  %indices = rasp.indices
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %mean = rasp.aggregate %earlier, %tokens : !rasp.sop<f64> -> !rasp.sop<f64>
  %eighth = rasp.map %mean : (!rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%value: f64):
    %factor = arith.constant 0.125 : f64
    %product = arith.mulf %value, %factor : f64
    rasp.yield %product : f64
  }
  rasp.return %eighth : !rasp.sop<f64>
}
