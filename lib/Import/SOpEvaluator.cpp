//===- SOpEvaluator.cpp - Makes s-ops and selectors -----------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

Node *Evaluator::makeNode(Node::Kind kind, ArrayRef<Node *> operands,
                          SMLoc loc) {
  session.nodes.emplace_back(kind, getLocation(loc), operands);
  return &session.nodes.back();
}

Node *Evaluator::makeElementwise(ScalarFunction function,
                                 ArrayRef<Node *> operands, SMLoc loc) {
  Node *node = makeNode(Node::Kind::Elementwise, operands, loc);
  node->function = function;
  return node;
}

Node *Evaluator::makeConstant(Scalar value, SMLoc loc) {
  Node *node = makeNode(Node::Kind::Constant, {}, loc);
  node->scalar = std::move(value);
  return node;
}

Node *Evaluator::makeSelect(Node *keys, Node *queries, Operator comparison,
                            SMLoc loc) {
  Node *node = makeNode(Node::Kind::Select, {keys, queries}, loc);
  node->comparison = comparison;
  return node;
}

/// The selector of all positions.
Node *Evaluator::makeAll(SMLoc loc) {
  Node *constant = makeConstant(Scalar::boolean(true), loc);
  return makeSelect(constant, constant, Operator::Equal, loc);
}

Node *Evaluator::makeAggregate(Node *selector, Node *values,
                               Scalar defaultValue, SMLoc loc) {
  Node *node = makeNode(Node::Kind::Aggregate, {selector, values}, loc);
  node->scalar = std::move(defaultValue);
  return node;
}

Node *Evaluator::toSOp(const StaticValue &value, SMLoc loc) {
  if (const Scalar *atom = value.getAtom())
    return makeConstant(*atom, loc);
  return value.getSOp();
}

FailureOr<Node *> Evaluator::expectSOp(const StaticValue &value,
                                       const Twine &role, SMLoc loc) {
  if (Node *sop = toSOp(value, loc))
    return sop;
  return emitError(loc) << "expected an s-op or an atom as " << role
                        << ", found " << describe(value);
}

FailureOr<Node *> Evaluator::expectSelector(const StaticValue &value,
                                            const Twine &role, SMLoc loc) {
  if (Node *selector = value.getSelector())
    return selector;
  return emitError(loc) << "expected a selector as " << role << ", found "
                        << describe(value);
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

FailureOr<StaticValue> Evaluator::evaluateSelect(const SelectExpr *expr,
                                                 Environment &environment) {
  SmallVector<Node *, 2> operands;
  for (auto [operand, role] : {std::pair(expr->key, "the key of select"),
                               std::pair(expr->query, "the query of select")}) {
    FailureOr<StaticValue> value = evaluate(operand, environment);
    if (failed(value))
      return failure();
    FailureOr<Node *> sop = expectSOp(*value, role, operand->getLoc());
    if (failed(sop))
      return failure();
    operands.push_back(*sop);
  }
  return StaticValue(
      makeSelect(operands[0], operands[1], expr->op, expr->getLoc()));
}

FailureOr<StaticValue> Evaluator::evaluateAggregate(const AggregateExpr *expr,
                                                    Environment &environment) {
  FailureOr<StaticValue> selectorValue = evaluate(expr->selector, environment);
  if (failed(selectorValue))
    return failure();
  FailureOr<Node *> selector =
      expectSelector(*selectorValue, "the first argument of aggregate",
                     expr->selector->getLoc());
  if (failed(selector))
    return failure();
  FailureOr<StaticValue> value = evaluate(expr->values, environment);
  if (failed(value))
    return failure();
  FailureOr<Node *> values = expectSOp(
      *value, "the second argument of aggregate", expr->values->getLoc());
  if (failed(values))
    return failure();
  Scalar defaultValue = Scalar::integer(0);
  if (expr->defaultValue) {
    FailureOr<StaticValue> written = evaluate(expr->defaultValue, environment);
    if (failed(written))
      return failure();
    const Scalar *atom = written->getAtom();
    if (!atom)
      return emitError(expr->defaultValue->getLoc())
             << "expected a number, a string, True or False as the default of "
                "aggregate, found "
             << describe(*written);
    defaultValue = *atom;
  }
  return StaticValue(
      makeAggregate(*selector, *values, defaultValue, expr->getLoc()));
}

/// `sop[index]`: the value at one position, everywhere.
FailureOr<StaticValue> Evaluator::makePosition(Node *sop,
                                               const StaticValue &index,
                                               const IndexExpr *expr) {
  const Scalar *atom = index.getAtom();
  if (!atom || atom->isString() || atom->getKind() == Scalar::Kind::Number) {
    InFlightDiagnostic error = emitError(expr->index->getLoc());
    error << "expected an integer as the index of an s-op, found "
          << describe(index);
    if (index.getSOp())
      error << "; load_from_location(values, index) reads at a position that "
               "is computed";
    return failure();
  }
  SMLoc loc = expr->getLoc();
  Node *position = makeConstant(Scalar::integer(atom->getNumerator()), loc);
  // From the end of the input.
  if (atom->getNumerator() < 0) {
    Node *length = makeNode(Node::Kind::SelectorWidth, makeAll(loc), loc);
    position = makeElementwise(ScalarFunction::Add, {length, position}, loc);
  }
  Node *indices = session.builtins.lookup("indices")->getSOp();
  Node *selector = makeSelect(indices, position, Operator::Equal, loc);
  return StaticValue(makeAggregate(selector, sop, Scalar::integer(0), loc));
}

/// `container[index]` with an s-op as the index: a table.
FailureOr<StaticValue> Evaluator::makeLookup(const StaticValue &container,
                                             Node *index, SMLoc loc) {
  auto checkElement = [&](const StaticValue &element) -> LogicalResult {
    if (element.getAtom())
      return success();
    return emitError(loc) << "expected numbers and strings only in what an "
                             "s-op is the index of, found "
                          << describe(element);
  };
  if (const ListValue *list = container.getList()) {
    for (const StaticValue &element : list->elements)
      if (failed(checkElement(element)))
        return failure();
  } else if (const DictValue *dict = container.getDict()) {
    for (const auto &[key, element] : dict->items)
      if (failed(checkElement(element)))
        return failure();
  }
  Node *node = makeElementwise(ScalarFunction::Index, index, loc);
  node->container = container;
  return StaticValue(node);
}

FailureOr<StaticValue> Evaluator::callNative(const FunctionValue &function,
                                             ArrayRef<StaticValue> arguments,
                                             const CallExpr *expr) {
  auto getRole = [&](StringRef which) {
    return ("the " + which + "argument of " + function.name).str();
  };
  bool isBest = function.native == NativeFunction::Best;
  FailureOr<Node *> selector =
      expectSelector(arguments[0], getRole(isBest ? "first " : ""),
                     expr->arguments[0]->getLoc());
  if (failed(selector))
    return failure();
  if (!isBest)
    return StaticValue(
        makeNode(Node::Kind::SelectorWidth, *selector, expr->getLoc()));
  FailureOr<Node *> scores =
      expectSOp(arguments[1], getRole("second "), expr->arguments[1]->getLoc());
  if (failed(scores))
    return failure();
  return StaticValue(
      makeNode(Node::Kind::Best, {*selector, *scores}, expr->getLoc()));
}
