// Categories a billionth apart are gathered as a one-hot, not as a number.
//
// RUN: rasp-run --check %s --all-up-to 3 --random 20 --seed 1

rasp.program @previous(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64>
    attributes {vocab = [1.0, 1.000000001, 1.000000002], max_seq_len = 4, output = "categorical"} {
  %indices = rasp.indices
  %before = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %before = arith.subi %index, %one : i64
    rasp.yield %before : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%before) : !rasp.sop<i64>, !rasp.sop<i64>
  %previous = rasp.aggregate %shift, %tokens : !rasp.sop<f64> -> !rasp.sop<f64>
  rasp.return %previous : !rasp.sop<f64>
}
