// Where the last token equal to the one at each position stands: the one that has
// no equal one after it. That there is only one is asserted.
//
// RUN: rasp-run --stage=rasp %s --input x,y,x,z,y | FileCheck %s
// RUN: rasp-run %s --input x,y,x,z,y | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 40 --seed 1

// CHECK: x y x z y -> 2 4 2 3 4

rasp.program @last_occurrence(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["x", "y", "z"], max_seq_len = 6} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %later = rasp.select gt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %same_later = rasp.and %same, %later
  %num_later = rasp.selector_width %same_later
  %zero = rasp.constant 0
  %last = rasp.select eq keys(%num_later) queries(%zero) : !rasp.sop<i64>, !rasp.sop<i64>
  %last_same = rasp.and %same, %last
  %where = rasp.aggregate %last_same, %indices unique : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %where : !rasp.sop<i64>
}
