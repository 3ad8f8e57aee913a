// 1 where the brackets are balanced, else 0; the same at every position.
// No prefix may close more than it opened, and at the end nothing may be open.
// Faults are counted and added, and only their sum is tested: a sum costs a
// transformer nothing, an "or" does.
//
// RUN: rasp-run --stage=rasp %s \
// RUN:   --input "(,),(,)" \
// RUN:   --input "(,(,)" \
// RUN:   --input "),(" \
// RUN:   --input "(,(,),)" | FileCheck %s
// RUN: rasp-run %s \
// RUN:   --input "(,),(,)" \
// RUN:   --input "(,(,)" \
// RUN:   --input "),(" \
// RUN:   --input "(,(,),)" | FileCheck %s
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

// CHECK: ( ) ( ) -> 1 1 1 1
// CHECK: ( ( ) -> 0 0 0
// CHECK: ) ( -> 0 0
// CHECK: ( ( ) ) -> 1 1 1 1

rasp.program @shuffle_dyck1(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["(", ")"], max_seq_len = 5} {
  %step_round = rasp.lookup %tokens table<("(") -> 1, (")") -> -1, _ -> 0> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i64>
  %indices = rasp.indices
  %prefix = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %balance_round = rasp.aggregate %prefix, %step_round : !rasp.sop<i64> -> !rasp.sop<f64>
  %negative_round = rasp.map %balance_round : (!rasp.sop<f64>) -> !rasp.sop<i64> {
  ^bb0(%balance: f64):
    %zero = arith.constant 0.0 : f64
    %below = arith.cmpf olt, %balance, %zero : f64
    %result = arith.extui %below : i1 to i64
    rasp.yield %result : i64
  }
  %open_round = rasp.map %balance_round : (!rasp.sop<f64>) -> !rasp.sop<i64> {
  ^bb0(%balance: f64):
    %zero = arith.constant 0.0 : f64
    %differs = arith.cmpf one, %balance, %zero : f64
    %result = arith.extui %differs : i1 to i64
    rasp.yield %result : i64
  }
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %length = rasp.selector_width %all
  %last = rasp.map %length : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%n: i64):
    %one = arith.constant 1 : i64
    %result = arith.subi %n, %one : i64
    rasp.yield %result : i64
  }
  %select_last = rasp.select eq keys(%indices) queries(%last) : !rasp.sop<i64>, !rasp.sop<i64>
  %negative_mean = rasp.aggregate %all, %negative_round : !rasp.sop<i64> -> !rasp.sop<f64>
  %open_last = rasp.aggregate %select_last, %open_round : !rasp.sop<i64> -> !rasp.sop<f64>
  %faults = rasp.map %negative_mean, %open_last : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%negatives: f64, %unclosed: f64):
    %sum = arith.addf %negatives, %unclosed : f64
    rasp.yield %sum : f64
  }
  %balanced = rasp.map %faults : (!rasp.sop<f64>) -> !rasp.sop<i64> {
  ^bb0(%count: f64):
    %zero = arith.constant 0.0 : f64
    %none = arith.cmpf oeq, %count, %zero : f64
    %result = arith.extui %none : i1 to i64
    rasp.yield %result : i64
  }
  rasp.return %balanced : !rasp.sop<i64>
}
