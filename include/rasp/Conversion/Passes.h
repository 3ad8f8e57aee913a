//===- Passes.h - Conversions between dialects ---------------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_CONVERSION_PASSES_H
#define RASP_CONVERSION_PASSES_H

#include "rasp/Dialect/Craft/IR/CraftDialect.h"
#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"

namespace mlir::rasp {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "rasp/Conversion/Passes.h.inc"

} // namespace mlir::rasp

#endif // RASP_CONVERSION_PASSES_H
