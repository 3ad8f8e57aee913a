//===- Domain.cpp - The values that an s-op can take ----------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/Domain.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::rasp;

//===----------------------------------------------------------------------===//
// Construction
//===----------------------------------------------------------------------===//

/// The one form in which a set holds `value`.
static Scalar canonicalize(const Scalar &value) {
  if (value.getKind() == Scalar::Kind::Number && value.isExact() &&
      value.getDenominator() == 1)
    return Scalar::integer(value.getNumerator());
  return value;
}

/// A set without two equal values, in order. The kinds order equal values, so
/// that the one that is kept does not depend on the order of the input.
static void sortAndUnique(std::vector<Scalar> &values) {
  llvm::sort(values, [](const Scalar &lhs, const Scalar &rhs) {
    int order = lhs.compare(rhs);
    return order != 0 ? order < 0 : lhs.getKind() < rhs.getKind();
  });
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

Domain Domain::finite(ArrayRef<Scalar> values) {
  std::vector<Scalar> sorted;
  sorted.reserve(values.size());
  for (const Scalar &value : values)
    sorted.push_back(canonicalize(value));
  sortAndUnique(sorted);

  Domain domain;
  if (!sorted.empty() && sorted.front().isNone()) {
    domain.hasNone = true;
    sorted.erase(sorted.begin());
  }
  if (sorted.size() > maxValues)
    return widen(std::move(sorted), domain.hasNone);
  if (!sorted.empty() || domain.hasNone)
    domain.kind = Kind::Finite;
  domain.values = std::move(sorted);
  return domain;
}

Domain Domain::integers(int64_t first, int64_t last) {
  if (first > last)
    return Domain();
  // In unsigned arithmetic the distance of any two integers fits.
  if (static_cast<uint64_t>(last) - static_cast<uint64_t>(first) >= maxValues)
    return grid(first, last, 1);
  std::vector<Scalar> values;
  for (int64_t value = first;; ++value) {
    values.push_back(Scalar::integer(value));
    if (value == last)
      break;
  }
  return finite(values);
}

Domain Domain::booleans() {
  return finite({Scalar::boolean(false), Scalar::boolean(true)});
}

Domain Domain::grid(double low, double high, int64_t maxDenominator,
                    bool hasNone) {
  if (maxDenominator > maxGridDenominator)
    return interval(low, high, 0, hasNone);
  Domain domain;
  domain.kind = Kind::Grid;
  domain.hasNone = hasNone;
  // Adding 0 makes 0 of -0.
  domain.low = low + 0.0;
  domain.high = high + 0.0;
  domain.maxDenominator = std::max<int64_t>(maxDenominator, 1);
  return domain;
}

Domain Domain::interval(double low, double high, double gap, bool hasNone) {
  Domain domain;
  domain.kind = Kind::Interval;
  domain.hasNone = hasNone;
  domain.low = low + 0.0;
  domain.high = high + 0.0;
  domain.gap = std::isfinite(gap) && gap > 0 ? gap : 0;
  return domain;
}

Domain Domain::any(bool hasNone) {
  Domain domain;
  domain.kind = Kind::Any;
  domain.hasNone = hasNone;
  return domain;
}

/// The least distance of neighbours in `values`, sorted numbers.
static double leastGap(ArrayRef<Scalar> values) {
  double gap = std::numeric_limits<double>::infinity();
  for (size_t i = 1; i < values.size(); ++i)
    gap = std::min(gap, Scalar::subtract(values[i], values[i - 1]).getDouble());
  return gap;
}

Domain Domain::widen(std::vector<Scalar> values, bool hasNone) {
  if (!llvm::all_of(values, [](const Scalar &v) { return v.isNumeric(); }))
    return any(hasNone);
  double low = values.front().getDouble(), high = values.back().getDouble();
  int64_t denominator = 1;
  bool exact = true;
  for (const Scalar &value : values) {
    exact &= value.isExact();
    if (exact)
      denominator = std::max(denominator, value.getDenominator());
  }
  if (exact && denominator <= maxGridDenominator)
    return grid(low, high, denominator, hasNone);
  return interval(low, high, leastGap(values), hasNone);
}

//===----------------------------------------------------------------------===//
// Properties
//===----------------------------------------------------------------------===//

bool Domain::isNumeric() const {
  if (isAny())
    return false;
  return llvm::all_of(values, [](const Scalar &v) { return v.isNumeric(); });
}

bool Domain::isIntegral() const {
  switch (kind) {
  case Kind::Uninitialized:
  case Kind::Finite:
    return llvm::all_of(values, [](const Scalar &value) {
      return value.isExact() && value.getDenominator() == 1;
    });
  case Kind::Grid:
    return maxDenominator == 1;
  case Kind::Interval:
  case Kind::Any:
    return false;
  }
  llvm_unreachable("unknown kind of domain");
}

std::vector<Scalar> Domain::getValuesAndNone() const {
  std::vector<Scalar> all;
  if (mayBeNone())
    all.push_back(Scalar::none());
  all.insert(all.end(), values.begin(), values.end());
  return all;
}

double Domain::getLow() const {
  if (kind == Kind::Grid || kind == Kind::Interval)
    return low;
  if (values.empty())
    return std::numeric_limits<double>::infinity();
  return values.front().getDouble();
}

double Domain::getHigh() const {
  if (kind == Kind::Grid || kind == Kind::Interval)
    return high;
  if (values.empty())
    return -std::numeric_limits<double>::infinity();
  return values.back().getDouble();
}

double Domain::getLeastGap() const {
  switch (kind) {
  case Kind::Uninitialized:
  case Kind::Finite:
    return isNumeric() ? leastGap(values) : 0;
  case Kind::Grid: {
    // Different fractions p/q and p'/q' are 1/(qq') apart or more, and
    // fractions of the same denominator 1/q.
    double bound = static_cast<double>(maxDenominator);
    return maxDenominator == 1 ? 1 : 1 / (bound * (bound - 1));
  }
  case Kind::Interval:
    return gap;
  case Kind::Any:
    return 0;
  }
  llvm_unreachable("unknown kind of domain");
}

bool Domain::contains(const Scalar &value) const {
  if (value.isNone())
    return mayBeNone();
  switch (kind) {
  case Kind::Uninitialized:
    return false;
  case Kind::Finite:
    return std::binary_search(values.begin(), values.end(), value);
  case Kind::Grid:
    if (!value.isExact() || value.getDenominator() > maxDenominator)
      return false;
    [[fallthrough]];
  case Kind::Interval:
    // Rounding to doubles keeps the order, so that a bound that was rounded
    // still contains the value that it comes from.
    return value.isNumeric() && value.getDouble() >= low &&
           value.getDouble() <= high;
  case Kind::Any:
    return true;
  }
  llvm_unreachable("unknown kind of domain");
}

bool Domain::operator==(const Domain &other) const {
  return kind == other.kind && hasNone == other.hasNone && low == other.low &&
         high == other.high && gap == other.gap &&
         maxDenominator == other.maxDenominator &&
         std::equal(values.begin(), values.end(), other.values.begin(),
                    other.values.end(), [](const Scalar &a, const Scalar &b) {
                      return a.getKind() == b.getKind() && a == b;
                    });
}

namespace mlir::rasp {
llvm::hash_code hash_value(const Domain &domain) {
  auto bits = [](double value) { return llvm::bit_cast<uint64_t>(value); };
  llvm::hash_code hash = llvm::hash_combine(
      domain.kind, domain.hasNone, bits(domain.low), bits(domain.high),
      bits(domain.gap), domain.maxDenominator);
  for (const Scalar &value : domain.values)
    hash = llvm::hash_combine(hash, value.getKind(), value);
  return hash;
}
} // namespace mlir::rasp

//===----------------------------------------------------------------------===//
// Joins
//===----------------------------------------------------------------------===//

Domain Domain::withNone() const {
  Domain domain = *this;
  domain.hasNone = true;
  if (isUninitialized())
    domain.kind = Kind::Finite;
  return domain;
}

Domain Domain::withoutNone() const {
  Domain domain = *this;
  domain.hasNone = false;
  if (isFinite() && values.empty())
    return Domain();
  return domain;
}

Domain Domain::withoutBooleans() const {
  Domain domain = *this;
  for (Scalar &value : domain.values)
    if (value.getKind() == Scalar::Kind::Bool)
      value = Scalar::integer(value.getBool());
  return domain;
}

Domain Domain::join(const Domain &lhs, const Domain &rhs) {
  if (lhs == rhs || rhs.isUninitialized())
    return lhs;
  if (lhs.isUninitialized())
    return rhs;
  bool hasNone = lhs.hasNone || rhs.hasNone;
  if (lhs.isAny() || rhs.isAny())
    return any(hasNone);

  if (lhs.isFinite() && rhs.isFinite()) {
    std::vector<Scalar> all = lhs.getValuesAndNone();
    std::vector<Scalar> more = rhs.getValuesAndNone();
    all.insert(all.end(), more.begin(), more.end());
    return finite(all);
  }

  // At least one is a grid or an interval.
  if (!lhs.isNumeric() || !rhs.isNumeric())
    return any(hasNone);
  for (auto [set, other] : {std::pair(&lhs, &rhs), std::pair(&rhs, &lhs)})
    if (other->isFinite() && other->values.empty())
      return hasNone ? set->withNone() : *set;

  double low = std::min(lhs.getLow(), rhs.getLow());
  double high = std::max(lhs.getHigh(), rhs.getHigh());
  int64_t denominator = 1;
  for (const Domain *domain : {&lhs, &rhs}) {
    if (domain->kind == Kind::Interval)
      return interval(low, high,
                      lhs.withoutNone() == rhs.withoutNone() ? lhs.gap : 0,
                      hasNone);
    denominator = std::max(denominator, domain->maxDenominator);
    for (const Scalar &value : domain->values) {
      if (!value.isExact())
        return interval(low, high, 0, hasNone);
      denominator = std::max(denominator, value.getDenominator());
    }
  }
  return grid(low, high, denominator, hasNone);
}

SOpFacts SOpFacts::join(const SOpFacts &lhs, const SOpFacts &rhs) {
  if (lhs.domain.isUninitialized())
    return rhs;
  if (rhs.domain.isUninitialized())
    return lhs;
  SOpFacts facts;
  facts.domain = Domain::join(lhs.domain, rhs.domain);
  if (lhs.position == rhs.position)
    facts.position = lhs.position;
  if (lhs.permuted == rhs.permuted)
    facts.permuted = lhs.permuted;
  if (lhs.upperBound == rhs.upperBound)
    facts.upperBound = lhs.upperBound;
  facts.distinctPerPosition =
      lhs.distinctPerPosition && rhs.distinctPerPosition;
  facts.samePerPosition = lhs.samePerPosition && rhs.samePerPosition;
  return facts;
}
