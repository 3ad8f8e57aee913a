// Whether some token occurs twice, at every position.
//
// RUN: rasp-run --stage=rasp %s --input 3,1,2,1 --input 3,1,2 --input 4 | FileCheck %s
// RUN: rasp-run %s --input 3,1,2,1 --input 3,1,2 --input 4 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 40 --seed 1

// CHECK: 3 1 2 1 -> true true true true
// CHECK: 3 1 2 -> false false false
// CHECK: 4 -> false

rasp.program @has_duplicate(%tokens: !rasp.sop<i64>) -> !rasp.sop<i1>
    attributes {vocab = [1, 2, 3, 4], max_seq_len = 5} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %hist = rasp.selector_width %same
  %one = rasp.constant 1
  %repeated = rasp.select gt keys(%hist) queries(%one) : !rasp.sop<i64>, !rasp.sop<i64>
  %num_repeated = rasp.selector_width %repeated
  %has_duplicate = rasp.map %num_repeated : (!rasp.sop<i64>) -> !rasp.sop<i1> {
  ^bb0(%count: i64):
    %zero = arith.constant 0 : i64
    %some = arith.cmpi ne, %count, %zero : i64
    rasp.yield %some : i1
  }
  rasp.return %has_duplicate : !rasp.sop<i1>
}
