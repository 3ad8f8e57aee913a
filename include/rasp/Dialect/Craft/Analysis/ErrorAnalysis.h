//===- ErrorAnalysis.h - Bounds on rounding errors ------------ -*- C++ -*-===//
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

#include <cmath>
#include <limits>
#include <optional>

namespace mlir::craft {

/// How far the vector of a value, computed in f32, may lie from the exact one
/// (the encoding of the program's value) at any position.
struct ErrorBound {
  /// How far one entry may be off.
  double entry = 0;
  /// How far all entries together, in the sum of their magnitudes.
  double total = 0;

  bool isExact() const { return entry == 0; }
  bool isFinite() const { return std::isfinite(entry); }
  static ErrorBound unknown() {
    double infinity = std::numeric_limits<double>::infinity();
    return {infinity, infinity};
  }
};

/// Bounds for every value of a craft program of values or blocks: through
/// heads (leak of unselected keys, rounding of a softmax sum of n terms, errors
/// of queries and keys in the scores) and through MLPs and affine maps
/// (rounding, slopes). Unknown where no bound can be shown.
///
/// The model of f32: each operation rounds to the nearest number, exp to one
/// of the two next to it, and the two units of a step are added up one after
/// the other.
class ErrorAnalysis {
public:
  explicit ErrorAnalysis(Operation *program);

  ErrorBound getError(Value value) const;

  /// The bound for one op, from the bounds on its operands; what a pass asks
  /// before it decides on an op's matrices.
  static ErrorBound
  errorOf(Operation *op, llvm::function_ref<ErrorBound(Value)> errorOfOperand,
          uint64_t maxSeqLen);

private:
  DenseMap<Value, ErrorBound> errors;
};

/// The bounds for a layer of ReLU units between the maps `input` and `output`
/// at each combination of its inputs' values, the last varying fastest, or
/// nothing where these are too many.
std::optional<std::vector<ErrorBound>>
errorsOfUnits(AffineAttr input, AffineAttr output,
              ArrayRef<SubspaceTypeInterface> types,
              ArrayRef<ErrorBound> errors);

/// Why the output of a program cannot be read in f32.
struct ReadOutFault {
  /// Of a categorical output, the value that is read and the one that may be
  /// taken for it; of a numerical one, none.
  rasp::Scalar value, other;
  /// How far the logits, or the number, may be off, and what would be borne.
  double error = 0, limit = 0;
};

/// Looks for an output of `unembed` that is not read surely: a category whose
/// logit another's may exceed, an integer that may be off by 1/2, or a number
/// that may be off by more than 2^-10 of the greatest.
std::optional<ReadOutFault>
findReadOutFault(UnembedOp unembed,
                 llvm::function_ref<ErrorBound(Value)> errorOfInput);

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_ANALYSIS_ERRORANALYSIS_H
