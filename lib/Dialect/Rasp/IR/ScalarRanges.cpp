//===- ScalarRanges.cpp - The values in the region of a map ---------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarRanges.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::inference;

static constexpr double infinity = std::numeric_limits<double>::infinity();

ScalarRanges::ScalarRanges(Block &body, const ElementwiseInputs &inputs,
                           const DomainContext &context)
    : inputs(inputs), context(context) {
  size_t numVariables = inputs.getVariables().size();
  for (BlockArgument argument : body.getArguments()) {
    unsigned variable = inputs.getVariable(argument.getArgNumber());
    Range range;
    range.domain = inputs.getVariables()[variable].domain;
    range.variables.resize(numVariables);
    range.variables.set(variable);
    ranges.try_emplace(argument, std::move(range));
  }
  AffineForms forms(body);
  for (Operation &op : body.without_terminator()) {
    // Single bits are booleans, not numbers.
    const AffineForm *form = forms.lookup(op.getResult(0));
    bool isAffine = form && !op.getResult(0).getType().isInteger(1);
    Range range =
        isAffine ? inferAffine(*form) : infer(cast<ScalarOpInterface>(op));
    // Beyond 64 bits an integer op fails.
    constexpr double limit = 9.2e18;
    if (op.getResult(0).getType().isInteger(64) && range.domain.isNumeric() &&
        (range.domain.getLow() < -limit || range.domain.getHigh() > limit))
      setFailure(&op, {}, "integer overflow");
    if (op.getResult(0).getType().isF64() && range.domain.isNumeric() &&
        (range.domain.getLow() == -infinity ||
         range.domain.getHigh() == infinity))
      setFailure(&op, {}, "gives no finite number");
    ranges.try_emplace(op.getResult(0), std::move(range));
  }
  result = ranges.at(cast<YieldOp>(body.getTerminator()).getValue());
}

void ScalarRanges::setFailure(Operation *op, ArrayRef<Scalar> operands,
                              const llvm::Twine &reason) {
  if (!failure)
    failure = {op, SmallVector<Scalar>(operands), reason.str()};
}

/// Whether values of different `ranges` do not depend on one another.
bool ScalarRanges::areIndependent(ArrayRef<const Range *> operands) const {
  llvm::SmallBitVector seen(inputs.getVariables().size());
  bool sawRelated = false;
  for (const Range *range : operands) {
    if (seen.anyCommon(range->variables))
      return false;
    seen |= range->variables;
    bool isRelated =
        llvm::any_of(range->variables.set_bits(), [&](unsigned variable) {
          return inputs.isRelated(variable);
        });
    if (isRelated && sawRelated)
      return false;
    sawRelated |= isRelated;
  }
  return true;
}

ScalarRanges::Range ScalarRanges::inferAffine(const AffineForm &form) const {
  Range range;
  range.domain = inputs.inferAffine(form).domain.withoutNone();
  range.variables.resize(inputs.getVariables().size());
  for (auto [operand, factor] : llvm::enumerate(form.factors))
    if (factor != Scalar::integer(0))
      range.variables.set(inputs.getVariable(operand));
  // Forms of length and position are summed as such, other relations are lost.
  unsigned numRelated = 0;
  bool areForms = true;
  for (unsigned variable : range.variables.set_bits()) {
    if (!inputs.isRelated(variable))
      continue;
    ++numRelated;
    areForms &= inputs.getVariables()[variable].facts->position.has_value();
  }
  range.isExact = range.domain.isFinite() && (numRelated < 2 || areForms);
  return range;
}

ScalarRanges::Range ScalarRanges::infer(ScalarOpInterface op) {
  Range range;
  range.variables.resize(inputs.getVariables().size());
  // Each operand once, though it may stand several times.
  SmallVector<Value> values;
  SmallVector<const Range *> operands;
  SmallVector<unsigned> numbers;
  uint64_t numCombinations = 1;
  for (Value operand : op->getOperands()) {
    auto known = llvm::find(values, operand);
    numbers.push_back(known - values.begin());
    if (known != values.end())
      continue;
    const Range &operandRange = ranges.at(operand);
    values.push_back(operand);
    operands.push_back(&operandRange);
    range.variables |= operandRange.variables;
    range.isExact &= operandRange.isExact;
    numCombinations =
        operandRange.domain.isFinite()
            ? std::min<uint64_t>(numCombinations *
                                     operandRange.domain.getValues().size(),
                                 uint64_t(1) << 32)
            : uint64_t(1) << 32;
  }
  if (numCombinations > context.maxCombinations) {
    range.isExact = false;
    range.domain = inferInterval(op);
    return range;
  }

  range.isExact &= areIndependent(operands);
  std::vector<Scalar> results;
  SmallVector<Scalar> chosen(values.size()), arguments(numbers.size());
  auto choose = [&](auto &self, unsigned number) -> void {
    if (number < chosen.size()) {
      for (const Scalar &value : operands[number]->domain.getValues()) {
        chosen[number] = value;
        self(self, number + 1);
      }
      return;
    }
    for (auto [argument, source] : llvm::zip_equal(arguments, numbers))
      argument = chosen[source];
    std::string reason;
    FailureOr<Scalar> value = op.evaluateScalar(arguments, reason);
    if (succeeded(value))
      results.push_back(*value);
    else
      setFailure(op, arguments, reason);
  };
  choose(choose, 0);
  range.domain = Domain::finite(results);
  range.isExact &= range.domain.isFinite();
  return range;
}

//===----------------------------------------------------------------------===//
// Intervals
//===----------------------------------------------------------------------===//

/// The kind of `domain`, a grid or an interval, with other bounds.
static Domain withBounds(const Domain &domain, double low, double high) {
  if (domain.getKind() == Domain::Kind::Grid)
    return Domain::grid(low, high, domain.getMaxDenominator());
  return Domain::interval(low, high, domain.getLeastGap());
}

/// The grid or interval around the numbers of `domain`.
static Domain getAround(const Domain &domain) {
  if (!domain.isNumeric())
    return Domain::interval(-infinity, infinity, 0);
  if (!domain.isFinite())
    return domain;
  int64_t denominator = 1;
  for (const Scalar &value : domain.getValues()) {
    if (!value.isExact())
      return Domain::interval(domain.getLow(), domain.getHigh(), 0);
    denominator = std::max(denominator, value.getDenominator());
  }
  return Domain::grid(domain.getLow(), domain.getHigh(), denominator);
}

/// Bounds on the products, or quotients, of numbers in two intervals.
static std::pair<double, double>
combine(const Domain &lhs, const Domain &rhs,
        function_ref<double(double, double)> function) {
  double low = infinity, high = -infinity;
  for (double left : {lhs.getLow(), lhs.getHigh()})
    for (double right : {rhs.getLow(), rhs.getHigh()}) {
      double value = function(left, right);
      // Infinity times zero, or infinity through infinity.
      if (std::isnan(value))
        return {-infinity, infinity};
      low = std::min(low, value);
      high = std::max(high, value);
    }
  return {low, high};
}

/// The interval between bounds that were computed from rounded numbers.
static Domain getRounded(double low, double high) {
  double margin = 4 * std::numeric_limits<double>::epsilon();
  return Domain::interval(low - margin * std::abs(low),
                          high + margin * std::abs(high), 0);
}

/// The least magnitude of a number in `domain` other than 0, or 0 if it has no
/// least.
static double getLeastMagnitude(const Domain &domain) {
  if (domain.getKind() == Domain::Kind::Grid)
    return 1 / static_cast<double>(domain.getMaxDenominator());
  if (!domain.isFinite())
    return 0;
  double least = infinity;
  for (const Scalar &value : domain.getValues())
    if (value != Scalar::integer(0))
      least = std::min(least, std::abs(value.getDouble()));
  return least;
}

/// The domain of the result from the bounds of the operands, where they have
/// too many values to list.
Domain ScalarRanges::inferInterval(ScalarOpInterface op) {
  Type type = op->getResult(0).getType();
  auto operand = [&](unsigned number) {
    return getAround(ranges.at(op->getOperand(number)).domain);
  };
  auto integer = [](double low, double high) {
    return Domain::grid(std::floor(low), std::ceil(high), 1);
  };
  return llvm::TypeSwitch<Operation *, Domain>(op)
      .Case<arith::CmpIOp, arith::CmpFOp, CompareStringsOp>(
          [](auto) { return Domain::booleans(); })
      .Case([&](arith::SelectOp select) {
        return Domain::join(ranges.at(select.getTrueValue()).domain,
                            ranges.at(select.getFalseValue()).domain);
      })
      .Case<arith::MaximumFOp, arith::MaxNumFOp, arith::MaxSIOp>([&](auto) {
        Domain lhs = operand(0), rhs = operand(1);
        return withBounds(Domain::join(lhs, rhs),
                          std::max(lhs.getLow(), rhs.getLow()),
                          std::max(lhs.getHigh(), rhs.getHigh()));
      })
      .Case<arith::MinimumFOp, arith::MinNumFOp, arith::MinSIOp>([&](auto) {
        Domain lhs = operand(0), rhs = operand(1);
        return withBounds(Domain::join(lhs, rhs),
                          std::min(lhs.getLow(), rhs.getLow()),
                          std::min(lhs.getHigh(), rhs.getHigh()));
      })
      .Case<math::AbsFOp, math::AbsIOp>([&](auto) {
        Domain domain = operand(0);
        double low = domain.getLow(), high = domain.getHigh();
        double most = std::max(std::abs(low), std::abs(high));
        double least = low > 0 ? low : high < 0 ? -high : 0;
        // Numbers on both sides of 0 may come closer to one another.
        return domain.getKind() == Domain::Kind::Grid || low >= 0 || high <= 0
                   ? withBounds(domain, least, most)
                   : Domain::interval(least, most, 0);
      })
      .Case<arith::AddFOp, arith::AddIOp>(
          [&](auto) { return Domain::sum(operand(0), operand(1)); })
      .Case<arith::SubFOp, arith::SubIOp>([&](auto) {
        return Domain::sum(operand(0),
                           Domain::product(operand(1), Scalar::integer(-1)));
      })
      .Case<arith::MulFOp, arith::MulIOp>([&](auto) {
        Domain lhs = operand(0), rhs = operand(1);
        auto [low, high] =
            combine(lhs, rhs, [](double x, double y) { return x * y; });
        constexpr double exactLimit = 0x1p52;
        if (lhs.isIntegral() && rhs.isIntegral() && low > -exactLimit &&
            high < exactLimit)
          return integer(low, high);
        return type.isInteger() ? integer(-0x1p63, 0x1p63)
                                : getRounded(low, high);
      })
      .Case<arith::DivFOp, arith::DivSIOp>([&](auto division) {
        Domain dividend = operand(0), divisor = operand(1);
        if (ranges.at(division.getRhs()).domain.contains(Scalar::integer(0)))
          setFailure(op, {}, "division by zero");
        double most =
            std::max(std::abs(dividend.getLow()), std::abs(dividend.getHigh()));
        // No quotient of integers is greater than the dividend.
        if (type.isInteger())
          return integer(-most, most);
        if (divisor.getLow() <= 0 && divisor.getHigh() >= 0) {
          double least = getLeastMagnitude(ranges.at(division.getRhs()).domain);
          double bound = most == 0 ? 0 : most / least;
          return getRounded(-bound, bound);
        }
        auto [low, high] = combine(dividend, divisor,
                                   [](double x, double y) { return x / y; });
        return getRounded(low, high);
      })
      .Case([&](arith::RemSIOp remainder) {
        Domain dividend = operand(0), divisor = operand(1);
        if (ranges.at(remainder.getRhs()).domain.contains(Scalar::integer(0)))
          setFailure(op, {}, "division by zero");
        double most =
            std::max(std::abs(divisor.getLow()), std::abs(divisor.getHigh()));
        return integer(dividend.getLow() < 0 ? -most : 0,
                       dividend.getHigh() > 0 ? most : 0);
      })
      .Case([&](arith::NegFOp) {
        return Domain::product(operand(0), Scalar::integer(-1));
      })
      .Case([&](arith::SIToFPOp) { return operand(0); })
      .Case<math::FloorOp, math::CeilOp, math::RoundOp, math::RoundEvenOp,
            math::TruncOp, arith::FPToSIOp>([&](auto) {
        return integer(operand(0).getLow(), operand(0).getHigh());
      })
      .Default([&](Operation *) {
        setFailure(op, {}, "is not known to be defined on all values");
        if (type.isInteger(1))
          return Domain::booleans();
        if (type.isInteger())
          return integer(-0x1p63, 0x1p63);
        if (isa<FloatType>(type))
          return Domain::interval(-infinity, infinity, 0);
        return Domain::any(/*hasNone=*/false);
      });
}
