//===- QuadrantCover.cpp - Relations of ordered values as quadrants -*- C++
//-*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Conversion/RaspToCraft/QuadrantCover.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::rasp;

/// The greatest quadrants of misses at one corner of the relation.
static void appendCorner(const Relation &relation, bool upperKeys,
                         bool upperQueries, std::vector<Quadrant> &quadrants) {
  size_t numKeys = relation.getNumKeys(), numQueries = relation.getNumQueries();
  auto at = [](bool isUpper, size_t size, size_t distance) {
    return isUpper ? size - 1 - distance : distance;
  };
  // How many queries from their end on miss all keys so far.
  size_t depth = numQueries;
  for (size_t k = 0; k < numKeys; ++k) {
    size_t key = at(upperKeys, numKeys, k);
    size_t missed = 0;
    while (missed < depth &&
           !relation.get(key, at(upperQueries, numQueries, missed)))
      ++missed;
    // Where the next key would narrow it, the quadrant so far is greatest.
    if (missed < depth && k > 0)
      quadrants.push_back(
          {{upperKeys, at(upperKeys, numKeys, k - 1)},
           {upperQueries, at(upperQueries, numQueries, depth - 1)}});
    depth = missed;
    if (depth == 0)
      return;
  }
  quadrants.push_back(
      {{upperKeys, at(upperKeys, numKeys, numKeys - 1)},
       {upperQueries, at(upperQueries, numQueries, depth - 1)}});
}

std::optional<std::vector<Quadrant>>
mlir::rasp::coverMisses(const Relation &relation) {
  size_t numKeys = relation.getNumKeys(), numQueries = relation.getNumQueries();
  std::vector<Quadrant> quadrants;
  for (bool upperKeys : {false, true})
    for (bool upperQueries : {false, true})
      appendCorner(relation, upperKeys, upperQueries, quadrants);

  // How many quadrants cover each pair.
  std::vector<unsigned> counts(numKeys * numQueries, 0);
  auto visit = [&](const Quadrant &quadrant, auto callback) {
    for (size_t key = 0; key < numKeys; ++key)
      for (size_t query = 0; query < numQueries; ++query)
        if (quadrant.contains(key, query))
          callback(counts[key * numQueries + query]);
  };
  for (const Quadrant &quadrant : quadrants)
    visit(quadrant, [](unsigned &count) { ++count; });
  for (size_t key = 0; key < numKeys; ++key)
    for (size_t query = 0; query < numQueries; ++query)
      if (!relation.get(key, query) && counts[key * numQueries + query] == 0)
        return std::nullopt;

  // Those that others cover altogether are not needed.
  std::vector<Quadrant> needed;
  for (const Quadrant &quadrant : quadrants) {
    bool isCovered = true;
    visit(quadrant, [&](unsigned &count) { isCovered &= count > 1; });
    if (isCovered)
      visit(quadrant, [](unsigned &count) { --count; });
    else
      needed.push_back(quadrant);
  }
  return needed;
}
