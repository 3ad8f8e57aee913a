//===- TransformerEmitter.h - A transformer in linalg -----------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_CONVERSION_CRAFTTOLINALG_TRANSFORMEREMITTER_H
#define RASP_LIB_CONVERSION_CRAFTTOLINALG_TRANSFORMEREMITTER_H

#include "rasp/Conversion/CraftToLinalg/ModelWeights.h"

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/Builders.h"

namespace mlir::craft {

/// Writes the body of a function from token ids to outputs.
///
/// Every op is a linalg.generic whose innermost loop is parallel and runs over
/// contiguous elements of what it writes, also where it sums: that is the order
/// in which plain loops are vectorized without changing the order of sums.
class TransformerEmitter {
public:
  using WeightSource =
      llvm::function_ref<Value(OpBuilder &, Location, StringRef)>;

  /// `weightSource` materializes a weight by name, or returns null if it has no
  /// elements; `tokens` are the ids.
  TransformerEmitter(OpBuilder &builder, const TransformerShape &shape,
                     Value tokens, WeightSource weightSource);

  Value emitEmbedding(Location loc);
  Value emitAttention(Location loc, int64_t layer, Value stream);
  Value emitMLP(Location loc, int64_t layer, Value stream);
  Value emitUnembedding(Location loc, Value stream);

private:
  using Body = llvm::function_ref<Value(OpBuilder &, Location, ValueRange)>;

  /// The weight called `name`; one of `weightShape` if it has no elements.
  Value getWeight(Location loc, StringRef name, ArrayRef<int64_t> weightShape);
  Value emitEmpty(Location loc, ArrayRef<OpFoldResult> sizes);
  /// The op that yields `body` of the elements of `inputs` and of `init`. The
  /// expressions say by which loops each of these is indexed, `init` last.
  Value emitGeneric(Location loc, ValueRange inputs, Value init,
                    ArrayRef<ArrayRef<unsigned>> loops,
                    ArrayRef<utils::IteratorType> iterators, Body body);
  /// `init` plus the sum of products of two inputs.
  Value emitContraction(Location loc, Value lhs, Value rhs, Value init,
                        ArrayRef<ArrayRef<unsigned>> loops,
                        ArrayRef<utils::IteratorType> iterators);
  /// `bias`, indexed by `loops`, broadcast to `sizes`.
  Value emitBroadcast(Location loc, Value bias, ArrayRef<OpFoldResult> sizes,
                      ArrayRef<unsigned> loops);
  /// An elementwise function of tensors of one shape, with as many dimensions
  /// as `sizes`.
  Value emitElementwise(Location loc, ValueRange inputs,
                        ArrayRef<OpFoldResult> sizes, Body body);
  /// `stream` projected to the queries, keys or values of all heads.
  Value emitProjection(Location loc, StringRef prefix, Value stream);
  /// The scores of visible keys start from 0, those of others from far below.
  Value emitMask(Location loc);
  /// The softmax of `scores` over their last dimension.
  Value emitSoftmax(Location loc, Value scores);
  Value emitFill(Location loc, double value, ArrayRef<OpFoldResult> sizes);

  OpBuilder &builder;
  const TransformerShape &shape;
  Value tokens;
  WeightSource weightSource;
  OpFoldResult batch, sequence, heads, modelDimension, headDimension,
      hiddenUnits;
};

} // namespace mlir::craft

#endif // RASP_LIB_CONVERSION_CRAFTTOLINALG_TRANSFORMEREMITTER_H
