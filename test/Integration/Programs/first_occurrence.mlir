// Whether the token at each position has not stood before.
//
// RUN: rasp-run --stage=rasp %s --input x,y,x,z,y | FileCheck %s
// RUN: rasp-run %s --input x,y,x,z,y | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 40 --seed 1
// RUN: rasp-opt --rasp-set-contract=causal=true %s | rasp-run - --input x,y,x,z,y | FileCheck %s

// CHECK: x y x z y -> true true false true false

rasp.program @first_occurrence(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i1>
    attributes {vocab = ["x", "y", "z"], max_seq_len = 6} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %same_earlier = rasp.and %same, %earlier
  %num_earlier = rasp.selector_width %same_earlier
  %is_first = rasp.lookup %num_earlier table<(0) -> true, _ -> false> : (!rasp.sop<i64>) -> !rasp.sop<i1>
  rasp.return %is_first : !rasp.sop<i1>
}
