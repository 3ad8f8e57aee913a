//===- HeadLowering.cpp - Selectors, aggregates and selector widths -------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramLowering.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallPtrSet.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::rasp;
using craft::AffineAttr;
using craft::MatrixAttr;
using craft::SparseMatrix;

double ProgramLowering::getPenalty(uint64_t length, double contrast) {
  double penalty = std::log(static_cast<double>(length)) +
                   25.0 * std::log(2.0) + std::log(std::max(contrast, 1.0));
  return std::min(std::ceil(penalty), greatestPenalty);
}

/// How many times the least distance of two values their greatest is, `other`
/// counted among them.
static double getContrast(const Domain &domain, const Scalar &other) {
  if (!domain.isNumeric() || domain.isUninitialized())
    return 1.0;
  double low = domain.getLow(), high = domain.getHigh();
  if (other.isNumeric()) {
    low = std::min(low, other.getDouble());
    high = std::max(high, other.getDouble());
  }
  double gap = domain.getLeastGap();
  return gap > 0 ? (high - low) / std::min(gap, 1.0)
                 : std::numeric_limits<double>::infinity();
}

//===----------------------------------------------------------------------===//
// Query and key matrices
//===----------------------------------------------------------------------===//

/// The affine map of one half of a head, dimension by dimension.
class ProgramLowering::HalfBuilder {
public:
  /// Adds a dimension with the constant `bias`.
  unsigned addDimension(double bias) {
    biases.push_back(bias);
    return biases.size() - 1;
  }
  void addEntry(Value input, int64_t row, unsigned dimension, double value) {
    entries[input].push_back({row, static_cast<int64_t>(dimension), value});
  }

  AffineAttr build(MLIRContext *context, SmallVectorImpl<Value> &inputs) const {
    SmallVector<MatrixAttr> weights;
    for (const auto &[input, list] : entries) {
      SparseMatrix matrix(craft::getDimension(input.getType()), biases.size());
      for (const craft::MatrixEntry &entry : list)
        matrix.set(entry.row, entry.column, entry.value);
      inputs.push_back(input);
      weights.push_back(matrix.get(context));
    }
    return AffineAttr::get(context, weights,
                           DenseF64ArrayAttr::get(context, biases));
  }

private:
  llvm::MapVector<Value, SmallVector<craft::MatrixEntry>> entries;
  SmallVector<double> biases;
};

/// The classes (of keys or of queries) that some value of the other side does
/// not match: each needs a dimension.
static std::vector<size_t>
getMissedClasses(ArrayRef<size_t> classes,
                 llvm::function_ref<bool(size_t)> missed) {
  std::vector<size_t> result;
  size_t numClasses = classes.empty() ? 0 : *llvm::max_element(classes) + 1;
  for (size_t number = 0; number < numClasses; ++number)
    if (missed(llvm::find(classes, number) - classes.begin()))
      result.push_back(number);
  return result;
}

/// Whether `subspace` is affine in what the embedding writes, so that no head
/// and no MLP adds an error to it.
static bool isOfEmbedding(Value subspace) {
  SmallVector<Value> worklist = {subspace};
  SmallPtrSet<Value, 8> visited;
  while (!worklist.empty()) {
    Value current = worklist.pop_back_val();
    if (!visited.insert(current).second)
      continue;
    Operation *op = current.getDefiningOp();
    if (!isa<craft::EmbedOp, craft::LinearOp>(op))
      return false;
    worklist.append(op->operand_begin(), op->operand_end());
  }
  return true;
}

FailureOr<double> ProgramLowering::appendClasses(
    const RelationPair &pair, const Relation &relation, double penalty,
    HalfBuilder &queries, HalfBuilder &keys, bool mayHaveCommon) {
  std::vector<size_t> keyClasses = relation.getKeyClasses();
  std::vector<size_t> queryClasses = relation.getQueryClasses();
  std::vector<size_t> keyDimensions =
      getMissedClasses(keyClasses, [&](size_t key) {
        for (size_t query = 0; query < relation.getNumQueries(); ++query)
          if (!relation.get(key, query))
            return true;
        return false;
      });
  std::vector<size_t> queryDimensions =
      getMissedClasses(queryClasses, [&](size_t query) {
        for (size_t key = 0; key < relation.getNumKeys(); ++key)
          if (!relation.get(key, query))
            return true;
        return false;
      });

  // One side picks a dimension by its class, the other has the penalties.
  bool queryPicks = queryDimensions.size() <= keyDimensions.size();
  ArrayRef<size_t> dimensions = queryPicks ? queryDimensions : keyDimensions;
  ArrayRef<size_t> pickClasses = queryPicks ? queryClasses : keyClasses;
  ArrayRef<size_t> scoreClasses = queryPicks ? keyClasses : queryClasses;
  const std::vector<Scalar> &pickValues =
      queryPicks ? pair.queryValues : pair.keyValues;
  const std::vector<Scalar> &scoreValues =
      queryPicks ? pair.keyValues : pair.queryValues;
  Value pickValue = queryPicks ? pair.query : pair.key;
  Value scoreValue = queryPicks ? pair.key : pair.query;
  HalfBuilder &pick = queryPicks ? queries : keys;
  HalfBuilder &score = queryPicks ? keys : queries;

  std::optional<Classifier> picker, scorer;
  if (*llvm::max_element(pickClasses) > 0) {
    FailureOr<Classifier> classifier =
        getClassifier(pickValue, pickValues, pickClasses);
    if (failed(classifier))
      return failure();
    picker = *classifier;
  }
  if (*llvm::max_element(scoreClasses) > 0) {
    FailureOr<Classifier> classifier =
        getClassifier(scoreValue, scoreValues, scoreClasses);
    if (failed(classifier))
      return failure();
    scorer = *classifier;
  }

  // Errors of columns add up where each column is worth a penalty. Where each
  // class needs a dimension, all of them can score the penalty together, and
  // only a match makes up for it.
  size_t numPickClasses = *llvm::max_element(pickClasses) + 1;
  bool hasCommon =
      mayHaveCommon && picker && scorer &&
      dimensions.size() == numPickClasses &&
      !(isOfEmbedding(picker->subspace) && isOfEmbedding(scorer->subspace));

  for (size_t number : dimensions) {
    unsigned pickDimension = pick.addDimension(picker ? 0.0 : 1.0);
    if (picker)
      for (auto [column, pickClass] :
           llvm::zip_equal(picker->columns, pickClasses))
        if (pickClass == number)
          pick.addEntry(picker->subspace, column, pickDimension, 1.0);

    size_t member = llvm::find(pickClasses, number) - pickClasses.begin();
    auto matches = [&](size_t value) {
      return queryPicks ? relation.get(value, member)
                        : relation.get(member, value);
    };
    if (!scorer) {
      score.addDimension(matches(0) ? 0.0 : -penalty);
      continue;
    }
    // The more frequent of the two goes into the bias, the other into the
    // matrix; their sum is exactly 0 for a match either way.
    SmallVector<std::optional<bool>> columns(
        craft::getDimension(scorer->subspace.getType()));
    for (auto [value, column] : llvm::enumerate(scorer->columns))
      columns[column] = matches(value);
    size_t numMatches = llvm::count(columns, std::optional<bool>(true));
    bool biasIsMiss = hasCommon || 2 * numMatches < columns.size();
    unsigned scoreDimension =
        score.addDimension(biasIsMiss && !hasCommon ? -penalty : 0.0);
    for (auto [column, match] : llvm::enumerate(columns))
      if (match == biasIsMiss)
        score.addEntry(scorer->subspace, column, scoreDimension,
                       biasIsMiss ? penalty : -penalty);
  }
  return hasCommon ? -penalty : 0.0;
}

/// From this many values on the errors of the columns of a computed one-hot,
/// each of them times the penalty, add up to more than a count can bear.
static constexpr size_t minManyValues = 40;

bool ProgramLowering::isManyValued(Value sop) {
  return sop && !isOneHotAvailable(sop) &&
         !domains.getDomain(sop).mayBeNone() &&
         domains.getDomain(sop).getValues().size() >= minManyValues;
}

bool ProgramLowering::hasSteps(Value sop) {
  return !sop || isOneHotAvailable(sop) || !domains.getDomain(sop).mayBeNone();
}

FailureOr<Value> ProgramLowering::getStep(Value sop, ArrayRef<Scalar> values,
                                          HalfLine half) {
  auto it = steps.find({sop.getAsOpaquePointer(), half});
  if (it != steps.end())
    return it->second;
  FailureOr<Value> number = getScalarSubspace(sop);
  if (failed(number))
    return failure();
  SmallVector<Attribute> table;
  for (size_t value = 0; value < values.size(); ++value)
    table.push_back(builder.getBoolAttr(half.contains(value)));
  std::string name;
  Location loc = getNamedLoc(sop);
  if (auto nameLoc = dyn_cast<NameLoc>(loc)) {
    llvm::raw_string_ostream(name)
        << nameLoc.getName().getValue() << (half.isUpper ? ">=" : "<=")
        << values[half.bound];
    loc = NameLoc::get(builder.getStringAttr(name), nameLoc.getChildLoc());
  }
  auto type = craft::ScalarType::get(
      context, DomainAttr::get(context, Domain::booleans()), FloatAttr());
  ++numMaps;
  Value step = craft::MapOp::create(builder, loc, type, *number,
                                    builder.getArrayAttr(table),
                                    /*exact_zero=*/builder.getUnitAttr());
  steps[{sop.getAsOpaquePointer(), half}] = step;
  return step;
}

LogicalResult ProgramLowering::appendQuadrants(const RelationPair &pair,
                                               ArrayRef<Quadrant> quadrants,
                                               double penalty,
                                               HalfBuilder &queries,
                                               HalfBuilder &keys) {
  // One dimension for each quadrant of misses: whether the query lies in its
  // half-line, times whether the key lies in its own.
  auto append = [&](Value sop, ArrayRef<Scalar> values, HalfLine half,
                    double factor, HalfBuilder &builder) -> LogicalResult {
    size_t last = values.empty() ? 0 : values.size() - 1;
    if (half.bound == (half.isUpper ? 0 : last)) {
      builder.addDimension(factor);
      return success();
    }
    unsigned dimension = builder.addDimension(0.0);
    if (!isOneHotAvailable(sop)) {
      FailureOr<Value> step = getStep(sop, values, half);
      if (failed(step))
        return failure();
      builder.addEntry(*step, 0, dimension, factor);
      return success();
    }
    FailureOr<Value> oneHot = getOneHot(sop);
    if (failed(oneHot))
      return failure();
    for (size_t value = 0; value < values.size(); ++value)
      if (half.contains(value))
        builder.addEntry(*oneHot, value, dimension, factor);
    return success();
  };
  for (const Quadrant &quadrant : quadrants)
    if (failed(append(pair.query, pair.queryValues, quadrant.queries, 1.0,
                      queries)) ||
        failed(append(pair.key, pair.keyValues, quadrant.keys, -penalty, keys)))
      return failure();
  return success();
}

FailureOr<ProgramLowering::QueryKey>
ProgramLowering::getQueryKey(const Conjunction &term, double penalty,
                             bool isCounted, const Preference &preference) {
  // Blocks of dimensions, one for each relation, side by side: penalties add.
  HalfBuilder queries, keys;
  double common = preference.bias;
  for (const auto &[number, relation] : term) {
    const RelationPair pair = pairs[number];
    std::optional<std::vector<Quadrant>> quadrants;
    if (isCounted && (isManyValued(pair.key) || isManyValued(pair.query)) &&
        hasSteps(pair.key) && hasSteps(pair.query))
      quadrants = coverMisses(relation);
    if (quadrants) {
      if (failed(appendQuadrants(pair, *quadrants, penalty, queries, keys)))
        return failure();
      continue;
    }
    FailureOr<double> ofAllPairs =
        appendClasses(pair, relation, penalty, queries, keys,
                      /*mayHaveCommon=*/bool(preference.input));
    if (failed(ofAllPairs))
      return failure();
    common += *ofAllPairs;
  }
  if (preference.input) {
    unsigned dimension = keys.addDimension(common);
    queries.addDimension(1.0);
    keys.addEntry(preference.input, /*row=*/0, dimension, preference.factor);
  }
  QueryKey result;
  result.query = queries.build(context, result.queryInputs);
  result.key = keys.build(context, result.keyInputs);
  ++numHeads;
  return result;
}

//===----------------------------------------------------------------------===//
// Heads
//===----------------------------------------------------------------------===//

FailureOr<Value> ProgramLowering::lowerSelectorWidth(SelectorWidthOp width) {
  FailureOr<SelectorForm> form = getSelectorForm(width.getSelector());
  if (failed(form))
    return failure();
  Location loc = getNamedLoc(width);
  craft::ScalarType type = getScalarType(width);
  double penalty = getPenalty(program.getMaxSeqLen());
  SmallVector<Value> parts;
  bool single = form->getTerms().size() == 1;
  Domain partDomain = Domain::integers(0, program.getMaxSeqLen());
  for (const Conjunction &term : form->getTerms()) {
    FailureOr<QueryKey> queryKey =
        getQueryKey(term, penalty, /*isCounted=*/true, Preference());
    if (failed(queryKey))
      return failure();
    Type partType = single ? type
                           : craft::ScalarType::get(
                                 context, DomainAttr::get(context, partDomain),
                                 FloatAttr());
    parts.push_back(craft::SelectorWidthOp::create(
        builder, single ? loc : width.getLoc(), partType, queryKey->queryInputs,
        queryKey->keyInputs, queryKey->query, queryKey->key,
        builder.getF64FloatAttr(penalty)));
  }
  if (single)
    return parts.front();
  // The parts are disjoint, so that their widths add.
  SmallVector<MatrixAttr> weights(parts.size(),
                                  SparseMatrix::identity(1).get(context));
  AffineAttr sum =
      AffineAttr::get(context, weights, DenseF64ArrayAttr::get(context, 0.0));
  return craft::LinearOp::create(builder, loc, type, parts, sum).getResult();
}

FailureOr<Value> ProgramLowering::lowerAggregate(AggregateOp aggregate) {
  Value selector = aggregate.getSelector(), values = aggregate.getValues();
  const SelectorFacts &facts = domains.getSelectorFacts(selector);
  const SOpFacts &valueFacts = domains.getFacts(values);
  const Domain &domain = domains.getDomain(aggregate);

  // Of a best, the head selects what the best is of, and prefers by score.
  auto best = selector.getDefiningOp<BestOp>();
  FailureOr<SelectorForm> form =
      getSelectorForm(best ? best.getSelector() : selector);
  if (failed(form))
    return failure();
  if (best) {
    FailureOr<SelectorForm> present = getPresentForm(best.getScores());
    if (failed(present))
      return failure();
    // One conjunction more makes no more parts.
    form = *SelectorForm::conjunction(*form, *present);
  }
  Location loc = getNamedLoc(aggregate);
  bool isOneHot = getLayout(aggregate) == Layout::OneHot;
  Type type =
      isOneHot ? Type(getOneHotType(domain)) : Type(getScalarType(aggregate));
  // Where nothing is ever selected, the values may be of any kind.
  if (form->getTerms().empty() || facts.maxWidth == 0)
    return createConstant(loc, aggregate.getDefaultScalar(), type);
  if (form->getTerms().size() > 1) {
    InFlightDiagnostic diagnostic =
        aggregate.emitOpError("aggregates over a union of selectors on "
                              "different operands, which one "
                              "attention head cannot compute: expected a "
                              "conjunction, found a union of ")
        << form->getTerms().size() << " disjoint conjunctions";
    diagnostic.attachNote((best ? best.getSelector() : selector).getLoc())
        << "the selector; rewrite it as one 'rasp.select' over a common key "
           "and "
           "query (a 'rasp.map' can combine operands), or as selectors joined "
           "by "
           "'rasp.and'";
    return diagnostic;
  }

  // From the best key on, those of other scores are a margin apart. BOS is a
  // margin below the worst, and where a row may be empty and falls to it, what
  // is not selected is one more below.
  double contrast =
      getContrast(valueFacts.domain, aggregate.getDefaultScalar());
  double margin = getPenalty(program.getMaxSeqLen(), contrast);
  Preference preference;
  if (best) {
    FailureOr<Preference> found = getPreference(best, margin);
    if (failed(found))
      return failure();
    preference = *found;
  }
  double bosScore = -(preference.range + margin);
  double penalty =
      preference.range + (facts.neverEmpty() ? margin : 2 * margin);
  remark::passed(
      loc, remark::RemarkOpts::name("head").category("convert-rasp-to-craft"))
      << (facts.neverEmpty()
              ? "no row is empty, BOS is never attended to"
              : "an empty row falls to BOS, which holds the default")
      << remark::metric("Penalty", static_cast<int64_t>(penalty));
  FailureOr<QueryKey> queryKey = getQueryKey(form->getTerms().front(), penalty,
                                             /*isCounted=*/false, preference);
  if (failed(queryKey))
    return failure();

  Value input;
  SparseMatrix projection(0, 0);
  SmallVector<double> bias;
  auto subspaceType = cast<craft::SubspaceTypeInterface>(type);
  int64_t dimension = subspaceType.getDimension();
  if (isOneHot) {
    // From the root of the values, so that a function of it costs nothing.
    FailureOr<ElementwiseFunction> function = functions.get(values);
    if (failed(function))
      return failure();
    Value root = values;
    std::vector<Scalar> rootValues = valueFacts.domain.getValuesAndNone();
    std::vector<std::optional<Scalar>> images(rootValues.begin(),
                                              rootValues.end());
    if (function->roots.size() == 1 &&
        isOneHotAvailable(function->roots.front())) {
      root = function->roots.front();
      rootValues = function->domains.front();
      images = function->table;
    }
    FailureOr<Value> oneHot = getOneHot(root);
    if (failed(oneHot))
      return failure();
    input = *oneHot;
    projection = SparseMatrix(craft::getDimension(input.getType()), dimension);
    for (auto [row, image] : llvm::enumerate(images)) {
      if (!image || !domain.contains(*image))
        continue;
      for (auto [column, entry] : llvm::enumerate(subspaceType.encode(*image)))
        projection.set(row, column, entry);
    }
    bias.assign(dimension, 0.0);
  } else {
    FailureOr<Value> scalar = getScalarSubspace(values);
    if (failed(scalar))
      return failure();
    projection = SparseMatrix::identity(1);
    bias.assign(1, 0.0);
    // What stands for none stays what it is.
    scalar = keepNoneApart(*scalar, aggregate);
    if (failed(scalar))
      return failure();
    input = *scalar;
    FloatAttr code = cast<craft::ScalarType>(input.getType()).getNoneCode();
    if (code && domain.mayBeNone())
      type = craft::ScalarType::get(context, DomainAttr::get(context, domain),
                                    code);
  }
  SmallVector<double> bosValue(dimension, 0.0);
  if (!facts.neverEmpty())
    bosValue = cast<craft::SubspaceTypeInterface>(type).encode(
        aggregate.getDefaultScalar());

  AffineAttr value = AffineAttr::get(context, projection.get(context),
                                     DenseF64ArrayAttr::get(context, bias));
  return craft::HeadOp::create(
             builder, loc, type, queryKey->queryInputs, queryKey->keyInputs,
             ValueRange(input), queryKey->query, queryKey->key, value,
             SparseMatrix::identity(dimension).get(context),
             builder.getF64FloatAttr(bosScore),
             DenseF64ArrayAttr::get(context, bosValue), IntegerAttr())
      .getResult();
}
