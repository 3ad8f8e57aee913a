//===- DomainArithmetic.cpp - Sums, multiples and means of domains --------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/Domain.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <set>

using namespace mlir;
using namespace mlir::rasp;

/// What is computed of numbers with numerators and denominators up to this is
/// certain to be exact.
static constexpr int64_t exactLimit = int64_t(1) << 61;
static constexpr int64_t maxCommonDenominator = int64_t(1) << 31;

//===----------------------------------------------------------------------===//
// Sets of integers
//===----------------------------------------------------------------------===//

namespace {
/// Numbers as (low + step * u) / denominator with integers u >= 0 that have no
/// common factor, the least of them 0.
struct ScaledValues {
  int64_t low = 0, step = 1, denominator = 1;
  std::vector<int64_t> units;
};
} // namespace

/// The least common denominator of exact `values`, if it is of a size to
/// compute with.
static std::optional<int64_t> getCommonDenominator(ArrayRef<Scalar> values) {
  int64_t denominator = 1;
  for (const Scalar &value : values) {
    if (!value.isExact())
      return std::nullopt;
    int64_t factor =
        value.getDenominator() / std::gcd(denominator, value.getDenominator());
    if (denominator > maxCommonDenominator / factor)
      return std::nullopt;
    denominator *= factor;
  }
  return denominator;
}

/// `values` times `denominator`, a multiple of all their denominators.
static std::optional<std::vector<int64_t>>
getNumerators(ArrayRef<Scalar> values, int64_t denominator) {
  std::vector<int64_t> numerators;
  numerators.reserve(values.size());
  for (const Scalar &value : values) {
    int64_t numerator;
    if (llvm::MulOverflow(value.getNumerator(),
                          denominator / value.getDenominator(), numerator) ||
        numerator > exactLimit || numerator < -exactLimit)
      return std::nullopt;
    numerators.push_back(numerator);
  }
  return numerators;
}

static std::optional<ScaledValues> scale(ArrayRef<Scalar> values) {
  std::optional<int64_t> denominator = getCommonDenominator(values);
  if (!denominator)
    return std::nullopt;
  std::optional<std::vector<int64_t>> numerators =
      getNumerators(values, *denominator);
  if (!numerators)
    return std::nullopt;
  ScaledValues scaled;
  scaled.denominator = *denominator;
  scaled.units = std::move(*numerators);
  scaled.low = scaled.units.front();
  int64_t step = 0;
  for (int64_t &unit : scaled.units) {
    unit -= scaled.low;
    step = std::gcd(step, unit);
  }
  scaled.step = std::max<int64_t>(step, 1);
  for (int64_t &unit : scaled.units)
    unit /= scaled.step;
  return scaled;
}

/// The sums of an element of `lhs` and one of `rhs`, in order, or nothing if
/// they are more than Domain::maxValues. Both are sorted and not empty.
static std::optional<std::vector<int64_t>> getSums(ArrayRef<int64_t> lhs,
                                                   ArrayRef<int64_t> rhs) {
  if (lhs.size() + rhs.size() - 1 > Domain::maxValues)
    return std::nullopt;
  int64_t low = lhs.front() + rhs.front();
  uint64_t span = static_cast<uint64_t>(lhs.back() + rhs.back()) - low;
  std::vector<int64_t> sums;
  if (span < 16 * uint64_t(Domain::maxValues)) {
    std::vector<char> reached(span + 1, false);
    for (int64_t left : lhs)
      for (int64_t right : rhs)
        reached[left + right - low] = true;
    for (auto [distance, isSum] : llvm::enumerate(reached))
      if (isSum)
        sums.push_back(low + static_cast<int64_t>(distance));
  } else {
    DenseSet<int64_t> found;
    for (int64_t left : lhs)
      for (int64_t right : rhs)
        if (found.insert(left + right).second &&
            found.size() > Domain::maxValues)
          return std::nullopt;
    sums.assign(found.begin(), found.end());
    llvm::sort(sums);
  }
  if (sums.size() > Domain::maxValues)
    return std::nullopt;
  return sums;
}

static double getMagnitude(const Domain &domain) {
  return std::max(std::abs(domain.getLow()), std::abs(domain.getHigh()));
}

/// Moves bounds that were computed from numbers of up to `magnitude`, each
/// rounded, to where no rounding leaves anything out.
static void loosen(double &low, double &high, double magnitude) {
  double margin = 4 * std::numeric_limits<double>::epsilon() * magnitude;
  low -= margin;
  high += margin;
}

/// Whether the bounds of `domain`, finite or a grid, are small integers, so
/// that sums and products of them by integers are exact.
static bool hasSmallIntegerBounds(const Domain &domain) {
  constexpr double limit = 1 << 20;
  return std::trunc(domain.getLow()) == domain.getLow() &&
         std::trunc(domain.getHigh()) == domain.getHigh() &&
         getMagnitude(domain) <= limit &&
         domain.getKind() != Domain::Kind::Interval;
}

//===----------------------------------------------------------------------===//
// Sums and multiples
//===----------------------------------------------------------------------===//

Domain Domain::product(const Domain &domain, const Scalar &factor) {
  if (domain.isAny() || domain.isUninitialized())
    return domain;
  Domain values = domain.withoutBooleans();
  bool hasNone = domain.hasNone;
  if (!values.isNumeric())
    return any(hasNone);
  if (values.isFinite()) {
    std::vector<Scalar> products;
    for (const Scalar &value : values.values)
      products.push_back(Scalar::multiply(value, factor));
    if (hasNone)
      products.push_back(Scalar::none());
    return finite(products);
  }
  if (factor == Scalar::integer(0))
    return hasNone ? finite({Scalar::none(), Scalar::integer(0)})
                   : finite({Scalar::integer(0)});

  double first = values.low * factor.getDouble();
  double second = values.high * factor.getDouble();
  double low = std::min(first, second), high = std::max(first, second);
  bool isIntegerFactor = factor.isExact() && factor.getDenominator() == 1 &&
                         std::abs(factor.getDouble()) <= 1 << 20;
  if (!isIntegerFactor || !hasSmallIntegerBounds(values))
    loosen(low, high, std::max(std::abs(low), std::abs(high)));
  if (values.kind == Kind::Grid && factor.isExact()) {
    int64_t denominator;
    double numerators = getMagnitude(values) *
                        std::abs(static_cast<double>(factor.getNumerator())) *
                        static_cast<double>(values.maxDenominator);
    if (!llvm::MulOverflow(values.maxDenominator, factor.getDenominator(),
                           denominator) &&
        denominator <= maxCommonDenominator &&
        numerators < static_cast<double>(exactLimit))
      return grid(low, high, denominator, hasNone);
  }
  return interval(low, high, 0, hasNone);
}

/// A bound on the denominators in `domain`, finite or a grid; nothing if they
/// are not all exact.
static std::optional<int64_t> getGreatestDenominator(const Domain &domain) {
  int64_t denominator = domain.getMaxDenominator();
  for (const Scalar &value : domain.getValues()) {
    if (!value.isExact() || value.getDenominator() > maxCommonDenominator)
      return std::nullopt;
    denominator = std::max(denominator, value.getDenominator());
  }
  return denominator;
}

Domain Domain::sum(const Domain &lhs, const Domain &rhs) {
  if (lhs.isUninitialized() || rhs.isUninitialized())
    return Domain();
  bool hasNone = lhs.hasNone || rhs.hasNone;
  if (!lhs.isNumeric() || !rhs.isNumeric())
    return any(hasNone);
  Domain left = lhs.withoutBooleans(), right = rhs.withoutBooleans();
  left.hasNone = right.hasNone = false;
  for (const Domain *domain : {&left, &right})
    if (domain->isFinite() && domain->values.empty())
      return finite({Scalar::none()});

  double low = left.getLow() + right.getLow();
  double high = left.getHigh() + right.getHigh();
  if (!hasSmallIntegerBounds(left) || !hasSmallIntegerBounds(right))
    loosen(low, high, getMagnitude(left) + getMagnitude(right));
  Domain result = interval(low, high, 0);
  if (left.isFinite() && right.isFinite()) {
    std::vector<Scalar> all = left.values;
    all.insert(all.end(), right.values.begin(), right.values.end());
    std::optional<int64_t> denominator = getCommonDenominator(all);
    std::optional<std::vector<int64_t>> first, second;
    if (denominator) {
      first = getNumerators(left.values, *denominator);
      second = getNumerators(right.values, *denominator);
    }
    if (first && second) {
      result = grid(low, high, *denominator);
      if (std::optional<std::vector<int64_t>> sums = getSums(*first, *second)) {
        std::vector<Scalar> values;
        for (int64_t numerator : *sums)
          values.push_back(Scalar::fraction(numerator, *denominator));
        result = finite(values);
      }
    } else if (left.values.size() * right.values.size() <= maxValues) {
      // Doubles, or fractions that may have to be rounded: one by one.
      std::vector<Scalar> values;
      for (const Scalar &x : left.values)
        for (const Scalar &y : right.values)
          values.push_back(Scalar::add(x, y));
      result = finite(values);
    }
  } else if (left.kind != Kind::Interval && right.kind != Kind::Interval) {
    // A sum of p/q and p'/q' has a denominator of at most qq'.
    std::optional<int64_t> first = getGreatestDenominator(left);
    std::optional<int64_t> second = getGreatestDenominator(right);
    if (first && second && *first <= maxCommonDenominator / *second &&
        std::max(std::abs(low), std::abs(high)) *
                static_cast<double>(*first * *second) <
            static_cast<double>(exactLimit))
      result = grid(low, high, *first * *second);
  }
  result.hasNone = hasNone;
  return result;
}

//===----------------------------------------------------------------------===//
// Means
//===----------------------------------------------------------------------===//

Domain Domain::meanOf(const Domain &domain, uint64_t maxWidth,
                      uint64_t minWidth) {
  minWidth = std::max<uint64_t>(minWidth, 1);
  Domain values = domain.withoutNone().withoutBooleans();
  if (minWidth > maxWidth || values.isUninitialized())
    return Domain();
  if (maxWidth == 1 || (values.isFinite() && values.values.size() == 1))
    return values;
  if (!values.isNumeric())
    return any(false);

  double low = values.getLow(), high = values.getHigh();
  double magnitude = getMagnitude(values) * static_cast<double>(maxWidth);
  double limit = static_cast<double>(exactLimit);
  if (values.kind == Kind::Grid && values.maxDenominator == 1 &&
      magnitude < limit)
    return grid(low, high, maxWidth);
  // A mean that is rounded to a double may leave the bounds by as much.
  double lowMean = low, highMean = high;
  loosen(lowMean, highMean, getMagnitude(values));
  Domain rounded = interval(lowMean, highMean, 0);
  if (!values.isFinite())
    return rounded;
  std::optional<ScaledValues> scaled = scale(values.values);
  if (!scaled || magnitude * static_cast<double>(scaled->denominator) >= limit)
    return rounded;

  Domain covering = grid(low, high, scaled->denominator * maxWidth);
  // The sums of the greatest width are at least this many, and each is another
  // mean.
  if (values.values.size() - 1 >= maxValues / maxWidth)
    return covering;
  std::vector<int64_t> sums = {0};
  std::set<std::pair<int64_t, int64_t>> means;
  for (uint64_t width = 1; width <= maxWidth; ++width) {
    std::optional<std::vector<int64_t>> next = getSums(sums, scaled->units);
    if (!next)
      return covering;
    sums = std::move(*next);
    if (width < minWidth)
      continue;
    for (int64_t sum : sums) {
      int64_t divisor = std::gcd(sum, static_cast<int64_t>(width));
      means.emplace(sum / divisor, static_cast<int64_t>(width) / divisor);
      if (means.size() > maxValues)
        return covering;
    }
  }
  std::vector<Scalar> result;
  Scalar offset = Scalar::fraction(scaled->low, scaled->denominator);
  Scalar step = Scalar::fraction(scaled->step, scaled->denominator);
  for (auto [numerator, denominator] : means)
    result.push_back(Scalar::add(
        offset,
        Scalar::multiply(step, Scalar::fraction(numerator, denominator))));
  return finite(result);
}
