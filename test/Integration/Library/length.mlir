// The number of tokens, at every position.
//
// RUN: rasp-run --stage=rasp %s --input a,b,c --input a,d --input c | FileCheck %s
// RUN: rasp-run %s --input a,b,c --input a,d --input c | FileCheck %s
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
// RUN: %python %S/oracle.py %s --max-seq-len=10 --output=numerical

// CHECK: a b c -> 3 3 3
// CHECK: a d -> 2 2
// CHECK: c -> 1

rasp.program @length(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c", "d"], max_seq_len = 3} {
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %length = rasp.selector_width %all
  rasp.return %length : !rasp.sop<i64>
}
