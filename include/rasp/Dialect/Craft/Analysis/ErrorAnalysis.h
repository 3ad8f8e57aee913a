//===- ErrorAnalysis.h - Bounds on rounding errors -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_ANALYSIS_ERRORANALYSIS_H
#define RASP_DIALECT_CRAFT_ANALYSIS_ERRORANALYSIS_H

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

#include "llvm/ADT/DenseMap.h"

namespace mlir::craft {

/// For every value of a craft program a bound on how far an entry of its
/// vector, computed in f32, lies from the exact value (the encoding of the
/// program's value): through heads (leak of unselected keys, rounding of a
/// softmax sum of n terms, errors of queries and keys in the scores) and
/// through MLPs and affine maps (rounding, slopes). Infinity where no bound
/// can be shown.
class ErrorAnalysis {
public:
  explicit ErrorAnalysis(Operation *program);

  double getError(Value value) const;

  /// Bounds for one op, from the bounds on its operands; what a pass asks
  /// before it decides on an op's matrices.
  static double errorOf(Operation *op, llvm::function_ref<double(Value)> errorOfOperand,
                        uint64_t maxSeqLen);

private:
  DenseMap<Value, double> errors;
};

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_ANALYSIS_ERRORANALYSIS_H
