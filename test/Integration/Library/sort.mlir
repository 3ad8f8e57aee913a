// The tokens in ascending order. A token is placed behind the smaller ones and
// behind the equal ones to its left.
//
// RUN: rasp-run --stage=rasp %s --input 2,4,3,1 --input 2,4,1,2 --input 3 --input 4,4,4,1,1 | FileCheck %s
// RUN: rasp-run %s --input 2,4,3,1 --input 2,4,1,2 --input 3 --input 4,4,4,1,1 | FileCheck %s
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

// CHECK: 2 4 3 1 -> 1 2 3 4
// CHECK: 2 4 1 2 -> 1 2 2 4
// CHECK: 3 -> 3
// CHECK: 4 4 4 1 1 -> 1 1 4 4 4

rasp.program @sort(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3, 4], max_seq_len = 5} {
  %indices = rasp.indices
  %smaller = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %equal = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %tied = rasp.and %equal, %earlier
  %before = rasp.or %smaller, %tied
  %rank = rasp.selector_width %before
  %place = rasp.select eq keys(%rank) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %sorted = rasp.aggregate %place, %tokens unique : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %sorted : !rasp.sop<i64>
}
