// The mean over the complement of an "and" of selectors over different operands,
// one of them a constant, with a default.
//
// RUN: rasp-run --stage=rasp %s --input 1,0,1 | FileCheck %s
// RUN: rasp-run %s --input 1,0,1 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 40 --seed 1

// CHECK: 1 0 1 -> 1 0.5 0.5

rasp.program @complement(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [0, 1], max_seq_len = 4} {
  %indices = rasp.indices
  %one = rasp.constant 1
  %is_one = rasp.select eq keys(%tokens) queries(%one) : !rasp.sop<i64>, !rasp.sop<i64>
  %later = rasp.select ge keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %both = rasp.and %is_one, %later
  %other = rasp.not %both
  %mean = rasp.aggregate %other, %indices default(7.0) : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}
