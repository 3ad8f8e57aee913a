//===- Storage.cpp - A module and the context it lives in -----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Storage.h"

#include "Diagnostics.h"

#include "rasp/Dialect/Craft/IR/CraftDialect.h"
#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

/// The greatest depth of brackets in a text: the parser calls itself for each.
static constexpr unsigned maxNesting = 1000;

/// The dialects of the compiler's stages, put together once. Every dialect of
/// MLIR with all its extensions would make a context take milliseconds.
static const DialectRegistry &getRegistry() {
  static const DialectRegistry registry = [] {
    DialectRegistry registry;
    registry.insert<RaspDialect, craft::CraftDialect, arith::ArithDialect,
                    func::FuncDialect, linalg::LinalgDialect, math::MathDialect,
                    tensor::TensorDialect>();
    func::registerInlinerExtension(registry);
    return registry;
  }();
  return registry;
}

Storage::Storage() : context(getRegistry(), MLIRContext::Threading::DISABLED) {
  // The error shows the line already.
  context.printOpOnDiagnostic(false);
}

/// Reads `source` into the module of `storage` and returns the warnings; throws
/// a ParseError.
static std::vector<Report> read(Storage &storage, StringRef source,
                                StringRef filename, bool verify) {
  // Bytecode has to be aligned as what stands in it is; a text has to end in a
  // NUL.
  const llvm::Align alignment(64);
  std::unique_ptr<llvm::WritableMemoryBuffer> buffer =
      llvm::WritableMemoryBuffer::getNewUninitMemBuffer(source.size(), filename,
                                                        alignment);
  if (!buffer)
    throw std::bad_alloc();
  llvm::copy(source, buffer->getBufferStart());
  // Resources of bytecode go on standing in the buffer.
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  DiagnosticCapture capture(&storage.context);
  storage.module = parseSourceFile<ModuleOp>(
      sources, ParserConfig(&storage.context, verify));
  if (!storage.module)
    capture.fail(ErrorKind::Parse);
  return capture.take();
}

std::shared_ptr<Storage> Storage::copy(Storage &other) {
  std::string bytecode;
  llvm::raw_string_ostream os(bytecode);
  {
    DiagnosticCapture capture(&other.context);
    capture.check(writeBytecodeToFile(*other.module, os),
                  ErrorKind::Compilation);
  }
  auto storage = std::make_shared<Storage>();
  read(*storage, bytecode, "<module>", /*verify=*/false);
  return storage;
}

/// The place of the first bracket in `text` that is nested too deep, if any.
static std::optional<Report::Place> findDeepNesting(StringRef text,
                                                    StringRef filename) {
  unsigned depth = 0, line = 1;
  size_t lineStart = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
    case '\n':
      ++line;
      lineStart = i + 1;
      break;
    case '"':
      for (++i; i < text.size() && text[i] != '"' && text[i] != '\n'; ++i)
        i += text[i] == '\\';
      // The end of the line counts as such.
      i -= i < text.size() && text[i] == '\n';
      break;
    case '/':
      if (text.substr(i).starts_with("//"))
        i = std::min(text.find('\n', i), text.size()) - 1;
      break;
    case '(':
    case '[':
    case '{':
    case '<':
      if (text.substr(i).starts_with("<="))
        break;
      if (++depth > maxNesting)
        return Report::Place{filename.str(), line, unsigned(i - lineStart + 1)};
      break;
    case ')':
    case ']':
    case '}':
      depth -= depth > 0;
      break;
    case '>':
      // Not the head of an arrow, nor of a comparison.
      depth -=
          depth > 0 && text[i - 1] != '-' && !text.substr(i).starts_with(">=");
      break;
    }
  }
  return std::nullopt;
}

std::shared_ptr<Storage> Storage::parse(StringRef source, StringRef filename,
                                        Task &task) {
  if (!isBytecode(llvm::MemoryBufferRef(source, filename)))
    if (auto place = findDeepNesting(source, filename))
      throw CompilerError(
          ErrorKind::Parse,
          {{DiagnosticSeverity::Error,
            "brackets are nested more than " + std::to_string(maxNesting) +
                " deep, which is more than the parser takes",
            place,
            {}}});
  auto storage = std::make_shared<Storage>();
  task.addWarnings(read(*storage, source, filename, /*verify=*/true));
  return storage;
}
