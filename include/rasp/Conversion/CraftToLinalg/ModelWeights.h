//===- ModelWeights.h - The weights of a craft transformer ------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A craft.transformer as the dense f32 tensors of a standard transformer: every
// layer padded with zeros to the same number of heads, head dimension and
// hidden units. Vectors are row vectors, so that a weight is [input, output]:
//
//   embedding.tokens                    [vocabulary + BOS + PAD, d_model]
//   embedding.positions                 [max_seq_len + 1, d_model], BOS first
//   layers.I.attention.query.weight     [heads, d_model, d_head]
//   layers.I.attention.query.bias       [heads, d_head]
//   layers.I.attention.{key,value}.*    likewise
//   layers.I.attention.output.weight    [heads, d_head, d_model]
//   layers.I.attention.output.bias      [d_model]
//   layers.I.mlp.input.weight           [d_model, d_mlp]
//   layers.I.mlp.input.bias             [d_mlp]
//   layers.I.mlp.output.weight          [d_mlp, d_model]
//   layers.I.mlp.output.bias            [d_model]
//   unembedding.weight                  [d_model, outputs]
//   unembedding.bias                    [outputs]
//
// A tensor without elements is left out: a model without heads has no queries.
// Scores are not divided by the root of the head dimension.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_CONVERSION_CRAFTTOLINALG_MODELWEIGHTS_H
#define RASP_CONVERSION_CRAFTTOLINALG_MODELWEIGHTS_H

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

#include <string>
#include <vector>

namespace mlir::craft {

/// The sizes of a transformer whose layers are all padded to the widest.
struct TransformerShape {
  int64_t numLayers = 0;
  int64_t numHeads = 0;
  int64_t modelDimension = 0;
  int64_t headDimension = 0;
  int64_t numHiddenUnits = 0;
  /// The size of the vocabulary, without BOS and PAD.
  int64_t vocabSize = 0;
  int64_t maxSeqLen = 0;
  int64_t numOutputs = 0;
  bool causal = false;

  /// The numbers of weights, as in ModelShape: the unembedding counted apart,
  /// so that the first compares with those of other compilers.
  uint64_t numParameters = 0;
  uint64_t numUnpaddedParameters = 0;
  uint64_t numNonZeros = 0;
  uint64_t numUnembeddingParameters = 0;

  static TransformerShape get(TransformerOp transformer);

  /// The ids of the two tokens that follow the vocabulary.
  int64_t getBosId() const { return vocabSize; }
  int64_t getPadId() const { return vocabSize + 1; }
  /// The number of positions: that of BOS and `maxSeqLen` more.
  int64_t getNumPositions() const { return maxSeqLen + 1; }

  /// Prints the shape on one line, without a newline.
  void print(raw_ostream &os) const;
};

/// A named tensor in row-major order.
struct WeightTensor {
  std::string name;
  SmallVector<int64_t, 3> shape;
  std::vector<float> data;
};

/// All tensors of a model, in the order listed above.
struct ModelWeights {
  /// No model with more elements is made dense, unless asked for: a gibibyte.
  static constexpr uint64_t defaultMaxElements = uint64_t(1) << 28;

  TransformerShape shape;
  std::vector<WeightTensor> tensors;

  /// Makes the weights of `transformer` dense. Emits an error and fails if
  /// that takes more than `maxElements` elements, or if a weight lies outside
  /// the range of f32.
  static FailureOr<ModelWeights> get(TransformerOp transformer,
                                     uint64_t maxElements = defaultMaxElements);

  /// The tensor called `name`, or null if it has no elements.
  const WeightTensor *find(StringRef name) const;
};

} // namespace mlir::craft

#endif // RASP_CONVERSION_CRAFTTOLINALG_MODELWEIGHTS_H
