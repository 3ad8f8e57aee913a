//===- ElementwiseInference.cpp - Domains of elementwise functions --------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseInference.h"

#include "llvm/ADT/STLExtras.h"

#include <map>
#include <numeric>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::inference;

/// No more positions than this are gone through to find a form.
static constexpr uint64_t maxPositions = 1 << 16;

ElementwiseInputs::ElementwiseInputs(ValueRange inputs,
                                     ArrayRef<AbstractValue> operands,
                                     const DomainContext &context)
    : context(context) {
  for (auto [input, operand] : llvm::zip_equal(inputs, operands)) {
    auto known = llvm::find_if(variables, [value = input](const Variable &v) {
      return v.value == value;
    });
    variableOfOperand.push_back(known - variables.begin());
    if (known != variables.end())
      continue;
    const SOpFacts &facts = getSOpFacts(operand);
    variables.push_back({input, &facts, facts.domain.withoutNone()});
  }
  findRelations();
}

bool ElementwiseInputs::mayBeNone() const {
  return llvm::any_of(variables, [](const Variable &variable) {
    return variable.facts->domain.mayBeNone();
  });
}

bool ElementwiseInputs::isAlwaysNone() const {
  return llvm::any_of(variables, [](const Variable &variable) {
    return variable.domain.isUninitialized();
  });
}

bool ElementwiseInputs::areSamePerPosition() const {
  return llvm::all_of(variables, [](const Variable &variable) {
    return variable.facts->samePerPosition;
  });
}

//===----------------------------------------------------------------------===//
// Relations
//===----------------------------------------------------------------------===//

/// Finds the variables that are a form of length and position, and those that
/// are bounded by one. Disjoint widths add up to no more than the bound of one.
void ElementwiseInputs::findRelations() {
  related.resize(variables.size());
  SmallVector<unsigned> anchored, bounded;
  for (auto [number, variable] : llvm::enumerate(variables)) {
    const std::optional<PositionForm> &position = variable.facts->position;
    if (position && (position->lengthFactor || position->indexFactor))
      anchored.push_back(number);
    else if (!position && variable.facts->upperBound &&
             variable.domain.isFinite() && variable.domain.isIntegral())
      bounded.push_back(number);
  }

  for (unsigned number : bounded) {
    auto width = variables[number].value.getDefiningOp<SelectorWidthOp>();
    auto group = llvm::find_if(boundedGroups, [&](ArrayRef<unsigned> members) {
      return width && llvm::all_of(members, [&](unsigned member) {
               auto other =
                   variables[member].value.getDefiningOp<SelectorWidthOp>();
               return other &&
                      areDisjoint(width.getSelector(), other.getSelector());
             });
    });
    if (group != boundedGroups.end())
      group->push_back(number);
    else
      boundedGroups.push_back({number});
  }
  if (anchored.empty())
    llvm::erase_if(boundedGroups,
                   [](ArrayRef<unsigned> group) { return group.size() == 1; });
  if (anchored.size() < 2 && boundedGroups.empty())
    return;

  // The cost of going through the combinations decides what is used.
  uint64_t cost = anchored.empty() ? 1 : getNumPositions(context.maxSeqLen);
  if (cost > context.maxCombinations)
    return;
  for (unsigned number : anchored)
    related.set(number);
  auto rest = boundedGroups.begin();
  for (ArrayRef<unsigned> group : boundedGroups) {
    uint64_t groupCost = cost;
    for (unsigned number : group)
      groupCost = std::min(groupCost, context.maxCombinations) *
                  variables[number].domain.getValues().size();
    if (groupCost > context.maxCombinations)
      continue;
    cost = groupCost;
    for (unsigned number : group)
      related.set(number);
    *rest++ = SmallVector<unsigned>(group);
  }
  boundedGroups.erase(rest, boundedGroups.end());
  if (related.count() < 2)
    related.reset();
  else
    numRelated = cost;
}

/// The combinations of values of the related variables that occur.
std::vector<ElementwiseInputs::Tuple> ElementwiseInputs::listRelated() const {
  // The members of a tuple are the related variables in order.
  SmallVector<unsigned> memberOfVariable(variables.size());
  bool isAnchored = false;
  unsigned numMembers = 0;
  for (unsigned number : related.set_bits()) {
    memberOfVariable[number] = numMembers++;
    isAnchored |= variables[number].facts->position.has_value();
  }
  struct Bounded {
    unsigned variable, group;
  };
  SmallVector<Bounded> bounded;
  for (auto [group, members] : llvm::enumerate(boundedGroups))
    for (unsigned number : members)
      bounded.push_back({number, static_cast<unsigned>(group)});

  std::vector<Tuple> found;
  Tuple tuple(numMembers);
  SmallVector<int64_t> room(boundedGroups.size());
  auto addAt = [&](int64_t length, int64_t index) {
    for (unsigned number : related.set_bits())
      if (const auto &position = variables[number].facts->position)
        tuple[memberOfVariable[number]] = position->evaluate(length, index);
    for (auto [group, members] : llvm::enumerate(boundedGroups)) {
      room[group] = std::numeric_limits<int64_t>::min();
      for (unsigned number : members)
        room[group] = std::max(
            room[group],
            variables[number].facts->upperBound->evaluate(length, index));
    }
    auto choose = [&](auto &self, unsigned next) -> void {
      if (next == bounded.size()) {
        found.push_back(tuple);
        return;
      }
      auto [number, group] = bounded[next];
      const Variable &variable = variables[number];
      int64_t bound = std::min(
          room[group], variable.facts->upperBound->evaluate(length, index));
      for (const Scalar &value : variable.domain.getValues()) {
        if (value.getNumerator() > bound)
          break;
        tuple[memberOfVariable[number]] = value.getNumerator();
        room[group] -= value.getNumerator();
        self(self, next + 1);
        room[group] += value.getNumerator();
      }
    };
    choose(choose, 0);
  };

  auto last = static_cast<int64_t>(context.maxSeqLen);
  if (!isAnchored) {
    // Widths alone: at the last position of the longest input they have the
    // room of all others.
    addAt(last, last - 1);
  } else {
    for (int64_t length = 1; length <= last; ++length)
      for (int64_t index = 0; index < length; ++index)
        addAt(length, index);
  }
  llvm::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

//===----------------------------------------------------------------------===//
// Enumeration
//===----------------------------------------------------------------------===//

uint64_t ElementwiseInputs::getNumCombinations() const {
  constexpr uint64_t limit = uint64_t(1) << 32;
  uint64_t count = numRelated;
  for (auto [number, variable] : llvm::enumerate(variables)) {
    if (related[number])
      continue;
    if (!variable.domain.isFinite())
      return limit;
    count =
        std::min<uint64_t>(count * variable.domain.getValues().size(), limit);
  }
  return count;
}

SOpFacts ElementwiseInputs::enumerate(
    Function function, function_ref<void(ArrayRef<Scalar>)> onFailure) const {
  SmallVector<Scalar> values(variables.size());
  SmallVector<Scalar> arguments(variableOfOperand.size());
  std::vector<Scalar> results;
  if (mayBeNone())
    results.push_back(Scalar::none());
  bool hasFailed = false;
  auto evaluate = [&]() -> FailureOr<Scalar> {
    for (auto [operand, variable] : llvm::enumerate(variableOfOperand))
      arguments[operand] = values[variable];
    FailureOr<Scalar> result = function(arguments);
    if (failed(result) && !hasFailed) {
      hasFailed = true;
      onFailure(arguments);
    }
    return result;
  };

  // A form of length and position is found by evaluating at all of them.
  bool isPositional = llvm::all_of(variables, [](const Variable &variable) {
    return variable.facts->position.has_value();
  });
  SOpFacts facts;
  if (isPositional && getNumPositions(context.maxSeqLen) <= maxPositions) {
    PositionFormFitter fitter;
    std::map<Tuple, Scalar> known;
    Tuple tuple(variables.size());
    for (int64_t length = 1; length <= int64_t(context.maxSeqLen); ++length) {
      for (int64_t index = 0; index < length; ++index) {
        for (auto [number, variable] : llvm::enumerate(variables)) {
          tuple[number] = variable.facts->position->evaluate(length, index);
          values[number] = Scalar::integer(tuple[number]);
        }
        auto [entry, isNew] = known.try_emplace(tuple);
        if (isNew)
          if (FailureOr<Scalar> result = evaluate(); succeeded(result)) {
            entry->second = *result;
            results.push_back(*result);
          }
        fitter.add(length, index, entry->second);
      }
    }
    facts.position = fitter.getForm();
    facts.domain = Domain::finite(results);
  } else {
    // Results that come from one value of a variable with different values at
    // all positions make the result different as well.
    auto distinct = llvm::find_if(variables, [](const Variable &variable) {
      return variable.facts->distinctPerPosition;
    });
    bool isDistinct = distinct != variables.end() && !mayBeNone() &&
                      getNumCombinations() <= maxPositions;
    std::map<Scalar, Scalar> origins;
    size_t numKept = 0;
    auto visit = [&] {
      FailureOr<Scalar> result = evaluate();
      if (failed(result))
        return;
      if (isDistinct) {
        const Scalar &origin = values[distinct - variables.begin()];
        auto [entry, isNew] = origins.try_emplace(*result, origin);
        isDistinct = isNew || entry->second == origin;
      }
      results.push_back(*result);
      if (results.size() > 2 * numKept + Domain::maxValues) {
        llvm::sort(results);
        results.erase(std::unique(results.begin(), results.end()),
                      results.end());
        numKept = results.size();
      }
    };

    auto chooseFree = [&](auto &self, unsigned number) -> void {
      if (number == variables.size())
        return visit();
      if (related[number])
        return self(self, number + 1);
      for (const Scalar &value : variables[number].domain.getValues()) {
        values[number] = value;
        self(self, number + 1);
      }
    };
    if (related.any()) {
      for (const Tuple &tuple : listRelated()) {
        for (auto [number, value] : llvm::zip_equal(related.set_bits(), tuple))
          values[number] = Scalar::integer(value);
        chooseFree(chooseFree, 0);
      }
    } else {
      chooseFree(chooseFree, 0);
    }
    facts.domain = Domain::finite(results);
    facts.distinctPerPosition = isDistinct && !hasFailed;
  }
  facts.samePerPosition = areSamePerPosition();
  return complete(facts, context);
}

std::optional<std::vector<SmallVector<Scalar>>>
mlir::rasp::listCombinations(ValueRange inputs,
                             ArrayRef<AbstractValue> operands,
                             const DomainContext &context, uint64_t limit) {
  ElementwiseInputs variables(inputs, operands, context);
  std::vector<SmallVector<Scalar>> combinations;
  if (variables.isAlwaysNone())
    return combinations;
  // The number known beforehand is a bound only.
  if (variables.getNumCombinations() > std::max(limit, context.maxCombinations))
    return std::nullopt;
  bool isTooMany = false;
  variables.enumerate(
      [&](ArrayRef<Scalar> values) -> FailureOr<Scalar> {
        isTooMany |= combinations.size() == limit;
        if (!isTooMany)
          combinations.emplace_back(values);
        return Scalar::none();
      },
      /*onFailure=*/[](ArrayRef<Scalar>) {});
  if (isTooMany)
    return std::nullopt;
  return combinations;
}

//===----------------------------------------------------------------------===//
// Affine functions
//===----------------------------------------------------------------------===//

static Scalar getMagnitude(const Scalar &value) {
  Scalar zero = Scalar::integer(0);
  return value < zero ? Scalar::subtract(zero, value) : value;
}

/// Whether the values at two positions of an input always differ, of
/// `numerators` / `denominator` plus the sum of `terms`, factors of variables:
/// one part takes different values at all positions, and the others differ by
/// less than its least step, or only by multiples of more than its range.
bool ElementwiseInputs::isDistinct(
    const PositionForm &numerators, int64_t denominator,
    ArrayRef<std::pair<unsigned, Scalar>> terms) const {
  struct Part {
    bool isDistinct;
    Scalar step, range;
    /// All differences are multiples of the step.
    bool isRegular;
  };
  SmallVector<Part> parts;
  if (numerators.indexFactor != 0) {
    Scalar step =
        getMagnitude(Scalar::fraction(numerators.indexFactor, denominator));
    Scalar range =
        Scalar::multiply(step, Scalar::integer(context.maxSeqLen - 1));
    parts.push_back({true, step, range, true});
  }
  for (auto &[number, factor] : terms) {
    const Variable &variable = variables[number];
    if (variable.facts->samePerPosition)
      continue;
    Domain scaled = Domain::product(variable.domain, getMagnitude(factor));
    ArrayRef<Scalar> values = scaled.getValues();
    if (values.empty())
      return false;
    bool isRegular = variable.domain.isIntegral();
    Scalar step = getMagnitude(factor);
    if (!isRegular)
      for (size_t i = 1; i < values.size(); ++i) {
        Scalar gap = Scalar::subtract(values[i], values[i - 1]);
        if (i == 1 || gap < step)
          step = gap;
      }
    parts.push_back({variable.facts->distinctPerPosition, step,
                     Scalar::subtract(values.back(), values.front()),
                     isRegular});
  }

  auto isExact = [](const Part &part) {
    return part.step.isExact() && part.range.isExact();
  };
  if (!llvm::all_of(parts, isExact))
    return false;
  for (const Part &part : parts) {
    if (!part.isDistinct)
      continue;
    if (parts.size() == 1)
      return true;
    Scalar otherRange = Scalar::integer(0);
    // The greatest common divisor of the others' steps, 0 if they have none.
    Scalar otherStep = Scalar::integer(0);
    bool areRegular = true;
    for (const Part &other : parts) {
      if (&other == &part)
        continue;
      otherRange = Scalar::add(otherRange, other.range);
      areRegular &= other.isRegular;
      int64_t left, right, common;
      if (llvm::MulOverflow(otherStep.getNumerator(),
                            other.step.getDenominator(), left) ||
          llvm::MulOverflow(other.step.getNumerator(),
                            otherStep.getDenominator(), right) ||
          llvm::MulOverflow(otherStep.getDenominator(),
                            other.step.getDenominator(), common))
        return false;
      otherStep = Scalar::fraction(std::gcd(left, right), common);
      if (!otherStep.isExact() || !otherRange.isExact())
        return false;
    }
    if (otherRange < part.step || (areRegular && part.range < otherStep))
      return true;
  }
  return false;
}

SOpFacts ElementwiseInputs::inferAffine(const AffineForm &form) const {
  // The operands that are one s-op go together; the forms of length and
  // position make one over a common denominator.
  const Scalar zero = Scalar::integer(0);
  SmallVector<Scalar> factors(variables.size(), zero);
  for (auto [operand, variable] : llvm::enumerate(variableOfOperand))
    factors[variable] = Scalar::add(factors[variable], form.factors[operand]);
  SmallVector<std::pair<unsigned, Scalar>> terms;
  SmallVector<std::pair<PositionForm, Scalar>> positions = {
      {PositionForm{0, 0, 1}, form.offset}};
  for (auto [number, variable] : llvm::enumerate(variables)) {
    if (factors[number] == zero)
      continue;
    if (variable.facts->position && factors[number].isExact())
      positions.push_back({*variable.facts->position, factors[number]});
    else
      terms.push_back({static_cast<unsigned>(number), factors[number]});
  }
  constexpr int64_t limit = int64_t(1) << 20;
  int64_t denominator = 1;
  bool isExact = true;
  for (auto &[position, factor] : positions) {
    isExact &= factor.isExact() && factor.getDenominator() <= limit;
    if (isExact)
      denominator = std::lcm(denominator, factor.getDenominator());
    isExact &= denominator <= limit;
  }
  std::optional<PositionForm> numerators = PositionForm();
  for (auto &[position, factor] : positions) {
    if (!isExact || !numerators)
      break;
    std::optional<PositionForm> scaled;
    int64_t numerator;
    if (!llvm::MulOverflow(factor.getNumerator(),
                           denominator / factor.getDenominator(), numerator))
      scaled = scale(position, numerator);
    numerators = scaled ? add(*numerators, *scaled) : std::nullopt;
  }

  SOpFacts facts;
  if (isExact && numerators) {
    facts.domain = Domain::product(getDomain(*numerators, context.maxSeqLen),
                                   Scalar::fraction(1, denominator));
    bool isInteger = denominator == 1;
    if (terms.empty() && isInteger)
      facts.position = numerators;
    if (terms.size() == 1 && isInteger && terms[0].second.isExact() &&
        terms[0].second.getDenominator() == 1) {
      // One variable that is moved, and maybe scaled, along with the position.
      const SOpFacts &variable = *variables[terms[0].first].facts;
      int64_t factor = terms[0].second.getNumerator();
      std::optional<PositionForm> scaled;
      if (variable.permuted && numerators->indexFactor == 0)
        scaled = scale(*variable.permuted, factor);
      if (scaled)
        facts.permuted = add(*scaled, *numerators);
      if (variable.upperBound && factor == 1)
        facts.upperBound = add(*variable.upperBound, *numerators);
    }
    facts.distinctPerPosition =
        !mayBeNone() && isDistinct(*numerators, denominator, terms);
  } else {
    facts.domain = Domain::finite({form.offset});
    for (auto &[position, factor] : ArrayRef(positions).drop_front())
      facts.domain = Domain::sum(
          facts.domain,
          Domain::product(getDomain(position, context.maxSeqLen), factor));
  }
  for (auto &[number, factor] : terms)
    facts.domain = Domain::sum(
        facts.domain, Domain::product(variables[number].domain, factor));
  facts.samePerPosition = areSamePerPosition();
  if (mayBeNone()) {
    facts.position = facts.permuted = facts.upperBound = std::nullopt;
    facts.domain = facts.domain.withNone();
  }
  return complete(facts, context);
}
