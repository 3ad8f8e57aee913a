// Nor need it give a value.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a | FileCheck %s
// RUN: rasp-run %s --input a,b,a | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3

// CHECK: a b a -> none none none

rasp.program @none_output(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b"], max_seq_len = 3} {
  %nothing = rasp.constant #rasp.none -> !rasp.sop<i64>
  rasp.return %nothing : !rasp.sop<i64>
}
