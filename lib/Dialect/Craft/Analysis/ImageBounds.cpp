//===- ImageBounds.cpp - Bounds on images under affine maps ---------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageBounds.h"

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
    ValueRange values, llvm::function_ref<double(Value)> errorOfOperand) {
  for (Value value : values) {
    types.push_back(cast<SubspaceTypeInterface>(value.getType()));
    errors.push_back(errorOfOperand(value));
    exactAtZero.push_back(errors.back() == 0 || isExactStep(value));
  }
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

ImageBounds::ImageBounds(AffineAttr map, const ErroneousInputs &inputs)
    : directions(map.getOutputDimension()) {
  exact = inputs.areExact();
  for (auto [bounds, bias] : llvm::zip_equal(directions, map.getBiasValues())) {
    bounds.low = bounds.high = bias;
    bounds.magnitude = std::abs(bias);
    grid.add(bias);
  }
  for (auto [matrix, type, error] :
       llvm::zip_equal(map.getWeights(), inputs.types, inputs.errors)) {
    SubspaceFacts facts(type);
    exact &= facts.onGrid;
    BinaryGrid weights;
    // What this input adds to each direction: of a one-hot, one of the
    // entries, or nothing where there are fewer entries than values.
    SmallVector<DirectionBounds> added(directions.size());
    SmallVector<int64_t> numEntries(directions.size(), 0);
    for (const MatrixEntry &entry : matrix.getEntries()) {
      weights.add(entry.value);
      DirectionBounds &bounds = added[entry.column];
      bounds.inputError += std::abs(entry.value) * error;
      double low = entry.value * (facts.isOneHot ? 1 : facts.low);
      double high = entry.value * (facts.isOneHot ? 1 : facts.high);
      bool isFirst = numEntries[entry.column]++ == 0;
      bounds.low =
          isFirst ? std::min(low, high) : std::min({bounds.low, low, high});
      bounds.high =
          isFirst ? std::max(low, high) : std::max({bounds.high, low, high});
    }
    for (auto [bounds, sum, count] :
         llvm::zip_equal(added, directions, numEntries)) {
      if (count < matrix.getRows()) {
        bounds.low = std::min(bounds.low, 0.0);
        bounds.high = std::max(bounds.high, 0.0);
      }
      sum.low += bounds.low;
      sum.high += bounds.high;
      sum.magnitude += bounds.greatest();
      sum.inputError += bounds.inputError;
    }
    grid = grid + facts.grid * weights;
  }
  for (const DirectionBounds &bounds : directions)
    exact &= grid.holds(bounds.magnitude);

  // A direction is off by what it reads, whatever the others read.
  SmallVector<unsigned> numEntries(directions.size(), 0);
  SmallVector<unsigned> numInputs(directions.size(), 0);
  SmallVector<bool> readsExactly(directions.size(), true);
  for (auto [index, matrix] : llvm::enumerate(map.getWeights())) {
    bool onGrid = SubspaceFacts(inputs.types[index]).onGrid;
    SmallVector<bool> reads(directions.size(), false);
    for (const MatrixEntry &entry : matrix.getEntries()) {
      ++numEntries[entry.column];
      reads[entry.column] = true;
      readsExactly[entry.column] =
          readsExactly[entry.column] && onGrid && inputs.errors[index] == 0;
      directions[entry.column].exactAtZero &= inputs.exactAtZero[index];
    }
    for (auto [count, isRead] : llvm::zip_equal(numInputs, reads))
      count += isRead;
  }
  for (auto [direction, bounds] : llvm::enumerate(directions)) {
    bounds.error = bounds.inputError;
    if (!readsExactly[direction] || !grid.holds(bounds.magnitude))
      bounds.error += roundingOfSum(numInputs[direction] + 1,
                                    bounds.magnitude + bounds.inputError);
    // A single entry times 0 is 0; of sums that is not so sure.
    double bias = map.getBiasValues()[direction];
    bool isSingle = numEntries[direction] <= 1 && bias == 0;
    bounds.exactAtZero =
        bounds.error == 0 || numEntries[direction] == 0 ||
        (bounds.exactAtZero && isSingle);
  }
}

double ImageBounds::greatestError() const {
  double greatest = 0;
  for (const DirectionBounds &bounds : directions)
    greatest = std::max(greatest, bounds.error);
  return greatest;
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
