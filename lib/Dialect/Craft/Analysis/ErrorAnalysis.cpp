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

/// The entries of the embedding are rounded once, and once more where a token
/// and a position add up.
static double errorOfEmbed(EmbedOp embed) {
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
    return 0;
  bool isSum = embed.getTokensAttr() && embed.getPositionsAttr();
  return roundingOfSum(isSum ? 1 : 0, magnitude);
}

/// What the MLP that a map becomes adds: its flats take in the errors of its
/// inputs, its steps round a little.
static double errorOfMap(MapOp map) {
  SubspaceFacts facts(cast<SubspaceTypeInterface>(map.getType()));
  double greatest = std::max(std::abs(facts.low), std::abs(facts.high));
  return roundingOfSum(16, greatest);
}

double ErrorAnalysis::errorOf(Operation *op,
                              llvm::function_ref<double(Value)> errorOfOperand,
                              uint64_t maxSeqLen) {
  double error =
      llvm::TypeSwitch<Operation *, double>(op)
          .Case([&](EmbedOp embed) { return errorOfEmbed(embed); })
          .Case([&](LinearOp linear) {
            return ImageBounds(
                       linear.getMap(),
                       ErroneousInputs(linear.getInputs(), errorOfOperand))
                .greatestError();
          })
          .Case([&](MapOp map) { return errorOfMap(map); })
          .Case([&](HeadOp head) {
            return errorOfHead(head, errorOfOperand, maxSeqLen);
          })
          .Case([&](SelectorWidthOp width) {
            return errorOfWidth(width, errorOfOperand, maxSeqLen);
          })
          .Case([&](MLPOp mlp) { return errorOfMLP(mlp, errorOfOperand); })
          .Default(std::numeric_limits<double>::infinity());
  // Infinity times zero: no bound either.
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
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

double ErrorAnalysis::getError(Value value) const {
  auto found = errors.find(value);
  return found == errors.end() ? std::numeric_limits<double>::infinity()
                               : found->second;
}
