// The tokens, the most frequent first; those that occur equally often stay in
// their order.
//
// RUN: rasp-run --stage=rasp %s --input 2,4,2,1 --input 1,3,2,3,2 | FileCheck %s
// RUN: rasp-run %s --input 2,4,2,1 --input 1,3,2,3,2 | FileCheck %s
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

// CHECK: 2 4 2 1 -> 2 2 4 1
// CHECK: 1 3 2 3 2 -> 3 2 3 2 1

rasp.program @sort_freq(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3, 4], max_seq_len = 5} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %hist = rasp.selector_width %same
  %more_frequent = rasp.select gt keys(%hist) queries(%hist) : !rasp.sop<i64>, !rasp.sop<i64>
  %equal = rasp.select eq keys(%hist) queries(%hist) : !rasp.sop<i64>, !rasp.sop<i64>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %tied = rasp.and %equal, %earlier
  %before = rasp.or %more_frequent, %tied
  %rank = rasp.selector_width %before
  %place = rasp.select eq keys(%rank) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %sorted = rasp.aggregate %place, %tokens unique : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %sorted : !rasp.sop<i64>
}
