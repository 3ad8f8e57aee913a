//===- CanonicalizationUtils.h - Facts for canonicalization -----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LIB_DIALECT_RASP_IR_CANONICALIZATIONUTILS_H
#define LIB_DIALECT_RASP_IR_CANONICALIZATIONUTILS_H

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::rasp {

/// Whether `sop` has a value at every position, as its definition shows.
bool cannotBeNone(Value sop);

/// Whether `selector` selects no key, or every key that a query may see.
bool selectsNothing(Value selector);
bool selectsEverything(Value selector);

} // namespace mlir::rasp

#endif // LIB_DIALECT_RASP_IR_CANONICALIZATIONUTILS_H
