//===- RaspImport.h - RASP source as a program of the dialect ---*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The language that RASP's authors wrote (docs/rasp-language.md). Which s-op is
// the output, and for which inputs the program is compiled, stands in comments
// at the top of the file, each a list of settings:
//
//   # rasp: vocab = ["a", "b"], max_seq_len = 10, output = sorted
//
//===----------------------------------------------------------------------===//

#ifndef RASP_IMPORT_RASPIMPORT_H
#define RASP_IMPORT_RASPIMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <optional>
#include <string>
#include <vector>

namespace llvm {
class SourceMgr;
} // namespace llvm

namespace mlir::rasp {

/// What overrides the settings in the file.
struct ImportOptions {
  /// The s-op to compile: a variable, or another expression. The one that the
  /// file assigned last, if neither this nor the file says.
  std::string output;
  /// How it is read out: "categorical" or "numerical".
  std::string outputKind;
  /// The tokens: a list or a string in RASP, or tokens between commas, which
  /// are integers if all of them look like it.
  std::string vocab;
  std::optional<uint64_t> maxSeqLen;
  std::optional<bool> causal;
  /// The name of the program; that of the file by default.
  std::string name;
  /// Where files that are loaded are searched for, after the folder of the
  /// file that loads them and the current one.
  std::vector<std::string> searchPaths;
};

/// The program that the main file of `sources` describes, as a module with one
/// `rasp.program`. Files that it loads are added to `sources`. Emits errors and
/// returns null if it is not right: the first of each statement.
OwningOpRef<ModuleOp> importRasp(llvm::SourceMgr &sources, MLIRContext *context,
                                 const ImportOptions &options = {});

/// The module in the main file of `sources`: RASP source if the file's name
/// ends in `.rasp`, else MLIR.
OwningOpRef<ModuleOp> parseProgramFile(llvm::SourceMgr &sources,
                                       MLIRContext *context,
                                       const ImportOptions &options = {});

/// Whether a file of this name holds RASP source.
bool isRaspFile(StringRef name);

/// Registers the translation `import-rasp`, and the options that it has.
void registerRaspImportTranslation();

} // namespace mlir::rasp

#endif // RASP_IMPORT_RASPIMPORT_H
