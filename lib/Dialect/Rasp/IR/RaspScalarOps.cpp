//===- RaspScalarOps.cpp - Evaluation of the string ops -------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarModels.h"

using namespace mlir;
using namespace mlir::rasp;

void RaspDialect::registerScalarOpModels() {
  registerArithModels(getContext());
  registerMathModels(getContext());
}

FailureOr<Scalar> StringOp::evaluateScalar(ArrayRef<Scalar>, std::string &) {
  return Scalar::string(getValueAttr());
}

FailureOr<Scalar> CompareStringsOp::evaluateScalar(ArrayRef<Scalar> operands,
                                                   std::string &reason) {
  FailureOr<bool> result =
      evaluatePredicate(getPredicate(), operands[0], operands[1]);
  if (succeeded(result))
    return Scalar::boolean(*result);
  reason = "compares values that are not both strings";
  return failure();
}

FailureOr<Scalar> ConcatStringsOp::evaluateScalar(ArrayRef<Scalar> operands,
                                                  std::string &) {
  return Scalar::string(StringAttr::get(
      getContext(), operands[0].getString() + operands[1].getString()));
}

FailureOr<Scalar> StringLengthOp::evaluateScalar(ArrayRef<Scalar> operands,
                                                 std::string &) {
  return Scalar::integer(operands[0].getString().size());
}
