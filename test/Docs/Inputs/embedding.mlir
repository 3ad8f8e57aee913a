// For: craft.embedding
craft.transformer @example attributes {vocab = [1, 2], max_seq_len = 3, residual_labels = ["tokens"]} {
  // EXAMPLE
  craft.unembedding %0 <[<1x1 identity>] + [0.0]> numerical : !craft.residual<1>
}
