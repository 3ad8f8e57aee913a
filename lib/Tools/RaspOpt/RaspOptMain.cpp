//===- RaspOptMain.cpp - The optimizer driver -----------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Tools/RaspOptMain.h"
#include "rasp/Import/ImportCommandLine.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace mlir::rasp;

/// The program of a RASP file, as MLIR that says where each op comes from. Null
/// after an error.
static std::unique_ptr<llvm::MemoryBuffer>
importFile(StringRef name, const ImportOptions &options,
           DialectRegistry &registry) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(name, &message);
  if (!file) {
    llvm::WithColor::error() << message << "\n";
    return nullptr;
  }
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(sources, &context);
  OwningOpRef<ModuleOp> module = importRasp(sources, &context, options);
  if (!module)
    return nullptr;
  std::string text;
  llvm::raw_string_ostream os(text);
  module->print(os, OpPrintingFlags().enableDebugInfo(/*enable=*/true,
                                                      /*prettyForm=*/false));
  // Not by the name of the file, whose lines errors are to show.
  return llvm::MemoryBuffer::getMemBufferCopy(text, "<imported>");
}

LogicalResult mlir::rasp::raspOptMain(int argc, char **argv,
                                      StringRef description,
                                      DialectRegistry &registry) {
  llvm::cl::OptionCategory category("Options for RASP source");
  ImportCommandLine importOptions(category);
  auto [inputName, outputName] =
      registerAndParseCLIOptions(argc, argv, description, registry);
  if (!isRaspFile(inputName))
    return MlirOptMain(argc, argv, inputName, outputName, registry);

  // Done by MlirOptMain above; twice, a crash would print two traces.
  llvm::InitLLVM initialized(argc, argv);
  std::unique_ptr<llvm::MemoryBuffer> buffer =
      importFile(inputName, importOptions.get(), registry);
  if (!buffer)
    return failure();
  std::string message;
  std::unique_ptr<llvm::ToolOutputFile> output =
      openOutputFile(outputName, &message);
  if (!output) {
    llvm::WithColor::error() << message << "\n";
    return failure();
  }
  if (failed(MlirOptMain(output->os(), std::move(buffer), registry,
                         MlirOptMainConfig::createFromCLOptions())))
    return failure();
  output->keep();
  return success();
}
