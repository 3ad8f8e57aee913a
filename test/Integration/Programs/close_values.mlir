// Numbers that lie close together, and far from others, are kept apart.
//
// RUN: rasp-run --stage=rasp %s --input 1.0,1.001,1000.0,1.001 | FileCheck %s
// RUN: rasp-run %s --input 1.0,1.001,1000.0,1.001 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4

// CHECK: -> 1 2 1 2

rasp.program @close_values(%tokens: !rasp.sop<f64>) -> !rasp.sop<i64>
    attributes {vocab = [1.0, 1.001, 1000.0], max_seq_len = 4} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<f64>, !rasp.sop<f64>
  %count = rasp.selector_width %same
  rasp.return %count : !rasp.sop<i64>
}
