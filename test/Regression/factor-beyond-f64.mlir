// An affine form with an infinite factor has products that are no numbers; it
// is none.
//
// RUN: not rasp-opt --lower-to-transformer %s 2>&1 | FileCheck %s

rasp.program @beyond(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64>
    attributes {vocab = [1.0, 2.0], max_seq_len = 2} {
  %large = rasp.map %tokens : (!rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%token: f64):
    %most = arith.constant 1.0e308 : f64
    %ten = arith.constant 10.0 : f64
    %product = arith.mulf %token, %most : f64
    // CHECK: error: 'arith.mulf' op gives no finite number on (1e+308, 10)
    %beyond = arith.mulf %product, %ten : f64
    rasp.yield %beyond : f64
  }
  rasp.return %large : !rasp.sop<f64>
}
