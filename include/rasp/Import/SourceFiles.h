//===- SourceFiles.h - The files of a RASP program --------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_IMPORT_SOURCEFILES_H
#define RASP_IMPORT_SOURCEFILES_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/SourceMgr.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlir::rasp::frontend {

/// The source buffers of a program, and the locations in them. Diagnostics are
/// MLIR's: with a SourceMgrDiagnosticHandler for the same source manager they
/// show the line and a caret.
class SourceFiles {
public:
  SourceFiles(llvm::SourceMgr &sources, MLIRContext *context,
              std::vector<std::string> searchPaths = {})
      : sources(sources), context(context),
        searchPaths(std::move(searchPaths)) {}

  MLIRContext *getContext() const { return context; }

  /// The number of a new buffer called `name` that holds `text`.
  unsigned addText(StringRef text, StringRef name);
  /// Likewise, of text that stands nowhere: all of it is located at `location`.
  unsigned addText(StringRef text, Location location);

  /// What is in the file at `path`, or null if there is none.
  using Reader =
      std::function<std::unique_ptr<llvm::MemoryBuffer>(StringRef path)>;
  /// Has files be read by `newReader`, and not from disk.
  void setReader(Reader newReader) { reader = std::move(newReader); }
  static std::unique_ptr<llvm::MemoryBuffer> readFromDisk(StringRef path);

  /// The number of the buffer of the file that `load "name"` in the buffer
  /// `from` means: `name`, or `name` with `.rasp` after it, in the folder of
  /// that buffer, the current one, or one of the search paths. Each call reads
  /// the file into a new buffer. Nothing if there is none.
  std::optional<unsigned> open(StringRef name, unsigned from);

  /// The buffer that `place` is in.
  unsigned getBufferOf(SMLoc place) const {
    return sources.FindBufferContainingLoc(place);
  }
  StringRef getText(unsigned buffer) const;
  StringRef getName(unsigned buffer) const;
  /// The folders that `open` looks in, as a message lists them.
  std::string describeSearchPaths(unsigned from) const;

  /// File, line and column of a place in one of the buffers, or where its text
  /// was said to be.
  Location getLocation(SMLoc place) const;
  InFlightDiagnostic emitError(SMLoc place) const {
    return mlir::emitError(getLocation(place));
  }
  InFlightDiagnostic emitWarning(SMLoc place) const {
    return mlir::emitWarning(getLocation(place));
  }

private:
  std::vector<std::string> getFolders(unsigned from) const;

  llvm::SourceMgr &sources;
  MLIRContext *context;
  std::vector<std::string> searchPaths;
  Reader reader = readFromDisk;
  /// Of the buffers whose text stands nowhere.
  DenseMap<unsigned, Location> locations;
};

/// The one of `candidates` that `name` may be a misspelling of, or nothing.
std::optional<StringRef> findSimilarName(StringRef name,
                                         ArrayRef<StringRef> candidates);

} // namespace mlir::rasp::frontend

#endif // RASP_IMPORT_SOURCEFILES_H
