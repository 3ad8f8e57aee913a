//===- Trace.h - The values of a run ----------------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPRUN_TRACE_H
#define RASP_LIB_TOOLS_RASPRUN_TRACE_H

#include "rasp/Reference/Interpreter.h"

#include "llvm/Support/JSON.h"

namespace mlir::rasp {

/// A named value, or a column of the residual stream, at every position.
struct TracedValue {
  std::string name;
  /// Of a value of the program: what it is at each position of the input.
  /// Empty for selectors and for columns of the stream.
  Sequence values;
  /// The same or what else there is to show, as text.
  std::vector<std::string> cells;
  /// The same for programs to read.
  llvm::json::Array json;
  /// The op that computed it.
  Operation *op = nullptr;
};

/// The values of one run. Those of a transformer have a cell for BOS first.
struct Trace {
  Sequence input;
  Sequence output;
  bool hasBos = false;
  std::vector<TracedValue> values;
};

/// Interprets `program` on `input` and keeps all values. Fails as `interpret`
/// does.
FailureOr<Trace> interpretAndTrace(ProgramOpInterface program,
                                   ArrayRef<Scalar> input);

/// Prints a row for each value and a column for each position.
void printTable(const Trace &trace, bool isRounded, raw_ostream &os);

} // namespace mlir::rasp

#endif // RASP_LIB_TOOLS_RASPRUN_TRACE_H
