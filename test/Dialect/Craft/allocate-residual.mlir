// RUN: rasp-opt %s --craft-allocate-residual | FileCheck %s --check-prefixes=CHECK,REUSE
// RUN: rasp-opt %s --craft-allocate-residual="reuse=false" | FileCheck %s --check-prefixes=CHECK,KEEP
// RUN: rasp-opt %s --craft-allocate-residual -mlir-print-debuginfo | FileCheck %s --check-prefix=LOC

!bit = !craft.scalar<{0, 1}>
!pair = !craft.onehot<{0, 1}>

// The value of the only head is written after the last reader of `bos`.
// An embedding that nothing reads takes no column.

// CHECK-LABEL: craft.transformer @head
// REUSE-SAME: residual_labels = ["tokens:0", "tokens:1", "bos|share"]
// KEEP-SAME: residual_labels = ["tokens:0", "tokens:1", "share", "bos"]

// BOS is the third token; it has no other entry, and PAD none at all.
// REUSE: craft.embedding tokens <4x3 (0, 0) = 1.0, (1, 1) = 1.0, (2, 2) = 1.0> positions <3x3>
// KEEP: craft.embedding tokens <4x4 (0, 0) = 1.0, (1, 1) = 1.0, (2, 3) = 1.0> positions <3x4>

// Queries and keys have one more direction. At BOS the query is 0 but for it,
// where it is 64 instead of the -20 of the bias; the key is 1 there.
// CHECK: craft.residual_head label "share"
// REUSE-SAME: query <[<3x2 (2, 0) = -1.0, (2, 1) = 84.0>] + [1.0, -20.0]>
// REUSE-SAME: key <[<3x2 (1, 0) = 40.0, (2, 0) = 40.0, (2, 1) = 1.0>] + [-40.0, 0.0]>
// REUSE-SAME: output <1x3 (0, 2) = 1.0>
// KEEP-SAME: query <[<4x2 (3, 0) = -1.0, (3, 1) = 84.0>] + [1.0, -20.0]>
// KEEP-SAME: output <1x4 (0, 2) = 1.0>
// CHECK: craft.unembedding
// REUSE-SAME: <3x1 (2, 0) = 1.0>
// KEEP-SAME: <4x1 (2, 0) = 1.0>

// LOC-LABEL: craft.transformer @head
// LOC: craft.residual_head
// LOC-SAME: loc([[SHARE:#.*]])
craft.program @head attributes {vocab = [0, 1], max_seq_len = 2} {
  %tokens = craft.embed tokens <2x2 identity> : !pair loc("tokens")
  %unread = craft.embed positions <2x1 (1, 0) = 1.0> : !bit loc("unread")
  %share = craft.head queries() keys(%tokens : !pair) values(%tokens : !pair)
    query <[] + [1.0]> key <[<2x1 (1, 0) = 40.0>] + [-40.0]>
    value <[<2x1 (1, 0) = 1.0>] + [0.0]> output <1x1 identity>
    bos score -20.0 value [0.0] layer 0 : !bit loc("share")
  craft.unembed %share <[<1x1 identity>] + [0.0]> numerical : !bit
}

// MLPs of a layer stand side by side. Without heads nothing reads BOS, and no
// column marks it. Names are made unique, and made up where there are none.

// CHECK-LABEL: craft.transformer @mlps
// CHECK-SAME: residual_labels = ["x", "x_1", "mlp1:0", "mlp1:1"]
// CHECK: craft.layer
// CHECK: craft.residual_mlp <[<4x3 (0, 0) = 2.0, (0, 1) = 4.0, (0, 2) = 5.0>] + [1.0, 0.0, 1.0]>
// CHECK-SAME: then <[<3x4 (0, 1) = 3.0, (1, 2) = 1.0, (2, 3) = 1.0>] + [0.0, 7.0, 0.0, 8.0]>
// CHECK-SAME: labels ["x_1", "mlp1", "mlp1"]
// CHECK-NOT: craft.layer
// CHECK: craft.unembedding
craft.program @mlps attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !bit loc("x")
  %y = craft.mlp %x <[<1x1 (0, 0) = 2.0>] + [1.0]>
    then <[<1x1 (0, 0) = 3.0>] + [7.0]> layer 0 : (!bit) -> !bit loc("x")
  %z = craft.mlp %x <[<1x2 (0, 0) = 4.0, (0, 1) = 5.0>] + [0.0, 1.0]>
    then <[<2x2 identity>] + [0.0, 8.0]> layer 0 : (!bit) -> !pair
  craft.unembed %y, %z <[<1x1 identity>, <2x1 (1, 0) = 1.0>] + [0.0]> numerical : !bit, !pair
}

// The MLP of layer 0 would be active at BOS: its unit is turned off there, so
// that it writes its bias, which the key of layer 1 corrects for.

// CHECK-LABEL: craft.transformer @constants
// REUSE-SAME: residual_labels = ["x", "y", "bos|z"]
// CHECK: craft.residual_mlp
// REUSE-SAME: <3x1 (0, 0) = 2.0, (2, 0) = -2.0>
// CHECK: craft.residual_head
// REUSE-SAME: key <[<3x2 (1, 0) = 5.0, (2, 0) = -35.0, (2, 1) = 1.0>]
craft.program @constants attributes {vocab = [0, 1], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !bit loc("x")
  %y = craft.mlp %x <[<1x1 (0, 0) = 2.0>] + [1.0]>
    then <[<1x1 identity>] + [7.0]> layer 0 : (!bit) -> !bit loc("y")
  %z = craft.head queries() keys(%y : !bit) values(%x : !bit)
    query <[] + [1.0]> key <[<1x1 (0, 0) = 5.0>] + [0.0]> value <[<1x1 identity>] + [0.0]> output <1x1 identity>
    bos score 0.0 value [0.0] layer 1 : !bit loc("z")
  craft.unembed %z <[<1x1 identity>] + [0.0]> numerical : !bit
}

// The contract of the program is kept.

// CHECK-LABEL: craft.transformer @contract
// CHECK-SAME: bos = "^", causal, max_seq_len = 2 : i64, note = "kept", pad = "_"
// CHECK: craft.embedding tokens <4x1> positions <3x1 (1, 0) = 1.0, (2, 0) = 2.0>
// CHECK-NEXT: craft.unembedding
// CHECK-SAME: outputs ["a", "b"]
craft.program @contract attributes {vocab = [0, 1], max_seq_len = 2, causal, bos = "^", pad = "_", note = "kept"} {
  %x = craft.embed positions <2x1 (0, 0) = 1.0, (1, 0) = 2.0> : !bit
  craft.unembed %x <[<1x2 (0, 0) = 1.0>] + [0.0, 0.5]> outputs ["a", "b"] : !bit
}

// LOC: [[SHARE]] = loc("share")
