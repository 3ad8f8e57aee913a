// The mean over an "or" of overlapping selectors over different operands, also
// where it is the complement of an "and", and under a best.
//
// RUN: rasp-run --stage=rasp %s --program=union --input 1,0,1 | FileCheck %s
// RUN: rasp-run %s --program=union --input 1,0,1 | FileCheck %s --check-prefix=COMPILED
// RUN: rasp-run --check %s --program=union --all-up-to 3 --random 40 --seed 1
// RUN: rasp-opt --rasp-set-contract=causal=true %s | rasp-run --check - --program=union --all-up-to 3 --random 40 --seed 1
// RUN: rasp-run --check %s --program=complement --all-up-to 3 --random 40 --seed 1
// RUN: rasp-run --check %s --program=best --all-up-to 3 --random 40 --seed 1

// CHECK: 1 0 1 -> 1 0.5 2/3
// COMPILED: 1 0 1 -> 1 0.5 0.666667

rasp.program @union(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [0, 1], max_seq_len = 4} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %either = rasp.or %same, %earlier
  %mean = rasp.aggregate %either, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}

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

rasp.program @best(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [0, 1], max_seq_len = 4} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %either = rasp.or %same, %earlier
  %last = rasp.best %either, %indices : !rasp.sop<i64>
  %token = rasp.aggregate %last, %tokens : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %token : !rasp.sop<i64>
}
