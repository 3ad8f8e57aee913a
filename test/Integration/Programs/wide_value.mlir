// A value of far more possibilities than the keys by which it is found.
//
// RUN: rasp-run --stage=rasp %s --input 9,2,5 --input 4 | FileCheck %s
// RUN: rasp-run %s --input 9,2,5 --input 4 | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 2 --random 30 --seed 1

// CHECK: 9 2 5 -> 92 92 92
// CHECK: 4 -> none

rasp.program @wide_value(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3, 4, 5, 6, 7, 8, 9], max_seq_len = 3} {
  %indices = rasp.indices
  %zero = rasp.constant 0
  %one = rasp.constant 1
  %at_zero = rasp.select eq keys(%indices) queries(%zero) : !rasp.sop<i64>, !rasp.sop<i64>
  %at_one = rasp.select eq keys(%indices) queries(%one) : !rasp.sop<i64>, !rasp.sop<i64>
  %first = rasp.aggregate %at_zero, %tokens : !rasp.sop<i64> -> !rasp.sop<i64>
  %second = rasp.aggregate %at_one, %tokens : !rasp.sop<i64> -> !rasp.sop<i64>
  %number = rasp.map %first, %second : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%tens: i64, %units: i64):
    %ten = arith.constant 10 : i64
    %high = arith.muli %tens, %ten : i64
    %sum = arith.addi %high, %units : i64
    rasp.yield %sum : i64
  }
  %gathered = rasp.aggregate %at_zero, %number : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %gathered : !rasp.sop<i64>
}
