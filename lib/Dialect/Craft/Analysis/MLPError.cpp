//===- MLPError.cpp - Errors of MLPs --------------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageBounds.h"

#include <map>

using namespace mlir;
using namespace mlir::craft;

namespace {

/// The most values of a number that several inputs add up to.
constexpr size_t maxNumbers = size_t(1) << 18;

/// Whether multiplying by `number` rounds nothing.
bool isPowerOfTwo(double number) {
  int exponent;
  return std::abs(std::frexp(number, &exponent)) == 0.5;
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

/// One number that all hidden units read: a sum of numbers that inputs stand
/// for, which is not computed by itself.
struct SharedNumber {
  /// The factor that each unit reads it with.
  SmallVector<double> factors;
  /// Its values, each with the greatest sum of the magnitudes of its terms.
  std::map<double, double> values = {{0.0, 0.0}};
  /// How far it may be off by the errors of the inputs.
  double error = 0;
  unsigned numTerms = 0;
};

/// Follows the errors of the inputs of an MLP through its units.
class MLPErrors {
public:
  MLPErrors(AffineAttr input, AffineAttr output, ErroneousInputs values)
      : input(input), inputs(std::move(values)), hidden(input, inputs),
        output(output), outputEntries(input.getOutputDimension()),
        numColumns(output.getOutputDimension()) {
    for (double bias : input.getBiasValues()) {
      UnitState unit;
      unit.add(1, bias, roundingOfNumber(bias));
      biases.push_back(unit);
    }
    inputEntries.resize(biases.size());
    for (auto [index, matrix] : llvm::enumerate(input.getWeights()))
      for (const MatrixEntry &entry : matrix.getEntries())
        inputEntries[entry.column].push_back(
            {static_cast<unsigned>(index), entry.row, entry.value});
    for (const MatrixEntry &entry : output.getWeights().front().getEntries()) {
      outputEntries[entry.row].push_back(entry);
      outputGrid.add(entry.value);
      productsRound |= !isPowerOfTwo(entry.value);
    }
    for (double bias : output.getBiasValues())
      biasGrid.add(bias);
  }

  ErrorBound compute() const;
  /// The bounds at each combination, unless they are too many.
  std::optional<std::vector<ErrorBound>> computeEach() const;

private:
  ErrorBound boundAt(ArrayRef<SmallVector<double>> vectors) const;
  /// The bound at each value of the one number that all units read, if they
  /// read only one.
  std::optional<ErrorBound> boundAtNumbers() const;
  std::optional<SharedNumber> getSharedNumber() const;
  /// Whether a unit and the next one are a step: active together they add a
  /// constant to the result.
  bool isStep(size_t unit) const;
  /// Whether the difference of the activations of a step is computed exactly:
  /// both are rounded in the same way.
  bool cancelsExactly(const UnitState &first, const UnitState &second) const;
  /// What units add to the columns of the result.
  struct Columns {
    SmallVector<double> errors, magnitudes;
    /// Whether each unit is surely active. Its slope then adds to others'.
    std::vector<bool> isActive;
  };
  Columns addUnits(ArrayRef<UnitState> units) const;
  void roundUnits(MutableArrayRef<UnitState> units) const;
  ErrorBound finish(ArrayRef<double> errors, ArrayRef<double> magnitudes) const;
  /// The units at a combination of input values, given by their vectors.
  std::vector<UnitState>
  computeUnits(ArrayRef<SmallVector<double>> vectors) const;
  ErrorBound boundAnywhere() const;
  /// The error of rounding column sums whose magnitudes are `magnitudes`, and
  /// which are exact if the units are and the sums fit f32.
  double roundingOf(double magnitude) const;

  AffineAttr input;
  ErroneousInputs inputs;
  ImageBounds hidden;
  AffineAttr output;
  /// The input weights of each unit: input, row, weight.
  std::vector<SmallVector<std::tuple<unsigned, int64_t, double>>> inputEntries;
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
      units[entry.column].add(entry.value, vector[entry.row], error.entry);
  roundUnits(units);
  return units;
}

/// Adds to the errors of `units` what adding up their terms rounds.
void MLPErrors::roundUnits(MutableArrayRef<UnitState> units) const {
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
}

bool MLPErrors::isStep(size_t unit) const {
  if (unit + 1 >= inputEntries.size() ||
      inputEntries[unit] != inputEntries[unit + 1] ||
      outputEntries[unit].size() != outputEntries[unit + 1].size())
    return false;
  return llvm::all_of(
      llvm::zip_equal(outputEntries[unit], outputEntries[unit + 1]),
      [](const auto &entries) {
        const auto &[first, second] = entries;
        return first.column == second.column && first.value == -second.value;
      });
}

bool MLPErrors::cancelsExactly(const UnitState &first,
                               const UnitState &second) const {
  // A product and a bias; the products are rounded alike.
  if (first.numTerms > 2 || second.numTerms > 2)
    return false;
  int exponent = std::ilogb(first.activation);
  for (const UnitState &unit : {first, second})
    for (double number :
         {unit.activation - unit.error, unit.activation + unit.error})
      if (std::ilogb(number) != exponent)
        return false;
  double spacing = std::ldexp(1.0, exponent - 23);
  return std::remainder(first.activation - second.activation, spacing) == 0;
}

MLPErrors::Columns MLPErrors::addUnits(ArrayRef<UnitState> units) const {
  Columns columns;
  columns.errors.assign(numColumns, 0.0);
  columns.isActive.assign(units.size(), false);
  for (double bias : output.getBiasValues())
    columns.magnitudes.push_back(std::abs(bias));
  auto &[errors, magnitudes, isActive] = columns;
  std::vector<bool> hasStarted(numColumns, false);
  for (size_t index = 0; index < units.size(); ++index) {
    const UnitState &unit = units[index];
    if (unit.activation + unit.error <= 0)
      continue;
    isActive[index] = unit.activation >= unit.error;
    if (isActive[index] && isStep(index) &&
        units[index + 1].activation >= units[index + 1].error) {
      const UnitState &next = units[index + 1];
      double rounding =
          cancelsExactly(unit, next) ? 0 : unit.rounding + next.rounding;
      // Added to another number, the first of the two may be rounded again.
      double partial = unitRoundoff * (unit.activation + unit.error);
      for (const MatrixEntry &entry : outputEntries[index]) {
        double weight = std::abs(entry.value);
        magnitudes[entry.column] +=
            weight * std::abs(unit.activation - next.activation);
        errors[entry.column] +=
            weight * (rounding + (hasStarted[entry.column] ? partial : 0));
        hasStarted[entry.column] = true;
      }
      isActive[++index] = true;
      continue;
    }
    for (const MatrixEntry &entry : outputEntries[index]) {
      double weight = std::abs(entry.value);
      magnitudes[entry.column] += weight * std::abs(unit.activation);
      errors[entry.column] +=
          weight * (isActive[index]
                        ? unit.rounding
                        : std::min(unit.error, unit.activation + unit.error));
      hasStarted[entry.column] = true;
    }
  }
  return columns;
}

/// The bound at one combination of input values, given by their vectors. Units
/// that are surely active add up to one linear function, whose slopes cancel
/// on the flats of a staircase; those that are surely not add nothing.
ErrorBound MLPErrors::boundAt(ArrayRef<SmallVector<double>> vectors) const {
  auto [errors, magnitudes, isActive] = addUnits(computeUnits(vectors));
  for (auto [matrix, error] :
       llvm::zip_equal(input.getWeights(), inputs.errors)) {
    if (error.isExact())
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
        sum += std::abs(slope) * error.entry;
        slope = 0;
      }
    }
  }
  return finish(errors, magnitudes);
}

ErrorBound MLPErrors::finish(ArrayRef<double> errors,
                             ArrayRef<double> magnitudes) const {
  ErrorBound bound;
  for (auto [error, magnitude] : llvm::zip_equal(errors, magnitudes)) {
    double sum = error + roundingOf(magnitude);
    bound.entry = std::max(bound.entry, sum);
    bound.total += sum;
  }
  return bound;
}

std::optional<SharedNumber> MLPErrors::getSharedNumber() const {
  SharedNumber shared;
  // What the first unit reads, which others read times a factor.
  ArrayRef<std::tuple<unsigned, int64_t, double>> first;
  for (const auto &entries : inputEntries) {
    if (first.empty())
      first = entries;
    double factor =
        entries.empty() ? 0
                        : std::get<2>(entries.front()) / std::get<2>(first[0]);
    shared.factors.push_back(factor);
    if (entries.empty())
      continue;
    if (entries.size() != first.size())
      return std::nullopt;
    for (auto [entry, reference] : llvm::zip_equal(entries, first)) {
      auto [input, row, weight] = entry;
      double expected = factor * std::get<2>(reference);
      if (input != std::get<0>(reference) || row != std::get<1>(reference) ||
          std::abs(weight - expected) > 1e-12 * std::abs(expected))
        return std::nullopt;
    }
  }

  for (auto [index, type, error] :
       llvm::enumerate(inputs.types, inputs.errors)) {
    // What the input adds to the number.
    SmallVector<double> weights(input.getWeights()[index].getRows(), 0.0);
    double sum = 0, greatest = 0;
    for (auto [owner, row, weight] : first) {
      if (owner != index)
        continue;
      weights[row] = weight;
      sum += std::abs(weight);
      greatest = std::max(greatest, std::abs(weight));
    }
    if (sum == 0)
      continue;
    ++shared.numTerms;
    shared.error += std::min(sum * error.entry, greatest * error.total);
    std::optional<std::set<double>> terms = enumerateNumbers(type, weights);
    if (!terms || shared.values.size() * terms->size() > maxNumbers)
      return std::nullopt;
    std::map<double, double> sums;
    for (auto [value, magnitude] : shared.values)
      for (double term : *terms) {
        double &most = sums[value + term];
        most = std::max(most, magnitude + std::abs(term));
      }
    shared.values = std::move(sums);
  }
  return shared;
}

std::optional<ErrorBound> MLPErrors::boundAtNumbers() const {
  std::optional<SharedNumber> shared = getSharedNumber();
  if (!shared || shared->values.size() * (biases.size() + numColumns) > maxWork)
    return std::nullopt;
  ErrorBound greatest;
  for (auto [value, magnitude] : shared->values) {
    std::vector<UnitState> units = biases;
    for (auto [unit, factor] : llvm::zip_equal(units, shared->factors)) {
      if (factor == 0)
        continue;
      unit.activation += factor * value;
      unit.magnitude += std::abs(factor) * magnitude;
      unit.numTerms += shared->numTerms;
      unit.rounding += 2 * unitRoundoff * std::abs(factor) * magnitude;
      unit.error += std::abs(factor) * shared->error;
    }
    roundUnits(units);
    auto [errors, magnitudes, isActive] = addUnits(units);
    SmallVector<double> slopes(numColumns, 0.0);
    for (auto [active, factor, entries] :
         llvm::zip_equal(isActive, shared->factors, outputEntries))
      if (active)
        for (const MatrixEntry &entry : entries)
          slopes[entry.column] += factor * entry.value;
    for (auto [sum, slope] : llvm::zip_equal(errors, slopes))
      sum += std::abs(slope) * shared->error;
    ErrorBound bound = finish(errors, magnitudes);
    greatest.entry = std::max(greatest.entry, bound.entry);
    greatest.total = std::max(greatest.total, bound.total);
  }
  return greatest;
}

/// The bound by the magnitude of every weight.
ErrorBound MLPErrors::boundAnywhere() const {
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
  return finish(errors, magnitudes);
}

std::optional<std::vector<ErrorBound>> MLPErrors::computeEach() const {
  uint64_t numEntries = hidden.directions.size() + numColumns;
  for (MatrixAttr matrix : input.getWeights())
    numEntries += matrix.getEntries().size();
  for (const auto &entries : outputEntries)
    numEntries += entries.size();
  auto combinations = enumerateVectors(inputs.types, maxWork / 16);
  if (!combinations || combinations->size() > maxWork / numEntries)
    return std::nullopt;
  std::vector<ErrorBound> bounds;
  for (const auto &vectors : *combinations)
    bounds.push_back(boundAt(vectors));
  return bounds;
}

ErrorBound MLPErrors::compute() const {
  std::optional<std::vector<ErrorBound>> bounds = computeEach();
  if (!bounds) {
    std::optional<ErrorBound> bound = boundAtNumbers();
    return bound ? *bound : boundAnywhere();
  }
  ErrorBound greatest;
  for (const ErrorBound &bound : *bounds) {
    greatest.entry = std::max(greatest.entry, bound.entry);
    greatest.total = std::max(greatest.total, bound.total);
  }
  return greatest;
}

ErrorBound mlir::craft::errorOfMLP(MLPOp mlp, ErrorOfValue errorOf) {
  return MLPErrors(mlp.getInput(), mlp.getOutput(),
                   ErroneousInputs(mlp.getInputs(), errorOf))
      .compute();
}

std::optional<std::vector<ErrorBound>>
mlir::craft::errorsOfUnits(AffineAttr input, AffineAttr output,
                           ArrayRef<SubspaceTypeInterface> types,
                           ArrayRef<ErrorBound> errors) {
  return MLPErrors(input, output, ErroneousInputs(types, errors)).computeEach();
}
