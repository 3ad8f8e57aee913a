//===- ImageBounds.cpp - Bounds on images under affine maps ---------------===//
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
using rasp::Scalar;

/// Whether `value` is a step that is exactly 0 where it is false.
static bool isExactStep(Value value) {
  if (auto map = value.getDefiningOp<MapOp>())
    return map.getExactZero();
  auto mlp = value.getDefiningOp<MLPOp>();
  return mlp && mlp.getExactZero();
}

ErroneousInputs::ErroneousInputs(
    ValueRange values, llvm::function_ref<ErrorBound(Value)> errorOfOperand) {
  for (Value value : values) {
    types.push_back(cast<SubspaceTypeInterface>(value.getType()));
    errors.push_back(errorOfOperand(value));
    exactAtZero.push_back(errors.back().isExact() || isExactStep(value));
  }
}

ErroneousInputs::ErroneousInputs(ArrayRef<SubspaceTypeInterface> types,
                                 ArrayRef<ErrorBound> errors)
    : types(types), errors(errors) {
  for (const ErrorBound &error : errors)
    exactAtZero.push_back(error.isExact());
}

SubspaceFacts::SubspaceFacts(SubspaceTypeInterface type) {
  auto scalar = dyn_cast<ScalarType>(Type(type));
  if (!scalar) {
    isOneHot = true;
    grid.add(1);
    return;
  }
  const rasp::Domain &domain = type.getValueDomain();
  FloatAttr noneCode = scalar.getNoneCode();
  if (domain.isFinite()) {
    low = std::numeric_limits<double>::infinity();
    high = -low;
    for (const Scalar &value : domain.getValues()) {
      double number = value.getDouble();
      low = std::min(low, number);
      high = std::max(high, number);
      grid.add(number);
    }
  } else {
    low = domain.getLow();
    high = domain.getHigh();
    onGrid = false;
  }
  if (noneCode) {
    double number = noneCode.getValueAsDouble();
    low = std::min(low, number);
    high = std::max(high, number);
    grid.add(number);
  }
}

namespace {

/// What one input adds to the directions of an image.
struct Contribution {
  SmallVector<DirectionBounds> directions;
  SmallVector<unsigned> numEntries;
  BinaryGrid grid;
  /// The greatest sum of the magnitudes of what it adds, and of their errors.
  double norm = 0, totalError = 0;

  Contribution(MatrixAttr matrix, const SubspaceFacts &facts,
               const ErrorBound &error);
};

} // namespace

Contribution::Contribution(MatrixAttr matrix, const SubspaceFacts &facts,
                           const ErrorBound &error)
    : directions(matrix.getColumns()), numEntries(matrix.getColumns(), 0) {
  BinaryGrid weights;
  SmallVector<double> greatestEntries(directions.size(), 0.0);
  std::map<int64_t, double> rowSums;
  for (const MatrixEntry &entry : matrix.getEntries()) {
    weights.add(entry.value);
    DirectionBounds &bounds = directions[entry.column];
    double magnitude = std::abs(entry.value);
    bounds.inputError += magnitude * error.entry;
    double low = entry.value * (facts.isOneHot ? 1 : facts.low);
    double high = entry.value * (facts.isOneHot ? 1 : facts.high);
    bool isFirst = numEntries[entry.column]++ == 0;
    bounds.low =
        isFirst ? std::min(low, high) : std::min({bounds.low, low, high});
    bounds.high =
        isFirst ? std::max(low, high) : std::max({bounds.high, low, high});
    greatestEntries[entry.column] =
        std::max(greatestEntries[entry.column], magnitude);
    rowSums[entry.row] += magnitude;
  }
  for (auto [bounds, count, greatest] :
       llvm::zip_equal(directions, numEntries, greatestEntries)) {
    // Of a one-hot, one of the entries, or nothing where there are fewer
    // entries than values.
    if (count < matrix.getRows()) {
      bounds.low = std::min(bounds.low, 0.0);
      bounds.high = std::max(bounds.high, 0.0);
    }
    bounds.inputError = std::min(bounds.inputError, greatest * error.total);
    totalError += bounds.inputError;
  }
  double greatestRow = 0;
  for (const auto &[row, sum] : rowSums)
    greatestRow = std::max(greatestRow, sum);
  grid = facts.grid * weights;
  norm = greatestRow * std::max(std::abs(facts.low), std::abs(facts.high));
  totalError = std::min(totalError, greatestRow * error.total);
}

ImageBounds::ImageBounds(AffineAttr map, const ErroneousInputs &inputs)
    : directions(map.getOutputDimension()) {
  exact = inputs.areExact();
  for (auto [bounds, bias] : llvm::zip_equal(directions, map.getBiasValues())) {
    bounds.low = bounds.high = bias;
    bounds.magnitude = std::abs(bias);
    norm += bounds.magnitude;
    grid.add(bias);
  }
  // A direction is off by what it reads, whatever the others read.
  SmallVector<unsigned> numEntries(directions.size(), 0);
  SmallVector<unsigned> numInputs(directions.size(), 0);
  SmallVector<bool> readsExactly(directions.size(), true);
  for (auto [matrix, type, error, exactAtZero] : llvm::zip_equal(
           map.getWeights(), inputs.types, inputs.errors, inputs.exactAtZero)) {
    SubspaceFacts facts(type);
    Contribution added(matrix, facts, error);
    grid = grid + added.grid;
    norm += added.norm;
    totalError += added.totalError;
    exact &= facts.onGrid;
    for (auto [index, sum] : llvm::enumerate(directions)) {
      const DirectionBounds &bounds = added.directions[index];
      sum.low += bounds.low;
      sum.high += bounds.high;
      sum.magnitude += bounds.greatest();
      sum.inputError += bounds.inputError;
      if (added.numEntries[index] == 0)
        continue;
      numEntries[index] += added.numEntries[index];
      ++numInputs[index];
      readsExactly[index] =
          readsExactly[index] && facts.onGrid && error.isExact();
      sum.exactAtZero &= exactAtZero;
    }
  }

  for (auto [index, bounds] : llvm::enumerate(directions)) {
    bool fits = grid.holds(bounds.magnitude);
    exact &= fits;
    bounds.error = bounds.inputError;
    if (!readsExactly[index] || !fits) {
      double rounding = roundingOfSum(numInputs[index] + 1,
                                      bounds.magnitude + bounds.inputError);
      bounds.error += rounding;
      totalError += rounding;
    }
    // A single entry times 0 is 0; of sums that is not so sure.
    bool isSingle = numEntries[index] <= 1 && map.getBiasValues()[index] == 0;
    bounds.exactAtZero = bounds.error == 0 || numEntries[index] == 0 ||
                         (bounds.exactAtZero && isSingle);
  }
}

ErrorBound ImageBounds::getError() const {
  ErrorBound bound;
  for (const DirectionBounds &bounds : directions)
    bound.entry = std::max(bound.entry, bounds.error);
  bound.total = totalError;
  return bound;
}

double mlir::craft::weighErrors(ArrayRef<double> numbers,
                                ArrayRef<double> errors, double totalError) {
  double sum = 0, greatest = 0;
  for (auto [number, error] : llvm::zip_equal(numbers, errors)) {
    sum += std::abs(number) * error;
    greatest = std::max(greatest, std::abs(number));
  }
  return std::min(sum, greatest * totalError);
}

std::optional<std::vector<SmallVector<SmallVector<double>>>>
mlir::craft::enumerateVectors(ArrayRef<SubspaceTypeInterface> types,
                              uint64_t maxCombinations) {
  std::vector<SmallVector<SmallVector<double>>> combinations(1);
  for (SubspaceTypeInterface type : types) {
    const rasp::Domain &domain = type.getValueDomain();
    if (!domain.isFinite())
      return std::nullopt;
    std::vector<Scalar> values = domain.getValuesAndNone();
    // Memory grows with the columns of the vectors.
    uint64_t size = values.size() * type.getDimension();
    if (combinations.size() * size > maxCombinations)
      return std::nullopt;
    std::vector<SmallVector<SmallVector<double>>> longer;
    for (const auto &combination : combinations)
      for (const Scalar &value : values) {
        longer.push_back(combination);
        longer.back().push_back(type.encode(value));
      }
    combinations = std::move(longer);
  }
  return combinations;
}

std::optional<std::set<double>>
mlir::craft::enumerateNumbers(SubspaceTypeInterface type,
                              ArrayRef<double> weights) {
  std::set<double> numbers;
  if (isa<OneHotType>(Type(type))) {
    numbers.insert(weights.begin(), weights.end());
    return numbers;
  }
  if (!type.getValueDomain().isFinite())
    return std::nullopt;
  for (const Scalar &value : type.getValueDomain().getValuesAndNone())
    numbers.insert(weights.front() * type.encode(value).front());
  return numbers;
}
