// The mean over an "or" of selectors over different operands that may be none is
// not compiled yet, and the diagnostic names the op. The interpreter runs it.
//
// RUN: rasp-run --stage=rasp %s --input 1,0,1 | FileCheck %s --check-prefix=RUNS
// RUN: not rasp-opt --lower-to-transformer %s -o %t.mlir 2>&1 | FileCheck %s
// RUN: not test -e %t.mlir

// RUNS: 1 0 1 -> 1 0.5 2/3

rasp.program @union(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [0, 1], max_seq_len = 4} {
  %indices = rasp.indices
  %ones = rasp.lookup %tokens table<(1) -> 1, _ -> #rasp.none> : (!rasp.sop<i64>) -> !rasp.sop<i64>
  %same = rasp.select eq keys(%ones) queries(%ones) : !rasp.sop<i64>, !rasp.sop<i64>
  %up_to = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %either = rasp.or %same, %up_to
  // CHECK: union-under-mean.mlir:[[@LINE+1]]:{{[0-9]+}}: error: 'rasp.aggregate' op aggregates over a union of selectors
  %mean = rasp.aggregate %either, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}
