//===- ImportTesting.h - Reads RASP source in tests ----------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_TEST_UNIT_IMPORTTESTING_H
#define RASP_TEST_UNIT_IMPORTTESTING_H

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"
#include "rasp/Import/Session.h"

#include "gtest/gtest.h"

namespace mlir::rasp::frontend {

/// Buffers and a session, with the errors that were emitted.
class ImportTest : public ::testing::Test {
protected:
  ImportTest() : files(sources, &context), session(files) {
    context.loadDialect<RaspDialect, arith::ArithDialect, math::MathDialect>();
    handler.emplace(&context, [this](Diagnostic &diagnostic) {
      errors.push_back(diagnostic.str());
      return success();
    });
  }

  /// The text of a new buffer.
  StringRef add(StringRef text) {
    return files.getText(
        files.addText(text, "test" + std::to_string(numTexts++)));
  }

  MLIRContext context;
  llvm::SourceMgr sources;
  SourceFiles files;
  Session session;
  std::optional<ScopedDiagnosticHandler> handler;
  std::vector<std::string> errors;
  unsigned numTexts = 0;
};

} // namespace mlir::rasp::frontend

#endif // RASP_TEST_UNIT_IMPORTTESTING_H
