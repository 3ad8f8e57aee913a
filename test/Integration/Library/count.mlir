// How many tokens are "a", at every position.
//
// RUN: rasp-run --stage=rasp %s --input a,a,a,b,b,c --input c,a,b,c --input b,b,c | FileCheck %s
// RUN: rasp-run %s --input a,a,a,b,b,c --input c,a,b,c --input b,b,c | FileCheck %s
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

// CHECK: a a a b b c -> 3 3 3 3 3 3
// CHECK: c a b c -> 1 1 1 1
// CHECK: b b c -> 0 0 0

rasp.program @count(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 8} {
  %a = rasp.constant "a"
  %is_a = rasp.select eq keys(%tokens) queries(%a) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %count = rasp.selector_width %is_a
  rasp.return %count : !rasp.sop<i64>
}
