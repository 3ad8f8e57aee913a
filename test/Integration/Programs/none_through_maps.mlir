// None goes through maps and tables, and no select matches it.
//
// RUN: rasp-run --stage=rasp %s --input 1,2,2,1 --input 3 | FileCheck %s
// RUN: rasp-run %s --input 1,2,2,1 --input 3 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 4 --random 30 --seed 1

// CHECK: 1 2 2 1 -> none 11 12 12
// CHECK: 3 -> none

rasp.program @none_through_maps(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 5} {
  %indices = rasp.indices
  %left = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %result = arith.subi %index, %one : i64
    rasp.yield %result : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%left) : !rasp.sop<i64>, !rasp.sop<i64>
  %previous = rasp.aggregate %shift, %tokens : !rasp.sop<i64> -> !rasp.sop<i64>
  %tens = rasp.map %previous : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%value: i64):
    %ten = arith.constant 10 : i64
    %result = arith.muli %value, %ten : i64
    rasp.yield %result : i64
  }
  // Where the previous token is none, this row is empty: its width is 0.
  %same_previous = rasp.select eq keys(%previous) queries(%previous) : !rasp.sop<i64>, !rasp.sop<i64>
  %num_same = rasp.selector_width %same_previous
  %unit = rasp.lookup %tens table<(10) -> 10, _ -> 10> : (!rasp.sop<i64>) -> !rasp.sop<i64>
  %sum = rasp.map %unit, %num_same : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%lhs: i64, %rhs: i64):
    %result = arith.addi %lhs, %rhs : i64
    rasp.yield %result : i64
  }
  rasp.return %sum : !rasp.sop<i64>
}
