// RUN: rasp-opt %s --craft-print-shape -o /dev/null 2>&1 | FileCheck %s

// Layers are padded to two heads of dimension 3 and two hidden units.
// With d = 2: (2 + 2 + 3 + 1) * 2 for the embeddings, and for each layer
// 2 * (4*2*3 + 3*3) + 2*2 + 2*2*2 + 2; the second layer needs none of it but
// its output biases and an MLP of one unit.

// CHECK: two: layers 2, heads 2, d_model 2, d_head 3, d_mlp 2, parameters 176, unpadded 73, non-zero 20, unembedding 3
craft.transformer @two attributes {vocab = [0, 1], max_seq_len = 3, residual_labels = ["a", "b"]} {
  %0 = craft.embedding tokens <4x2 (1, 0) = 1.0> positions <4x2 (1, 1) = 1.0, (2, 1) = 2.0, (3, 1) = 3.0> : !craft.residual<2>
  %1 = craft.layer %0 : !craft.residual<2> {
    craft.residual_head query <[<2x3 (0, 0) = 1.0>] + [0.0, 1.0, 0.0]> key <[<2x3 (1, 2) = 1.0>] + [0.0, 0.0, 0.0]>
      value <[<2x1 (1, 0) = 1.0>] + [2.0]> output <1x2 (0, 0) = 1.0>
    craft.residual_head query <[<2x1 (0, 0) = 1.0>] + [0.0]> key <[<2x1 (1, 0) = 1.0>] + [0.0]>
      value <[<2x1 (1, 0) = 1.0>] + [2.0]> output <1x2 (0, 0) = 1.0>
    craft.residual_mlp <[<2x2 identity>] + [0.0, 0.0]> then <[<2x2 (0, 0) = 1.0>] + [0.0, 3.0]>
  }
  %2 = craft.layer %1 : !craft.residual<2> {
    craft.residual_mlp <[<2x1 (0, 0) = 1.0>] + [0.0]> then <[<1x2 >] + [0.0, 0.0]>
  }
  craft.unembedding %2 <[<2x1 (0, 0) = 1.0>] + [0.0]> numerical : !craft.residual<2>
}

// CHECK: none: layers 0, heads 0, d_model 1, d_head 0, d_mlp 0, parameters 8, unpadded 8, non-zero 1, unembedding 2
craft.transformer @none attributes {vocab = [0, 1], max_seq_len = 3, residual_labels = ["a"]} {
  %0 = craft.embedding tokens <4x1 (1, 0) = 1.0> positions <4x1 > : !craft.residual<1>
  craft.unembedding %0 <[<1x1 identity>] + [0.0]> numerical : !craft.residual<1>
}
