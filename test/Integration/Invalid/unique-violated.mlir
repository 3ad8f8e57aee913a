// `unique` asserts that a row selects no two different values; the interpreter
// checks it.
//
// RUN: not rasp-run --stage=rasp %s --input 1,2 2>&1 | FileCheck %s
// RUN: rasp-run --stage=rasp %s --input 2,2 | FileCheck %s --check-prefix=EQUAL

// EQUAL: 2 2 -> 2 2

rasp.program @violated(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: unique-violated.mlir:[[@LINE+1]]:{{[0-9]+}}: error: 'rasp.aggregate' op
  %one = rasp.aggregate %all, %tokens unique : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %one : !rasp.sop<i64>
}
