//===- RaspDialect.cpp - The rasp dialect ---------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "mlir/Transforms/InliningUtils.h"

using namespace mlir;
using namespace mlir::rasp;

#include "rasp/Dialect/Rasp/IR/RaspDialect.cpp.inc"
#include "rasp/Dialect/Rasp/IR/RaspInterfaces.cpp.inc"

namespace {
/// Everything of this dialect can be inlined: helper functions consist of it,
/// and their `func.return` is the func dialect's business.
struct RaspInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(Region *destination, Region *source, bool wouldBeCloned,
                       IRMapping &mapping) const final {
    return true;
  }
  bool isLegalToInline(Operation *op, Region *destination, bool wouldBeCloned,
                       IRMapping &mapping) const final {
    return true;
  }
  /// The region of a map or a select is code on scalars: it calls nothing.
  bool shouldAnalyzeRecursively(Operation *op) const final { return false; }
};
} // namespace

void RaspDialect::initialize() {
  registerTypes();
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "rasp/Dialect/Rasp/IR/RaspOps.cpp.inc"
      >();
  addInterfaces<RaspInlinerInterface>();
  registerScalarOpModels();
}

Operation *RaspDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                            Type type, Location location) {
  std::optional<Scalar> scalar = getScalar(value);
  if (!scalar)
    return nullptr;
  if (auto sop = dyn_cast<SOpType>(type)) {
    if (!isValueOf(*scalar, sop.getElementType()))
      return nullptr;
    return ConstantOp::create(builder, location, type, value,
                              /*label=*/StringAttr());
  }
  // A scalar in the region of a map or a select.
  if (isa<StringType>(type) && scalar->isString())
    return StringOp::create(builder, location, scalar->getStringAttr());
  return arith::ConstantOp::materialize(builder, value, type, location);
}
