// Strings are put together, measured and compared.
//
// RUN: rasp-run --stage=rasp %s --input to,be,or,not --input or | FileCheck %s
// RUN: rasp-run %s --input to,be,or,not --input or | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 20 --seed 1

// CHECK: to be or not -> TO to-be be-or not
// CHECK: or -> OR

rasp.program @string_ops(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["be", "not", "or", "to"], max_seq_len = 4} {
  %indices = rasp.indices
  %left = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %result = arith.subi %index, %one : i64
    rasp.yield %result : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%left) : !rasp.sop<i64>, !rasp.sop<i64>
  %previous = rasp.aggregate %shift, %tokens default("") : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  %upper = rasp.lookup %tokens table<("be") -> "BE", ("not") -> "NOT", ("or") -> "OR", ("to") -> "TO"> : (!rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
  %joined = rasp.map %previous, %tokens, %upper : (!rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str> {
  ^bb0(%before: !rasp.str, %token: !rasp.str, %loud: !rasp.str):
    %dash = rasp.string "-"
    %start = rasp.concat_strings %before, %dash
    %both = rasp.concat_strings %start, %token
    %five = arith.constant 5 : i64
    %size = rasp.string_length %both
    %long = arith.cmpi sgt, %size, %five : i64
    %empty = rasp.string ""
    %first = rasp.compare_strings eq %before, %empty
    %short = arith.select %long, %token, %both : !rasp.str
    %result = arith.select %first, %loud, %short : !rasp.str
    rasp.yield %result : !rasp.str
  }
  rasp.return %joined : !rasp.sop<!rasp.str>
}
