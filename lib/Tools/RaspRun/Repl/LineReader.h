//===- LineReader.h - Lines that are typed or piped ----------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPRUN_REPL_LINEREADER_H
#define RASP_LIB_TOOLS_RASPRUN_REPL_LINEREADER_H

#include "mlir/Support/LLVM.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlir::rasp {

/// Reads the standard input line by line: from a terminal with editing, history
/// and completion, and otherwise as it is, without a prompt.
class LineReader {
public:
  /// What may stand where `text`, the line up to the cursor, ends in `word`.
  using Completer =
      std::function<std::vector<std::string>(StringRef text, StringRef word)>;
  explicit LineReader(Completer complete);
  ~LineReader();
  bool isInteractive() const { return editor != nullptr; }

  /// The next line without its end, or nothing at the end of the input or where
  /// the line was given up.
  std::optional<std::string> read(StringRef prompt);
  /// Whether what was typed last was given up by Ctrl-C.
  bool wasInterrupted() const;

private:
  class Editor;
  std::unique_ptr<Editor> editor;
};

} // namespace mlir::rasp

#endif // RASP_LIB_TOOLS_RASPRUN_REPL_LINEREADER_H
