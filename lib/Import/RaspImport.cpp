//===- RaspImport.cpp - RASP source as a program of the dialect -----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/RaspImport.h"
#include "rasp/Import/ProgramSettings.h"

#include "mlir/Parser/Parser.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

OwningOpRef<ModuleOp> mlir::rasp::importRasp(llvm::SourceMgr &sources,
                                             MLIRContext *context,
                                             const ImportOptions &options) {
  context->loadDialect<RaspDialect, arith::ArithDialect, math::MathDialect>();
  // The line of the program says more than an op that was made for it.
  bool printedOps = context->shouldPrintOpOnDiagnostic();
  context->printOpOnDiagnostic(false);
  llvm::scope_exit restore([&] { context->printOpOnDiagnostic(printedOps); });

  SourceFiles files(sources, context, options.searchPaths);
  unsigned buffer = sources.getMainFileID();
  Session session(files);
  if (failed(session.loadLibrary()))
    return nullptr;

  ProgramSettings settings(session, buffer, options);
  bool hasFailed = failed(settings.readComments());
  hasFailed |= failed(session.runFile(buffer));
  if (hasFailed)
    return nullptr;
  FailureOr<ProgramContract> contract = settings.getContract();
  FailureOr<Node *> output = settings.getOutput();
  if (failed(contract) || failed(output))
    return nullptr;
  SMLoc start = SMLoc::getFromPointer(files.getText(buffer).begin());
  return lowerToProgram(*output, *contract, files.getLocation(start));
}

bool mlir::rasp::isRaspFile(StringRef name) {
  return name.ends_with_insensitive(".rasp");
}

OwningOpRef<ModuleOp>
mlir::rasp::parseProgramFile(llvm::SourceMgr &sources, MLIRContext *context,
                             const ImportOptions &options) {
  const llvm::MemoryBuffer *main =
      sources.getMemoryBuffer(sources.getMainFileID());
  if (isRaspFile(main->getBufferIdentifier()))
    return importRasp(sources, context, options);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, context);
  StringRef name = main->getBufferIdentifier();
  if (!module && !name.contains(".mlir"))
    emitRemark(FileLineColLoc::get(context, name, 1, 1))
        << "this was read as MLIR; RASP source is read from files whose name "
           "ends in .rasp";
  return module;
}
