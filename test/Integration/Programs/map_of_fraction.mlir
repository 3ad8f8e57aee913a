// A function of a mean at every fraction, not only at 0 and 1/k: twice 2/3 is
// 4/3, and the fraction is told from its neighbours.
//
// RUN: rasp-run --stage=rasp %s --input a,a,b --input a,b,b,b | FileCheck %s
// RUN: rasp-run %s --input a,a,b --input a,b,b,b | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 6
// RUN: rasp-opt --rasp-set-contract=max-seq-len=32 %s | rasp-run --check - --all-up-to 1 --random 20 --seed 1

// CHECK: a a b -> two-thirds two-thirds two-thirds
// CHECK: a b b b -> less less less less

rasp.program @map_of_fraction(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b"], max_seq_len = 6} {
  %is_a = rasp.lookup %tokens table<("a") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %fraction = rasp.aggregate %all, %is_a : !rasp.sop<i1> -> !rasp.sop<f64>
  %doubled = rasp.map %fraction : (!rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%value: f64):
    %two = arith.constant 2.0 : f64
    %result = arith.mulf %value, %two : f64
    rasp.yield %result : f64
  }
  %named = rasp.lookup %doubled table<(0) -> "less", (#rasp.fraction<4/3>) -> "two-thirds", (2) -> "all", _ -> "less"> : (!rasp.sop<f64>) -> !rasp.sop<!rasp.str>
  rasp.return %named : !rasp.sop<!rasp.str>
}
