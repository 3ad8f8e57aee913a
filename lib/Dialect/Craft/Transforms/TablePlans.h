//===- TablePlans.h - Ways to compute a table -------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_DIALECT_CRAFT_TRANSFORMS_TABLEPLANS_H
#define RASP_LIB_DIALECT_CRAFT_TRANSFORMS_TABLEPLANS_H

#include "ReluUnits.h"

#include "rasp/Dialect/Craft/Transforms/CubePartition.h"

namespace mlir::craft {

/// The most units that are counted before a construction is given up.
inline constexpr uint64_t maxCost = uint64_t(1) << 18;

/// A way to compute a table: cubes over some inputs, in each of them a function
/// of at most one further input.
struct Plan {
  /// The input that every cube reads as a number.
  std::optional<unsigned> read;
  /// The inputs that the cubes are over.
  SmallVector<unsigned> others;
  /// For each class of cubes the value at each value of the read input.
  std::vector<std::vector<int64_t>> rows;
  /// The value that needs no units.
  int64_t defaultValue = 0;
  CubePartition partition;
};

/// A plan for one column of the result.
struct ColumnPlan {
  Plan plan;
  /// The number in the column for each value of the result.
  SmallVector<double> numberOf;
};

/// A function over the inputs that it depends on, and the plans for it.
class ReducedTable {
public:
  explicit ReducedTable(const TabulatedFunction &function);

  /// Splits the table into rows over `read`, with equal rows in one class.
  std::pair<Plan, ClassTable> makeRows(std::optional<unsigned> read) const;
  /// The cheapest plan that reads `read`, by the cost of a row for a default,
  /// which may be given.
  std::optional<Plan>
  findPlan(std::optional<unsigned> read,
           llvm::function_ref<uint64_t(ArrayRef<int64_t>, int64_t)> costOfRow,
           std::optional<int64_t> defaultValue = std::nullopt) const;
  std::optional<Plan>
  findConstantPlan(std::optional<int64_t> defaultValue = std::nullopt) const;
  /// The value whose number is nearest to 0: what is added to it loses least.
  int64_t getSmallestValue() const;
  /// Plans that read an input for all columns, if they cost less than `limit`
  /// together.
  std::optional<std::vector<ColumnPlan>> findColumnPlans(uint64_t limit) const;

  /// The inputs that the function depends on, and its table over them.
  SmallVector<TableInput> inputs;
  std::vector<int64_t> cells;
  /// The vectors that stand for the values in the table, and how many columns
  /// they have.
  std::vector<SmallVector<double>> vectors;
  int64_t dimension;

private:
  /// Of plans for the numbers `numberOf[value]` over each input, the cheapest.
  std::optional<Plan> findReadingPlan(ArrayRef<double> numberOf) const;
};

} // namespace mlir::craft

#endif // RASP_LIB_DIALECT_CRAFT_TRANSFORMS_TABLEPLANS_H
