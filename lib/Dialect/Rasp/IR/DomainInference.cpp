//===- DomainInference.cpp - What domain inference shares -----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DomainInference.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::inference;

//===----------------------------------------------------------------------===//
// Forms of length and position
//===----------------------------------------------------------------------===//

/// With factors up to this and lengths up to 2^16, nothing overflows.
static constexpr int64_t maxFactor = int64_t(1) << 40;

PositionForm inference::getVisibleKeys(const DomainContext &context) {
  return context.causal ? PositionForm{0, 1, 1} : PositionForm{1, 0, 0};
}

static std::optional<PositionForm> checked(const PositionForm &form) {
  for (int64_t factor : {form.lengthFactor, form.indexFactor, form.offset})
    if (factor > maxFactor || factor < -maxFactor)
      return std::nullopt;
  return form;
}

std::optional<PositionForm> inference::scale(const PositionForm &form,
                                             int64_t factor) {
  PositionForm result;
  if (llvm::MulOverflow(form.lengthFactor, factor, result.lengthFactor) ||
      llvm::MulOverflow(form.indexFactor, factor, result.indexFactor) ||
      llvm::MulOverflow(form.offset, factor, result.offset))
    return std::nullopt;
  return checked(result);
}

std::optional<PositionForm> inference::add(const PositionForm &lhs,
                                           const PositionForm &rhs) {
  return checked({lhs.lengthFactor + rhs.lengthFactor,
                  lhs.indexFactor + rhs.indexFactor, lhs.offset + rhs.offset});
}

std::pair<int64_t, int64_t> inference::getExtremes(const PositionForm &form,
                                                   uint64_t maxSeqLen) {
  // Lengths and positions are the integer points of a triangle, and an affine
  // form has its extremes at the corners.
  auto last = static_cast<int64_t>(maxSeqLen);
  return std::minmax({form.evaluate(1, 0), form.evaluate(last, 0),
                      form.evaluate(last, last - 1)});
}

Domain inference::getDomain(const PositionForm &form, uint64_t maxSeqLen) {
  auto [low, high] = getExtremes(form, maxSeqLen);
  // All values are the same modulo the step, and with one of the factors 0
  // every number from the least to the greatest in these steps is one.
  int64_t step = std::gcd(form.lengthFactor, form.indexFactor);
  if (step == 0)
    return Domain::finite({Scalar::integer(form.offset)});
  if (static_cast<uint64_t>(high - low) / step >= Domain::maxValues)
    return Domain::grid(low, high, 1);
  std::vector<Scalar> values;
  if (form.lengthFactor == 0 || form.indexFactor == 0 ||
      getNumPositions(maxSeqLen) > 1 << 20) {
    for (int64_t value = low; value <= high; value += step)
      values.push_back(Scalar::integer(value));
    return Domain::finite(values);
  }
  std::vector<char> reached((high - low) / step + 1, false);
  for (int64_t length = 1; length <= static_cast<int64_t>(maxSeqLen); ++length)
    for (int64_t index = 0; index < length; ++index)
      reached[(form.evaluate(length, index) - low) / step] = true;
  for (auto [number, isValue] : llvm::enumerate(reached))
    if (isValue)
      values.push_back(Scalar::integer(low + number * step));
  return Domain::finite(values);
}

void PositionFormFitter::add(int64_t length, int64_t index,
                             const Scalar &value) {
  if (!fits)
    return;
  constexpr int64_t limit = int64_t(1) << 32;
  if (!value.isExact() || value.getDenominator() != 1 ||
      value.getKind() == Scalar::Kind::Bool || value.getNumerator() > limit ||
      value.getNumerator() < -limit) {
    fits = false;
    return;
  }
  // The values at (1, 0), (2, 0) and (2, 1), the first three, make the form.
  int64_t number = value.getNumerator();
  int64_t difference = number - form.evaluate(length, index);
  switch (numAdded++) {
  case 0:
    form.offset = number;
    break;
  case 1:
    form.lengthFactor = difference;
    form.offset -= difference;
    break;
  case 2:
    form.indexFactor = difference;
    break;
  default:
    fits = difference == 0;
  }
}

std::optional<PositionForm> PositionFormFitter::getForm() const {
  return fits && numAdded > 0 ? std::optional(form) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Facts
//===----------------------------------------------------------------------===//

const SOpFacts &inference::getSOpFacts(const AbstractValue &value) {
  return *std::get_if<SOpFacts>(&value);
}

const SelectorFacts &inference::getSelectorFacts(const AbstractValue &value) {
  return *std::get_if<SelectorFacts>(&value);
}

SOpFacts inference::complete(SOpFacts facts, const DomainContext &context) {
  const Domain &domain = facts.domain;
  bool isSingle =
      domain.isFinite() && domain.getValues().size() + domain.mayBeNone() == 1;
  if (isSingle && !domain.mayBeNone() && !facts.position) {
    const Scalar &value = domain.getValues().front();
    if (value.getKind() == Scalar::Kind::Integer)
      facts.position = checked(PositionForm{0, 0, value.getNumerator()});
  }
  if (facts.position)
    facts.permuted = facts.position;
  if (facts.permuted) {
    Domain exact = getDomain(*facts.permuted, context.maxSeqLen);
    if (facts.position || !domain.isFinite() ||
        exact.getValues().size() < domain.getValues().size())
      facts.domain = exact;
    facts.distinctPerPosition |= facts.permuted->indexFactor != 0;
    facts.samePerPosition |= facts.permuted->indexFactor == 0;
  }
  if (facts.position && !facts.upperBound)
    facts.upperBound = facts.position;
  facts.samePerPosition |= isSingle || context.maxSeqLen == 1;
  facts.distinctPerPosition |= context.maxSeqLen == 1;
  return facts;
}

SelectorFacts inference::complete(SelectorFacts facts,
                                  const DomainContext &context) {
  facts.irreflexive |= facts.strictOrder;
  facts.maxWidth =
      std::min(facts.maxWidth, context.maxSeqLen - facts.irreflexive);
  if (facts.reflexive)
    facts.minWidth = std::max<uint64_t>(facts.minWidth, 1);
  if (facts.minWidth >= facts.maxWidth)
    facts.width = {0, 0, static_cast<int64_t>(facts.maxWidth)};
  if (facts.width) {
    auto [low, high] = getExtremes(*facts.width, context.maxSeqLen);
    facts.minWidth = low;
    facts.maxWidth = high;
    facts.reflexive |= isFull(facts, context);
  }
  facts.irreflexive |= facts.maxWidth == 0;
  facts.sameRows |= facts.maxWidth == 0 || context.maxSeqLen == 1 ||
                    (isFull(facts, context) && !context.causal);
  return facts;
}

SelectorFacts inference::getFullSelector(const DomainContext &context) {
  SelectorFacts facts;
  facts.maxWidth = context.maxSeqLen;
  facts.width = getVisibleKeys(context);
  return complete(facts, context);
}

SelectorFacts inference::getEmptySelector(const DomainContext &context) {
  return complete(SelectorFacts(), context);
}

bool inference::isFull(const SelectorFacts &facts,
                       const DomainContext &context) {
  return facts.width == getVisibleKeys(context) ||
         (context.maxSeqLen == 1 && facts.minWidth == 1);
}

//===----------------------------------------------------------------------===//
// Disjoint selectors
//===----------------------------------------------------------------------===//

/// The outcomes of a comparison, less, equal and greater, that `predicate`
/// accepts, as bits.
static unsigned getOutcomes(Predicate predicate) {
  constexpr unsigned less = 1, equal = 2, greater = 4;
  switch (predicate) {
  case Predicate::EQ:
    return equal;
  case Predicate::NE:
    return less | greater;
  case Predicate::LT:
    return less;
  case Predicate::LE:
    return less | equal;
  case Predicate::GT:
    return greater;
  case Predicate::GE:
    return greater | equal;
  case Predicate::True:
    return less | equal | greater;
  case Predicate::False:
    return 0;
  }
  llvm_unreachable("unknown predicate");
}

/// Whether the selectors are disjoint; `budget` bounds the pairs that are
/// looked at.
static bool areDisjointWithin(Value lhs, Value rhs, unsigned &budget) {
  if (budget == 0)
    return false;
  --budget;
  for (auto [first, second] : {std::pair(lhs, rhs), std::pair(rhs, lhs)}) {
    if (auto both = first.getDefiningOp<AndOp>())
      if (areDisjointWithin(both.getLhs(), second, budget) ||
          areDisjointWithin(both.getRhs(), second, budget))
        return true;
    if (auto either = first.getDefiningOp<OrOp>())
      return areDisjointWithin(either.getLhs(), second, budget) &&
             areDisjointWithin(either.getRhs(), second, budget);
    if (auto complement = first.getDefiningOp<NotOp>())
      if (complement.getInput() == second)
        return true;
    if (auto best = first.getDefiningOp<BestOp>())
      if (areDisjointWithin(best.getSelector(), second, budget))
        return true;
  }
  auto left = lhs.getDefiningOp<SelectOp>();
  auto right = rhs.getDefiningOp<SelectOp>();
  return left && right && left.getKeys() == right.getKeys() &&
         left.getQueries() == right.getQueries() && left.getPredicate() &&
         right.getPredicate() &&
         (getOutcomes(*left.getPredicate()) &
          getOutcomes(*right.getPredicate())) == 0;
}

bool inference::areDisjoint(Value lhs, Value rhs) {
  unsigned budget = 256;
  return areDisjointWithin(lhs, rhs, budget);
}

//===----------------------------------------------------------------------===//
// Regions of scalar ops
//===----------------------------------------------------------------------===//

RegionEvaluator::RegionEvaluator(Block &body)
    : numArguments(body.getNumArguments()) {
  llvm::SmallDenseMap<Value, unsigned> numbers;
  for (BlockArgument argument : body.getArguments())
    numbers.try_emplace(argument, argument.getArgNumber());
  for (Operation &op : body.without_terminator()) {
    Step &step = steps.emplace_back();
    step.op = cast<ScalarOpInterface>(op);
    for (Value operand : op.getOperands())
      step.operands.push_back(numbers.lookup(operand));
    unsigned number = numArguments + steps.size() - 1;
    numbers.try_emplace(op.getResult(0), number);
  }
  result = numbers.lookup(cast<YieldOp>(body.getTerminator()).getValue());
  slots.resize(numArguments + steps.size());
}

FailureOr<Scalar> RegionEvaluator::evaluate(ArrayRef<Scalar> arguments,
                                            ScalarFailure *failed) {
  llvm::copy(arguments, slots.begin());
  SmallVector<Scalar, 4> operands;
  for (auto [number, step] : llvm::enumerate(steps)) {
    operands.clear();
    for (unsigned operand : step.operands)
      operands.push_back(slots[operand]);
    std::string reason;
    FailureOr<Scalar> value = step.op.evaluateScalar(operands, reason);
    if (mlir::failed(value)) {
      if (failed)
        *failed = {step.op, SmallVector<Scalar>(ArrayRef(operands)),
                   std::move(reason)};
      return failure();
    }
    slots[numArguments + number] = *value;
  }
  return slots[result];
}

std::string inference::describe(ArrayRef<Scalar> values) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '(';
  llvm::interleaveComma(values, os);
  os << ')';
  return text;
}

std::string inference::describe(const Domain &domain) {
  std::string text;
  llvm::raw_string_ostream os(text);
  size_t numValues = domain.getValues().size();
  if (numValues <= 16)
    os << domain;
  else
    os << numValues << " from " << domain.getValues().front() << " to "
       << domain.getValues().back();
  return text;
}

void inference::reportFailure(Operation *parent, const ScalarFailure &failure,
                              ArrayRef<Scalar> arguments) {
  InFlightDiagnostic diagnostic = failure.op->emitOpError(failure.reason);
  if (!failure.operands.empty())
    diagnostic << " on " << describe(failure.operands);
  diagnostic.attachNote(parent->getLoc())
      << "the inputs " << describe(arguments) << " of this op can occur";
  diagnostic.attachNote(failure.op->getLoc())
      << "every op of the region is evaluated: choose operands on which it is "
         "defined, by an `arith.select` before it";
}
