// A table must have every value that can occur, or a fallback.
//
// RUN: not rasp-opt --lower-to-transformer %s -o %t.mlir 2>&1 | FileCheck %s
// RUN: not test -e %t.mlir
// RUN: not rasp-run --stage=rasp %s --input a,c 2>&1 | FileCheck %s
// RUN: rasp-run --stage=rasp %s --input a,b | FileCheck %s --check-prefix=LISTED

// LISTED: a b -> 1 2

rasp.program @table(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 4} {
  // CHECK: table-without-entry.mlir:[[@LINE+1]]:{{[0-9]+}}: error: 'rasp.lookup' op {{.*}}c
  %number = rasp.lookup %tokens table<("a") -> 1, ("b") -> 2> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i64>
  rasp.return %number : !rasp.sop<i64>
}
