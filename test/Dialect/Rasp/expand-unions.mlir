// RUN: rasp-opt %s --rasp-expand-unions | FileCheck %s
// RUN: rasp-opt %s --rasp-expand-unions=max-pairs=5 | FileCheck %s --check-prefix=LIMIT
// RUN: rasp-opt %s --rasp-expand-unions -o %t.once
// RUN: rasp-opt %t.once --rasp-expand-unions | diff - %t.once

// One s-op that is compared is its own code. Several get one code for those
// combinations that select, or are selected, alike.

// CHECK-LABEL: rasp.program @codes
// CHECK: %[[KEY:.*]] = rasp.lookup %tokens, %indices table<(1, 0) -> 0, (1, 1) -> 1, (1, 2) -> 1, (2, 0) -> 0, (2, 1) -> 2, (2, 2) -> 2>
// CHECK: %either_0 = rasp.select keys(%[[KEY]]) queries(%tokens) table<(0, 1) -> true, (0, 2) -> true, (1, 1) -> true, (2, 2) -> true, _ -> false>
// CHECK: rasp.aggregate %either_0, %tokens

// Beyond the limit unions stay.
// LIMIT-LABEL: rasp.program @codes
// LIMIT: rasp.aggregate %either, %tokens
rasp.program @codes(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 2], max_seq_len = 3} {
  %indices = rasp.indices
  %zero = rasp.constant 0
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %first = rasp.select eq keys(%indices) queries(%zero) : !rasp.sop<i64>, !rasp.sop<i64>
  %either = rasp.or %same, %first
  %mean = rasp.aggregate %either, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}

// Where queries are constants there is one code, and one table for all readers.

// CHECK-LABEL: rasp.program @shared
// CHECK: %[[QUERY:.*]] = rasp.constant 0
// CHECK: %either_0 = rasp.select keys({{.*}}) queries(%[[QUERY]]) table<
// CHECK-NOT: rasp.select
// CHECK: rasp.aggregate %either_0, %tokens
// CHECK: rasp.aggregate %either_0, %indices
rasp.program @shared(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 2], max_seq_len = 3} {
  %indices = rasp.indices
  %one = rasp.constant 1
  %is_one = rasp.select eq keys(%tokens) queries(%one) : !rasp.sop<i64>, !rasp.sop<i64>
  %is_second = rasp.select eq keys(%indices) queries(%one) : !rasp.sop<i64>, !rasp.sop<i64>
  %either = rasp.or %is_one, %is_second
  %mean = rasp.aggregate %either, %tokens default(0.0) : !rasp.sop<i64> -> !rasp.sop<f64>
  %place = rasp.aggregate %either, %indices default(0.0) : !rasp.sop<i64> -> !rasp.sop<f64>
  %sum = rasp.map %mean, %place : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%x: f64, %y: f64):
    %s = arith.addf %x, %y : f64
    rasp.yield %s : f64
  }
  rasp.return %sum : !rasp.sop<f64>
}

// What one head can do stays: conjunctions, also those that are complements of
// unions, unions over the same operands, and whatever is not aggregated.

// CHECK-LABEL: rasp.program @conjunctions
// CHECK: %neither = rasp.not %either
// CHECK: rasp.aggregate %neither, %tokens
// CHECK: rasp.aggregate %up_to, %tokens
// CHECK: rasp.selector_width %either
rasp.program @conjunctions(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 2], max_seq_len = 3} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %here = rasp.select eq keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %either = rasp.or %same, %before
  %neither = rasp.not %either
  %up_to = rasp.or %before, %here
  %a = rasp.aggregate %neither, %tokens default(0.0) : !rasp.sop<i64> -> !rasp.sop<f64>
  %b = rasp.aggregate %up_to, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  %c = rasp.selector_width %either
  %sum = rasp.map %a, %b, %c : (!rasp.sop<f64>, !rasp.sop<f64>, !rasp.sop<i64>) -> !rasp.sop<f64> {
  ^bb0(%x: f64, %y: f64, %z: i64):
    %s = arith.addf %x, %y : f64
    rasp.yield %s : f64
  }
  rasp.return %sum : !rasp.sop<f64>
}

// A select never matches none, which has no code.

// CHECK-LABEL: rasp.program @none
// CHECK: rasp.aggregate %either, %tokens
rasp.program @none(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 2], max_seq_len = 3} {
  %indices = rasp.indices
  %some = rasp.lookup %tokens table<(1) -> #rasp.none, _ -> 2> : (!rasp.sop<i64>) -> !rasp.sop<i64>
  %same = rasp.select eq keys(%some) queries(%some) : !rasp.sop<i64>, !rasp.sop<i64>
  %before = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %either = rasp.or %same, %before
  %mean = rasp.aggregate %either, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}
