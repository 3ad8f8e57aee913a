// A program may ignore its input.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a | FileCheck %s
// RUN: rasp-run %s --input a,b,a | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3

// CHECK: a b a -> yes yes yes

rasp.program @constant_output(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b"], max_seq_len = 3} {
  %answer = rasp.constant "yes"
  rasp.return %answer : !rasp.sop<!rasp.str>
}
