// What leaks of 1,000,000 into a gathered 5 was seen where the one-hot was read
// as a number. It is refused where f32 cannot hold both and none.
//
// RUN: not rasp-run %s --input 5,1000000,1000000 2>&1 | FileCheck %s

// CHECK: error: the output is a number that f32 does not hold well enough: expected an error below 0.5
// CHECK: note: a smaller max_seq_len, or numbers that are smaller

rasp.program @previous(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [5, 1000000], max_seq_len = 4, output = "numerical"} {
  %indices = rasp.indices
  %before = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %before = arith.subi %index, %one : i64
    rasp.yield %before : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%before) : !rasp.sop<i64>, !rasp.sop<i64>
  %previous = rasp.aggregate %shift, %tokens : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %previous : !rasp.sop<i64>
}
