// An affine value of two inputs went into the query of a head and moved the
// operands of its key while that was still read by their old places.
//
// RUN: rasp-run --check %s --all-up-to 2

rasp.program @query_and_key(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [-2], max_seq_len = 2} {
  %indices = rasp.indices
  %difference = rasp.map %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64, %index: i64):
    %result = arith.subi %token, %index : i64
    rasp.yield %result : i64
  }
  %same = rasp.select eq keys(%difference) queries(%difference) : !rasp.sop<i64>, !rasp.sop<i64>
  %mean = rasp.aggregate %same, %difference : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}
