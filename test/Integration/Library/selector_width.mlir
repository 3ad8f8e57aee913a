// How many tokens a causal program sees at each position.
//
// RUN: rasp-run --stage=rasp %s --input a,b,c,d | FileCheck %s
// RUN: rasp-run %s --input a,b,c,d | FileCheck %s
//
// RUN: rasp-run --check %s --all-up-to 4 --random 100 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=10 %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=32 %s \
// RUN:   | rasp-run --check - --all-up-to 2 --random 20 --seed 1
//
// RUN: %python %S/oracle.py %s --max-seq-len=5,10,32

// CHECK: a b c d -> 1 2 3 4

rasp.program @selector_width(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c", "d"], max_seq_len = 5, causal} {
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %width = rasp.selector_width %all
  rasp.return %width : !rasp.sop<i64>
}
