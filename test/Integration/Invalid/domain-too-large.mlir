// A product of domains over the limit is refused at the op that needs it, and the
// limit is named.
//
// RUN: not rasp-opt --lower-to-transformer %s -o %t.mlir 2>&1 | FileCheck %s
// RUN: not test -e %t.mlir
// RUN: rasp-run --stage=rasp %s --input 1,2 | FileCheck %s --check-prefix=RUNS

// RUNS: 1 2 -> 0 2

rasp.program @large(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 3000} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %hist = rasp.selector_width %same
  // CHECK: domain-too-large.mlir:[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}1048576
  %product = rasp.map %hist, %indices, %tokens : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%count: i64, %index: i64, %token: i64):
    %first = arith.muli %count, %index : i64
    %second = arith.muli %first, %token : i64
    %three = arith.constant 3 : i64
    %remainder = arith.remsi %second, %three : i64
    rasp.yield %remainder : i64
  }
  rasp.return %product : !rasp.sop<i64>
}
