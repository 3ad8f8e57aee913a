// RUN: rasp-opt %s --lower-to-transformer | FileCheck %s --check-prefix=LINALG
// RUN: rasp-opt %s --lower-to-transformer="to=rasp" | FileCheck %s --check-prefix=RASP
// RUN: rasp-opt %s --lower-to-transformer="to=craft-values" | FileCheck %s --check-prefix=VALUES
// RUN: rasp-opt %s --lower-to-transformer="to=craft-blocks" | FileCheck %s --check-prefix=BLOCKS
// RUN: rasp-opt %s --lower-to-transformer="to=craft-layers" | FileCheck %s --check-prefix=LAYERS
// RUN: rasp-opt %s --lower-to-transformer="to=craft-blocks selector-width=reciprocal" | FileCheck %s --check-prefix=RECIPROCAL

// The stages one by one are what the pipeline makes in one go.

// RUN: rasp-opt %s --lower-to-transformer="to=craft-layers" | rasp-opt --convert-craft-to-linalg --cse -o %t.stepwise
// RUN: rasp-opt %s --lower-to-transformer -o %t.whole
// RUN: diff %t.stepwise %t.whole

// The result is of upstream dialects only.
// RUN: rasp-opt %s --lower-to-transformer | mlir-opt --allow-unregistered-dialect=false -o /dev/null

// RASP: rasp.program @reverse
// RASP-NOT: call

// VALUES-LABEL: craft.program @reverse
// VALUES-NOT: rasp.
// VALUES: craft.selector_width
// VALUES: craft.linear
// VALUES: craft.map
// VALUES: craft.head

// BLOCKS-LABEL: craft.program @reverse
// BLOCKS-NOT: craft.linear
// BLOCKS-NOT: craft.map
// BLOCKS: craft.head
// BLOCKS: craft.mlp
// BLOCKS: craft.head

// RECIPROCAL-COUNT-2: craft.mlp

// LAYERS-LABEL: craft.transformer @reverse
// LAYERS: craft.embedding
// LAYERS: craft.layer
// LAYERS: craft.residual_head label "length"
// LAYERS: craft.residual_mlp
// LAYERS: craft.layer
// LAYERS: craft.residual_head label "reversed"
// LAYERS-NOT: craft.layer
// LAYERS: craft.unembedding

// LINALG-NOT: craft.
// LINALG: func.func @reverse(%{{.*}}: tensor<?x?xi32>) -> tensor<?x?x
// LINALG: linalg.

func.func private @last_index(%length: !rasp.sop<i64>) -> !rasp.sop<i64> {
  %last = rasp.map %length : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%n: i64):
    %one = arith.constant 1 : i64
    %last = arith.subi %n, %one : i64
    rasp.yield %last : i64
  }
  return %last : !rasp.sop<i64>
}

rasp.program @reverse(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 5} {
  %indices = rasp.indices
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %length = rasp.selector_width %all
  %last = func.call @last_index(%length) : (!rasp.sop<i64>) -> !rasp.sop<i64>
  %opposite = rasp.map %last, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%n: i64, %i: i64):
    %opposite = arith.subi %n, %i : i64
    rasp.yield %opposite : i64
  }
  %flip = rasp.select eq keys(%indices) queries(%opposite) : !rasp.sop<i64>, !rasp.sop<i64>
  %reversed = rasp.aggregate %flip, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %reversed : !rasp.sop<!rasp.str>
}
