//===- RaspDialect.h - The rasp dialect ----------------------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_IR_RASPDIALECT_H
#define RASP_DIALECT_RASP_IR_RASPDIALECT_H

#include "rasp/Dialect/Rasp/IR/Domain.h"
#include "rasp/Reference/EvaluableOpInterface.h"
#include "rasp/Reference/ScalarAttrInterface.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "rasp/Dialect/Rasp/IR/RaspDialect.h.inc"
#include "rasp/Dialect/Rasp/IR/RaspEnums.h.inc"
#include "rasp/Dialect/Rasp/IR/RaspInterfaces.h.inc"

#define GET_TYPEDEF_CLASSES
#include "rasp/Dialect/Rasp/IR/RaspTypes.h.inc"

#define GET_ATTRDEF_CLASSES
#include "rasp/Dialect/Rasp/IR/RaspAttributes.h.inc"

namespace mlir::rasp {

/// The attribute that holds `value`: `#rasp.none`, a BoolAttr, an i64
/// IntegerAttr, an f64 FloatAttr, a `#rasp.fraction`, or a StringAttr.
Attribute getScalarAttribute(MLIRContext *context, const Scalar &value);

/// Prints such an attribute without its type, so that it is read back as the
/// same: a double is never printed as its bits.
void printScalarAttribute(raw_ostream &os, Attribute value);

/// The text of a domain as it stands in `#rasp.domain<...>`, between the angle
/// brackets, for the attribute and for types that name a domain.
void printDomain(AsmPrinter &printer, const Domain &domain);
ParseResult parseDomain(AsmParser &parser, Domain &domain);

/// Whether `value` may be a value of an s-op of `elementType`. `none` may be
/// one of any.
bool isValueOf(const Scalar &value, Type elementType);

/// The name that `loc` gives to a value, or nothing: that of a NameLoc, of
/// inlined code where it is written, and of fused locations the first that has
/// one.
StringRef getValueName(Location loc);

/// `predicate` on a key and a query, neither of them none.
/// Fails where the values cannot be ordered (a string and a number).
FailureOr<bool> evaluatePredicate(Predicate predicate, const Scalar &key,
                                  const Scalar &query);

/// Evaluates the region of a map or a select on scalar arguments, none of
/// them none. Emits an error at the op that fails if `diagnose` is set.
FailureOr<Scalar> evaluateScalarRegion(Region &region,
                                       ArrayRef<Scalar> arguments,
                                       bool diagnose = true);

} // namespace mlir::rasp

#define GET_OP_CLASSES
#include "rasp/Dialect/Rasp/IR/RaspOps.h.inc"

#endif // RASP_DIALECT_RASP_IR_RASPDIALECT_H
