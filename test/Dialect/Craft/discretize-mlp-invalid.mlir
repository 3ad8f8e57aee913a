// RUN: rasp-opt %s --craft-discretize-mlp="max-hidden-units=4" --split-input-file --verify-diagnostics

// Values that the error of a mean hides.

craft.program @close attributes {vocab = [0, 1], max_seq_len = 3} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-note@+1 {{input 0 is computed here}}
  %mean = craft.head queries() keys() values(%x : !craft.scalar<{0, 1}>) query <[] + []> key <[] + []>
    value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score -20.0 value [0.0] : !craft.scalar<{0, 1/3, 3333334/10000000, 1}>
  // expected-error@+2 {{values 1/3 and 1666667/5000000 of input 0 are 6.67e-08 apart, closer than f32 tells apart here (error up to}}
  // expected-note@+1 {{help: a smaller max_seq_len or vocabulary, values further apart, or for counts the other way of computing them (option selector-width)}}
  %y = craft.map %mean values [0, 0, 1, 1] : (!craft.scalar<{0, 1/3, 3333334/10000000, 1}>) -> !craft.scalar<{0, 1}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1}>
}

// -----

craft.program @two_numbers attributes {vocab = [0, 1, 2], max_seq_len = 3} {
  // expected-note@+1 {{input 0 is computed here}}
  %x = craft.embed tokens <3x1 (1, 0) = 1.0, (2, 0) = 2.0> : !craft.scalar<{0, 1, 2}>
  // expected-note@+1 {{input 1 is computed here}}
  %i = craft.embed positions <3x1 (1, 0) = 1.0, (2, 0) = 2.0> : !craft.scalar<{0, 1, 2}>
  // expected-error@+1 {{depends on inputs 0 and 1, which are both numbers with more than two values; all but one of them must be one-hot}}
  %y = craft.map %x, %i values [0, 0, 0, 0, 1, 2, 0, 2, 4] : (!craft.scalar<{0, 1, 2}>, !craft.scalar<{0, 1, 2}>) -> !craft.scalar<{0, 1, 2, 4}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1, 2, 4}>
}

// -----

craft.program @limit attributes {vocab = [0, 1, 2, 3, 4, 5, 6], max_seq_len = 3} {
  // expected-note@+1 {{input 0 is computed here}}
  %x = craft.embed tokens <7x1 (1, 0) = 1.0, (2, 0) = 2.0, (3, 0) = 3.0, (4, 0) = 4.0, (5, 0) = 5.0, (6, 0) = 6.0> : !craft.scalar<{0, 1, 2, 3, 4, 5, 6}>
  // expected-error@+1 {{needs 6 hidden units, more than the limit of 4 (max-hidden-units)}}
  %y = craft.map %x values [0, 1, 0, 1, 0, 1, 0] : (!craft.scalar<{0, 1, 2, 3, 4, 5, 6}>) -> !craft.scalar<{0, 1}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1}>
}

// -----

// The scores of this head are not in penalty form: how much a position
// attends to what cannot be told.

craft.program @unbounded attributes {vocab = [0, 1, 2], max_seq_len = 3} {
  %x = craft.embed tokens <3x1 (1, 0) = 1.0, (2, 0) = 2.0> : !craft.scalar<{0, 1, 2}>
  // expected-note@+1 {{input 0 is computed here}}
  %mean = craft.head queries() keys(%x : !craft.scalar<{0, 1, 2}>) values(%x : !craft.scalar<{0, 1, 2}>) query <[] + [1.0]> key <[<1x1 identity>] + [0.0]>
    value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score -20.0 value [0.0] : !craft.scalar<{0, 1, 2}>
  // expected-error@+1 {{no bound on the error of input 0 can be shown, so that its values cannot be told apart}}
  %y = craft.map %mean values [0, 1, 0] : (!craft.scalar<{0, 1, 2}>) -> !craft.scalar<{0, 1}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1}>
}

// -----

// Less than f32 holds: a slope between these values would be infinite.

craft.program @tiny attributes {vocab = [1, 2, 3], max_seq_len = 3} {
  // expected-note@+1 {{input 0 is computed here}}
  %x = craft.embed tokens <3x1 (1, 0) = 1.0e-320, (2, 0) = 2.0e-320> : !craft.scalar<{0.0, 1.0e-320, 2.0e-320}>
  // expected-error@+2 {{values 0 and 1e-320 of input 0 are 1e-320 apart, closer than f32 tells apart here}}
  // expected-note@+1 {{help: a smaller max_seq_len}}
  %y = craft.map %x values [2, 1, 2] : (!craft.scalar<{0.0, 1.0e-320, 2.0e-320}>) -> !craft.scalar<{1, 2}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 2}>
}

// -----

craft.program @two_tiny attributes {vocab = [1, 2], max_seq_len = 3} {
  // expected-note@+1 {{input 0 is computed here}}
  %x = craft.embed tokens <2x1 (1, 0) = 1.0e-320> : !craft.scalar<{0.0, 1.0e-320}>
  // expected-error@+2 {{values 0 and 1e-320 of input 0 are closer than f32 tells apart here}}
  // expected-note@+1 {{help: a smaller max_seq_len}}
  %y = craft.map %x values [2, 1] : (!craft.scalar<{0.0, 1.0e-320}>) -> !craft.scalar<{1, 2}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 2}>
}

// -----

// More than f32 holds.

craft.program @huge attributes {vocab = [1, 2], max_seq_len = 3} {
  // expected-note@+1 {{input 0 is computed here}}
  %x = craft.embed tokens <2x1 (0, 0) = 1.0, (1, 0) = 2.0> : !craft.scalar<{1, 2}>
  // expected-error@+2 {{needs numbers beyond the range of f32, 3.4e+38}}
  // expected-note@+1 {{help: values of similar magnitude}}
  %y = craft.map %x values [-1.7e308, 1.7e308] : (!craft.scalar<{1, 2}>) -> !craft.scalar<{-1.7e308, 1.7e308}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{-1.7e308, 1.7e308}>
}

// -----

// A step up to 10^8 and down again leaves nothing of 1/4 in f32.

craft.program @cancelled attributes {vocab = [0, 1, 2], max_seq_len = 3} {
  // expected-note@+1 {{input 0 is computed here}}
  %x = craft.embed tokens <3x1 (1, 0) = 1.0, (2, 0) = 2.0> : !craft.scalar<{0, 1, 2}>
  // expected-error@+2 {{in f32: expected at most a quarter of its distance to the next value, 0.0}}
  // expected-note@+1 {{help: values of similar magnitude}}
  %y = craft.map %x values [0.3, 1.0e8, 0.1] : (!craft.scalar<{0, 1, 2}>) -> !craft.scalar<{0.1, 0.3, 1.0e8}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0.1, 0.3, 1.0e8}>
}
