// How many positions neither hold the same token nor stand earlier.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a,b --input b,c | FileCheck %s
// RUN: rasp-run %s --input a,b,a,b --input b,c | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 40 --seed 1

// CHECK: a b a b -> 2 1 1 0
// CHECK: b c -> 1 0

rasp.program @neither_nor(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 5} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %either = rasp.or %same, %earlier
  %neither = rasp.not %either
  %count = rasp.selector_width %neither
  rasp.return %count : !rasp.sop<i64>
}
