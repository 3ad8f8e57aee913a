//===- AffineForm.h - Affine functions in the region of a map -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_ANALYSIS_AFFINEFORM_H
#define RASP_DIALECT_RASP_ANALYSIS_AFFINEFORM_H

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

namespace mlir::rasp {

/// A number in the region of a map as an affine combination of the region's
/// arguments. Booleans count as 0 and 1.
struct AffineForm {
  /// A factor for each argument.
  SmallVector<Scalar> factors;
  Scalar offset;

  unsigned getNumArgumentsUsed() const;
};

/// The affine form of `value`, a value in the region of a `rasp.map`, or
/// nothing if it is not affine or not a number. Exact on real numbers, which is
/// what numbers stand for in the rasp dialect.
std::optional<AffineForm> getAffineForm(Value value);

/// The affine form of what `map` yields.
std::optional<AffineForm> getAffineForm(MapOp map);

} // namespace mlir::rasp

#endif // RASP_DIALECT_RASP_ANALYSIS_AFFINEFORM_H
