//===- ReluUnits.h - Units over the columns of inputs -----------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_DIALECT_CRAFT_TRANSFORMS_RELUUNITS_H
#define RASP_LIB_DIALECT_CRAFT_TRANSFORMS_RELUUNITS_H

#include "rasp/Dialect/Craft/Analysis/Rounding.h"
#include "rasp/Dialect/Craft/Transforms/Discretization.h"

#include "llvm/ADT/BitVector.h"

#include <map>

namespace mlir::craft {

/// An affine form in the columns of the inputs.
struct UnitForm {
  std::map<std::pair<unsigned, int64_t>, double> weights;
  double constant = 0;

  void add(const UnitForm &other, double factor) {
    for (const auto &[column, weight] : other.weights)
      if ((weights[column] += factor * weight) == 0)
        weights.erase(column);
    constant += factor * other.constant;
  }
};

/// Collects units; those that compute the same become one.
class UnitCollector {
public:
  void addUnit(const UnitForm &form, ArrayRef<double> output) {
    auto [found, isNew] =
        indices.try_emplace({form.weights, form.constant}, units.size());
    if (isNew)
      units.push_back({form, SmallVector<double>(output)});
    else
      for (auto [sum, number] :
           llvm::zip_equal(units[found->second].output, output))
        sum += number;
  }

  HiddenLayer finish(ArrayRef<SubspaceTypeInterface> inputs,
                     SmallVector<double> bias) const {
    int64_t numUnits = units.size();
    HiddenLayer layer;
    for (SubspaceTypeInterface input : inputs)
      layer.inputWeights.emplace_back(input.getDimension(), numUnits);
    layer.outputWeights = SparseMatrix(numUnits, bias.size());
    for (auto [index, unit] : llvm::enumerate(units)) {
      for (const auto &[column, weight] : unit.form.weights)
        layer.inputWeights[column.first].set(column.second, index, weight);
      layer.inputBias.push_back(unit.form.constant);
      for (auto [column, number] : llvm::enumerate(unit.output))
        layer.outputWeights.set(index, column, number);
    }
    layer.outputBias = std::move(bias);
    return layer;
  }

private:
  struct Unit {
    UnitForm form;
    SmallVector<double> output;
  };
  std::vector<Unit> units;
  std::map<std::pair<std::map<std::pair<unsigned, int64_t>, double>, double>,
           size_t>
      indices;
};

/// An input that the function depends on.
struct TableInput {
  /// Its place among the operands.
  unsigned operand;
  SubspaceTypeInterface type;
  ErrorBound error;
  std::vector<rasp::Scalar> values;
  /// Of a scalar subspace: the number that stands for each value.
  SmallVector<double> codes;

  int64_t size() const { return values.size(); }
  /// A number that no affine form makes an indicator of.
  bool isNumber() const { return !codes.empty() && size() > 2; }

  /// 1 where the value is among those at `subset`, 0 elsewhere.
  UnitForm indicator(ArrayRef<int64_t> subset) const {
    UnitForm form;
    if (!codes.empty()) {
      // Two values, of which one is in the subset.
      bool second = subset.front() == 1;
      double width = codes[1] - codes[0];
      form.weights[{operand, 0}] = (second ? 1 : -1) / width;
      form.constant = (second ? -codes[0] : codes[1]) / width;
      return form;
    }
    // The fewer columns, of the subset or of its complement.
    bool complement = 2 * static_cast<int64_t>(subset.size()) > size();
    form.constant = complement ? 1 : 0;
    llvm::BitVector counted(size(), complement);
    for (int64_t value : subset)
      counted.flip(value);
    for (unsigned value : counted.set_bits())
      form.weights[{operand, value}] = complement ? -1 : 1;
    return form;
  }

  /// A bound on the error of an indicator of `numValues` values.
  double indicatorError(int64_t numValues) const {
    if (!codes.empty())
      return (error.entry + 2 * unitRoundoff * greatestCode() + leastNormal) /
             std::abs(codes[1] - codes[0]);
    return std::min(std::min(numValues, size() - numValues) * error.entry,
                    error.total);
  }

private:
  double greatestCode() const {
    return std::max(std::abs(codes[0]), std::abs(codes[1]));
  }
};

} // namespace mlir::craft

#endif // RASP_LIB_DIALECT_CRAFT_TRANSFORMS_RELUUNITS_H
