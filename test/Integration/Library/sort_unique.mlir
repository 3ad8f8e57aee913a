// The tokens in ascending order, where all of them are different. Equal tokens
// share a position, and one after them has none.
//
// RUN: rasp-run --stage=rasp %s --input 2,4,3,1 --input 3,1,3 | FileCheck %s
// RUN: rasp-run %s --input 2,4,3,1 --input 3,1,3 | FileCheck %s
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
// CHECK: 3 1 3 -> 1 3 none

rasp.program @sort_unique(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3, 4], max_seq_len = 5} {
  %indices = rasp.indices
  %smaller = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %rank = rasp.selector_width %smaller
  %place = rasp.select eq keys(%rank) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %sorted = rasp.aggregate %place, %tokens unique : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %sorted : !rasp.sop<i64>
}
