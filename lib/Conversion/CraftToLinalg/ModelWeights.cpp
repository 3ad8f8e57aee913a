//===- ModelWeights.cpp - The weights of a craft transformer ----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Conversion/CraftToLinalg/ModelWeights.h"

#include "rasp/Dialect/Craft/Analysis/ModelShape.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::craft;

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

TransformerShape TransformerShape::get(TransformerOp transformer) {
  ModelShape sizes(transformer);
  TransformerShape shape;
  shape.numLayers = sizes.numLayers;
  shape.numHeads = sizes.numHeads;
  shape.modelDimension = sizes.modelDimension;
  shape.headDimension = sizes.headDimension;
  shape.numHiddenUnits = sizes.numHiddenUnits;
  shape.vocabSize = transformer.getVocab().size();
  shape.maxSeqLen = transformer.getMaxSeqLen();
  shape.causal = transformer.getCausal();
  shape.numParameters = sizes.numParameters;
  shape.numUnpaddedParameters = sizes.numUnpaddedParameters;
  shape.numNonZeros = sizes.numNonZeros;
  shape.numUnembeddingParameters = sizes.numUnembeddingParameters;
  for (auto unembedding : transformer.getBody().getOps<UnembeddingOp>())
    shape.numOutputs = unembedding.getMap().getOutputDimension();
  return shape;
}

void TransformerShape::print(raw_ostream &os) const {
  os << "layers " << numLayers << ", heads " << numHeads << ", d_model "
     << modelDimension << ", d_head " << headDimension << ", d_mlp "
     << numHiddenUnits << ", max_seq_len " << maxSeqLen << ", "
     << (causal ? "causal, " : "") << "parameters " << numParameters
     << ", unpadded " << numUnpaddedParameters << ", non-zero " << numNonZeros
     << ", unembedding " << numUnembeddingParameters;
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

namespace {

/// Fills the tensors of one model.
class WeightsBuilder {
public:
  explicit WeightsBuilder(ModelWeights &weights)
      : weights(weights), shape(weights.shape) {}

  void addEmbedding(EmbeddingOp embedding);
  void addLayer(int64_t index, LayerOp layer);
  void addUnembedding(UnembeddingOp unembedding);

private:
  /// Adds a tensor of zeros, unless it has no elements.
  WeightTensor *add(const Twine &name, ArrayRef<int64_t> tensorShape);
  /// Copies `matrix` into the slice at `offset`, whose rows are `stride`
  /// elements apart.
  static void copy(WeightTensor *tensor, int64_t offset, int64_t stride,
                   MatrixAttr matrix);
  static void copy(WeightTensor *tensor, int64_t offset, ArrayRef<double> bias);

  void addProjection(const Twine &prefix, ArrayRef<ResidualHeadOp> heads,
                     llvm::function_ref<AffineAttr(ResidualHeadOp)> getMap);

  ModelWeights &weights;
  const TransformerShape &shape;
};

} // namespace

WeightTensor *WeightsBuilder::add(const Twine &name,
                                  ArrayRef<int64_t> tensorShape) {
  int64_t size = 1;
  for (int64_t dimension : tensorShape)
    size *= dimension;
  if (size == 0)
    return nullptr;
  WeightTensor &tensor = weights.tensors.emplace_back();
  tensor.name = name.str();
  tensor.shape.assign(tensorShape.begin(), tensorShape.end());
  tensor.data.resize(size);
  return &tensor;
}

void WeightsBuilder::copy(WeightTensor *tensor, int64_t offset, int64_t stride,
                          MatrixAttr matrix) {
  for (const MatrixEntry &entry : matrix.getEntries())
    tensor->data[offset + entry.row * stride + entry.column] = entry.value;
}

void WeightsBuilder::copy(WeightTensor *tensor, int64_t offset,
                          ArrayRef<double> bias) {
  if (tensor)
    llvm::copy(bias, tensor->data.begin() + offset);
}

void WeightsBuilder::addEmbedding(EmbeddingOp embedding) {
  // A matrix without elements has no entries, so that no null tensor is read.
  copy(add("embedding.tokens", {shape.vocabSize + 2, shape.modelDimension}), 0,
       shape.modelDimension, embedding.getTokens());
  copy(add("embedding.positions",
           {shape.getNumPositions(), shape.modelDimension}),
       0, shape.modelDimension, embedding.getPositions());
}

void WeightsBuilder::addProjection(
    const Twine &prefix, ArrayRef<ResidualHeadOp> heads,
    llvm::function_ref<AffineAttr(ResidualHeadOp)> getMap) {
  int64_t size = shape.modelDimension * shape.headDimension;
  WeightTensor *weight =
      add(prefix + ".weight",
          {shape.numHeads, shape.modelDimension, shape.headDimension});
  for (auto [index, head] : llvm::enumerate(heads))
    copy(weight, index * size, shape.headDimension,
         getMap(head).getWeights().front());
  WeightTensor *bias =
      add(prefix + ".bias", {shape.numHeads, shape.headDimension});
  for (auto [index, head] : llvm::enumerate(heads))
    copy(bias, index * shape.headDimension, getMap(head).getBiasValues());
}

void WeightsBuilder::addLayer(int64_t index, LayerOp layer) {
  std::string prefix = ("layers." + Twine(index)).str();
  std::vector<ResidualHeadOp> heads = layer.getHeads();
  addProjection(prefix + ".attention.query", heads,
                [](ResidualHeadOp head) { return head.getQuery(); });
  addProjection(prefix + ".attention.key", heads,
                [](ResidualHeadOp head) { return head.getKey(); });
  addProjection(prefix + ".attention.value", heads,
                [](ResidualHeadOp head) { return head.getValue(); });
  WeightTensor *output =
      add(prefix + ".attention.output.weight",
          {shape.numHeads, shape.headDimension, shape.modelDimension});
  for (auto [headIndex, head] : llvm::enumerate(heads))
    copy(output, headIndex * shape.headDimension * shape.modelDimension,
         shape.modelDimension, head.getOutput());
  add(prefix + ".attention.output.bias", {shape.modelDimension});

  ResidualMLPOp mlp = layer.getMLP();
  WeightTensor *inputWeight = add(prefix + ".mlp.input.weight",
                                  {shape.modelDimension, shape.numHiddenUnits});
  if (mlp)
    copy(inputWeight, 0, shape.numHiddenUnits,
         mlp.getInput().getWeights().front());
  WeightTensor *inputBias =
      add(prefix + ".mlp.input.bias", {shape.numHiddenUnits});
  if (mlp)
    copy(inputBias, 0, mlp.getInput().getBiasValues());
  WeightTensor *outputWeight =
      add(prefix + ".mlp.output.weight",
          {shape.numHiddenUnits, shape.modelDimension});
  if (mlp)
    copy(outputWeight, 0, shape.modelDimension,
         mlp.getOutput().getWeights().front());
  WeightTensor *outputBias =
      add(prefix + ".mlp.output.bias", {shape.modelDimension});
  if (mlp)
    copy(outputBias, 0, mlp.getOutput().getBiasValues());
}

void WeightsBuilder::addUnembedding(UnembeddingOp unembedding) {
  AffineAttr map = unembedding.getMap();
  copy(add("unembedding.weight", {shape.modelDimension, shape.numOutputs}), 0,
       shape.numOutputs, map.getWeights().front());
  copy(add("unembedding.bias", {shape.numOutputs}), 0, map.getBiasValues());
}

FailureOr<ModelWeights> ModelWeights::get(TransformerOp transformer,
                                          uint64_t maxElements) {
  ModelWeights weights;
  weights.shape = TransformerShape::get(transformer);
  const TransformerShape &shape = weights.shape;
  uint64_t numElements =
      shape.numParameters + (shape.modelDimension + 1) * shape.numOutputs;
  if (numElements > maxElements) {
    InFlightDiagnostic diagnostic = transformer.emitError()
                                    << "the dense weights have " << numElements
                                    << " elements, and the limit is "
                                    << maxElements;
    diagnostic.attachNote()
        << "the model has " << shape.numLayers << " layers, " << shape.numHeads
        << " heads, d_model " << shape.modelDimension << ", d_head "
        << shape.headDimension << ", d_mlp " << shape.numHiddenUnits;
    return failure();
  }

  WeightsBuilder builder(weights);
  int64_t layerIndex = 0;
  for (Operation &op : *transformer.getBody().begin()) {
    if (auto embedding = dyn_cast<EmbeddingOp>(op))
      builder.addEmbedding(embedding);
    else if (auto layer = dyn_cast<LayerOp>(op))
      builder.addLayer(layerIndex++, layer);
    else if (auto unembedding = dyn_cast<UnembeddingOp>(op))
      builder.addUnembedding(unembedding);
  }
  for (const WeightTensor &tensor : weights.tensors) {
    if (llvm::all_of(tensor.data,
                     [](float value) { return std::isfinite(value); }))
      continue;
    return transformer.emitError()
           << "'" << tensor.name << "' has a weight that is too large for f32";
  }
  return weights;
}

const WeightTensor *ModelWeights::find(StringRef name) const {
  auto it = llvm::find_if(
      tensors, [&](const WeightTensor &tensor) { return tensor.name == name; });
  return it == tensors.end() ? nullptr : &*it;
}
