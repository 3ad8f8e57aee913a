// The check of all stages finds what differs, and counts what it leaves out.
//
// RUN: split-file %s %t
// RUN: not rasp-run --check %t/rounding.mlir 2>&1 | FileCheck %s --check-prefix=ROUNDING
// RUN: not rasp-run --check %t/not-one-hot.mlir 2>&1 | FileCheck %s --check-prefix=VALUE
// RUN: not rasp-run --check %t/small.mlir 2>&1 | FileCheck %s --check-prefix=SMALL
// RUN: rasp-run --check %t/leak.mlir | FileCheck %s --check-prefix=LEAK
// RUN: rasp-run --check %t/unique.mlir --all-up-to=2 | FileCheck %s --check-prefix=UNIQUE
// RUN: not rasp-run --check %t/undefined.mlir 2>&1 | FileCheck %s --check-prefix=UNDEFINED

// A model that f32 cannot compute: 2^30 and the token are added and taken apart.
//--- rounding.mlir
// ROUNDING: rounding.mlir:{{[0-9]+}}:1: error: stage linalg differs from stage craft-layers on {{[0-9]+}} of {{[0-9]+}} inputs,
// ROUNDING-SAME: first on 1 at position 0: expected 1, found 0
craft.transformer @rounding attributes {vocab = [1, 2], max_seq_len = 3, residual_labels = ["tokens", "large"]} {
  %0 = craft.embedding tokens <4x2 (0, 0) = 1.0, (1, 0) = 2.0> positions <4x2> : !craft.residual<2>
  %1 = craft.layer %0 : !craft.residual<2> {
    craft.residual_mlp <[<2x1 (0, 0) = 1.0>] + [1073741824.0]> then <[<1x2 (0, 1) = 1.0>] + [0.0, 0.0]>
  }
  craft.unembedding %1 <[<2x1 (1, 0) = 1.0>] + [-1073741824.0]> numerical : !craft.residual<2>
}

// A value that is not of its type: a map of it and the MLP made of that differ.
//--- not-one-hot.mlir
// VALUE: error: stage craft-blocks differs from stage craft-values
// VALUE: the first value that differs is 'same' at position 0: expected
craft.program @not_one_hot attributes {vocab = [1, 2], max_seq_len = 3} {
  %tokens = craft.embed tokens <2x2 (0, 0) = 1.0, (0, 1) = 1.0, (1, 0) = 1.0, (1, 1) = 1.0> : !craft.onehot<{1, 2}> loc("tokens")
  %same = craft.map %tokens values [5, 7] : (!craft.onehot<{1, 2}>) -> !craft.scalar<{5, 7}> loc("same")
  craft.unembed %same <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{5, 7}>
}

// A map that is off by little, but by much of what it gives: its values are not
// those of the type.
//--- small.mlir
// SMALL: error: stage craft-blocks differs from stage craft-values
craft.program @small attributes {vocab = [1, 2], max_seq_len = 3} {
  %tokens = craft.embed tokens <2x2 (0, 0) = 1.001, (1, 1) = 1.001> : !craft.onehot<{1, 2}>
  %small = craft.map %tokens values [0.0005, 0.0007] : (!craft.onehot<{1, 2}>) -> !craft.scalar<{0.0005, 0.0007}>
  craft.unembed %small <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0.0005, 0.0007}>
}

// What is not selected leaves traces beside an exact 0.
//--- leak.mlir
// LEAK: leak: {{[0-9]+}} inputs agree at rasp, craft-values, craft-blocks, craft-layers, linalg
rasp.program @leak(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64> attributes {vocab = [0.0, 2500.5], max_seq_len = 3} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<f64>, !rasp.sop<f64>
  %mean = rasp.aggregate %same, %tokens default(0.0) : !rasp.sop<f64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}

//--- unique.mlir
// UNIQUE: unique: 4 inputs agree at rasp, craft-values, craft-blocks, craft-layers, linalg; 2 more violate what the program asserts, and were left out
rasp.program @unique(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1, 2], max_seq_len = 3} {
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %one = rasp.aggregate %all, %tokens unique : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %one : !rasp.sop<i64>
}

//--- undefined.mlir
// UNDEFINED: undefined.mlir:4:{{[0-9]+}}: error: {{.*}}no entry
// UNDEFINED: note: on the input 2
rasp.program @undefined(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1, 2], max_seq_len = 3} {
  %x = rasp.lookup %tokens table<(1) -> 2> : (!rasp.sop<i64>) -> !rasp.sop<i64>
  rasp.return %x : !rasp.sop<i64>
}
