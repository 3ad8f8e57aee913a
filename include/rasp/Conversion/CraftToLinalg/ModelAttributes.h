//===- ModelAttributes.h - What a function says of itself -------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The attributes of a function that convert-craft-to-linalg made. They are
// builtin attributes, so that tools that do not know the rasp dialect can read
// them.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_CONVERSION_CRAFTTOLINALG_MODELATTRIBUTES_H
#define RASP_CONVERSION_CRAFTTOLINALG_MODELATTRIBUTES_H

#include "rasp/Conversion/CraftToLinalg/ModelWeights.h"

namespace mlir::craft {

inline constexpr StringLiteral vocabAttrName = "rasp.vocab";
inline constexpr StringLiteral bosAttrName = "rasp.bos";
inline constexpr StringLiteral padAttrName = "rasp.pad";
inline constexpr StringLiteral outputsAttrName = "rasp.outputs";
inline constexpr StringLiteral numericalAttrName = "rasp.numerical";
inline constexpr StringLiteral noneCodeAttrName = "rasp.none_code";
inline constexpr StringLiteral shapeAttrName = "rasp.shape";
inline constexpr StringLiteral residualLabelsAttrName = "rasp.residual_labels";
inline constexpr StringLiteral headLabelsAttrName = "rasp.head_labels";
inline constexpr StringLiteral unitLabelsAttrName = "rasp.unit_labels";
/// Of an argument: the name of the weight to pass.
inline constexpr StringLiteral weightAttrName = "rasp.weight";
/// Of a function with such arguments: a dictionary from names to values.
inline constexpr StringLiteral weightsAttrName = "rasp.weights";

/// Whether `op` describes itself as a model that convert-craft-to-linalg made.
inline bool isModel(Operation *op) { return op->hasAttr(shapeAttrName); }

/// `value` as a builtin attribute: `unit` for none, `array<i64: p, q>` for a
/// fraction that is no float, and otherwise as in the rasp dialect.
Attribute getPortableAttribute(MLIRContext *context, const rasp::Scalar &value);
/// The value that such an attribute stands for, or nothing if it is none.
std::optional<rasp::Scalar> getPortableScalar(Attribute attribute);

/// `shape` as a dictionary.
DictionaryAttr getShapeAttribute(MLIRContext *context,
                                 const TransformerShape &shape);
/// The shape that a dictionary holds, without the sizes of the vocabulary and
/// of the outputs; nothing if it holds none.
std::optional<TransformerShape> getTransformerShape(DictionaryAttr dictionary);

/// All attributes that describe `transformer`, without the weights.
SmallVector<NamedAttribute> getModelAttributes(TransformerOp transformer,
                                               const TransformerShape &shape);

} // namespace mlir::craft

#endif // RASP_CONVERSION_CRAFTTOLINALG_MODELATTRIBUTES_H
