// For: craft.*
craft.program @example attributes {vocab = [1, 2, 3], max_seq_len = 3} {
  // VALUES
  %length = craft.embed tokens <3x1 (0, 0) = 1.0, (1, 0) = 2.0, (2, 0) = 3.0> : !craft.scalar<{1, 2, 3}>
  %q = craft.embed tokens <3x1 (0, 0) = 1.0> : !craft.scalar<{0, 1}>
  %k = craft.embed positions <3x1 (0, 0) = 1.0> : !craft.scalar<{0, 1}>
  %v = craft.embed tokens <3x1 (0, 0) = 1.0, (1, 0) = 2.0, (2, 0) = 1.0> : !craft.scalar<{1, 2}>
  %x = craft.embed tokens <3x1 (0, 0) = 1.0> : !craft.scalar<{0, 1}>
  %difference = craft.embed tokens <3x1 (0, 0) = -2.0, (2, 0) = 1.0> : !craft.scalar<{-2, -1, 0, 1}>
  %sorted = craft.embed tokens <3x2 (0, 0) = 1.0, (1, 1) = 1.0, (2, 1) = 1.0> : !craft.onehot<{"a", "b"}>
  // EXAMPLE
  craft.unembed <[] + [0.0]> numerical
}
