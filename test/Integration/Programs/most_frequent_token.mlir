// The token that occurs most often, at every position; of several, the one that
// stands first.
//
// RUN: rasp-run --stage=rasp %s --input a,b,b,c --input c,a,c,a --input b | FileCheck %s
// RUN: rasp-run %s --input a,b,b,c --input c,a,c,a --input b | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 60 --seed 1
// RUN: rasp-opt --rasp-set-contract=causal=true %s | rasp-run --check - --all-up-to 3 --random 20 --seed 1

// CHECK: a b b c -> b b b b
// CHECK: c a c a -> c c c c
// CHECK: b -> b

rasp.program @most_frequent_token(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 6} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %hist = rasp.selector_width %same
  %more_frequent = rasp.select gt keys(%hist) queries(%hist) : !rasp.sop<i64>, !rasp.sop<i64>
  %as_frequent = rasp.select eq keys(%hist) queries(%hist) : !rasp.sop<i64>, !rasp.sop<i64>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %tied = rasp.and %as_frequent, %earlier
  %ahead = rasp.or %more_frequent, %tied
  %rank = rasp.selector_width %ahead
  %zero = rasp.constant 0
  %winner = rasp.select eq keys(%rank) queries(%zero) : !rasp.sop<i64>, !rasp.sop<i64>
  %most_frequent = rasp.aggregate %winner, %tokens unique : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %most_frequent : !rasp.sop<!rasp.str>
}
