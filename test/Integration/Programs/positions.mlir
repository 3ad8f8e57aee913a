// The positions as they are.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a | FileCheck %s
// RUN: rasp-run %s --input a,b,a | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3

// CHECK: a b a -> 0 1 2

rasp.program @positions(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b"], max_seq_len = 3} {
  %indices = rasp.indices
  rasp.return %indices : !rasp.sop<i64>
}
