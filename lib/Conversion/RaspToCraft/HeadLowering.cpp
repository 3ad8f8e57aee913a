//===- HeadLowering.cpp - Selectors, aggregates and selector widths -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramLowering.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;
using craft::AffineAttr;
using craft::MatrixAttr;
using craft::SparseMatrix;

/// The penalty of a key that is not selected, such that all of them together
/// take less than half a unit in the last place of an f32 from those that are:
/// length * exp(-penalty) <= 2^-25. Whole numbers cancel exactly in f32.
static double getPenalty(uint64_t length) {
  return std::ceil(std::log(static_cast<double>(length)) + 25.0 * std::log(2.0));
}

//===----------------------------------------------------------------------===//
// Selectors
//===----------------------------------------------------------------------===//

FailureOr<SelectorForm> ProgramLowering::getSelectorForm(Value selector) {
  auto it = selectorForms.find(selector);
  if (it != selectorForms.end())
    return it->second;

  Operation *op = selector.getDefiningOp();
  auto operand = [&](unsigned index) {
    return getSelectorForm(op->getOperand(index));
  };
  auto combine = [&](auto combination) -> FailureOr<SelectorForm> {
    FailureOr<SelectorForm> lhs = operand(0), rhs = operand(1);
    if (failed(lhs) || failed(rhs))
      return failure();
    if (std::optional<SelectorForm> form = combination(*lhs, *rhs))
      return *form;
    op->emitOpError("falls into too many disjoint parts: expected at most ")
        << SelectorForm::maxTerms;
    return failure();
  };
  FailureOr<SelectorForm> form =
      llvm::TypeSwitch<Operation *, FailureOr<SelectorForm>>(op)
          .Case([&](SelectOp select) { return getSelectForm(select); })
          .Case([&](AndOp) { return combine(SelectorForm::conjunction); })
          .Case([&](OrOp) { return combine(SelectorForm::disjunction); })
          .Case([&](NotOp) -> FailureOr<SelectorForm> {
            FailureOr<SelectorForm> input = operand(0);
            if (failed(input))
              return failure();
            if (std::optional<SelectorForm> negation = SelectorForm::negation(*input))
              return *negation;
            op->emitOpError("falls into too many disjoint parts: expected at most ")
                << SelectorForm::maxTerms;
            return failure();
          })
          .Default([&](Operation *) -> FailureOr<SelectorForm> {
            op->emitOpError("cannot be compiled to an attention head yet")
                .attachNote()
                << "expected 'rasp.select' and its combinations by 'rasp.and', "
                   "'rasp.or' and 'rasp.not'; the reference interpreter runs the "
                   "program as it is (rasp-run --stage=rasp)";
            return failure();
          });
  if (succeeded(form))
    selectorForms.try_emplace(selector, *form);
  return form;
}

FailureOr<ElementwiseFunction> ProgramLowering::getRelationSide(Value sop) {
  FailureOr<ElementwiseFunction> function = functions.get(sop);
  if (failed(function) || function->roots.size() <= 1)
    return function;
  // A function of several roots is a value of its own for the relation.
  ElementwiseFunction identity;
  const Domain &domain = domains.getDomain(sop);
  std::vector<Scalar> values = domain.getValuesAndNone();
  identity.table.assign(values.begin(), values.end());
  if (values.size() > 1) {
    identity.roots.push_back(sop);
    identity.domains.push_back(std::move(values));
  }
  return identity;
}

FailureOr<SelectorForm> ProgramLowering::getSelectForm(SelectOp select) {
  FailureOr<ElementwiseFunction> key = getRelationSide(select.getKeys());
  FailureOr<ElementwiseFunction> query = getRelationSide(select.getQueries());
  if (failed(key) || failed(query))
    return failure();
  uint64_t numEntries = uint64_t(key->table.size()) * query->table.size();
  if (numEntries > limits.maxMatrixEntries) {
    select.emitOpError("needs a matrix of ")
        << key->table.size() << " keys by " << query->table.size()
        << " queries, more than the limit of " << limits.maxMatrixEntries
        << " entries (max-matrix-entries)";
    return failure();
  }

  auto getRoot = [](const ElementwiseFunction &function) {
    return function.roots.empty() ? Value() : function.roots.front();
  };
  Value keyRoot = getRoot(*key), queryRoot = getRoot(*query);
  auto *it = llvm::find_if(pairs, [&](const RelationPair &pair) {
    return pair.key == keyRoot && pair.query == queryRoot;
  }).base();
  unsigned number = it - pairs.data();
  if (number == pairs.size()) {
    RelationPair pair;
    pair.key = keyRoot;
    pair.query = queryRoot;
    if (keyRoot)
      pair.keyValues = key->domains.front();
    if (queryRoot)
      pair.queryValues = query->domains.front();
    pairs.push_back(std::move(pair));
  }

  Relation relation(key->table.size(), query->table.size());
  for (size_t k = 0; k < key->table.size(); ++k) {
    for (size_t q = 0; q < query->table.size(); ++q) {
      const std::optional<Scalar> &keyValue = key->table[k];
      const std::optional<Scalar> &queryValue = query->table[q];
      if (!keyValue || !queryValue)
        continue;
      FailureOr<bool> holds =
          select.evaluatePredicate(*keyValue, *queryValue, /*diagnose=*/false);
      relation.set(k, q, succeeded(holds) && *holds);
    }
  }
  return SelectorForm::literal(number, std::move(relation));
}

//===----------------------------------------------------------------------===//
// Query and key matrices
//===----------------------------------------------------------------------===//

namespace {
/// One half of a relation in matrix form: a column for each dimension.
struct Half {
  Value input;
  SparseMatrix matrix;
  SmallVector<double> bias;
};
} // namespace

/// The classes (of keys or of queries) that some value of the other side does
/// not match: each needs a dimension.
static std::vector<size_t> getMissedClasses(ArrayRef<size_t> classes,
                                            llvm::function_ref<bool(size_t)> missed) {
  std::vector<size_t> result;
  size_t numClasses = classes.empty() ? 0 : *llvm::max_element(classes) + 1;
  for (size_t number = 0; number < numClasses; ++number)
    if (missed(llvm::find(classes, number) - classes.begin()))
      result.push_back(number);
  return result;
}

FailureOr<ProgramLowering::QueryKey>
ProgramLowering::getQueryKey(const Conjunction &term, double penalty,
                             Operation *reader) {
  // Blocks of dimensions, one for each relation, side by side: penalties add.
  SmallVector<Half> queryHalves, keyHalves;
  for (const auto &entry : term) {
    const Relation &relation = entry.second;
    const RelationPair pair = pairs[entry.first];
    size_t numKeys = relation.getNumKeys(), numQueries = relation.getNumQueries();
    std::vector<size_t> keyClasses = relation.getKeyClasses();
    std::vector<size_t> queryClasses = relation.getQueryClasses();
    std::vector<size_t> keyDimensions =
        getMissedClasses(keyClasses, [&](size_t key) {
          for (size_t query = 0; query < numQueries; ++query)
            if (!relation.get(key, query))
              return true;
          return false;
        });
    std::vector<size_t> queryDimensions =
        getMissedClasses(queryClasses, [&](size_t query) {
          for (size_t key = 0; key < numKeys; ++key)
            if (!relation.get(key, query))
              return true;
          return false;
        });

    // One side picks a dimension by its class, the other has the penalties.
    bool queryPicks = queryDimensions.size() <= keyDimensions.size();
    ArrayRef<size_t> dimensions = queryPicks ? queryDimensions : keyDimensions;
    ArrayRef<size_t> pickClasses = queryPicks ? queryClasses : keyClasses;
    ArrayRef<size_t> scoreClasses = queryPicks ? keyClasses : queryClasses;
    const std::vector<Scalar> &pickValues = queryPicks ? pair.queryValues : pair.keyValues;
    const std::vector<Scalar> &scoreValues = queryPicks ? pair.keyValues : pair.queryValues;
    Value pickValue = queryPicks ? pair.query : pair.key;
    Value scoreValue = queryPicks ? pair.key : pair.query;
    size_t numDimensions = dimensions.size();

    Half pick{Value(), SparseMatrix(0, numDimensions),
              SmallVector<double>(numDimensions, 0.0)};
    if (*llvm::max_element(pickClasses) == 0) {
      pick.bias.assign(numDimensions, 1.0);
    } else {
      FailureOr<Classifier> classifier =
          getClassifier(pickValue, pickValues, pickClasses);
      if (failed(classifier))
        return failure();
      pick.input = classifier->subspace;
      pick.matrix = SparseMatrix(craft::getDimension(pick.input.getType()), numDimensions);
      for (auto [column, number] : llvm::zip_equal(classifier->columns, pickClasses)) {
        const auto *dimension = llvm::find(dimensions, number);
        if (dimension != dimensions.end())
          pick.matrix.set(column, dimension - dimensions.begin(), 1.0);
      }
    }

    Half score{Value(), SparseMatrix(0, numDimensions),
               SmallVector<double>(numDimensions, 0.0)};
    auto matches = [&](size_t value, size_t dimension) {
      size_t picker = llvm::find(pickClasses, dimensions[dimension]) - pickClasses.begin();
      return queryPicks ? relation.get(value, picker) : relation.get(picker, value);
    };
    bool constantScore = *llvm::max_element(scoreClasses) == 0;
    std::optional<Classifier> classifier;
    if (!constantScore) {
      FailureOr<Classifier> found = getClassifier(scoreValue, scoreValues, scoreClasses);
      if (failed(found))
        return failure();
      classifier = *found;
      score.input = classifier->subspace;
      score.matrix = SparseMatrix(craft::getDimension(score.input.getType()), numDimensions);
    }
    for (size_t dimension = 0; dimension < numDimensions; ++dimension) {
      if (constantScore) {
        score.bias[dimension] = matches(0, dimension) ? 0.0 : -penalty;
        continue;
      }
      // The more frequent of the two goes into the bias, the other into the
      // matrix; their sum is exactly 0 for a match either way.
      SmallVector<std::optional<bool>> columns(score.matrix.getNumRows());
      for (auto [value, column] : llvm::enumerate(classifier->columns))
        columns[column] = matches(value, dimension);
      size_t numMatches = llvm::count(columns, std::optional<bool>(true));
      bool biasIsMiss = 2 * numMatches < columns.size();
      score.bias[dimension] = biasIsMiss ? -penalty : 0.0;
      for (auto [column, match] : llvm::enumerate(columns))
        if (match == biasIsMiss)
          score.matrix.set(column, dimension, biasIsMiss ? penalty : -penalty);
    }
    (queryPicks ? queryHalves : keyHalves).push_back(std::move(pick));
    (queryPicks ? keyHalves : queryHalves).push_back(std::move(score));
  }

  auto assemble = [&](ArrayRef<Half> halves, SmallVectorImpl<Value> &inputs) {
    size_t numDimensions = 0;
    for (const Half &half : halves)
      numDimensions += half.bias.size();
    SmallVector<SparseMatrix> matrices;
    SmallVector<double> bias;
    for (const Half &half : halves) {
      if (half.input) {
        auto *it = llvm::find(inputs, half.input);
        size_t place = it - inputs.begin();
        if (it == inputs.end()) {
          inputs.push_back(half.input);
          matrices.emplace_back(half.matrix.getNumRows(), numDimensions);
        }
        matrices[place].addBlock(0, bias.size(), half.matrix);
      }
      llvm::append_range(bias, half.bias);
    }
    SmallVector<MatrixAttr> weights;
    for (const SparseMatrix &matrix : matrices)
      weights.push_back(matrix.get(context));
    return AffineAttr::get(context, weights, DenseF64ArrayAttr::get(context, bias));
  };
  QueryKey result;
  result.query = assemble(queryHalves, result.queryInputs);
  result.key = assemble(keyHalves, result.keyInputs);
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
    FailureOr<QueryKey> queryKey = getQueryKey(term, penalty, width);
    if (failed(queryKey))
      return failure();
    Type partType = single ? type
                           : craft::ScalarType::get(
                                 context, DomainAttr::get(context, partDomain), FloatAttr());
    parts.push_back(craft::SelectorWidthOp::create(
        builder, single ? loc : width.getLoc(), partType, queryKey->queryInputs,
        queryKey->keyInputs, queryKey->query, queryKey->key,
        builder.getF64FloatAttr(penalty)));
  }
  if (single)
    return parts.front();
  // The parts are disjoint, so that their widths add.
  SmallVector<MatrixAttr> weights(parts.size(), SparseMatrix::identity(1).get(context));
  AffineAttr sum =
      AffineAttr::get(context, weights, DenseF64ArrayAttr::get(context, 0.0));
  return craft::LinearOp::create(builder, loc, type, parts, sum).getResult();
}

FailureOr<Value> ProgramLowering::lowerAggregate(AggregateOp aggregate) {
  Value selector = aggregate.getSelector(), values = aggregate.getValues();
  const SelectorFacts &facts = domains.getSelectorFacts(selector);
  const SOpFacts &valueFacts = domains.getFacts(values);
  const Domain &domain = domains.getDomain(aggregate);

  FailureOr<SelectorForm> form = getSelectorForm(selector);
  if (failed(form))
    return failure();
  Location loc = getNamedLoc(aggregate);
  bool isOneHot = getLayout(aggregate) == Layout::OneHot;
  Type type = isOneHot ? Type(getOneHotType(domain)) : Type(getScalarType(aggregate));
  if (form->getTerms().empty())
    return createConstant(loc, aggregate.getDefaultScalar(), type);
  if (form->getTerms().size() > 1) {
    InFlightDiagnostic diagnostic = aggregate.emitOpError(
        "aggregates over a union of selectors on different operands, which one "
        "attention head cannot compute: expected a conjunction, found a union of ")
        << form->getTerms().size() << " disjoint conjunctions";
    diagnostic.attachNote(selector.getLoc())
        << "the selector; rewrite it as one 'rasp.select' over a common key and "
           "query (a 'rasp.map' can combine operands), or as selectors joined by "
           "'rasp.and'";
    return diagnostic;
  }

  // Where a row may be empty, BOS stands half way between a match and a miss.
  double bosScore = -getPenalty(program.getMaxSeqLen());
  double penalty = facts.neverEmpty() ? -bosScore : -2 * bosScore;
  FailureOr<QueryKey> queryKey = getQueryKey(form->getTerms().front(), penalty, aggregate);
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
    std::vector<std::optional<Scalar>> images(rootValues.begin(), rootValues.end());
    if (function->roots.size() == 1 && isOneHotAvailable(function->roots.front())) {
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
    input = *scalar;
    projection = SparseMatrix::identity(1);
    bias.assign(1, 0.0);
    if (FloatAttr code = cast<craft::ScalarType>(input.getType()).getNoneCode())
      type = craft::ScalarType::get(context, DomainAttr::get(context, domain), code);
  }
  SmallVector<double> bosValue(dimension, 0.0);
  if (!facts.neverEmpty())
    bosValue = cast<craft::SubspaceTypeInterface>(type).encode(aggregate.getDefaultScalar());

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
