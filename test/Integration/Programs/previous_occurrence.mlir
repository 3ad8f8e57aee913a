// Where the token at each position stood last before, by the operator that the
// authors of RASP wished for; none where it is new.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a,a,c,b | FileCheck %s
// RUN: rasp-run %s --input a,b,a,a,c,b --print-shape | FileCheck %s --check-prefixes=SHAPE,CHECK
// RUN: rasp-run --check %s --all-up-to 5 --random 40 --seed 1
// RUN: rasp-opt --rasp-set-contract="max-seq-len=200 causal=true" %s \
// RUN:   | rasp-run --check - --all-up-to 2 --random 20 --seed 1

// One head: the score costs it one dimension.
// SHAPE: layers 1, heads 1, {{.*}} d_mlp 0,

// CHECK: a b a a c b -> none none 0 2 none 1

rasp.program @previous_occurrence(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 6} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %same_earlier = rasp.and %same, %earlier
  %latest = rasp.best %same_earlier, %indices : !rasp.sop<i64>
  %previous = rasp.aggregate %latest, %indices : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %previous : !rasp.sop<i64>
}
