// RUN: rasp-opt --convert-craft-to-linalg=sequence=5 %s -split-input-file -verify-diagnostics
// RUN: not rasp-opt --convert-craft-to-linalg=max-elements=8 %s 2>&1 | FileCheck %s --check-prefix=ELEMENTS
// RUN: not rasp-opt --convert-craft-to-linalg=weights=none %s 2>&1 | FileCheck %s --check-prefix=WEIGHTS
// RUN: not rasp-opt --convert-craft-to-linalg=batch=0 %s 2>&1 | FileCheck %s --check-prefix=BATCH

// ELEMENTS: error: the dense weights have 10 elements, and the limit is 8
// ELEMENTS: note: the model has 0 layers, 0 heads, d_model 1
// WEIGHTS: error: {{.*}}expected weights to be inline, resource, argument or auto, and found 'none'
// BATCH: error: {{.*}}expected batch to be positive, or -1 for a dynamic one, and found 0

// expected-error@+1 {{expected at most 4 positions (BOS and max_seq_len = 3), and the static sequence has 5}}
craft.transformer @long attributes {vocab = [1, 2], max_seq_len = 3, residual_labels = ["tokens"]} {
  %0 = craft.embedding tokens <4x1 (0, 0) = 1.0, (1, 0) = 2.0> positions <4x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1 identity>] + [0.0]> numerical : !craft.residual<1>
}

// -----

// expected-error@+1 {{'unembedding.weight' has a weight that is too large for f32}}
craft.transformer @large attributes {vocab = [1, 2], max_seq_len = 4, residual_labels = ["tokens"]} {
  %0 = craft.embedding tokens <4x1 (0, 0) = 1.0, (1, 0) = 2.0> positions <5x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1 (0, 0) = 1.0e39>] + [0.0]> numerical : !craft.residual<1>
}
