// RUN: rasp-opt %s --rasp-expand-best | FileCheck %s
// RUN: rasp-opt %s --rasp-expand-best --rasp-expand-best -o %t.twice
// RUN: rasp-opt %s --rasp-expand-best | diff - %t.twice
// RUN: rasp-opt %s --rasp-expand-best --mlir-print-debuginfo | FileCheck %s --check-prefix=NAMES

// A width counts the keys that have the greatest score.

// In the transformer what is gathered has a name of its own.

// NAMES-LABEL: rasp.program @width
// NAMES: rasp.aggregate %best, %count : {{.*}} loc(#[[GREATEST:loc[0-9]+]])
// NAMES: #[[GREATEST]] = loc("greatest of best"(

// CHECK-LABEL: rasp.program @width
// CHECK: %best = rasp.best %before, %count
// CHECK: %[[GREATEST:[0-9]+]] = rasp.aggregate %best, %count : !rasp.sop<i64> -> !rasp.sop<i64>
// CHECK: %[[EQUAL:[0-9]+]] = rasp.select eq keys(%count) queries(%[[GREATEST]])
// CHECK: %best_0 = rasp.and %before, %[[EQUAL]]
// CHECK: rasp.selector_width %best_0
rasp.program @width(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %count = rasp.selector_width %same
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %best = rasp.best %before, %count : !rasp.sop<i64>
  %ties = rasp.selector_width %best
  rasp.return %ties : !rasp.sop<i64>
}

// Of scores that are all different, the best one's position is the selector.

// CHECK-LABEL: rasp.program @position
// CHECK: %best = rasp.best %same, %fromRight
// CHECK: %[[INDICES:.*]] = rasp.indices
// CHECK: %[[FIRST:.*]] = rasp.aggregate %best, %[[INDICES]]
// CHECK: %best_0 = rasp.select eq keys(%[[INDICES]]) queries(%[[FIRST]])
// CHECK: rasp.not %best_0
rasp.program @position(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %fromRight = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %zero = arith.constant 0 : i64
    %result = arith.subi %zero, %index : i64
    rasp.yield %result : i64
  }
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %best = rasp.best %same, %fromRight : !rasp.sop<i64>
  %others = rasp.not %best
  %width = rasp.selector_width %others
  rasp.return %width : !rasp.sop<i64>
}

// The best of a best.

// CHECK-LABEL: rasp.program @nested
// CHECK: %[[INNER:.*]] = rasp.best %all, %tokens
// CHECK: %[[BOTH:.*]] = rasp.and %all, %{{.*}}
// CHECK: %[[OUTER:.*]] = rasp.best %[[BOTH]], %indices
// CHECK: rasp.aggregate %[[OUTER]], %tokens
rasp.program @nested(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %inner = rasp.best %all, %tokens : !rasp.sop<i64>
  %outer = rasp.best %inner, %indices : !rasp.sop<i64>
  %token = rasp.aggregate %outer, %tokens : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %token : !rasp.sop<i64>
}

// A mean over ties stays where tokens and positions give the scores, and so
// does a gather; where scores are computed, their errors would show.

// CHECK-LABEL: rasp.program @means
// CHECK: %[[EXACT:.*]] = rasp.best %all, %sum
// CHECK: %[[COMPUTED:.*]] = rasp.best %all, %count
// CHECK: %[[GREATEST:.*]] = rasp.aggregate %[[COMPUTED]], %count
// CHECK: %[[EQUAL:.*]] = rasp.select eq keys(%count) queries(%[[GREATEST]])
// CHECK: %[[TIES:.*]] = rasp.and %all, %[[EQUAL]]
// CHECK: rasp.aggregate %[[EXACT]], %indices
// CHECK: rasp.aggregate %[[TIES]], %indices
// CHECK: rasp.aggregate %[[COMPUTED]], %tokens unique
rasp.program @means(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %sum = rasp.map %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64, %index: i64):
    %result = arith.addi %token, %index : i64
    rasp.yield %result : i64
  }
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %count = rasp.selector_width %same
  %exact = rasp.best %all, %sum : !rasp.sop<i64>
  %computed = rasp.best %all, %count : !rasp.sop<i64>
  %a = rasp.aggregate %exact, %indices : !rasp.sop<i64> -> !rasp.sop<f64>
  %b = rasp.aggregate %computed, %indices : !rasp.sop<i64> -> !rasp.sop<f64>
  %c = rasp.aggregate %computed, %tokens unique : !rasp.sop<i64> -> !rasp.sop<f64>
  %result = rasp.map %a, %b, %c : (!rasp.sop<f64>, !rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%x: f64, %y: f64, %z: f64):
    %xy = arith.addf %x, %y : f64
    %xyz = arith.addf %xy, %z : f64
    rasp.yield %xyz : f64
  }
  rasp.return %result : !rasp.sop<f64>
}
