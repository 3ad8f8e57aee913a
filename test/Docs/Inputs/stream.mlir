// For: craft.layer craft.unembedding
craft.transformer @example attributes {vocab = [1, 2], max_seq_len = 3, residual_labels = ["tokens"]} {
  %0 = craft.embedding tokens <4x1 (0, 0) = 1.0, (1, 0) = 2.0> positions <4x1> : !craft.residual<1>
  // VALUES
  %1 = craft.layer %0 : !craft.residual<1> {
  }
  // EXAMPLE
  craft.unembedding %1 <[<1x1 identity>] + [0.0]> numerical : !craft.residual<1>
}
