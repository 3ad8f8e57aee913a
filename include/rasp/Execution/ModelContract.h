//===- ModelContract.h - The inputs and outputs of a model ------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_EXECUTION_MODELCONTRACT_H
#define RASP_EXECUTION_MODELCONTRACT_H

#include "rasp/Conversion/CraftToLinalg/ModelAttributes.h"
#include "rasp/Reference/EvaluationValue.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::rasp {

/// What the attributes of a compiled function say of its inputs and outputs,
/// and the translation between these and values of the language.
class ModelContract {
public:
  /// Reads the contract of `function`. Emits an error at it and fails if its
  /// attributes or its type are not those of a model.
  static FailureOr<ModelContract> get(func::FuncOp function);

  StringRef getName() const { return name; }
  Location getLoc() const { return loc; }
  const craft::TransformerShape &getShape() const { return shape; }
  ArrayRef<Scalar> getVocab() const { return vocab; }
  StringRef getBos() const { return bos; }
  StringRef getPad() const { return pad; }
  bool isNumerical() const { return outputs.empty(); }

  /// The ids of `tokens` after that of BOS, padded to `sequence` positions.
  /// Emits an error and fails if there are no tokens, too many, or unknown
  /// ones.
  LogicalResult encode(ArrayRef<Scalar> tokens, size_t sequence,
                       SmallVectorImpl<int32_t> &ids) const;

  /// The value at one position, of finite numbers. Categorical: that of the
  /// greatest logit, the first of several. Numerical: the number, or none
  /// within 1/2 of the number that stands for none.
  Scalar decode(ArrayRef<float> logits) const;

private:
  explicit ModelContract(Location loc) : loc(loc) {}

  Location loc;
  std::string name;
  craft::TransformerShape shape;
  std::vector<Scalar> vocab;
  std::string bos, pad;
  std::vector<Scalar> outputs;
  std::optional<double> noneCode;
};

} // namespace mlir::rasp

#endif // RASP_EXECUTION_MODELCONTRACT_H
