//===- MLPError.cpp - Errors of MLPs --------------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageBounds.h"

using namespace mlir;
using namespace mlir::craft;

namespace {

/// The most multiplications that an MLP is enumerated with.
constexpr uint64_t maxWork = uint64_t(1) << 25;

/// Follows the errors of the inputs of an MLP through its units.
class MLPErrors {
public:
  MLPErrors(MLPOp mlp, const ErroneousInputs &inputs)
      : input(mlp.getInput()), inputs(inputs), hidden(input, inputs),
        output(mlp.getOutput()), outputEntries(mlp.getNumHiddenUnits()),
        numColumns(output.getOutputDimension()) {
    for (const MatrixEntry &entry : output.getWeights().front().getEntries()) {
      outputEntries[entry.row].push_back(entry);
      outputGrid.add(entry.value);
    }
    for (double bias : output.getBiasValues())
      biasGrid.add(bias);
  }

  double compute() const;

private:
  double boundAt(ArrayRef<SmallVector<double>> vectors) const;
  double boundAnywhere() const;
  /// The error of rounding column sums whose magnitudes are `magnitudes`, and
  /// which are exact if the units are and the sums fit f32.
  double roundingOf(double magnitude) const;

  AffineAttr input;
  const ErroneousInputs &inputs;
  ImageBounds hidden;
  AffineAttr output;
  SmallVector<SmallVector<MatrixEntry>> outputEntries;
  int64_t numColumns;
  BinaryGrid outputGrid, biasGrid;
};

} // namespace

double MLPErrors::roundingOf(double magnitude) const {
  if (hidden.exact && (hidden.grid * outputGrid + biasGrid).holds(magnitude))
    return 0;
  return roundingOfSum(2, magnitude);
}

/// The bound at one combination of input values, given by their vectors. Units
/// that are surely active add up to one linear function, whose slopes cancel
/// on the flats of a staircase; those that are surely not add nothing.
double MLPErrors::boundAt(ArrayRef<SmallVector<double>> vectors) const {
  SmallVector<ArrayRef<double>> exact(vectors.begin(), vectors.end());
  SmallVector<double> activations = input.apply(exact);
  SmallVector<double> errors(numColumns, 0.0), magnitudes(numColumns, 0.0);
  for (auto [column, bias] : llvm::enumerate(output.getBiasValues()))
    magnitudes[column] = std::abs(bias);
  std::vector<bool> isActive(activations.size(), false);
  for (auto [unit, activation] : llvm::enumerate(activations)) {
    const DirectionBounds &bounds = hidden.directions[unit];
    // Rounding in proportion to what is added up here.
    double rounding = bounds.error - bounds.inputError;
    if (activation + bounds.error <= 0)
      continue;
    isActive[unit] = activation >= bounds.error;
    for (const MatrixEntry &entry : outputEntries[unit]) {
      double weight = std::abs(entry.value);
      magnitudes[entry.column] += weight * std::abs(activation);
      errors[entry.column] +=
          weight * (isActive[unit]
                        ? rounding
                        : std::min(bounds.error, activation + bounds.error));
    }
  }

  for (auto [matrix, error] :
       llvm::zip_equal(input.getWeights(), inputs.errors)) {
    if (error == 0)
      continue;
    // The slope of each column of the result in each column of the input;
    // entries are sorted by the latter.
    SmallVector<double> slopes(numColumns, 0.0);
    ArrayRef<MatrixEntry> entries = matrix.getEntries();
    for (size_t index = 0; index < entries.size(); ++index) {
      if (isActive[entries[index].column])
        for (const MatrixEntry &entry : outputEntries[entries[index].column])
          slopes[entry.column] += entries[index].value * entry.value;
      if (index + 1 < entries.size() &&
          entries[index + 1].row == entries[index].row)
        continue;
      for (auto [sum, slope] : llvm::zip_equal(errors, slopes)) {
        sum += std::abs(slope) * error;
        slope = 0;
      }
    }
  }
  double greatest = 0;
  for (auto [error, magnitude] : llvm::zip_equal(errors, magnitudes))
    greatest = std::max(greatest, error + roundingOf(magnitude));
  return greatest;
}

/// The bound by the magnitude of every weight.
double MLPErrors::boundAnywhere() const {
  SmallVector<double> errors(numColumns, 0.0), magnitudes(numColumns, 0.0);
  for (auto [column, bias] : llvm::enumerate(output.getBiasValues()))
    magnitudes[column] = std::abs(bias);
  for (auto [bounds, entries] :
       llvm::zip_equal(hidden.directions, outputEntries))
    for (const MatrixEntry &entry : entries) {
      errors[entry.column] += std::abs(entry.value) * bounds.error;
      magnitudes[entry.column] +=
          std::abs(entry.value) * std::max(bounds.high, 0.0);
    }
  double greatest = 0;
  for (auto [error, magnitude] : llvm::zip_equal(errors, magnitudes))
    greatest = std::max(greatest, error + roundingOf(magnitude));
  return greatest;
}

double MLPErrors::compute() const {
  uint64_t numEntries = hidden.directions.size() + numColumns;
  for (MatrixAttr matrix : input.getWeights())
    numEntries += matrix.getEntries().size();
  for (const auto &entries : outputEntries)
    numEntries += entries.size();
  auto combinations = enumerateVectors(inputs.types, maxWork / 16);
  if (!combinations || combinations->size() > maxWork / numEntries)
    return boundAnywhere();
  double greatest = 0;
  for (const auto &vectors : *combinations)
    greatest = std::max(greatest, boundAt(vectors));
  return greatest;
}

double mlir::craft::errorOfMLP(MLPOp mlp,
                               llvm::function_ref<double(Value)> errorOf) {
  ErroneousInputs inputs(mlp.getInputs(), errorOf);
  if (llvm::any_of(inputs.errors, [](double e) { return !std::isfinite(e); }))
    return std::numeric_limits<double>::infinity();
  return MLPErrors(mlp, inputs).compute();
}
