//===- Stages.cpp - How far a program is lowered ----------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Conversion/CraftToLinalg/ModelAttributes.h"
#include "rasp/Dialect/Craft/IR/CraftDialect.h"
#include "rasp/Pipelines/Pipelines.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mlir::rasp;

ArrayRef<Stage> mlir::rasp::getStages() {
  static constexpr Stage stages[] = {Stage::Rasp, Stage::CraftValues,
                                     Stage::CraftBlocks, Stage::CraftLayers,
                                     Stage::Linalg};
  return stages;
}

StringRef mlir::rasp::getStageName(Stage stage) {
  switch (stage) {
  case Stage::Rasp:
    return "rasp";
  case Stage::CraftValues:
    return "craft-values";
  case Stage::CraftBlocks:
    return "craft-blocks";
  case Stage::CraftLayers:
    return "craft-layers";
  case Stage::Linalg:
    return "linalg";
  }
  llvm_unreachable("a stage that is not listed");
}

std::optional<Stage> mlir::rasp::getStage(Operation *op) {
  if (isa<craft::TransformerOp>(op))
    return Stage::CraftLayers;
  if (auto program = dyn_cast<craft::ProgramOp>(op)) {
    bool hasValues =
        llvm::any_of(program.getProgramBody(), [](Operation &nested) {
          return isa<craft::LinearOp, craft::MapOp, craft::SelectorWidthOp>(
              nested);
        });
    return hasValues ? Stage::CraftValues : Stage::CraftBlocks;
  }
  if (isa<ProgramOpInterface>(op))
    return Stage::Rasp;
  if (isa<func::FuncOp>(op) && craft::isModel(op))
    return Stage::Linalg;
  return std::nullopt;
}
