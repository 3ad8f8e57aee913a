// RUN: rasp-opt %s --craft-fold-affine --split-input-file --verify-diagnostics

craft.program @weights attributes {vocab = [1, 2], max_seq_len = 3} {
  %x = craft.embed tokens <2x1 (0, 0) = 1.0, (1, 0) = 2.0> : !craft.scalar<{1, 2}>
  %y = craft.linear %x <[<1x1 (0, 0) = 1.0e308>] + [0.0]> : (!craft.scalar<{1, 2}>) -> !craft.scalar<{1, 2}>
  // expected-error@+2 {{needs a weight on row 0 of matrix 0 that is no finite number}}
  // expected-note@+1 {{help: numbers of a lesser magnitude}}
  %z = craft.linear %y <[<1x1 (0, 0) = 1.0e308>] + [0.0]> : (!craft.scalar<{1, 2}>) -> !craft.scalar<{1, 2}>
  craft.unembed %z <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 2}>
}

// -----

craft.program @bias attributes {vocab = [1, 2], max_seq_len = 3} {
  %x = craft.embed tokens <2x1 (0, 0) = 1.0, (1, 0) = 2.0> : !craft.scalar<{1, 2}>
  %y = craft.linear %x <[<1x1 identity>] + [1.0e308]> : (!craft.scalar<{1, 2}>) -> !craft.scalar<{1, 2}>
  // expected-error@+2 {{needs a bias that is no finite number}}
  // expected-note@+1 {{help: numbers of a lesser magnitude}}
  craft.unembed %y <[<1x1 (0, 0) = 1.0e308>] + [0.0]> numerical : !craft.scalar<{1, 2}>
}

// -----

// What the embedding would hold.

craft.program @embedding attributes {vocab = [1, 2], max_seq_len = 3} {
  %t = craft.embed tokens <2x1 (1, 0) = 1.0e308> : !craft.scalar<{1, 2}>
  %p = craft.embed positions <3x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+2 {{needs a weight on row 1 of matrix 0 that is no finite number}}
  // expected-note@+1 {{help: numbers of a lesser magnitude}}
  %y = craft.linear %t, %p <[<1x1 (0, 0) = 1.0e308>, <1x1 identity>] + [0.0]> : (!craft.scalar<{1, 2}>, !craft.scalar<{0, 1}>) -> !craft.scalar<{1, 2}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 2}>
}
