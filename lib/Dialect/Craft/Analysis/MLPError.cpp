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

/// Whether multiplying by `number` rounds nothing.
bool isPowerOfTwo(double number) {
  int exponent;
  return std::abs(std::frexp(number, &exponent)) == 0.5;
}

/// What rounding `number` to f32 changes.
double roundingOfNumber(double number) {
  return std::abs(number - static_cast<double>(static_cast<float>(number)));
}

/// A hidden unit at one combination of input values.
struct UnitState {
  double activation = 0;
  /// How far f32 may be off in adding it up.
  double rounding = 0;
  /// How far it may be off altogether.
  double error = 0;
  /// The sum of the magnitudes of its terms, and their number.
  double magnitude = 0;
  unsigned numTerms = 0;

  /// Adds `weight` times `number`, which is off by `numberError`.
  void add(double weight, double number, double numberError) {
    double term = weight * number;
    activation += term;
    magnitude += std::abs(term);
    numTerms += term != 0;
    if (!isPowerOfTwo(weight))
      rounding += 2 * unitRoundoff * std::abs(term);
    error += std::abs(weight) * numberError;
  }
};

/// Follows the errors of the inputs of an MLP through its units.
class MLPErrors {
public:
  MLPErrors(MLPOp mlp, const ErroneousInputs &inputs)
      : input(mlp.getInput()), inputs(inputs), hidden(input, inputs),
        output(mlp.getOutput()), outputEntries(mlp.getNumHiddenUnits()),
        numColumns(output.getOutputDimension()) {
    for (double bias : input.getBiasValues()) {
      UnitState unit;
      unit.add(1, bias, roundingOfNumber(bias));
      biases.push_back(unit);
    }
    for (const MatrixEntry &entry : output.getWeights().front().getEntries()) {
      outputEntries[entry.row].push_back(entry);
      outputGrid.add(entry.value);
      productsRound |= !isPowerOfTwo(entry.value);
    }
    for (double bias : output.getBiasValues())
      biasGrid.add(bias);
  }

  double compute() const;

private:
  double boundAt(ArrayRef<SmallVector<double>> vectors) const;
  /// The units at a combination of input values, given by their vectors.
  std::vector<UnitState>
  computeUnits(ArrayRef<SmallVector<double>> vectors) const;
  double boundAnywhere() const;
  /// The error of rounding column sums whose magnitudes are `magnitudes`, and
  /// which are exact if the units are and the sums fit f32.
  double roundingOf(double magnitude) const;

  AffineAttr input;
  const ErroneousInputs &inputs;
  ImageBounds hidden;
  AffineAttr output;
  /// The units before anything is added to their biases.
  std::vector<UnitState> biases;
  SmallVector<SmallVector<MatrixEntry>> outputEntries;
  int64_t numColumns;
  BinaryGrid outputGrid, biasGrid;
  bool productsRound = false;
};

} // namespace

double MLPErrors::roundingOf(double magnitude) const {
  if (hidden.exact && (hidden.grid * outputGrid + biasGrid).holds(magnitude))
    return 0;
  return roundingOfSum(productsRound ? 2 : 0, magnitude);
}

std::vector<UnitState>
MLPErrors::computeUnits(ArrayRef<SmallVector<double>> vectors) const {
  std::vector<UnitState> units = biases;
  for (auto [matrix, vector, error] :
       llvm::zip_equal(input.getWeights(), vectors, inputs.errors))
    for (const MatrixEntry &entry : matrix.getEntries())
      units[entry.column].add(entry.value, vector[entry.row], error);
  for (UnitState &unit : units) {
    if (hidden.exact) {
      unit.rounding = 0;
      continue;
    }
    // The last sum is no greater than the activation, the others may be.
    unit.rounding += unitRoundoff * (std::abs(unit.activation) + unit.error);
    if (unit.numTerms > 2)
      unit.rounding += (unit.numTerms - 2) * unitRoundoff * unit.magnitude;
    unit.error += unit.rounding;
  }
  return units;
}

/// The bound at one combination of input values, given by their vectors. Units
/// that are surely active add up to one linear function, whose slopes cancel
/// on the flats of a staircase; those that are surely not add nothing.
double MLPErrors::boundAt(ArrayRef<SmallVector<double>> vectors) const {
  std::vector<UnitState> units = computeUnits(vectors);
  SmallVector<double> errors(numColumns, 0.0), magnitudes(numColumns, 0.0);
  for (auto [column, bias] : llvm::enumerate(output.getBiasValues()))
    magnitudes[column] = std::abs(bias);
  std::vector<bool> isActive(units.size(), false);
  for (auto [index, unit] : llvm::enumerate(units)) {
    if (unit.activation + unit.error <= 0)
      continue;
    isActive[index] = unit.activation >= unit.error;
    for (const MatrixEntry &entry : outputEntries[index]) {
      double weight = std::abs(entry.value);
      magnitudes[entry.column] += weight * std::abs(unit.activation);
      errors[entry.column] +=
          weight * (isActive[index]
                        ? unit.rounding
                        : std::min(unit.error, unit.activation + unit.error));
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
