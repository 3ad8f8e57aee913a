// Of the tokens up to and including each position, the fraction that is "l".
//
// RUN: rasp-run --stage=rasp %s --input h,e,l,l,o | FileCheck %s
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

// CHECK: h e l l o -> 0 0 1/3 0.5 2/5

rasp.program @frac_prevs(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<f64>
    attributes {vocab = ["e", "h", "l", "o"], max_seq_len = 5} {
  %hit = rasp.lookup %tokens table<("l") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %indices = rasp.indices
  %prefix = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %fraction = rasp.aggregate %prefix, %hit : !rasp.sop<i1> -> !rasp.sop<f64>
  rasp.return %fraction : !rasp.sop<f64>
}
