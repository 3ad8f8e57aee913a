//===- ModelShape.h - The size of a transformer -----------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_ANALYSIS_MODELSHAPE_H
#define RASP_DIALECT_CRAFT_ANALYSIS_MODELSHAPE_H

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

namespace mlir::craft {

/// The shape of a `craft.transformer` and the numbers that it takes.
///
/// Biases count: those of queries, keys, values, hidden units, and of the
/// outputs of attention and MLP. So does the embedding of tokens (with BOS and
/// PAD) and positions (with that of BOS). The unembedding is counted apart, as
/// in Tracr.
struct ModelShape {
  explicit ModelShape(TransformerOp transformer);

  uint64_t numLayers = 0;
  /// The most heads in one layer.
  uint64_t numHeads = 0;
  uint64_t modelDimension = 0;
  /// The greatest dimension of a head, for queries, keys and values alike.
  uint64_t headDimension = 0;
  /// The most hidden units in one layer.
  uint64_t numHiddenUnits = 0;

  /// With every layer padded to the widest, and every head as well.
  uint64_t numParameters = 0;
  /// With every layer and head as wide as it has to be.
  uint64_t numUnpaddedParameters = 0;
  uint64_t numNonZeros = 0;
  uint64_t numUnembeddingParameters = 0;

  /// Prints the shape on one line, without a newline.
  void print(raw_ostream &os) const;
};

inline raw_ostream &operator<<(raw_ostream &os, const ModelShape &shape) {
  shape.print(os);
  return os;
}

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_ANALYSIS_MODELSHAPE_H
