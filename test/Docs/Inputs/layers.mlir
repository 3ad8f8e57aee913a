// For: craft.residual_head craft.residual_mlp
craft.transformer @example attributes {vocab = [1, 2], max_seq_len = 3, residual_labels = ["tokens", "bos"]} {
  %0 = craft.embedding tokens <4x2 (0, 0) = 1.0, (1, 0) = 2.0, (2, 1) = 1.0> positions <4x2> : !craft.residual<2>
  %1 = craft.layer %0 : !craft.residual<2> {
  // EXAMPLE
  }
  craft.unembedding %1 <[<2x1 (0, 0) = 1.0>] + [0.0]> numerical : !craft.residual<2>
}
