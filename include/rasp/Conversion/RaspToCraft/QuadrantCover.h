//===- QuadrantCover.h - Relations as quadrants --------------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_CONVERSION_RASPTOCRAFT_QUADRANTCOVER_H
#define RASP_CONVERSION_RASPTOCRAFT_QUADRANTCOVER_H

#include "rasp/Conversion/RaspToCraft/SelectorForm.h"

#include <tuple>

namespace mlir::rasp {

/// The values from one end of an ordered domain up to and with `bound`.
struct HalfLine {
  /// From `bound` to the greatest value, or from the least one to `bound`.
  bool isUpper;
  size_t bound;

  bool contains(size_t value) const {
    return isUpper ? value >= bound : value <= bound;
  }
  bool operator<(const HalfLine &other) const {
    return std::tie(isUpper, bound) < std::tie(other.isUpper, other.bound);
  }
};

/// All pairs of a key in one half-line and a query in another.
struct Quadrant {
  HalfLine keys, queries;

  bool contains(size_t key, size_t query) const {
    return keys.contains(key) && queries.contains(query);
  }
};

/// Quadrants whose union is exactly the pairs that `relation`, over keys and
/// queries in ascending order, does not hold for; nothing if there are none
/// such. Comparisons and equality have them.
///
/// A step that tells whether a number lies in a half-line can be computed so
/// that it is exactly 0 outside. A score that is a sum of products of such
/// steps is then exactly 0 for a match, however inexact the steps are where
/// they are 1: what a count of matches needs.
std::optional<std::vector<Quadrant>> coverMisses(const Relation &relation);

} // namespace mlir::rasp

#endif // RASP_CONVERSION_RASPTOCRAFT_QUADRANTCOVER_H
