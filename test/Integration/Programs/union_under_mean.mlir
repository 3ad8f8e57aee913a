// The mean over an "or" of overlapping selectors over different operands.
//
// RUN: rasp-run --stage=rasp %s --input 1,0,1 | FileCheck %s
// RUN: rasp-run %s --input 1,0,1 | FileCheck %s --check-prefix=COMPILED
// RUN: rasp-run --check %s --all-up-to 3 --random 40 --seed 1
// RUN: rasp-opt --rasp-set-contract=causal=true %s | rasp-run --check - --all-up-to 3 --random 40 --seed 1

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
