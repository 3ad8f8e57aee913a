// A product of domains over the limit is refused at the op that needs it, and the
// limit is named.
//
// RUN: not rasp-opt --lower-to-transformer %s -o %t.mlir 2>&1 | FileCheck %s
// RUN: not test -e %t.mlir
// RUN: rasp-run --stage=rasp %s --input 1,1 | FileCheck %s --check-prefix=RUNS

// RUNS: 1 1 -> false false

rasp.program @large(%tokens: !rasp.sop<i64>) -> !rasp.sop<i1>
    attributes {vocab = [1, 2], max_seq_len = 3000} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %hist = rasp.selector_width %same
  // CHECK: domain-too-large.mlir:[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}too many combinations of values: expected at most 1048576
  %equal = rasp.map %hist, %indices, %tokens : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i1> {
  ^bb0(%count: i64, %index: i64, %token: i64):
    %product = arith.muli %count, %index : i64
    %result = arith.cmpi eq, %product, %token : i64
    rasp.yield %result : i1
  }
  rasp.return %equal : !rasp.sop<i1>
}
