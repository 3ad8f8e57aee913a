// RUN: rasp-opt %s | FileCheck %s
// RUN: rasp-opt %s | FileCheck %s --check-prefix=NAMES
// RUN: rasp-opt %s | rasp-opt | FileCheck %s
// RUN: rasp-opt %s --mlir-print-op-generic | rasp-opt | FileCheck %s
// RUN: rasp-opt %s --emit-bytecode | rasp-opt | FileCheck %s

// Types, attributes and values.

// CHECK-LABEL: craft.program @values attributes {causal, max_seq_len = 3 : i64, vocab = ["a", "b"]}
craft.program @values attributes {vocab = ["a", "b"], max_seq_len = 3, causal} {
  // CHECK: %[[TOKENS:.*]] = craft.embed tokens <2x2 identity> : !craft.onehot<{"a", "b"}>
  // A value bears the name of its location.
  // NAMES: craft.map %tokens,
  %tokens = craft.embed tokens <2x2 identity> : !craft.onehot<{"a", "b"}> loc("tokens")
  // CHECK-NEXT: %[[INDICES:.*]] = craft.embed positions <3x1 (1, 0) = 1.0, (2, 0) = 2.0> : !craft.scalar<{0, 1, 2}>
  %indices = craft.embed positions <3x1 (1, 0) = 1.0, (2, 0) = 2.0> : !craft.scalar<{0, 1, 2}>
  // CHECK-NEXT: craft.embed tokens <2x1 (1, 0) = 1.0> positions <3x1> : !craft.scalar<{0, 1}>
  %both = craft.embed tokens <2x1 (1, 0) = 1.0> positions <3x1> : !craft.scalar<{0, 1}>
  // CHECK-NEXT: %[[HALF:.*]] = craft.linear %[[INDICES]] <[<1x1 (0, 0) = 0.5>] + [-0.001]> : (!craft.scalar<{0, 1, 2}>) -> !craft.scalar<[-1, 1] gap 0.5>
  %half = craft.linear %indices <[<1x1 (0, 0) = 0.5>] + [-0.001]> : (!craft.scalar<{0, 1, 2}>) -> !craft.scalar<[-1, 1] gap 0.5>
  // CHECK-NEXT: %[[ONE:.*]] = craft.linear <[] + [1.0]> : () -> !craft.scalar<{1}>
  %one = craft.linear <[] + [1.0]> : () -> !craft.scalar<{1}>
  // CHECK-NEXT: %[[MAP:.*]] = craft.map %[[TOKENS]], %[[ONE]] values [true, #rasp.none] : (!craft.onehot<{"a", "b"}>, !craft.scalar<{1}>) -> !craft.scalar<{none, true}, none_code = -1.{{.*}}>
  %map = craft.map %tokens, %one values [true, #rasp.none] : (!craft.onehot<{"a", "b"}>, !craft.scalar<{1}>) -> !craft.scalar<{none, true}, none_code = -1.0>
  // CHECK-NEXT: %[[HEAD:.*]] = craft.head queries(%[[TOKENS]] : !craft.onehot<{"a", "b"}>) keys(%[[TOKENS]], %[[INDICES]] : !craft.onehot<{"a", "b"}>, !craft.scalar<{0, 1, 2}>) values()
  // CHECK-SAME: query <[<2x1 (1, 0) = 1.0>] + [0.0]> key <[<2x1 (0, 0) = -20.0>, <1x1>] + [0.0]> value <[] + [1.0]> output <1x1 identity>
  // CHECK-SAME: bos score {{.*}} value [{{.*}}] : !craft.scalar<[0, 1] fractions 3>
  %head = craft.head queries(%tokens : !craft.onehot<{"a", "b"}>) keys(%tokens, %indices : !craft.onehot<{"a", "b"}>, !craft.scalar<{0, 1, 2}>) values()
    query <[<2x1 (1, 0) = 1.0>] + [0.0]> key <[<2x1 (0, 0) = -20.0>, <1x1>] + [0.0]>
    value <[] + [1.0]> output <1x1 identity> bos score -10.0 value [0.0] : !craft.scalar<[0, 1] fractions 3>
  // CHECK-NEXT: craft.selector_width queries() keys(%[[TOKENS]] : !craft.onehot<{"a", "b"}>) query <[] + [1.0]> key <[<2x1 (0, 0) = -20.0>] + [0.0]> penalty {{.*}} : !craft.scalar<{0, 1, 2, 3}>
  %width = craft.selector_width queries() keys(%tokens : !craft.onehot<{"a", "b"}>)
    query <[] + [1.0]> key <[<2x1 (0, 0) = -20.0>] + [0.0]> penalty 20.0 : !craft.scalar<{0, 1, 2, 3}>
  // CHECK-NEXT: %[[MLP:.*]] = craft.mlp %[[TOKENS]], %[[INDICES]] <[<2x2 (0, 0) = 1.0, (1, 1) = 2.0>, <1x2 (0, 0) = 0.25>] + [0.0, -1.0]> then <[<2x1 (0, 0) = 1.0, (1, 0) = -1.0>] + [0.0]> layer 1 : (!craft.onehot<{"a", "b"}>, !craft.scalar<{0, 1, 2}>) -> !craft.scalar<{0, 1}>
  %mlp = craft.mlp %tokens, %indices <[<2x2 (0, 0) = 1.0, (1, 1) = 2.0>, <1x2 (0, 0) = 0.25>] + [0.0, -1.0]>
    then <[<2x1 (0, 0) = 1.0, (1, 0) = -1.0>] + [0.0]> layer 1 : (!craft.onehot<{"a", "b"}>, !craft.scalar<{0, 1, 2}>) -> !craft.scalar<{0, 1}>
  // CHECK-NEXT: craft.unembed %[[MLP]], %[[TOKENS]] <[<1x2 (0, 0) = 1.0>, <2x2>] + [0.0, 0.5]> outputs [true, "x"] : !craft.scalar<{0, 1}>, !craft.onehot<{"a", "b"}>
  craft.unembed %mlp, %tokens <[<1x2 (0, 0) = 1.0>, <2x2>] + [0.0, 0.5]> outputs [true, "x"] : !craft.scalar<{0, 1}>, !craft.onehot<{"a", "b"}>
}

// CHECK-LABEL: craft.program @constant
// CHECK-NEXT: craft.unembed <[] + [2.5]> numerical none_code 4.
craft.program @constant attributes {vocab = [1], max_seq_len = 1, bos = "<s>", pad = "</s>"} {
  craft.unembed <[] + [2.5]> numerical none_code 4.0
}

// A layer.

// CHECK-LABEL: craft.transformer @layers
craft.transformer @layers attributes {vocab = [1, 2], max_seq_len = 2, residual_labels = ["x", "bos"]} {
  // CHECK-NEXT: %[[STREAM:.*]] = craft.embedding tokens <4x2 (0, 0) = 1.0, (1, 0) = 2.0, (2, 1) = 1.0> positions <3x2> : !craft.residual<2>
  %0 = craft.embedding tokens <4x2 (0, 0) = 1.0, (1, 0) = 2.0, (2, 1) = 1.0> positions <3x2> : !craft.residual<2>
  // CHECK-NEXT: %[[LAYER:.*]] = craft.layer %[[STREAM]] : !craft.residual<2> {
  // CHECK-NEXT:   craft.residual_head label "mean" query <[<2x1>] + [1.0]> key <[<2x1 (1, 0) = -30.0>] + [0.0]> value <[<2x1 (0, 0) = 1.0>] + [0.0]> output <1x2 (0, 0) = 1.0>
  // CHECK-NEXT:   craft.residual_mlp <[<2x1 (0, 0) = 1.0>] + [-1.0]> then <[<1x2 (0, 0) = -1.0>] + [0.0, 0.0]> labels ["x"]
  // CHECK-NEXT: }
  %1 = craft.layer %0 : !craft.residual<2> {
    craft.residual_head label "mean" query <[<2x1>] + [1.0]> key <[<2x1 (1, 0) = -30.0>] + [0.0]> value <[<2x1 (0, 0) = 1.0>] + [0.0]> output <1x2 (0, 0) = 1.0>
    craft.residual_mlp <[<2x1 (0, 0) = 1.0>] + [-1.0]> then <[<1x2 (0, 0) = -1.0>] + [0.0, 0.0]> labels ["x"]
  }
  // CHECK-NEXT: craft.unembedding %[[LAYER]] <[<2x2 identity>] + [0.0, 0.0]> outputs [1, #rasp.none] : !craft.residual<2>
  craft.unembedding %1 <[<2x2 identity>] + [0.0, 0.0]> outputs [1, #rasp.none] : !craft.residual<2>
}
