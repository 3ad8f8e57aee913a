//===- RaspEvaluation.cpp - What the ops of the rasp dialect compute ------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <functional>

using namespace mlir;
using namespace mlir::rasp;

static const Sequence &asSequence(const EvaluationValue &value) {
  return std::get<Sequence>(value);
}

static const SelectorMatrix &asSelector(const EvaluationValue &value) {
  return std::get<SelectorMatrix>(value);
}

/// The number of keys that a query may see.
static size_t numVisibleKeys(const EvaluationContext &context, size_t query) {
  return context.causal ? query + 1 : context.tokens.size();
}

//===----------------------------------------------------------------------===//
// Scalar functions
//===----------------------------------------------------------------------===//

FailureOr<bool> mlir::rasp::evaluatePredicate(Predicate predicate,
                                              const Scalar &key,
                                              const Scalar &query) {
  switch (predicate) {
  case Predicate::True:
    return true;
  case Predicate::False:
    return false;
  case Predicate::EQ:
    return key == query;
  case Predicate::NE:
    return key != query;
  default:
    break;
  }
  if (key.isString() != query.isString())
    return failure();
  int order = key.compare(query);
  switch (predicate) {
  case Predicate::LT:
    return order < 0;
  case Predicate::LE:
    return order <= 0;
  case Predicate::GT:
    return order > 0;
  case Predicate::GE:
    return order >= 0;
  default:
    llvm_unreachable("not a comparison");
  }
}

static std::string describe(ArrayRef<Scalar> values) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '(';
  llvm::interleaveComma(values, os);
  os << ')';
  return text;
}

FailureOr<Scalar> mlir::rasp::evaluateScalarRegion(Region &region,
                                                   ArrayRef<Scalar> arguments,
                                                   bool diagnose) {
  Block &block = region.front();
  llvm::SmallDenseMap<Value, Scalar, 16> values;
  for (auto [argument, value] :
       llvm::zip_equal(block.getArguments(), arguments))
    values.try_emplace(argument, value);

  SmallVector<Scalar, 4> operands;
  for (Operation &op : block.without_terminator()) {
    operands.clear();
    for (Value operand : op.getOperands())
      operands.push_back(values.lookup(operand));
    std::string reason;
    FailureOr<Scalar> result =
        cast<ScalarOpInterface>(op).evaluateScalar(operands, reason);
    if (failed(result)) {
      if (diagnose) {
        InFlightDiagnostic diagnostic = op.emitOpError(reason);
        if (!operands.empty())
          diagnostic << " on " << describe(operands);
        diagnostic.attachNote(region.getLoc())
            << "while the region is evaluated on " << describe(arguments);
      }
      return failure();
    }
    values.try_emplace(op.getResult(0), *result);
  }
  return values.lookup(cast<YieldOp>(block.getTerminator()).getValue());
}

//===----------------------------------------------------------------------===//
// S-ops
//===----------------------------------------------------------------------===//

LogicalResult ReturnOp::evaluate(ArrayRef<EvaluationValue> operands,
                                 const EvaluationContext &,
                                 SmallVectorImpl<EvaluationValue> &results) {
  results.push_back(operands.front());
  return success();
}

LogicalResult IndicesOp::evaluate(ArrayRef<EvaluationValue>,
                                  const EvaluationContext &context,
                                  SmallVectorImpl<EvaluationValue> &results) {
  Sequence sequence;
  for (size_t position = 0; position < context.tokens.size(); ++position)
    sequence.push_back(Scalar::integer(position));
  results.push_back(std::move(sequence));
  return success();
}

LogicalResult ConstantOp::evaluate(ArrayRef<EvaluationValue>,
                                   const EvaluationContext &context,
                                   SmallVectorImpl<EvaluationValue> &results) {
  results.push_back(Sequence(context.tokens.size(), *getScalar(getValue())));
  return success();
}

/// Applies `function` to the values of the operands at each position, except
/// where one of them is none.
static LogicalResult evaluateElementwise(
    ArrayRef<EvaluationValue> operands, const EvaluationContext &context,
    SmallVectorImpl<EvaluationValue> &results,
    function_ref<FailureOr<Scalar>(ArrayRef<Scalar>)> function) {
  Sequence sequence;
  SmallVector<Scalar> arguments;
  for (size_t position = 0; position < context.tokens.size(); ++position) {
    arguments.clear();
    for (const EvaluationValue &operand : operands)
      arguments.push_back(asSequence(operand)[position]);
    if (llvm::any_of(arguments,
                     [](const Scalar &value) { return value.isNone(); })) {
      sequence.push_back(Scalar::none());
      continue;
    }
    FailureOr<Scalar> value = function(arguments);
    if (failed(value))
      return failure();
    sequence.push_back(*value);
  }
  results.push_back(std::move(sequence));
  return success();
}

LogicalResult MapOp::evaluate(ArrayRef<EvaluationValue> operands,
                              const EvaluationContext &context,
                              SmallVectorImpl<EvaluationValue> &results) {
  return evaluateElementwise(
      operands, context, results, [&](ArrayRef<Scalar> arguments) {
        return evaluateScalarRegion(getBody(), arguments);
      });
}

LogicalResult LookupOp::evaluate(ArrayRef<EvaluationValue> operands,
                                 const EvaluationContext &context,
                                 SmallVectorImpl<EvaluationValue> &results) {
  return evaluateElementwise(
      operands, context, results,
      [&](ArrayRef<Scalar> arguments) -> FailureOr<Scalar> {
        FailureOr<Scalar> value = getTable().lookup(arguments);
        if (succeeded(value))
          return value;
        InFlightDiagnostic diagnostic = emitOpError("has no entry for ")
                                        << describe(arguments);
        diagnostic.attachNote()
            << "add an entry, or a fallback written `_ -> value`";
        return diagnostic;
      });
}

/// What `op` makes of the values that a row selects, at least one.
static FailureOr<Scalar> aggregateRow(AggregateOp op, ArrayRef<Scalar> selected,
                                      size_t query) {
  const Scalar &first = selected.front();
  auto differs = llvm::find_if(
      selected, [&](const Scalar &value) { return value != first; });
  bool wantsNumber = op.getType().getElementType().isF64();
  if (differs == selected.end()) {
    // The value itself, as a value of the result's type.
    return wantsNumber && first.isNumeric() ? mean(first) : first;
  }
  auto isNumeric = [](const Scalar &value) { return value.isNumeric(); };
  if (!op.isGather() && llvm::all_of(selected, isNumeric)) {
    Scalar value = mean(selected);
    if (!std::isfinite(value.getDouble()))
      return op.emitOpError("has a mean that is not finite at position ")
             << query;
    return value;
  }
  InFlightDiagnostic diagnostic =
      op.emitOpError("selects several different values at position ")
      << query << ", among them " << first.str() << " and " << differs->str();
  if (op.getUnique())
    diagnostic.attachNote() << "`unique` asserts that this does not happen";
  else if (!op.isGather())
    diagnostic.attachNote() << "none has no mean with other values";
  else
    diagnostic.attachNote() << "only numbers have a mean, and it is of type "
                               "f64";
  return diagnostic;
}

LogicalResult AggregateOp::evaluate(ArrayRef<EvaluationValue> operands,
                                    const EvaluationContext &context,
                                    SmallVectorImpl<EvaluationValue> &results) {
  const SelectorMatrix &selector = asSelector(operands[0]);
  const Sequence &values = asSequence(operands[1]);
  Sequence sequence;
  SmallVector<Scalar> selected;
  for (size_t query = 0; query < context.tokens.size(); ++query) {
    selected.clear();
    for (size_t key = 0; key < context.tokens.size(); ++key)
      if (selector.get(query, key))
        selected.push_back(values[key]);
    if (selected.empty()) {
      sequence.push_back(getDefaultScalar());
      continue;
    }
    FailureOr<Scalar> value = aggregateRow(*this, selected, query);
    if (failed(value))
      return failure();
    sequence.push_back(*value);
  }
  results.push_back(std::move(sequence));
  return success();
}

LogicalResult
SelectorWidthOp::evaluate(ArrayRef<EvaluationValue> operands,
                          const EvaluationContext &context,
                          SmallVectorImpl<EvaluationValue> &results) {
  const SelectorMatrix &selector = asSelector(operands[0]);
  Sequence sequence;
  for (size_t query = 0; query < context.tokens.size(); ++query) {
    int64_t width = 0;
    for (size_t key = 0; key < context.tokens.size(); ++key)
      width += selector.get(query, key);
    sequence.push_back(Scalar::integer(width));
  }
  results.push_back(std::move(sequence));
  return success();
}

//===----------------------------------------------------------------------===//
// Selectors
//===----------------------------------------------------------------------===//

FailureOr<bool> SelectOp::evaluatePredicate(const Scalar &key,
                                            const Scalar &query,
                                            bool diagnose) {
  if (key.isNone() || query.isNone())
    return false;
  if (std::optional<Predicate> predicate = getPredicate()) {
    FailureOr<bool> result = rasp::evaluatePredicate(*predicate, key, query);
    if (failed(result) && diagnose)
      emitOpError("cannot order the key ")
          << key.str() << " and the query " << query.str();
    return result;
  }
  if (TableAttr table = getTableAttr()) {
    FailureOr<Scalar> result = table.lookup({key, query});
    if (succeeded(result))
      return result->getBool();
    if (diagnose) {
      InFlightDiagnostic diagnostic = emitOpError("has no entry for the key ")
                                      << key.str() << " and the query "
                                      << query.str();
      diagnostic.attachNote()
          << "add an entry, or a fallback written `_ -> false`";
    }
    return failure();
  }
  FailureOr<Scalar> result =
      evaluateScalarRegion(getBody(), {key, query}, diagnose);
  if (failed(result))
    return failure();
  return result->getBool();
}

/// The selector that holds where `function` does, of the keys that each query
/// may see.
static LogicalResult evaluateSelector(
    const EvaluationContext &context, SmallVectorImpl<EvaluationValue> &results,
    function_ref<FailureOr<bool>(size_t query, size_t key)> function) {
  size_t length = context.tokens.size();
  SelectorMatrix selector(length);
  for (size_t query = 0; query < length; ++query) {
    for (size_t key = 0; key < numVisibleKeys(context, query); ++key) {
      FailureOr<bool> selected = function(query, key);
      if (failed(selected))
        return failure();
      selector.set(query, key, *selected);
    }
  }
  results.push_back(std::move(selector));
  return success();
}

LogicalResult SelectOp::evaluate(ArrayRef<EvaluationValue> operands,
                                 const EvaluationContext &context,
                                 SmallVectorImpl<EvaluationValue> &results) {
  const Sequence &keys = asSequence(operands[0]);
  const Sequence &queries = asSequence(operands[1]);
  return evaluateSelector(context, results, [&](size_t query, size_t key) {
    return evaluatePredicate(keys[key], queries[query]);
  });
}

/// A selector whose every entry is `combine` of those of two selectors.
template <typename Combine>
static LogicalResult combineSelectors(ArrayRef<EvaluationValue> operands,
                                      const EvaluationContext &context,
                                      SmallVectorImpl<EvaluationValue> &results,
                                      Combine combine) {
  const SelectorMatrix &lhs = asSelector(operands[0]);
  const SelectorMatrix &rhs = asSelector(operands[1]);
  return evaluateSelector(
      context, results, [&](size_t query, size_t key) -> FailureOr<bool> {
        return combine(lhs.get(query, key), rhs.get(query, key));
      });
}

LogicalResult AndOp::evaluate(ArrayRef<EvaluationValue> operands,
                              const EvaluationContext &context,
                              SmallVectorImpl<EvaluationValue> &results) {
  return combineSelectors(operands, context, results, std::logical_and<>());
}

LogicalResult OrOp::evaluate(ArrayRef<EvaluationValue> operands,
                             const EvaluationContext &context,
                             SmallVectorImpl<EvaluationValue> &results) {
  return combineSelectors(operands, context, results, std::logical_or<>());
}

LogicalResult NotOp::evaluate(ArrayRef<EvaluationValue> operands,
                              const EvaluationContext &context,
                              SmallVectorImpl<EvaluationValue> &results) {
  const SelectorMatrix &input = asSelector(operands[0]);
  return evaluateSelector(context, results,
                          [&](size_t query, size_t key) -> FailureOr<bool> {
                            return !input.get(query, key);
                          });
}

LogicalResult BestOp::evaluate(ArrayRef<EvaluationValue> operands,
                               const EvaluationContext &context,
                               SmallVectorImpl<EvaluationValue> &results) {
  const SelectorMatrix &selector = asSelector(operands[0]);
  const Sequence &scores = asSequence(operands[1]);
  auto isCandidate = [&](size_t query, size_t key) {
    return selector.get(query, key) && !scores[key].isNone();
  };
  size_t length = context.tokens.size();
  SelectorMatrix best(length);
  for (size_t query = 0; query < length; ++query) {
    const Scalar *greatest = nullptr;
    for (size_t key = 0; key < length; ++key)
      if (isCandidate(query, key) && (!greatest || *greatest < scores[key]))
        greatest = &scores[key];
    for (size_t key = 0; key < length; ++key)
      best.set(query, key, isCandidate(query, key) && scores[key] == *greatest);
  }
  results.push_back(std::move(best));
  return success();
}
