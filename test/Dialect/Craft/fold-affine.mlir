// RUN: rasp-opt %s --craft-fold-affine --split-input-file | FileCheck %s
// RUN: rasp-opt %s --craft-fold-affine=embed=false --split-input-file | FileCheck %s --check-prefix=KEEP

// KEEP-LABEL: craft.program @into_embedding
// KEEP-NEXT: craft.embed tokens <3x3 identity>
// KEEP-NEXT: craft.unembed

// An affine value is composed into the matrices of its reader.

// CHECK-LABEL: craft.program @into_mlp
// CHECK-NOT: craft.linear
// CHECK: craft.mlp %{{.*}} <[<1x2 (0, 0) = 6.{{[0e+]*}}, (0, 1) = -3.{{[0e+]*}}>] + [2.{{[0e+]*}}, 0.{{[0e+]*}}]>
craft.program @into_mlp attributes {vocab = [1, 2, 3], max_seq_len = 3} {
  %x = craft.embed tokens <3x1 (0, 0) = 1.0, (1, 0) = 2.0, (2, 0) = 3.0> : !craft.scalar<{1, 2, 3}>
  %y = craft.linear %x <[<1x1 (0, 0) = 3.0>] + [1.0]> : (!craft.scalar<{1, 2, 3}>) -> !craft.scalar<{4, 7, 10}>
  %z = craft.mlp %y <[<1x2 (0, 0) = 2.0, (0, 1) = -1.0>] + [0.0, 1.0]>
    then <[<2x1 (0, 0) = 1.0, (1, 0) = 1.0>] + [0.0]> : (!craft.scalar<{4, 7, 10}>) -> !craft.scalar<{8, 14, 20}>
  craft.unembed %z, %x <[<1x1 identity>, <1x1 identity>] + [0.0]> numerical : !craft.scalar<{8, 14, 20}>, !craft.scalar<{1, 2, 3}>
}

// -----

// A function of the token alone is written by the embedding where the token
// itself is not read: one column instead of three.

// CHECK-LABEL: craft.program @into_embedding
// CHECK-NEXT: craft.embed tokens <3x1 (1, 0) = 1.{{[0e+]*}}> : !craft.scalar<{false, true}>
// CHECK-NEXT: craft.unembed
craft.program @into_embedding attributes {vocab = [1, 2, 3], max_seq_len = 3} {
  %tokens = craft.embed tokens <3x3 identity> : !craft.onehot<{1, 2, 3}>
  %is_two = craft.linear %tokens <[<3x1 (1, 0) = 1.0>] + [0.0]> : (!craft.onehot<{1, 2, 3}>) -> !craft.scalar<{false, true}>
  craft.unembed %is_two <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{false, true}>
}

// -----

// Token and position share one column of a sum.

// CHECK-LABEL: craft.program @sum
// CHECK-NEXT: craft.embed tokens <2x1 (0, 0) = 1.{{[0e+]*}}, (1, 0) = 2.{{[0e+]*}}> positions <2x1 (1, 0) = 1.{{[0e+]*}}>
// CHECK-NEXT: craft.unembed
craft.program @sum attributes {vocab = [1, 2], max_seq_len = 2} {
  %tokens = craft.embed tokens <2x2 identity> : !craft.onehot<{1, 2}>
  %indices = craft.embed positions <2x2 identity> : !craft.onehot<{0, 1}>
  %t = craft.linear %tokens <[<2x1 (0, 0) = 1.0, (1, 0) = 2.0>] + [0.0]> : (!craft.onehot<{1, 2}>) -> !craft.scalar<{1, 2}>
  %i = craft.linear %indices <[<2x1 (1, 0) = 1.0>] + [0.0]> : (!craft.onehot<{0, 1}>) -> !craft.scalar<{0, 1}>
  %sum = craft.linear %t, %i <[<1x1 identity>, <1x1 identity>] + [0.0]> : (!craft.scalar<{1, 2}>, !craft.scalar<{0, 1}>) -> !craft.scalar<{1, 2, 3}>
  craft.unembed %sum <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 2, 3}>
}
