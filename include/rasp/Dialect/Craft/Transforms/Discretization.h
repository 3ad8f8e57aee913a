//===- Discretization.h - Tables as layers of ReLU units --------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_TRANSFORMS_DISCRETIZATION_H
#define RASP_DIALECT_CRAFT_TRANSFORMS_DISCRETIZATION_H

#include "rasp/Dialect/Craft/Analysis/ErrorAnalysis.h"

namespace mlir::craft {

/// A function of subspaces by its table, as `craft.map` states it, with bounds
/// on how far each input may be off.
struct TabulatedFunction {
  SmallVector<SubspaceTypeInterface> inputs;
  SubspaceTypeInterface result;
  std::vector<rasp::Scalar> values;
  SmallVector<ErrorBound> errors;
  /// The function is one step of a number to a boolean, and is to be computed
  /// without any error where it is false.
  bool exactZero = false;
};

/// A layer of ReLU units: the result is outputBias + relu(inputBias + sum of
/// inputs times inputWeights) times outputWeights.
struct HiddenLayer {
  SmallVector<SparseMatrix> inputWeights;
  SmallVector<double> inputBias;
  SparseMatrix outputWeights{0, 0};
  SmallVector<double> outputBias;

  int64_t getNumUnits() const { return inputBias.size(); }
};

/// Units that compute `function` wherever its inputs are off by no more than
/// their errors. Of the constructions that apply and do not cancel small values
/// with large ones in f32, the one with the fewest units is taken:
///
/// - A function of one number: a staircase with two units for each step, or
///   linear interpolation where that adds no error to speak of.
/// - A function of one-hot values, and of numbers with two values: a unit for
///   each cube (product of value sets) of a partition on which it has one
///   value, none for the cubes with the most expensive value.
/// - As before, but with one input read as a number in every unit, of cubes
///   over the others: for two inputs, one unit for each value of one of them.
/// - A number and one-hot values: for each cube over these a staircase that
///   it gates.
///
/// Emits an error and fails where the function depends on several numbers with
/// more than two values, where values cannot be told apart in f32 or would be
/// off by more than a quarter of their distance, and where more than
/// `maxHiddenUnits` units are needed.
FailureOr<HiddenLayer>
discretize(const TabulatedFunction &function, uint64_t maxHiddenUnits,
           llvm::function_ref<InFlightDiagnostic()> emitError);

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_TRANSFORMS_DISCRETIZATION_H
