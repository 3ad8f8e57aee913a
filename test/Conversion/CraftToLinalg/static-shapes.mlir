// Static sizes, one of them or both.
//
// RUN: rasp-opt --convert-craft-to-linalg="batch=2 sequence=4" %s | FileCheck %s
// RUN: rasp-opt --convert-craft-to-linalg="sequence=4" %s | FileCheck %s --check-prefix=SEQUENCE
//
// What is compiled for static sizes takes fewer and shorter inputs as well.
// RUN: rasp-opt --convert-craft-to-linalg="batch=2 sequence=4" %s \
// RUN:   | rasp-run - --input 1,2,1 --input 2 --input 2,1 | FileCheck %s --check-prefix=VALUES

// CHECK: func.func @model(%{{.*}}: tensor<2x4xi32>) -> tensor<2x4x1xf32>
// A length within bounds needs no check.
// CHECK-NOT: arith.minui {{.*}} : index
// CHECK-NOT: tensor<{{.*}}?
// SEQUENCE: func.func @model(%{{.*}}: tensor<?x4xi32>) -> tensor<?x4x1xf32>

// VALUES: 1 2 1 -> 1 2 1
// VALUES: 2 -> 2
// VALUES: 2 1 -> 2 1

craft.transformer @model attributes {vocab = [1, 2], max_seq_len = 3, residual_labels = ["tokens"]} {
  %0 = craft.embedding tokens <4x1 (0, 0) = 1.0, (1, 0) = 2.0> positions <4x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1 identity>] + [0.0]> numerical : !craft.residual<1>
}
