//===- FlowDrawing.h - The flow of a computation as a picture - -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPRUN_REPL_FLOWDRAWING_H
#define RASP_LIB_TOOLS_RASPRUN_REPL_FLOWDRAWING_H

#include "rasp/Import/StaticValue.h"
#include "rasp/Reference/EvaluationValue.h"

#include <string>

namespace mlir::rasp {

/// An SVG of how `sop` is computed from `input`: a row of values for each step
/// that has a name, and for each that attends the positions that it attends to.
/// Emits an error at `location` or at the step that has no value there.
FailureOr<std::string> drawFlow(frontend::Node *sop, const Sequence &input,
                                Location location);

} // namespace mlir::rasp

#endif // RASP_LIB_TOOLS_RASPRUN_REPL_FLOWDRAWING_H
