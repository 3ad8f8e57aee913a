//===- Check.h - Comparison of the stages of a program ----------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPRUN_CHECK_H
#define RASP_LIB_TOOLS_RASPRUN_CHECK_H

#include "StagedProgram.h"

namespace mlir::rasp {

/// Runs `program` as it was given and at every later stage on `inputs`. Emits
/// an error that names the first value that differs and fails if a stage gives
/// other outputs; prints how many inputs agree otherwise.
///
/// Categorical outputs have to be equal, and numbers within a thousandth.
/// Inputs that violate what the program asserts by `unique` are left out, and
/// counted.
LogicalResult checkStages(StagedProgram &program, std::vector<Sequence> inputs,
                          Progress &progress, raw_ostream &os);

} // namespace mlir::rasp

#endif // RASP_LIB_TOOLS_RASPRUN_CHECK_H
