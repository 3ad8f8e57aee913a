// What is known of brackets when they are read from the left: "P" balanced so
// far and closed, "T" balanced so far and still open, "F" broken.
//
// RUN: rasp-run --stage=rasp %s --input "(,),(,(,)" --input "(,),),(" | FileCheck %s
// RUN: rasp-run %s --input "(,),(,(,)" --input "(,),),(" | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 6 --random 60 --seed 1
// RUN: rasp-opt --rasp-set-contract=causal=true %s | rasp-run --check - --all-up-to 4 --random 20 --seed 1

// CHECK: ( ) ( ( ) -> T P T T T
// CHECK: ( ) ) ( -> T P F F

rasp.program @dyck1_ptf(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["(", ")"], max_seq_len = 8} {
  %indices = rasp.indices
  %step = rasp.lookup %tokens table<("(") -> 1, (")") -> -1> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i64>
  %prefix = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %balance = rasp.aggregate %prefix, %step : !rasp.sop<i64> -> !rasp.sop<f64>
  %negative = rasp.map %balance : (!rasp.sop<f64>) -> !rasp.sop<i1> {
  ^bb0(%value: f64):
    %zero = arith.constant 0.0 : f64
    %below = arith.cmpf olt, %value, %zero : f64
    rasp.yield %below : i1
  }
  %open = rasp.map %balance : (!rasp.sop<f64>) -> !rasp.sop<i1> {
  ^bb0(%value: f64):
    %zero = arith.constant 0.0 : f64
    %differs = arith.cmpf une, %value, %zero : f64
    rasp.yield %differs : i1
  }
  %negative_before = rasp.aggregate %prefix, %negative : !rasp.sop<i1> -> !rasp.sop<f64>
  %state = rasp.map %negative_before, %open : (!rasp.sop<f64>, !rasp.sop<i1>) -> !rasp.sop<!rasp.str> {
  ^bb0(%negatives: f64, %is_open: i1):
    %zero = arith.constant 0.0 : f64
    %balanced = rasp.string "P"
    %still_open = rasp.string "T"
    %broken = rasp.string "F"
    %is_broken = arith.cmpf ogt, %negatives, %zero : f64
    %good = arith.select %is_open, %still_open, %balanced : !rasp.str
    %result = arith.select %is_broken, %broken, %good : !rasp.str
    rasp.yield %result : !rasp.str
  }
  rasp.return %state : !rasp.sop<!rasp.str>
}
