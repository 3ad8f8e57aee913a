// What can fail on a value that can occur is reported where it can; what cannot
// occur is not.

// RUN: rasp-opt %s --rasp-annotate-domains --split-input-file --verify-diagnostics

rasp.program @division(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [6, 7], max_seq_len = 3} {
  %indices = rasp.indices
  // expected-note@+1 {{the inputs (6, 0) of this op can occur}}
  %result = rasp.map %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64, %index: i64):
    // expected-error@+2 {{division by zero on (6, 0)}}
    // expected-note@+1 {{choose operands on which it is defined, by an `arith.select` before it}}
    %quotient = arith.divsi %token, %index : i64
    rasp.yield %quotient : i64
  }
  rasp.return %result : !rasp.sop<i64>
}

// -----

// The length is greater than the position, whatever their values alone allow.

rasp.program @division_by_what_is_left(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [6, 7], max_seq_len = 3} {
  %indices = rasp.indices
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %length = rasp.selector_width %all
  %result = rasp.map %length, %indices, %tokens : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%n: i64, %i: i64, %token: i64):
    %left = arith.subi %n, %i : i64
    %quotient = arith.divsi %token, %left : i64
    rasp.yield %quotient : i64
  }
  rasp.return %result : !rasp.sop<i64>
}

// -----

rasp.program @overflow(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 9223372036854775807], max_seq_len = 3} {
  // expected-note@+1 {{the inputs (9223372036854775807) of this op can occur}}
  %result = rasp.map %tokens : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64):
    %one = arith.constant 1 : i64
    // expected-error@+2 {{integer overflow on (9223372036854775807, 1)}}
    // expected-note@+1 {{every op of the region is evaluated}}
    %next = arith.addi %token, %one : i64
    rasp.yield %next : i64
  }
  rasp.return %result : !rasp.sop<i64>
}

// -----

rasp.program @lookup(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b"], max_seq_len = 2} {
  %indices = rasp.indices
  // expected-error@+2 {{has no entry for (b, 1), which can occur}}
  // expected-note@+1 {{add an entry, or a fallback}}
  %code = rasp.lookup %tokens, %indices table<("a", 0) -> 1, ("a", 1) -> 2, ("b", 0) -> 3> : (!rasp.sop<!rasp.str>, !rasp.sop<i64>) -> !rasp.sop<i64>
  rasp.return %code : !rasp.sop<i64>
}

// -----

rasp.program @select_table(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b"], max_seq_len = 2} {
  // expected-error@+2 {{has no entry for the key b and the query a}}
  // expected-note@+1 {{add an entry, or a fallback}}
  %pairs = rasp.select keys(%tokens) queries(%tokens) table<("a", "a") -> true, ("a", "b") -> true> : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %count = rasp.selector_width %pairs
  rasp.return %count : !rasp.sop<i64>
}

// -----

rasp.program @select_region(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-note@+1 {{the inputs (0, 0) of this op can occur}}
  %divides = rasp.select keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64> {
  ^bb0(%key: i64, %query: i64):
    %zero = arith.constant 0 : i64
    // expected-error@+2 {{division by zero on (0, 0)}}
    // expected-note@+1 {{every op of the region is evaluated}}
    %rest = arith.remsi %query, %key : i64
    %isDivided = arith.cmpi eq, %rest, %zero : i64
    rasp.yield %isDivided : i1
  }
  %count = rasp.selector_width %divides
  rasp.return %count : !rasp.sop<i64>
}

// -----

rasp.program @gather(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b"], max_seq_len = 3} {
  %indices = rasp.indices
  // expected-note@+1 {{a row selects up to 2 keys, as far as the compiler can show}}
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // expected-error@+2 {{may select several different values, which have no mean of type '!rasp.str'}}
  // expected-note@+1 {{if they are always equal, say so by `unique`}}
  %some = rasp.aggregate %before, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  // What the program asserts is taken as true.
  %asserted = rasp.aggregate %before, %tokens unique : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  // One value, or several equal ones, are no mean.
  %last = rasp.best %before, %indices : !rasp.sop<i64>
  %previous = rasp.aggregate %last, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  %word = rasp.constant "word"
  %equal = rasp.aggregate %before, %word : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %some : !rasp.sop<!rasp.str>
}

// -----

rasp.program @mean_with_none(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 2], max_seq_len = 3} {
  // expected-note@+1 {{the values can be none here; give a default to the aggregate that makes them}}
  %code = rasp.lookup %tokens table<(1) -> 1, _ -> #rasp.none> : (!rasp.sop<i64>) -> !rasp.sop<i64>
  // expected-note@+1 {{a row selects up to 3 keys}}
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // expected-error@+1 {{may select none beside other values, which have no mean together}}
  %mean = rasp.aggregate %all, %code : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}

// -----

// Too many combinations to try: what cannot be shown to be defined is refused.

rasp.program @too_many(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 2], max_seq_len = 2000} {
  // expected-note@+1 {{the values of this input are 2000 from 0 to 1999}}
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // expected-note@+1 {{the values of this input are 2000 from 1 to 2000}}
  %count = rasp.selector_width %same
  // expected-note@+1 {{the inputs have more than 1048576 combinations of values, too many to try}}
  %result = rasp.map %count, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<f64> {
  ^bb0(%c: i64, %i: i64):
    %x = arith.sitofp %c : i64 to f64
    %y = arith.sitofp %i : i64 to f64
    %product = arith.mulf %x, %y : f64
    // expected-error@+1 {{division by zero as far as the compiler can show}}
    %quotient = arith.divf %x, %product : f64
    rasp.yield %quotient : f64
  }
  rasp.return %result : !rasp.sop<f64>
}

// -----

rasp.program @too_many_pairs(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 2000} {
  // expected-note@+1 {{the values of its keys and queries are 2000 from 0 to 1999}}
  %indices = rasp.indices
  // Nothing here can fail.
  %near = rasp.select keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64> {
  ^bb0(%key: i64, %query: i64):
    %distance = arith.subi %query, %key : i64
    %two = arith.constant 2 : i64
    %isNear = arith.cmpi slt, %distance, %two : i64
    rasp.yield %isNear : i1
  }
  // expected-error@+2 {{has more than 1048576 pairs of a key and a query that can occur}}
  // expected-note@+1 {{a comparison by name (`eq`, `lt`, ...) has no such limit}}
  %divided = rasp.select keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64> {
  ^bb0(%key: i64, %query: i64):
    %two = arith.constant 2 : i64
    %rest = arith.remsi %key, %query : i64
    %isNear = arith.cmpi slt, %rest, %two : i64
    rasp.yield %isNear : i1
  }
  %both = rasp.and %near, %divided
  %count = rasp.selector_width %both
  rasp.return %count : !rasp.sop<i64>
}
