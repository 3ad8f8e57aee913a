//===- LspServer.cpp - What editors ask about .rasp files -----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LspServer.h"

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "llvm/Support/LSP/Logging.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::lsp;

LspServer::LspServer(const DialectRegistry &registry,
                     llvm::lsp::MessageHandler &messages)
    : context(registry),
      publish(
          messages.outgoingNotification<llvm::lsp::PublishDiagnosticsParams>(
              "textDocument/publishDiagnostics")) {
  context.loadDialect<RaspDialect, arith::ArithDialect, math::MathDialect>();
  context.printOpOnDiagnostic(false);
  messages.method("initialize", this, &LspServer::initialize);
  messages.notification("initialized", this, &LspServer::initialized);
  messages.method("shutdown", this, &LspServer::shutDown);
  messages.notification("textDocument/didOpen", this, &LspServer::open);
  messages.notification("textDocument/didChange", this, &LspServer::change);
  messages.notification("textDocument/didClose", this, &LspServer::close);
  messages.method("textDocument/hover", this, &LspServer::findHover);
  messages.method("textDocument/definition", this, &LspServer::findDefinition);
  messages.method("textDocument/references", this, &LspServer::findReferences);
  messages.method("textDocument/documentHighlight", this,
                  &LspServer::findHighlights);
  messages.method("textDocument/completion", this, &LspServer::complete);
  messages.method("textDocument/documentSymbol", this, &LspServer::getSymbols);
  // What upstream's server has for MLIR only.
  messages.method("textDocument/codeAction", this, &LspServer::getNothing);
  messages.method("textDocument/inlayHint", this, &LspServer::getNothing);
}

void LspServer::initialize(const llvm::lsp::InitializeParams &,
                           Reply<llvm::json::Value> reply) {
  // What this server can do and what upstream's for MLIR can.
  constexpr int wholeText = 1;
  reply(llvm::json::Object{
      {"serverInfo",
       llvm::json::Object{{"name", "rasp-lsp-server"}, {"version", "0.1.0"}}},
      {"capabilities",
       llvm::json::Object{
           {"textDocumentSync", llvm::json::Object{{"openClose", true},
                                                   {"change", wholeText},
                                                   {"save", true}}},
           {"hoverProvider", true},
           {"definitionProvider", true},
           {"referencesProvider", true},
           {"documentHighlightProvider", true},
           {"documentSymbolProvider", true},
           {"completionProvider",
            llvm::json::Object{
                {"resolveProvider", false},
                {"triggerCharacters",
                 llvm::json::Array{".", "%", "^", "!", "#", "(", ",", "<", ":",
                                   "[", " ", "\"", "/"}}}},
           {"codeActionProvider",
            llvm::json::Object{
                {"codeActionKinds",
                 llvm::json::Array{"quickfix", "refactor", "info"}}}},
           {"inlayHintProvider", true}}}});
}

void LspServer::shutDown(const llvm::lsp::NoParams &,
                         Reply<std::nullptr_t> reply) {
  reply(nullptr);
}

//===----------------------------------------------------------------------===//
// Documents
//===----------------------------------------------------------------------===//

void LspServer::update(const llvm::lsp::URIForFile &uri, StringRef text,
                       int64_t version) {
  read(uri, text, version);
  readDependents(uri.file());
}

void LspServer::read(const llvm::lsp::URIForFile &uri, StringRef text,
                     int64_t version) {
  // Saved or not: as it is in the editor.
  auto readFile = [this](StringRef path) {
    auto found = documents.find(path.str());
    return found == documents.end() ? frontend::SourceFiles::readFromDisk(path)
                                    : llvm::MemoryBuffer::getMemBufferCopy(
                                          found->second->getText(), path);
  };
  auto document =
      std::make_unique<RaspDocument>(&context, uri, text, version, readFile);
  llvm::lsp::PublishDiagnosticsParams diagnostics(uri, version);
  diagnostics.diagnostics = document->getDiagnostics();
  documents[uri.file().str()] = std::move(document);
  publish(diagnostics);
}

void LspServer::readDependents(StringRef path) {
  for (auto &[name, document] : documents) {
    if (name == path || !document->loads(path))
      continue;
    llvm::lsp::URIForFile uri = document->getURI();
    std::string text = document->getText().str();
    read(uri, text, document->getVersion());
  }
}

void LspServer::open(const llvm::lsp::DidOpenTextDocumentParams &parameters) {
  update(parameters.textDocument.uri, parameters.textDocument.text,
         parameters.textDocument.version);
}

void LspServer::change(
    const llvm::lsp::DidChangeTextDocumentParams &parameters) {
  const llvm::lsp::VersionedTextDocumentIdentifier &changed =
      parameters.textDocument;
  RaspDocument *document = find({changed.uri});
  if (!document) {
    llvm::lsp::Logger::error("a change of a file that is not open: {0}",
                             changed.uri.uri());
    return;
  }
  // The whole text is what is asked for, but some editors send parts anyway.
  std::string text = document->getText().str();
  for (const llvm::lsp::TextDocumentContentChangeEvent &change :
       parameters.contentChanges) {
    if (!change.range) {
      text = change.text;
      continue;
    }
    size_t start = getOffset(text, change.range->start);
    size_t end = std::max(start, getOffset(text, change.range->end));
    text.replace(start, end - start, change.text);
  }
  update(changed.uri, text, changed.version);
}

void LspServer::close(const llvm::lsp::DidCloseTextDocumentParams &parameters) {
  const llvm::lsp::URIForFile &uri = parameters.textDocument.uri;
  if (documents.erase(uri.file().str()) == 0)
    return;
  publish(llvm::lsp::PublishDiagnosticsParams(uri, 0));
  readDependents(uri.file());
}

RaspDocument *
LspServer::find(const llvm::lsp::TextDocumentIdentifier &document) {
  auto found = documents.find(document.uri.file().str());
  return found == documents.end() ? nullptr : found->second.get();
}

//===----------------------------------------------------------------------===//
// Requests
//===----------------------------------------------------------------------===//

void LspServer::findHover(
    const llvm::lsp::TextDocumentPositionParams &parameters,
    Reply<std::optional<llvm::lsp::Hover>> reply) {
  RaspDocument *document = find(parameters.textDocument);
  reply(document ? document->findHover(parameters.position) : std::nullopt);
}

void LspServer::findDefinition(
    const llvm::lsp::TextDocumentPositionParams &parameters,
    Reply<std::vector<llvm::lsp::Location>> reply) {
  RaspDocument *document = find(parameters.textDocument);
  reply(document ? document->findDefinition(parameters.position)
                 : std::vector<llvm::lsp::Location>());
}

void LspServer::findReferences(const llvm::lsp::ReferenceParams &parameters,
                               Reply<std::vector<llvm::lsp::Location>> reply) {
  RaspDocument *document = find(parameters.textDocument);
  reply(document ? document->findReferences(parameters.position)
                 : std::vector<llvm::lsp::Location>());
}

void LspServer::findHighlights(
    const llvm::lsp::TextDocumentPositionParams &parameters,
    Reply<llvm::json::Value> reply) {
  llvm::json::Array highlights;
  if (RaspDocument *document = find(parameters.textDocument))
    for (const llvm::lsp::Location &place :
         document->findReferences(parameters.position))
      highlights.push_back(llvm::json::Object{{"range", place.range}});
  reply(std::move(highlights));
}

void LspServer::complete(const llvm::lsp::CompletionParams &parameters,
                         Reply<llvm::lsp::CompletionList> reply) {
  RaspDocument *document = find(parameters.textDocument);
  reply(document ? document->complete(parameters.position)
                 : llvm::lsp::CompletionList());
}

void LspServer::getSymbols(
    const llvm::lsp::DocumentSymbolParams &parameters,
    Reply<std::vector<llvm::lsp::DocumentSymbol>> reply) {
  RaspDocument *document = find(parameters.textDocument);
  reply(document ? document->getSymbols()
                 : std::vector<llvm::lsp::DocumentSymbol>());
}

void LspServer::getNothing(const llvm::lsp::DocumentSymbolParams &,
                           Reply<std::vector<llvm::lsp::Location>> reply) {
  reply(std::vector<llvm::lsp::Location>());
}
