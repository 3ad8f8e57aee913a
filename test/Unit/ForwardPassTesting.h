//===- ForwardPassTesting.h - What tests of forward passes share *- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_TEST_UNIT_FORWARDPASSTESTING_H
#define RASP_TEST_UNIT_FORWARDPASSTESTING_H

#include "rasp/Execution/ForwardPass.h"

#include "gtest/gtest.h"

#include <map>
#include <random>
#include <string>
#include <vector>

namespace mlir::rasp::test {

std::vector<WeightView> getViews(ArrayRef<craft::WeightTensor> tensors);

/// The message of the error, or none.
template <typename T> std::string getMessage(llvm::Expected<T> result) {
  return result ? "" : llvm::toString(result.takeError());
}
inline std::string getMessage(llvm::Error error) {
  return error ? llvm::toString(std::move(error)) : "";
}

/// The logits of a run, and its activations if they are asked for.
struct Result {
  std::vector<float> logits;
  std::map<std::string, std::vector<float>> activations;
};

/// Runs `pass` on rows of equal length, which it has to do without an error.
Result run(const ForwardPass &pass, ArrayRef<int32_t> ids, int64_t batch,
           bool withActivations);

/// Rows of random tokens after BOS; some end in PAD.
SmallVector<int32_t> getRandomIds(const craft::TransformerShape &shape,
                                  int64_t batch, int64_t sequence,
                                  std::mt19937 &random);

/// Rows of any tokens: BOS and PAD where they do not belong, or nothing else,
/// and ids that stand for nothing.
SmallVector<int32_t> getStrangeIds(const craft::TransformerShape &shape,
                                   int64_t batch, int64_t sequence,
                                   std::mt19937 &random);

/// Expects numbers that differ by less than 1e-5 of the greatest of them.
void expectNear(ArrayRef<float> found, ArrayRef<float> expected);

craft::TransformerShape getShape(int64_t numLayers, int64_t numHeads,
                                 int64_t modelDimension, int64_t headDimension,
                                 int64_t numHiddenUnits, int64_t maxSeqLen,
                                 bool causal);

/// Random weights for a shape.
class DenseWeights {
public:
  DenseWeights(const craft::TransformerShape &shape, std::mt19937 &random);

  std::vector<WeightView> getViews() const;
  /// The elements of a weight, or null.
  const float *getData(const std::string &name) const;

  craft::TransformerShape shape;
  std::vector<craft::WeightTensor> tensors;

private:
  void add(const std::string &name, ArrayRef<int64_t> sizes, double scale);
  void addAffine(const std::string &prefix, ArrayRef<int64_t> weightSizes,
                 ArrayRef<int64_t> biasSizes, int64_t numInputs);

  std::mt19937 &random;
};

/// Shapes of every kind: some wider than what is computed at once, some without
/// heads, hidden units, layers or columns.
std::vector<craft::TransformerShape> getDenseShapes();

} // namespace mlir::rasp::test

#endif // RASP_TEST_UNIT_FORWARDPASSTESTING_H
