//===- ExpressionEvaluator.cpp - Evaluates expressions --------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"

#include "rasp/Import/ProgramLowering.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

bool mlir::rasp::frontend::isTrue(const StaticValue &value) {
  if (const Scalar *atom = value.getAtom())
    return isTrue(*atom);
  if (const ListValue *list = value.getList())
    return !list->elements.empty();
  if (const DictValue *dict = value.getDict())
    return !dict->items.empty();
  return true;
}

FailureOr<StaticValue> Evaluator::evaluate(const Expr *expr,
                                           Environment &environment) {
  if (failed(step(expr->getLoc())) || failed(enter(expr->getLoc())))
    return failure();
  llvm::scope_exit leave([&] { --depth; });
  return evaluateKind(expr, environment);
}

FailureOr<StaticValue> Evaluator::evaluateKind(const Expr *expr,
                                               Environment &environment) {
  switch (expr->getKind()) {
  case Expr::Kind::Integer:
    return StaticValue(Scalar::integer(cast<IntegerExpr>(expr)->value));
  case Expr::Kind::Float:
    return StaticValue(Scalar::number(cast<FloatExpr>(expr)->value));
  case Expr::Kind::String:
    return StaticValue(Scalar::string(
        StringAttr::get(getContext(), cast<StringExpr>(expr)->value)));
  case Expr::Kind::Name:
    return lookUp(cast<NameExpr>(expr), environment);
  case Expr::Kind::List:
    return evaluateList(cast<ListExpr>(expr), environment);
  case Expr::Kind::Dict:
    return evaluateDict(cast<DictExpr>(expr), environment);
  case Expr::Kind::Comprehension:
    return evaluateComprehension(cast<ComprehensionExpr>(expr), environment);
  case Expr::Kind::Index:
    return evaluateIndex(cast<IndexExpr>(expr), environment);
  case Expr::Kind::Call:
    return evaluateCall(cast<CallExpr>(expr), environment);
  case Expr::Kind::Unary:
    return evaluateUnary(cast<UnaryExpr>(expr), environment);
  case Expr::Kind::Binary:
    return evaluateBinary(cast<BinaryExpr>(expr), environment);
  case Expr::Kind::Conditional:
    return evaluateConditional(cast<ConditionalExpr>(expr), environment);
  case Expr::Kind::Select:
    return evaluateSelect(cast<SelectExpr>(expr), environment);
  case Expr::Kind::Aggregate:
    return evaluateAggregate(cast<AggregateExpr>(expr), environment);
  case Expr::Kind::Range:
    return evaluateRange(cast<RangeExpr>(expr), environment);
  case Expr::Kind::Zip:
    return evaluateZip(cast<ZipExpr>(expr), environment);
  case Expr::Kind::Len:
    return evaluateLen(cast<LenExpr>(expr), environment);
  }
  llvm_unreachable("unknown kind of expression");
}

//===----------------------------------------------------------------------===//
// Names and containers
//===----------------------------------------------------------------------===//

FailureOr<StaticValue> Evaluator::lookUp(const NameExpr *expr,
                                         Environment &environment) {
  if (const StaticValue *value = environment.lookup(expr->name)) {
    if (value->isUnknown())
      return failure();
    Node *node = value->getNode();
    if (!node || !isa<UnknownLoc>(node->location))
      return *value;
    // What no file makes, and can fail, is located where it is read.
    if (node->kind != Node::Kind::Elementwise)
      return *value;
    session.nodes.push_back(*node);
    session.nodes.back().location = getLocation(expr->getLoc());
    return StaticValue(&session.nodes.back());
  }
  if (session.hasMissingNames)
    return failure();
  InFlightDiagnostic error = emitError(expr->getLoc());
  error << "there is no variable or function called '" << expr->name << "'";
  if (auto similar = environment.findSimilar(expr->name))
    error << "; did you mean '" << *similar << "'?";
  return failure();
}

FailureOr<std::vector<StaticValue>>
Evaluator::evaluateAll(ArrayRef<const Expr *> exprs, Environment &environment) {
  std::vector<StaticValue> values;
  for (const Expr *expr : exprs) {
    FailureOr<StaticValue> value = evaluate(expr, environment);
    if (failed(value))
      return failure();
    values.push_back(std::move(*value));
  }
  return values;
}

FailureOr<StaticValue> Evaluator::makeList(std::vector<StaticValue> elements,
                                           SMLoc loc) {
  if (failed(step(loc, elements.size())))
    return failure();
  session.lists.push_back({std::move(elements)});
  return StaticValue(&session.lists.back());
}

FailureOr<Scalar> Evaluator::makeKey(const StaticValue &value, SMLoc loc) {
  if (const Scalar *atom = value.getAtom())
    return *atom;
  return emitError(loc)
         << "expected a number, a string, True or False as the key of a dict, "
            "found "
         << describe(value);
}

FailureOr<StaticValue> Evaluator::evaluateList(const ListExpr *expr,
                                               Environment &environment) {
  FailureOr<std::vector<StaticValue>> elements =
      evaluateAll(expr->elements, environment);
  if (failed(elements))
    return failure();
  return makeList(std::move(*elements), expr->getLoc());
}

FailureOr<StaticValue> Evaluator::evaluateDict(const DictExpr *expr,
                                               Environment &environment) {
  FailureOr<std::vector<StaticValue>> values =
      evaluateAll(expr->items, environment);
  if (failed(values))
    return failure();
  DictValue dict;
  for (size_t i = 0; i < values->size(); i += 2) {
    FailureOr<Scalar> key = makeKey((*values)[i], expr->items[i]->getLoc());
    if (failed(key))
      return failure();
    dict.set(*key, (*values)[i + 1]);
  }
  session.dicts.push_back(std::move(dict));
  return StaticValue(&session.dicts.back());
}

FailureOr<StaticValue>
Evaluator::evaluateComprehension(const ComprehensionExpr *expr,
                                 Environment &environment) {
  FailureOr<StaticValue> iterable = evaluate(expr->iterable, environment);
  if (failed(iterable))
    return failure();
  FailureOr<const ListValue *> list = getIterable(*iterable, expr->iterable);
  if (failed(list))
    return failure();
  std::vector<StaticValue> elements;
  DictValue dict;
  // No function can be defined in an expression, to outlive it.
  Environment inner(&environment);
  for (const StaticValue &element : (*list)->elements) {
    if (failed(
            defineAll(expr->names, element, expr->iterable->getLoc(), inner)))
      return failure();
    FailureOr<Scalar> key = Scalar();
    if (expr->key) {
      FailureOr<StaticValue> value = evaluate(expr->key, inner);
      if (failed(value))
        return failure();
      key = makeKey(*value, expr->key->getLoc());
      if (failed(key))
        return failure();
    }
    FailureOr<StaticValue> value = evaluate(expr->value, inner);
    if (failed(value))
      return failure();
    if (expr->key)
      dict.set(*key, *value);
    else
      elements.push_back(*value);
  }
  if (!expr->key)
    return makeList(std::move(elements), expr->getLoc());
  session.dicts.push_back(std::move(dict));
  return StaticValue(&session.dicts.back());
}

FailureOr<StaticValue> Evaluator::evaluateRange(const RangeExpr *expr,
                                                Environment &environment) {
  FailureOr<std::vector<StaticValue>> values =
      evaluateAll(expr->arguments, environment);
  if (failed(values))
    return failure();
  SmallVector<int64_t, 3> numbers;
  for (auto [argument, value] : llvm::zip_equal(expr->arguments, *values)) {
    const Scalar *atom = value.getAtom();
    if (!atom || atom->isString() || atom->getKind() == Scalar::Kind::Number)
      return emitError(argument->getLoc())
             << "range expects integers, found " << describe(value);
    numbers.push_back(atom->getNumerator());
  }
  int64_t first = numbers.size() == 1 ? 0 : numbers[0];
  int64_t last = numbers.size() == 1 ? numbers[0] : numbers[1];
  int64_t increment = numbers.size() == 3 ? numbers[2] : 1;
  if (increment == 0)
    return emitError(expr->arguments.back()->getLoc())
           << "range expects a step other than 0";
  std::vector<StaticValue> elements;
  for (int64_t i = first; increment > 0 ? i < last : i > last;) {
    if (failed(step(expr->getLoc())))
      return failure();
    elements.push_back(Scalar::integer(i));
    if (__builtin_add_overflow(i, increment, &i))
      break;
  }
  return makeList(std::move(elements), expr->getLoc());
}

FailureOr<StaticValue> Evaluator::evaluateZip(const ZipExpr *expr,
                                              Environment &environment) {
  FailureOr<std::vector<StaticValue>> values =
      evaluateAll(expr->lists, environment);
  if (failed(values))
    return failure();
  SmallVector<const ListValue *> lists;
  for (auto [argument, value] : llvm::zip_equal(expr->lists, *values)) {
    const ListValue *list = value.getList();
    if (!list)
      return emitError(argument->getLoc())
             << "zip expects lists, found " << describe(value);
    lists.push_back(list);
    if (list->elements.size() != lists.front()->elements.size())
      return emitError(argument->getLoc())
             << "zip expects lists of one length, found one of "
             << lists.front()->elements.size() << " and one of "
             << list->elements.size();
  }
  std::vector<StaticValue> rows;
  for (size_t i = 0; i < lists.front()->elements.size(); ++i) {
    std::vector<StaticValue> row;
    for (const ListValue *list : lists)
      row.push_back(list->elements[i]);
    FailureOr<StaticValue> made = makeList(std::move(row), expr->getLoc());
    if (failed(made))
      return failure();
    rows.push_back(*made);
  }
  return makeList(std::move(rows), expr->getLoc());
}

FailureOr<StaticValue> Evaluator::evaluateLen(const LenExpr *expr,
                                              Environment &environment) {
  FailureOr<StaticValue> value = evaluate(expr->operand, environment);
  if (failed(value))
    return failure();
  if (const ListValue *list = value->getList())
    return StaticValue(Scalar::integer(list->elements.size()));
  if (const DictValue *dict = value->getDict())
    return StaticValue(Scalar::integer(dict->items.size()));
  if (const Scalar *atom = value->getAtom(); atom && atom->isString())
    return StaticValue(
        Scalar::integer(getCharacters(atom->getString()).size()));
  InFlightDiagnostic error = emitError(expr->operand->getLoc());
  error << "len expects a list, found " << describe(*value);
  if (value->getSOp())
    error << "; the length of the input is the s-op 'length'";
  return failure();
}

//===----------------------------------------------------------------------===//
// Index and call
//===----------------------------------------------------------------------===//

FailureOr<StaticValue> Evaluator::evaluateIndex(const IndexExpr *expr,
                                                Environment &environment) {
  FailureOr<StaticValue> base = evaluate(expr->base, environment);
  if (failed(base))
    return failure();
  FailureOr<StaticValue> index = evaluate(expr->index, environment);
  if (failed(index))
    return failure();
  if (Node *sop = base->getSOp())
    return makePosition(sop, *index, expr);
  const Scalar *atom = base->getAtom();
  if (!base->getList() && !base->getDict() && !(atom && atom->isString()))
    return emitError(expr->base->getLoc())
           << "expected a list, a dict, a string or an s-op before an index, "
              "found "
           << describe(*base);
  if (Node *sop = index->getSOp())
    return makeLookup(*base, sop, expr->getLoc());
  const Scalar *position = index->getAtom();
  if (!position)
    return emitError(expr->index->getLoc())
           << "expected a number, a string or an s-op as an index, found "
           << describe(*index);
  // Characters are not all of one size.
  constexpr size_t bytesPerStep = 64;
  const Scalar *text = base->getAtom();
  if (text && text->isString() &&
      failed(step(expr->getLoc(), text->getString().size() / bytesPerStep)))
    return failure();
  std::string reason;
  FailureOr<StaticValue> element =
      getElement(*base, *position, getContext(), reason);
  if (failed(element))
    return emitError(expr->index->getLoc()) << reason;
  return element;
}

FailureOr<StaticValue> Evaluator::evaluateCall(const CallExpr *expr,
                                               Environment &environment) {
  FailureOr<StaticValue> callee = evaluate(expr->callee, environment);
  if (failed(callee))
    return failure();
  FailureOr<std::vector<StaticValue>> arguments =
      evaluateAll(expr->arguments, environment);
  if (failed(arguments))
    return failure();
  if (const FunctionValue *function = callee->getFunction())
    return call(*function, std::move(*arguments), expr);
  if (Node *node = callee->getNode())
    return apply(node, *arguments, expr);
  return emitError(expr->getLoc())
         << "expected a function, an s-op or a selector before the arguments, "
            "found "
         << describe(*callee);
}

FailureOr<Sequence> Evaluator::getInput(const StaticValue &value, SMLoc loc) {
  Sequence tokens;
  const Scalar *atom = value.getAtom();
  if (atom && atom->isString()) {
    for (StringRef character : getCharacters(atom->getString()))
      tokens.push_back(
          Scalar::string(StringAttr::get(getContext(), character)));
  } else if (const ListValue *list = value.getList()) {
    for (const StaticValue &element : list->elements)
      if (const Scalar *token = element.getAtom())
        tokens.push_back(*token);
    if (tokens.size() != list->elements.size())
      tokens.clear();
  }
  bool isUniform = llvm::all_of(tokens, [&](const Scalar &token) {
    return token.isString() == tokens.front().isString();
  });
  size_t maxSize = session.limits.inputSize;
  if (tokens.empty() || tokens.size() > maxSize || !isUniform)
    return emitError(loc) << "expected a string or a list of 1 to " << maxSize
                          << " tokens of one kind as an input, found "
                          << describe(value);
  return tokens;
}

/// The value of an s-op or a selector on an input: a list, of a selector with a
/// list of 0 and 1 for each row.
FailureOr<StaticValue> Evaluator::apply(Node *node,
                                        ArrayRef<StaticValue> arguments,
                                        const CallExpr *expr) {
  SMLoc loc = expr->getLoc();
  if (arguments.size() != 1)
    return emitError(loc) << "an s-op or a selector takes one input, found "
                          << arguments.size() << " arguments";
  FailureOr<Sequence> tokens =
      getInput(arguments.front(), expr->arguments.front()->getLoc());
  if (failed(tokens))
    return failure();

  // To compute it takes longer than to read it.
  if (failed(step(loc, 1000 + tokens->size() * tokens->size())))
    return failure();
  FailureOr<EvaluationValue> result =
      evaluateOn(node, *tokens, getLocation(loc));
  if (failed(result))
    return failure();
  std::vector<StaticValue> elements;
  if (const auto *sequence = std::get_if<Sequence>(&*result)) {
    elements.assign(sequence->begin(), sequence->end());
    return makeList(std::move(elements), loc);
  }
  const auto &matrix = std::get<SelectorMatrix>(*result);
  for (size_t query = 0; query < tokens->size(); ++query) {
    std::vector<StaticValue> row;
    for (size_t key = 0; key < tokens->size(); ++key)
      row.push_back(Scalar::integer(matrix.get(query, key) ? 1 : 0));
    FailureOr<StaticValue> made = makeList(std::move(row), loc);
    if (failed(made))
      return failure();
    elements.push_back(*made);
  }
  return makeList(std::move(elements), loc);
}

FailureOr<StaticValue> Evaluator::call(const FunctionValue &function,
                                       std::vector<StaticValue> arguments,
                                       const CallExpr *expr) {
  const FunctionStmt *definition = function.definition;
  size_t numParameters = function.getParameters().size();
  if (arguments.size() != numParameters) {
    InFlightDiagnostic error = emitError(expr->getLoc());
    error << "'" << function.name << "' takes " << numParameters
          << (numParameters == 1 ? " argument" : " arguments") << ", found "
          << arguments.size();
    if (definition)
      error.attachNote(session.files.getLocation(definition->name.range.Start))
          << "it is defined here";
    return failure();
  }
  if (!definition)
    return callNative(function, arguments, expr);

  // Functions and files of the body may refer to its variables later.
  Environment onStack(function.closure);
  bool isKept = llvm::any_of(definition->body, [](const Stmt *statement) {
    return isa<FunctionStmt, ForStmt, LoadStmt>(statement);
  });
  if (isKept)
    session.environments.emplace_back(function.closure);
  Environment &inner = isKept ? session.environments.back() : onStack;

  callers.push_back(getLocation(expr->getLoc()));
  llvm::scope_exit leave([&] { callers.pop_back(); });
  for (auto [parameter, argument] :
       llvm::zip_equal(definition->parameters, arguments))
    inner.set(parameter.name, argument);
  for (const Stmt *statement : definition->body)
    if (failed(run(statement, inner)))
      return failure();
  FailureOr<std::vector<StaticValue>> results =
      evaluateAll(definition->results, inner);
  if (failed(results))
    return failure();
  if (results->size() == 1)
    return results->front();
  return makeList(std::move(*results), expr->getLoc());
}
