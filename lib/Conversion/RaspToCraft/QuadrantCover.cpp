//===- QuadrantCover.cpp - Relations as quadrants -------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Conversion/RaspToCraft/QuadrantCover.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

#include <algorithm>

using namespace mlir::rasp;

namespace {

/// A quadrant as its extents: how many keys and how many queries it has,
/// counted from its corner of the relation.
struct Extents {
  size_t keys, queries;
};

/// Quadrants of misses at one corner of the relation. None of them contains
/// another: sorted by their keys, they descend like a staircase.
class Corner {
public:
  /// All greatest quadrants of misses.
  Corner(const Relation &relation, bool upperKeys, bool upperQueries);

  bool hasUpperKeys() const { return upperKeys; }

  /// For each query, how many keys from this corner's end on are covered.
  std::vector<size_t> getDepths() const;

  /// Leaves out quadrants that the others cover altogether, one by one;
  /// `isCovered(query, begin, end)` is whether other corners cover a range of
  /// keys, counted from this corner's end.
  void prune(llvm::function_ref<bool(size_t, size_t, size_t)> isCovered);

  void append(std::vector<Quadrant> &quadrants) const {
    for (const Extents &step : steps)
      quadrants.push_back({{upperKeys, getKey(step.keys - 1)},
                           {upperQueries, getQuery(step.queries - 1)}});
  }

private:
  size_t getKey(size_t distance) const {
    return upperKeys ? numKeys - 1 - distance : distance;
  }
  size_t getQuery(size_t distance) const {
    return upperQueries ? numQueries - 1 - distance : distance;
  }

  size_t numKeys, numQueries;
  bool upperKeys, upperQueries;
  std::vector<Extents> steps;
};

} // namespace

Corner::Corner(const Relation &relation, bool upperKeys, bool upperQueries)
    : numKeys(relation.getNumKeys()), numQueries(relation.getNumQueries()),
      upperKeys(upperKeys), upperQueries(upperQueries) {
  // How many queries from their end on miss all keys so far.
  size_t depth = numQueries;
  for (size_t key = 0; key < numKeys && depth > 0; ++key) {
    size_t missed = 0;
    while (missed < depth && !relation.get(getKey(key), getQuery(missed)))
      ++missed;
    // Where the next key would narrow it, the quadrant so far is greatest.
    if (missed < depth && key > 0)
      steps.push_back({key, depth});
    depth = missed;
  }
  if (depth > 0 && numKeys > 0)
    steps.push_back({numKeys, depth});
}

std::vector<size_t> Corner::getDepths() const {
  std::vector<size_t> depths(numQueries, 0);
  // The last quadrant that has a query is the deepest one there.
  size_t begin = 0;
  for (const Extents &step : llvm::reverse(steps))
    for (; begin < step.queries; ++begin)
      depths[getQuery(begin)] = step.keys;
  return depths;
}

void Corner::prune(llvm::function_ref<bool(size_t, size_t, size_t)> isCovered) {
  std::vector<Extents> needed;
  for (size_t index = 0; index < steps.size(); ++index) {
    // What no other quadrant of this corner covers lies beyond the keys of the
    // one before and beyond the queries of the one after. The queries are
    // disjoint for all of them, so that all are visited at most once.
    const Extents &step = steps[index];
    size_t beginKey = needed.empty() ? 0 : needed.back().keys;
    size_t beginQuery = index + 1 < steps.size() ? steps[index + 1].queries : 0;
    if (!llvm::all_of(llvm::seq(beginQuery, step.queries), [&](size_t query) {
          return isCovered(getQuery(query), beginKey, step.keys);
        }))
      needed.push_back(step);
  }
  steps = std::move(needed);
}

std::optional<std::vector<Quadrant>>
mlir::rasp::coverMisses(const Relation &relation) {
  size_t numKeys = relation.getNumKeys(), numQueries = relation.getNumQueries();
  std::vector<Corner> corners;
  std::vector<std::vector<size_t>> depths;
  for (bool upperKeys : {false, true})
    for (bool upperQueries : {false, true}) {
      corners.emplace_back(relation, upperKeys, upperQueries);
      depths.push_back(corners.back().getDepths());
    }
  // How many keys from one end on the corners except one cover for a query.
  auto getDepth = [&](bool upperKeys, size_t query, size_t exception) {
    size_t depth = 0;
    for (size_t index = 0; index < corners.size(); ++index)
      if (index != exception && corners[index].hasUpperKeys() == upperKeys)
        depth = std::max(depth, depths[index][query]);
    return depth;
  };

  for (size_t query = 0; query < numQueries; ++query) {
    size_t end = numKeys - getDepth(/*upperKeys=*/true, query, corners.size());
    for (size_t key = getDepth(/*upperKeys=*/false, query, corners.size());
         key < end; ++key)
      if (!relation.get(key, query))
        return std::nullopt;
  }

  // Those that others cover altogether are not needed.
  std::vector<Quadrant> needed;
  for (size_t index = 0; index < corners.size(); ++index) {
    Corner &corner = corners[index];
    corner.prune([&](size_t query, size_t begin, size_t end) {
      bool upperKeys = corner.hasUpperKeys();
      begin = std::max(begin, getDepth(upperKeys, query, index));
      return begin >=
             std::min(end, numKeys - getDepth(!upperKeys, query, index));
    });
    depths[index] = corner.getDepths();
    corner.append(needed);
  }
  return needed;
}
