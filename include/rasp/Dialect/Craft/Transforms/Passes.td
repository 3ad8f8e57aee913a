//===- Passes.td - Passes of the craft dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_TRANSFORMS_PASSES
#define RASP_DIALECT_CRAFT_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def ExpandSelectorWidth : Pass<"craft-expand-selector-width"> {
  let summary = "Makes an attention head of each selector width";
  let description = [{
    Two ways. `linear`: BOS scores ln N above a match, for a large N, and the
    head's output is scaled by N, so that it writes the width itself. The
    width is affine in the stream, no MLP is needed. `reciprocal`: BOS scores
    as a match does and alone has the value 1, so that the head writes
    1/(width + 1), which a `craft.map` inverts. `auto` takes the linear way
    as long as its rounding error stays below a quarter at the program's
    greatest length.

    ```mlir
    // before
    %width = craft.selector_width queries(%q : !craft.scalar<{0, 1}>) keys(%k : !craft.scalar<{0, 1}>)
      query <[<1x1 identity>] + [0.0]> key <[<1x1 (0, 0) = 20.0>] + [-20.0]> penalty 20.0 : !craft.scalar<{0, 1, 2, 3}>
    craft.unembed %width <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1, 2, 3}>
    // after: e^24 is 26489122129.8
    %width = craft.head queries(%q : !craft.scalar<{0, 1}>) keys(%k : !craft.scalar<{0, 1}>) values()
      query <[<1x1 identity>] + [0.0]> key <[<1x1 (0, 0) = 20.0>] + [-20.0]>
      value <[] + [1.0]> output <1x1 (0, 0) = 26489122129.8...> bos score 2.400000e+01 value [0.000000e+00] : !craft.scalar<{0, 1, 2, 3}>
    ```
  }];
  let options = [
    Option<"method", "method", "::std::string", "\"auto\"",
      "How a width is computed: linear, reciprocal, or auto">
  ];
  let statistics = [
    Statistic<"numLinear", "num-linear", "Number of widths computed the linear way">,
    Statistic<"numReciprocal", "num-reciprocal", "Number of widths computed by reciprocals">
  ];
  let dependentDialects = ["::mlir::craft::CraftDialect"];
}

def FoldAffine : Pass<"craft-fold-affine"> {
  let summary = "Folds affine values into the matrices that read them";
  let description = [{
    A `craft.linear` is composed into the query, key, value and input
    matrices of its readers and into the unembedding, or into the embedding
    where it depends on the token or the position alone and that takes fewer
    columns. After it no `craft.linear` is left.

    ```mlir
    // before
    %y = craft.linear %length <[<1x1 (0, 0) = 2.0>] + [1.0]> : (!craft.scalar<{1, 2, 3}>) -> !craft.scalar<{3, 5, 7}>
    %z = craft.mlp %y <[<1x1 (0, 0) = 10.0>] + [-40.0]> then <[<1x1 identity>] + [0.0]> : (!craft.scalar<{3, 5, 7}>) -> !craft.scalar<{0, 10, 30}>
    craft.unembed %z, %length <[<1x1 identity>, <1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 10, 30}>, !craft.scalar<{1, 2, 3}>
    // after
    %z = craft.mlp %length <[<1x1 (0, 0) = 20.0>] + [-30.0]> then <[<1x1 identity>] + [0.0]> : (!craft.scalar<{1, 2, 3}>) -> !craft.scalar<{0, 10, 30}>
    ```
  }];
  let options = [
    Option<"embed", "embed", "bool", "true",
      "Let the embedding write affine values of the token and the position "
      "where that takes fewer columns">
  ];
  let statistics = [
    Statistic<"numFolded", "num-folded", "Number of affine values folded into a reader">,
    Statistic<"numEmbedded", "num-embedded", "Number of affine values moved into the embedding">
  ];
  let dependentDialects = ["::mlir::craft::CraftDialect"];
}

def DiscretizeMLP : Pass<"craft-discretize-mlp"> {
  let summary = "Makes an MLP of each map";
  let description = [{
    A function of a scalar becomes a sum of steps, each a pair of ReLU units
    with its threshold in the middle of the gap between two neighbouring
    values, its slope from that gap, and flats on both sides; neighbours with
    equal results share a run. Where the scalar is exact, units that
    interpolate take their place if they are fewer. A function of one-hot
    values becomes a unit for each product of value sets on which it is
    constant, except where it has its default value; a number that depends on
    two of them one unit for each value of the smaller domain. Where one
    scalar and one-hots mix, the one-hots gate the steps. Where large values
    would cancel small ones in `f32`, units that keep them apart are taken
    instead. Fails where there are none, where a gap is too small for `f32`, a
    map depends on two scalars of more than two values, or it needs more
    hidden units than the limit.

    ```mlir
    // before
    %negative = craft.map %difference values [true, true, false, false] : (!craft.scalar<{-2, -1, 0, 1}>) -> !craft.scalar<{false, true}>
    craft.unembed %negative <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{false, true}>
    // after: one threshold, two units
    %negative = craft.mlp %difference <[<1x2 (0, 0) = 2.0, (0, 1) = 2.0>] + [1.5, 0.5]>
      then <[<2x1 (0, 0) = -1.0, (1, 0) = 1.0>] + [1.0]> : (!craft.scalar<{-2, -1, 0, 1}>) -> !craft.scalar<{false, true}>
    ```
  }];
  let options = [
    Option<"maxHiddenUnits", "max-hidden-units", "uint64_t", "65536",
      "The greatest number of hidden units that one map may need">
  ];
  let statistics = [
    Statistic<"numMaps", "num-maps", "Number of maps that became an MLP">,
    Statistic<"numHiddenUnits", "num-hidden-units", "Number of hidden units made">
  ];
  let dependentDialects = ["::mlir::craft::CraftDialect"];
}

def CheckPrecision : Pass<"craft-check-precision"> {
  let summary = "Refuses programs whose output f32 cannot tell";
  let description = [{
    Bounds how far every value, computed in f32, may be off, and compares the
    bound at the output with what reading it needs: the greatest logit has to
    be that of the right value, an integer has to be off by less than 1/2,
    and any other number by less than 2^-10 of the greatest. Fails at the
    output otherwise. Looks at the encodings that the types state, so that it
    belongs before `craft-fold-affine`.

    ```mlir
    %x = craft.embed tokens <3x1 (0, 0) = 1.0, (1, 0) = 2.0, (2, 0) = 3.0> : !craft.scalar<{1, 2, 3}>
    craft.unembed %x <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 2, 3}>
    ```
  }];
  let dependentDialects = ["::mlir::craft::CraftDialect"];
}

def AllocateLayers : Pass<"craft-allocate-layers"> {
  let summary = "Allocates heads and MLPs to layers";
  let description = [{
    Gives every `craft.head` and `craft.mlp` the layer it is computed in, and
    sorts them so. The number of layers is the least for the program's
    selectors: the longest chain of blocks. Among the allocations of that
    depth it takes one with the fewest parameters after each layer is padded
    to the widest, found exactly on small programs and by a heuristic on large
    ones. Values that nothing reads are erased first. A remark (shown with
    `--remarks-filter=craft-allocate-layers`) states the depth, the chain that
    forces it, and whether the size is the least.

    ```mlir
    // before
    %positive = craft.mlp %x <[<1x1 identity>] + [0.0]> then <[<1x1 identity>] + [0.0]> : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0, 1}>
    craft.unembed %positive <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1}>
    // after
    %positive = craft.mlp %x <[<1x1 identity>] + [0.0]> then <[<1x1 identity>] + [0.0]> layer 0 : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0, 1}>
    ```
  }];
  let options = [
    Option<"maxSearch", "max-search", "uint64_t", "100000",
      "The number of allocations examined before the best so far is taken">
  ];
  let statistics = [
    Statistic<"numLayers", "num-layers", "Number of layers">
  ];
  let dependentDialects = ["::mlir::craft::CraftDialect"];
}

def AllocateResidual : Pass<"craft-allocate-residual", "::mlir::ModuleOp"> {
  let summary = "Assigns columns of one residual stream to the values";
  let description = [{
    Turns a `craft.program` whose blocks have been allocated to layers into a
    `craft.transformer`: every value that is read gets columns of its own with
    labels, the matrices are written over columns, MLPs of one layer are put
    side by side, and the constants at BOS are corrected for by each reader
    through the `bos` column. Values that nobody reads take no columns. With
    `reuse`, the `bos` column is given to a value that is written after its
    last reader.

    ```mlir
    // before
    craft.program @is_one attributes {vocab = [1, 2], max_seq_len = 3} {
      %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
      %y = craft.mlp %x <[<1x1 (0, 0) = -1.0>] + [1.0]> then <[<1x1 identity>] + [0.0]> layer 0 : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0, 1}>
      craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1}>
    }
    // after
    craft.transformer @is_one attributes {max_seq_len = 3 : i64, residual_labels = ["embed0", "mlp0"], vocab = [1, 2]} {
      %0 = craft.embedding tokens <4x2 (1, 0) = 1.0> positions <4x2> : !craft.residual<2>
      %1 = craft.layer %0 : !craft.residual<2> {
        craft.residual_mlp <[<2x1 (0, 0) = -1.0>] + [1.0]> then <[<1x2 (0, 1) = 1.0>] + [0.0, 0.0]> labels ["mlp0"]
      }
      craft.unembedding %1 <[<2x1 (1, 0) = 1.0>] + [0.0]> numerical : !craft.residual<2>
    }
    ```
  }];
  let options = [
    Option<"reuse", "reuse", "bool", "true",
      "Reuse columns that are known to be zero after their last reader">,
    Option<"maxModelDimension", "max-model-dimension", "uint64_t", "65536",
      "The greatest number of columns">
  ];
  let statistics = [
    Statistic<"numColumns", "num-columns", "Number of columns of the residual stream">,
    Statistic<"numReused", "num-reused", "Number of columns used twice">
  ];
  let dependentDialects = ["::mlir::craft::CraftDialect"];
}

def PrintShape : Pass<"craft-print-shape"> {
  let summary = "Prints the shape and the size of each transformer";
  let description = [{
    Prints a line for each `craft.transformer` on the standard error stream:
    its layers, heads, dimensions and hidden units; its parameters with all
    layers and heads padded to the widest, without padding, and those that are
    not zero; and, apart from these, the parameters of its unembedding.

    ```
    reverse: layers 2, heads 1, d_model 5, d_head 3, d_mlp 0, parameters 213, unpadded 145, non-zero 33, unembedding 18
    ```
  }];
  let dependentDialects = ["::mlir::craft::CraftDialect"];
}

#endif // RASP_DIALECT_CRAFT_TRANSFORMS_PASSES
