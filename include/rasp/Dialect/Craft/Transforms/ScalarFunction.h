//===- ScalarFunction.h - Functions of a number in ReLU units ---*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_TRANSFORMS_SCALARFUNCTION_H
#define RASP_DIALECT_CRAFT_TRANSFORMS_SCALARFUNCTION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mlir::craft {

/// A point of a function of one number: at `code` it takes the value with the
/// index `value`.
struct CodedPoint {
  double code = 0;
  int64_t value = 0;
};

/// The function base + sum of output * relu(weight * x + bias).
struct ReluSum {
  struct Term {
    double weight, bias;
    llvm::SmallVector<double> output;
  };
  llvm::SmallVector<double> base;
  std::vector<Term> terms;
};

/// How often the value changes along `points`, which are sorted by code.
size_t countSteps(llvm::ArrayRef<CodedPoint> points);

/// The first of `points` whose value differs from the next one's although
/// their codes lie too close to be told apart when each is off by `error`.
std::optional<size_t> findIndistinct(llvm::ArrayRef<CodedPoint> points,
                                     double error);

/// A function with the value `values[point.value]` in a neighbourhood of each
/// point that holds its error four times: two units for each step, a ramp in
/// the middle of the gap. Slopes are powers of two and thresholds have few
/// bits, so that f32 adds little error. To the left of the base run of equal
/// values the ramps are active to the left, on the other side to the right.
/// The base run is one with the value `baseValue`, or where that is not given
/// the middle one, so that no activation grows larger than it must.
///
/// No two points may be indistinct.
ReluSum makeStaircase(llvm::ArrayRef<CodedPoint> points,
                      llvm::ArrayRef<llvm::SmallVector<double>> values,
                      double error, std::optional<int64_t> baseValue);

/// A function linear between the points: one unit for each change of slope.
/// It passes the error of its input on, and is not made where its own error
/// could exceed `maxError`.
std::optional<ReluSum>
makeInterpolation(llvm::ArrayRef<CodedPoint> points,
                  llvm::ArrayRef<llvm::SmallVector<double>> values,
                  double error, double maxError);

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_TRANSFORMS_SCALARFUNCTION_H
