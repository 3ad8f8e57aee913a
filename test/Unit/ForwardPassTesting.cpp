//===- ForwardPassTesting.cpp - What tests of forward passes share --------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ForwardPassTesting.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::test;
using craft::TransformerShape;
using craft::WeightTensor;

std::vector<WeightView>
mlir::rasp::test::getViews(ArrayRef<WeightTensor> tensors) {
  std::vector<WeightView> views;
  for (const WeightTensor &tensor : tensors)
    views.push_back({tensor.name, tensor.shape, tensor.data.data()});
  return views;
}

Result mlir::rasp::test::run(const ForwardPass &pass, ArrayRef<int32_t> ids,
                             int64_t batch, bool withActivations) {
  Result result;
  int64_t sequence = ids.size() / batch;
  result.logits.resize(ids.size() * pass.getShape().numOutputs);
  std::vector<float *> targets;
  if (withActivations)
    for (const Activation &activation :
         llvm::cantFail(pass.getActivations(batch, sequence))) {
      std::vector<float> &data = result.activations[activation.name];
      data.resize(activation.getNumElements(), NAN);
      targets.push_back(data.data());
    }
  EXPECT_EQ(
      getMessage(pass.run(ids, batch, sequence, result.logits, targets)), "");
  return result;
}

SmallVector<int32_t>
mlir::rasp::test::getRandomIds(const TransformerShape &shape, int64_t batch,
                               int64_t sequence, std::mt19937 &random) {
  SmallVector<int32_t> ids;
  for (int64_t row = 0; row < batch; ++row) {
    int64_t length = row % 2 ? sequence : 1 + random() % sequence;
    for (int64_t position = 0; position < sequence; ++position)
      ids.push_back(position == 0       ? shape.getBosId()
                    : position < length ? random() % shape.vocabSize
                                        : shape.getPadId());
  }
  return ids;
}

SmallVector<int32_t>
mlir::rasp::test::getStrangeIds(const TransformerShape &shape, int64_t batch,
                                int64_t sequence, std::mt19937 &random) {
  SmallVector<int32_t> ids;
  for (int64_t row = 0; row < batch; ++row)
    for (int64_t position = 0; position < sequence; ++position)
      ids.push_back(row == 0 || random() % 3 == 0
                        ? shape.getPadId()
                        : int32_t(random() % (shape.vocabSize + 5)) - 1);
  return ids;
}

void mlir::rasp::test::expectNear(ArrayRef<float> found,
                                  ArrayRef<float> expected) {
  ASSERT_EQ(found.size(), expected.size());
  float scale = 1;
  for (float number : expected)
    if (std::isfinite(number))
      scale = std::max(scale, std::abs(number));
  for (size_t index = 0; index < expected.size(); ++index)
    if (found[index] != expected[index])
      ASSERT_NEAR(found[index], expected[index], 1e-5 * scale)
          << "at " << index;
}

TransformerShape
mlir::rasp::test::getShape(int64_t numLayers, int64_t numHeads,
                           int64_t modelDimension, int64_t headDimension,
                           int64_t numHiddenUnits, int64_t maxSeqLen,
                           bool causal) {
  TransformerShape shape;
  shape.numLayers = numLayers;
  shape.numHeads = numHeads;
  shape.modelDimension = modelDimension;
  shape.headDimension = headDimension;
  shape.numHiddenUnits = numHiddenUnits;
  shape.vocabSize = 5;
  shape.maxSeqLen = maxSeqLen;
  shape.numOutputs = 3;
  shape.causal = causal;
  return shape;
}

//===----------------------------------------------------------------------===//
// Dense weights
//===----------------------------------------------------------------------===//

DenseWeights::DenseWeights(const TransformerShape &shape, std::mt19937 &random)
    : shape(shape), random(random) {
  int64_t columns = shape.modelDimension, units = shape.numHiddenUnits;
  add("embedding.tokens", {shape.vocabSize + 2, columns}, 1);
  add("embedding.positions", {shape.getNumPositions(), columns}, 1);
  for (int64_t layer = 0; layer < shape.numLayers; ++layer) {
    std::string prefix = "layers." + std::to_string(layer);
    for (const char *part : {"query", "key", "value"})
      addAffine(prefix + ".attention." + part,
                {shape.numHeads, columns, shape.headDimension},
                {shape.numHeads, shape.headDimension}, columns);
    addAffine(prefix + ".attention.output",
              {shape.numHeads, shape.headDimension, columns}, {columns},
              shape.numHeads * shape.headDimension);
    addAffine(prefix + ".mlp.input", {columns, units}, {units}, columns);
    addAffine(prefix + ".mlp.output", {units, columns}, {columns}, units);
  }
  addAffine("unembedding", {columns, shape.numOutputs}, {shape.numOutputs},
            columns);
}

std::vector<WeightView> DenseWeights::getViews() const {
  return mlir::rasp::test::getViews(tensors);
}

const float *DenseWeights::getData(const std::string &name) const {
  for (const WeightTensor &tensor : tensors)
    if (tensor.name == name)
      return tensor.data.data();
  return nullptr;
}

void DenseWeights::add(const std::string &name, ArrayRef<int64_t> sizes,
                       double scale) {
  if (llvm::is_contained(sizes, 0))
    return;
  WeightTensor &tensor = tensors.emplace_back();
  tensor.name = name;
  tensor.shape.assign(sizes.begin(), sizes.end());
  int64_t numElements = 1;
  for (int64_t size : sizes)
    numElements *= size;
  std::normal_distribution<float> normal(0, scale);
  for (int64_t index = 0; index < numElements; ++index)
    tensor.data.push_back(random() % 4 ? normal(random) : 0);
}

void DenseWeights::addAffine(const std::string &prefix,
                             ArrayRef<int64_t> weightSizes,
                             ArrayRef<int64_t> biasSizes, int64_t numInputs) {
  add(prefix + ".weight", weightSizes, 1 / std::sqrt(1.0 + numInputs));
  add(prefix + ".bias", biasSizes, 0.3);
}

std::vector<TransformerShape> mlir::rasp::test::getDenseShapes() {
  return {getShape(2, 3, 13, 3, 37, 20, false),
          getShape(2, 3, 13, 3, 37, 20, true),
          getShape(1, 2, 150, 70, 140, 12, false),
          getShape(3, 1, 8, 1, 4, 300, true),
          getShape(2, 0, 9, 0, 11, 6, true),
          getShape(2, 2, 9, 4, 0, 6, false),
          getShape(0, 0, 7, 0, 0, 6, false),
          getShape(1, 2, 0, 3, 4, 5, false)};
}
