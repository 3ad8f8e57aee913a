//===- LspServer.h - What editors ask about .rasp files ------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPLSPSERVER_LSPSERVER_H
#define RASP_LIB_TOOLS_RASPLSPSERVER_LSPSERVER_H

#include "RaspDocument.h"

#include "llvm/Support/LSP/Transport.h"

#include <map>

namespace mlir::rasp::lsp {

/// Answers the messages of the Language Server Protocol about .rasp files.
class LspServer {
public:
  LspServer(const DialectRegistry &registry,
            llvm::lsp::MessageHandler &messages);

private:
  template <typename T>
  using Reply = llvm::lsp::Callback<T>;

  void initialize(const llvm::lsp::InitializeParams &parameters,
                  Reply<llvm::json::Value> reply);
  void initialized(const llvm::lsp::InitializedParams &parameters) {}
  void shutDown(const llvm::lsp::NoParams &parameters,
                Reply<std::nullptr_t> reply);

  void open(const llvm::lsp::DidOpenTextDocumentParams &parameters);
  void change(const llvm::lsp::DidChangeTextDocumentParams &parameters);
  void close(const llvm::lsp::DidCloseTextDocumentParams &parameters);
  void update(const llvm::lsp::URIForFile &uri, StringRef text,
              int64_t version);
  void read(const llvm::lsp::URIForFile &uri, StringRef text, int64_t version);
  /// Reads anew what loads the file, which has changed.
  void readDependents(StringRef path);

  void findHover(const llvm::lsp::TextDocumentPositionParams &parameters,
                 Reply<std::optional<llvm::lsp::Hover>> reply);
  void findDefinition(const llvm::lsp::TextDocumentPositionParams &parameters,
                      Reply<std::vector<llvm::lsp::Location>> reply);
  void findReferences(const llvm::lsp::ReferenceParams &parameters,
                      Reply<std::vector<llvm::lsp::Location>> reply);
  void findHighlights(const llvm::lsp::TextDocumentPositionParams &parameters,
                      Reply<llvm::json::Value> reply);
  void complete(const llvm::lsp::CompletionParams &parameters,
                Reply<llvm::lsp::CompletionList> reply);
  void getSymbols(const llvm::lsp::DocumentSymbolParams &parameters,
                  Reply<std::vector<llvm::lsp::DocumentSymbol>> reply);
  void getNothing(const llvm::lsp::DocumentSymbolParams &parameters,
                  Reply<std::vector<llvm::lsp::Location>> reply);

  RaspDocument *find(const llvm::lsp::TextDocumentIdentifier &document);

  MLIRContext context;
  std::map<std::string, std::unique_ptr<RaspDocument>> documents;
  llvm::lsp::OutgoingNotification<llvm::lsp::PublishDiagnosticsParams> publish;
};

} // namespace mlir::rasp::lsp

#endif // RASP_LIB_TOOLS_RASPLSPSERVER_LSPSERVER_H
