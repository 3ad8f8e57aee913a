// How many positions hold the same token or stand earlier: an "or" of selectors
// over different operands that overlap.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a,b --input b,b | FileCheck %s
// RUN: rasp-run %s --input a,b,a,b --input b,b | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 40 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=10 %s | rasp-run --check - --all-up-to 2 --random 20 --seed 1
// RUN: rasp-opt --rasp-set-contract=causal=true %s | rasp-run --check - --all-up-to 3 --random 20 --seed 1

// CHECK: a b a b -> 2 3 3 4
// CHECK: b b -> 2 2

rasp.program @overlapping_or(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 5} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %either = rasp.or %same, %earlier
  %count = rasp.selector_width %either
  rasp.return %count : !rasp.sop<i64>
}
