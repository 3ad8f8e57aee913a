// The tokens as they are: a model without a layer.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a | FileCheck %s
// RUN: rasp-run %s --input a,b,a | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3

// CHECK: a b a -> a b a

rasp.program @identity(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b"], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<!rasp.str>
}
