//===- ScalarJSON.cpp - Values in JSON ------------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Reference/ScalarJSON.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir::rasp;

llvm::json::Value mlir::rasp::toJSON(const Scalar &value) {
  switch (value.getKind()) {
  case Scalar::Kind::None:
    return nullptr;
  case Scalar::Kind::Bool:
    return value.getBool();
  case Scalar::Kind::Integer:
    return value.getInteger();
  case Scalar::Kind::Number:
    return value.getDouble();
  case Scalar::Kind::String:
    return llvm::json::fixUTF8(value.getString());
  }
  llvm_unreachable("a kind that is not listed");
}

llvm::json::Value mlir::rasp::toExactJSON(const Scalar &value) {
  // 1/2 is a float, 1/3 is none.
  if (value.getKind() == Scalar::Kind::Number && value.isExact() &&
      !llvm::isPowerOf2_64(value.getDenominator()))
    return llvm::json::Object{{"numerator", value.getNumerator()},
                              {"denominator", value.getDenominator()}};
  return toJSON(value);
}
