//===- TablePlans.cpp - Ways to compute a table ---------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TablePlans.h"

#include <map>
#include <numeric>

using namespace mlir;
using namespace mlir::craft;
using rasp::Scalar;

/// Reduces `table` to the other inputs if it does not depend on one input with
/// `size` values, after which the inputs have `inner` combinations; false where
/// it does.
static bool dropIfUnread(std::vector<int64_t> &table, int64_t size,
                         int64_t inner) {
  std::vector<int64_t> reduced;
  for (size_t block = 0; block < table.size(); block += size * inner)
    for (int64_t place = 0; place < inner; ++place) {
      int64_t value = table[block + place];
      for (int64_t other = 1; other < size; ++other)
        if (table[block + other * inner + place] != value)
          return false;
      reduced.push_back(value);
    }
  table = std::move(reduced);
  return true;
}

ReducedTable::ReducedTable(const TabulatedFunction &function)
    : dimension(function.result.getDimension()) {
  std::map<Scalar, int64_t> indices;
  for (const Scalar &value : function.values) {
    auto [found, isNew] = indices.try_emplace(value, vectors.size());
    if (isNew)
      vectors.push_back(function.result.encode(value));
    cells.push_back(found->second);
  }
  int64_t inner = 1;
  for (size_t place = function.inputs.size(); place-- > 0;) {
    SubspaceTypeInterface type = function.inputs[place];
    TableInput input = {static_cast<unsigned>(place),
                        type,
                        function.errors[place],
                        type.getValueDomain().getValuesAndNone(),
                        {}};
    if (dropIfUnread(cells, input.size(), inner))
      continue;
    if (isa<ScalarType>(type))
      for (const Scalar &value : input.values)
        input.codes.push_back(type.encode(value).front());
    inner *= input.size();
    inputs.insert(inputs.begin(), std::move(input));
  }
}

std::pair<Plan, ClassTable>
ReducedTable::makeRows(std::optional<unsigned> read) const {
  Plan plan;
  plan.read = read;
  ClassTable classes;
  int64_t inner = 1, size = 1;
  for (unsigned input = 0; input < inputs.size(); ++input) {
    if (input == read) {
      size = inputs[input].size();
      inner = 1;
      continue;
    }
    plan.others.push_back(input);
    classes.sizes.push_back(inputs[input].size());
    inner *= inputs[input].size();
  }
  if (!read)
    inner = 1;
  std::map<std::vector<int64_t>, int64_t> known;
  for (size_t block = 0; block < cells.size(); block += size * inner)
    for (int64_t place = 0; place < inner; ++place) {
      std::vector<int64_t> row;
      for (int64_t value = 0; value < size; ++value)
        row.push_back(cells[block + value * inner + place]);
      auto [found, isNew] = known.try_emplace(row, plan.rows.size());
      if (isNew)
        plan.rows.push_back(std::move(row));
      classes.classes.push_back(found->second);
    }
  return {std::move(plan), std::move(classes)};
}

std::optional<Plan> ReducedTable::findPlan(
    std::optional<unsigned> read,
    llvm::function_ref<uint64_t(ArrayRef<int64_t>, int64_t)> costOfRow,
    std::optional<int64_t> defaultValue) const {
  // The most frequent values are candidates for the default.
  std::vector<int64_t> candidates(vectors.size()), counts(vectors.size(), 0);
  for (int64_t value : cells)
    ++counts[value];
  std::iota(candidates.begin(), candidates.end(), 0);
  llvm::sort(candidates, [&](int64_t lhs, int64_t rhs) {
    return std::make_pair(counts[rhs], lhs) < std::make_pair(counts[lhs], rhs);
  });
  size_t maxCandidates = cells.size() > (1 << 14) ? 2 : 8;
  candidates.resize(std::min(candidates.size(), maxCandidates));
  if (defaultValue)
    candidates.assign({*defaultValue});

  std::pair<Plan, ClassTable> rows = makeRows(read);
  std::optional<Plan> best;
  for (int64_t candidate : candidates) {
    std::vector<uint64_t> costs;
    for (ArrayRef<int64_t> row : rows.first.rows)
      costs.push_back(costOfRow(row, candidate));
    uint64_t limit = best ? best->partition.cost : maxCost;
    std::optional<CubePartition> partition = partitionIntoCubes(
        rows.second, [&](int64_t row) { return costs[row]; }, limit);
    if (!partition || (best && partition->cost >= limit))
      continue;
    best = rows.first;
    best->defaultValue = candidate;
    best->partition = std::move(*partition);
  }
  return best;
}

std::optional<Plan>
ReducedTable::findConstantPlan(std::optional<int64_t> defaultValue) const {
  return findPlan(
      std::nullopt,
      [](ArrayRef<int64_t> row, int64_t defaultValue) -> uint64_t {
        return row.front() != defaultValue;
      },
      defaultValue);
}

int64_t ReducedTable::getSmallestValue() const {
  auto smallest =
      llvm::min_element(vectors, [](const auto &lhs, const auto &rhs) {
        return std::abs(lhs.front()) < std::abs(rhs.front());
      });
  return smallest - vectors.begin();
}

std::optional<Plan>
ReducedTable::findReadingPlan(ArrayRef<double> numberOf) const {
  auto costOfRow = [&](ArrayRef<int64_t> row,
                       int64_t defaultValue) -> uint64_t {
    auto [least, greatest] =
        std::minmax_element(row.begin(), row.end(), [&](int64_t l, int64_t r) {
          return numberOf[l] < numberOf[r];
        });
    return (numberOf[*greatest] > numberOf[defaultValue]) +
           (numberOf[*least] < numberOf[defaultValue]);
  };
  std::optional<Plan> best;
  for (unsigned read = 0; read < inputs.size(); ++read) {
    std::optional<Plan> plan = findPlan(read, costOfRow);
    if (plan && (!best || plan->partition.cost < best->partition.cost))
      best = std::move(plan);
  }
  return best;
}

std::optional<std::vector<ColumnPlan>>
ReducedTable::findColumnPlans(uint64_t limit) const {
  // The columns of a one-hot sum to 1, so that the last follows from the
  // others.
  int64_t numColumns = std::max<int64_t>(1, dimension - 1);
  constexpr size_t maxWork = 1 << 18;
  if (cells.size() * numColumns > maxWork)
    return std::nullopt;
  std::vector<ColumnPlan> columns;
  uint64_t cost = 0;
  for (int64_t column = 0; column < numColumns; ++column) {
    SmallVector<double> numberOf;
    for (const SmallVector<double> &vector : vectors)
      numberOf.push_back(vector[column]);
    std::optional<Plan> plan = findReadingPlan(numberOf);
    if (!plan || (cost += plan->partition.cost) >= limit)
      return std::nullopt;
    columns.push_back({std::move(*plan), std::move(numberOf)});
  }
  return columns;
}
