// In a causal program a negated selector selects earlier keys only, and a gather
// from the right finds nothing.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a,b,c | FileCheck %s
// RUN: rasp-run %s --input a,b,a,b,c | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 20 --seed 1

// CHECK: a b a b c -> 0 1 1 2 4

rasp.program @not_in_causal(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 6, causal} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %others = rasp.not %same
  %count = rasp.selector_width %others
  rasp.return %count : !rasp.sop<i64>
}
