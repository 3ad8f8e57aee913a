//===- ErrorAnalysis.cpp - Bounds on rounding errors ----------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Analysis/ErrorAnalysis.h"

#include "ImageBounds.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::craft;

/// The bound for a vector of `type` each of whose entries may be off by
/// `entry`.
static ErrorBound boundEntries(Type type, double entry) {
  return {entry, entry * static_cast<double>(getDimension(type))};
}

/// The entries of the embedding are rounded once, and once more where a token
/// and a position add up.
static ErrorBound errorOfEmbed(EmbedOp embed) {
  BinaryGrid grid;
  double magnitude = 0;
  for (MatrixAttr matrix : {embed.getTokensAttr(), embed.getPositionsAttr()}) {
    double greatest = 0;
    for (const MatrixEntry &entry :
         matrix ? matrix.getEntries() : ArrayRef<MatrixEntry>()) {
      grid.add(entry.value);
      greatest = std::max(greatest, std::abs(entry.value));
    }
    magnitude += greatest;
  }
  if (grid.holds(magnitude))
    return {};
  bool isSum = embed.getTokensAttr() && embed.getPositionsAttr();
  return boundEntries(embed.getType(), roundingOfSum(isSum ? 1 : 0, magnitude));
}

/// What the MLP that a map becomes adds: its flats take in the errors of its
/// inputs, its steps round a little.
static ErrorBound errorOfMap(MapOp map) {
  SubspaceFacts facts(cast<SubspaceTypeInterface>(map.getType()));
  double greatest = std::max(std::abs(facts.low), std::abs(facts.high));
  return boundEntries(map.getType(), roundingOfSum(16, greatest));
}

ErrorBound
ErrorAnalysis::errorOf(Operation *op,
                       llvm::function_ref<ErrorBound(Value)> errorOfOperand,
                       uint64_t maxSeqLen) {
  for (Value operand : op->getOperands())
    if (!errorOfOperand(operand).isFinite())
      return ErrorBound::unknown();
  return llvm::TypeSwitch<Operation *, ErrorBound>(op)
      .Case([&](EmbedOp embed) { return errorOfEmbed(embed); })
      .Case([&](LinearOp linear) {
        return ImageBounds(linear.getMap(),
                           ErroneousInputs(linear.getInputs(), errorOfOperand))
            .getError();
      })
      .Case([&](MapOp map) { return errorOfMap(map); })
      .Case([&](HeadOp head) {
        return errorOfHead(head, errorOfOperand, maxSeqLen);
      })
      .Case([&](SelectorWidthOp width) {
        return errorOfWidth(width, errorOfOperand, maxSeqLen);
      })
      .Case([&](MLPOp mlp) { return errorOfMLP(mlp, errorOfOperand); })
      .Default(ErrorBound::unknown());
}

ErrorAnalysis::ErrorAnalysis(Operation *program) {
  auto interface = dyn_cast<rasp::ProgramOpInterface>(program);
  if (!interface)
    return;
  for (Operation &op : interface.getProgramBody())
    for (OpResult result : op.getResults())
      errors[result] = errorOf(
          &op, [&](Value value) { return getError(value); },
          interface.getMaxSeqLen());
}

ErrorBound ErrorAnalysis::getError(Value value) const {
  auto found = errors.find(value);
  return found == errors.end() ? ErrorBound::unknown() : found->second;
}
