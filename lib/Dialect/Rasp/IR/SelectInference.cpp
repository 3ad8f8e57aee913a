//===- SelectInference.cpp - How many keys a select selects ---------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Three sources of facts, from the cheapest: the predicate with what is known
// of keys and queries at large; how many values of the keys' domain match each
// value of the queries' domain; and, where the keys of an input are known as a
// set because they are a form of length and position, an exact count.
//
//===----------------------------------------------------------------------===//

#include "ScalarRanges.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::inference;

namespace {
class SelectInference {
public:
  SelectInference(SelectOp op, const SOpFacts &keys, const SOpFacts &queries,
                  DomainContext &context);

  SelectorFacts infer();

private:
  void inferFromPredicate();
  void inferFromRanges();
  void inferFromEqualForms();
  void inferFromGathered();
  void listMatches();
  void inferFromMatches();
  void inferFromKeyRange();
  void inferFromKeySet();
  bool canFail();
  void reportTooMany();

  /// Tightens the bounds of the widths.
  void narrow(uint64_t minWidth, uint64_t maxWidth) {
    facts.minWidth = std::max(facts.minWidth, minWidth);
    facts.maxWidth = std::min(facts.maxWidth, maxWidth);
  }
  std::optional<uint64_t> countKeys(const PositionForm &form, int64_t length,
                                    int64_t numKeys, const Scalar &query) const;
  /// Whether two values are such that every comparison of them is defined.
  bool isComparable() const;
  bool isMatch(size_t keyIndex, size_t queryIndex) const {
    return matches[queryIndex * keyValues.size() + keyIndex];
  }
  /// How many values of the keys' domain match a value of the queries', and
  /// whether this value itself does, as a key.
  std::pair<size_t, bool> countMatches(size_t queryIndex) const;

  SelectOp op;
  const SOpFacts &keys, &queries;
  DomainContext &context;
  int64_t maxSeqLen;
  Predicate predicate;
  bool isComparison;
  /// A position's key is its query.
  bool isSame;
  /// No value is none.
  bool hasNoNone;
  SelectorFacts facts;

  ArrayRef<Scalar> keyValues, queryValues;
  /// Whether each value of the queries' domain matches each value of the keys',
  /// if the pairs are listed.
  bool isListed = false;
  std::vector<char> matches;
};
} // namespace

SelectInference::SelectInference(SelectOp op, const SOpFacts &keys,
                                 const SOpFacts &queries,
                                 DomainContext &context)
    : op(op), keys(keys), queries(queries), context(context),
      maxSeqLen(context.maxSeqLen),
      predicate(op.getPredicate().value_or(Predicate::True)),
      isComparison(op.getPredicate().has_value()),
      isSame(op.getKeys() == op.getQueries() ||
             (keys.position && keys.position == queries.position)),
      hasNoNone(!keys.domain.mayBeNone() && !queries.domain.mayBeNone()) {
  facts.maxWidth = context.maxSeqLen;
}

//===----------------------------------------------------------------------===//
// What the predicate says
//===----------------------------------------------------------------------===//

void SelectInference::inferFromPredicate() {
  facts.sameRows = !context.causal && queries.samePerPosition;
  if (!isComparison)
    return;
  if (predicate == Predicate::False)
    return narrow(0, 0);
  if (predicate == Predicate::True) {
    if (hasNoNone)
      facts = getFullSelector(context);
    return;
  }
  bool acceptsEqual = predicate == Predicate::EQ ||
                      predicate == Predicate::LE || predicate == Predicate::GE;
  bool isOrder = predicate != Predicate::EQ && predicate != Predicate::NE;
  if (isSame) {
    facts.reflexive = acceptsEqual && hasNoNone;
    facts.irreflexive = !acceptsEqual;
    facts.strictOrder = !acceptsEqual && isOrder && hasNoNone &&
                        keys.distinctPerPosition && !context.causal;
  }
  if (predicate == Predicate::EQ && keys.distinctPerPosition)
    narrow(0, 1);
}

/// Equality with what the keys of a row of another selector have in common: it
/// selects these keys at least. `rasp-expand-best` makes this form
/// (ExpandBest.cpp).
void SelectInference::inferFromGathered() {
  auto gathered = op.getQueries().getDefiningOp<AggregateOp>();
  if (predicate != Predicate::EQ || !isComparison || !gathered ||
      gathered.getValues() != op.getKeys())
    return;
  const AbstractValue *known =
      context.lookup ? context.lookup(gathered.getSelector()) : nullptr;
  const auto *source = known ? std::get_if<SelectorFacts>(known) : nullptr;
  if (!source)
    return;
  // None matches nothing, and is no greatest score.
  auto best = gathered.getSelector().getDefiningOp<BestOp>();
  bool isScore = best && best.getScores() == op.getKeys();
  bool isShared = source->atMostOne() && !keys.domain.mayBeNone();
  if (!isScore && !isShared)
    return;
  narrow(source->minWidth, maxSeqLen);
  facts.reflexive |= source->reflexive;
}

void SelectInference::inferFromRanges() {
  if (!isComparison || !keys.domain.isNumeric() || !queries.domain.isNumeric())
    return;
  double lowKey = keys.domain.getLow(), highKey = keys.domain.getHigh();
  double lowQuery = queries.domain.getLow();
  double highQuery = queries.domain.getHigh();
  // Bounds that were rounded decide nothing where they are equal.
  bool below = highKey<lowQuery, above = lowKey> highQuery;
  bool always = false, never = false;
  switch (predicate) {
  case Predicate::EQ:
    never = below || above;
    break;
  case Predicate::NE:
    always = below || above;
    break;
  case Predicate::LT:
  case Predicate::LE:
    always = below;
    never = above;
    break;
  case Predicate::GT:
  case Predicate::GE:
    always = above;
    never = below;
    break;
  case Predicate::True:
  case Predicate::False:
    return;
  }
  if (never)
    facts = getEmptySelector(context);
  else if (always && hasNoNone)
    facts = getFullSelector(context);
}

/// The widths where key and query are one form with an index: how many
/// positions stand before, at and after the query's.
void SelectInference::inferFromEqualForms() {
  if (!isComparison || !keys.position || keys.position != queries.position ||
      keys.position->indexFactor == 0)
    return;
  bool isRising = keys.position->indexFactor > 0;
  bool less = false, equal = false, greater = false;
  switch (predicate) {
  case Predicate::EQ:
    equal = true;
    break;
  case Predicate::NE:
    less = greater = true;
    break;
  case Predicate::LT:
    less = true;
    break;
  case Predicate::LE:
    less = equal = true;
    break;
  case Predicate::GT:
    greater = true;
    break;
  case Predicate::GE:
    greater = equal = true;
    break;
  case Predicate::True:
  case Predicate::False:
    return;
  }
  bool before = isRising ? less : greater, after = isRising ? greater : less;
  PositionForm width = {0, before ? 1 : 0, equal ? 1 : 0};
  if (after && !context.causal)
    width = {1, width.indexFactor - 1, width.offset - 1};
  facts.width = width;
}

//===----------------------------------------------------------------------===//
// What the domains say
//===----------------------------------------------------------------------===//

bool SelectInference::isComparable() const {
  if (!isComparison)
    return false;
  auto isNumber = [](const Scalar &value) { return value.isNumeric(); };
  return predicate == Predicate::EQ || predicate == Predicate::NE ||
         predicate == Predicate::True || predicate == Predicate::False ||
         (llvm::all_of(keyValues, isNumber) &&
          llvm::all_of(queryValues, isNumber)) ||
         (llvm::none_of(keyValues, isNumber) &&
          llvm::none_of(queryValues, isNumber));
}

/// Evaluates a predicate that may be undefined on all pairs of values, if they
/// are not too many, and reports where it fails.
void SelectInference::listMatches() {
  uint64_t numPairs =
      keyValues.size() * static_cast<uint64_t>(queryValues.size());
  if (!keys.domain.isFinite() || !queries.domain.isFinite() ||
      numPairs > context.maxCombinations) {
    if (context.diagnose && canFail())
      reportTooMany();
    return;
  }

  std::optional<RegionEvaluator> evaluator;
  if (!op.getBody().empty())
    evaluator.emplace(op.getBody().front());
  matches.reserve(numPairs);
  isListed = true;
  bool isReported = !context.diagnose;
  for (const Scalar &query : queryValues) {
    for (const Scalar &key : keyValues) {
      ScalarFailure failure;
      FailureOr<bool> match = false;
      if (evaluator) {
        FailureOr<Scalar> value = evaluator->evaluate({key, query}, &failure);
        if (succeeded(value))
          match = value->getBool();
        else
          match = mlir::failure();
      } else {
        match = op.evaluatePredicate(key, query, /*diagnose=*/!isReported);
      }
      if (failed(match) && !isReported) {
        if (evaluator)
          reportFailure(op, failure, {key, query});
        isReported = true;
        context.failed = true;
      }
      matches.push_back(succeeded(match) && *match);
    }
  }
}

/// Whether the predicate may fail on one of too many pairs of values.
bool SelectInference::canFail() {
  if (op.getBody().empty())
    return op.getTable() && !op.getTable()->getFallback();
  // Key and query are of two positions: nothing relates them.
  Block &body = op.getBody().front();
  SOpFacts key, query;
  key.domain = keys.domain;
  query.domain = queries.domain;
  AbstractValue operands[] = {key, query};
  ElementwiseInputs inputs(body.getArguments(), operands, context);
  return ScalarRanges(body, inputs, context).getFailure().has_value();
}

void SelectInference::reportTooMany() {
  context.failed = true;
  InFlightDiagnostic diagnostic =
      op.emitOpError("has more than ")
      << context.maxCombinations
      << " pairs of a key and a query that can occur, too many to show that "
         "its predicate is defined on all of them";
  auto addNote = [&](StringRef role, Value operand, const SOpFacts &known) {
    diagnostic.attachNote(operand.getLoc())
        << "the values of its " << role << " are " << describe(known.domain);
  };
  if (op.getKeys() == op.getQueries()) {
    addNote("keys and queries", op.getKeys(), keys);
  } else {
    addNote("keys", op.getKeys(), keys);
    addNote("queries", op.getQueries(), queries);
  }
  diagnostic.attachNote(op.getLoc())
      << "a comparison by name (`eq`, `lt`, ...) has no such limit";
}

std::pair<size_t, bool> SelectInference::countMatches(size_t queryIndex) const {
  if (isListed) {
    ArrayRef<char> row = ArrayRef(matches).slice(queryIndex * keyValues.size(),
                                                 keyValues.size());
    return {llvm::count(row, true), isSame && row[queryIndex]};
  }
  const Scalar &query = queryValues[queryIndex];
  auto [first, last] =
      std::equal_range(keyValues.begin(), keyValues.end(), query);
  size_t less = first - keyValues.begin(), equal = last - first;
  size_t greater = keyValues.end() - last;
  switch (predicate) {
  case Predicate::EQ:
    return {equal, true};
  case Predicate::NE:
    return {less + greater, false};
  case Predicate::LT:
    return {less, false};
  case Predicate::LE:
    return {less + equal, true};
  case Predicate::GT:
    return {greater, false};
  case Predicate::GE:
    return {equal + greater, true};
  case Predicate::True:
    return {keyValues.size(), true};
  case Predicate::False:
    return {0, false};
  }
  llvm_unreachable("unknown predicate");
}

/// Each value of the queries' domain with the keys being any of theirs.
void SelectInference::inferFromMatches() {
  if (queryValues.empty() || keyValues.empty())
    return narrow(0, 0);
  uint64_t minWidth = queries.domain.mayBeNone() ? 0 : maxSeqLen;
  uint64_t maxWidth = 0;
  bool isReflexive = hasNoNone, isIrreflexive = true, isAlways = hasNoNone;
  for (size_t query = 0; query < queryValues.size(); ++query) {
    auto [numMatches, matchesItself] = countMatches(query);
    bool all = numMatches == keyValues.size() && !keys.domain.mayBeNone();
    bool ownMatches = isSame ? matchesItself : all;
    bool ownMayMatch = isSame ? ownMatches : numMatches > 0;
    isReflexive &= ownMatches;
    isIrreflexive &= !ownMayMatch;
    isAlways &= all;

    // A row of one key has only its own.
    minWidth = std::min<uint64_t>(minWidth, ownMatches);
    uint64_t mostKeys = numMatches == 0 ? 0 : maxSeqLen - !ownMayMatch;
    if (keys.distinctPerPosition)
      mostKeys = std::min<uint64_t>(mostKeys, numMatches);
    maxWidth = std::max(maxWidth, mostKeys);
  }
  narrow(minWidth, maxWidth);
  facts.reflexive |= isReflexive;
  facts.irreflexive |= isIrreflexive;
  if (isAlways)
    facts = getFullSelector(context);
}

//===----------------------------------------------------------------------===//
// What the set of keys says
//===----------------------------------------------------------------------===//

/// The number of k in [0, numKeys) with start + k * step < bound.
static int64_t countBelow(int64_t start, int64_t step, int64_t numKeys,
                          int64_t bound) {
  if (step == 0)
    return start < bound ? numKeys : 0;
  if (step < 0)
    return countBelow(start + step * (numKeys - 1), -step, numKeys, bound);
  if (start >= bound)
    return 0;
  return std::min((bound - 1 - start) / step + 1, numKeys);
}

/// How many of the first `numKeys` keys of an input of `length`, values of
/// `form`, match `query`; nothing if that is not known.
std::optional<uint64_t> SelectInference::countKeys(const PositionForm &form,
                                                   int64_t length,
                                                   int64_t numKeys,
                                                   const Scalar &query) const {
  if (query.isNone())
    return 0;
  int64_t start = form.evaluate(length, 0), step = form.indexFactor;
  if (!isComparison) {
    auto value = llvm::lower_bound(queryValues, query);
    if (value == queryValues.end() || *value != query)
      return std::nullopt;
    uint64_t count = 0;
    for (int64_t i = 0; i < numKeys; ++i) {
      Scalar key = Scalar::integer(start + i * step);
      auto found = llvm::lower_bound(keyValues, key);
      if (found == keyValues.end() || *found != key)
        return std::nullopt;
      count += isMatch(found - keyValues.begin(), value - queryValues.begin());
    }
    return count;
  }
  if (predicate == Predicate::True || predicate == Predicate::False)
    return predicate == Predicate::True ? numKeys : 0;
  // The keys are integers: only the integers beside the query matter.
  constexpr double limit = 1e15;
  if (!query.isNumeric() || std::abs(query.getDouble()) > limit ||
      !query.isExact())
    return std::nullopt;
  int64_t floor =
      llvm::divideFloorSigned(query.getNumerator(), query.getDenominator());
  bool isInteger = query.getDenominator() == 1;
  int64_t below =
      countBelow(start, step, numKeys, isInteger ? floor : floor + 1);
  int64_t upTo = countBelow(start, step, numKeys, floor + 1);
  switch (predicate) {
  case Predicate::EQ:
    return upTo - below;
  case Predicate::NE:
    return numKeys - (upTo - below);
  case Predicate::LT:
    return below;
  case Predicate::LE:
    return upTo;
  case Predicate::GT:
    return numKeys - upTo;
  case Predicate::GE:
    return numKeys - below;
  default:
    llvm_unreachable("handled above");
  }
}

/// Equality with keys that take every integer of a range once, where the query
/// is never out of it: there is exactly one such key.
void SelectInference::inferFromKeyRange() {
  std::optional<PositionForm> key =
      context.causal ? keys.position : keys.permuted;
  if (predicate != Predicate::EQ || !isComparison || !key ||
      std::abs(key->indexFactor) != 1 || queries.domain.mayBeNone() ||
      !queries.domain.isIntegral())
    return;
  // The first and the last key that the query sees, the greater one first.
  PositionForm first = {key->lengthFactor, 0, key->offset};
  PositionForm last = {key->lengthFactor + key->indexFactor, 0,
                       key->offset - key->indexFactor};
  if (context.causal)
    last = *key;
  auto [least, greatest] =
      key->indexFactor > 0 ? std::pair(first, last) : std::pair(last, first);

  // The bounds of the query, as forms of length and position if it has any.
  constexpr double limit = 1e12;
  double low = queries.domain.getLow();
  std::optional<PositionForm> lower, upper = queries.upperBound;
  if (std::abs(low) < limit)
    lower = PositionForm{0, 0, static_cast<int64_t>(low)};
  if (queries.position)
    lower = upper = queries.position;
  else if (queries.permuted && !context.causal)
    lower = upper = queries.permuted;
  auto isNeverNegative = [&](std::optional<PositionForm> form,
                             const PositionForm &less) {
    if (!form)
      return false;
    std::optional<PositionForm> negated = scale(less, -1);
    std::optional<PositionForm> difference =
        negated ? add(*form, *negated) : std::nullopt;
    return difference && getExtremes(*difference, maxSeqLen).first >= 0;
  };
  if (upper && isNeverNegative(lower, least) &&
      isNeverNegative(greatest, *upper))
    narrow(1, 1);
}

/// Counts on each input and for each query, where the keys of an input are a
/// form of length and position, or a permutation of one.
void SelectInference::inferFromKeySet() {
  std::optional<PositionForm> keyForm =
      context.causal ? keys.position : keys.permuted;
  if (!keyForm || (!isComparison && !isListed))
    return;

  // Queries are known for each position, or as a set for each length, or at
  // large.
  std::optional<PositionForm> queryForm = queries.position;
  if (!queryForm && !context.causal)
    queryForm = queries.permuted;
  if (!queryForm && !queries.domain.isFinite())
    return;
  std::optional<PositionForm> bound = queries.upperBound;
  std::vector<Scalar> all = queries.domain.getValuesAndNone();
  uint64_t cost = getNumPositions(maxSeqLen);
  if (!queryForm)
    cost *= all.size();
  if (!isComparison)
    cost *= maxSeqLen;
  if (cost > context.maxCombinations)
    return;

  uint64_t minWidth = maxSeqLen, maxWidth = 0;
  bool isReflexive = keys.position && queries.position;
  bool isIrreflexive = isReflexive;
  PositionFormFitter fitter;
  for (int64_t length = 1; length <= maxSeqLen; ++length) {
    for (int64_t index = 0; index < length; ++index) {
      int64_t numKeys = context.causal ? index + 1 : length;
      auto addQuery = [&](const Scalar &query) {
        std::optional<uint64_t> width =
            countKeys(*keyForm, length, numKeys, query);
        minWidth = std::min(minWidth, width.value_or(0));
        maxWidth = std::max<uint64_t>(maxWidth, width.value_or(numKeys));
        fitter.add(length, index, width ? Scalar::integer(*width) : Scalar());
      };
      if (!queryForm) {
        for (const Scalar &query : all)
          if (!bound || query.isNone() ||
              !(Scalar::integer(bound->evaluate(length, index)) < query))
            addQuery(query);
        continue;
      }
      Scalar query = Scalar::integer(queryForm->evaluate(length, index));
      addQuery(query);
      if (!isReflexive && !isIrreflexive)
        continue;
      // The own key alone, as a row of keys that starts at it.
      PositionForm own = *keyForm;
      own.offset += keyForm->indexFactor * index;
      std::optional<uint64_t> matched = countKeys(own, length, 1, query);
      isReflexive &= matched == 1;
      isIrreflexive &= matched == 0;
    }
  }
  narrow(minWidth, maxWidth);
  facts.reflexive |= isReflexive;
  facts.irreflexive |= isIrreflexive;
  if (queries.position && !facts.width)
    facts.width = fitter.getForm();
}

SelectorFacts SelectInference::infer() {
  inferFromPredicate();
  keyValues = keys.domain.getValues();
  queryValues = queries.domain.getValues();
  bool isCountable =
      keys.domain.isFinite() && queries.domain.isFinite() && isComparable();
  if (!isCountable)
    listMatches();
  if (isCountable || isListed)
    inferFromMatches();
  inferFromRanges();
  inferFromEqualForms();
  inferFromGathered();
  inferFromKeyRange();
  inferFromKeySet();
  return complete(facts, context);
}

AbstractValue SelectOp::inferDomain(ArrayRef<AbstractValue> operands,
                                    DomainContext &context) {
  return SelectInference(*this, getSOpFacts(operands[0]),
                         getSOpFacts(operands[1]), context)
      .infer();
}
