//===- CubePartition.cpp - Tables as few products of sets -----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Transforms/CubePartition.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <limits>
#include <map>

using namespace mlir::craft;
using llvm::ArrayRef;
using llvm::SmallVector;

namespace {

/// A table over some of the inputs: what is left of it in a subtree.
struct Subtable {
  SmallVector<unsigned> inputs;
  SmallVector<int64_t> sizes;
  std::vector<int64_t> classes;

  bool operator<(const Subtable &other) const {
    return std::tie(inputs, classes) < std::tie(other.inputs, other.classes);
  }
};

/// The values of one input of a subtable, grouped by the function that they
/// leave of the others.
struct Grouping {
  unsigned place = 0;
  std::vector<SmallVector<int64_t>> values;
  std::vector<Subtable> remainders;
};

class Partitioner {
public:
  Partitioner(llvm::function_ref<uint64_t(int64_t)> costOfClass,
              uint64_t maxCost, bool exhaustive)
      : costOfClass(costOfClass), maxCost(maxCost), exhaustive(exhaustive) {}

  /// Appends the cubes of `table` under `constraints`. False where the cost
  /// exceeds the limit.
  bool partition(Subtable table, SmallVector<Cube::Constraint> &constraints,
                 CubePartition &result) {
    dropUnreadInputs(table);
    if (table.inputs.empty()) {
      int64_t classIndex = table.classes.front();
      result.cost += costOfClass(classIndex);
      result.cubes.push_back({constraints, classIndex});
      return result.cost <= maxCost;
    }
    Grouping grouping = chooseGrouping(table);
    for (auto [values, remainder] :
         llvm::zip_equal(grouping.values, grouping.remainders)) {
      constraints.push_back({table.inputs[grouping.place], values});
      if (!partition(std::move(remainder), constraints, result))
        return false;
      constraints.pop_back();
    }
    return true;
  }

private:
  static Grouping group(const Subtable &table, unsigned place) {
    Grouping grouping;
    grouping.place = place;
    int64_t inner = 1;
    for (int64_t size : ArrayRef(table.sizes).drop_front(place + 1))
      inner *= size;
    int64_t size = table.sizes[place];
    int64_t outer = table.classes.size() / (inner * size);

    std::map<std::vector<int64_t>, size_t> groups;
    for (int64_t value = 0; value < size; ++value) {
      std::vector<int64_t> slice;
      slice.reserve(outer * inner);
      for (int64_t block = 0; block < outer; ++block) {
        auto first = table.classes.begin() + (block * size + value) * inner;
        slice.insert(slice.end(), first, first + inner);
      }
      auto [found, isNew] = groups.try_emplace(slice, grouping.values.size());
      if (isNew) {
        grouping.values.emplace_back();
        Subtable remainder = {table.inputs, table.sizes, std::move(slice)};
        remainder.inputs.erase(remainder.inputs.begin() + place);
        remainder.sizes.erase(remainder.sizes.begin() + place);
        grouping.remainders.push_back(std::move(remainder));
      }
      grouping.values[found->second].push_back(value);
    }
    return grouping;
  }

  static void dropUnreadInputs(Subtable &table) {
    for (unsigned place = 0; place < table.inputs.size();) {
      Grouping grouping = group(table, place);
      if (grouping.values.size() == 1)
        table = std::move(grouping.remainders.front());
      else
        ++place;
    }
  }

  Grouping chooseGrouping(const Subtable &table) {
    Grouping best;
    uint64_t bestCost = std::numeric_limits<uint64_t>::max();
    for (unsigned place = 0; place < table.inputs.size(); ++place) {
      Grouping grouping = group(table, place);
      uint64_t cost = grouping.values.size();
      if (exhaustive) {
        cost = 0;
        for (const Subtable &remainder : grouping.remainders)
          cost += leastCost(remainder);
      }
      if (cost < bestCost) {
        bestCost = cost;
        best = std::move(grouping);
      }
    }
    return best;
  }

  uint64_t leastCost(Subtable table) {
    dropUnreadInputs(table);
    if (table.inputs.empty())
      return costOfClass(table.classes.front());
    auto known = costs.find(table);
    if (known != costs.end())
      return known->second;
    uint64_t best = std::numeric_limits<uint64_t>::max();
    for (unsigned place = 0; place < table.inputs.size(); ++place) {
      uint64_t cost = 0;
      for (const Subtable &remainder : group(table, place).remainders)
        cost += leastCost(remainder);
      best = std::min(best, cost);
    }
    return costs[std::move(table)] = best;
  }

  llvm::function_ref<uint64_t(int64_t)> costOfClass;
  uint64_t maxCost;
  bool exhaustive;
  std::map<Subtable, uint64_t> costs;
};

} // namespace

std::optional<CubePartition> mlir::craft::partitionIntoCubes(
    const ClassTable &table, llvm::function_ref<uint64_t(int64_t)> costOfClass,
    uint64_t maxCost) {
  Subtable root;
  root.sizes = table.sizes;
  root.classes = table.classes;
  uint64_t orders = 1;
  for (unsigned input = 0; input < table.sizes.size(); ++input) {
    root.inputs.push_back(input);
    orders *= input + 1;
    if (orders > table.classes.size() + (1 << 16))
      break;
  }
  for (unsigned input = root.inputs.size(); input < table.sizes.size(); ++input)
    root.inputs.push_back(input);
  // What trying every order of inputs may cost.
  constexpr uint64_t maxWork = uint64_t(1) << 20;
  bool exhaustive = orders <= maxWork / table.classes.size();

  CubePartition result;
  SmallVector<Cube::Constraint> constraints;
  if (!Partitioner(costOfClass, maxCost, exhaustive)
           .partition(std::move(root), constraints, result))
    return std::nullopt;
  return result;
}
