//===- TransformerEmitter.cpp - A transformer in linalg ---------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TransformerEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <limits>

using namespace mlir;
using namespace mlir::craft;

static constexpr auto parallel = utils::IteratorType::parallel;
static constexpr auto reduction = utils::IteratorType::reduction;

/// What a key that must not be seen scores: below any score of a model, and
/// far enough from the end of f32 for a score to be added to it.
static constexpr double maskedScore = -1.0e30;

TransformerEmitter::TransformerEmitter(OpBuilder &builder,
                                       const TransformerShape &shape,
                                       Value tokens, WeightSource weightSource)
    : builder(builder), shape(shape), tokens(tokens),
      weightSource(weightSource) {
  Location loc = tokens.getLoc();
  batch = tensor::getMixedSize(builder, loc, tokens, 0);
  sequence = tensor::getMixedSize(builder, loc, tokens, 1);
  heads = builder.getIndexAttr(shape.numHeads);
  modelDimension = builder.getIndexAttr(shape.modelDimension);
  headDimension = builder.getIndexAttr(shape.headDimension);
  hiddenUnits = builder.getIndexAttr(shape.numHiddenUnits);
}

//===----------------------------------------------------------------------===//
// Building blocks
//===----------------------------------------------------------------------===//

Value TransformerEmitter::getWeight(Location loc, StringRef name,
                                    ArrayRef<int64_t> weightShape) {
  if (Value weight = weightSource(builder, loc, name))
    return weight;
  return tensor::EmptyOp::create(builder, loc, weightShape,
                                 builder.getF32Type());
}

Value TransformerEmitter::emitEmpty(Location loc,
                                    ArrayRef<OpFoldResult> sizes) {
  return tensor::EmptyOp::create(builder, loc, sizes, builder.getF32Type());
}

Value TransformerEmitter::emitFill(Location loc, double value,
                                   ArrayRef<OpFoldResult> sizes) {
  Value constant =
      arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(value));
  return linalg::FillOp::create(builder, loc, constant, emitEmpty(loc, sizes))
      .getResult(0);
}

Value TransformerEmitter::emitGeneric(Location loc, ValueRange inputs,
                                      Value init,
                                      ArrayRef<ArrayRef<unsigned>> loops,
                                      ArrayRef<utils::IteratorType> iterators,
                                      Body body) {
  SmallVector<AffineMap> maps;
  for (ArrayRef<unsigned> indices : loops) {
    SmallVector<AffineExpr> expressions;
    for (unsigned loop : indices)
      expressions.push_back(builder.getAffineDimExpr(loop));
    maps.push_back(
        AffineMap::get(iterators.size(), 0, expressions, builder.getContext()));
  }
  return linalg::GenericOp::create(
             builder, loc, init.getType(), inputs, init, maps, iterators,
             [&](OpBuilder &nested, Location nestedLoc, ValueRange arguments) {
               Value result = body(nested, nestedLoc, arguments);
               linalg::YieldOp::create(nested, nestedLoc, result);
             })
      .getResult(0);
}

Value TransformerEmitter::emitContraction(
    Location loc, Value lhs, Value rhs, Value init,
    ArrayRef<ArrayRef<unsigned>> loops,
    ArrayRef<utils::IteratorType> iterators) {
  return emitGeneric(
      loc, {lhs, rhs}, init, loops, iterators,
      [](OpBuilder &nested, Location nestedLoc, ValueRange arguments) -> Value {
        Value product = arith::MulFOp::create(nested, nestedLoc, arguments[0],
                                              arguments[1]);
        return arith::AddFOp::create(nested, nestedLoc, arguments[2], product);
      });
}

Value TransformerEmitter::emitElementwise(Location loc, ValueRange inputs,
                                          ArrayRef<OpFoldResult> sizes,
                                          Body body) {
  auto all = llvm::to_vector(llvm::seq<unsigned>(0, sizes.size()));
  SmallVector<ArrayRef<unsigned>> loops(inputs.size() + 1, all);
  SmallVector<utils::IteratorType> iterators(sizes.size(), parallel);
  return emitGeneric(loc, inputs, emitEmpty(loc, sizes), loops, iterators,
                     body);
}

Value TransformerEmitter::emitBroadcast(Location loc, Value bias,
                                        ArrayRef<OpFoldResult> sizes,
                                        ArrayRef<unsigned> loops) {
  auto all = llvm::to_vector(llvm::seq<unsigned>(0, sizes.size()));
  SmallVector<utils::IteratorType> iterators(sizes.size(), parallel);
  return emitGeneric(
      loc, bias, emitEmpty(loc, sizes), {loops, all}, iterators,
      [](OpBuilder &, Location, ValueRange arguments) { return arguments[0]; });
}

static Value emitAdd(OpBuilder &builder, Location loc, ValueRange arguments) {
  return arith::AddFOp::create(builder, loc, arguments[0], arguments[1]);
}

//===----------------------------------------------------------------------===//
// Embedding and unembedding
//===----------------------------------------------------------------------===//

Value TransformerEmitter::emitEmbedding(Location loc) {
  Value tokenTable = getWeight(loc, "embedding.tokens",
                               {shape.vocabSize + 2, shape.modelDimension});
  Value positionTable =
      getWeight(loc, "embedding.positions",
                {shape.getNumPositions(), shape.modelDimension});
  Value padId = arith::ConstantOp::create(
      builder, loc, builder.getI32IntegerAttr(shape.getPadId()));
  Value lastPosition = arith::ConstantOp::create(
      builder, loc, builder.getIndexAttr(shape.getNumPositions() - 1));
  // A static length within bounds needs no check.
  int64_t length = cast<RankedTensorType>(tokens.getType()).getDimSize(1);
  bool mayExceed =
      ShapedType::isDynamic(length) || length > shape.getNumPositions();
  return emitGeneric(
      loc, tokens, emitEmpty(loc, {batch, sequence, modelDimension}),
      {{0, 1}, {0, 1, 2}}, {parallel, parallel, parallel},
      [&](OpBuilder &nested, Location nestedLoc,
          ValueRange arguments) -> Value {
        // Unsigned, so that a negative id is read as PAD too.
        Value id =
            arith::MinUIOp::create(nested, nestedLoc, arguments[0], padId);
        Value row = arith::IndexCastOp::create(nested, nestedLoc,
                                               nested.getIndexType(), id);
        Value position = linalg::IndexOp::create(nested, nestedLoc, 1);
        if (mayExceed)
          position =
              arith::MinUIOp::create(nested, nestedLoc, position, lastPosition);
        Value column = linalg::IndexOp::create(nested, nestedLoc, 2);
        Value token = tensor::ExtractOp::create(nested, nestedLoc, tokenTable,
                                                ValueRange{row, column});
        Value place = tensor::ExtractOp::create(
            nested, nestedLoc, positionTable, ValueRange{position, column});
        return arith::AddFOp::create(nested, nestedLoc, token, place);
      });
}

Value TransformerEmitter::emitUnembedding(Location loc, Value stream) {
  OpFoldResult outputs = builder.getIndexAttr(shape.numOutputs);
  Value init =
      emitBroadcast(loc, getWeight(loc, "unembedding.bias", {shape.numOutputs}),
                    {batch, sequence, outputs}, {2});
  Value weight = getWeight(loc, "unembedding.weight",
                           {shape.modelDimension, shape.numOutputs});
  return emitContraction(loc, stream, weight, init,
                         {{0, 1, 2}, {2, 3}, {0, 1, 3}},
                         {parallel, parallel, reduction, parallel});
}

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

Value TransformerEmitter::emitProjection(Location loc, StringRef prefix,
                                         Value stream) {
  Value weight =
      getWeight(loc, (prefix + ".weight").str(),
                {shape.numHeads, shape.modelDimension, shape.headDimension});
  Value bias = getWeight(loc, (prefix + ".bias").str(),
                         {shape.numHeads, shape.headDimension});
  Value init =
      emitBroadcast(loc, bias, {batch, heads, sequence, headDimension}, {1, 3});
  // Loops: batch, head, position, column of the stream, column of the head.
  return emitContraction(loc, stream, weight, init,
                         {{0, 2, 3}, {1, 3, 4}, {0, 1, 2, 4}},
                         {parallel, parallel, parallel, reduction, parallel});
}

Value TransformerEmitter::emitMask(Location loc) {
  Value padId = arith::ConstantOp::create(
      builder, loc, builder.getI32IntegerAttr(shape.getPadId()));
  Value visible =
      arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(0));
  Value masked = arith::ConstantOp::create(
      builder, loc, builder.getF32FloatAttr(maskedScore));
  // Loops: batch, head, query, key.
  return emitGeneric(
      loc, tokens, emitEmpty(loc, {batch, heads, sequence, sequence}),
      {{0, 3}, {0, 1, 2, 3}}, {parallel, parallel, parallel, parallel},
      [&](OpBuilder &nested, Location nestedLoc,
          ValueRange arguments) -> Value {
        Value hidden = arith::CmpIOp::create(
            nested, nestedLoc, arith::CmpIPredicate::uge, arguments[0], padId);
        if (shape.causal) {
          Value query = linalg::IndexOp::create(nested, nestedLoc, 2);
          Value key = linalg::IndexOp::create(nested, nestedLoc, 3);
          Value later = arith::CmpIOp::create(
              nested, nestedLoc, arith::CmpIPredicate::ugt, key, query);
          hidden = arith::OrIOp::create(nested, nestedLoc, hidden, later);
        }
        return arith::SelectOp::create(nested, nestedLoc, hidden, masked,
                                       visible);
      });
}

Value TransformerEmitter::emitSoftmax(Location loc, Value scores) {
  SmallVector<OpFoldResult> rows = {batch, heads, sequence};
  SmallVector<OpFoldResult> sizes = {batch, heads, sequence, sequence};
  SmallVector<utils::IteratorType> pointwise(4, parallel);
  SmallVector<utils::IteratorType> overKeys = {parallel, parallel, parallel,
                                               reduction};

  Value lowest = emitFill(loc, -std::numeric_limits<float>::infinity(), rows);
  Value greatest = emitGeneric(
      loc, scores, lowest, {{0, 1, 2, 3}, {0, 1, 2}}, overKeys,
      [](OpBuilder &nested, Location nestedLoc, ValueRange arguments) -> Value {
        return arith::MaxNumFOp::create(nested, nestedLoc, arguments[0],
                                        arguments[1]);
      });
  Value exponentials = emitGeneric(
      loc, {scores, greatest}, emitEmpty(loc, sizes),
      {{0, 1, 2, 3}, {0, 1, 2}, {0, 1, 2, 3}}, pointwise,
      [](OpBuilder &nested, Location nestedLoc, ValueRange arguments) -> Value {
        Value difference = arith::SubFOp::create(nested, nestedLoc,
                                                 arguments[0], arguments[1]);
        return math::ExpOp::create(nested, nestedLoc, difference);
      });
  Value sum = emitGeneric(loc, exponentials, emitFill(loc, 0, rows),
                          {{0, 1, 2, 3}, {0, 1, 2}}, overKeys, emitAdd);
  return emitGeneric(
      loc, {exponentials, sum}, emitEmpty(loc, sizes),
      {{0, 1, 2, 3}, {0, 1, 2}, {0, 1, 2, 3}}, pointwise,
      [](OpBuilder &nested, Location nestedLoc, ValueRange arguments) -> Value {
        return arith::DivFOp::create(nested, nestedLoc, arguments[0],
                                     arguments[1]);
      });
}

Value TransformerEmitter::emitAttention(Location loc, int64_t layer,
                                        Value stream) {
  std::string prefix = ("layers." + Twine(layer) + ".attention").str();
  Value queries = emitProjection(loc, prefix + ".query", stream);
  Value keys = emitProjection(loc, prefix + ".key", stream);
  Value values = emitProjection(loc, prefix + ".value", stream);

  // Transposed, so that the scores of one query stand next to one another.
  Value transposedKeys = emitGeneric(
      loc, keys, emitEmpty(loc, {batch, heads, headDimension, sequence}),
      {{0, 1, 3, 2}, {0, 1, 2, 3}}, {parallel, parallel, parallel, parallel},
      [](OpBuilder &, Location, ValueRange arguments) { return arguments[0]; });

  // Loops: batch, head, query, column of the head, key.
  Value scores =
      emitContraction(loc, queries, transposedKeys, emitMask(loc),
                      {{0, 1, 2, 3}, {0, 1, 3, 4}, {0, 1, 2, 4}},
                      {parallel, parallel, parallel, reduction, parallel});
  Value pattern = emitSoftmax(loc, scores);
  // Loops: batch, head, query, key, column of the head.
  Value mixed =
      emitContraction(loc, pattern, values,
                      emitFill(loc, 0, {batch, heads, sequence, headDimension}),
                      {{0, 1, 2, 3}, {0, 1, 3, 4}, {0, 1, 2, 4}},
                      {parallel, parallel, parallel, reduction, parallel});

  SmallVector<OpFoldResult> sizes = {batch, sequence, modelDimension};
  Value bias = getWeight(loc, prefix + ".output.bias", {shape.modelDimension});
  Value weight =
      getWeight(loc, prefix + ".output.weight",
                {shape.numHeads, shape.headDimension, shape.modelDimension});
  // Loops: batch, position, head, column of the head, column of the stream.
  Value written =
      emitContraction(loc, mixed, weight, emitBroadcast(loc, bias, sizes, {2}),
                      {{0, 2, 1, 3}, {2, 3, 4}, {0, 1, 4}},
                      {parallel, parallel, reduction, reduction, parallel});
  return emitElementwise(loc, {stream, written}, sizes, emitAdd);
}

//===----------------------------------------------------------------------===//
// MLP
//===----------------------------------------------------------------------===//

Value TransformerEmitter::emitMLP(Location loc, int64_t layer, Value stream) {
  std::string prefix = ("layers." + Twine(layer) + ".mlp").str();
  // `input` times a weight, plus a bias.
  // Loops: batch, position, column that is read, column that is written.
  auto emitAffine = [&](StringRef name, Value input, int64_t numInputs,
                        int64_t numOutputs) {
    Value bias = getWeight(loc, (prefix + name + ".bias").str(), {numOutputs});
    Value weight = getWeight(loc, (prefix + name + ".weight").str(),
                             {numInputs, numOutputs});
    Value init = emitBroadcast(
        loc, bias, {batch, sequence, builder.getIndexAttr(numOutputs)}, {2});
    return emitContraction(loc, input, weight, init,
                           {{0, 1, 2}, {2, 3}, {0, 1, 3}},
                           {parallel, parallel, reduction, parallel});
  };
  Value sums =
      emitAffine(".input", stream, shape.modelDimension, shape.numHiddenUnits);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(0));
  Value hidden = emitElementwise(loc, sums, {batch, sequence, hiddenUnits},
                                 [&](OpBuilder &nested, Location nestedLoc,
                                     ValueRange arguments) -> Value {
                                   return arith::MaximumFOp::create(
                                       nested, nestedLoc, arguments[0], zero);
                                 });
  Value written =
      emitAffine(".output", hidden, shape.numHiddenUnits, shape.modelDimension);
  return emitElementwise(loc, {stream, written},
                         {batch, sequence, modelDimension}, emitAdd);
}
