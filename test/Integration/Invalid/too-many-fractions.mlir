// A function of a mean that can be more fractions than can be listed is refused
// with the limit.
//
// RUN: rasp-run --stage=rasp %s --input 1.0,2.5 | FileCheck %s --check-prefix=RUNS
// RUN: not rasp-opt --lower-to-transformer %s -o %t.mlir 2>&1 | FileCheck %s
// RUN: not test -e %t.mlir

// RUNS: -> true true

rasp.program @fractions(%tokens: !rasp.sop<f64>) -> !rasp.sop<i1>
    attributes {vocab = [1.0, 2.5, 3.1415, 17.25], max_seq_len = 200} {
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<f64>, !rasp.sop<f64>
  %mean = rasp.aggregate %all, %tokens : !rasp.sop<f64> -> !rasp.sop<f64>
  // CHECK: too-many-fractions.mlir:[[@LINE+1]]:{{[0-9]+}}: error: 'rasp.map' op needs the values of an operand one by one, but they are too many to list: expected at most 16384 values
  %small = rasp.map %mean : (!rasp.sop<f64>) -> !rasp.sop<i1> {
  ^bb0(%value: f64):
    %two = arith.constant 2.0 : f64
    %less = arith.cmpf olt, %value, %two : f64
    rasp.yield %less : i1
  }
  rasp.return %small : !rasp.sop<i1>
}
