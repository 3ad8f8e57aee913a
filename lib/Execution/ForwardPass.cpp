//===- ForwardPass.cpp - A transformer run over its weights -----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Execution/ForwardPass.h"
#include "ForwardPassRun.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace mlir::rasp;

/// The most layers of a model. A layer without weights costs no memory, so that
/// these alone do not bound their number.
static constexpr int64_t maxLayers = int64_t(1) << 20;

static llvm::Error makeError(const Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

/// The product of `factors`, none of which is negative, if it fits.
static std::optional<int64_t> multiply(ArrayRef<int64_t> factors) {
  int64_t product = 1;
  for (int64_t factor : factors)
    if (llvm::MulOverflow(product, factor, product))
      return std::nullopt;
  return product;
}

static std::string toString(ArrayRef<int64_t> shape) {
  return ("[" + llvm::join(llvm::map_range(shape,
                                           [](int64_t size) {
                                             return std::to_string(size);
                                           }),
                           ", ") +
          "]");
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// Finds weights by name. Only the first error is kept.
class ForwardPass::WeightReader {
public:
  explicit WeightReader(ArrayRef<WeightView> weights);

  /// The data of the weight called `name`; null if it has no elements.
  const float *read(const Twine &name, ArrayRef<int64_t> shape);
  /// The weight and the bias below `prefix`.
  Affine readAffine(const Twine &prefix, ArrayRef<int64_t> weightShape,
                    ArrayRef<int64_t> biasShape);

  bool hasFailed() const { return !message.empty(); }
  /// The error, if there was one, or if a weight was not read.
  llvm::Error takeError();

private:
  void fail(const Twine &text) {
    if (message.empty())
      message = text.str();
  }

  ArrayRef<WeightView> weights;
  /// The weights that are not yet read.
  llvm::StringMap<const WeightView *> unread;
  std::string message;
};

ForwardPass::WeightReader::WeightReader(ArrayRef<WeightView> weights)
    : weights(weights) {
  for (const WeightView &weight : weights)
    if (!unread.try_emplace(weight.name, &weight).second)
      fail("expected one weight '" + weight.name + "', and found two");
}

const float *ForwardPass::WeightReader::read(const Twine &name,
                                             ArrayRef<int64_t> shape) {
  if (llvm::is_contained(shape, 0) || hasFailed())
    return nullptr;
  std::string key = name.str();
  auto it = unread.find(key);
  if (it == unread.end()) {
    fail("expected a weight '" + key + "' of shape " + toString(shape) +
         ", and found none");
    return nullptr;
  }
  const WeightView *weight = it->second;
  unread.erase(it);
  if (ArrayRef<int64_t>(weight->shape) != shape)
    fail("expected the weight '" + key + "' to have the shape " +
         toString(shape) + ", and found " + toString(weight->shape));
  return weight->data;
}

ForwardPass::Affine
ForwardPass::WeightReader::readAffine(const Twine &prefix,
                                      ArrayRef<int64_t> weightShape,
                                      ArrayRef<int64_t> biasShape) {
  Affine affine;
  affine.weight = read(prefix + ".weight", weightShape);
  affine.bias = read(prefix + ".bias", biasShape);
  return affine;
}

llvm::Error ForwardPass::WeightReader::takeError() {
  // In the order in which they were given.
  for (const WeightView &weight : weights)
    if (unread.contains(weight.name))
      fail("expected no weight '" + weight.name +
           "' in a model of this shape, and found one of shape " +
           toString(weight.shape));
  return hasFailed() ? makeError(message) : llvm::Error::success();
}

llvm::Expected<ForwardPass>
ForwardPass::create(const craft::TransformerShape &shape,
                    ArrayRef<WeightView> weights) {
  constexpr int64_t maxSize = std::numeric_limits<int32_t>::max() - 2;
  for (auto [name, size, limit] :
       {std::tuple("layers", shape.numLayers, maxLayers),
        std::tuple("heads", shape.numHeads, maxSize),
        std::tuple("d_model", shape.modelDimension, maxSize),
        std::tuple("d_head", shape.headDimension, maxSize),
        std::tuple("d_mlp", shape.numHiddenUnits, maxSize),
        std::tuple("vocab_size", shape.vocabSize, maxSize),
        std::tuple("max_seq_len", shape.maxSeqLen, maxSize),
        std::tuple("outputs", shape.numOutputs, maxSize)})
    if (size < 0 || size > limit)
      return makeError("expected '" + Twine(name) + "' to lie in 0 ... " +
                       Twine(limit) + ", and found " + Twine(size));

  ForwardPass pass(shape);
  WeightReader reader(weights);
  int64_t columns = shape.modelDimension, units = shape.numHiddenUnits;
  pass.tokenEmbedding =
      reader.read("embedding.tokens", {shape.vocabSize + 2, columns});
  pass.positionEmbedding =
      reader.read("embedding.positions", {shape.getNumPositions(), columns});
  SmallVector<int64_t> projection = {shape.numHeads, columns,
                                     shape.headDimension};
  SmallVector<int64_t> projectionBias = {shape.numHeads, shape.headDimension};
  for (int64_t index = 0; index < shape.numLayers && !reader.hasFailed();
       ++index) {
    std::string prefix = ("layers." + Twine(index) + ".").str();
    Layer &layer = pass.layers.emplace_back();
    layer.query = reader.readAffine(prefix + "attention.query", projection,
                                    projectionBias);
    layer.key = reader.readAffine(prefix + "attention.key", projection,
                                  projectionBias);
    layer.value = reader.readAffine(prefix + "attention.value", projection,
                                    projectionBias);
    layer.attentionOutput =
        reader.readAffine(prefix + "attention.output",
                          {shape.numHeads, shape.headDimension, columns},
                          columns);
    layer.hidden =
        reader.readAffine(prefix + "mlp.input", {columns, units}, units);
    layer.mlpOutput =
        reader.readAffine(prefix + "mlp.output", {units, columns}, columns);
  }
  pass.unembedding = reader.readAffine(
      "unembedding", {columns, shape.numOutputs}, shape.numOutputs);
  if (llvm::Error error = reader.takeError())
    return error;
  return pass;
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

int64_t Activation::getNumElements() const {
  int64_t product = 1;
  for (int64_t size : shape)
    product *= size;
  return product;
}

namespace {

/// What an activation has in its shape, after the batch.
enum class ActivationKind { Stream, Head, Pattern, Hidden };

struct LayerActivationInfo {
  StringLiteral name;
  ActivationKind kind;
};

} // namespace

/// In the order of LayerActivation.
static constexpr LayerActivationInfo layerActivations[] = {
    {"hook_resid_pre", ActivationKind::Stream},
    {"attn.hook_q", ActivationKind::Head},
    {"attn.hook_k", ActivationKind::Head},
    {"attn.hook_v", ActivationKind::Head},
    {"attn.hook_attn_scores", ActivationKind::Pattern},
    {"attn.hook_pattern", ActivationKind::Pattern},
    {"attn.hook_z", ActivationKind::Head},
    {"hook_attn_out", ActivationKind::Stream},
    {"hook_resid_mid", ActivationKind::Stream},
    {"mlp.hook_pre", ActivationKind::Hidden},
    {"mlp.hook_post", ActivationKind::Hidden},
    {"hook_mlp_out", ActivationKind::Stream},
    {"hook_resid_post", ActivationKind::Stream}};
static_assert(std::size(layerActivations) == NumLayerActivations);

/// Whether a model of this shape has such activations.
static bool hasActivations(const craft::TransformerShape &shape,
                           ActivationKind kind) {
  switch (kind) {
  case ActivationKind::Stream:
    return true;
  case ActivationKind::Head:
  case ActivationKind::Pattern:
    return shape.numHeads && shape.headDimension;
  case ActivationKind::Hidden:
    return shape.numHiddenUnits;
  }
  llvm_unreachable("unknown kind of activation");
}

llvm::Expected<std::vector<Activation>>
ForwardPass::getActivations(int64_t batch, int64_t sequence) const {
  if (llvm::Error error = checkSizes(batch, sequence))
    return error;
  std::vector<Activation> activations;
  auto add = [&](const Twine &name, ActivationKind kind) {
    Activation &activation = activations.emplace_back();
    activation.name = name.str();
    switch (kind) {
    case ActivationKind::Stream:
      activation.shape = {batch, sequence, shape.modelDimension};
      break;
    case ActivationKind::Head:
      activation.shape = {batch, sequence, shape.numHeads, shape.headDimension};
      break;
    case ActivationKind::Pattern:
      activation.shape = {batch, shape.numHeads, sequence, sequence};
      break;
    case ActivationKind::Hidden:
      activation.shape = {batch, sequence, shape.numHiddenUnits};
      break;
    }
  };
  add("hook_embed", ActivationKind::Stream);
  add("hook_pos_embed", ActivationKind::Stream);
  for (int64_t layer = 0; layer < shape.numLayers; ++layer)
    for (const LayerActivationInfo &info : layerActivations)
      if (hasActivations(shape, info.kind))
        add("blocks." + Twine(layer) + "." + info.name, info.kind);
  for (const Activation &activation : activations)
    if (!multiply(activation.shape))
      return makeError("the activation '" + activation.name + "' of shape " +
                       toString(activation.shape) + " has too many elements");
  return activations;
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

llvm::Error ForwardPass::checkSizes(int64_t batch, int64_t sequence) const {
  if (batch < 0 || sequence < 0)
    return makeError("expected a batch of rows of positions, and found " +
                     Twine(batch) + " x " + Twine(sequence));
  if (sequence > shape.getNumPositions())
    return makeError("expected at most " + Twine(shape.getNumPositions()) +
                     " positions with BOS, and found " + Twine(sequence));
  return llvm::Error::success();
}

llvm::Error ForwardPass::run(ArrayRef<int32_t> ids, int64_t batch,
                             int64_t sequence, MutableArrayRef<float> logits,
                             ArrayRef<float *> activations,
                             llvm::function_ref<bool()> isInterrupted) const {
  if (llvm::Error error = checkSizes(batch, sequence))
    return error;
  auto hasSize = [](size_t size, ArrayRef<int64_t> factors) {
    std::optional<int64_t> product = multiply(factors);
    return product && size == static_cast<uint64_t>(*product);
  };
  if (!hasSize(ids.size(), {batch, sequence}))
    return makeError("expected " + Twine(batch) + " x " + Twine(sequence) +
                     " token ids, and found " + Twine(ids.size()));
  if (!hasSize(logits.size(), {batch, sequence, shape.numOutputs}))
    return makeError("expected room for " + Twine(batch) + " x " +
                     Twine(sequence) + " x " + Twine(shape.numOutputs) +
                     " logits, and found room for " + Twine(logits.size()));

  auto isPresent = [&](const LayerActivationInfo &info) {
    return hasActivations(shape, info.kind);
  };
  size_t numExpected =
      NumEmbeddingActivations +
      shape.numLayers * llvm::count_if(layerActivations, isPresent);
  if (!activations.empty() && activations.size() != numExpected)
    return makeError("expected arrays for " + Twine(numExpected) +
                     " activations or for none, and found " +
                     Twine(activations.size()));
  // With a place for each that a layer can have.
  std::vector<float *> targets;
  if (!activations.empty()) {
    auto next = activations.begin();
    for (unsigned index = 0; index < NumEmbeddingActivations; ++index)
      targets.push_back(*next++);
    for (int64_t layer = 0; layer < shape.numLayers; ++layer)
      for (const LayerActivationInfo &info : layerActivations)
        targets.push_back(isPresent(info) ? *next++ : nullptr);
  }
  // Nothing to compute, however large the batch.
  if (ids.empty())
    return llvm::Error::success();
  return Run(*this, ids, batch, sequence, logits.data(), targets, isInterrupted)
      .run();
}
