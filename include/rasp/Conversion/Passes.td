//===- Passes.td - Conversions between dialects -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_CONVERSION_PASSES
#define RASP_CONVERSION_PASSES

include "mlir/Pass/PassBase.td"

def ConvertRaspToCraft : Pass<"convert-rasp-to-craft", "::mlir::ModuleOp"> {
  let summary = "Turns rasp programs into values over residual subspaces";
  let description = [{
    Chooses for each s-op how it is laid out (one-hot over its domain, or one
    scalar), turns elementwise ops into affine values and maps, and selectors
    into the query and key matrices of heads in penalty form. What cannot be
    compiled is refused at its op.

    ```mlir
    // before
    %count = rasp.selector_width %same
    rasp.return %count : !rasp.sop<i64>
    // after
    %tokens = craft.embed tokens <3x3 ...> : !craft.onehot<{"(", ")", "a"}>
    %count = craft.selector_width queries(%tokens : ...) keys(%tokens : ...) query ... key ... penalty ... : !craft.scalar<{1, 2, 3}>
    craft.unembed %count <...> outputs [1, 2, 3] : !craft.scalar<{1, 2, 3}>
    ```
  }];
  let options = [
    Option<"maxCombinations", "max-combinations", "uint64_t", "1048576",
      "The greatest number of combinations of values that a map is listed over">,
    Option<"maxMatrixEntries", "max-matrix-entries", "uint64_t", "16777216",
      "The greatest number of entries of one matrix">
  ];
  let statistics = [
    Statistic<"numHeads", "num-heads", "Number of heads and selector widths made">,
    Statistic<"numMaps", "num-maps", "Number of elementwise functions that are not affine">
  ];
  let dependentDialects = ["::mlir::craft::CraftDialect", "::mlir::rasp::RaspDialect"];
}

def ConvertCraftToLinalg : Pass<"convert-craft-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Turns craft transformers into functions on tensors";
  let description = [{
    Each `craft.transformer` becomes a function of upstream dialects only:

    ```mlir
    // before
    craft.transformer @copy attributes {vocab = [1, 2], max_seq_len = 3, residual_labels = ["tokens"]} {
      %0 = craft.embedding tokens <4x1 (0, 0) = 1.0, (1, 0) = 2.0> positions <4x1> : !craft.residual<1>
      craft.unembedding %0 <[<1x1 identity>] + [0.0]> numerical : !craft.residual<1>
    }
    // after
    func.func @copy(%tokens: tensor<?x?xi32>) -> tensor<?x?x1xf32> attributes {rasp.bos = "BOS", ... rasp.vocab = [1, 2]} {
      ...
    ```

    from token ids [batch, position], position 0 holding BOS, to the output
    [batch, position, output]: a logit for each output value, or one number.
    Ids 0 to V-1 are the vocabulary, V is BOS and V+1 is PAD; no position
    attends to PAD, and any other id is read as PAD. Positions past the
    greatest length are read as the last.

    It is a standard transformer: all layers have the same number of heads,
    head dimension and hidden units, padded with zeros. A layer without heads
    or without an MLP does nothing for that half.

    The attributes of the function are builtin ones, so that any MLIR tool
    reads them: `rasp.vocab`, `rasp.bos` and `rasp.pad`; `rasp.outputs` (the
    value of each logit) or `rasp.numerical` with `rasp.none_code`;
    `rasp.shape` (layers, heads, d_model, d_head, d_mlp, max_seq_len, causal,
    and the number of parameters, also without padding, of those that are not
    zero, and of the unembedding, which the others leave out);
    `rasp.residual_labels`, and `rasp.head_labels` and `rasp.unit_labels` layer
    by layer. Where a value is none it stands as `unit`, and a fraction as
    `array<i64: numerator, denominator>`.

    With weights as arguments each further argument has its name in
    `rasp.weight`, and the values are kept in `rasp.weights` of the function.
  }];
  let options = [
    Option<"batch", "batch", "int64_t", "-1", "A static batch size, or -1 for a dynamic one">,
    Option<"sequence", "sequence", "int64_t", "-1",
      "A static number of positions with BOS, or -1 for a dynamic one">,
    Option<"weights", "weights", "::std::string", "\"auto\"",
      "Where the weights stand: inline (dense elements), resource (dense "
      "resources), argument (further arguments of the function), or auto "
      "(inline below 4096 elements, resources above)">,
    Option<"maxElements", "max-elements", "uint64_t", "268435456",
      "The greatest number of elements that the weights of a model may have">
  ];
  let statistics = [
    Statistic<"numParameters", "num-parameters", "Number of parameters after padding">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"];
}

#endif // RASP_CONVERSION_PASSES
