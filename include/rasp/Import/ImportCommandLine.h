//===- ImportCommandLine.h - Options for RASP source ------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_IMPORT_IMPORTCOMMANDLINE_H
#define RASP_IMPORT_IMPORTCOMMANDLINE_H

#include "rasp/Import/RaspImport.h"

#include "llvm/Support/CommandLine.h"

namespace mlir::rasp {

/// What a tool that reads RASP source may be told about it. Registered while
/// this lives.
class ImportCommandLine {
public:
  explicit ImportCommandLine(
      llvm::cl::OptionCategory &category = llvm::cl::getGeneralCategory());

  ImportOptions get() const;

private:
  llvm::cl::opt<std::string> output;
  llvm::cl::opt<std::string> outputKind;
  llvm::cl::opt<std::string> vocab;
  llvm::cl::opt<uint64_t> maxSeqLen;
  llvm::cl::opt<llvm::cl::boolOrDefault> causal;
  llvm::cl::list<std::string> searchPaths;
};

} // namespace mlir::rasp

#endif // RASP_IMPORT_IMPORTCOMMANDLINE_H
