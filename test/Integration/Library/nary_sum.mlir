// Elementwise x + y - z of the tokens, the tokens again and the indices.
//
// RUN: rasp-run --stage=rasp %s --input 1,2,3 | FileCheck %s
// RUN: rasp-run %s --input 1,2,3 | FileCheck %s
//
// RUN: rasp-run --check %s --all-up-to 4 --random 100 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=10 %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=32 %s \
// RUN:   | rasp-run --check - --all-up-to 2 --random 20 --seed 1
// RUN: rasp-opt --rasp-set-contract="causal=true max-seq-len=10" %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
//
// RUN: %python %S/oracle.py %s --max-seq-len=5,10,32
// RUN: %python %S/oracle.py %s --max-seq-len=5,10 --causal

// CHECK: 1 2 3 -> 2 3 4

rasp.program @nary_sum(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 5} {
  %indices = rasp.indices
  %result = rasp.map %tokens, %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %y: i64, %z: i64):
    %sum = arith.addi %x, %y : i64
    %difference = arith.subi %sum, %z : i64
    rasp.yield %difference : i64
  }
  rasp.return %result : !rasp.sop<i64>
}
