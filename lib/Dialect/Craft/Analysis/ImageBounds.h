//===- ImageBounds.h - Bounds on images under affine maps -------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_DIALECT_CRAFT_ANALYSIS_IMAGEBOUNDS_H
#define RASP_LIB_DIALECT_CRAFT_ANALYSIS_IMAGEBOUNDS_H

#include "rasp/Dialect/Craft/Analysis/ErrorAnalysis.h"
#include "rasp/Dialect/Craft/Analysis/Rounding.h"

#include <optional>
#include <set>

namespace mlir::craft {

/// The most steps that values are enumerated in.
inline constexpr uint64_t maxWork = uint64_t(1) << 25;

/// What rounding `number` to f32 changes.
inline double roundingOfNumber(double number) {
  return std::abs(number - static_cast<double>(static_cast<float>(number)));
}

/// The inputs of an affine map with the errors of their entries.
struct ErroneousInputs {
  SmallVector<SubspaceTypeInterface> types;
  SmallVector<ErrorBound> errors;
  /// Whether an entry has no error wherever it is 0.
  SmallVector<bool> exactAtZero;

  ErroneousInputs(ValueRange values,
                  llvm::function_ref<ErrorBound(Value)> errorOfOperand);
  ErroneousInputs(ArrayRef<SubspaceTypeInterface> types,
                  ArrayRef<ErrorBound> errors);
  bool areExact() const {
    return llvm::all_of(
        errors, [](const ErrorBound &error) { return error.isExact(); });
  }
};

/// What is known of the vectors of a subspace.
struct SubspaceFacts {
  explicit SubspaceFacts(SubspaceTypeInterface type);

  bool isOneHot = false;
  /// The range of a column's numbers.
  double low = 0, high = 1;
  /// The grid that they lie on, where the domain is finite.
  BinaryGrid grid;
  bool onGrid = true;
};

/// What is known of one direction of an image.
struct DirectionBounds {
  double low = 0, high = 0;
  /// The sum of the magnitudes of what is added up.
  double magnitude = 0;
  /// How far it may be off, computed in f32.
  double error = 0;
  /// The sum of the errors of what is added up, without rounding.
  double inputError = 0;
  /// Whether there is no error wherever it is 0.
  bool exactAtZero = true;

  double greatest() const { return std::max(std::abs(low), std::abs(high)); }
};

/// What is known of the images of vectors under an affine map.
struct ImageBounds {
  ImageBounds(AffineAttr map, const ErroneousInputs &inputs);

  SmallVector<DirectionBounds> directions;
  BinaryGrid grid;
  /// Whether all of them are computed without error, and lie on the grid.
  bool exact = true;
  /// The greatest sum of the magnitudes of all directions, and of their
  /// errors.
  double norm = 0, totalError = 0;

  ErrorBound getError() const;
};

/// The vectors of every combination of values of `types`, one after another
/// for each input, or nothing where there are more than `maxCombinations` of
/// them or infinitely many.
std::optional<std::vector<SmallVector<SmallVector<double>>>>
enumerateVectors(ArrayRef<SubspaceTypeInterface> types,
                 uint64_t maxCombinations);

/// The different numbers that `weights` times a vector of `type` can be, or
/// nothing where they are too many to list.
std::optional<std::set<double>> enumerateNumbers(SubspaceTypeInterface type,
                                                 ArrayRef<double> weights);

/// What rounding does to a sum of `terms` products whose magnitudes add up to
/// `magnitude`.
inline double roundingOfSum(double terms, double magnitude) {
  return (terms + 1) * unitRoundoff * magnitude;
}

/// The sum of the products of `numbers` and errors of at most `errors`, which
/// add up to at most `totalError`.
double weighErrors(ArrayRef<double> numbers, ArrayRef<double> errors,
                   double totalError);

using ErrorOfValue = llvm::function_ref<ErrorBound(Value)>;
ErrorBound errorOfHead(HeadOp head, ErrorOfValue errorOf, uint64_t maxSeqLen);
ErrorBound errorOfWidth(SelectorWidthOp width, ErrorOfValue errorOf,
                        uint64_t maxSeqLen);
ErrorBound errorOfMLP(MLPOp mlp, ErrorOfValue errorOf);

} // namespace mlir::craft

#endif // RASP_LIB_DIALECT_CRAFT_ANALYSIS_IMAGEBOUNDS_H
