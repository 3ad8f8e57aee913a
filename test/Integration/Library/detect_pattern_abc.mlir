// Whether "abc" ends at each position; none where three tokens are not there yet.
//
// RUN: rasp-run --stage=rasp %s --input a,b,c,a,b,c | FileCheck %s
// RUN: rasp-run %s --input a,b,c,a,b,c | FileCheck %s
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

// CHECK: a b c a b c -> none none true false false true

rasp.program @detect_pattern_abc(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i1>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 6} {
  %is_a = rasp.lookup %tokens table<("a") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %is_b = rasp.lookup %tokens table<("b") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %is_c = rasp.lookup %tokens table<("c") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %indices = rasp.indices
  %source_one = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %there = arith.subi %index, %one : i64
    rasp.yield %there : i64
  }
  %shift_one = rasp.select eq keys(%indices) queries(%source_one) : !rasp.sop<i64>, !rasp.sop<i64>
  %source_two = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %two = arith.constant 2 : i64
    %there = arith.subi %index, %two : i64
    rasp.yield %there : i64
  }
  %shift_two = rasp.select eq keys(%indices) queries(%source_two) : !rasp.sop<i64>, !rasp.sop<i64>
  %then_b = rasp.aggregate %shift_one, %is_b : !rasp.sop<i1> -> !rasp.sop<i1>
  %first_a = rasp.aggregate %shift_two, %is_a : !rasp.sop<i1> -> !rasp.sop<i1>
  %detected = rasp.map %first_a, %then_b, %is_c : (!rasp.sop<i1>, !rasp.sop<i1>, !rasp.sop<i1>) -> !rasp.sop<i1> {
  ^bb0(%first: i1, %second: i1, %third: i1):
    %two = arith.andi %first, %second : i1
    %three = arith.andi %two, %third : i1
    rasp.yield %three : i1
  }
  rasp.return %detected : !rasp.sop<i1>
}
