// What the domain analysis finds: the values of every s-op, the widths of every
// selector.

// RUN: rasp-opt %s --rasp-annotate-domains --split-input-file | FileCheck %s

// Means of bits over up to n positions are all fractions k/w, not only 1/w.

// CHECK-LABEL: rasp.program @means
rasp.program @means(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [0, 1], max_seq_len = 4} {
  // CHECK: %indices = rasp.indices {rasp.domain = #rasp.domain<{0, 1, 2, 3}>}
  %indices = rasp.indices
  // CHECK: rasp.select le {{.*}} {rasp.width = array<i64: 1, 4>}
  %prefix = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: %mean = {{.*}} #rasp.domain<{0, 1/4, 1/3, 1/2, 2/3, 3/4, 1}>
  %mean = rasp.aggregate %prefix, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  // The positions before may be none at all, and are at most three.
  // CHECK: rasp.select lt {{.*}} {rasp.width = array<i64: 0, 3>}
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: %without = {{.*}} #rasp.domain<{none, 0, 1/3, 1/2, 2/3, 1}>
  %without = rasp.aggregate %before, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  // CHECK: %with = {{.*}} #rasp.domain<{-1, 0, 1/3, 1/2, 2/3, 1}>
  %with = rasp.aggregate %before, %tokens default(-1.0) : !rasp.sop<i64> -> !rasp.sop<f64>
  // A function of a mean is a function of these fractions.
  // CHECK: %doubled = {{.*}} #rasp.domain<{0, 1/2, 2/3, 1, 4/3, 3/2, 2}>
  %doubled = rasp.map %mean : (!rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%value: f64):
    %twice = arith.addf %value, %value : f64
    rasp.yield %twice : f64
  }
  rasp.return %doubled : !rasp.sop<f64>
}

// -----

// The length and the position are related: the opposite position exists, and a
// row that looks for it is never empty.

// CHECK-LABEL: rasp.program @reverse
rasp.program @reverse(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b"], max_seq_len = 4} {
  %indices = rasp.indices
  // CHECK: rasp.select true {{.*}} {rasp.width = array<i64: 1, 4>}
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  // CHECK: %length = {{.*}} #rasp.domain<{1, 2, 3, 4}>
  %length = rasp.selector_width %all
  // CHECK: %opposite = {{.*}} #rasp.domain<{0, 1, 2, 3}>
  %opposite = rasp.map %length, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%n: i64, %i: i64):
    %one = arith.constant 1 : i64
    %difference = arith.subi %n, %i : i64
    %last = arith.subi %difference, %one : i64
    rasp.yield %last : i64
  }
  // CHECK: rasp.select eq {{.*}} {rasp.width = array<i64: 1, 1>}
  %flip = rasp.select eq keys(%indices) queries(%opposite) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: %reversed = {{.*}} #rasp.domain<{"a", "b"}>
  %reversed = rasp.aggregate %flip, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  // A position past the end finds none.
  // CHECK: %behind = {{.*}} #rasp.domain<{1, 2, 3, 4}>
  %behind = rasp.map %opposite : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%position: i64):
    %one = arith.constant 1 : i64
    %next = arith.addi %position, %one : i64
    rasp.yield %next : i64
  }
  // CHECK: rasp.select eq {{.*}} {rasp.width = array<i64: 0, 1>}
  %shift = rasp.select eq keys(%indices) queries(%behind) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: %shifted = {{.*}} #rasp.domain<{none, "a", "b"}>
  %shifted = rasp.aggregate %shift, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  // Where the divisor is never 0 together with a position, nothing fails.
  // CHECK: %quotient = {{.*}} #rasp.domain<{0, 1, 2, 3}>
  %quotient = rasp.map %length, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%n: i64, %i: i64):
    %difference = arith.subi %n, %i : i64
    %ratio = arith.divsi %i, %difference : i64
    rasp.yield %ratio : i64
  }
  rasp.return %reversed : !rasp.sop<!rasp.str>
}

// -----

// In a causal program the full selector is a prefix, and a query looks for a
// position in vain that is behind it.

// CHECK-LABEL: rasp.program @causal
rasp.program @causal(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 4, causal} {
  %indices = rasp.indices
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %length = rasp.selector_width %all
  // The length so far less the position is always 1.
  // CHECK: %one = {{.*}} #rasp.domain<{1}>
  %one = rasp.map %length, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%n: i64, %i: i64):
    %difference = arith.subi %n, %i : i64
    rasp.yield %difference : i64
  }
  // CHECK: rasp.select gt {{.*}} {rasp.width = array<i64: 0, 0>}
  %after = rasp.select gt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: rasp.not {{.*}} {rasp.width = array<i64: 1, 4>}
  %others = rasp.not %after
  // CHECK: rasp.select ge {{.*}} {rasp.width = array<i64: 1, 1>}
  %self = rasp.select ge keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: %first = {{.*}} #rasp.domain<{0}>
  %first = rasp.constant 0
  // CHECK: rasp.select eq {{.*}} {rasp.width = array<i64: 1, 1>}
  %start = rasp.select eq keys(%indices) queries(%first) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: rasp.select eq {{.*}} {rasp.width = array<i64: 0, 0>}
  %next = rasp.select eq keys(%indices) queries(%length) : !rasp.sop<i64>, !rasp.sop<i64>
  rasp.return %one : !rasp.sop<i64>
}

// -----

// The rank of a position in a strict order is a permutation of the positions:
// exactly one stands at each rank.

// CHECK-LABEL: rasp.program @ranks
rasp.program @ranks(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 4} {
  %indices = rasp.indices
  // CHECK: rasp.select lt {{.*}} {rasp.width = array<i64: 0, 3>}
  %less = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: rasp.select eq {{.*}} {rasp.width = array<i64: 1, 4>}
  %tied = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %both = rasp.and %tied, %before
  %smaller = rasp.or %less, %both
  %rank = rasp.selector_width %smaller
  // CHECK: rasp.select eq keys(%rank) {{.*}} {rasp.width = array<i64: 1, 1>}
  %sort = rasp.select eq keys(%rank) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // Without the order of ties nothing of the kind holds.
  %count = rasp.selector_width %less
  // CHECK: rasp.select eq keys(%count) {{.*}} {rasp.width = array<i64: 0, 4>}
  %maybe = rasp.select eq keys(%count) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // Widths of disjoint selectors add up to no more than there are positions.
  %ties = rasp.selector_width %both
  // CHECK: %sum = {{.*}} #rasp.domain<{0, 1, 2, 3}>
  %sum = rasp.map %count, %ties : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%a: i64, %b: i64):
    %c = arith.addi %a, %b : i64
    rasp.yield %c : i64
  }
  // A key that orders ties by position is different at all positions.
  // CHECK: %key = {{.*}} #rasp.domain<{1, 5/4, 3/2, 7/4, 2,
  %key = rasp.map %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<f64> {
  ^bb0(%token: i64, %i: i64):
    %four = arith.constant 4.0 : f64
    %t = arith.sitofp %token : i64 to f64
    %p = arith.sitofp %i : i64 to f64
    %fraction = arith.divf %p, %four : f64
    %k = arith.addf %t, %fraction : f64
    rasp.yield %k : f64
  }
  // CHECK: rasp.select eq keys(%key) queries(%key) {rasp.width = array<i64: 1, 1>}
  %own = rasp.select eq keys(%key) queries(%key) : !rasp.sop<f64>, !rasp.sop<f64>
  %lower = rasp.select lt keys(%key) queries(%key) : !rasp.sop<f64>, !rasp.sop<f64>
  %place = rasp.selector_width %lower
  // CHECK: rasp.select eq keys(%place) {{.*}} {rasp.width = array<i64: 1, 1>}
  %pick = rasp.select eq keys(%place) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: %sorted = {{.*}} #rasp.domain<{1, 2, 3}>
  %sorted = rasp.aggregate %pick, %tokens : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %sorted : !rasp.sop<i64>
}

// -----

// Selector algebra, the best of several, and values that a row has in common.

// CHECK-LABEL: rasp.program @algebra
rasp.program @algebra(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b"], max_seq_len = 3} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  // CHECK: rasp.not {{.*}} {rasp.width = array<i64: 0, 2>}
  %other = rasp.not %same
  // CHECK: rasp.and {{.*}} {rasp.width = array<i64: 0, 0>}
  %empty = rasp.and %same, %other
  // CHECK: rasp.or {{.*}} {rasp.width = array<i64: 1, 3>}
  %either = rasp.or %same, %other
  // CHECK: rasp.best {{.*}} {rasp.width = array<i64: 1, 1>}
  %last = rasp.best %same, %indices : !rasp.sop<i64>
  // CHECK: rasp.best {{.*}} {rasp.width = array<i64: 0, 1>}
  %otherLast = rasp.best %other, %indices : !rasp.sop<i64>
  // All selected tokens are equal.
  // CHECK: %token = {{.*}} #rasp.domain<{"a", "b"}>
  %token = rasp.aggregate %same, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  // No token makes a pair with itself.
  // CHECK: rasp.select {{.*}} table<{{.*}} {rasp.width = array<i64: 0, 2>}
  %pairs = rasp.select keys(%tokens) queries(%tokens) table<("a", "b") -> true, _ -> false> : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  rasp.return %token : !rasp.sop<!rasp.str>
}

// -----

// None goes through; values of a table; the fallback only where it is reached.

// CHECK-LABEL: rasp.program @none
rasp.program @none(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b"], max_seq_len = 3} {
  // CHECK: %code = {{.*}} #rasp.domain<{none, 1}>
  %code = rasp.lookup %tokens table<("a") -> 1, ("b") -> #rasp.none, _ -> 7> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i64>
  // CHECK: %next = {{.*}} #rasp.domain<{none, 2}>
  %next = rasp.map %code : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%value: i64):
    %one = arith.constant 1 : i64
    %sum = arith.addi %value, %one : i64
    rasp.yield %sum : i64
  }
  // A select never matches none, not even with itself.
  // CHECK: rasp.select eq {{.*}} {rasp.width = array<i64: 0, 3>}
  %same = rasp.select eq keys(%code) queries(%code) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: %nothing = {{.*}} #rasp.domain<{none}>
  %nothing = rasp.constant #rasp.none -> !rasp.sop<i64>
  // CHECK: rasp.select le {{.*}} {rasp.width = array<i64: 0, 0>}
  %never = rasp.select le keys(%nothing) queries(%code) : !rasp.sop<i64>, !rasp.sop<i64>
  rasp.return %next : !rasp.sop<i64>
}

// -----

// What is too much to list stays symbolic: a grid of fractions, sums of large
// sets, comparisons of them.

// CHECK-LABEL: rasp.program @large
rasp.program @large(%tokens: !rasp.sop<i64>) -> !rasp.sop<i1>
    attributes {vocab = [-1, 0, 1], max_seq_len = 1000} {
  // CHECK: %indices = {{.*}} #rasp.domain<{0, 1, 2, {{.*}}, 998, 999}>
  %indices = rasp.indices
  %prefix = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: %mean = {{.*}} #rasp.domain<[-1, 1] fractions 1000>
  %mean = rasp.aggregate %prefix, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  // CHECK: %sum = {{.*}} #rasp.domain<[-2, 2] fractions 1000000>
  %next = rasp.aggregate %prefix, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  %sum = rasp.map %mean, %next : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%a: f64, %b: f64):
    %c = arith.addf %a, %b : f64
    rasp.yield %c : f64
  }
  // CHECK: %isNegative = {{.*}} #rasp.domain<{false, true}>
  %isNegative = rasp.map %mean, %next : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<i1> {
  ^bb0(%a: f64, %b: f64):
    %zero = arith.constant 0.0 : f64
    %c = arith.minimumf %a, %b : f64
    %negative = arith.cmpf olt, %c, %zero : f64
    rasp.yield %negative : i1
  }
  rasp.return %isNegative : !rasp.sop<i1>
}

// -----

// A best in a causal program; the greatest score is never none; a selector of
// what a best selects is as wide.

// CHECK-LABEL: rasp.program @best
rasp.program @best(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 3, causal} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // The last key of its kind is the query itself.
  %last = rasp.best %same, %indices : !rasp.sop<i64>
  // CHECK: rasp.not {{.*}} {rasp.width = array<i64: 0, 2>}
  %others = rasp.not %last
  // CHECK: %score = {{.*}} #rasp.domain<{none, 1}>
  %score = rasp.lookup %tokens table<(1) -> 1, _ -> #rasp.none> : (!rasp.sop<i64>) -> !rasp.sop<i64>
  // CHECK: rasp.best {{.*}} {rasp.width = array<i64: 0, 3>}
  %some = rasp.best %same, %score : !rasp.sop<i64>
  // CHECK: %greatest = {{.*}} #rasp.domain<{0, 1}>
  %greatest = rasp.aggregate %some, %score default(0) : !rasp.sop<i64> -> !rasp.sop<i64>
  // CHECK: rasp.best {{.*}} {rasp.width = array<i64: 1, 3>}
  %best = rasp.best %same, %tokens : !rasp.sop<i64>
  %token = rasp.aggregate %best, %tokens : !rasp.sop<i64> -> !rasp.sop<i64>
  // CHECK: rasp.select {{.*}} {rasp.width = array<i64: 1, 3>}
  %equal = rasp.select eq keys(%tokens) queries(%token) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: rasp.and {{.*}} {rasp.width = array<i64: 1, 3>}
  %both = rasp.and %same, %equal
  // CHECK: %where = {{.*}} #rasp.domain<{0, 1, 2}>
  %where = rasp.aggregate %last, %indices : !rasp.sop<i64> -> !rasp.sop<i64>
  // CHECK: rasp.select {{.*}} {rasp.width = array<i64: 1, 1>}
  %there = rasp.select eq keys(%indices) queries(%where) : !rasp.sop<i64>, !rasp.sop<i64>
  rasp.return %greatest : !rasp.sop<i64>
}
