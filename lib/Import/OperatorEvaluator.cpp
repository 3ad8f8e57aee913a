//===- OperatorEvaluator.cpp - Evaluates operators ------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

ScalarFunction mlir::rasp::frontend::getFunction(Operator op) {
  switch (op) {
  case Operator::Not:
    return ScalarFunction::Not;
  case Operator::Negate:
    return ScalarFunction::Negate;
  case Operator::Plus:
    return ScalarFunction::Plus;
  case Operator::Round:
    return ScalarFunction::Round;
  case Operator::Indicator:
    return ScalarFunction::Indicator;
  case Operator::Power:
    return ScalarFunction::Power;
  case Operator::Multiply:
    return ScalarFunction::Multiply;
  case Operator::Divide:
    return ScalarFunction::Divide;
  case Operator::Modulo:
    return ScalarFunction::Modulo;
  case Operator::Add:
    return ScalarFunction::Add;
  case Operator::Subtract:
    return ScalarFunction::Subtract;
  case Operator::Equal:
    return ScalarFunction::Equal;
  case Operator::LessEqual:
    return ScalarFunction::LessEqual;
  case Operator::GreaterEqual:
    return ScalarFunction::GreaterEqual;
  case Operator::Greater:
    return ScalarFunction::Greater;
  case Operator::Less:
    return ScalarFunction::Less;
  case Operator::And:
    return ScalarFunction::And;
  case Operator::Or:
    return ScalarFunction::Or;
  case Operator::NotEqual:
  case Operator::In:
    break;
  }
  llvm_unreachable("not an operator on the values of one position");
}

FailureOr<StaticValue> Evaluator::evaluateUnary(const UnaryExpr *expr,
                                                Environment &environment) {
  FailureOr<StaticValue> operand = evaluate(expr->operand, environment);
  if (failed(operand))
    return failure();
  SMLoc loc = expr->getLoc();
  if (Node *sop = operand->getSOp())
    return StaticValue(makeElementwise(getFunction(expr->op), sop, loc));
  if (expr->op == Operator::Not) {
    if (Node *selector = operand->getSelector())
      return StaticValue(makeNode(Node::Kind::Not, selector, loc));
    return StaticValue(Scalar::boolean(!isTrue(*operand)));
  }
  const Scalar *atom = operand->getAtom();
  if (!atom)
    return emitError(loc) << "'" << getSpelling(expr->op)
                          << "' expects a number or an s-op, found "
                          << describe(*operand);
  std::string reason;
  FailureOr<Scalar> result =
      compute(getFunction(expr->op), *atom, getContext(), reason);
  if (failed(result))
    return emitError(loc) << reason;
  return StaticValue(*result);
}

FailureOr<StaticValue> Evaluator::evaluateBinary(const BinaryExpr *expr,
                                                 Environment &environment) {
  FailureOr<StaticValue> lhs = evaluate(expr->lhs, environment);
  if (failed(lhs))
    return failure();
  FailureOr<StaticValue> rhs = evaluate(expr->rhs, environment);
  if (failed(rhs))
    return failure();
  if (expr->op == Operator::In)
    return applyIn(expr, *lhs, *rhs);
  if (expr->op == Operator::And || expr->op == Operator::Or)
    return applyLogical(expr, *lhs, *rhs);
  return applyOperator(expr, *lhs, *rhs);
}

/// Both operands are evaluated whatever the first one is.
FailureOr<StaticValue> Evaluator::applyLogical(const BinaryExpr *expr,
                                               const StaticValue &lhs,
                                               const StaticValue &rhs) {
  SMLoc loc = expr->getLoc();
  bool isAnd = expr->op == Operator::And;
  if (!lhs.getNode() && !rhs.getNode())
    return isTrue(lhs) == isAnd ? rhs : lhs;
  Node *lhsSelector = lhs.getSelector(), *rhsSelector = rhs.getSelector();
  if (lhsSelector && rhsSelector)
    return StaticValue(makeNode(isAnd ? Node::Kind::And : Node::Kind::Or,
                                {lhsSelector, rhsSelector}, loc));
  Node *lhsSOp = toSOp(lhs, loc), *rhsSOp = toSOp(rhs, loc);
  if (lhsSOp && rhsSOp)
    return StaticValue(
        makeElementwise(getFunction(expr->op), {lhsSOp, rhsSOp}, loc));
  return emitError(loc) << "'" << getSpelling(expr->op)
                        << "' expects two s-ops or two selectors, found "
                        << describe(lhs) << " and " << describe(rhs);
}

FailureOr<StaticValue> Evaluator::applyOperator(const BinaryExpr *expr,
                                                const StaticValue &lhs,
                                                const StaticValue &rhs) {
  SMLoc loc = expr->getLoc();
  StringRef spelling = getSpelling(expr->op);
  auto unexpected = [&] {
    return emitError(loc) << "'" << spelling << "' does not apply to "
                          << describe(lhs) << " and " << describe(rhs);
  };
  if (lhs.getNode() || rhs.getNode()) {
    Node *lhsSOp = toSOp(lhs, loc), *rhsSOp = toSOp(rhs, loc);
    if (!lhsSOp || !rhsSOp)
      return unexpected();
    return StaticValue(
        makeElementwise(getFunction(expr->op), {lhsSOp, rhsSOp}, loc));
  }
  const Scalar *lhsAtom = lhs.getAtom(), *rhsAtom = rhs.getAtom();
  if (lhsAtom && rhsAtom) {
    std::string reason;
    FailureOr<Scalar> result = compute(
        getFunction(expr->op), {*lhsAtom, *rhsAtom}, getContext(), reason);
    if (failed(result))
      return emitError(loc) << reason;
    if (result->isString() &&
        failed(step(loc, result->getString().size() / 16)))
      return failure();
    return StaticValue(*result);
  }
  if (expr->op == Operator::Equal) {
    FailureOr<bool> result = areEqual(lhs, rhs, loc);
    if (failed(result))
      return failure();
    return StaticValue(Scalar::boolean(*result));
  }
  const ListValue *lhsList = lhs.getList(), *rhsList = rhs.getList();
  if (expr->op == Operator::Add && lhsList && rhsList) {
    if (failed(step(loc, lhsList->elements.size() + rhsList->elements.size())))
      return failure();
    std::vector<StaticValue> elements = lhsList->elements;
    elements.insert(elements.end(), rhsList->elements.begin(),
                    rhsList->elements.end());
    return makeList(std::move(elements), loc);
  }
  if (expr->op == Operator::Multiply && (lhsList || rhsList)) {
    const Scalar *count = lhsList ? rhsAtom : lhsAtom;
    if (count && count->isNumeric() && count->getKind() != Scalar::Kind::Number)
      return repeat(lhsList ? *lhsList : *rhsList, count->getNumerator(), loc);
  }
  return unexpected();
}

/// `list` several times, one after the other.
FailureOr<StaticValue> Evaluator::repeat(const ListValue &list, int64_t count,
                                         SMLoc loc) {
  std::vector<StaticValue> elements;
  for (int64_t i = 0; i < count; ++i) {
    if (failed(step(loc, list.elements.size() + 1)))
      return failure();
    elements.insert(elements.end(), list.elements.begin(), list.elements.end());
  }
  return makeList(std::move(elements), loc);
}

/// Equality of what holds no s-op.
FailureOr<bool> Evaluator::areEqual(const StaticValue &lhs,
                                    const StaticValue &rhs, SMLoc loc) {
  if (failed(step(loc)) || failed(enter(loc)))
    return failure();
  llvm::scope_exit leave([&] { --depth; });
  if (lhs.getNode() || rhs.getNode())
    return emitError(loc) << "'==' does not compare lists or dicts that hold "
                             "s-ops or selectors";
  const Scalar *lhsAtom = lhs.getAtom(), *rhsAtom = rhs.getAtom();
  if (lhsAtom && rhsAtom)
    return *lhsAtom == *rhsAtom;
  const ListValue *lhsList = lhs.getList(), *rhsList = rhs.getList();
  if (lhsList && rhsList) {
    bool isEqual = lhsList->elements.size() == rhsList->elements.size();
    for (size_t i = 0; isEqual && i < lhsList->elements.size(); ++i) {
      FailureOr<bool> result =
          areEqual(lhsList->elements[i], rhsList->elements[i], loc);
      if (failed(result))
        return failure();
      isEqual = *result;
    }
    return isEqual;
  }
  const DictValue *lhsDict = lhs.getDict(), *rhsDict = rhs.getDict();
  if (lhsDict && rhsDict) {
    if (failed(step(loc, lhsDict->items.size() * rhsDict->items.size())))
      return failure();
    bool isEqual = lhsDict->items.size() == rhsDict->items.size();
    for (size_t i = 0; isEqual && i < lhsDict->items.size(); ++i) {
      const auto &[key, value] = lhsDict->items[i];
      const StaticValue *other = rhsDict->find(key);
      if (!other)
        return false;
      FailureOr<bool> result = areEqual(value, *other, loc);
      if (failed(result))
        return failure();
      isEqual = *result;
    }
    return isEqual;
  }
  return lhs.getFunction() && lhs.getFunction() == rhs.getFunction();
}

/// `element in container`
FailureOr<StaticValue> Evaluator::applyIn(const BinaryExpr *expr,
                                          const StaticValue &element,
                                          const StaticValue &container) {
  SMLoc loc = expr->getLoc();
  const ListValue *list = container.getList();
  if (Node *sop = element.getSOp()) {
    if (!list || !llvm::all_of(list->elements, [](const StaticValue &v) {
          return v.getAtom();
        })) {
      InFlightDiagnostic error = emitError(expr->rhs->getLoc());
      error << "expected a list of numbers or strings after an s-op and 'in', "
               "found ";
      if (list)
        error << "a list of other values";
      else
        error << describe(container);
      return failure();
    }
    Node *member = makeElementwise(ScalarFunction::Member, sop, loc);
    member->container = container;
    return StaticValue(member);
  }
  const Scalar *atom = element.getAtom();
  if (list && !atom) {
    for (const StaticValue &candidate : list->elements) {
      FailureOr<bool> isEqual = areEqual(element, candidate, loc);
      if (failed(isEqual))
        return failure();
      if (*isEqual)
        return StaticValue(Scalar::boolean(true));
    }
    return StaticValue(Scalar::boolean(false));
  }
  if (!atom)
    return emitError(expr->lhs->getLoc())
           << "expected an s-op, a number or a string before 'in', found "
           << describe(element);
  if (Node *sop = container.getSOp()) {
    // Whether it stands anywhere: the share of positions where it does.
    Node *isElement = makeElementwise(ScalarFunction::Equal,
                                      {sop, makeConstant(*atom, loc)}, loc);
    Node *indicator =
        makeElementwise(ScalarFunction::Indicator, isElement, loc);
    Node *share =
        makeAggregate(makeAll(loc), indicator, Scalar::integer(0), loc);
    return StaticValue(
        makeElementwise(ScalarFunction::Greater,
                        {share, makeConstant(Scalar::integer(0), loc)}, loc));
  }
  if (const DictValue *dict = container.getDict())
    return StaticValue(Scalar::boolean(dict->find(*atom) != nullptr));
  if (!list)
    return emitError(expr->rhs->getLoc())
           << "expected a list, a dict or an s-op after 'in', found "
           << describe(container);
  if (failed(step(loc, list->elements.size())))
    return failure();
  return StaticValue(Scalar::boolean(
      llvm::any_of(list->elements, [&](const StaticValue &candidate) {
        return candidate.getAtom() && *candidate.getAtom() == *atom;
      })));
}

/// Of a condition that is known, only the branch that it chooses is evaluated:
/// recursion can end.
FailureOr<StaticValue>
Evaluator::evaluateConditional(const ConditionalExpr *expr,
                               Environment &environment) {
  FailureOr<StaticValue> condition = evaluate(expr->condition, environment);
  if (failed(condition))
    return failure();
  if (condition->getSelector())
    return emitError(expr->condition->getLoc())
           << "expected an s-op or an atom as a condition, found a selector";
  Node *conditionSOp = condition->getSOp();
  if (!conditionSOp)
    return evaluate(isTrue(*condition) ? expr->then : expr->otherwise,
                    environment);
  SmallVector<Node *, 3> operands;
  for (const Expr *branch : {expr->then, expr->otherwise}) {
    FailureOr<StaticValue> value = evaluate(branch, environment);
    if (failed(value))
      return failure();
    FailureOr<Node *> sop = expectSOp(
        *value, "a branch of a condition on an s-op", branch->getLoc());
    if (failed(sop))
      return failure();
    operands.push_back(*sop);
  }
  return StaticValue(makeElementwise(ScalarFunction::Conditional,
                                     {operands[0], conditionSOp, operands[1]},
                                     expr->getLoc()));
}
