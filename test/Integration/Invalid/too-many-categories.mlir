// A category for each of tens of thousands of values is refused, and the number
// itself is offered.
//
// RUN: not rasp-opt --lower-to-transformer %s -o %t.mlir 2>&1 | FileCheck %s
// RUN: not test -e %t.mlir
// RUN: rasp-opt --rasp-set-contract=output=numerical %s | rasp-run --check - --all-up-to 2 --random 5
// RUN: rasp-run --stage=rasp %s --input 3,1,3 | FileCheck %s --check-prefix=RUNS

// RUNS: 3 1 3 -> 203 102 205

// CHECK: too-many-categories.mlir:{{[0-9]+}}:{{[0-9]+}}: error: 'rasp.return' op has too many possible values for a categorical output: expected at most 16384
// CHECK: too-many-categories.mlir:[[@LINE+1]]:{{[0-9]+}}: note: state output = "numerical"
rasp.program @categories(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 200} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %hist = rasp.selector_width %same
  %number = rasp.map %hist, %indices, %tokens : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%count: i64, %index: i64, %token: i64):
    %hundred = arith.constant 100 : i64
    %high = arith.muli %count, %hundred : i64
    %sum = arith.addi %high, %token : i64
    %result = arith.addi %sum, %index : i64
    rasp.yield %result : i64
  }
  rasp.return %number : !rasp.sop<i64>
}
