// A count of matches of a number of many values with one that may be none: steps
// are for numbers alone, and none was taken for one.
//
// RUN: rasp-run --check %s --all-up-to 5 --random 100 --seed 1

rasp.program @matches(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 5, 11], max_seq_len = 6} {
  %indices = rasp.indices
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %mean = rasp.aggregate %before, %tokens default(0.0) : !rasp.sop<i64> -> !rasp.sop<f64>
  %previous = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %result = arith.subi %index, %one : i64
    rasp.yield %result : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%previous) : !rasp.sop<i64>, !rasp.sop<i64>
  %shifted = rasp.aggregate %shift, %mean : !rasp.sop<f64> -> !rasp.sop<f64>
  %same = rasp.select eq keys(%mean) queries(%shifted) : !rasp.sop<f64>, !rasp.sop<f64>
  %count = rasp.selector_width %same
  rasp.return %count : !rasp.sop<i64>
}
