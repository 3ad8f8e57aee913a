//===- ScalarModels.h - Evaluation of arith and math ops --------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_DIALECT_RASP_IR_SCALARMODELS_H
#define LIB_DIALECT_RASP_IR_SCALARMODELS_H

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "llvm/ADT/APInt.h"

#include <cmath>

namespace mlir::rasp {

/// Attaches ScalarOpInterface to ops of the arith and of the math dialect.
void registerArithModels(MLIRContext *context);
void registerMathModels(MLIRContext *context);

/// Implements ScalarOpInterface of `OpTy` by `evaluate`, a function of the op,
/// its operands and the reason for a failure.
template <typename OpTy, auto evaluate>
struct ScalarModel
    : ScalarOpInterface::ExternalModel<ScalarModel<OpTy, evaluate>, OpTy> {
  FailureOr<Scalar> evaluateScalar(Operation *op, ArrayRef<Scalar> operands,
                                   std::string &reason) const {
    return evaluate(cast<OpTy>(op), operands, reason);
  }
};

template <typename OpTy, auto evaluate>
void attach(MLIRContext *context) {
  OpTy::template attachInterface<ScalarModel<OpTy, evaluate>>(*context);
}

/// The bits of a boolean or an integer.
inline APInt toBits(const Scalar &value) {
  if (value.getKind() == Scalar::Kind::Bool)
    return APInt(1, value.getBool());
  return APInt(64, uint64_t(value.getInteger()));
}

/// The boolean or integer of these 1 or 64 bits.
inline Scalar fromBits(const APInt &bits) {
  if (bits.getBitWidth() == 1)
    return Scalar::boolean(bits.isOne());
  return Scalar::integer(bits.getSExtValue());
}

/// `value`, if it is finite.
inline FailureOr<Scalar> finite(double value, std::string &reason) {
  if (std::isfinite(value))
    return Scalar::number(value);
  reason = "gives no finite number";
  return failure();
}
inline FailureOr<Scalar> finite(const Scalar &value, std::string &reason) {
  if (value.isExact())
    return value;
  return finite(value.getDouble(), reason);
}

/// A binary op on integers of the same width, given by a function on bits.
template <auto function>
FailureOr<Scalar> integerBinary(Operation *, ArrayRef<Scalar> operands,
                                std::string &reason) {
  FailureOr<APInt> result =
      function(toBits(operands[0]), toBits(operands[1]), reason);
  if (failed(result))
    return failure();
  return fromBits(*result);
}

/// An op on numbers, given by a function on scalars.
template <auto function>
FailureOr<Scalar> numberUnary(Operation *, ArrayRef<Scalar> operands,
                              std::string &reason) {
  return finite(function(operands[0]), reason);
}
template <auto function>
FailureOr<Scalar> numberBinary(Operation *, ArrayRef<Scalar> operands,
                               std::string &reason) {
  return finite(function(operands[0], operands[1]), reason);
}

} // namespace mlir::rasp

#endif // LIB_DIALECT_RASP_IR_SCALARMODELS_H
