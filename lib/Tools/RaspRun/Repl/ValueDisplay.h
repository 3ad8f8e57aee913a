//===- ValueDisplay.h - Values of s-ops and selectors as text - -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPRUN_REPL_VALUEDISPLAY_H
#define RASP_LIB_TOOLS_RASPRUN_REPL_VALUEDISPLAY_H

#include "rasp/Reference/EvaluationValue.h"

#include <string>

namespace mlir::rasp {

struct DisplayOptions {
  /// Write out a sequence whose values are all equal.
  bool fullSequences = false;
};

/// An input as it may be typed: `"hello"`, or a list.
std::string formatInput(const Sequence &tokens);

/// `[1, 2, 1] (ints)`, or `[2]*3 (ints)` of a sequence of equal values.
std::string formatSequence(const Sequence &values,
                           const DisplayOptions &options,
                           bool isRounded = false);

/// Prints a row of 0 and 1 for each query, with the tokens beside and above.
void printMatrix(raw_ostream &os, const SelectorMatrix &matrix,
                 const Sequence &tokens, unsigned indent);

/// How many columns a text takes in a terminal.
size_t getWidth(StringRef text);

} // namespace mlir::rasp

#endif // RASP_LIB_TOOLS_RASPRUN_REPL_VALUEDISPLAY_H
