// The tokens in ascending order of a key, here 1 - index: backwards.
//
// RUN: rasp-run --stage=rasp %s --input a,b,c,d --input b,a,a | FileCheck %s
// RUN: rasp-run %s --input a,b,c,d --input b,a,a | FileCheck %s
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

// CHECK: a b c d -> d c b a
// CHECK: b a a -> a a b

rasp.program @sort_unique_by_key(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b", "c", "d"], max_seq_len = 5} {
  %indices = rasp.indices
  %key = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %difference = arith.subi %one, %index : i64
    rasp.yield %difference : i64
  }
  %smaller = rasp.select lt keys(%key) queries(%key) : !rasp.sop<i64>, !rasp.sop<i64>
  %rank = rasp.selector_width %smaller
  %place = rasp.select eq keys(%rank) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %sorted = rasp.aggregate %place, %tokens unique : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %sorted : !rasp.sop<!rasp.str>
}
