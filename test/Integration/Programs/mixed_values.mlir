// A table may give values of different kinds, and select tells them apart.
//
// RUN: rasp-run --stage=rasp %s --input 1,2,3,1 | FileCheck %s
// RUN: rasp-run %s --input 1,2,3,1 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 20 --seed 1

// CHECK: 1 2 3 1 -> one one 0.5 true

rasp.program @mixed_values(%tokens: !rasp.sop<i64>) -> !rasp.sop<!rasp.any>
    attributes {vocab = [1, 2, 3], max_seq_len = 4} {
  %indices = rasp.indices
  %mixed = rasp.lookup %tokens, %indices table<(1, 0) -> "one", (2, 1) -> "one", (3, 2) -> 0.5, _ -> true> : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<!rasp.any>
  %same = rasp.select eq keys(%mixed) queries(%mixed) : !rasp.sop<!rasp.any>, !rasp.sop<!rasp.any>
  %gathered = rasp.aggregate %same, %mixed unique : !rasp.sop<!rasp.any> -> !rasp.sop<!rasp.any>
  rasp.return %gathered : !rasp.sop<!rasp.any>
}
