//===- BlockForm.cpp - Programs of embeddings, heads and MLPs -------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Transforms/BlockForm.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::craft;

LogicalResult mlir::craft::verifyBlockForm(ProgramOp program) {
  for (Operation &op : program.getProgramBody()) {
    if (isa<EmbedOp, HeadOp, MLPOp, UnembedOp>(op))
      continue;
    InFlightDiagnostic diagnostic =
        op.emitOpError("must have become a head or an MLP here, or part of "
                       "one");
    StringRef pass =
        llvm::StringSwitch<StringRef>(op.getName().getStringRef())
            .Case(LinearOp::getOperationName(), "fold-affine")
            .Case(MapOp::getOperationName(), "discretize-mlp")
            .Case(SelectorWidthOp::getOperationName(), "expand-selector-width")
            .Default("");
    if (!pass.empty())
      diagnostic << "; run craft-" << pass << " first";
    return diagnostic;
  }
  return success();
}

void mlir::craft::eraseUnreadValues(ProgramOp program) {
  Block &body = program.getProgramBody();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
}
