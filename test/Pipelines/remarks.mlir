// What the passes decided and why, at the lines of the program.
//
// RUN: rasp-opt %s --lower-to-transformer --remarks-filter=".*" --remark-format=emitRemark -o /dev/null 2>&1 | FileCheck %s

// CHECK-DAG: remarks.mlir:[[@LINE+12]]:{{.*}} remark: [Passed] width {{.*}}linear: the head writes the width itself
// CHECK-DAG: remarks.mlir:[[@LINE+13]]:{{.*}} remark: [Passed] head {{.*}}no row is empty, BOS is never attended to
// CHECK-DAG: remarks.mlir:[[@LINE+11]]:{{.*}} remark: [Passed] embedded {{.*}}Columns=1
// CHECK-DAG: remark: [Passed] columns {{.*}}Columns=
// CHECK-DAG: remark: [Passed] mlp {{.*}}HiddenUnits=
// CHECK-DAG: remark: [Passed] layers {{.*}}the least for the program's selectors

// The share of the tokens that are "a", where there are several.

rasp.program @share(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<f64>
    attributes {vocab = ["a", "b"], max_seq_len = 5} {
  %same = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %length = rasp.selector_width %same
  %is_a = rasp.lookup %tokens table<("a") -> 1.0, _ -> 0.0> : (!rasp.sop<!rasp.str>) -> !rasp.sop<f64>
  %share = rasp.aggregate %same, %is_a : !rasp.sop<f64> -> !rasp.sop<f64>
  %guarded = rasp.map %share, %length : (!rasp.sop<f64>, !rasp.sop<i64>) -> !rasp.sop<f64> {
  ^bb0(%s: f64, %n: i64):
    %one = arith.constant 1 : i64
    %zero = arith.constant 0.0 : f64
    %single = arith.cmpi eq, %n, %one : i64
    %guarded = arith.select %single, %zero, %s : f64
    rasp.yield %guarded : f64
  }
  rasp.return %guarded : !rasp.sop<f64>
}
