// A map must be defined on every value that can occur, and the index can be 0.
//
// RUN: not rasp-opt --lower-to-transformer %s -o %t.mlir 2>&1 | FileCheck %s
// RUN: not test -e %t.mlir
// RUN: not rasp-run --stage=rasp %s --input 1,2 2>&1 | FileCheck %s

rasp.program @division(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %quotient = rasp.map %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64, %index: i64):
    // CHECK: division-by-zero.mlir:[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}division by zero
    %result = arith.divsi %token, %index : i64
    rasp.yield %result : i64
  }
  rasp.return %quotient : !rasp.sop<i64>
}
