// RUN: rasp-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

// What verifiers and parsers of the craft dialect refuse, with the number of the
// constraint in the op's description.

// #craft.matrix, constraint 1

// expected-error@+1 {{entry (2, 0) is outside the 2x1 matrix}}
"test.use"() {m = #craft.matrix<2x1 (2, 0) = 1.0>} : () -> ()

// -----

// #craft.matrix, constraint 1

// expected-error@+1 {{entry (0, 0) must be finite and not zero}}
"test.use"() {m = #craft.matrix<2x1 (0, 0) = 0.0>} : () -> ()

// -----

// #craft.matrix, constraint 2

// expected-error@+1 {{entries must be sorted by row, then column, and none stand twice, but (0, 1) comes after (1, 0)}}
"test.use"() {m = #craft.matrix<2x2 (1, 0) = 1.0, (0, 1) = 1.0>} : () -> ()

// -----

// #craft.matrix, constraint 2

// expected-error@+1 {{but (0, 1) comes after (0, 1)}}
"test.use"() {m = #craft.matrix<2x2 (0, 1) = 1.0, (0, 1) = 1.0>} : () -> ()

// -----

// #craft.matrix, constraint 3

// expected-error@+1 {{a matrix has from 0 to 16777216 rows and columns, but found 100000000}}
"test.use"() {m = #craft.matrix<1x100000000>} : () -> ()

// -----

// #craft.matrix, constraint 3

// expected-error@+1 {{an identity is square and has at most 16777216 rows, but found 100000000x100000000}}
"test.use"() {m = #craft.matrix<100000000x100000000 identity>} : () -> ()

// -----

// #craft.matrix

// expected-error@+1 {{expected a shape such as 3x2}}
"test.use"() {m = #craft.matrix<3>} : () -> ()

// -----

// #craft.affine, constraint 1

// expected-error@+1 {{matrix 0 has 1 columns, but the bias has 2 elements}}
"test.use"() {m = #craft.affine<[<2x1>] + [0.0, 1.0]>} : () -> ()

// -----

// #craft.affine, constraint 1

// expected-error@+1 {{the elements of the bias must be finite}}
"test.use"() {m = #craft.affine<[] + [0x7FF0000000000000]>} : () -> ()

// -----

// !craft.onehot, constraint 1

// expected-error@+1 {{a one-hot subspace needs a finite domain, but found}}
"test.use"() : () -> (!craft.onehot<[0, 1] fractions 3>)

// -----

// !craft.onehot, constraint 1

// expected-error@+1 {{the domain of a one-hot subspace must not be empty}}
"test.use"() : () -> (!craft.onehot<{}>)

// -----

// !craft.scalar, constraint 1

// expected-error@+1 {{a scalar subspace needs a numeric domain, but found}}
"test.use"() : () -> (!craft.scalar<{"a"}>)

// -----

// !craft.scalar, constraint 1

// expected-error@+1 {{a scalar subspace needs a numeric domain, but found}}
"test.use"() : () -> (!craft.scalar<any>)

// -----

// !craft.scalar, constraint 1

// expected-error@+1 {{the domain of a scalar subspace must not be empty}}
"test.use"() : () -> (!craft.scalar<{}>)

// -----

// !craft.scalar, constraint 2

// expected-error@+1 {{the domain holds none, for which `none_code` must say what number stands}}
"test.use"() : () -> (!craft.scalar<{none, 1}>)

// -----

// !craft.scalar, constraint 2

// expected-error@+1 {{`none_code` is given, but the domain does not hold none}}
"test.use"() : () -> (!craft.scalar<{1}, none_code = 3.0>)

// -----

// !craft.scalar, constraint 3

// expected-error@+1 {{`none_code` must be at least 1 away from the range 0 to 2 of the domain, but found 2.5}}
"test.use"() : () -> (!craft.scalar<{none, 0, 2}, none_code = 2.5>)

// -----

// !craft.scalar, constraint 3

// expected-error@+1 {{`none_code` must be an f64 that is finite in f32}}
"test.use"() : () -> (!craft.scalar<{none, 0}, none_code = 0x7FF0000000000000>)

// -----

// expected-error@+1 {{`none_code` must be an f64 that is finite in f32}}
"test.use"() : () -> (!craft.scalar<{none, 0}, none_code = -1.0e39>)

// -----

// !craft.residual, constraint 1

// expected-error@+1 {{a residual stream has from 0 to 16777216 columns, but found -1}}
"test.use"() : () -> (!craft.residual<-1>)

// -----

// craft.program, constraint 1

// expected-error@+1 {{needs at least one token in its vocabulary}}
craft.program @p attributes {vocab = [], max_seq_len = 2} {

  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.program, constraint 1

// expected-error@+1 {{token 1 stands twice among the vocabulary, BOS and PAD}}
craft.program @p attributes {vocab = [1, 2, 1], max_seq_len = 2} {

  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.program, constraint 1

// expected-error@+1 {{token BOS stands twice among the vocabulary, BOS and PAD}}
craft.program @p attributes {vocab = ["BOS"], max_seq_len = 2} {

  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.program, constraint 1

// expected-error@+1 {{BOS and PAD must differ, but both are "x"}}
craft.program @p attributes {vocab = [1], max_seq_len = 2, bos = "x", pad = "x"} {

  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.program, constraint 1

// expected-error@+1 {{token #rasp.none of the vocabulary must be a scalar other than none}}
craft.program @p attributes {vocab = [#rasp.none], max_seq_len = 2} {

  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.program, constraint 1

// expected-error@+1 {{token unit of the vocabulary must be a scalar other than none}}
craft.program @p attributes {vocab = [unit], max_seq_len = 2} {

  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.program, constraint 2

// expected-error@+1 {{max_seq_len must be from 1 to 65536, but found 65537}}
craft.program @p attributes {vocab = [1], max_seq_len = 65537} {

  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.program, constraint 2

// expected-error@+1 {{attribute 'max_seq_len' failed to satisfy constraint}}
craft.program @p attributes {vocab = [1], max_seq_len = 0} {

  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.program, constraint 3

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{block with no terminator}}
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
}

// -----

// craft.program, constraint 3

// expected-error@+1 {{the body must have no arguments}}
craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
^bb0(%x: !craft.scalar<{0, 1}>):
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.embed, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{needs `tokens` or `positions`}}
  %x = craft.embed : !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.embed, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{`tokens` has 3 rows, but the vocabulary's tokens number 2}}
  %x = craft.embed tokens <3x1> : !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.embed, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{`positions` has 3 rows, but the program's positions number 2}}
  %x = craft.embed positions <3x1> : !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.embed, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{`tokens` has 2 columns, but the result has 1 directions}}
  %x = craft.embed tokens <2x2> : !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.embed, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{`positions` has 2 columns, but the result has 1 directions}}
  %x = craft.embed positions <2x2> : !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.linear, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{needs a matrix for each of its 1 inputs in `map`, but found 0}}
  %y = craft.linear %x <[] + [0.0]> : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.linear, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{matrix 0 of `map` has 2 rows, but the input has 1 directions}}
  %y = craft.linear %x <[<2x1>] + [0.0]> : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.linear, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`map` has 2 columns, but the result has 1 directions}}
  %y = craft.linear %x <[<1x2>] + [0.0, 0.0]> : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.map, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{needs at least one input; a constant is a craft.linear without inputs}}
  %y = craft.map values [0] : () -> !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.map, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1> : !craft.scalar<[0, 1] gap 0.5>
  // expected-error@+1 {{input 0 must have a finite domain, but it is}}
  %y = craft.map %x values [0] : (!craft.scalar<[0, 1] gap 0.5>) -> !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.map, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{needs a value for each combination of values of the inputs, 4, but found 3}}
  %y = craft.map %x, %x values [0, 0, 0] : (!craft.scalar<{0, 1}>, !craft.scalar<{0, 1}>) -> !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.map, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{needs a value for each combination of values of the inputs, more than 2, but found 1}}
  %y = craft.map %x, %x values [0] : (!craft.scalar<{0, 1}>, !craft.scalar<{0, 1}>) -> !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.map, constraint 3

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{value 1, 2, is not in the domain of the result}}
  %y = craft.map %x values [0, 2] : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.map, constraint 3

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{value 0 is no scalar: unit}}
  %y = craft.map %x values [unit, 2] : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.head, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`query` and `key` must have the same output dimension, but found 2 and 1}}
  %y = craft.head queries(%x : !craft.scalar<{0, 1}>) keys(%x : !craft.scalar<{0, 1}>) values(%x : !craft.scalar<{0, 1}>) query <[<1x2>] + [0.0, 0.0]> key <[<1x1>] + [0.0]> value <[<1x1>] + [0.0]> output <1x1> bos score 0.0 value [0.0] : !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.head, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{needs a matrix for each of its 1 inputs in `query`, but found 0}}
  %y = craft.head queries(%x : !craft.scalar<{0, 1}>) keys(%x : !craft.scalar<{0, 1}>) values(%x : !craft.scalar<{0, 1}>) query <[] + [0.0]> key <[<1x1>] + [0.0]> value <[<1x1>] + [0.0]> output <1x1> bos score 0.0 value [0.0] : !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.head, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{matrix 0 of `key` has 3 rows, but the input has 1 directions}}
  %y = craft.head queries(%x : !craft.scalar<{0, 1}>) keys(%x : !craft.scalar<{0, 1}>) values(%x : !craft.scalar<{0, 1}>) query <[<1x1>] + [0.0]> key <[<3x1>] + [0.0]> value <[<1x1>] + [0.0]> output <1x1> bos score 0.0 value [0.0] : !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.head, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{matrix 0 of `value` has 3 rows, but the input has 1 directions}}
  %y = craft.head queries(%x : !craft.scalar<{0, 1}>) keys(%x : !craft.scalar<{0, 1}>) values(%x : !craft.scalar<{0, 1}>) query <[<1x1>] + [0.0]> key <[<1x1>] + [0.0]> value <[<3x1>] + [0.0]> output <1x1> bos score 0.0 value [0.0] : !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.head, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`output` has 2 rows, but the directions of `value` number 1}}
  %y = craft.head queries(%x : !craft.scalar<{0, 1}>) keys(%x : !craft.scalar<{0, 1}>) values(%x : !craft.scalar<{0, 1}>) query <[<1x1>] + [0.0]> key <[<1x1>] + [0.0]> value <[<1x1>] + [0.0]> output <2x1> bos score 0.0 value [0.0] : !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.head, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`output` has 2 columns, but the result has 1 directions}}
  %y = craft.head queries(%x : !craft.scalar<{0, 1}>) keys(%x : !craft.scalar<{0, 1}>) values(%x : !craft.scalar<{0, 1}>) query <[<1x1>] + [0.0]> key <[<1x1>] + [0.0]> value <[<1x1>] + [0.0]> output <1x2> bos score 0.0 value [0.0] : !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.head, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{the value at BOS has 2 elements, but the directions of `value` number 1}}
  %y = craft.head queries(%x : !craft.scalar<{0, 1}>) keys(%x : !craft.scalar<{0, 1}>) values(%x : !craft.scalar<{0, 1}>) query <[<1x1>] + [0.0]> key <[<1x1>] + [0.0]> value <[<1x1>] + [0.0]> output <1x1> bos score 0.0 value [0.0, 0.0] : !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.head, constraint 3

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{the score and the value at BOS must be finite}}
  %y = craft.head queries(%x : !craft.scalar<{0, 1}>) keys(%x : !craft.scalar<{0, 1}>) values(%x : !craft.scalar<{0, 1}>) query <[<1x1>] + [0.0]> key <[<1x1>] + [0.0]> value <[<1x1>] + [0.0]> output <1x1> bos score 0x7FF0000000000000 value [0.0] : !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.head

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{attribute 'layer' failed to satisfy constraint}}
  %y = craft.head queries(%x : !craft.scalar<{0, 1}>) keys(%x : !craft.scalar<{0, 1}>) values(%x : !craft.scalar<{0, 1}>) query <[<1x1>] + [0.0]> key <[<1x1>] + [0.0]> value <[<1x1>] + [0.0]> output <1x1> bos score 0.0 value [0.0] layer -1 : !craft.scalar<{0, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.selector_width, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`query` and `key` must have the same output dimension, but found 2 and 1}}
  %y = craft.selector_width queries(%x : !craft.scalar<{0, 1}>) keys() query <[<1x2>] + [0.0, 0.0]> key <[] + [0.0]> penalty 20.0 : !craft.scalar<{0, 1, 2}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.selector_width, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`penalty` must be finite and positive}}
  %y = craft.selector_width queries(%x : !craft.scalar<{0, 1}>) keys() query <[<1x1>] + [0.0]> key <[] + [0.0]> penalty -1.0 : !craft.scalar<{0, 1, 2}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.selector_width, constraint 3

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{must give a scalar of integers from 0 to 2, the program's max_seq_len, without none, but found '!craft.scalar<{-1, 0}>'}}
  %y = craft.selector_width queries() keys() query <[] + [0.0]> key <[] + [0.0]> penalty 20.0 : !craft.scalar<{-1, 0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{must give a scalar of integers from 0 to 2, the program's max_seq_len, without none, but found '!craft.scalar<{0, 3}>'}}
  %y = craft.selector_width queries() keys() query <[] + [0.0]> key <[] + [0.0]> penalty 20.0 : !craft.scalar<{0, 3}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{must give a scalar of integers from 0 to 2, the program's max_seq_len, without none, but found '!craft.scalar<{1/2, 1}>'}}
  %y = craft.selector_width queries() keys() query <[] + [0.0]> key <[] + [0.0]> penalty 20.0 : !craft.scalar<{1/2, 1}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{but found '!craft.scalar<{none, 0, 1}, none_code = -2.000000e+00>'}}
  %y = craft.selector_width queries() keys() query <[] + [0.0]> key <[] + [0.0]> penalty 20.0 : !craft.scalar<{none, 0, 1}, none_code = -2.0>
  craft.unembed <[] + [0.0]> numerical
}

// -----

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  // expected-error@+1 {{but found '!craft.onehot<{0, 1, 2}>'}}
  %y = craft.selector_width queries() keys() query <[] + [0.0]> key <[] + [0.0]> penalty 20.0 : !craft.onehot<{0, 1, 2}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.mlp, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{matrix 0 of `input` has 2 rows, but the input has 1 directions}}
  %y = craft.mlp %x <[<2x1>] + [0.0]> then <[<1x1>] + [0.0]> : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.mlp, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`output` must have one matrix, but found 0}}
  %y = craft.mlp %x <[<1x1>] + [0.0]> then <[] + [0.0]> : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.mlp, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`output` has 2 rows, but the hidden units number 1}}
  %y = craft.mlp %x <[<1x1>] + [0.0]> then <[<2x1>] + [0.0]> : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.mlp, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`output` has 2 columns, but the result has 1 directions}}
  %y = craft.mlp %x <[<1x1>] + [0.0]> then <[<1x2>] + [0.0, 0.0]> : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0}>
  craft.unembed <[] + [0.0]> numerical
}

// -----

// craft.unembed, constraint 1

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{needs a matrix for each of its 1 inputs in `map`, but found 0}}
  craft.unembed %x <[] + [0.0]> numerical : !craft.scalar<{0, 1}>
}

// -----

// craft.unembed, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{needs either `outputs` or `numerical`}}
  craft.unembed <[] + [0.0]>
}

// -----

// craft.unembed, constraint 2

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{needs either `outputs` or `numerical`}}
  craft.unembed <[] + [0.0]> outputs [1] numerical
}

// -----

// craft.unembed, constraint 3

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{a numerical output is one column, but found 2}}
  craft.unembed <[] + [0.0, 0.0]> numerical
}

// -----

// craft.unembed, constraint 3

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{the map has 1 columns, but there are 2 output values}}
  craft.unembed <[] + [0.0]> outputs [1, 2]
}

// -----

// craft.unembed, constraint 3

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{needs at least one output value}}
  craft.unembed <[] + [0.0]> outputs []
}

// -----

// craft.unembed, constraint 3

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{output true stands twice}}
  craft.unembed <[] + [0.0, 0.0]> outputs [1, true]
}

// -----

// craft.unembed, constraint 3

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{output unit is no scalar}}
  craft.unembed <[] + [0.0]> outputs [unit]
}

// -----

// craft.unembed, constraint 4

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`none_code` is for numerical outputs; a categorical one lists none among `outputs`}}
  craft.unembed <[] + [0.0]> outputs [1] none_code 2.0
}

// -----

// craft.unembed, constraint 4

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`none_code` must be finite in f32}}
  craft.unembed <[] + [0.0]> numerical none_code 0x7FF8000000000000
}

// -----

// craft.unembed, constraint 4

craft.program @p attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+1 {{`none_code` must be finite in f32}}
  craft.unembed <[] + [0.0]> numerical none_code 1.0e39
}

// -----

// craft.unembedding, constraint 4

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  // expected-error@+1 {{`none_code` must be finite in f32}}
  craft.unembedding %0 <[<1x1>] + [0.0]> numerical none_code 1.0e39 : !craft.residual<1>
}

// -----

// craft.transformer, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  // expected-note@+1 {{which is this one}}
  %1 = craft.layer %0 : !craft.residual<1> {
  }
  // expected-error@+1 {{must read the stream that the op before it writes}}
  craft.unembedding %0 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.transformer, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  // expected-error@+1 {{must not stand between craft.embedding and craft.unembedding, only layers may}}
  %1 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.transformer, constraint 2

// expected-error@+1 {{needs a label for each of the 1 columns, but found 2}}
craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x", "y"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.transformer, constraint 2

// expected-error@+1 {{label "x" stands twice}}
craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x", "x"]} {
  %0 = craft.embedding tokens <4x2> positions <3x2> : !craft.residual<2>
  craft.unembedding %0 <[<2x1>] + [0.0]> numerical : !craft.residual<2>
}

// -----

// craft.transformer, constraint 3

craft.transformer @t attributes {vocab = [], max_seq_len = 2, residual_labels = ["x"]} {
  // expected-error@+1 {{`tokens` has 4 rows, but the vocabulary, BOS and PAD number 2}}
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.transformer, constraint 3

// expected-error@+1 {{token 1 stands twice among the vocabulary, BOS and PAD}}
craft.transformer @t attributes {vocab = [1, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.embedding, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  // expected-error@+1 {{`positions` has 2 rows, but BOS and the program's positions number 3}}
  %0 = craft.embedding tokens <4x1> positions <2x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.embedding, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  // expected-error@+1 {{`tokens` has 2 columns, but the stream has 1 directions}}
  %0 = craft.embedding tokens <4x2> positions <3x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.layer, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  %1 = craft.layer %0 : !craft.residual<1> {
    craft.residual_mlp <[<1x1>] + [0.0]> then <[<1x1>] + [0.0]>
    // expected-error@+1 {{must not stand here: a layer is heads, then at most one MLP}}
    craft.residual_head query <[<1x1>] + [0.0]> key <[<1x1>] + [0.0]> value <[<1x1>] + [0.0]> output <1x1>
  }
  craft.unembedding %1 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.layer, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  %1 = craft.layer %0 : !craft.residual<1> {
    craft.residual_mlp <[<1x1>] + [0.0]> then <[<1x1>] + [0.0]>
    // expected-error@+1 {{must not stand here: a layer is heads, then at most one MLP}}
    craft.residual_mlp <[<1x1>] + [0.0]> then <[<1x1>] + [0.0]>
  }
  craft.unembedding %1 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.residual_head, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  %1 = craft.layer %0 : !craft.residual<1> {
    // expected-error@+1 {{`query` and `key` must have the same output dimension, but found 1 and 2}}
    craft.residual_head query <[<1x1>] + [0.0]> key <[<1x2>] + [0.0, 0.0]> value <[<1x1>] + [0.0]> output <1x1>
  }
  craft.unembedding %1 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.residual_head, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  %1 = craft.layer %0 : !craft.residual<1> {
    // expected-error@+1 {{needs a matrix for each of its 1 inputs in `value`, but found 0}}
    craft.residual_head query <[<1x1>] + [0.0]> key <[<1x1>] + [0.0]> value <[] + [0.0]> output <1x1>
  }
  craft.unembedding %1 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.residual_head, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  %1 = craft.layer %0 : !craft.residual<1> {
    // expected-error@+1 {{`output` has 2 rows, but the directions of `value` number 1}}
    craft.residual_head query <[<1x1>] + [0.0]> key <[<1x1>] + [0.0]> value <[<1x1>] + [0.0]> output <2x1>
  }
  craft.unembedding %1 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.residual_head, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  %1 = craft.layer %0 : !craft.residual<1> {
    // expected-error@+1 {{`output` has 2 columns, but the stream has 1 directions}}
    craft.residual_head query <[<1x1>] + [0.0]> key <[<1x1>] + [0.0]> value <[<1x1>] + [0.0]> output <1x2>
  }
  craft.unembedding %1 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.residual_mlp, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  %1 = craft.layer %0 : !craft.residual<1> {
    // expected-error@+1 {{matrix 0 of `input` has 2 rows, but the input has 1 directions}}
    craft.residual_mlp <[<2x1>] + [0.0]> then <[<1x1>] + [0.0]>
  }
  craft.unembedding %1 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.residual_mlp, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  %1 = craft.layer %0 : !craft.residual<1> {
    // expected-error@+1 {{`output` has 2 columns, but the stream has 1 directions}}
    craft.residual_mlp <[<1x1>] + [0.0]> then <[<1x2>] + [0.0, 0.0]>
  }
  craft.unembedding %1 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.residual_mlp, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  %1 = craft.layer %0 : !craft.residual<1> {
    // expected-error@+1 {{needs a label for each of its 1 units, but found 2}}
    craft.residual_mlp <[<1x1>] + [0.0]> then <[<1x1>] + [0.0]> labels ["a", "b"]
  }
  craft.unembedding %1 <[<1x1>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.unembedding, constraint 1

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  // expected-error@+1 {{needs a matrix for each of its 1 inputs in `map`, but found 0}}
  craft.unembedding %0 <[] + [0.0]> numerical : !craft.residual<1>
}

// -----

// craft.unembedding, constraint 2

craft.transformer @t attributes {vocab = [0, 1], max_seq_len = 2, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1> positions <3x1> : !craft.residual<1>
  // expected-error@+1 {{needs either `outputs` or `numerical`}}
  craft.unembedding %0 <[<1x1>] + [0.0]> : !craft.residual<1>
}

// -----

// Constraint 4 of craft.map: what is mapped.

craft.program @exact_zero_of_a_one_hot attributes {vocab = [1, 2], max_seq_len = 2} {
  %x = craft.embed tokens <2x2 identity> : !craft.onehot<{1, 2}>
  // expected-error@below {{with exact_zero maps one scalar without none to a scalar of booleans}}
  %y = craft.map %x values [false, true] exact_zero : (!craft.onehot<{1, 2}>) -> !craft.scalar<{false, true}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{false, true}>
}

// -----

// Constraint 4 of craft.map: one step.

craft.program @exact_zero_of_two_steps attributes {vocab = [1, 2, 3], max_seq_len = 2} {
  %x = craft.embed tokens <3x1 (0, 0) = 1.0, (1, 0) = 2.0, (2, 0) = 3.0> : !craft.scalar<{1, 2, 3}>
  // expected-error@below {{with exact_zero is one step, but found 2 steps}}
  %y = craft.map %x values [false, true, false] exact_zero : (!craft.scalar<{1, 2, 3}>) -> !craft.scalar<{false, true}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{false, true}>
}
