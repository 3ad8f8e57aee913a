//===- RaspDocument.h - A .rasp file in an editor ------------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPLSPSERVER_RASPDOCUMENT_H
#define RASP_LIB_TOOLS_RASPLSPSERVER_RASPDOCUMENT_H

#include "NameResolution.h"

#include "rasp/Import/ProgramSettings.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/LSP/Protocol.h"
#include "llvm/Support/SourceMgr.h"

namespace mlir::rasp::lsp {

/// How many bytes of a text are before a position, which may be out of it.
size_t getOffset(StringRef text, llvm::lsp::Position position);

/// One version of a file, read and evaluated. Positions are those of the
/// protocol: lines, and in them units of UTF-16.
class RaspDocument {
public:
  /// Files that it loads are read by `reader`, which gets their paths without
  /// `.` and `..`.
  RaspDocument(MLIRContext *context, llvm::lsp::URIForFile uri, StringRef text,
               int64_t version, frontend::SourceFiles::Reader reader);

  const llvm::lsp::URIForFile &getURI() const { return uri; }
  /// Whether it reads another file, by itself or in a file that it loads, or
  /// would if there were one.
  bool loads(StringRef path) const { return wanted.contains(path); }
  int64_t getVersion() const { return version; }
  StringRef getText() const { return files.getText(buffer); }
  ArrayRef<llvm::lsp::Diagnostic> getDiagnostics() const { return diagnostics; }

  /// What the name at a position stands for.
  std::optional<llvm::lsp::Hover> findHover(llvm::lsp::Position position);
  /// Where it is defined, and all places that mean the same.
  std::vector<llvm::lsp::Location> findDefinition(llvm::lsp::Position position);
  std::vector<llvm::lsp::Location> findReferences(llvm::lsp::Position position);
  /// What may be written at a position.
  llvm::lsp::CompletionList complete(llvm::lsp::Position position);
  /// What statements of the file set.
  std::vector<llvm::lsp::DocumentSymbol> getSymbols() const;

private:
  void read();
  void remember(const frontend::Stmt *statement);
  void diagnose(mlir::Diagnostic &diagnostic);
  std::optional<llvm::lsp::Location> getPlace(mlir::Location location) const;
  std::optional<llvm::lsp::Location> getPlace(SMRange range) const;

  // Positions.
  SMLoc getLoc(llvm::lsp::Position position) const;
  llvm::lsp::Position getPosition(SMLoc loc) const;
  llvm::lsp::Range getRange(SMRange range) const {
    return {getPosition(range.Start), getPosition(range.End)};
  }

  // Hover.
  const Occurrence *findName(llvm::lsp::Position position) const;
  /// What a name stands for while the file is read, or null.
  const frontend::StaticValue *getValue(const Occurrence &occurrence);
  std::string describe(StringRef name, const frontend::StaticValue &value);
  std::string describeModel(frontend::Node *sop) const;

  llvm::lsp::URIForFile uri;
  int64_t version;
  MLIRContext *context;
  llvm::SourceMgr sources;
  ImportOptions options;
  frontend::SourceFiles files;
  llvm::StringSet<> wanted;
  unsigned buffer;
  frontend::Session session;
  frontend::ProgramSettings settings;
  /// Nothing where the file does not say what it is compiled for.
  std::optional<frontend::ProgramContract> contract;
  NameResolution names;
  /// What each definition of the file itself set, by where it stands.
  llvm::DenseMap<const char *, frontend::StaticValue> values;
  std::vector<llvm::lsp::Diagnostic> diagnostics;
  /// What was told of the models of s-ops: to make them takes a while.
  llvm::DenseMap<frontend::Node *, std::string> models;
};

} // namespace mlir::rasp::lsp

#endif // RASP_LIB_TOOLS_RASPLSPSERVER_RASPDOCUMENT_H
