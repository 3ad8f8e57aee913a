// Shapes that no program asks for: a layer without heads beside one with two of
// different widths, an MLP of a bias alone, and a number that stands for none.
//
// REQUIRES: numpy
// RUN: %python %S/Inputs/forward.py --stages=craft,linalg %s

craft.transformer @shapes attributes {vocab = [1, 2, 3], max_seq_len = 4, causal, residual_labels = ["x", "bos", "y"]} {
  %0 = craft.embedding tokens <5x3 (0, 0) = 1.0, (1, 0) = 2.0, (2, 0) = 3.0, (3, 1) = 1.0>
    positions <5x3 (1, 0) = 0.25, (2, 0) = 0.5> : !craft.residual<3>
  %1 = craft.layer %0 : !craft.residual<3> {
    craft.residual_mlp <[<3x0>] + []> then <[<0x3>] + [0.5, 0.0, -0.25]>
  }
  %2 = craft.layer %1 : !craft.residual<3> {
    craft.residual_head label "mean" query <[<3x1>] + [1.0]> key <[<3x1 (1, 0) = -30.0>] + [0.0]>
      value <[<3x2 (0, 0) = 1.0, (2, 1) = 2.0>] + [0.0, 1.0]> output <2x3 (0, 2) = 1.0, (1, 2) = 0.5>
    craft.residual_head label "near" query <[<3x1 (0, 0) = 1.0>] + [-1.0]> key <[<3x1 (0, 0) = 0.5>] + [0.125]>
      value <[<3x1 (0, 0) = 1.0>] + [0.0]> output <1x3 (0, 2) = -0.5>
    craft.residual_mlp <[<3x2 (0, 1) = -1.0, (2, 0) = 1.0>] + [-1.0, 3.0]> then <[<2x3 (0, 2) = 0.5, (1, 2) = 2.0>] + [0.0, 0.0, 0.125]>
  }
  craft.unembedding %2 <[<3x1 (2, 0) = 1.0>] + [0.0]> numerical none_code 2.0 : !craft.residual<3>
}
