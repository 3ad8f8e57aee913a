// RUN: rasp-opt %s --craft-discretize-mlp --split-input-file | FileCheck %s

// One threshold, in the middle of its gap, active towards the nearer end of
// the domain. The name of the value stays.

// CHECK-LABEL: craft.program @threshold
// CHECK-NOT: craft.map
// CHECK: %negative = craft.mlp %{{.*}} <[<1x2 (0, 0) = -2.0, (0, 1) = -2.0>] + [-0.5, -1.5]>
// CHECK-SAME: then <[<2x1 (0, 0) = 1.0, (1, 0) = -1.0>] + [0.0]> : (!craft.scalar<{-2, -1, 0, 1, 2}>) -> !craft.scalar<{false, true}>
craft.program @threshold attributes {vocab = [-2, -1, 0, 1, 2], max_seq_len = 3} {
  %x = craft.embed tokens <5x1 (0, 0) = -2.0, (1, 0) = -1.0, (3, 0) = 1.0, (4, 0) = 2.0> : !craft.scalar<{-2, -1, 0, 1, 2}>
  %negative = craft.map %x values [true, true, false, false, false] : (!craft.scalar<{-2, -1, 0, 1, 2}>) -> !craft.scalar<{false, true}> loc("negative")
  craft.unembed %negative <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{false, true}>
}

// -----

// Exact numbers are interpolated: a unit for each change of slope.

// CHECK-LABEL: craft.program @square
// CHECK: craft.mlp %{{.*}} <[<1x3 (0, 0) = 1.0, (0, 1) = 1.0, (0, 2) = -1.0>] + [-1.0, -2.0, 1.0]>
// CHECK-SAME: then <[<3x1 (0, 0) = 3.0, (1, 0) = 2.0, (2, 0) = -1.0>] + [1.0]>
craft.program @square attributes {vocab = [0, 1], max_seq_len = 4} {
  %i = craft.embed positions <4x1 (1, 0) = 1.0, (2, 0) = 2.0, (3, 0) = 3.0> : !craft.scalar<{0, 1, 2, 3}>
  %square = craft.map %i values [0, 1, 4, 9] : (!craft.scalar<{0, 1, 2, 3}>) -> !craft.scalar<{0, 1, 4, 9}>
  craft.unembed %square <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1, 4, 9}>
}

// -----

// A unit for the only cube without the most frequent value.

// CHECK-LABEL: craft.program @both
// CHECK: craft.mlp %[[X:.*]], %[[I:.*]] <[<2x1 (1, 0) = 2.0>, <1x1 (0, 0) = 2.0>] + [-3.0]>
// CHECK-SAME: then <[<1x2 (0, 0) = -1.0, (0, 1) = 1.0>] + [1.0, 0.0]>
craft.program @both attributes {vocab = ["a", "b"], max_seq_len = 2} {
  %x = craft.embed tokens <2x2 identity> : !craft.onehot<{"a", "b"}>
  %i = craft.embed positions <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  %both = craft.map %x, %i values [false, false, false, true] : (!craft.onehot<{"a", "b"}>, !craft.scalar<{0, 1}>) -> !craft.onehot<{false, true}>
  craft.unembed %both <[<2x2 identity>] + [0.0, 0.0]> outputs [false, true] : !craft.onehot<{false, true}>
}

// -----

// A product: each unit reads one input where the other has its value.

// CHECK-LABEL: craft.program @product
// CHECK: craft.mlp %{{.*}}, %{{.*}} <[<2x1 (1, 0) = 8.0>, <4x1 (1, 0) = 1.0, (2, 0) = 2.0, (3, 0) = 3.0>] + [-8.0]>
// CHECK-SAME: then <[<1x1 identity>] + [0.0]>
craft.program @product attributes {vocab = ["a", "b"], max_seq_len = 4} {
  %x = craft.embed tokens <2x2 identity> : !craft.onehot<{0, 1}>
  %i = craft.embed positions <4x4 identity> : !craft.onehot<{0, 1, 2, 3}>
  %product = craft.map %x, %i values [0, 0, 0, 0, 0, 1, 2, 3] : (!craft.onehot<{0, 1}>, !craft.onehot<{0, 1, 2, 3}>) -> !craft.scalar<{0, 1, 2, 3}>
  craft.unembed %product <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1, 2, 3}>
}

// -----

// A one-hot gates the steps of a number.

// CHECK-LABEL: craft.program @gated
// CHECK: craft.mlp %{{.*}}, %{{.*}} <[<2x2 (1, 0) = 4.0, (1, 1) = 1.0>, <1x2 (0, 0) = 2.0, (0, 1) = 2.0>] + [-6.5, -4.5]>
// CHECK-SAME: then <[<2x1 (0, 0) = 1.0, (1, 0) = -1.0>] + [0.0]>
craft.program @gated attributes {vocab = ["a", "b"], max_seq_len = 3} {
  %x = craft.embed tokens <2x2 identity> : !craft.onehot<{"a", "b"}>
  %i = craft.embed positions <3x1 (1, 0) = 1.0, (2, 0) = 2.0> : !craft.scalar<{0, 1, 2}>
  %late = craft.map %x, %i values [false, false, false, false, false, true] : (!craft.onehot<{"a", "b"}>, !craft.scalar<{0, 1, 2}>) -> !craft.scalar<{false, true}>
  craft.unembed %late <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{false, true}>
}

// -----

// What depends on nothing takes no units.

// CHECK-LABEL: craft.program @constant
// CHECK: craft.mlp %{{.*}} <[<1x0>] + []> then <[<0x1>] + [7.0]>
craft.program @constant attributes {vocab = [0, 1], max_seq_len = 3} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  %seven = craft.map %x values [7, 7] : (!craft.scalar<{0, 1}>) -> !craft.scalar<{7}>
  craft.unembed %seven <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{7}>
}

// -----

// With exact_zero no unit is active where the value is false, whichever side
// that is: both ramps rise towards true, from a base of 0.

// CHECK-LABEL: craft.program @exact_zero
// CHECK: craft.mlp %{{.*}} <[<1x2 (0, 0) = 2.0, (0, 1) = 2.0>] + [-2.5, -3.5]> then <[<2x1 (0, 0) = 1.0, (1, 0) = -1.0>] + [0.0]> exact_zero
// CHECK: craft.mlp %{{.*}} <[<1x2 (0, 0) = -2.0, (0, 1) = -2.0>] + [3.5, 2.5]> then <[<2x1 (0, 0) = 1.0, (1, 0) = -1.0>] + [0.0]> exact_zero
craft.program @exact_zero attributes {vocab = [0, 1, 2, 3], max_seq_len = 2} {
  %x = craft.embed tokens <4x1 (1, 0) = 1.0, (2, 0) = 2.0, (3, 0) = 3.0> : !craft.scalar<{0, 1, 2, 3}>
  %upper = craft.map %x values [false, false, true, true] exact_zero : (!craft.scalar<{0, 1, 2, 3}>) -> !craft.scalar<{false, true}>
  %lower = craft.map %x values [true, true, false, false] exact_zero : (!craft.scalar<{0, 1, 2, 3}>) -> !craft.scalar<{false, true}>
  craft.unembed %upper, %lower <[<1x1 identity>, <1x1 identity>] + [0.0]> numerical : !craft.scalar<{false, true}>, !craft.scalar<{false, true}>
}

// -----

// The greater of two numbers: no unit writes 10^8 where another value is
// meant, from which f32 would not come back.

// CHECK-LABEL: craft.program @far_apart
// CHECK: craft.mlp
// CHECK-SAME: then <[<4x1 (0, 0) = 1.0, (1, 0) = 0.5, (2, 0) = 1.0, (3, 0) = 1.0e+08>] + [0.0]>
craft.program @far_apart attributes {vocab = [0, 1, 2], max_seq_len = 2} {
  %x = craft.embed tokens <3x3 identity> : !craft.onehot<{0, 0.5, 1.0e8}>
  %i = craft.embed positions <2x2 identity> : !craft.onehot<{0, 1}>
  %y = craft.map %x, %i values [0, 1, 0.5, 1, 1.0e8, 1.0e8] : (!craft.onehot<{0, 0.5, 1.0e8}>, !craft.onehot<{0, 1}>) -> !craft.scalar<{0, 0.5, 1, 1.0e8}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 0.5, 1, 1.0e8}>
}
