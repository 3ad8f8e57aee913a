//===- CraftDialect.h - The craft dialect --------------------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_IR_CRAFTDIALECT_H
#define RASP_DIALECT_CRAFT_IR_CRAFTDIALECT_H

#include "rasp/Dialect/Craft/IR/SparseMatrix.h"
#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "rasp/Dialect/Craft/IR/CraftDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "rasp/Dialect/Craft/IR/CraftAttributes.h.inc"

namespace mlir::craft {
/// The inputs of one affine map of an op.
struct AffineRead {
  MutableOperandRange inputs;
  /// The attribute of the op that holds the map.
  StringAttr attribute;
};
} // namespace mlir::craft

#include "rasp/Dialect/Craft/IR/CraftInterfaces.h.inc"
#include "rasp/Dialect/Craft/IR/CraftTypeInterfaces.h.inc"

#define GET_TYPEDEF_CLASSES
#include "rasp/Dialect/Craft/IR/CraftTypes.h.inc"

#define GET_OP_CLASSES
#include "rasp/Dialect/Craft/IR/CraftOps.h.inc"

namespace mlir::craft {

/// The name of the value that `op` computes: that which its location gives.
inline StringRef getValueName(Operation *op) {
  return rasp::getValueName(op->getLoc());
}

/// The value that `number` is: none within 1/2 of `noneCode`, the number that
/// stands for none, and otherwise the number itself. Every stage reads numbers
/// in this way.
rasp::Scalar readNumber(double number, std::optional<double> noneCode);

/// Whether `number` is finite in f32 too, in which a transformer computes.
bool isFiniteInF32(double number);

/// The directions of `type`, a SubspaceTypeInterface.
inline int64_t getDimension(Type type) {
  return llvm::cast<SubspaceTypeInterface>(type).getDimension();
}

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_IR_CRAFTDIALECT_H
