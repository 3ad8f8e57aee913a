// Every error of the custom parsers of the rasp dialect.

// RUN: rasp-opt %s --verify-diagnostics --split-input-file

// expected-error @+1 {{expected a fraction in lowest terms; 2/4 can be divided by 2}}
func.func private @lowest_terms() attributes {x = #rasp.fraction<2/4>}

// -----

// expected-error @+1 {{the denominator of a fraction is positive, not 0}}
func.func private @zero() attributes {x = #rasp.fraction<1/0>}

// -----

// expected-error @+1 {{the denominator of a fraction is positive, not -3}}
func.func private @negative() attributes {x = #rasp.fraction<1/-3>}

// -----

// expected-error @+1 {{integer value too large}}
func.func private @large() attributes {x = #rasp.fraction<1/9223372036854775808>}

// -----

// expected-error @+1 {{expected '/'}}
func.func private @no_fraction() attributes {x = #rasp.fraction<1>}

// -----

// expected-error @+1 {{expected an entry or a fallback in the table}}
func.func private @empty_table() attributes {x = #rasp.table<>}

// -----

// expected-error @+1 {{expected an entry, or a fallback that says how many inputs the table has, such as (_, _)}}
func.func private @bare_fallback() attributes {x = #rasp.table<_ -> 1>}

// -----

// expected-error @+1 {{a table has at most one fallback}}
func.func private @two_fallbacks() attributes {x = #rasp.table<(1) -> 1, _ -> 1, (_) -> 2>}

// -----

// expected-error @+1 {{the key (1.000000e+00) stands twice in the table}}
func.func private @duplicate() attributes {x = #rasp.table<(2) -> 1, (1) -> 1, (1.0) -> 2>}

// -----

// expected-error @+1 {{expected a key of 1 values, as in the entry before, got 2}}
func.func private @arity() attributes {x = #rasp.table<(1) -> 1, (1, 2) -> 2>}

// -----

// expected-error @+1 {{a key has a value for each input; `_` stands for all of them}}
func.func private @partial_fallback() attributes {x = #rasp.table<(1, _) -> 1>}

// -----

// expected-error @+1 {{a key of a table is never none, since none is not looked up}}
func.func private @none_key() attributes {x = #rasp.table<(#rasp.none) -> 1>}

// -----

// expected-error @+1 {{expected a boolean, an i64, a finite f64, a string, #rasp.fraction or #rasp.none in a table, not 1 : i32}}
func.func private @key_type() attributes {x = #rasp.table<(1 : i32) -> 1>}

// -----

// expected-error @+1 {{expected a boolean, an i64, a finite f64, a string, #rasp.fraction or #rasp.none in a table, not unit}}
func.func private @value_type() attributes {x = #rasp.table<(1) -> unit>}

// -----

// expected-error @+1 {{expected a table of at least one input}}
func.func private @no_input() attributes {x = #rasp.table<() -> 1>}

// -----

// expected-error @+1 {{expected '->'}}
func.func private @no_arrow() attributes {x = #rasp.table<(1) 1>}

// -----

// expected-error @+2 {{to be one of: eq, ne, lt, le, gt, ge, true, false}}
// expected-error @+1 {{failed to parse}}
func.func private @predicate() attributes {x = #rasp.predicate<less>}

// -----

func.func @untyped_none() {
  // expected-error @+1 {{the type of #rasp.none cannot be inferred; write it after the value, as in `-> !rasp.sop<i64>`}}
  %0 = rasp.constant #rasp.none
}

// -----

func.func @untyped_i32() {
  // expected-error @+1 {{the type of 1 : i32 cannot be inferred; write it after the value, as in `-> !rasp.sop<i64>`}}
  %0 = rasp.constant 1 : i32
}

// -----

func.func @lookup_without_table(%a: !rasp.sop<i64>) {
  // expected-error @+1 {{expected a table, written `table<(key) -> value>`}}
  %0 = rasp.lookup %a : (!rasp.sop<i64>) -> !rasp.sop<i64>
}

// -----

func.func @comparison(%a: !rasp.str) {
  // expected-error @+1 {{expected a comparison: eq, ne, lt, le, gt or ge}}
  %0 = rasp.compare_strings true %a, %a
}

// -----

func.func @label() {
  // expected-error @+1 {{expected string}}
  %0 = rasp.indices as name
}

// -----

func.func @predicate(%a: !rasp.sop<i64>) {
  // expected-error @+1 {{expected a predicate (eq, ne, lt, le, gt, ge, true or false), or 'keys' and a table or region after the operands}}
  %0 = rasp.select equals keys(%a) queries(%a) : !rasp.sop<i64>, !rasp.sop<i64>
}
