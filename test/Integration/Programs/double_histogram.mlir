// How many different tokens occur as often as the token at each position: each
// token is counted where it stands first.
//
// RUN: rasp-run --stage=rasp %s --input a,b,b,c,c,d,d --input a,a --input c | FileCheck %s
// RUN: rasp-run %s --input a,b,b,c,c,d,d --input a,a --input c | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 60 --seed 1

// CHECK: a b b c c d d -> 1 3 3 3 3 3 3
// CHECK: a a -> 1 1
// CHECK: c -> 1

rasp.program @double_histogram(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c", "d"], max_seq_len = 7} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %same_earlier = rasp.and %same, %earlier
  %hist = rasp.selector_width %same
  %num_earlier = rasp.selector_width %same_earlier
  %zero = rasp.constant 0
  %as_frequent = rasp.select eq keys(%hist) queries(%hist) : !rasp.sop<i64>, !rasp.sop<i64>
  %first = rasp.select eq keys(%num_earlier) queries(%zero) : !rasp.sop<i64>, !rasp.sop<i64>
  %first_as_frequent = rasp.and %as_frequent, %first
  %double_histogram = rasp.selector_width %first_as_frequent
  rasp.return %double_histogram : !rasp.sop<i64>
}
