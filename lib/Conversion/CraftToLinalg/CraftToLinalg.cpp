//===- CraftToLinalg.cpp - Craft transformers as tensor functions ---------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TransformerEmitter.h"
#include "rasp/Conversion/CraftToLinalg/ModelAttributes.h"
#include "rasp/Conversion/Passes.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/StringSwitch.h"

namespace mlir::rasp {
#define GEN_PASS_DEF_CONVERTCRAFTTOLINALG
#include "rasp/Conversion/Passes.h.inc"
} // namespace mlir::rasp

using namespace mlir;
using namespace mlir::craft;

namespace {

enum class WeightPlacement { Inline, Resource, Argument, Auto };

/// Below this many elements `auto` leaves a weight readable in the text.
constexpr size_t maxInlineElements = 4096;

struct ConvertCraftToLinalg
    : rasp::impl::ConvertCraftToLinalgBase<ConvertCraftToLinalg> {
  using ConvertCraftToLinalgBase::ConvertCraftToLinalgBase;

  LogicalResult initialize(MLIRContext *context) override;
  void runOnOperation() override;

private:
  LogicalResult convert(TransformerOp transformer);

  WeightPlacement placement = WeightPlacement::Auto;
};

} // namespace

LogicalResult ConvertCraftToLinalg::initialize(MLIRContext *context) {
  std::optional<WeightPlacement> parsed =
      llvm::StringSwitch<std::optional<WeightPlacement>>(weights)
          .Case("inline", WeightPlacement::Inline)
          .Case("resource", WeightPlacement::Resource)
          .Case("argument", WeightPlacement::Argument)
          .Case("auto", WeightPlacement::Auto)
          .Default(std::nullopt);
  Location loc = UnknownLoc::get(context);
  if (!parsed)
    return emitError(loc) << "convert-craft-to-linalg: expected weights to be "
                             "inline, resource, argument or auto, and found '"
                          << weights << "'";
  placement = *parsed;
  auto verifySize = [&](StringRef name, int64_t size) -> LogicalResult {
    if (size == -1 ||
        (size >= 1 && size <= std::numeric_limits<int32_t>::max()))
      return success();
    return emitError(loc)
           << "convert-craft-to-linalg: expected " << name
           << " to be positive, or -1 for a dynamic one, and found " << size;
  };
  if (failed(verifySize("batch", batch)) ||
      failed(verifySize("sequence", sequence)))
    return failure();
  return success();
}

/// `tensor` as dense elements, in the text or in a resource.
static ElementsAttr getElements(TransformerOp transformer,
                                const WeightTensor &tensor, bool asResource) {
  auto type = RankedTensorType::get(tensor.shape,
                                    Float32Type::get(transformer.getContext()));
  ArrayRef<float> data(tensor.data);
  if (!asResource)
    return DenseElementsAttr::get(type, data);
  return DenseResourceElementsAttr::get(
      type, (transformer.getSymName() + "." + tensor.name).str(),
      HeapAsmResourceBlob::allocateAndCopyInferAlign(data));
}

/// Whether the function reads the weight called `name`: layers without heads
/// or without an MLP leave theirs unread.
static bool isRead(StringRef name, ArrayRef<LayerOp> layers) {
  if (!name.consume_front("layers."))
    return true;
  unsigned index = 0;
  name.consumeInteger(10, index);
  LayerOp layer = layers[index];
  return name.starts_with(".mlp.") ? bool(layer.getMLP())
                                   : !layer.getHeads().empty();
}

LogicalResult ConvertCraftToLinalg::convert(TransformerOp transformer) {
  FailureOr<ModelWeights> model = ModelWeights::get(transformer, maxElements);
  if (failed(model))
    return failure();
  const TransformerShape &shape = model->shape;
  if (sequence > shape.getNumPositions())
    return transformer.emitError()
           << "expected at most " << shape.getNumPositions()
           << " positions (BOS and max_seq_len = " << shape.maxSeqLen
           << "), and the static sequence has " << sequence.getValue();

  MLIRContext *context = transformer.getContext();
  OpBuilder builder(transformer);
  auto layers = llvm::to_vector(transformer.getBody().getOps<LayerOp>());
  auto getSize = [](int64_t size) {
    return size < 0 ? ShapedType::kDynamic : size;
  };

  // The signature: the tokens, then the weights that are arguments.
  SmallVector<Type> argumentTypes = {RankedTensorType::get(
      {getSize(batch), getSize(sequence)}, builder.getI32Type())};
  SmallVector<Attribute> argumentAttributes = {builder.getDictionaryAttr({})};
  SmallVector<NamedAttribute> values;
  llvm::StringMap<unsigned> argumentOf;
  if (placement == WeightPlacement::Argument)
    for (const WeightTensor &tensor : model->tensors) {
      if (!isRead(tensor.name, layers))
        continue;
      ElementsAttr elements =
          getElements(transformer, tensor, /*asResource=*/true);
      argumentOf[tensor.name] = argumentTypes.size();
      argumentTypes.push_back(elements.getType());
      argumentAttributes.push_back(
          builder.getDictionaryAttr(builder.getNamedAttr(
              weightAttrName, builder.getStringAttr(tensor.name))));
      values.push_back(builder.getNamedAttr(tensor.name, elements));
    }
  auto resultType = RankedTensorType::get(
      {getSize(batch), getSize(sequence), shape.numOutputs},
      builder.getF32Type());

  SmallVector<NamedAttribute> attributes =
      getModelAttributes(transformer, shape);
  if (!values.empty())
    attributes.push_back(builder.getNamedAttr(
        weightsAttrName, builder.getDictionaryAttr(values)));
  auto function = func::FuncOp::create(
      builder, transformer.getLoc(), transformer.getSymName(),
      builder.getFunctionType(argumentTypes, resultType), attributes);
  if (placement == WeightPlacement::Argument)
    function.setAllArgAttrs(argumentAttributes);

  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  auto getWeight = [&](OpBuilder &nested, Location loc,
                       StringRef name) -> Value {
    if (auto it = argumentOf.find(name); it != argumentOf.end())
      return entry->getArgument(it->second);
    const WeightTensor *tensor = model->find(name);
    if (!tensor)
      return nullptr;
    bool asResource = placement == WeightPlacement::Resource ||
                      (placement == WeightPlacement::Auto &&
                       tensor->data.size() >= maxInlineElements);
    return arith::ConstantOp::create(
        nested, loc,
        cast<TypedAttr>(getElements(transformer, *tensor, asResource)));
  };
  TransformerEmitter emitter(builder, shape, entry->getArgument(0), getWeight);
  Value stream;
  int64_t layerIndex = 0;
  for (Operation &op : *transformer.getBody().begin()) {
    Location loc = op.getLoc();
    if (isa<EmbeddingOp>(op)) {
      stream = emitter.emitEmbedding(loc);
    } else if (auto layer = dyn_cast<LayerOp>(op)) {
      if (std::vector<ResidualHeadOp> heads = layer.getHeads();
          !heads.empty()) {
        SmallVector<Location> locations;
        for (ResidualHeadOp head : heads)
          locations.push_back(head.getLoc());
        stream = emitter.emitAttention(FusedLoc::get(context, locations),
                                       layerIndex, stream);
      }
      if (ResidualMLPOp mlp = layer.getMLP())
        stream = emitter.emitMLP(mlp.getLoc(), layerIndex, stream);
      ++layerIndex;
    } else {
      Value output = emitter.emitUnembedding(loc, stream);
      func::ReturnOp::create(builder, loc, output);
    }
  }
  numParameters += shape.numParameters;
  transformer.erase();
  return success();
}

void ConvertCraftToLinalg::runOnOperation() {
  // In nested modules too, as the passes before look there.
  SmallVector<TransformerOp> transformers;
  getOperation().walk(
      [&](TransformerOp transformer) { transformers.push_back(transformer); });
  for (TransformerOp transformer : transformers)
    if (failed(convert(transformer)))
      return signalPassFailure();
}
