//===- CraftOps.td - Ops of the craft dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_IR_CRAFTOPS_TD
#define RASP_DIALECT_CRAFT_IR_CRAFTOPS_TD

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "rasp/Dialect/Craft/IR/CraftAttributes.td"
include "rasp/Dialect/Craft/IR/CraftTypes.td"
include "rasp/Reference/EvaluableOpInterface.td"

class Craft_Op<string opMnemonic, list<Trait> traits = []>
    : Op<Craft_Dialect, opMnemonic, traits>;

/// A container of a program, with the contract that it has from `rasp`.
class Craft_ContainerOp<string opMnemonic, list<Trait> traits = []>
    : Craft_Op<opMnemonic, !listconcat(traits, [
        Symbol, IsolatedFromAbove, SingleBlock,
        DeclareOpInterfaceMethods<ProgramOpInterface, ["getProgramBody"]>])> {
  dag contract = (ins
    SymbolNameAttr:$sym_name,
    ArrayAttr:$vocab,
    ConfinedAttr<I64Attr, [IntPositive]>:$max_seq_len,
    UnitAttr:$causal,
    DefaultValuedStrAttr<StrAttr, "BOS">:$bos,
    DefaultValuedStrAttr<StrAttr, "PAD">:$pad);
  let arguments = contract;
  let regions = (region SizedRegion<1>:$body);
  let hasRegionVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Values and blocks
//===----------------------------------------------------------------------===//

def Craft_ProgramOp : Craft_ContainerOp<"program"> {
  let summary = "a program over subspaces of the residual stream";
  let description = [{
    Holds the values or the blocks of one program, and ends in
    `craft.unembed`. The attributes are the contract of `rasp.program`.

    Constraints:

    1. The vocabulary is not empty, its values are scalars other than none, and
       none of them, nor BOS or PAD, stands twice.
    2. `max_seq_len` is at least 1 and at most 65536.
    3. The body has no arguments and ends in `craft.unembed`.

    ```mlir
    craft.program @next attributes {vocab = [1, 2], max_seq_len = 3} {
      %tokens = craft.embed tokens <2x1 (0, 0) = 1.0, (1, 0) = 2.0> : !craft.scalar<{1, 2}>
      craft.unembed %tokens <[<1x1 identity>] + [1.0]> numerical : !craft.scalar<{1, 2}>
    }
    ```
  }];
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
}

/// An op whose result is a subspace. The name of the value is the op's
/// location, where that is a NameLoc.
class Craft_SubspaceOp<string opMnemonic, list<Trait> traits = []>
    : Craft_Op<opMnemonic, !listconcat(traits, [
        Pure, DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>,
        DeclareOpInterfaceMethods<EvaluableOpInterface>])> {
  let results = (outs Craft_Subspace:$result);
  let hasVerifier = 1;
}

def Craft_EmbedOp : Craft_SubspaceOp<"embed"> {
  let summary = "a value that the embedding writes";
  let description = [{
    The sum of a row of `tokens`, chosen by the token, and a row of
    `positions`, chosen by the position.

    Constraints:

    1. At least one of the two matrices is given.
    2. `tokens` has a row for each token of the vocabulary, `positions` one for
       each position; both have a column for each direction of the result.

    ```mlir
    %indices = craft.embed positions <3x3 identity> : !craft.onehot<{0, 1, 2}>
    ```
  }];
  let arguments = (ins OptionalAttr<Craft_MatrixAttr>:$tokens,
                       OptionalAttr<Craft_MatrixAttr>:$positions);
  let assemblyFormat = [{
    (`tokens` $tokens^)? (`positions` $positions^)? attr-dict `:` type($result)
  }];
}

def Craft_LinearOp : Craft_SubspaceOp<"linear", [
    DeclareOpInterfaceMethods<AffineReaderOpInterface>]> {
  let summary = "an affine function of values";
  let description = [{
    Costs no layer: `craft-fold-affine` folds it into the matrices that read
    it.

    Constraint: 1. the map has a matrix for each input, with a row for each of
    its directions, and a column for each direction of the result.

    ```mlir
    %last = craft.linear %length <[<1x1 identity>] + [-1.0]> : (!craft.scalar<{1, 2, 3}>) -> !craft.scalar<{0, 1, 2}>
    ```
  }];
  let arguments = (ins Variadic<Craft_Subspace>:$inputs, Craft_AffineAttr:$map);
  let assemblyFormat = "$inputs $map attr-dict `:` functional-type($inputs, $result)";
  let hasFolder = 1;
}

def Craft_MapOp : Craft_SubspaceOp<"map"> {
  let summary = "a function of values, by table";
  let description = [{
    `values` lists the function row by row: for every combination of values of
    the inputs' domains (none first, where it is a member), the last input
    varying fastest. `craft-discretize-mlp` makes an MLP of it.

    With `exact_zero` the MLP writes exactly 0, free of rounding, wherever the
    value is false: what a score needs that is to be exactly 0 for a match.

    Constraints:

    1. There is at least one input, and every domain is finite.
    2. `values` has as many elements as the inputs have combinations.
    3. The values are in the result's domain.
    4. A map with `exact_zero` has one input, a scalar without none, and is one
       step to a scalar of booleans: false up to some value and true from the
       next one on, or the other way round.

    ```mlir
    %is_two = craft.map %length values [false, true, false] : (!craft.scalar<{1, 2, 3}>) -> !craft.scalar<{false, true}>
    ```
  }];
  let arguments = (ins Variadic<Craft_Subspace>:$inputs, ArrayAttr:$values,
                       UnitAttr:$exact_zero);
  let assemblyFormat = [{
    $inputs `values` $values (`exact_zero` $exact_zero^)? attr-dict `:` functional-type($inputs, $result)
  }];
}

def Craft_HeadOp : Craft_SubspaceOp<"head", [
    AttrSizedOperandSegments, DeclareOpInterfaceMethods<BlockOpInterface>,
    DeclareOpInterfaceMethods<AffineReaderOpInterface>]> {
  let summary = "an attention head";
  let description = [{
    The score of a key position for a query position is the inner product of
    the images of the query inputs under `query` and of the key inputs under
    `key`; that of BOS is `bos_score`. A position attends to the keys (in a
    causal program, those at or before it) and to BOS by the softmax of the
    scores, and the result is the weighted mean of the images of the value
    inputs under `value`, which at BOS is `bos_value`, times `output`.

    In the penalty form that the compiler makes, a selected key scores exactly
    0 and any other at most -beta. Where rows may be empty, -beta is -2m for a
    margin m, and BOS scores -m: an empty row falls to it. Where no row is
    empty, both are -m, and neither is attended to.

    Where selected keys are preferred to one another, they score 0 for the best
    of all and less for others, in steps of at least m. With the worst at -w,
    BOS scores -(w + m), and the other keys at most -(w + 2m) where rows may be
    empty, -(w + m) where none is.

    Constraints:

    1. `query` and `key` have the same output dimension, and each of `query`,
       `key` and `value` a matrix for each of its inputs with a row for each
       of its directions.
    2. `output` has a row for each output direction of `value` and a column
       for each direction of the result; `bos_value` has the output dimension
       of `value`.
    3. `bos_score` and `bos_value` are finite.

    ```mlir
    %mean = craft.head queries(%q : !craft.scalar<{0, 1}>) keys(%k : !craft.scalar<{0, 1}>) values(%v : !craft.scalar<{1, 2}>)
      query <[<1x1 identity>] + [0.0]> key <[<1x1 (0, 0) = 20.0>] + [-20.0]>
      value <[<1x1 identity>] + [0.0]> output <1x1 identity>
      bos score -20.0 value [0.0] : !craft.scalar<{1, 3/2, 2}>
    ```
  }];
  let arguments = (ins
    Variadic<Craft_Subspace>:$query_inputs, Variadic<Craft_Subspace>:$key_inputs,
    Variadic<Craft_Subspace>:$value_inputs,
    Craft_AffineAttr:$query, Craft_AffineAttr:$key, Craft_AffineAttr:$value,
    Craft_MatrixAttr:$output, F64Attr:$bos_score, DenseF64ArrayAttr:$bos_value,
    OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$layer);
  let assemblyFormat = [{
    `queries` `(` ($query_inputs^ `:` type($query_inputs))? `)`
    `keys` `(` ($key_inputs^ `:` type($key_inputs))? `)`
    `values` `(` ($value_inputs^ `:` type($value_inputs))? `)`
    `query` $query `key` $key `value` $value `output` $output
    `bos` `score` $bos_score `value` $bos_value (`layer` $layer^)? attr-dict `:` type($result)
  }];
  let extraClassDeclaration = [{
    /// The dimension of queries and keys.
    int64_t getQueryKeyDimension() { return getQuery().getOutputDimension(); }
    int64_t getValueDimension() { return getValue().getOutputDimension(); }
  }];
}

def Craft_SelectorWidthOp : Craft_SubspaceOp<"selector_width", [
    AttrSizedOperandSegments, DeclareOpInterfaceMethods<AffineReaderOpInterface>]> {
  let summary = "how many keys each query selects";
  let description = [{
    The number of keys whose score, the inner product of the images of the
    query and key inputs, is 0. Scores are 0 (selected) or at most -`penalty`.
    `craft-expand-selector-width` makes a head of it, and an MLP where needed.

    Constraints:

    1. As for the queries and keys of `craft.head`.
    2. `penalty` is finite and positive.
    3. The result is a scalar of integers from 0 to the program's `max_seq_len`,
       without none.

    ```mlir
    %width = craft.selector_width queries(%q : !craft.scalar<{0, 1}>) keys(%k : !craft.scalar<{0, 1}>)
      query <[<1x1 identity>] + [0.0]> key <[<1x1 (0, 0) = 20.0>] + [-20.0]>
      penalty 20.0 : !craft.scalar<{0, 1, 2}>
    ```
  }];
  let arguments = (ins
    Variadic<Craft_Subspace>:$query_inputs, Variadic<Craft_Subspace>:$key_inputs,
    Craft_AffineAttr:$query, Craft_AffineAttr:$key, F64Attr:$penalty);
  let assemblyFormat = [{
    `queries` `(` ($query_inputs^ `:` type($query_inputs))? `)`
    `keys` `(` ($key_inputs^ `:` type($key_inputs))? `)`
    `query` $query `key` $key `penalty` $penalty attr-dict `:` type($result)
  }];
}

def Craft_MLPOp : Craft_SubspaceOp<"mlp", [
    DeclareOpInterfaceMethods<BlockOpInterface>,
    DeclareOpInterfaceMethods<AffineReaderOpInterface>]> {
  let summary = "a layer of ReLU units";
  let description = [{
    The image under `output` of relu of the image of the inputs under `input`.
    `exact_zero` states that it is that of a `craft.map` with `exact_zero`.

    Constraint: 1. `input` has a matrix for each input with a row for each of
    its directions; `output` has one matrix with a row for each hidden unit,
    and a column for each direction of the result.

    ```mlir
    %positive = craft.mlp %x <[<1x2 (0, 0) = 4.0, (0, 1) = 4.0>] + [-1.0, -2.0]>
      then <[<2x1 (0, 0) = 1.0, (1, 0) = -1.0>] + [0.0]> : (!craft.scalar<{0, 1}>) -> !craft.scalar<{0, 1}>
    ```
  }];
  let arguments = (ins Variadic<Craft_Subspace>:$inputs,
    Craft_AffineAttr:$input, Craft_AffineAttr:$output, UnitAttr:$exact_zero,
    OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$layer);
  let assemblyFormat = [{
    $inputs $input `then` $output (`exact_zero` $exact_zero^)? (`layer` $layer^)? attr-dict `:` functional-type($inputs, $result)
  }];
  let extraClassDeclaration = [{
    int64_t getNumHiddenUnits() { return getInput().getOutputDimension(); }
  }];
}

def Craft_UnembedOp : Craft_Op<"unembed", [
    Pure, Terminator, HasParent<"ProgramOp">,
    DeclareOpInterfaceMethods<AffineReaderOpInterface>,
    DeclareOpInterfaceMethods<EvaluableOpInterface>]> {
  let summary = "reads the output of the program";
  let description = [{
    Categorical: the image of the inputs under `map` has a logit for each
    value of `outputs`, and the output is the value with the greatest logit.
    Numerical: the image is one number; `none_code`, where given, is the number
    that stands for none, as does any within 1/2 of it.

    Constraints:

    1. The map has a matrix for each input with a row for each of its
       directions.
    2. Exactly one of `outputs` and `numerical` is given.
    3. The map has a column for each of `outputs`, which are scalars, at least
       one of them and none twice; one column if numerical.
    4. `none_code` is finite in f32 and given only with `numerical`.

    ```mlir
    craft.unembed %sorted <[<2x2 identity>] + [0.0, 0.0]> outputs ["a", "b"] : !craft.onehot<{"a", "b"}>
    ```
  }];
  let arguments = (ins Variadic<Craft_Subspace>:$inputs, Craft_AffineAttr:$map,
    OptionalAttr<ArrayAttr>:$outputs, UnitAttr:$numerical, OptionalAttr<F64Attr>:$none_code);
  let assemblyFormat = [{
    ($inputs^)? $map (`outputs` $outputs^)? (`numerical` $numerical^)? (`none_code` $none_code^)?
    attr-dict (`:` type($inputs)^)?
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

def Craft_TransformerOp : Craft_ContainerOp<"transformer"> {
  let summary = "a transformer over one residual stream";
  let description = [{
    Holds a `craft.embedding`, the `craft.layer`s in order and a
    `craft.unembedding`. Each column of the stream has a label in
    `residual_labels`: the name of the value, and of the direction in it.

    Constraints:

    1. The body is an embedding, layers and an unembedding, each reading the
       stream that the one before it writes.
    2. There is a label for each column, and no label stands twice.
    3. The contract is as in `craft.program`, constraints 1 and 2.

    ```mlir
    craft.transformer @copy attributes {vocab = [1, 2], max_seq_len = 3, residual_labels = ["tokens"]} {
      %0 = craft.embedding tokens <4x1 (0, 0) = 1.0, (1, 0) = 2.0> positions <4x1> : !craft.residual<1>
      %1 = craft.layer %0 : !craft.residual<1> {
      }
      craft.unembedding %1 <[<1x1 identity>] + [0.0]> numerical : !craft.residual<1>
    }
    ```
  }];
  let arguments = !con(contract, (ins StrArrayAttr:$residual_labels));
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
  let extraClassDeclaration = [{
    int64_t getModelDimension() { return getResidualLabels().size(); }
  }];
}

def Craft_EmbeddingOp : Craft_Op<"embedding", [
    Pure, HasParent<"TransformerOp">, DeclareOpInterfaceMethods<EvaluableOpInterface>]> {
  let summary = "the embedding of tokens and positions";
  let description = [{
    Constraint: 1. `tokens` has a row for each token of the vocabulary, one for
    BOS and one for PAD; `positions` one for BOS (the first) and one for each
    position; both have a column for each of the stream's.

    ```mlir
    %0 = craft.embedding tokens <4x1 (0, 0) = 1.0, (1, 0) = 2.0> positions <4x1> : !craft.residual<1>
    ```
  }];
  let arguments = (ins Craft_MatrixAttr:$tokens, Craft_MatrixAttr:$positions);
  let results = (outs Craft_Residual:$result);
  let assemblyFormat = "`tokens` $tokens `positions` $positions attr-dict `:` qualified(type($result))";
  let hasVerifier = 1;
}

def Craft_LayerOp : Craft_Op<"layer", [
    Pure, HasParent<"TransformerOp">, NoTerminator, SingleBlock, AllTypesMatch<["stream", "result"]>,
    DeclareOpInterfaceMethods<EvaluableOpInterface>]> {
  let summary = "a layer: heads side by side, then an MLP";
  let description = [{
    Adds what its heads write to the stream, then what its MLP makes of that.

    Constraint: 1. the body is any number of `craft.residual_head`, then at
    most one `craft.residual_mlp`, all over the stream's columns.

    ```mlir
    %1 = craft.layer %0 : !craft.residual<1> {
      craft.residual_mlp <[<1x1 identity>] + [-1.0]> then <[<1x1 identity>] + [0.0]>
    }
    ```
  }];
  let arguments = (ins Craft_Residual:$stream);
  let results = (outs Craft_Residual:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$stream attr-dict `:` qualified(type($result)) $body";
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The heads, in order.
    ::std::vector<::mlir::craft::ResidualHeadOp> getHeads();
    /// The MLP, or null.
    ::mlir::craft::ResidualMLPOp getMLP();
  }];
}

// The blocks of a layer have no results. They are not pure, or they would be dead.

def Craft_ResidualHeadOp : Craft_Op<"residual_head", [HasParent<"LayerOp">]> {
  let summary = "an attention head over the residual stream";
  let description = [{
    Scores are inner products of the images of the stream under `query` and
    `key`, at every position, BOS included; nothing is divided by the root of
    the head's dimension. Its output, the attention's mean of the images under
    `value` times `output`, is added to the stream. A `label` names the value
    that the head computes.

    Constraint: 1. each affine map has one matrix, `query` and `key` have the
    same output dimension, and `output` has a row for each output direction of
    `value`.

    ```mlir
    craft.residual_head label "mean" query <[<2x1 (1, 0) = 20.0>] + [0.0]> key <[<2x1 (1, 0) = 1.0>] + [0.0]>
      value <[<2x1 (0, 0) = 1.0>] + [0.0]> output <1x2 (0, 0) = 1.0>
    ```
  }];
  let arguments = (ins Craft_AffineAttr:$query, Craft_AffineAttr:$key,
    Craft_AffineAttr:$value, Craft_MatrixAttr:$output, OptionalAttr<StrAttr>:$label);
  let assemblyFormat = [{
    (`label` $label^)? `query` $query `key` $key `value` $value `output` $output attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getQueryKeyDimension() { return getQuery().getOutputDimension(); }
    int64_t getValueDimension() { return getValue().getOutputDimension(); }
    /// The dimension that the head needs in a model with one width for both.
    int64_t getHeadDimension() { return std::max(getQueryKeyDimension(), getValueDimension()); }
  }];
}

def Craft_ResidualMLPOp : Craft_Op<"residual_mlp", [HasParent<"LayerOp">]> {
  let summary = "a layer of ReLU units over the residual stream";
  let description = [{
    Adds the image under `output` of relu of the image of the stream under
    `input`. `unit_labels`, where given, names the value that each unit is
    computed for.

    Constraint: 1. each affine map has one matrix, and `output` one row for
    each hidden unit; there is a label for each unit.

    ```mlir
    craft.residual_mlp <[<2x1 (0, 0) = 1.0>] + [-1.0]> then <[<1x2 (0, 0) = 1.0>] + [0.0, 0.0]> labels ["excess"]
    ```
  }];
  let arguments = (ins Craft_AffineAttr:$input, Craft_AffineAttr:$output,
                       OptionalAttr<StrArrayAttr>:$unit_labels);
  let assemblyFormat = "$input `then` $output (`labels` $unit_labels^)? attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getNumHiddenUnits() { return getInput().getOutputDimension(); }
  }];
}

def Craft_UnembeddingOp : Craft_Op<"unembedding", [
    Pure, Terminator, HasParent<"TransformerOp">,
    DeclareOpInterfaceMethods<EvaluableOpInterface>]> {
  let summary = "reads the output from the residual stream";
  let description = [{
    As `craft.unembed`, over the stream's columns.

    Constraints: 1. to 4. of `craft.unembed`, with one matrix.

    ```mlir
    craft.unembedding %1 <[<1x1 identity>] + [0.0]> numerical : !craft.residual<1>
    ```
  }];
  let arguments = (ins Craft_Residual:$stream, Craft_AffineAttr:$map,
    OptionalAttr<ArrayAttr>:$outputs, UnitAttr:$numerical, OptionalAttr<F64Attr>:$none_code);
  let assemblyFormat = [{
    $stream $map (`outputs` $outputs^)? (`numerical` $numerical^)? (`none_code` $none_code^)?
    attr-dict `:` qualified(type($stream))
  }];
  let hasVerifier = 1;
}

#endif // RASP_DIALECT_CRAFT_IR_CRAFTOPS_TD
