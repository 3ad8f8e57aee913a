//===- Passes.h - Passes of the rasp dialect ------------------ -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_TRANSFORMS_PASSES_H
#define RASP_DIALECT_RASP_TRANSFORMS_PASSES_H

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "mlir/Pass/Pass.h"

namespace mlir::rasp {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "rasp/Dialect/Rasp/Transforms/Passes.h.inc"

} // namespace mlir::rasp

#endif // RASP_DIALECT_RASP_TRANSFORMS_PASSES_H
