// Whether the token is "a".
//
// RUN: rasp-run --stage=rasp %s --input b,a,c,d | FileCheck %s
// RUN: rasp-run %s --input b,a,c,d | FileCheck %s
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

// CHECK: b a c d -> false true false false

rasp.program @detect_pattern_a(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i1>
    attributes {vocab = ["a", "b", "c", "d"], max_seq_len = 5} {
  %is_a = rasp.lookup %tokens table<("a") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  rasp.return %is_a : !rasp.sop<i1>
}
