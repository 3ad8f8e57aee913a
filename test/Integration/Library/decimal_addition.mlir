// The sum of two decimal numbers that are written with a "+" between them, at the right and
// after zeros. A carry comes from the next place to the right whose digits do not add up to 9.
//
// RUN: rasp-run --stage=rasp %s --input 9,5,+,7,2 --input 9,9,+,0,1 --input 7 | FileCheck %s
// RUN: rasp-run %s --input 9,5,+,7,2 --input 9,9,+,0,1 --input 7 | FileCheck %s
//
// RUN: rasp-run --check %s --all-up-to 3 --random 100 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=10 %s \
// RUN:   | rasp-run --check - --all-up-to 2 --random 60 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=60 %s \
// RUN:   | rasp-run --check - --all-up-to 1 --random 20 --seed 1
// RUN: rasp-opt --rasp-set-contract="causal=true max-seq-len=10" %s \
// RUN:   | rasp-run --check - --all-up-to 2 --random 60 --seed 1
//
// RUN: %python %S/oracle.py %s --max-seq-len=5,10,60

// CHECK: "9" "5" + "7" "2" -> "0" "0" "1" "6" "7"
// CHECK: "9" "9" + "0" "1" -> "0" "0" "1" "0" "0"
// CHECK: "7" -> "7"

rasp.program @decimal_addition(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "+"], max_seq_len = 7} {
  %indices = rasp.indices
  %value = rasp.lookup %tokens table<("0") -> 0, ("1") -> 1, ("2") -> 2, ("3") -> 3, ("4") -> 4, ("5") -> 5, ("6") -> 6, ("7") -> 7, ("8") -> 8, ("9") -> 9, _ -> 0> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i64>
  %sign = rasp.constant "+"
  %at_plus = rasp.select eq keys(%tokens) queries(%sign) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %from_right = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %zero = arith.constant 0 : i64
    %negative = arith.subi %zero, %index : i64
    rasp.yield %negative : i64
  }
  %first_plus = rasp.best %at_plus, %from_right : !rasp.sop<i64>
  %plus = rasp.aggregate %first_plus, %indices default(-1) : !rasp.sop<i64> -> !rasp.sop<i64>
  %all = rasp.select true keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %length = rasp.selector_width %all
  // The digit of the first number at the same place: plus - 1 - (length - 1 - index).
  %source = rasp.map %plus, %length, %indices : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%p: i64, %n: i64, %index: i64):
    %shift = arith.subi %p, %n : i64
    %place = arith.addi %shift, %index : i64
    rasp.yield %place : i64
  }
  %at_source = rasp.select eq keys(%indices) queries(%source) : !rasp.sop<i64>, !rasp.sop<i64>
  %first = rasp.aggregate %at_source, %value default(0) : !rasp.sop<i64> -> !rasp.sop<i64>
  %second = rasp.map %value, %indices, %plus : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%v: i64, %index: i64, %p: i64):
    %zero = arith.constant 0 : i64
    %inside = arith.cmpi sgt, %index, %p : i64
    %digit = arith.select %inside, %v, %zero : i64
    rasp.yield %digit : i64
  }
  %total = rasp.map %first, %second : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%a: i64, %b: i64):
    %sum = arith.addi %a, %b : i64
    rasp.yield %sum : i64
  }
  %nine = rasp.constant 9
  %deciding = rasp.select ne keys(%total) queries(%nine) : !rasp.sop<i64>, !rasp.sop<i64>
  %later = rasp.select gt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %deciding_later = rasp.and %deciding, %later
  %next = rasp.best %deciding_later, %from_right : !rasp.sop<i64>
  %carries = rasp.map %total : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%t: i64):
    %nine_ = arith.constant 9 : i64
    %more = arith.cmpi sgt, %t, %nine_ : i64
    %bit = arith.extui %more : i1 to i64
    rasp.yield %bit : i64
  }
  %carry = rasp.aggregate %next, %carries default(0) : !rasp.sop<i64> -> !rasp.sop<i64>
  %digit = rasp.map %total, %carry : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%t: i64, %c: i64):
    %ten = arith.constant 10 : i64
    %sum = arith.addi %t, %c : i64
    %rest = arith.remsi %sum, %ten : i64
    rasp.yield %rest : i64
  }
  %text = rasp.lookup %digit table<(0) -> "0", (1) -> "1", (2) -> "2", (3) -> "3", (4) -> "4", (5) -> "5", (6) -> "6", (7) -> "7", (8) -> "8", (9) -> "9"> : (!rasp.sop<i64>) -> !rasp.sop<!rasp.str>
  rasp.return %text : !rasp.sop<!rasp.str>
}
