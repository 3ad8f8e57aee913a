// The parts of a transformer, one after another.
//
// RUN: rasp-opt --convert-craft-to-linalg %s | FileCheck %s
// What comes out needs nothing of this project.
// RUN: rasp-opt --convert-craft-to-linalg %s | mlir-opt | FileCheck %s

// Two layers: the first has two heads and no MLP, the second an MLP and no heads.
// All are padded to d_head 2 and d_mlp 3.

// CHECK-LABEL: func.func @model
// CHECK-SAME: (%[[TOKENS:.*]]: tensor<?x?xi32>) -> tensor<?x?x2xf32>
// CHECK-SAME: rasp.bos = "<s>"
// CHECK-SAME: rasp.head_labels = {{\[}}["previous", ""], []]
// CHECK-SAME: rasp.outputs = ["x", unit]
// CHECK-SAME: rasp.pad = "PAD"
// CHECK-SAME: rasp.residual_labels = ["tokens:a", "tokens:b", "position"]
// CHECK-SAME: causal = true
// CHECK-SAME: d_head = 2 : i64, d_mlp = 3 : i64, d_model = 3 : i64
// CHECK-SAME: heads = 2 : i64, layers = 2 : i64, max_seq_len = 4 : i64
// CHECK-SAME: rasp.unit_labels = {{\[}}[], ["u", "v", "w"]]
// CHECK-SAME: rasp.vocab = ["a", "b"]

// The embedding: a row for each token, BOS and PAD, and one for each position.
// CHECK-DAG: %[[EMBEDDING:.*]] = arith.constant dense<{{\[\[}}1.{{.*}}> : tensor<4x3xf32>
// CHECK-DAG: %[[POSITIONS:.*]] = arith.constant dense<{{.*}}> : tensor<5x3xf32>
// CHECK-DAG: %[[PAD:.*]] = arith.constant 3 : i32
// CHECK-DAG: %[[LAST:.*]] = arith.constant 4 : index
// CHECK: %[[STREAM:.*]] = linalg.generic {{.*}} ins(%[[TOKENS]] : tensor<?x?xi32>)
// CHECK: %[[ID:.*]] = arith.minui %{{.*}}, %[[PAD]] : i32
// CHECK: %[[ROW:.*]] = arith.index_cast %[[ID]]
// CHECK: %[[POSITION:.*]] = arith.minui %{{.*}}, %[[LAST]] : index
// CHECK: tensor.extract %[[EMBEDDING]][%[[ROW]], %{{.*}}]
// CHECK: tensor.extract %[[POSITIONS]][%[[POSITION]], %{{.*}}]

// Queries, keys and values of both heads.
// CHECK-COUNT-3: linalg.generic {{.*}}"reduction"{{.*}} ins(%[[STREAM]], %{{.*}} : tensor<?x?x3xf32>, tensor<2x3x2xf32>)

// The mask: PAD, and what comes later.
// CHECK: linalg.generic {{.*}} ins(%[[TOKENS]] : tensor<?x?xi32>)
// CHECK: %[[IS_PAD:.*]] = arith.cmpi uge
// CHECK: %[[QUERY:.*]] = linalg.index 2
// CHECK: %[[KEY:.*]] = linalg.index 3
// CHECK: %[[IS_LATER:.*]] = arith.cmpi ugt, %[[KEY]], %[[QUERY]]
// CHECK: %[[IS_HIDDEN:.*]] = arith.ori %[[IS_PAD]], %[[IS_LATER]]
// CHECK: arith.select %[[IS_HIDDEN]]

// The softmax.
// CHECK: arith.maxnumf
// CHECK: arith.subf
// CHECK-NEXT: math.exp
// CHECK: arith.addf
// CHECK: arith.divf

// What the heads write is added to the stream.
// CHECK: ins(%{{.*}}, %{{.*}} : tensor<?x2x?x2xf32>, tensor<2x2x3xf32>)
// CHECK: %[[AFTER:.*]] = linalg.generic {{.*}} ins(%[[STREAM]], %{{.*}} : tensor<?x?x3xf32>, tensor<?x?x3xf32>)

// No second attention; the MLP of the second layer.
// CHECK-NOT: math.exp
// CHECK: ins(%[[AFTER]], %{{.*}} : tensor<?x?x3xf32>, tensor<3x3xf32>)
// CHECK: arith.maximumf
// CHECK: ins(%{{.*}}, %{{.*}} : tensor<?x?x3xf32>, tensor<3x3xf32>)
// CHECK: %[[OUT:.*]] = linalg.generic {{.*}} ins(%[[AFTER]], %{{.*}} : tensor<?x?x3xf32>, tensor<?x?x3xf32>)

// CHECK: %[[LOGITS:.*]] = linalg.generic {{.*}} ins(%[[OUT]], %{{.*}} : tensor<?x?x3xf32>, tensor<3x2xf32>)
// CHECK: return %[[LOGITS]] : tensor<?x?x2xf32>
// CHECK-NOT: craft.

craft.transformer @model attributes {
    vocab = ["a", "b"], max_seq_len = 4, causal, bos = "<s>",
    residual_labels = ["tokens:a", "tokens:b", "position"]} {
  %0 = craft.embedding
      tokens <4x3 (0, 0) = 1.0, (1, 1) = 1.0>
      positions <5x3 (1, 2) = 1.0, (2, 2) = 2.0> : !craft.residual<3>
  %1 = craft.layer %0 : !craft.residual<3> {
    craft.residual_head label "previous"
        query <[<3x2 (0, 0) = 1.0>] + [0.0, 1.0]>
        key <[<3x2 (1, 1) = 20.0>] + [0.0, -20.0]>
        value <[<3x1 (2, 0) = 1.0>] + [0.0]> output <1x3 (0, 2) = 1.0>
    craft.residual_head
        query <[<3x1>] + [0.0]> key <[<3x1>] + [0.0]>
        value <[<3x1 (2, 0) = 1.0>] + [0.0]> output <1x3 (0, 0) = 1.0>
  }
  %2 = craft.layer %1 : !craft.residual<3> {
    craft.residual_mlp <[<3x3 identity>] + [0.0, 0.0, 0.0]> then <[<3x3 identity>] + [0.0, 0.0, 0.0]>
        labels ["u", "v", "w"]
  }
  craft.unembedding %2 <[<3x2 (0, 0) = 1.0>] + [0.0, 0.5]> outputs ["x", #rasp.none] : !craft.residual<3>
}
