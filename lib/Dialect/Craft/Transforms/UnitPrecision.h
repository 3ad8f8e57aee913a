//===- UnitPrecision.h - What f32 leaves of a layer's values ----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_DIALECT_CRAFT_TRANSFORMS_UNITPRECISION_H
#define RASP_LIB_DIALECT_CRAFT_TRANSFORMS_UNITPRECISION_H

#include "rasp/Dialect/Craft/Transforms/Discretization.h"

namespace mlir::craft {

/// A value that f32 cancels in a layer.
struct PrecisionFault {
  rasp::Scalar value;
  /// How far the value may be off, infinitely where the layer needs numbers
  /// that f32 does not have, and what would be borne.
  double error = 0, limit = 0;
};

/// Looks for a value of `function` that `layer` may get wrong in f32: by more
/// than a quarter of the distance to the next value, or of the one of a
/// one-hot. Values that are equal up to 2^-20 are not told apart. Finds nothing
/// where the combinations are too many to look at.
std::optional<PrecisionFault>
findPrecisionFault(const TabulatedFunction &function, const HiddenLayer &layer);

/// Emits the error that no layer without `fault` was found.
LogicalResult
reportPrecisionFault(const PrecisionFault &fault,
                     llvm::function_ref<InFlightDiagnostic()> emitError);

} // namespace mlir::craft

#endif // RASP_LIB_DIALECT_CRAFT_TRANSFORMS_UNITPRECISION_H
