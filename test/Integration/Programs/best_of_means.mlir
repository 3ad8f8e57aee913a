// The token before which the share of "a" was greatest, the last of several:
// scores that are means, and bits.
//
// RUN: rasp-run --stage=rasp %s --input b,a,a,b,c | FileCheck %s
// RUN: rasp-run %s --input b,a,a,b,c | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 5 --random 200 --seed 1
// RUN: rasp-opt --rasp-set-contract="max-seq-len=16 causal=true" %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1

// CHECK: b a a b c -> none a a b b

rasp.program @best_of_means(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 6} {
  %indices = rasp.indices
  %is_a = rasp.lookup %tokens table<("a") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %so_far = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %share = rasp.aggregate %before, %is_a : !rasp.sop<i1> -> !rasp.sop<f64>
  %most = rasp.best %so_far, %share : !rasp.sop<f64>
  %last = rasp.best %most, %indices : !rasp.sop<i64>
  %token = rasp.aggregate %last, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %token : !rasp.sop<!rasp.str>
}
