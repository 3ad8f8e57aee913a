// A default of another value than the vocabulary has, for the empty row.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a --input b | FileCheck %s
// RUN: rasp-run %s --input a,b,a --input b | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 5 --random 20 --seed 1

// CHECK: a b a -> start a b
// CHECK: b -> start

rasp.program @default_string(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b"], max_seq_len = 6} {
  %indices = rasp.indices
  %left = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %result = arith.subi %index, %one : i64
    rasp.yield %result : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%left) : !rasp.sop<i64>, !rasp.sop<i64>
  %previous = rasp.aggregate %shift, %tokens default("start") : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %previous : !rasp.sop<!rasp.str>
}
