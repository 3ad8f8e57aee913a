// Of the tokens up to and including each position, the fraction that opens a
// bracket less the fraction that closes one: one mean of 1, -1 and 0.
//
// RUN: rasp-run --stage=rasp %s --input "a,(,),b,(,c,),)" | FileCheck %s
//
// RUN: rasp-run --check %s --all-up-to 4 --random 100 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=5 %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=32 %s \
// RUN:   | rasp-run --check - --all-up-to 2 --random 20 --seed 1
// RUN: rasp-opt --rasp-set-contract="causal=true max-seq-len=10" %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
//
// RUN: %python %S/oracle.py %s --max-seq-len=5,10,32
// RUN: %python %S/oracle.py %s --max-seq-len=5,10 --causal

// CHECK: a ( ) b ( c ) ) -> 0 0.5 0 0 1/5 1/6 0 -0.125

rasp.program @pair_balance(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<f64>
    attributes {vocab = ["(", ")", "a", "b", "c"], max_seq_len = 10} {
  %step = rasp.lookup %tokens table<("(") -> 1, (")") -> -1, _ -> 0> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i64>
  %indices = rasp.indices
  %prefix = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %balance = rasp.aggregate %prefix, %step : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %balance : !rasp.sop<f64>
}
