// RUN: rasp-opt %s --canonicalize --split-input-file --verify-roundtrip | FileCheck %s

//===----------------------------------------------------------------------===//
// Maps and lookups
//===----------------------------------------------------------------------===//

// Constants are folded, by exact arithmetic; a value with a name keeps it.
// CHECK-LABEL: rasp.program @fold_map
rasp.program @fold_map(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1], max_seq_len = 3} {
  %two = rasp.constant 2.0
  %three = rasp.constant 3.0
  // CHECK-NEXT: %ratio = rasp.constant #rasp.fraction<2/3>
  // CHECK-NEXT: rasp.return %ratio
  %ratio = rasp.map %two, %three : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%x: f64, %y: f64):
    %r = arith.divf %x, %y : f64
    rasp.yield %r : f64
  }
  rasp.return %ratio : !rasp.sop<f64>
}

// -----

// CHECK-LABEL: rasp.program @fold_unnamed
rasp.program @fold_unnamed(%tokens: !rasp.sop<i64>) -> !rasp.sop<!rasp.str>
    attributes {vocab = [1], max_seq_len = 3} {
  %one = rasp.constant 1
  %0 = rasp.map %one : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    %r = arith.addi %x, %x : i64
    rasp.yield %r : i64
  }
  // CHECK-NEXT: %[[TWO:.*]] = rasp.constant "two"
  // CHECK-NEXT: rasp.return %[[TWO]]
  %1 = rasp.lookup %0 table<(2) -> "two", _ -> "many"> : (!rasp.sop<i64>) -> !rasp.sop<!rasp.str>
  rasp.return %1 : !rasp.sop<!rasp.str>
}

// -----

// What is undefined is not folded: it is an error where it runs.
// CHECK-LABEL: rasp.program @no_fold
rasp.program @no_fold(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  %zero = rasp.constant 0
  // CHECK: rasp.map
  // CHECK: arith.divsi
  %0 = rasp.map %zero : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    %one = arith.constant 1 : i64
    %r = arith.divsi %one, %x : i64
    rasp.yield %r : i64
  }
  // CHECK: rasp.lookup
  %1 = rasp.lookup %0, %zero table<(1, 1) -> 2> : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64>
  rasp.return %1 : !rasp.sop<i64>
}

// -----

// None goes through whatever the other operands are.
// CHECK-LABEL: rasp.program @fold_none
rasp.program @fold_none(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  %nothing = rasp.constant #rasp.none -> !rasp.sop<i64>
  // CHECK-NEXT: %sum = rasp.constant #rasp.none -> !rasp.sop<i64>
  %sum = rasp.map %tokens, %nothing : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %y: i64):
    %r = arith.addi %x, %y : i64
    rasp.yield %r : i64
  }
  // CHECK-NEXT: rasp.return %sum
  rasp.return %sum : !rasp.sop<i64>
}

// -----

// Equal inputs become one, constants move into the region, and an unused input
// goes away if it has a value everywhere.
// CHECK-LABEL: rasp.program @map_inputs
rasp.program @map_inputs(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  %indices = rasp.indices
  %five = rasp.constant 5
  // CHECK-NEXT: %sum = rasp.map %tokens : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  // CHECK-NEXT: ^bb0(%[[X:.*]]: i64):
  // CHECK-NEXT:   %[[FIVE:.*]] = arith.constant 5
  // CHECK-NEXT:   %[[TWICE:.*]] = arith.addi %[[X]], %[[X]]
  // CHECK-NEXT:   %[[SUM:.*]] = arith.addi %[[TWICE]], %[[FIVE]]
  // CHECK-NEXT:   rasp.yield %[[SUM]]
  %sum = rasp.map %tokens, %indices, %tokens, %five : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %unused: i64, %y: i64, %c: i64):
    %twice = arith.addi %x, %y : i64
    %r = arith.addi %twice, %c : i64
    rasp.yield %r : i64
  }
  rasp.return %sum : !rasp.sop<i64>
}

// -----

// An unused input that may be none stays: it makes the result none.
// CHECK-LABEL: rasp.program @map_input_may_be_none
rasp.program @map_input_may_be_none(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  %same = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %less = rasp.aggregate %same, %tokens : !rasp.sop<i64> -> !rasp.sop<i64>
  // CHECK: %kept = rasp.map %tokens, %less
  %kept = rasp.map %tokens, %less : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %unused: i64):
    %r = arith.addi %x, %x : i64
    rasp.yield %r : i64
  }
  // A default makes it a value.
  %filled = rasp.aggregate %same, %tokens default(0) : !rasp.sop<i64> -> !rasp.sop<i64>
  // CHECK: %dropped = rasp.map %tokens :
  %dropped = rasp.map %tokens, %filled : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %unused: i64):
    %r = arith.addi %x, %x : i64
    rasp.yield %r : i64
  }
  // The argument that is yielded is the input, but for none.
  // CHECK: %identity = rasp.map %tokens, %less
  %identity = rasp.map %tokens, %less : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %unused: i64):
    rasp.yield %x : i64
  }
  %result = rasp.map %kept, %dropped, %identity : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %y: i64, %z: i64):
    %s = arith.addi %x, %y : i64
    %r = arith.addi %s, %z : i64
    rasp.yield %r : i64
  }
  rasp.return %result : !rasp.sop<i64>
}

// -----

// A map that yields its input is the input; the input takes its name, but only
// if it has none of its own.
// CHECK-LABEL: rasp.program @identity
rasp.program @identity(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  // CHECK-NEXT: %position = rasp.indices
  %0 = rasp.indices
  %position = rasp.map %0 : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    rasp.yield %x : i64
  }
  // CHECK-NEXT: %again = rasp.map %position
  %again = rasp.map %position : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    rasp.yield %x : i64
  }
  // CHECK: rasp.return %again
  rasp.return %again : !rasp.sop<i64>
}

// -----

// CHECK-LABEL: rasp.program @constant_map
rasp.program @constant_map(%tokens: !rasp.sop<i64>) -> !rasp.sop<!rasp.str>
    attributes {vocab = [1], max_seq_len = 3} {
  // CHECK-NEXT: %word = rasp.constant "ab"
  // CHECK-NEXT: rasp.return %word
  %word = rasp.map %tokens : (!rasp.sop<i64>) -> !rasp.sop<!rasp.str> {
  ^bb0(%x: i64):
    %a = rasp.string "a"
    %b = rasp.string "b"
    %ab = rasp.concat_strings %a, %b
    %less = rasp.compare_strings lt %a, %b
    %word = arith.select %less, %ab, %b : !rasp.str
    rasp.yield %word : !rasp.str
  }
  rasp.return %word : !rasp.sop<!rasp.str>
}

// -----

// A map without a name moves into its only user.
// CHECK-LABEL: rasp.program @fuse_maps
rasp.program @fuse_maps(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  %0 = rasp.map %tokens : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    %r = arith.muli %x, %x : i64
    rasp.yield %r : i64
  }
  // CHECK:      %indices = rasp.indices
  %indices = rasp.indices
  // CHECK-NEXT: %result = rasp.map %indices, %tokens
  // CHECK-NEXT: ^bb0(%[[I:.*]]: i64, %[[T:.*]]: i64):
  // CHECK-NEXT:   %[[SQUARE:.*]] = arith.muli %[[T]], %[[T]]
  // CHECK-NEXT:   %[[SUM:.*]] = arith.subi %[[SQUARE]], %[[I]]
  // CHECK-NEXT:   rasp.yield %[[SUM]]
  %result = rasp.map %0, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %i: i64):
    %r = arith.subi %x, %i : i64
    rasp.yield %r : i64
  }
  rasp.return %result : !rasp.sop<i64>
}

// -----

// A map with a name or with another user stays, and so does one that would
// make a function of more inputs.
// CHECK-LABEL: rasp.program @no_fuse
rasp.program @no_fuse(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  // CHECK-COUNT-6: rasp.map
  %indices = rasp.indices
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %length = rasp.selector_width %all
  %named = rasp.map %tokens : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    %r = arith.muli %x, %x : i64
    rasp.yield %r : i64
  }
  %0 = rasp.map %named : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    %r = arith.muli %x, %x : i64
    rasp.yield %r : i64
  }
  %a = rasp.map %0 : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    %r = arith.addi %x, %x : i64
    rasp.yield %r : i64
  }
  %b = rasp.map %0, %a : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %y: i64):
    %r = arith.muli %x, %y : i64
    rasp.yield %r : i64
  }
  %1 = rasp.map %indices, %tokens : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %y: i64):
    %r = arith.muli %x, %y : i64
    rasp.yield %r : i64
  }
  %result = rasp.map %1, %b : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %y: i64):
    %r = arith.addi %x, %y : i64
    rasp.yield %r : i64
  }
  rasp.return %result : !rasp.sop<i64>
}

// -----

//===----------------------------------------------------------------------===//
// Selectors
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @double_negation
func.func @double_negation(%a: !rasp.selector) -> !rasp.selector {
  %0 = rasp.not %a
  %1 = rasp.not %0
  // CHECK-NEXT: return %arg0
  return %1 : !rasp.selector
}

// -----

// CHECK-LABEL: func.func @equal_operands
func.func @equal_operands(%a: !rasp.selector, %b: !rasp.selector) -> (!rasp.selector, !rasp.selector, !rasp.selector) {
  %and = rasp.and %a, %a
  %or = rasp.or %a, %a
  // CHECK-NEXT: %[[AND:.*]] = rasp.and %arg0, %arg1
  %0 = rasp.and %a, %b
  %1 = rasp.and %0, %a
  // CHECK-NEXT: return %arg0, %arg0, %[[AND]]
  return %and, %or, %1 : !rasp.selector, !rasp.selector, !rasp.selector
}

// -----

// CHECK-LABEL: func.func @complements
func.func @complements(%a: !rasp.selector, %b: !rasp.selector) -> (!rasp.selector, !rasp.selector) {
  %not = rasp.not %a
  %0 = rasp.and %a, %b
  // CHECK-DAG: %[[INDICES:.*]] = rasp.indices
  // CHECK-DAG: %[[NOTHING:.*]] = rasp.select false keys(%[[INDICES]]) queries(%[[INDICES]])
  %and = rasp.and %0, %not
  // CHECK-DAG: %[[OTHERS:.*]] = rasp.indices
  // CHECK-DAG: %[[EVERYTHING:.*]] = rasp.select true
  %or = rasp.or %not, %a
  // CHECK: return %[[NOTHING]], %[[EVERYTHING]]
  return %and, %or : !rasp.selector, !rasp.selector
}

// -----

// CHECK-LABEL: rasp.program @constant_selectors
rasp.program @constant_selectors(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  // CHECK-NEXT: %[[LESS:.*]] = rasp.select lt keys(%tokens) queries(%tokens)
  %less = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %indices = rasp.indices
  %true = rasp.select true keys(%indices) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %false = rasp.select false keys(%indices) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %0 = rasp.and %less, %true
  %1 = rasp.or %false, %0
  %2 = rasp.not %true
  %3 = rasp.or %1, %2
  %4 = rasp.not %false
  %5 = rasp.and %4, %3
  // CHECK-NEXT: %width = rasp.selector_width %[[LESS]]
  %width = rasp.selector_width %5
  // CHECK-NEXT: rasp.return %width
  rasp.return %width : !rasp.sop<i64>
}

// -----

// CHECK-LABEL: rasp.program @absorbing
rasp.program @absorbing(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  %less = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %indices = rasp.indices
  %true = rasp.select true keys(%indices) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %false = rasp.select false keys(%indices) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %0 = rasp.and %less, %false
  // CHECK: %zero = rasp.constant 0
  %zero = rasp.selector_width %0
  %1 = rasp.or %less, %true
  // CHECK: %[[TRUE:.*]] = rasp.select true
  // CHECK: %length = rasp.selector_width %[[TRUE]]
  %length = rasp.selector_width %1
  %2 = rasp.select ne keys(%zero) queries(%length) : !rasp.sop<i64>, !rasp.sop<i64>
  %result = rasp.selector_width %2
  rasp.return %result : !rasp.sop<i64>
}

// -----

// `select true` selects no key that is none: it is not everything where the
// keys can be none.
// CHECK-LABEL: func.func @true_of_none
func.func @true_of_none(%keys: !rasp.sop<i64>, %a: !rasp.selector) -> (!rasp.selector, !rasp.selector, !rasp.selector) {
  // CHECK-NEXT: %[[TRUE:.*]] = rasp.select true
  %true = rasp.select true keys(%keys) queries(%keys) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK-NEXT: %[[AND:.*]] = rasp.and %{{.*}}, %[[TRUE]]
  %0 = rasp.and %a, %true
  // CHECK-NEXT: %[[NOT:.*]] = rasp.not %[[TRUE]]
  %1 = rasp.not %true
  // CHECK-NEXT: %[[EQ:.*]] = rasp.select eq
  // CHECK-NEXT: %[[NE:.*]] = rasp.not %[[EQ]]
  %eq = rasp.select eq keys(%keys) queries(%keys) : !rasp.sop<i64>, !rasp.sop<i64>
  %ne = rasp.not %eq
  // CHECK-NEXT: return %[[AND]], %[[NOT]], %[[NE]]
  return %0, %1, %ne : !rasp.selector, !rasp.selector, !rasp.selector
}

// -----

// Predicates over the same key and query are one.
// CHECK-LABEL: func.func @merge
func.func @merge(%k: !rasp.sop<i64>, %q: !rasp.sop<i64>, %a: !rasp.selector) -> (!rasp.selector, !rasp.selector, !rasp.selector, !rasp.selector) {
  %lt = rasp.select lt keys(%k) queries(%q) : !rasp.sop<i64>, !rasp.sop<i64>
  %eq = rasp.select eq keys(%k) queries(%q) : !rasp.sop<i64>, !rasp.sop<i64>
  %ne = rasp.select ne keys(%k) queries(%q) : !rasp.sop<i64>, !rasp.sop<i64>
  %ge = rasp.select ge keys(%k) queries(%q) : !rasp.sop<i64>, !rasp.sop<i64>
  %swapped = rasp.select gt keys(%q) queries(%k) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK-DAG: %[[LE:.*]] = rasp.select le keys(%arg0) queries(%arg1)
  %0 = rasp.or %lt, %eq
  // CHECK-DAG: %[[GT:.*]] = rasp.select gt keys(%arg0) queries(%arg1)
  // CHECK-DAG: %[[AND:.*]] = rasp.and %[[GT]], %arg2
  %1 = rasp.and %ne, %a
  %2 = rasp.and %1, %ge
  // CHECK-DAG: %[[FALSE:.*]] = rasp.select false keys(%arg0) queries(%arg1)
  %3 = rasp.and %lt, %ge
  // Another key and query: the transposed selector.
  // CHECK-DAG: %[[LT:.*]] = rasp.select lt keys(%arg0)
  // CHECK-DAG: %[[SWAPPED:.*]] = rasp.select gt keys(%arg1)
  // CHECK-DAG: %[[BOTH:.*]] = rasp.and %[[LT]], %[[SWAPPED]]
  // CHECK: return %[[LE]], %[[AND]], %[[FALSE]], %[[BOTH]]
  %4 = rasp.and %lt, %swapped
  return %0, %2, %3, %4 : !rasp.selector, !rasp.selector, !rasp.selector, !rasp.selector
}

// -----

// Values of any kind may have no order: comparisons of them stay apart.
// CHECK-LABEL: func.func @no_merge
func.func @no_merge(%k: !rasp.sop<!rasp.any>) -> !rasp.selector {
  // CHECK: rasp.select lt
  // CHECK: rasp.select ge
  // CHECK: rasp.or
  %lt = rasp.select lt keys(%k) queries(%k) : !rasp.sop<!rasp.any>, !rasp.sop<!rasp.any>
  %ge = rasp.select ge keys(%k) queries(%k) : !rasp.sop<!rasp.any>, !rasp.sop<!rasp.any>
  %0 = rasp.or %lt, %ge
  return %0 : !rasp.selector
}

// -----

// CHECK-LABEL: rasp.program @invert
rasp.program @invert(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  // CHECK-NEXT: %[[GE:.*]] = rasp.select ge keys(%tokens) queries(%tokens)
  %lt = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %0 = rasp.not %lt
  // CHECK-NEXT: %a = rasp.selector_width %[[GE]]
  %a = rasp.selector_width %0
  // CHECK-NEXT: %[[TABLE:.*]] = rasp.select keys(%a) queries(%tokens) table<(1, 2) -> false, (3, 4) -> true, _ -> true>
  %table = rasp.select keys(%a) queries(%tokens) table<(1, 2) -> true, (3, 4) -> false, _ -> false> : !rasp.sop<i64>, !rasp.sop<i64>
  %1 = rasp.not %table
  // CHECK-NEXT: %b = rasp.selector_width %[[TABLE]]
  %b = rasp.selector_width %1
  rasp.return %b : !rasp.sop<i64>
}

// -----

// De Morgan, towards `and`, which one head computes.
// CHECK-LABEL: func.func @de_morgan
func.func @de_morgan(%a: !rasp.selector, %b: !rasp.selector) -> (!rasp.selector, !rasp.selector) {
  // CHECK-NEXT: %[[BOTH:.*]] = rasp.and %arg0, %arg1
  // CHECK-NEXT: %[[FIRST:.*]] = rasp.not %[[BOTH]]
  %not_a = rasp.not %a
  %not_b = rasp.not %b
  %0 = rasp.or %not_a, %not_b
  // CHECK-NEXT: %[[NOT_A:.*]] = rasp.not %arg0
  // CHECK-NEXT: %[[NOT_B:.*]] = rasp.not %arg1
  // CHECK-NEXT: %[[SECOND:.*]] = rasp.and %[[NOT_A]], %[[NOT_B]]
  %either = rasp.or %a, %b
  %1 = rasp.not %either
  // CHECK-NEXT: return %[[FIRST]], %[[SECOND]]
  return %0, %1 : !rasp.selector, !rasp.selector
}

// -----

// Not where the disjunction is needed anyway.
// CHECK-LABEL: func.func @no_de_morgan
func.func @no_de_morgan(%a: !rasp.selector, %b: !rasp.selector) -> (!rasp.selector, !rasp.selector) {
  // CHECK-NEXT: %[[OR:.*]] = rasp.or
  // CHECK-NEXT: %[[NOT:.*]] = rasp.not %[[OR]]
  // CHECK-NEXT: return %[[OR]], %[[NOT]]
  %either = rasp.or %a, %b
  %neither = rasp.not %either
  return %either, %neither : !rasp.selector, !rasp.selector
}

// -----

// A region that only compares is a predicate, and one of constants is constant.
// CHECK-LABEL: func.func @regions
func.func @regions(%k: !rasp.sop<i64>, %s: !rasp.sop<!rasp.str>, %b: !rasp.sop<i1>) -> (!rasp.selector, !rasp.selector, !rasp.selector, !rasp.selector) {
  // CHECK-NEXT: %[[A:.*]] = rasp.select gt keys(%arg0) queries(%arg0)
  %0 = rasp.select keys(%k) queries(%k) : !rasp.sop<i64>, !rasp.sop<i64> {
  ^bb0(%key: i64, %query: i64):
    %r = arith.cmpi slt, %query, %key : i64
    rasp.yield %r : i1
  }
  // CHECK-NEXT: %[[B:.*]] = rasp.select le keys(%arg1) queries(%arg1)
  %1 = rasp.select keys(%s) queries(%s) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str> {
  ^bb0(%key: !rasp.str, %query: !rasp.str):
    %r = rasp.compare_strings le %key, %query
    rasp.yield %r : i1
  }
  // As a signed number, true is -1.
  // CHECK-NEXT: %[[C:.*]] = rasp.select gt keys(%arg2) queries(%arg2)
  %2 = rasp.select keys(%b) queries(%b) : !rasp.sop<i1>, !rasp.sop<i1> {
  ^bb0(%key: i1, %query: i1):
    %r = arith.cmpi slt, %key, %query : i1
    rasp.yield %r : i1
  }
  // CHECK-NEXT: %[[D:.*]] = rasp.select true keys(%arg2) queries(%arg0)
  %3 = rasp.select keys(%b) queries(%k) : !rasp.sop<i1>, !rasp.sop<i64> {
  ^bb0(%key: i1, %query: i64):
    %r = arith.constant true
    rasp.yield %r : i1
  }
  // CHECK-NEXT: return %[[A]], %[[B]], %[[C]], %[[D]]
  return %0, %1, %2, %3 : !rasp.selector, !rasp.selector, !rasp.selector, !rasp.selector
}

// -----

// CHECK-LABEL: func.func @constant_operands
func.func @constant_operands() -> (!rasp.selector, !rasp.selector) {
  %one = rasp.constant 1
  %two = rasp.constant 2.0
  %nothing = rasp.constant #rasp.none -> !rasp.sop<i64>
  // CHECK: %[[A:.*]] = rasp.select true
  %0 = rasp.select lt keys(%one) queries(%two) : !rasp.sop<i64>, !rasp.sop<f64>
  // CHECK: %[[B:.*]] = rasp.select false
  %1 = rasp.select ne keys(%nothing) queries(%two) : !rasp.sop<i64>, !rasp.sop<f64>
  // CHECK: return %[[A]], %[[B]]
  return %0, %1 : !rasp.selector, !rasp.selector
}

// -----

//===----------------------------------------------------------------------===//
// Aggregates and widths
//===----------------------------------------------------------------------===//

// CHECK-LABEL: rasp.program @aggregates
rasp.program @aggregates(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  %indices = rasp.indices
  %one = rasp.constant 1
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %nothing = rasp.select false keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %self = rasp.select eq keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %some = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK-DAG: %a = rasp.constant 7
  %a = rasp.aggregate %nothing, %tokens default(7) : !rasp.sop<i64> -> !rasp.sop<i64>
  // CHECK-DAG: %c = rasp.constant 1.000000e+00
  %c = rasp.aggregate %all, %one : !rasp.sop<i64> -> !rasp.sop<f64>
  // Equal constants become one.
  %d = rasp.aggregate %some, %one default(1) : !rasp.sop<i64> -> !rasp.sop<i64>
  // CHECK-DAG: %e = rasp.aggregate %{{.*}}, %{{.*}}
  %e = rasp.aggregate %some, %one : !rasp.sop<i64> -> !rasp.sop<i64>
  %5 = rasp.aggregate %self, %tokens as "" : !rasp.sop<i64> -> !rasp.sop<i64>
  %w = rasp.selector_width %self
  // CHECK-DAG: %[[R:.*]] = rasp.lookup %a, %c, %one, %e, %tokens, %one
  %7 = rasp.lookup %a, %c, %d, %e, %5, %w table<(_, _, _, _, _, _) -> 1> : (!rasp.sop<i64>, !rasp.sop<f64>, !rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64>
  rasp.return %7 : !rasp.sop<i64>
}

// -----

// CHECK-LABEL: rasp.program @empty_aggregate
rasp.program @empty_aggregate(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1], max_seq_len = 3} {
  %nothing = rasp.select false keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK-NEXT: %empty = rasp.constant #rasp.none -> !rasp.sop<f64>
  // CHECK-NEXT: rasp.return %empty
  %empty = rasp.aggregate %nothing, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %empty : !rasp.sop<f64>
}
