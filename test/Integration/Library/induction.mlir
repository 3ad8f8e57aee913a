// The token after the last earlier occurrence of each token, or none: what induction heads
// compute.
//
// RUN: rasp-run --stage=rasp %s --input a,b,c,a,c,a | FileCheck %s
// RUN: rasp-run %s --input a,b,c,a,c,a | FileCheck %s
//
// RUN: rasp-run --check %s --all-up-to 5 --random 100 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=10 %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=60 %s \
// RUN:   | rasp-run --check - --all-up-to 2 --random 20 --seed 1
// RUN: rasp-opt --rasp-set-contract="causal=true max-seq-len=10" %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
//
// RUN: %python %S/oracle.py %s --max-seq-len=5,10,60
//
// One head looks one position back, the other far back.
// RUN: rasp-run %s --input a --print-shape | FileCheck %s --check-prefix=SHAPE
// SHAPE: layers 2, heads 1,

// CHECK: a b c a c a -> none none none b a c

rasp.program @induction(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 6} {
  %indices = rasp.indices
  %before = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %result = arith.subi %index, %one : i64
    rasp.yield %result : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%before) : !rasp.sop<i64>, !rasp.sop<i64>
  %previous = rasp.aggregate %shift, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  %after_same = rasp.select eq keys(%previous) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %so_far = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %followed = rasp.and %after_same, %so_far
  %latest = rasp.best %followed, %indices : !rasp.sop<i64>
  %next = rasp.aggregate %latest, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %next : !rasp.sop<!rasp.str>
}
