// RUN: rasp-opt %s --craft-allocate-residual="max-model-dimension=3" -split-input-file -verify-diagnostics

craft.program @unallocated attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error @below {{has no layer; run craft-allocate-layers first}}
  %y = craft.mlp %x <[<1x1 identity>] + [0.0]> then <[<1x1 identity>] + [0.0]> : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0, 1}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1}>
}

// -----

craft.program @wrong_order attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-note @below {{which is written by an MLP of layer 0}}
  %y = craft.mlp %x <[<1x1 identity>] + [0.0]> then <[<1x1 identity>] + [0.0]> layer 0 : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0, 1}>
  // expected-error @below {{is in layer 0, where it cannot read 'mlp0'; run craft-allocate-layers first}}
  %z = craft.mlp %y <[<1x1 identity>] + [0.0]> then <[<1x1 identity>] + [0.0]> layer 0 : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0, 1}>
  craft.unembed %z <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1}>
}

// -----

craft.program @too_high attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error @below {{is in layer 1000000000000, but the program's 1 heads and MLPs take at most as many layers}}
  %y = craft.mlp %x <[<1x1 identity>] + [0.0]> then <[<1x1 identity>] + [0.0]> layer 1000000000000 : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0, 1}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1}>
}

// -----

// expected-error @below {{needs 5 columns of the residual stream, more than the limit of 3 (max-model-dimension)}}
craft.program @too_wide attributes {vocab = [0, 1], max_seq_len = 4} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-note @below {{the widest value, 'embed1', takes 4 of them}}
  %y = craft.embed positions <4x4 identity> : !craft.onehot<{0, 1, 2, 3}>
  craft.unembed %x, %y <[<1x1 identity>, <4x1 (1, 0) = 1.0>] + [0.0]> numerical
    : !craft.scalar<{0, 1}>, !craft.onehot<{0, 1, 2, 3}>
}

// -----

craft.program @map attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error @below {{run craft-discretize-mlp first}}
  %y = craft.map %x values [true, false] : (!craft.scalar<{0, 1}>) -> !craft.scalar<{false, true}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{false, true}>
}

// -----

// A constant at BOS that no number can cancel.

craft.program @overflow attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  %y = craft.mlp %x <[<1x1 identity>] + [0.0]> then <[<1x1 identity>] + [1.0e200]> layer 0 : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0, 1}>
  // expected-note @+2 {{help: numbers of a lesser magnitude}}
  // expected-error @below {{needs a weight on column 'bos|head0' of the residual stream that is no finite number}}
  %z = craft.head queries() keys(%y : !craft.scalar<{0, 1}>) values(%x : !craft.scalar<{0, 1}>)
    query <[] + [1.0]> key <[<1x1 (0, 0) = 1.0e200>] + [0.0]> value <[<1x1 identity>] + [0.0]> output <1x1 identity>
    bos score 0.0 value [0.0] layer 1 : !craft.scalar<{0, 1}>
  craft.unembed %z <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1}>
}
