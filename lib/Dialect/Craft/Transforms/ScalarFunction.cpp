//===- ScalarFunction.cpp - Functions of a number in ReLU units -----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Transforms/ScalarFunction.h"

#include "rasp/Dialect/Craft/Analysis/Rounding.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir::craft;
using llvm::ArrayRef;
using llvm::SmallVector;

/// lhs + factor * rhs.
static SmallVector<double> addScaled(ArrayRef<double> lhs, double factor,
                                     ArrayRef<double> rhs) {
  SmallVector<double> result(lhs);
  for (auto [sum, number] : llvm::zip_equal(result, rhs))
    sum += factor * number;
  return result;
}

static double maxAbs(ArrayRef<double> numbers) {
  double result = 0;
  for (double number : numbers)
    result = std::max(result, std::abs(number));
  return result;
}

//===----------------------------------------------------------------------===//
// Staircases
//===----------------------------------------------------------------------===//

/// How often the error of a code fits into the flat around it.
static constexpr double safetyFactor = 4;

/// The error of `code` with what rounding it and the bias of its unit adds.
static double roundedError(double code, double error) {
  return error + 2 * unitRoundoff * std::abs(code) + leastNormal;
}

/// The width of the ramp in a gap, a power of two: at most half the gap, and
/// less where the flats on its sides would not hold `margin`. Nothing where a
/// sixteenth of the gap is still too much.
static std::optional<double> chooseRampWidth(double gap, double margin) {
  if (!(gap > 0) || !std::isfinite(gap))
    return std::nullopt;
  double width = std::ldexp(1.0, std::ilogb(gap / 2));
  // The threshold is rounded by up to an eighth of the width.
  for (; width >= gap / 16; width /= 2)
    if ((gap - width) / 2 - width / 8 >= margin)
      return width;
  return std::nullopt;
}

static std::optional<double>
chooseRampWidth(const CodedPoint &left, const CodedPoint &right, double error) {
  double margin = safetyFactor * std::max(roundedError(left.code, error),
                                          roundedError(right.code, error));
  return chooseRampWidth(right.code - left.code, margin);
}

size_t mlir::craft::countSteps(ArrayRef<CodedPoint> points) {
  size_t steps = 0;
  for (size_t index = 1; index < points.size(); ++index)
    steps += points[index - 1].value != points[index].value;
  return steps;
}

std::optional<size_t> mlir::craft::findIndistinct(ArrayRef<CodedPoint> points,
                                                  double error) {
  for (size_t index = 0; index + 1 < points.size(); ++index)
    if (points[index].value != points[index + 1].value &&
        !chooseRampWidth(points[index], points[index + 1], error))
      return index;
  return std::nullopt;
}

ReluSum mlir::craft::makeStaircase(ArrayRef<CodedPoint> points,
                                   ArrayRef<SmallVector<double>> values,
                                   double error,
                                   std::optional<int64_t> baseValue) {
  double middle = (points.front().code + points.back().code) / 2;
  // The points from whose value the function changes to the next one's.
  SmallVector<size_t> steps;
  for (size_t index = 0; index + 1 < points.size(); ++index)
    if (points[index].value != points[index + 1].value)
      steps.push_back(index);
  auto threshold = [&](size_t step) {
    return (points[steps[step]].code + points[steps[step] + 1].code) / 2;
  };

  // The number of steps to the left of the base run.
  size_t base = 0;
  if (!baseValue) {
    while (base < steps.size() && threshold(base) < middle)
      ++base;
  } else {
    double bestDistance = std::numeric_limits<double>::infinity();
    for (size_t run = 0; run <= steps.size(); ++run) {
      size_t first = run == 0 ? 0 : steps[run - 1] + 1;
      size_t last = run == steps.size() ? points.size() - 1 : steps[run];
      double distance = std::max(
          {points[first].code - middle, middle - points[last].code, 0.0});
      if (points[first].value == *baseValue && distance < bestDistance) {
        bestDistance = distance;
        base = run;
      }
    }
  }

  ReluSum result;
  result.base = values[points[base == 0 ? 0 : steps[base - 1] + 1].value];
  for (size_t step = 0; step < steps.size(); ++step) {
    const CodedPoint &left = points[steps[step]];
    const CodedPoint &right = points[steps[step] + 1];
    double width = *chooseRampWidth(left, right, error);
    double center = std::nearbyint(threshold(step) / (width / 4)) * (width / 4);
    bool towardsLeft = step < base;
    double slope = (towardsLeft ? -1 : 1) / width;
    SmallVector<double> jump =
        towardsLeft ? addScaled(values[left.value], -1, values[right.value])
                    : addScaled(values[right.value], -1, values[left.value]);
    SmallVector<double> back = addScaled(jump, -2, jump);
    result.terms.push_back({slope, -slope * center + 0.5, std::move(jump)});
    result.terms.push_back({slope, -slope * center - 0.5, std::move(back)});
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Interpolation
//===----------------------------------------------------------------------===//

/// A bound on the error of `sum` at the points when computed in f32 from codes
/// that are off by `error`.
static double interpolationError(const ReluSum &sum,
                                 ArrayRef<CodedPoint> points,
                                 double greatestSlope, double error) {
  BinaryGrid codes, outputs, bases;
  double greatest = 0, greatestOutput = 0;
  for (const CodedPoint &point : points)
    codes.add(point.code);
  for (double number : sum.base)
    bases.add(number);
  for (const ReluSum::Term &term : sum.terms) {
    for (double number : term.output)
      outputs.add(number);
    greatestOutput = std::max(greatestOutput, maxAbs(term.output));
  }
  for (const CodedPoint &point : points) {
    double magnitude = maxAbs(sum.base);
    for (const ReluSum::Term &term : sum.terms)
      magnitude += maxAbs(term.output) *
                   std::max(term.weight * point.code + term.bias, 0.0);
    greatest = std::max(greatest, magnitude);
  }
  double reach = points.back().code - points.front().code;
  double greatestCode =
      std::max(std::abs(points.front().code), std::abs(points.back().code));
  if (error == 0 && codes.holds(std::max(reach, greatestCode)) &&
      outputs.holds(greatestOutput) &&
      (codes * outputs + bases).holds(greatest))
    return 0;
  return 3 * unitRoundoff * greatest +
         greatestSlope * roundedError(greatestCode, error);
}

std::optional<ReluSum>
mlir::craft::makeInterpolation(ArrayRef<CodedPoint> points,
                               ArrayRef<SmallVector<double>> values,
                               double error, double maxError) {
  size_t last = points.size() - 1;
  // The slopes between neighbours.
  std::vector<SmallVector<double>> slopes;
  double greatestSlope = 0;
  for (size_t index = 0; index < last; ++index) {
    double gap = points[index + 1].code - points[index].code;
    if (!(gap > 0))
      return std::nullopt;
    SmallVector<double> slope = addScaled(values[points[index + 1].value], -1,
                                          values[points[index].value]);
    for (double &number : slope)
      number /= gap;
    greatestSlope = std::max(greatestSlope, maxAbs(slope));
    slopes.push_back(std::move(slope));
  }

  // Away from the base point, to the right by units active to the right, and
  // to the left by units active to the left.
  auto isZero = [](ArrayRef<double> numbers) { return maxAbs(numbers) == 0; };
  std::vector<size_t> changesBefore(last + 1, 0);
  for (size_t index = 1; index < last; ++index)
    changesBefore[index + 1] =
        changesBefore[index] + (slopes[index] != slopes[index - 1]);
  double middle = (points.front().code + points.back().code) / 2;
  size_t base = 0;
  auto costOf = [&](size_t point) {
    size_t left =
        point == 0 ? 0 : changesBefore[point] + !isZero(slopes[point - 1]);
    size_t right = point == last
                       ? 0
                       : changesBefore[last] -
                             (point == 0 ? 0 : changesBefore[point + 1]) +
                             !isZero(slopes[point]);
    return std::make_pair(left + right, std::abs(points[point].code - middle));
  };
  for (size_t point = 1; point <= last; ++point)
    if (costOf(point) < costOf(base))
      base = point;

  ReluSum result;
  result.base = values[points[base].value];
  SmallVector<double> flat(result.base.size(), 0.0);
  for (size_t index = base; index < last; ++index) {
    SmallVector<double> change =
        addScaled(slopes[index], -1, index == base ? flat : slopes[index - 1]);
    if (!isZero(change))
      result.terms.push_back({1, -points[index].code, std::move(change)});
  }
  for (size_t index = base; index > 0; --index) {
    SmallVector<double> change =
        addScaled(index == base ? flat : slopes[index], -1, slopes[index - 1]);
    if (!isZero(change))
      result.terms.push_back({-1, points[index].code, std::move(change)});
  }
  // Where it overflows, the error is no number.
  if (!(interpolationError(result, points, greatestSlope, error) <= maxError))
    return std::nullopt;
  return result;
}
