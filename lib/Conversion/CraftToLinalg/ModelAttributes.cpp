//===- ModelAttributes.cpp - What a compiled function says of itself ------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Conversion/CraftToLinalg/ModelAttributes.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::craft;
using rasp::Scalar;

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

Attribute mlir::craft::getPortableAttribute(MLIRContext *context,
                                            const Scalar &value) {
  if (value.isNone())
    return UnitAttr::get(context);
  Attribute attribute = rasp::getScalarAttribute(context, value);
  if (auto fraction = dyn_cast<rasp::FractionAttr>(attribute))
    return DenseI64ArrayAttr::get(
        context, {fraction.getNumerator(), fraction.getDenominator()});
  return attribute;
}

std::optional<Scalar> mlir::craft::getPortableScalar(Attribute attribute) {
  if (isa<UnitAttr>(attribute))
    return Scalar::none();
  if (auto fraction = dyn_cast<DenseI64ArrayAttr>(attribute)) {
    if (fraction.size() != 2 || fraction[1] <= 0)
      return std::nullopt;
    return Scalar::fraction(fraction[0], fraction[1]);
  }
  return rasp::getScalar(attribute);
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

DictionaryAttr mlir::craft::getShapeAttribute(MLIRContext *context,
                                              const TransformerShape &shape) {
  Builder builder(context);
  auto number = [&](StringRef name, int64_t value) {
    return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
  };
  return builder.getDictionaryAttr(
      {number("layers", shape.numLayers), number("heads", shape.numHeads),
       number("d_model", shape.modelDimension),
       number("d_head", shape.headDimension),
       number("d_mlp", shape.numHiddenUnits),
       number("max_seq_len", shape.maxSeqLen),
       number("parameters", shape.numParameters),
       number("unpadded", shape.numUnpaddedParameters),
       number("non_zeros", shape.numNonZeros),
       number("unembedding", shape.numUnembeddingParameters),
       builder.getNamedAttr("causal", builder.getBoolAttr(shape.causal))});
}

std::optional<TransformerShape>
mlir::craft::getTransformerShape(DictionaryAttr dictionary) {
  bool complete = true;
  auto number = [&](StringRef name) -> int64_t {
    auto attribute = dictionary.getAs<IntegerAttr>(name);
    if (!attribute || !attribute.getType().isInteger(64) ||
        attribute.getInt() < 0) {
      complete = false;
      return 0;
    }
    return attribute.getInt();
  };
  TransformerShape shape;
  shape.numLayers = number("layers");
  shape.numHeads = number("heads");
  shape.modelDimension = number("d_model");
  shape.headDimension = number("d_head");
  shape.numHiddenUnits = number("d_mlp");
  shape.maxSeqLen = number("max_seq_len");
  shape.numParameters = number("parameters");
  shape.numUnpaddedParameters = number("unpadded");
  shape.numNonZeros = number("non_zeros");
  shape.numUnembeddingParameters = number("unembedding");
  auto causal = dictionary.getAs<BoolAttr>("causal");
  if (!complete || !causal)
    return std::nullopt;
  shape.causal = causal.getValue();
  return shape;
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

/// The values of `attributes`, which a verifier has seen, as builtin ones.
static ArrayAttr getPortableArray(MLIRContext *context, ArrayAttr attributes) {
  SmallVector<Attribute> result;
  for (Attribute attribute : attributes)
    result.push_back(
        getPortableAttribute(context, *rasp::getScalar(attribute)));
  return ArrayAttr::get(context, result);
}

SmallVector<NamedAttribute>
mlir::craft::getModelAttributes(TransformerOp transformer,
                                const TransformerShape &shape) {
  MLIRContext *context = transformer.getContext();
  Builder builder(context);
  SmallVector<NamedAttribute> attributes;
  auto add = [&](StringRef name, Attribute value) {
    attributes.push_back(builder.getNamedAttr(name, value));
  };
  add(vocabAttrName, getPortableArray(context, transformer.getVocab()));
  add(bosAttrName, builder.getStringAttr(transformer.getBos()));
  add(padAttrName, builder.getStringAttr(transformer.getPad()));

  for (auto unembedding : transformer.getBody().getOps<UnembeddingOp>()) {
    if (std::optional<ArrayAttr> outputs = unembedding.getOutputs())
      add(outputsAttrName, getPortableArray(context, *outputs));
    if (unembedding.getNumerical())
      add(numericalAttrName, builder.getUnitAttr());
    if (FloatAttr noneCode = unembedding.getNoneCodeAttr())
      add(noneCodeAttrName, noneCode);
  }
  add(shapeAttrName, getShapeAttribute(context, shape));
  add(residualLabelsAttrName, transformer.getResidualLabels());

  SmallVector<Attribute> headLabels, unitLabels;
  for (auto layer : transformer.getBody().getOps<LayerOp>()) {
    SmallVector<Attribute> labels;
    for (ResidualHeadOp head : layer.getHeads())
      labels.push_back(builder.getStringAttr(head.getLabel().value_or("")));
    headLabels.push_back(builder.getArrayAttr(labels));
    ResidualMLPOp mlp = layer.getMLP();
    unitLabels.push_back(mlp && mlp.getUnitLabels() ? *mlp.getUnitLabels()
                                                    : builder.getArrayAttr({}));
  }
  add(headLabelsAttrName, builder.getArrayAttr(headLabels));
  add(unitLabelsAttrName, builder.getArrayAttr(unitLabels));
  return attributes;
}
