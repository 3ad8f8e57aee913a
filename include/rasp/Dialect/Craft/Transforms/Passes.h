//===- Passes.h - Passes of the craft dialect ----------------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_TRANSFORMS_PASSES_H
#define RASP_DIALECT_CRAFT_TRANSFORMS_PASSES_H

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

#include "mlir/Pass/Pass.h"

namespace mlir::craft {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "rasp/Dialect/Craft/Transforms/Passes.h.inc"

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_TRANSFORMS_PASSES_H
