//===- ScalarJSON.h - Values in JSON ----------------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_REFERENCE_SCALARJSON_H
#define RASP_REFERENCE_SCALARJSON_H

#include "rasp/Reference/Scalar.h"

#include "llvm/Support/JSON.h"

namespace mlir::rasp {

/// `value` in JSON: none is null, a fraction the nearest double, and in a
/// string what is not UTF-8 is replaced.
llvm::json::Value toJSON(const Scalar &value);

/// The same, but for a fraction that is no double: an object of a `numerator`
/// and a `denominator`.
llvm::json::Value toExactJSON(const Scalar &value);

} // namespace mlir::rasp

#endif // RASP_REFERENCE_SCALARJSON_H
