// Means over one selector commute with affine functions.

// RUN: rasp-opt %s --rasp-merge-aggregates --split-input-file | FileCheck %s

// CHECK-LABEL: rasp.program @balance
rasp.program @balance(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<f64>
    attributes {vocab = ["(", ")"], max_seq_len = 4} {
  %indices = rasp.indices
  %open = rasp.lookup %tokens table<("(") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %close = rasp.lookup %tokens table<(")") -> 1, _ -> 0> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i64>
  // CHECK: %[[PREFIX:.*]] = rasp.select le
  %prefix = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %opens = rasp.aggregate %prefix, %open : !rasp.sop<i1> -> !rasp.sop<f64>
  %closes = rasp.aggregate %prefix, %close : !rasp.sop<i64> -> !rasp.sop<f64>
  // CHECK-NOT: rasp.aggregate
  // CHECK: %[[STEP:.*]] = rasp.map %open, %close : (!rasp.sop<i1>, !rasp.sop<i64>) -> !rasp.sop<f64> {
  // CHECK-NEXT: ^bb0(%[[O:.*]]: i1, %[[C:.*]]: i64):
  // CHECK-DAG:    %[[X:.*]] = arith.uitofp %[[O]] : i1 to f64
  // CHECK-DAG:    %[[Y:.*]] = arith.sitofp %[[C]] : i64 to f64
  // CHECK:        %[[D:.*]] = arith.subf %[[X]], %[[Y]] : f64
  // CHECK-NEXT:   rasp.yield %[[D]] : f64
  // CHECK: %balance = rasp.aggregate %[[PREFIX]], %[[STEP]] : !rasp.sop<f64> -> !rasp.sop<f64>
  // CHECK-NOT: rasp.aggregate
  %balance = rasp.map %opens, %closes : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%a: f64, %b: f64):
    %difference = arith.subf %a, %b : f64
    rasp.yield %difference : f64
  }
  rasp.return %balance : !rasp.sop<f64>
}

// -----

// The default is the combination of the defaults, and a combination of merged
// means merges again.

// CHECK-LABEL: rasp.program @defaults
rasp.program @defaults(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64>
    attributes {vocab = [0.5, 1.0], max_seq_len = 4} {
  %indices = rasp.indices
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %x = rasp.aggregate %before, %tokens default(3.0) : !rasp.sop<f64> -> !rasp.sop<f64>
  %y = rasp.aggregate %before, %indices default(0.5) : !rasp.sop<i64> -> !rasp.sop<f64>
  %z = rasp.aggregate %before, %tokens default(4.0) : !rasp.sop<f64> -> !rasp.sop<f64>
  // 2 * 3 - 0.5 + 1
  %inner = rasp.map %x, %y : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%a: f64, %b: f64):
    %two = arith.constant 2.0 : f64
    %one = arith.constant 1.0 : f64
    %twice = arith.mulf %two, %a : f64
    %difference = arith.subf %twice, %b : f64
    %result = arith.addf %difference, %one : f64
    rasp.yield %result : f64
  }
  // (6.5 + 4) / 2
  // CHECK: rasp.aggregate
  // CHECK-SAME: default(5.25{{0*}}
  // CHECK-NOT: rasp.aggregate
  %outer = rasp.map %inner, %z : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%a: f64, %b: f64):
    %two = arith.constant 2.0 : f64
    %sum = arith.addf %a, %b : f64
    %half = arith.divf %sum, %two : f64
    rasp.yield %half : f64
  }
  rasp.return %outer : !rasp.sop<f64>
}

// -----

// What does not commute, or is needed by itself, stays.

// CHECK-LABEL: rasp.program @stays
rasp.program @stays(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64>
    attributes {vocab = [0.5, 1.0], max_seq_len = 4} {
  // CHECK-COUNT-8: rasp.aggregate
  // CHECK-NOT: rasp.aggregate
  %indices = rasp.indices
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %after = rasp.select gt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %last = rasp.best %before, %indices : !rasp.sop<i64>
  // Two selectors.
  %a = rasp.aggregate %before, %tokens : !rasp.sop<f64> -> !rasp.sop<f64>
  %b = rasp.aggregate %after, %tokens : !rasp.sop<f64> -> !rasp.sop<f64>
  %ab = rasp.map %a, %b : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%x: f64, %y: f64):
    %r = arith.addf %x, %y : f64
    rasp.yield %r : f64
  }
  // No affine function.
  %c = rasp.aggregate %before, %tokens default(1.0) : !rasp.sop<f64> -> !rasp.sop<f64>
  %d = rasp.aggregate %before, %indices default(1.0) : !rasp.sop<i64> -> !rasp.sop<f64>
  %cd = rasp.map %c, %d, %ab : (!rasp.sop<f64>, !rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%x: f64, %y: f64, %z: f64):
    %p = arith.mulf %x, %y : f64
    %r = arith.addf %p, %z : f64
    rasp.yield %r : f64
  }
  // A default that one has and the other has not.
  %e = rasp.aggregate %before, %tokens default(1.0) : !rasp.sop<f64> -> !rasp.sop<f64>
  %f = rasp.aggregate %before, %indices : !rasp.sop<i64> -> !rasp.sop<f64>
  %ef = rasp.map %e, %f : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%x: f64, %y: f64):
    %r = arith.subf %x, %y : f64
    rasp.yield %r : f64
  }
  // Used elsewhere; and an assertion that would be lost.
  %g = rasp.aggregate %last, %ef default(1.0) : !rasp.sop<f64> -> !rasp.sop<f64>
  %h = rasp.aggregate %last, %tokens default(1.0) unique : !rasp.sop<f64> -> !rasp.sop<f64>
  %gh = rasp.map %g, %h : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%x: f64, %y: f64):
    %r = arith.subf %x, %y : f64
    rasp.yield %r : f64
  }
  %result = rasp.map %g, %gh, %cd : (!rasp.sop<f64>, !rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%x: f64, %y: f64, %z: f64):
    %s = arith.addf %x, %y : f64
    %r = arith.addf %s, %z : f64
    rasp.yield %r : f64
  }
  rasp.return %result : !rasp.sop<f64>
}
