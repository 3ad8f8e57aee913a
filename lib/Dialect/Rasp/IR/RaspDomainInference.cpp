//===- RaspDomainInference.cpp - Domains of the rasp ops ------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The domains of the ops without functions of scalars. Those of `rasp.map` and
// `rasp.lookup` are in ElementwiseInference.cpp, that of `rasp.select` is in
// SelectInference.cpp.
//
//===----------------------------------------------------------------------===//

#include "DomainInference.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::inference;

//===----------------------------------------------------------------------===//
// S-ops
//===----------------------------------------------------------------------===//

AbstractValue IndicesOp::inferDomain(ArrayRef<AbstractValue>,
                                     DomainContext &context) {
  SOpFacts facts;
  facts.position = {0, 1, 0};
  return complete(facts, context);
}

AbstractValue ConstantOp::inferDomain(ArrayRef<AbstractValue>,
                                      DomainContext &context) {
  SOpFacts facts;
  std::optional<Scalar> value = getScalar(getValue());
  facts.domain = value ? Domain::finite({*value}) : Domain::any();
  facts.samePerPosition = true;
  return complete(facts, context);
}

AbstractValue SelectorWidthOp::inferDomain(ArrayRef<AbstractValue> operands,
                                           DomainContext &context) {
  const SelectorFacts &selector = getSelectorFacts(operands[0]);
  SOpFacts facts;
  facts.domain = Domain::integers(selector.minWidth, selector.maxWidth);
  facts.position = selector.width;
  facts.samePerPosition = selector.sameRows;
  if (selector.strictOrder)
    facts.permuted = {0, 1, 0};
  facts.upperBound = getVisibleKeys(context);
  facts.upperBound->offset -= selector.irreflexive;
  return complete(facts, context);
}

//===----------------------------------------------------------------------===//
// Aggregates
//===----------------------------------------------------------------------===//

/// Collects s-ops that have the same value at all keys of a row of `selector`.
static void collectAgreed(Value selector, SmallPtrSetImpl<Value> &agreed) {
  SmallVector<Value> worklist = {selector};
  SmallPtrSet<Value, 8> seen;
  while (!worklist.empty()) {
    Value current = worklist.pop_back_val();
    if (!seen.insert(current).second)
      continue;
    if (auto select = current.getDefiningOp<SelectOp>()) {
      if (select.getPredicate() == Predicate::EQ)
        agreed.insert(select.getKeys());
    } else if (auto both = current.getDefiningOp<AndOp>()) {
      worklist.append({both.getLhs(), both.getRhs()});
    } else if (auto best = current.getDefiningOp<BestOp>()) {
      agreed.insert(best.getScores());
      worklist.push_back(best.getSelector());
    }
  }
}

/// Whether the values that a row of `selector` selects are all equal, because
/// they are a function of what the row's keys have in common.
static bool doSelectedValuesAgree(Value selector, Value values) {
  SmallPtrSet<Value, 8> agreed;
  collectAgreed(selector, agreed);
  if (agreed.empty())
    return false;
  SmallVector<Value> worklist = {values};
  SmallPtrSet<Value, 8> seen;
  while (!worklist.empty()) {
    Value current = worklist.pop_back_val();
    if (agreed.contains(current) || !seen.insert(current).second)
      continue;
    Operation *op = current.getDefiningOp();
    if (!isa_and_nonnull<MapOp, LookupOp, ConstantOp>(op))
      return false;
    worklist.append(op->operand_begin(), op->operand_end());
  }
  return true;
}

/// Whether `values` is not none at any key that `selector` selects.
static bool isPresentWhereSelected(Value selector, Value values) {
  SmallVector<Value> worklist = {selector};
  SmallPtrSet<Value, 8> seen;
  while (!worklist.empty()) {
    Value current = worklist.pop_back_val();
    if (!seen.insert(current).second)
      continue;
    if (auto select = current.getDefiningOp<SelectOp>()) {
      if (select.getKeys() == values)
        return true;
    } else if (auto both = current.getDefiningOp<AndOp>()) {
      worklist.append({both.getLhs(), both.getRhs()});
    } else if (auto best = current.getDefiningOp<BestOp>()) {
      if (best.getScores() == values)
        return true;
      worklist.push_back(best.getSelector());
    }
  }
  return false;
}

static bool hasSeveralValues(const Domain &domain) {
  return !domain.isFinite() ||
         domain.getValues().size() + domain.mayBeNone() > 1;
}

AbstractValue AggregateOp::inferDomain(ArrayRef<AbstractValue> operands,
                                       DomainContext &context) {
  const SelectorFacts &selector = getSelectorFacts(operands[0]);
  SOpFacts values = getSOpFacts(operands[1]);
  if (values.domain.mayBeNone() &&
      isPresentWhereSelected(getSelector(), getValues()))
    values.domain = values.domain.withoutNone();

  bool agree = selector.atMostOne() || values.samePerPosition ||
               !hasSeveralValues(values.domain) ||
               doSelectedValuesAgree(getSelector(), getValues());
  if (context.diagnose && !agree && !getUnique() &&
      (isGather() || values.domain.mayBeNone())) {
    context.failed = true;
    InFlightDiagnostic diagnostic =
        isGather() ? emitOpError("may select several different values, which "
                                 "have no mean of type ")
                         << getType().getElementType()
                   : emitOpError("may select none beside other values, which "
                                 "have no mean together");
    diagnostic.attachNote(getSelector().getLoc())
        << "a row selects up to " << selector.maxWidth
        << " keys, as far as the compiler can show";
    if (isGather())
      diagnostic.attachNote(getLoc())
          << "if they are always equal, say so by `unique`; for the mean of "
             "numbers let the result be an s-op of f64";
    else
      diagnostic.attachNote(getValues().getLoc())
          << "the values can be none here; give a default to the aggregate "
             "that makes them";
  }

  SOpFacts facts;
  if (selector.maxWidth > 0) {
    if (agree || isGather())
      facts.domain = values.domain;
    else
      facts.domain =
          Domain::meanOf(values.domain, selector.maxWidth, selector.minWidth);
    if (values.domain.mayBeNone())
      facts.domain = facts.domain.withNone();
    if (getType().getElementType().isF64())
      facts.domain = facts.domain.withoutBooleans();
  }
  if (selector.neverEmpty()) {
    facts.samePerPosition = values.samePerPosition;
    // What is the same at all positions is its own mean.
    if (values.position && values.position->indexFactor == 0)
      facts.position = values.position;
  } else {
    facts.domain =
        Domain::join(facts.domain, Domain::finite({getDefaultScalar()}));
  }
  facts.samePerPosition |= selector.sameRows;
  return complete(facts, context);
}

//===----------------------------------------------------------------------===//
// Selector algebra
//===----------------------------------------------------------------------===//

/// lhs + factor * rhs, where both are known.
static std::optional<PositionForm>
addScaled(const std::optional<PositionForm> &lhs, int64_t factor,
          const std::optional<PositionForm> &rhs) {
  if (!lhs || !rhs)
    return std::nullopt;
  std::optional<PositionForm> scaled = scale(*rhs, factor);
  return scaled ? add(*lhs, *scaled) : std::nullopt;
}

/// The facts of `value`, an s-op or a selector, if they are known.
template <typename Facts>
static const Facts *lookUp(Value value, const DomainContext &context) {
  const AbstractValue *known = context.lookup ? context.lookup(value) : nullptr;
  return known ? std::get_if<Facts>(known) : nullptr;
}

/// The best of what `selector` selects, if `equal` selects the keys that have
/// its score: the two together are that best. `rasp-expand-best` makes this
/// form (ExpandBest.cpp).
static BestOp getBestOf(Value selector, Value equal) {
  auto select = equal.getDefiningOp<SelectOp>();
  if (!select || select.getPredicate() != Predicate::EQ)
    return {};
  auto greatest = select.getQueries().getDefiningOp<AggregateOp>();
  if (!greatest || greatest.getValues() != select.getKeys() ||
      !greatest.getDefaultScalar().isNone())
    return {};
  auto best = greatest.getSelector().getDefiningOp<BestOp>();
  if (!best || best.getSelector() != selector ||
      best.getScores() != select.getKeys())
    return {};
  return best;
}

AbstractValue AndOp::inferDomain(ArrayRef<AbstractValue> operands,
                                 DomainContext &context) {
  const SelectorFacts &lhs = getSelectorFacts(operands[0]);
  const SelectorFacts &rhs = getSelectorFacts(operands[1]);
  for (auto [selector, equal] :
       {std::pair(getLhs(), getRhs()), std::pair(getRhs(), getLhs())})
    if (BestOp best = getBestOf(selector, equal))
      if (const auto *facts = lookUp<SelectorFacts>(best.getResult(), context))
        return *facts;
  if (getLhs() == getRhs() || isFull(rhs, context))
    return lhs;
  if (isFull(lhs, context))
    return rhs;
  if (areDisjoint(getLhs(), getRhs()))
    return getEmptySelector(context);

  SelectorFacts facts;
  facts.maxWidth = std::min(lhs.maxWidth, rhs.maxWidth);
  // What the two widths have more than there are keys, they have in common.
  if (std::optional<PositionForm> common = addScaled(
          addScaled(lhs.width, 1, rhs.width), -1, getVisibleKeys(context)))
    facts.minWidth =
        std::max<int64_t>(getExtremes(*common, context.maxSeqLen).first, 0);
  facts.reflexive = lhs.reflexive && rhs.reflexive;
  facts.irreflexive = lhs.irreflexive || rhs.irreflexive;
  facts.sameRows = lhs.sameRows && rhs.sameRows;
  return complete(facts, context);
}

/// Whether `first or second` orders the positions by `first`, a comparison of a
/// value with itself, and where that is equal by a strict order in `second`.
static bool isLexicographic(Value first, Value second,
                            const DomainContext &context) {
  auto less = first.getDefiningOp<SelectOp>();
  auto both = second.getDefiningOp<AndOp>();
  if (context.causal || !less || !both || less.getKeys() != less.getQueries() ||
      (less.getPredicate() != Predicate::LT &&
       less.getPredicate() != Predicate::GT))
    return false;
  const auto *compared = lookUp<SOpFacts>(less.getKeys(), context);
  if (!compared || compared->domain.mayBeNone())
    return false;
  for (auto [tie, order] : {std::pair(both.getLhs(), both.getRhs()),
                            std::pair(both.getRhs(), both.getLhs())}) {
    auto equal = tie.getDefiningOp<SelectOp>();
    const auto *facts = lookUp<SelectorFacts>(order, context);
    if (equal && equal.getPredicate() == Predicate::EQ &&
        equal.getKeys() == less.getKeys() &&
        equal.getQueries() == less.getKeys() && facts && facts->strictOrder)
      return true;
  }
  return false;
}

AbstractValue OrOp::inferDomain(ArrayRef<AbstractValue> operands,
                                DomainContext &context) {
  const SelectorFacts &lhs = getSelectorFacts(operands[0]);
  const SelectorFacts &rhs = getSelectorFacts(operands[1]);
  if (getLhs() == getRhs() || rhs.maxWidth == 0)
    return lhs;
  if (lhs.maxWidth == 0)
    return rhs;
  if (isFull(lhs, context) || isFull(rhs, context))
    return getFullSelector(context);

  SelectorFacts facts;
  facts.minWidth = std::max(lhs.minWidth, rhs.minWidth);
  facts.maxWidth = std::min(context.maxSeqLen, lhs.maxWidth + rhs.maxWidth);
  if (areDisjoint(getLhs(), getRhs())) {
    facts.minWidth = lhs.minWidth + rhs.minWidth;
    facts.width = addScaled(lhs.width, 1, rhs.width);
  }
  facts.reflexive = lhs.reflexive || rhs.reflexive;
  facts.irreflexive = lhs.irreflexive && rhs.irreflexive;
  facts.sameRows = lhs.sameRows && rhs.sameRows;
  facts.strictOrder = isLexicographic(getLhs(), getRhs(), context) ||
                      isLexicographic(getRhs(), getLhs(), context);
  return complete(facts, context);
}

AbstractValue NotOp::inferDomain(ArrayRef<AbstractValue> operands,
                                 DomainContext &context) {
  const SelectorFacts &input = getSelectorFacts(operands[0]);
  if (input.maxWidth == 0)
    return getFullSelector(context);
  if (isFull(input, context))
    return getEmptySelector(context);

  SelectorFacts facts;
  facts.maxWidth = context.maxSeqLen - input.minWidth;
  facts.width = addScaled(getVisibleKeys(context), -1, input.width);
  facts.reflexive = input.irreflexive;
  facts.irreflexive = input.reflexive;
  facts.sameRows = input.sameRows && !context.causal;
  return complete(facts, context);
}

AbstractValue BestOp::inferDomain(ArrayRef<AbstractValue> operands,
                                  DomainContext &context) {
  const SelectorFacts &selector = getSelectorFacts(operands[0]);
  const SOpFacts &scores = getSOpFacts(operands[1]);
  SelectorFacts facts;
  facts.maxWidth = selector.maxWidth;
  if (scores.distinctPerPosition)
    facts.maxWidth = std::min<uint64_t>(facts.maxWidth, 1);
  facts.minWidth = selector.neverEmpty() && !scores.domain.mayBeNone() ? 1 : 0;
  facts.irreflexive = selector.irreflexive;
  // Of what a causal query sees, it is the last itself.
  facts.reflexive = selector.reflexive && context.causal && scores.position &&
                    scores.position->indexFactor >= 0;
  facts.sameRows = selector.sameRows;
  return complete(facts, context);
}
