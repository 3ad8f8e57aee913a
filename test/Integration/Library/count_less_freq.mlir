// How many tokens occur at most twice, at every position.
//
// RUN: rasp-run --stage=rasp %s --input a,a,a,b,b,c --input a,a,c,b,b,c | FileCheck %s
// RUN: rasp-run %s --input a,a,a,b,b,c --input a,a,c,b,b,c | FileCheck %s
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
// RUN: %python %S/oracle.py %s --max-seq-len=10 --output=numerical

// CHECK: a a a b b c -> 3 3 3 3 3 3
// CHECK: a a c b b c -> 6 6 6 6 6 6

rasp.program @count_less_freq(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c", "d"], max_seq_len = 6} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %hist = rasp.selector_width %same
  %two = rasp.constant 2
  %rare = rasp.select le keys(%hist) queries(%two) : !rasp.sop<i64>, !rasp.sop<i64>
  %count = rasp.selector_width %rare
  rasp.return %count : !rasp.sop<i64>
}
