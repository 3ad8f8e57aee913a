// RUN: rasp-opt %s --craft-check-precision -split-input-file -verify-diagnostics

// Logits of small integers are exact.

craft.program @small attributes {vocab = [1, 2, 3], max_seq_len = 3} {
  %x = craft.embed tokens <3x1 (0, 0) = 1.0, (1, 0) = 2.0, (2, 0) = 3.0> : !craft.scalar<{1, 2, 3}>
  craft.unembed %x <[<1x3 (0, 0) = 2.0, (0, 1) = 4.0, (0, 2) = 6.0>] + [-1.0, -4.0, -9.0]> outputs [1, 2, 3] : !craft.scalar<{1, 2, 3}>
}

// -----

// The squares of 6001 and 6002 are too close for the rounding of f32.

craft.program @squares attributes {vocab = [1, 6001, 6002], max_seq_len = 3} {
  %x = craft.embed tokens <3x1 (0, 0) = 1.0, (1, 0) = 6001.0, (2, 0) = 6002.0> : !craft.scalar<{1, 6001, 6002}>
  // expected-error@below {{the output 6001 may be read as 6002 in f32: expected logits to be off by less than 1, found up to}}
  // expected-note@below {{a smaller max_seq_len, or numbers that are smaller or of like magnitudes}}
  craft.unembed %x <[<1x3 (0, 0) = 2.0, (0, 1) = 12002.0, (0, 2) = 12004.0>] + [-1.0, -36012001.0, -36024004.0]> outputs [1, 6001, 6002] : !craft.scalar<{1, 6001, 6002}>
}

// -----

// An integer above 2^24 is not held by f32.

craft.program @large_integer attributes {vocab = [1, 16777217], max_seq_len = 3} {
  %x = craft.embed tokens <2x1 (0, 0) = 1.0, (1, 0) = 16777217.0> : !craft.scalar<{1, 16777217}>
  // expected-error@below {{the output is a number that f32 does not hold well enough: expected an error below 0.5}}
  // expected-note@below {{a smaller max_seq_len}}
  craft.unembed %x <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 16777217}>
}

// -----

// Keys that score by themselves: the greatest number takes all, as steps of 30
// are large enough, and steps of 3 are not.

craft.program @greatest attributes {vocab = [1, 2, 3], max_seq_len = 3} {
  %x = craft.embed tokens <3x1 (0, 0) = 1.0, (1, 0) = 2.0, (2, 0) = 3.0> : !craft.scalar<{1, 2, 3}>
  %greatest = craft.head queries() keys(%x : !craft.scalar<{1, 2, 3}>) values(%x : !craft.scalar<{1, 2, 3}>) query <[] + [1.0]> key <[<1x1 (0, 0) = 30.0>] + [-90.0]>
    value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score -90.0 value [0.0] : !craft.scalar<{1, 2, 3}>
  craft.unembed %greatest <[<1x3 (0, 0) = 2.0, (0, 1) = 4.0, (0, 2) = 6.0>] + [-1.0, -4.0, -9.0]> outputs [1, 2, 3] : !craft.scalar<{1, 2, 3}>
}

// -----

craft.program @leaks attributes {vocab = [1, 2, 3], max_seq_len = 3} {
  %x = craft.embed tokens <3x1 (0, 0) = 1.0, (1, 0) = 2.0, (2, 0) = 3.0> : !craft.scalar<{1, 2, 3}>
  %greatest = craft.head queries() keys(%x : !craft.scalar<{1, 2, 3}>) values(%x : !craft.scalar<{1, 2, 3}>) query <[] + [1.0]> key <[<1x1 (0, 0) = 1.0>] + [-3.0]>
    value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score -90.0 value [0.0] : !craft.scalar<{1, 2, 3}>
  // expected-error@below {{the output 1 may be read as 2 in f32}}
  // expected-note@below {{a smaller max_seq_len}}
  craft.unembed %greatest <[<1x3 (0, 0) = 2.0, (0, 1) = 4.0, (0, 2) = 6.0>] + [-1.0, -4.0, -9.0]> outputs [1, 2, 3] : !craft.scalar<{1, 2, 3}>
}

// -----

// Two scores of keys, whose sums may come close to one another: nothing is known
// of the difference.

craft.program @two_scores attributes {vocab = [1, 2, 3], max_seq_len = 3} {
  %x = craft.embed tokens <3x1 (0, 0) = 1.0, (1, 0) = 2.0, (2, 0) = 3.0> : !craft.scalar<{1, 2, 3}>
  %y = craft.embed positions <3x1 (1, 0) = 1.0, (2, 0) = 2.0> : !craft.scalar<{0, 1, 2}>
  %greatest = craft.head queries() keys(%x, %y : !craft.scalar<{1, 2, 3}>, !craft.scalar<{0, 1, 2}>) values(%x : !craft.scalar<{1, 2, 3}>)
    query <[] + [1.0, 1.0]> key <[<1x2 (0, 0) = 30.0>, <1x2 (0, 1) = 29.0>] + [-90.0, -58.0]>
    value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score -200.0 value [0.0] : !craft.scalar<{1, 2, 3}>
  // expected-error@below {{the output 1 may be read as 2 in f32}}
  // expected-note@below {{a smaller max_seq_len}}
  craft.unembed %greatest <[<1x3 (0, 0) = 2.0, (0, 1) = 4.0, (0, 2) = 6.0>] + [-1.0, -4.0, -9.0]> outputs [1, 2, 3] : !craft.scalar<{1, 2, 3}>
}

// -----

// BOS, a margin below the worst key, scores what f32 rounds up to that key.

craft.program @rounded_bos attributes {vocab = [1, 2], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (0, 0) = 1.0, (1, 0) = 2.0> : !craft.scalar<{1, 2}>
  %greatest = craft.head queries() keys(%x : !craft.scalar<{1, 2}>) values(%x : !craft.scalar<{1, 2}>) query <[] + [1.0]> key <[<1x1 (0, 0) = 268435456.0>] + [-536870912.0]>
    value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score -268435471.5 value [8.0] : !craft.scalar<{1, 2}>
  // expected-error@below {{the output 1 may be read as 2 in f32}}
  // expected-note@below {{a smaller max_seq_len}}
  craft.unembed %greatest <[<1x2 (0, 0) = 2.0, (0, 1) = 4.0>] + [-1.0, -4.0]> outputs [1, 2] : !craft.scalar<{1, 2}>
}

// -----

// Two parts of the scores are 0 but for the rounding of doubles: no key is
// preferred.

craft.program @noise attributes {vocab = [1, 2], max_seq_len = 2} {
  %x = craft.embed tokens <2x2 identity> : !craft.onehot<{1, 2}>
  %y = craft.embed positions <2x2 identity> : !craft.onehot<{0, 1}>
  %v = craft.embed tokens <2x1 (0, 0) = 1.0, (1, 0) = 2.0> : !craft.scalar<{1, 2}>
  %mean = craft.head queries(%x, %y : !craft.onehot<{1, 2}>, !craft.onehot<{0, 1}>) keys(%x, %y : !craft.onehot<{1, 2}>, !craft.onehot<{0, 1}>) values(%v : !craft.scalar<{1, 2}>)
    query <[<2x6 (0, 0) = 1.0, (0, 1) = 1.0, (0, 2) = 1.0>, <2x6 (0, 3) = 1.0, (0, 4) = 1.0, (0, 5) = 1.0>] + [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]>
    key <[<2x6 (0, 0) = 0.1, (0, 1) = 0.2, (0, 2) = -0.3>, <2x6 (0, 3) = 0.1, (0, 4) = 0.2, (0, 5) = -0.3>] + [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]>
    value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score -30.0 value [0.0] : !craft.scalar<{1, 3/2, 2}>
  craft.unembed %mean <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 3/2, 2}>
}
