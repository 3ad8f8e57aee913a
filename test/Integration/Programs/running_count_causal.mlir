// In a causal program a histogram counts the tokens so far.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a,a | FileCheck %s
// RUN: rasp-run %s --input a,b,a,a | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 20 --seed 1

// CHECK: a b a a -> 1 1 2 3

rasp.program @running_count_causal(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 6, causal} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %count = rasp.selector_width %same
  rasp.return %count : !rasp.sop<i64>
}
