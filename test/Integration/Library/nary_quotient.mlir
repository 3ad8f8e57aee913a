// Elementwise x * y / z of the indices, the indices again and the tokens.
//
// RUN: rasp-run --stage=rasp %s --input 1,2,3 | FileCheck %s
//
// RUN: rasp-run --check %s --all-up-to 4 --random 100 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=5 %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=10 %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=32 %s \
// RUN:   | rasp-run --check - --all-up-to 2 --random 20 --seed 1
// RUN: rasp-opt --rasp-set-contract="causal=true max-seq-len=10" %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
//
// RUN: %python %S/oracle.py %s --max-seq-len=5,10,32
// RUN: %python %S/oracle.py %s --max-seq-len=5,10 --causal

// CHECK: 1 2 3 -> 0 0.5 4/3

rasp.program @nary_quotient(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 2, 3], max_seq_len = 3} {
  %indices = rasp.indices
  %result = rasp.map %indices, %indices, %tokens : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<f64> {
  ^bb0(%x: i64, %y: i64, %z: i64):
    %product = arith.muli %x, %y : i64
    %dividend = arith.sitofp %product : i64 to f64
    %divisor = arith.sitofp %z : i64 to f64
    %quotient = arith.divf %dividend, %divisor : f64
    rasp.yield %quotient : f64
  }
  rasp.return %result : !rasp.sop<f64>
}
