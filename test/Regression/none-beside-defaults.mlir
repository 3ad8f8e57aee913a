// What stands for none in one column was also the default of an aggregate; and it
// was kept where none could not be selected.
//
// RUN: rasp-run --check %s --program=default --all-up-to 4
// RUN: rasp-run --check %s --program=never --all-up-to 3

rasp.program @default(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64>
    attributes {vocab = [0.5, 2.0], max_seq_len = 4} {
  %indices = rasp.indices
  %left = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %result = arith.subi %index, %one : i64
    rasp.yield %result : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%left) : !rasp.sop<i64>, !rasp.sop<i64>
  %previous = rasp.aggregate %shift, %tokens : !rasp.sop<f64> -> !rasp.sop<f64>
  %second = rasp.aggregate %shift, %previous default(3.0) : !rasp.sop<f64> -> !rasp.sop<f64>
  rasp.return %second : !rasp.sop<f64>
}

rasp.program @never(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 5], max_seq_len = 3, causal} {
  %indices = rasp.indices
  %right = rasp.select keys(%indices) queries(%indices) table<(1, 0) -> true, _ -> false> : !rasp.sop<i64>, !rasp.sop<i64>
  %nothing = rasp.aggregate %right, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  %minus_one = rasp.aggregate %right, %nothing default(-1.0) : !rasp.sop<f64> -> !rasp.sop<f64>
  rasp.return %minus_one : !rasp.sop<f64>
}
