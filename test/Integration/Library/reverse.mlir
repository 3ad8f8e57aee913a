// The tokens in the opposite order.
//
// RUN: rasp-run --stage=rasp %s --input a,b,c,d --input a,b,c --input a,d --input c | FileCheck %s
// RUN: rasp-run %s --input a,b,c,d --input a,b,c --input a,d --input c | FileCheck %s
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

// CHECK: a b c d -> d c b a
// CHECK: a b c -> c b a
// CHECK: a d -> d a
// CHECK: c -> c

rasp.program @reverse(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b", "c", "d"], max_seq_len = 5} {
  %indices = rasp.indices
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %length = rasp.selector_width %all
  %opposite = rasp.map %length, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%n: i64, %index: i64):
    %one = arith.constant 1 : i64
    %difference = arith.subi %n, %index : i64
    %mirrored = arith.subi %difference, %one : i64
    rasp.yield %mirrored : i64
  }
  %flip = rasp.select eq keys(%indices) queries(%opposite) : !rasp.sop<i64>, !rasp.sop<i64>
  %reversed = rasp.aggregate %flip, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %reversed : !rasp.sop<!rasp.str>
}
