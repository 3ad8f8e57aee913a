//===- RaspFolders.cpp - Folding of the rasp dialect's ops ----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::rasp;

//===----------------------------------------------------------------------===//
// S-ops
//===----------------------------------------------------------------------===//

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

/// The constant value of an elementwise `function` of `operands`, or null.
static Attribute
foldElementwise(MLIRContext *context, ArrayRef<Attribute> operands,
                function_ref<FailureOr<Scalar>(ArrayRef<Scalar>)> function) {
  if (llvm::any_of(operands, llvm::IsaAndPresentPred<NoneAttr>))
    return NoneAttr::get(context);
  SmallVector<Scalar> arguments;
  for (Attribute operand : operands) {
    std::optional<Scalar> argument = getScalar(operand);
    if (!argument)
      return {};
    arguments.push_back(*argument);
  }
  FailureOr<Scalar> result = function(arguments);
  return succeeded(result) ? getScalarAttribute(context, *result) : Attribute();
}

/// A constant that takes the place of an op cannot bear the op's name; the
/// canonicalization patterns fold what has one.
OpFoldResult MapOp::fold(FoldAdaptor adaptor) {
  if (getLabelAttr())
    return {};
  return foldElementwise(getContext(), adaptor.getInputs(),
                         [&](ArrayRef<Scalar> arguments) {
                           return evaluateScalarRegion(getBody(), arguments,
                                                       /*diagnose=*/false);
                         });
}

OpFoldResult LookupOp::fold(FoldAdaptor adaptor) {
  if (getLabelAttr())
    return {};
  return foldElementwise(
      getContext(), adaptor.getInputs(),
      [&](ArrayRef<Scalar> arguments) { return getTable().lookup(arguments); });
}

//===----------------------------------------------------------------------===//
// Selectors
//===----------------------------------------------------------------------===//

OpFoldResult AndOp::fold(FoldAdaptor) {
  return getLhs() == getRhs() ? getLhs() : OpFoldResult();
}

OpFoldResult OrOp::fold(FoldAdaptor) {
  return getLhs() == getRhs() ? getLhs() : OpFoldResult();
}

OpFoldResult NotOp::fold(FoldAdaptor) {
  auto inner = getInput().getDefiningOp<NotOp>();
  return inner ? inner.getInput() : OpFoldResult();
}

//===----------------------------------------------------------------------===//
// Strings
//===----------------------------------------------------------------------===//

/// The constant result of an op on scalars with constant operands, or null.
static Attribute foldScalarOp(ScalarOpInterface op,
                              ArrayRef<Attribute> operands) {
  SmallVector<Scalar> arguments;
  for (Attribute operand : operands) {
    std::optional<Scalar> argument = getScalar(operand);
    if (!argument)
      return {};
    arguments.push_back(*argument);
  }
  std::string reason;
  FailureOr<Scalar> result = op.evaluateScalar(arguments, reason);
  return succeeded(result) ? getScalarAttribute(op.getContext(), *result)
                           : Attribute();
}

OpFoldResult StringOp::fold(FoldAdaptor) { return getValueAttr(); }

OpFoldResult CompareStringsOp::fold(FoldAdaptor adaptor) {
  return foldScalarOp(*this, adaptor.getOperands());
}

OpFoldResult ConcatStringsOp::fold(FoldAdaptor adaptor) {
  return foldScalarOp(*this, adaptor.getOperands());
}

OpFoldResult StringLengthOp::fold(FoldAdaptor adaptor) {
  return foldScalarOp(*this, adaptor.getOperands());
}
