// A function of a mean that is not zero at zero, read by a selector: what BOS
// holds must not matter to it, nor to the default of an empty row.
//
// RUN: rasp-run --stage=rasp %s --input a,b,b,a --input b | FileCheck %s
// RUN: rasp-run %s --input a,b,b,a --input b | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 30 --seed 1

// CHECK: a b b a -> a none none a
// CHECK: b -> none

rasp.program @map_at_bos(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b"], max_seq_len = 5} {
  %is_a = rasp.lookup %tokens table<("a") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %fraction = rasp.aggregate %same, %is_a : !rasp.sop<i1> -> !rasp.sop<f64>
  %level = rasp.map %fraction : (!rasp.sop<f64>) -> !rasp.sop<i64> {
  ^bb0(%value: f64):
    %half = arith.constant 0.5 : f64
    %low = arith.cmpf olt, %value, %half : f64
    %seven = arith.constant 7 : i64
    %nine = arith.constant 9 : i64
    %result = arith.select %low, %seven, %nine : i64
    rasp.yield %result : i64
  }
  %nine = rasp.constant 9
  %high = rasp.select eq keys(%level) queries(%nine) : !rasp.sop<i64>, !rasp.sop<i64>
  %both = rasp.and %high, %same
  %found = rasp.aggregate %both, %tokens unique : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %found : !rasp.sop<!rasp.str>
}
