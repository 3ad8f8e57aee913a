// RUN: rasp-opt %s --convert-rasp-to-craft --split-input-file | FileCheck %s

// A comparison of tokens: the query picks a dimension, the key has the
// penalties; a match scores exactly 0.

// CHECK-LABEL: craft.program @histogram
// CHECK: %[[TOKENS:.*]] = craft.embed tokens <3x3 identity>
// CHECK: craft.selector_width queries(%[[TOKENS]] : {{.*}}) keys(%[[TOKENS]] : {{.*}}) query <[<3x3 identity>] + [0.{{[0e+]*}}, 0.{{[0e+]*}}, 0.{{[0e+]*}}]> key
// CHECK-SAME: (0, 0) = 19.0, (1, 1) = 19.0, (2, 2) = 19.0>] + [-19.0, -19.0, -19.0]>
// CHECK: craft.unembed
// CHECK-SAME: outputs [1, 2, 3, 4, 5]
rasp.program @histogram(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 5} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %count = rasp.selector_width %same
  rasp.return %count : !rasp.sop<i64>
}

// -----

// Predicates on the same key and query merge into one; a union of disjoint
// parts under a width is a sum of widths.

// CHECK-LABEL: craft.program @tie_break
// CHECK-COUNT-2: craft.selector_width
// CHECK-NOT: craft.selector_width
// CHECK: craft.linear
rasp.program @tie_break(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 4} {
  %indices = rasp.indices
  %smaller = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %tied = rasp.and %same, %earlier
  %before = rasp.or %smaller, %tied
  %rank = rasp.selector_width %before
  rasp.return %rank : !rasp.sop<i64>
}

// -----

// CHECK-LABEL: craft.program @merged
// CHECK: craft.selector_width
// CHECK-NOT: craft.selector_width
rasp.program @merged(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 4} {
  %smaller = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %next = rasp.select keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64> {
  ^bb0(%key: i64, %query: i64):
    %two = arith.constant 2 : i64
    %sum = arith.addi %query, %two : i64
    %is = arith.cmpi eq, %key, %sum : i64
    rasp.yield %is : i1
  }
  %either = rasp.or %smaller, %next
  %width = rasp.selector_width %either
  rasp.return %width : !rasp.sop<i64>
}

// -----

// A row that may be empty falls to BOS, half way between match and miss, which
// holds the default.

// CHECK-LABEL: craft.program @previous
// CHECK: craft.head
// CHECK-SAME: bos score -2{{.*}} value [0.{{[0e+]*}}, 1.{{[0e+]*}}, 0.{{[0e+]*}}]
// CHECK-SAME: !craft.onehot<{1, 2, 3}>
rasp.program @previous(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 4} {
  %indices = rasp.indices
  %shift = rasp.select keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64> {
  ^bb0(%key: i64, %query: i64):
    %one = arith.constant 1 : i64
    %next = arith.addi %key, %one : i64
    %is = arith.cmpi eq, %next, %query : i64
    rasp.yield %is : i1
  }
  %previous = rasp.aggregate %shift, %tokens default(2) unique : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %previous : !rasp.sop<i64>
}

// -----

// Counts of many values are compared step by step: each product of the score is
// exactly 0 for a match.

// CHECK-LABEL: craft.program @by_frequency
// CHECK: %[[FREQUENCY:.*]] = craft.selector_width
// CHECK-COUNT-78: craft.map %[[FREQUENCY]] values {{.*}} exact_zero
// CHECK: craft.selector_width
rasp.program @by_frequency(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 40} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %frequency = rasp.selector_width %same
  %rarer = rasp.select lt keys(%frequency) queries(%frequency) : !rasp.sop<i64>, !rasp.sop<i64>
  %rank = rasp.selector_width %rarer
  rasp.return %rank : !rasp.sop<i64>
}

// -----

// An aggregate over a best: the position's rank is what a key scores by itself,
// 20 for each step. No row is empty, so that BOS is as far below the worst key.

// CHECK-LABEL: craft.program @last
// CHECK: %[[RANK:.*]] = craft.linear %indices
// CHECK: craft.head queries(%tokens : {{[^)]*}}) keys(%tokens, %[[RANK]] : {{[^)]*}}) values(%indices : {{[^)]*}})
// CHECK-SAME: query <[<2x3 (0, 0) = 1.0, (1, 1) = 1.0>] + [0.{{[0e+]*}}, 0.{{[0e+]*}}, 1.{{[0e+]*}}]>
// CHECK-SAME: key <[<2x3 (0, 1) = -80.0, (1, 0) = -80.0>, <1x3 (0, 2) = 20.0>] + [0.{{[0e+]*}}, 0.{{[0e+]*}}, -60.{{[0e+]*}}]>
// CHECK-SAME: bos score -8.0{{[0e+1]*}} value [0
rasp.program @last(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b"], max_seq_len = 4} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %last = rasp.best %same, %indices : !rasp.sop<i64>
  %where = rasp.aggregate %last, %indices : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %where : !rasp.sop<i64>
}

// -----

// A count is read as the number that it is. A row may be empty: what is not
// selected is one step below BOS.

// CHECK-LABEL: craft.program @most_frequent
// CHECK: %count = craft.selector_width
// CHECK-NOT: craft.map
// CHECK: craft.head queries(%indices : {{[^)]*}}) keys(%indices, %count : {{[^)]*}})
// CHECK-SAME: key <[{{.*}}(0, 1) = 105.0{{.*}}, <1x5 (0, 4) = 21.0>] + [{{[-0-9., ]*}}, -84.0]> value
// CHECK-SAME: bos score -8.4{{[0e+1]*}} value [0
rasp.program @most_frequent(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b"], max_seq_len = 4} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %count = rasp.selector_width %same
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %best = rasp.best %earlier, %count : !rasp.sop<i64>
  %greatest = rasp.aggregate %best, %count default(0) : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %greatest : !rasp.sop<i64>
}

// -----

// A key without a score is not selected. Of a token, scores far apart are ranks
// that cost nothing.

// CHECK-LABEL: craft.program @some
// CHECK-NOT: craft.map
// CHECK: %[[RANK:.*]] = craft.linear %tokens <[<4x1 (0, 0) = 2.0, (1, 0) = 1.0>]
// CHECK-NOT: craft.map
// CHECK: craft.head queries() keys(%tokens, %[[RANK]] : {{[^)]*}})
rasp.program @some(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<f64>
    attributes {vocab = ["a", "b", "c", "d"], max_seq_len = 4} {
  %indices = rasp.indices
  %score = rasp.lookup %tokens table<("a") -> 1000000.0, ("b") -> 0.001, ("d") -> -1.0, _ -> #rasp.none> : (!rasp.sop<!rasp.str>) -> !rasp.sop<f64>
  %all = rasp.select true keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %best = rasp.best %all, %score : !rasp.sop<f64>
  %mean = rasp.aggregate %best, %indices default(-1.0) : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}

// -----

// Computed scores that are far apart are ranked by an MLP.

// CHECK-LABEL: craft.program @ranked
// CHECK: %rank_of_power = craft.map %count values [1, 0, 2]
// CHECK: craft.head {{.*}} keys(%rank_of_power : {{[^)]*}})
rasp.program @ranked(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 3} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %count = rasp.selector_width %same
  %power = rasp.lookup %count table<(1) -> 7, (2) -> -5, (3) -> 100000001> : (!rasp.sop<i64>) -> !rasp.sop<i64>
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %best = rasp.best %all, %power : !rasp.sop<i64>
  %token = rasp.aggregate %best, %tokens unique : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %token : !rasp.sop<i64>
}

// -----

// Scores that are no whole numbers: what BOS scores is one, which f32 holds.

// CHECK-LABEL: craft.program @fractions
// CHECK: %greatest = craft.head {{.*}} -126.25]>
// CHECK-SAME: bos score -1.48{{0*}}e+02 value
rasp.program @fractions(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64>
    attributes {vocab = [0.0, 0.3125], max_seq_len = 3} {
  %indices = rasp.indices
  %prefix = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %mean = rasp.aggregate %prefix, %tokens : !rasp.sop<f64> -> !rasp.sop<f64>
  %best = rasp.best %prefix, %mean : !rasp.sop<f64>
  %greatest = rasp.aggregate %best, %mean : !rasp.sop<f64> -> !rasp.sop<f64>
  rasp.return %greatest : !rasp.sop<f64>
}
