// The mean position of the greatest numbers so far, of tokens of which some have
// no number; of several that have the same, all count.
//
// RUN: rasp-run --stage=rasp %s --input c,a,b,d,a | FileCheck %s
// RUN: rasp-run %s --input c,a,b,d,a | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 200 --seed 1
// RUN: rasp-opt --rasp-set-contract="max-seq-len=60" %s \
// RUN:   | rasp-run --check - --all-up-to 2 --random 60 --seed 1
// RUN: rasp-opt --rasp-set-contract="causal=true max-seq-len=16" %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1

// CHECK: c a b d a -> -1 1 {{1\.5|3/2}} 3 3

rasp.program @best_ties(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<f64>
    attributes {vocab = ["a", "b", "c", "d"], max_seq_len = 8, output = "numerical"} {
  %indices = rasp.indices
  %score = rasp.lookup %tokens table<("a") -> 0.001, ("b") -> 0.001, ("d") -> 1000000.0, _ -> #rasp.none> : (!rasp.sop<!rasp.str>) -> !rasp.sop<f64>
  %so_far = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %best = rasp.best %so_far, %score : !rasp.sop<f64>
  %where = rasp.aggregate %best, %indices default(-1.0) : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %where : !rasp.sop<f64>
}
