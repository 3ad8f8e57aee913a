// How logits become values: the greatest, the first of several; a number, or none
// within 1/2 of the number that stands for it.
//
// RUN: rasp-run %s --program=categorical --input a,b,c | FileCheck %s --check-prefix=CATEGORICAL
// RUN: rasp-run %s --program=categorical --stage=craft --input a,b,c | FileCheck %s --check-prefix=CATEGORICAL
// RUN: rasp-run %s --program=numerical --input a,b,c | FileCheck %s --check-prefix=NUMERICAL
// RUN: rasp-run %s --program=numerical --stage=craft --input a,b,c | FileCheck %s --check-prefix=NUMERICAL
// RUN: rasp-opt --convert-craft-to-linalg %s | rasp-run - --program=categorical --input a,b,c --format=json \
// RUN:   | FileCheck %s --check-prefix=JSON

// CATEGORICAL: a b c -> none 2/3 "x y"
// NUMERICAL: a b c -> none 4.51 -0.25
// JSON: {"input":["a","b","c"],"output":[null,0.66666666666666663,"x y"]}

craft.transformer @categorical attributes {vocab = ["a", "b", "c"], max_seq_len = 4, residual_labels = ["a", "b", "c"]} {
  %0 = craft.embedding tokens <5x3 (0, 0) = 1.0, (1, 1) = 1.0, (2, 2) = 1.0> positions <5x3> : !craft.residual<3>
  craft.unembedding %0 <[<3x3 (0, 0) = 1.0, (0, 1) = 1.0, (1, 1) = 1.0, (2, 2) = 1.0>] + [0.0, 0.0, 0.0]>
      outputs [#rasp.none, #rasp.fraction<2/3>, "x y"] : !craft.residual<3>
}

craft.transformer @numerical attributes {vocab = ["a", "b", "c"], max_seq_len = 4, residual_labels = ["x"]} {
  %0 = craft.embedding tokens <5x1 (0, 0) = 4.49, (1, 0) = 4.51, (2, 0) = -0.25> positions <5x1> : !craft.residual<1>
  craft.unembedding %0 <[<1x1 identity>] + [0.0]> numerical none_code 4.0 : !craft.residual<1>
}
