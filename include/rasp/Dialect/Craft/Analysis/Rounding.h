//===- Rounding.h - What f32 rounds -----------------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_ANALYSIS_ROUNDING_H
#define RASP_DIALECT_CRAFT_ANALYSIS_ROUNDING_H

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace mlir::craft {

/// The greatest relative error of rounding to f32.
inline constexpr double unitRoundoff = 1.0 / (1 << 24);

/// The least number of f32 in full precision. What is less may become 0.
inline constexpr double leastNormal = 0x1p-126;

/// The greatest number of f32.
inline constexpr double greatestNumber = std::numeric_limits<float>::max();

/// The multiples of a power of two. Numbers on a grid are computed with
/// exactly, in any order, as long as their magnitudes stay below 2^24 of its
/// steps.
class BinaryGrid {
public:
  /// Makes the grid fine enough to hold `value`.
  void add(double value) {
    if (value == 0)
      return;
    int exponent;
    double fraction = std::frexp(value, &exponent);
    auto digits = static_cast<uint64_t>(std::ldexp(std::abs(fraction), 53));
    step = std::min(step, exponent - 53 + llvm::countr_zero(digits));
  }
  /// Whether all multiples up to `magnitude` are numbers of f32.
  bool holds(double magnitude) const {
    return step == none ||
           (std::ldexp(1.0, step) >= leastNormal &&
            magnitude <= std::min(std::ldexp(1.0, 24 + step), greatestNumber));
  }
  /// Of the products of numbers on two grids.
  friend BinaryGrid operator*(BinaryGrid lhs, BinaryGrid rhs) {
    BinaryGrid result;
    if (lhs.step != none && rhs.step != none)
      result.step = lhs.step + rhs.step;
    return result;
  }
  /// Of the sums of numbers on two grids.
  friend BinaryGrid operator+(BinaryGrid lhs, BinaryGrid rhs) {
    lhs.step = std::min(lhs.step, rhs.step);
    return lhs;
  }

private:
  /// Only zero was added.
  static constexpr int none = std::numeric_limits<int>::max();
  /// The exponent of the power of two.
  int step = none;
};

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_ANALYSIS_ROUNDING_H
