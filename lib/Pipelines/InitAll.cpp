//===- InitAll.cpp - Registration of everything ---------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/InitAll.h"

#include "rasp/Conversion/Passes.h"
#include "rasp/Dialect/Craft/IR/CraftDialect.h"
#include "rasp/Dialect/Craft/Transforms/Passes.h"
#include "rasp/Dialect/Rasp/IR/RaspDialect.h"
#include "rasp/Dialect/Rasp/Transforms/Passes.h"
#include "rasp/Pipelines/Pipelines.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;

void rasp::registerAllDialects(DialectRegistry &registry) {
  registry.insert<RaspDialect, craft::CraftDialect>();
  mlir::registerAllDialects(registry);
  registerAllExtensions(registry);
}

void rasp::registerAllPasses() {
  registerRaspPasses();
  registerRaspConversionPasses();
  craft::registerCraftPasses();
  registerPipelines();
  registerTransformsPasses();
}

void rasp::hideOptionsOfLLVM() {
  // Help, the version and colors have categories of their own.
  for (auto &[name, option] : llvm::cl::getRegisteredOptions())
    if (llvm::none_of(option->Categories,
                      [](llvm::cl::OptionCategory *category) {
                        return category == &llvm::getColorCategory() ||
                               category->getName() == "Generic Options";
                      }))
      option->setHiddenFlag(llvm::cl::Hidden);
}

void rasp::printNoOperationOnDiagnostic() {
  registerMLIRContextCLOptions();
  auto *option = static_cast<llvm::cl::opt<bool> *>(
      llvm::cl::getRegisteredOptions().lookup("mlir-print-op-on-diagnostic"));
  if (option)
    option->setInitialValue(false);
}
