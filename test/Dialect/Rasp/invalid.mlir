// Every error of the verifiers of the rasp dialect, by the number that the
// constraint has in the op's description.

// RUN: rasp-opt %s --verify-diagnostics --split-input-file

// program, constraint 1

// expected-error @+1 {{'rasp.program' op expected one argument and one result, got 2 and 1}}
rasp.program @two_arguments(%a: !rasp.sop<i64>, %b: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 1} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+1 {{'rasp.program' op expected an argument that is an s-op of i1, i64, f64 or !rasp.str, got '!rasp.sop<!rasp.any>'}}
rasp.program @any(%a: !rasp.sop<!rasp.any>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 1} {
  %i = rasp.indices
  rasp.return %i : !rasp.sop<i64>
}

// -----

// expected-error @+1 {{'rasp.program' op expected a result that is an s-op, got '!rasp.selector'}}
rasp.program @selector(%a: !rasp.sop<i64>) -> !rasp.selector attributes {vocab = [1], max_seq_len = 1} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// program, constraint 2

// expected-error @+2 {{'rasp.program' op has an empty vocabulary}}
// expected-note @+1 {{list the tokens that may occur, as in `vocab = ["a"]`}}
rasp.program @empty(%a: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str> attributes {vocab = [], max_seq_len = 1} {
  rasp.return %a : !rasp.sop<!rasp.str>
}

// -----

// expected-error @+2 {{'rasp.program' op expected a vocabulary of tokens of type 'f64', got 1 : i64}}
// expected-note @+1 {{a value of this type is written like 1.0}}
rasp.program @kind(%a: !rasp.sop<f64>) -> !rasp.sop<f64> attributes {vocab = [0.5, 1], max_seq_len = 1} {
  rasp.return %a : !rasp.sop<f64>
}

// -----

// expected-error @+2 {{'rasp.program' op expected a vocabulary of tokens of type 'i64', got 1 : i32}}
// expected-note @+1 {{a value of this type is written like 1}}
rasp.program @width(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1 : i32], max_seq_len = 1} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+1 {{'rasp.program' op has none in its vocabulary; a token has a value}}
rasp.program @none(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [#rasp.none], max_seq_len = 1} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+2 {{'rasp.program' op has the token 5.000000e-01 : f64 twice in its vocabulary}}
// expected-note @+1 {{it stands at places 0 and 2}}
rasp.program @twice(%a: !rasp.sop<f64>) -> !rasp.sop<f64> attributes {vocab = [#rasp.fraction<1/2>, 1.0, 0.5], max_seq_len = 1} {
  rasp.return %a : !rasp.sop<f64>
}

// -----

// program, constraint 3

// expected-error @+2 {{'rasp.program' op has the BOS token in its vocabulary: "BOS"}}
// expected-note @+1 {{name that token otherwise, as in `bos = "<bos>"`}}
rasp.program @bos(%a: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str> attributes {vocab = ["a", "BOS"], max_seq_len = 1} {
  rasp.return %a : !rasp.sop<!rasp.str>
}

// -----

// expected-error @+2 {{'rasp.program' op has the PAD token in its vocabulary: 0}}
// expected-note @+1 {{name that token otherwise, as in `pad = "<pad>"`}}
rasp.program @pad(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [0, 1], max_seq_len = 1, pad = "0"} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+2 {{'rasp.program' op has the same name for BOS and PAD: "PAD"}}
// expected-note @+1 {{give one of `bos` and `pad` another name}}
rasp.program @same(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [0, 1], max_seq_len = 1, bos = "PAD"} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// program, constraint 4

// expected-error @+1 {{'rasp.program' op expected max_seq_len from 1 to 65536, got 0}}
rasp.program @no_length(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 0} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+1 {{'rasp.program' op expected max_seq_len from 1 to 65536, got 65537}}
rasp.program @long(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 65537} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+2 {{'rasp.program' op attribute 'max_seq_len' failed to satisfy constraint}}
// expected-note @+1 {{found max_seq_len = -1}}
rasp.program @negative(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = -1} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+1 {{'rasp.program' op requires attribute 'vocab'}}
rasp.program @no_vocabulary(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {max_seq_len = 1} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+1 {{'rasp.program' op requires attribute 'max_seq_len'}}
rasp.program @no_length(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1]} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// program, constraint 5

// expected-error @+1 {{'rasp.program' op expected a body that ends in rasp.return}}
rasp.program @no_return(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 1} {
  // expected-note @+1 {{it ends here}}
  %i = rasp.indices
}

// -----

// expected-error @+1 {{'rasp.program' op region #0 ('body') failed to verify constraint: region with 1 blocks}}
rasp.program private @no_body(!rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 1}

// -----

// program, constraint 6

// expected-error @+1 {{'rasp.program' op expected output to be "categorical" or "numerical", got "number"}}
rasp.program @output(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 1, output = "number"} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+2 {{'rasp.program' op has a numerical output of type '!rasp.str'}}
// expected-note @+1 {{only i1, i64 and f64 are read as a number; make it categorical}}
rasp.program @numerical(%a: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str> attributes {vocab = ["a"], max_seq_len = 1, output = "numerical"} {
  rasp.return %a : !rasp.sop<!rasp.str>
}

// -----

// program, constraint 7

// expected-error @+2 {{'rasp.program' op unknown attribute 'casual'}}
// expected-note @+1 {{did you mean 'causal'?}}
rasp.program @misspelt(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 1, casual} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+2 {{'rasp.program' op unknown attribute 'separator'}}
// expected-note @+1 {{a program has the attributes vocab, max_seq_len, causal, bos, pad, output; others have a name with a dot, as in 'my.attribute'}}
rasp.program @unknown(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 1, separator = 1, my.attribute} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// Attributes of another kind than the contract's.

// expected-error @+2 {{'rasp.program' op attribute 'vocab' failed to satisfy constraint: array attribute}}
// expected-note @+1 {{found vocab = "abc"}}
rasp.program @vocab_kind(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = "abc", max_seq_len = 1} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+2 {{'rasp.program' op attribute 'causal' failed to satisfy constraint: unit attribute}}
// expected-note @+1 {{found causal = true}}
rasp.program @causal_kind(%a: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 1, causal = true} {
  rasp.return %a : !rasp.sop<i64>
}

// -----

// expected-error @+1 {{'rasp.program' op expected `bos` and `pad` to be strings}}
"rasp.program"() <{function_type = (!rasp.sop<i64>) -> !rasp.sop<i64>, sym_name = "pad_kind", vocab = [1], max_seq_len = 1 : i64}> ({
^bb0(%a: !rasp.sop<i64>):
  rasp.return %a : !rasp.sop<i64>
}) {pad = 3} : () -> ()

// -----

// return, constraint 1

// expected-note @+1 {{the program's result is '!rasp.sop<f64>'}}
rasp.program @return_type(%a: !rasp.sop<i64>) -> !rasp.sop<f64> attributes {vocab = [1], max_seq_len = 1} {
  // expected-error @+1 {{'rasp.return' op returns '!rasp.sop<i64>'}}
  rasp.return %a : !rasp.sop<i64>
}

// -----

// sop type

// expected-error @+1 {{the element type of an s-op is one of i1, i64, f64, !rasp.str and !rasp.any, not 'i32'}}
func.func private @element_type(!rasp.sop<i32>)

// -----

// constant, constraint 1

func.func @constant_type() {
  // expected-error @+2 {{'rasp.constant' op expected a value of type 'i64', got 5.000000e-01 : f64}}
  // expected-note @+1 {{a value of this type is written like 1}}
  %0 = rasp.constant 0.5 -> !rasp.sop<i64>
  return
}

// -----

func.func @constant_infinite() {
  // expected-error @+2 {{'rasp.constant' op expected a value of type 'f64', got 0x7FF0000000000000 : f64}}
  // expected-note @+1 {{a value of this type is written like 1.0}}
  %0 = rasp.constant 0x7FF0000000000000 : f64 -> !rasp.sop<f64>
  return
}

// -----

func.func @constant_kind() {
  // expected-error @+1 {{'rasp.constant' op expected a value of type '!rasp.any', got dense<1> : tensor<2xi64>}}
  %0 = rasp.constant dense<1> : tensor<2xi64> -> !rasp.sop<!rasp.any>
  return
}

// -----

func.func @empty_label() {
  // expected-error @+1 {{attribute 'label' failed to satisfy constraint: string attribute that is not empty}}
  %0 = "rasp.indices"() {label = ""} : () -> !rasp.sop<i64>
  return
}

// -----

// map, constraint 1

func.func @map_without_operand() {
  // expected-error @+2 {{'rasp.map' op expected an operand}}
  // expected-note @+1 {{one value everywhere is a rasp.constant}}
  %0 = rasp.map : () -> !rasp.sop<i64> {
    %c = arith.constant 1 : i64
    rasp.yield %c : i64
  }
  return
}

// -----

func.func @map_arguments(%a: !rasp.sop<i64>) {
  // expected-error @+1 {{'rasp.map' op expected a region of 1 arguments, one for each operand, got 2}}
  %0 = rasp.map %a : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %y: i64):
    rasp.yield %x : i64
  }
  return
}

// -----

func.func @map_argument_type(%a: !rasp.sop<i64>) {
  // expected-error @+1 {{'rasp.map' op expected the region's argument 0 to be of the operand's element type 'i64', got 'f64'}}
  %0 = rasp.map %a : (!rasp.sop<i64>) -> !rasp.sop<f64> {
  ^bb0(%x: f64):
    rasp.yield %x : f64
  }
  return
}

// -----

// map, constraint 2

func.func private @f(i64) -> i64
func.func @map_call(%a: !rasp.sop<i64>) {
  %0 = rasp.map %a : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    // expected-error @+2 {{'func.call' op cannot stand in the region of 'rasp.map'}}
    // expected-note @+1 {{expected straight-line code of arith, math and the string ops of rasp; arith.select chooses}}
    %y = func.call @f(%x) : (i64) -> i64
    rasp.yield %y : i64
  }
  return
}

// -----

func.func @map_control_flow(%a: !rasp.sop<i1>) {
  %0 = rasp.map %a : (!rasp.sop<i1>) -> !rasp.sop<i1> {
  ^bb0(%x: i1):
    // expected-error @+2 {{'scf.if' op cannot stand in the region of 'rasp.map'}}
    // expected-note @+1 {{expected straight-line code}}
    %y = scf.if %x -> i1 {
      scf.yield %x : i1
    } else {
      scf.yield %x : i1
    }
    rasp.yield %y : i1
  }
  return
}

// -----

func.func @map_scalar_type(%a: !rasp.sop<i64>) {
  %0 = rasp.map %a : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    // expected-error @+2 {{'arith.trunci' op computes with a value of type 'i32' in the region of 'rasp.map'}}
    // expected-note @+1 {{the scalars of the language are of type i1, i64, f64 and !rasp.str}}
    %y = arith.trunci %x : i64 to i32
    %z = arith.extsi %y : i32 to i64
    rasp.yield %z : i64
  }
  return
}

// -----

func.func @map_not_isolated(%a: !rasp.sop<i64>) {
  %c = arith.constant 1 : i64
  // expected-note @+1 {{required by region isolation constraints}}
  %0 = rasp.map %a : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    // expected-error @+1 {{'arith.addi' op using value defined outside the region}}
    %y = arith.addi %x, %c : i64
    rasp.yield %y : i64
  }
  return
}

// -----

// map, constraint 3

func.func @map_yield(%a: !rasp.sop<i64>) {
  %0 = rasp.map %a : (!rasp.sop<i64>) -> !rasp.sop<f64> {
  ^bb0(%x: i64):
    // expected-error @+1 {{'rasp.yield' op expected a value of type 'f64', got 'i64'}}
    rasp.yield %x : i64
  }
  return
}

// -----

func.func @map_terminator(%a: !rasp.sop<i64>) {
  %0 = rasp.map %a : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    // expected-error @+1 {{'ub.unreachable' op expected rasp.yield at the end of the region of 'rasp.map'}}
    ub.unreachable
  }
  return
}

// -----

func.func @yield_outside(%a: i64) {
  // expected-error @+1 {{'rasp.yield' op expects parent op to be one of 'rasp.map, rasp.select'}}
  rasp.yield %a : i64
}

// -----

// map, constraint 4

func.func @map_any(%a: !rasp.sop<!rasp.any>) {
  // expected-error @+2 {{'rasp.map' op has an operand or a result of type '!rasp.sop<!rasp.any>'}}
  // expected-note @+1 {{no scalar code computes with values of any kind; rasp.lookup does}}
  %0 = rasp.map %a : (!rasp.sop<!rasp.any>) -> !rasp.sop<!rasp.any> {
  ^bb0(%x: !rasp.any):
    rasp.yield %x : !rasp.any
  }
  return
}

// -----

// lookup, constraint 1

func.func @lookup_inputs(%a: !rasp.sop<i64>) {
  // expected-error @+1 {{'rasp.lookup' op expected a table of 2 inputs, got one of 1}}
  %0 = rasp.lookup %a, %a table<(1) -> 2> : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64>
  return
}

// -----

func.func @lookup_without_operand() {
  // expected-error @+2 {{'rasp.lookup' op expected an operand}}
  // expected-note @+1 {{one value everywhere is a rasp.constant}}
  %0 = rasp.lookup table<(1) -> 2> : () -> !rasp.sop<i64>
  return
}

// -----

// lookup, constraint 2

func.func @lookup_value(%a: !rasp.sop<i64>) {
  // expected-error @+2 {{'rasp.lookup' op expected values in the table of type 'i1', got 2}}
  // expected-note @+1 {{a value of this type is written like true}}
  %0 = rasp.lookup %a table<(1) -> true, (2) -> 2> : (!rasp.sop<i64>) -> !rasp.sop<i1>
  return
}

// -----

func.func @lookup_fallback(%a: !rasp.sop<i64>) {
  // expected-error @+2 {{'rasp.lookup' op expected values in the table of type '!rasp.str', got true}}
  // expected-note @+1 {{a value of this type is written like "a"}}
  %0 = rasp.lookup %a table<(1) -> "one", _ -> true> : (!rasp.sop<i64>) -> !rasp.sop<!rasp.str>
  return
}

// -----

// aggregate, constraint 1

func.func @aggregate_type(%s: !rasp.selector, %v: !rasp.sop<i64>) {
  // expected-error @+2 {{'rasp.aggregate' op makes s-op values of type 'i1' from values of type 'i64'}}
  // expected-note @+1 {{expected the type of the values, or f64 for a mean}}
  %0 = rasp.aggregate %s, %v : !rasp.sop<i64> -> !rasp.sop<i1>
  return
}

// -----

func.func @aggregate_string(%s: !rasp.selector, %v: !rasp.sop<!rasp.str>) {
  // expected-error @+2 {{'rasp.aggregate' op makes s-op values of type 'f64' from values of type '!rasp.str'}}
  // expected-note-re @+1 {{{{^}}expected the type of the values{{$}}}}
  %0 = rasp.aggregate %s, %v : !rasp.sop<!rasp.str> -> !rasp.sop<f64>
  return
}

// -----

// aggregate, constraint 2

func.func @aggregate_default(%s: !rasp.selector, %v: !rasp.sop<i64>) {
  // expected-error @+2 {{'rasp.aggregate' op expected a default of type 'f64', got 0 : i64}}
  // expected-note @+1 {{a value of this type is written like 1.0}}
  %0 = rasp.aggregate %s, %v default(0) : !rasp.sop<i64> -> !rasp.sop<f64>
  return
}

// -----

// select, constraint 1

func.func @select_nothing(%a: !rasp.sop<i64>) {
  // expected-error @+1 {{'rasp.select' op expected one of a predicate, a table and a region, got none}}
  %0 = rasp.select keys(%a) queries(%a) : !rasp.sop<i64>, !rasp.sop<i64>
  return
}

// -----

func.func @select_several(%a: !rasp.sop<i64>) {
  // expected-error @+1 {{'rasp.select' op expected one of a predicate, a table and a region, got several}}
  %0 = rasp.select eq keys(%a) queries(%a) table<(1, 1) -> true> : !rasp.sop<i64>, !rasp.sop<i64>
  return
}

// -----

// select, constraint 2

func.func @select_order(%a: !rasp.sop<i64>, %b: !rasp.sop<!rasp.str>) {
  // expected-error @+2 {{'rasp.select' op cannot order keys of type 'i64' and queries of type '!rasp.str'}}
  // expected-note @+1 {{ge compares two numbers or two strings; eq and ne compare all}}
  %0 = rasp.select ge keys(%a) queries(%b) : !rasp.sop<i64>, !rasp.sop<!rasp.str>
  return
}

// -----

// select, constraint 3

func.func @select_table_inputs(%a: !rasp.sop<i64>) {
  // expected-error @+1 {{'rasp.select' op expected a table of 2 inputs, got one of 1}}
  %0 = rasp.select keys(%a) queries(%a) table<(1) -> true> : !rasp.sop<i64>, !rasp.sop<i64>
  return
}

// -----

func.func @select_table_values(%a: !rasp.sop<i64>) {
  // expected-error @+2 {{'rasp.select' op expected values in the table of type 'i1', got 1}}
  // expected-note @+1 {{a value of this type is written like true}}
  %0 = rasp.select keys(%a) queries(%a) table<(1, 1) -> 1> : !rasp.sop<i64>, !rasp.sop<i64>
  return
}

// -----

func.func @select_table_none(%a: !rasp.sop<i64>) {
  // expected-error @+1 {{'rasp.select' op expected true or false in the table, got none}}
  %0 = rasp.select keys(%a) queries(%a) table<(1, 1) -> true, _ -> #rasp.none> : !rasp.sop<i64>, !rasp.sop<i64>
  return
}

// -----

// select, constraint 4

func.func @select_arguments(%a: !rasp.sop<i64>) {
  // expected-error @+1 {{'rasp.select' op expected a region of 2 arguments, one for each operand, got 1}}
  %0 = rasp.select keys(%a) queries(%a) : !rasp.sop<i64>, !rasp.sop<i64> {
  ^bb0(%key: i64):
    %true = arith.constant true
    rasp.yield %true : i1
  }
  return
}

// -----

func.func @select_yield(%a: !rasp.sop<i64>) {
  %0 = rasp.select keys(%a) queries(%a) : !rasp.sop<i64>, !rasp.sop<i64> {
  ^bb0(%key: i64, %query: i64):
    // expected-error @+1 {{'rasp.yield' op expected a value of type 'i1', got 'i64'}}
    rasp.yield %key : i64
  }
  return
}

// -----

func.func @select_region_any(%a: !rasp.sop<!rasp.any>) {
  %0 = rasp.select keys(%a) queries(%a) : !rasp.sop<!rasp.any>, !rasp.sop<!rasp.any> {
  ^bb0(%key: !rasp.any, %query: !rasp.any):
    %true = arith.constant true
    // expected-error @+2 {{'arith.select' op computes with a value of type '!rasp.any' in the region of 'rasp.select'}}
    // expected-note @+1 {{the scalars of the language}}
    %either = arith.select %true, %key, %query : !rasp.any
    rasp.yield %true : i1
  }
  return
}

// -----

// selectors

func.func @width_of_sop(%a: !rasp.sop<i64>) {
  // expected-note @-1 {{prior use here}}
  // expected-error @+1 {{expects different type than prior uses}}
  %0 = rasp.selector_width %a
  return
}

// -----

func.func @best_scores(%s: !rasp.selector, %a: !rasp.sop<!rasp.str>) {
  // expected-error @+1 {{'rasp.best' op operand #1 must be s-op of i1, i64 or f64}}
  %0 = rasp.best %s, %a : !rasp.sop<!rasp.str>
  return
}

// -----

// compare_strings, constraint 1

func.func @compare_strings(%a: !rasp.str) {
  // expected-error @+1 {{'rasp.compare_strings' op expected one of eq, ne, lt, le, gt and ge, got true}}
  %0 = "rasp.compare_strings"(%a, %a) {predicate = #rasp.predicate<true>} : (!rasp.str, !rasp.str) -> i1
  return
}

// -----

// Constraint 2 of rasp.map: constants are computed with exactly.

rasp.program @third(%tokens: !rasp.sop<f64>) -> !rasp.sop<i1>
    attributes {vocab = [0.0, 1.0], max_seq_len = 3} {
  %is_third = rasp.map %tokens : (!rasp.sop<f64>) -> !rasp.sop<i1> {
  ^bb0(%x: f64):
    %one = arith.constant 1.0 : f64
    %three = arith.constant 3.0 : f64
    // expected-error@below {{'arith.divf' op of constants is 1/3, which f64 does not hold exactly}}
    // expected-note@below {{apply it to a value instead (x / 3.0 is exact)}}
    %third = arith.divf %one, %three : f64
    %is = arith.cmpf oeq, %x, %third : f64
    rasp.yield %is : i1
  }
  rasp.return %is_third : !rasp.sop<i1>
}

// -----

rasp.program @overflow(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [0, 1], max_seq_len = 3} {
  %sum = rasp.map %tokens : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    %most = arith.constant 9223372036854775807 : i64
    // expected-error@below {{'arith.addi' op of constants is undefined: integer overflow}}
    %more = arith.addi %most, %most : i64
    %sum = arith.addi %x, %more : i64
    rasp.yield %sum : i64
  }
  rasp.return %sum : !rasp.sop<i64>
}
