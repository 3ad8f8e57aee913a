// An error shows its notes, and the op in generic form only where that is asked for.
//
// RUN: not rasp-opt %s 2>&1 | FileCheck %s
// RUN: not rasp-opt --mlir-print-op-on-diagnostic %s 2>&1 | FileCheck %s --check-prefix=OP

// CHECK: error: 'rasp.program' op unknown attribute 'casual'
// CHECK-NOT: see current operation
// CHECK: note: did you mean 'causal'?
// OP: note: see current operation:

rasp.program @misspelt(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 1, casual} {
  rasp.return %tokens : !rasp.sop<i64>
}
