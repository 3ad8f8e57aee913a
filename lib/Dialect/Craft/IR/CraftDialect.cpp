//===- CraftDialect.cpp - The craft dialect -------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

using namespace mlir;
using namespace mlir::craft;

#include "rasp/Dialect/Craft/IR/CraftDialect.cpp.inc"
#include "rasp/Dialect/Craft/IR/CraftInterfaces.cpp.inc"
#include "rasp/Dialect/Craft/IR/CraftTypeInterfaces.cpp.inc"

void CraftDialect::initialize() {
  registerTypes();
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "rasp/Dialect/Craft/IR/CraftOps.cpp.inc"
      >();
}
