// Where the weights stand: in the text, in resources, or in arguments.
//
// RUN: rasp-opt --convert-craft-to-linalg=weights=inline %s | FileCheck %s --check-prefix=INLINE
// RUN: rasp-opt --convert-craft-to-linalg=weights=resource %s | FileCheck %s --check-prefix=RESOURCE
// RUN: rasp-opt --convert-craft-to-linalg=weights=argument %s | FileCheck %s --check-prefix=ARGUMENT
// RUN: rasp-opt --convert-craft-to-linalg %s | FileCheck %s --check-prefix=AUTO
//
// Each of them runs.
// RUN: rasp-opt --convert-craft-to-linalg=weights=inline %s | rasp-run - --input 1,2 | FileCheck %s --check-prefix=VALUES
// RUN: rasp-opt --convert-craft-to-linalg=weights=resource %s | rasp-run - --input 1,2 | FileCheck %s --check-prefix=VALUES
// RUN: rasp-opt --convert-craft-to-linalg=weights=argument %s | rasp-run - --input 1,2 | FileCheck %s --check-prefix=VALUES

// INLINE: arith.constant dense<{{.*}}> : tensor<5002x1xf32>
// INLINE-NOT: dense_resource

// RESOURCE: arith.constant dense_resource<model.embedding.tokens> : tensor<4x1xf32>
// RESOURCE: arith.constant dense_resource<model.embedding.positions> : tensor<5002x1xf32>
// RESOURCE: arith.constant dense_resource<model.unembedding.bias> : tensor<1xf32>
// RESOURCE-NOT: dense<
// RESOURCE: model.embedding.tokens: "0x040000000000803F00000040

// ARGUMENT: func.func @model(%{{.*}}: tensor<?x?xi32>
// ARGUMENT-SAME: tensor<4x1xf32> {rasp.weight = "embedding.tokens"}
// ARGUMENT-SAME: tensor<5002x1xf32> {rasp.weight = "embedding.positions"}
// A layer without an MLP reads no weights of one.
// ARGUMENT-NOT: mlp
// ARGUMENT-SAME: tensor<1x1xf32> {rasp.weight = "unembedding.weight"}
// ARGUMENT-SAME: tensor<1xf32> {rasp.weight = "unembedding.bias"}
// ARGUMENT-SAME: rasp.weights = {embedding.positions = dense_resource<model.embedding.positions> : tensor<5002x1xf32>
// ARGUMENT-NOT: arith.constant dense

// AUTO: arith.constant dense<{{.*}}> : tensor<4x1xf32>
// AUTO: arith.constant dense_resource<model.embedding.positions> : tensor<5002x1xf32>

// VALUES: 1 2 -> 2.5 3.5

craft.transformer @model attributes {vocab = [1, 2], max_seq_len = 5001, residual_labels = ["tokens"]} {
  %0 = craft.embedding tokens <4x1 (0, 0) = 1.0, (1, 0) = 2.0> positions <5002x1> : !craft.residual<1>
  %1 = craft.layer %0 : !craft.residual<1> {
  }
  craft.unembedding %1 <[<1x1 identity>] + [1.5]> numerical : !craft.residual<1>
}
