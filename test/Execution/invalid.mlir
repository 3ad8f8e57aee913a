// Functions that are no models, or say wrong things of themselves.
//
// RUN: split-file %s %t
// RUN: not rasp-run %t/none.mlir --input 1 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not rasp-run %t/incomplete.mlir --input 1 2>&1 | FileCheck %s --check-prefix=INCOMPLETE
// RUN: not rasp-run %t/type.mlir --input 1 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not rasp-run %t/external.mlir --input 1 2>&1 | FileCheck %s --check-prefix=EXTERNAL
// RUN: not rasp-run %t/weight.mlir --input 1 2>&1 | FileCheck %s --check-prefix=WEIGHT
// RUN: not rasp-run %t/infinite.mlir --input 1 2>&1 | FileCheck %s --check-prefix=INFINITE

//--- none.mlir
// NONE: error: expected a program (rasp.program, craft.program, craft.transformer
func.func @f(%tokens: tensor<?x?xi32>) -> tensor<?x?xi32> {
  return %tokens : tensor<?x?xi32>
}

//--- incomplete.mlir
// INCOMPLETE: incomplete.mlir:3:1: error: 'f' does not describe itself as a model
// INCOMPLETE: note: expected the attributes
func.func @f(%tokens: tensor<?x?xi32>) -> tensor<?x?xi32> attributes {rasp.shape = {}} {
  return %tokens : tensor<?x?xi32>
}

//--- type.mlir
// TYPE: error: expected a function from tensor<?x?xi32> to tensor<?x?x1xf32>, and found '(tensor<?x?xi32>) -> tensor<?x?xi32>'
func.func @f(%tokens: tensor<?x?xi32>) -> tensor<?x?xi32> attributes {
    rasp.vocab = [1], rasp.bos = "BOS", rasp.pad = "PAD", rasp.numerical,
    rasp.shape = {layers = 0, heads = 0, d_model = 0, d_head = 0, d_mlp = 0, max_seq_len = 3, causal = false,
                  parameters = 0, unpadded = 0, non_zeros = 0, unembedding = 0}} {
  return %tokens : tensor<?x?xi32>
}

//--- external.mlir
// EXTERNAL: error: expected a function with one block
func.func private @f(%tokens: tensor<?x?xi32>) -> tensor<?x?x1xf32> attributes {
    rasp.vocab = [1], rasp.bos = "BOS", rasp.pad = "PAD", rasp.numerical,
    rasp.shape = {layers = 0, heads = 0, d_model = 0, d_head = 0, d_mlp = 0, max_seq_len = 3, causal = false,
                  parameters = 0, unpadded = 0, non_zeros = 0, unembedding = 0}}

//--- weight.mlir
// WEIGHT: error: expected the value of argument 1, of type 'tensor<1x1x1xf32>', in 'rasp.weights'
func.func @f(%tokens: tensor<1x1xi32>, %weight: tensor<1x1x1xf32> {rasp.weight = "w"}) -> tensor<1x1x1xf32> attributes {
    rasp.vocab = [1], rasp.bos = "BOS", rasp.pad = "PAD", rasp.numerical, rasp.weights = {w = dense<1> : tensor<1xi32>},
    rasp.shape = {layers = 0, heads = 0, d_model = 0, d_head = 0, d_mlp = 0, max_seq_len = 3, causal = false,
                  parameters = 0, unpadded = 0, non_zeros = 0, unembedding = 0}} {
  return %weight : tensor<1x1x1xf32>
}

//--- infinite.mlir
// INFINITE: error: the model computed a number that is not finite at position 0
craft.transformer @overflow attributes {vocab = [1, 2], max_seq_len = 3, residual_labels = ["tokens"]} {
  %0 = craft.embedding tokens <4x1 (0, 0) = 1.0e30> positions <4x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1 (0, 0) = 1.0e30>] + [0.0]> numerical : !craft.residual<1>
}
