// The best of an "or" of selectors over different operands.
//
// RUN: rasp-run --stage=rasp %s --input 1,0,1 | FileCheck %s
// RUN: rasp-run %s --input 1,0,1 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 40 --seed 1

// CHECK: 1 0 1 -> 1 0 1

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
