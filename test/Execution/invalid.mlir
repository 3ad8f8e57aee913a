// Functions that are no models, or say wrong things of themselves.
//
// RUN: split-file %s %t
// RUN: not rasp-run %t/none.mlir --input 1 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not rasp-run %t/incomplete.mlir --input 1 2>&1 | FileCheck %s --check-prefix=INCOMPLETE
// RUN: not rasp-run %t/type.mlir --input 1 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not rasp-run %t/external.mlir --input 1 2>&1 | FileCheck %s --check-prefix=EXTERNAL
// RUN: not rasp-run %t/weight.mlir --input 1 2>&1 | FileCheck %s --check-prefix=WEIGHT
// RUN: rasp-opt --convert-craft-to-linalg %t/tables.mlir -o %t/inline.mlir
// RUN: rasp-opt --convert-craft-to-linalg=weights=argument %t/tables.mlir -o %t/argument.mlir
// RUN: rasp-run %t/inline.mlir --input 1,2,1 | FileCheck %s --check-prefix=TABLES
// RUN: rasp-run %t/argument.mlir --input 1,2,1 | FileCheck %s --check-prefix=TABLES
// RUN: sed 's/max_seq_len = 3/max_seq_len = 500/' %t/inline.mlir | not rasp-run - --input 1 2>&1 | FileCheck %s --check-prefix=POSITIONS
// RUN: sed 's/max_seq_len = 3/max_seq_len = 500/' %t/argument.mlir | not rasp-run - --input 1 2>&1 | FileCheck %s --check-prefix=POSITIONS
// RUN: sed 's/max_seq_len = 3/max_seq_len = 9223372036854775807/' %t/inline.mlir | not rasp-run - --input 1 2>&1 | FileCheck %s --check-prefix=POSITIONS
// RUN: sed 's/rasp.vocab = \[1, 2\]/rasp.vocab = [1, 2, 3, 4, 5]/' %t/inline.mlir | not rasp-run - --input 1 2>&1 | FileCheck %s --check-prefix=TOKENS
// RUN: sed 's/rasp.vocab = \[1, 2\]/rasp.vocab = [1, 2, 3, 4, 5]/' %t/argument.mlir | not rasp-run - --input 1 2>&1 | FileCheck %s --check-prefix=TOKENS
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

// Tables of other sizes than an edited function says would be read beyond
// their ends.
//--- tables.mlir
// TABLES: 1 2 1 -> 11 22 31
// POSITIONS: error: 'tables' does not fit its weights: 'rasp.shape' says max_seq_len = {{[0-9]+}}, for which the embedding of positions has to have more rows than that, with BOS
// POSITIONS: note: found a table of type 'tensor<4x1xf32>'
// TOKENS: error: 'tables' does not fit its weights: 'rasp.vocab' has 5 tokens, for which the embedding of tokens has to have 7 rows, with BOS and PAD
// TOKENS: note: found a table of type 'tensor<4x1xf32>'
craft.transformer @tables attributes {vocab = [1, 2], max_seq_len = 3, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <4x1 (0, 0) = 1.0, (1, 0) = 2.0> positions <4x1 (1, 0) = 10.0, (2, 0) = 20.0, (3, 0) = 30.0> : !craft.residual<1>
  craft.unembedding %0 <[<1x1 (0, 0) = 1.0>] + [0.0]> numerical : !craft.residual<1>
}

//--- infinite.mlir
// INFINITE: error: the model computed a number that is not finite at position 0
craft.transformer @overflow attributes {vocab = [1, 2], max_seq_len = 3, residual_labels = ["tokens"]} {
  %0 = craft.embedding tokens <4x1 (0, 0) = 1.0e30> positions <4x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1 (0, 0) = 1.0e30>] + [0.0]> numerical : !craft.residual<1>
}
