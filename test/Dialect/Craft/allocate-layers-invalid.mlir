// RUN: rasp-opt %s --craft-allocate-layers -split-input-file -verify-diagnostics

craft.program @linear attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error @below {{'craft.linear' op must have become a head or an MLP here, or part of one; run craft-fold-affine first}}
  %y = craft.linear %x <[<1x1 identity>] + [1.0]> : (!craft.scalar<{0, 1}>) -> !craft.scalar<{1, 2}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 2}>
}

// -----

craft.program @map attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error @below {{run craft-discretize-mlp first}}
  %y = craft.map %x values [true, false] : (!craft.scalar<{0, 1}>) -> !craft.scalar<{false, true}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{false, true}>
}

// -----

craft.program @width attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error @below {{run craft-expand-selector-width first}}
  %w = craft.selector_width queries() keys(%x : !craft.scalar<{0, 1}>)
    query <[] + [1.0]> key <[<1x1 (0, 0) = -30.0>] + [0.0]> penalty 30.0 : !craft.scalar<{0, 1, 2}>
  craft.unembed %w <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1, 2}>
}
