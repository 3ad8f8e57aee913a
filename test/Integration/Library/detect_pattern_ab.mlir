// Whether "ab" ends at each position; none where two tokens are not there yet.
//
// RUN: rasp-run --stage=rasp %s --input a,a,b,a --input a,b,a,a --input a,a,a,a | FileCheck %s
// RUN: rasp-run %s --input a,a,b,a --input a,b,a,a --input a,a,a,a | FileCheck %s
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

// CHECK: a a b a -> none false true false
// CHECK: a b a a -> none true false false
// CHECK: a a a a -> none false false false

rasp.program @detect_pattern_ab(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i1>
    attributes {vocab = ["a", "b"], max_seq_len = 5} {
  %is_a = rasp.lookup %tokens table<("a") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %is_b = rasp.lookup %tokens table<("b") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %indices = rasp.indices
  %source = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %there = arith.subi %index, %one : i64
    rasp.yield %there : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%source) : !rasp.sop<i64>, !rasp.sop<i64>
  %after_a = rasp.aggregate %shift, %is_a : !rasp.sop<i1> -> !rasp.sop<i1>
  %detected = rasp.map %after_a, %is_b : (!rasp.sop<i1>, !rasp.sop<i1>) -> !rasp.sop<i1> {
  ^bb0(%first: i1, %second: i1):
    %both = arith.andi %first, %second : i1
    rasp.yield %both : i1
  }
  rasp.return %detected : !rasp.sop<i1>
}
