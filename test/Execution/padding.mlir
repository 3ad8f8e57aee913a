// Inputs of different lengths stand in one batch, padded with PAD, and none sees
// the PAD of its row: with it, this mean over all positions and BOS would differ.
//
// RUN: rasp-run %s --input 1,2 --input 1,1,1,1,1,1,1 --input 2 | FileCheck %s
// RUN: rasp-run %s --stage=craft-layers --input 1,2 --input 1,1,1,1,1,1,1 --input 2 | FileCheck %s
// RUN: rasp-run --check %s --random=100

// CHECK: 1 2 -> 1 1
// CHECK: 1 1 1 1 1 1 1 -> 0.875 0.875 0.875 0.875 0.875 0.875 0.875
// CHECK: 2 -> 1

craft.transformer @mean attributes {vocab = [1, 2], max_seq_len = 7, residual_labels = ["tokens", "mean"]} {
  // The embedding of PAD would be seen.
  %0 = craft.embedding tokens <4x2 (0, 0) = 1.0, (1, 0) = 2.0, (3, 0) = 1000.0> positions <8x2> : !craft.residual<2>
  %1 = craft.layer %0 : !craft.residual<2> {
    craft.residual_head query <[<2x1>] + [0.0]> key <[<2x1>] + [0.0]>
        value <[<2x1 (0, 0) = 1.0>] + [0.0]> output <1x2 (0, 1) = 1.0>
  }
  craft.unembedding %1 <[<2x1 (1, 0) = 1.0>] + [0.0]> numerical : !craft.residual<2>
}
