// A program that ends in the middle.
//
// RUN: not rasp-opt %s 2>&1 | FileCheck %s
// RUN: not rasp-run %s --input 1 2>&1 | FileCheck %s

// CHECK: unfinished.mlir:{{[0-9]+}}:{{[0-9]+}}: error: expected
rasp.program @unfinished(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  rasp.return %tokens :
