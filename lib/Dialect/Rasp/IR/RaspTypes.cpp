//===- RaspTypes.cpp - Types of the rasp dialect --------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rasp;

#define GET_TYPEDEF_CLASSES
#include "rasp/Dialect/Rasp/IR/RaspTypes.cpp.inc"

void RaspDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "rasp/Dialect/Rasp/IR/RaspTypes.cpp.inc"
      >();
}

LogicalResult SOpType::verify(function_ref<InFlightDiagnostic()> emitError,
                              Type elementType) {
  if (elementType.isSignlessInteger(1) || elementType.isSignlessInteger(64) ||
      elementType.isF64() || isa<StringType, AnyType>(elementType))
    return success();
  return emitError() << "the element type of an s-op is one of i1, i64, f64, "
                        "!rasp.str and !rasp.any, not "
                     << elementType;
}
