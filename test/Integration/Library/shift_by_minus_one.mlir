// The token one position to the right, none at the last position.
//
// RUN: rasp-run --stage=rasp %s --input a,b,c,d --input a | FileCheck %s
// RUN: rasp-run %s --input a,b,c,d --input a | FileCheck %s
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

// CHECK: a b c d -> b c d none
// CHECK: a -> none

rasp.program @shift_by_minus_one(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b", "c", "d"], max_seq_len = 5} {
  %indices = rasp.indices
  %source = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %there = arith.addi %index, %one : i64
    rasp.yield %there : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%source) : !rasp.sop<i64>, !rasp.sop<i64>
  %shifted = rasp.aggregate %shift, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %shifted : !rasp.sop<!rasp.str>
}
