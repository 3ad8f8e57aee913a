//===- AggregateLowering.cpp - Aggregates as means and gathers ------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MapBuilder.h"
#include "ProgramBuilder.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

Value ProgramBuilder::lowerAggregate(Node *node) {
  Value selector = getValue(node->operands[0]);
  Value values = getValue(node->operands[1]);
  // Values that are all numbers can be averaged, however they were made.
  const Domain &domain = getDomain(values);
  if (isa<AnyType>(getElementType(values)) && domain.isFinite() &&
      !domain.mayBeNone()) {
    Type type = frontend::getElementType(
        context, std::vector<Scalar>(domain.getValues()));
    if (!isa<AnyType>(type))
      values = recode(values, type, node->location);
  }
  if (!values)
    return nullptr;
  bool isNumeric = getElementType(values).isIntOrFloat();
  return !isNumeric || getFacts(selector).atMostOne()
             ? lowerGather(node, selector, values)
             : lowerMean(node, selector, values);
}

Value ProgramBuilder::lowerMean(Node *node, Value selector, Value values) {
  Location location = node->location;
  Type type = builder.getF64Type();
  bool isNumber = node->scalar.isNumeric();
  Attribute defaultValue;
  if (!getFacts(selector).neverEmpty())
    defaultValue = getScalarAttribute(
        context, convertTo(isNumber ? node->scalar : Scalar::integer(0), type));
  Value mean = add(AggregateOp::create(
      builder, location, SOpType::get(type), selector, values, defaultValue,
      /*unique=*/false, isNumber ? getLabel(node) : StringAttr()));
  if (isNumber || !defaultValue)
    return mean;

  // The width tells where another default stands.
  auto makeNode = [&](Node::Kind kind, ArrayRef<Node *> operands = {}) {
    ownNodes.emplace_back(kind, location, operands);
    return &ownNodes.back();
  };
  Node *width = makeNode(Node::Kind::SelectorWidth, node->operands[0]);
  Node *meanNode = makeNode(Node::Kind::Aggregate);
  lowered[meanNode] = mean;
  Node *otherwise = makeNode(Node::Kind::Constant);
  otherwise->scalar = node->scalar;
  Node *choice =
      makeNode(Node::Kind::Elementwise, {meanNode, width, otherwise});
  choice->function = ScalarFunction::Conditional;
  choice->name = node->name;
  return lower(choice);
}

/// Whether the keys that `selector` selects for a query all equal the query.
static bool selectsEqual(Node *selector, Node *values) {
  switch (selector->kind) {
  case Node::Kind::Select:
    return selector->comparison == Operator::Equal &&
           selector->operands[0] == values;
  case Node::Kind::And:
    return selectsEqual(selector->operands[0], values) ||
           selectsEqual(selector->operands[1], values);
  case Node::Kind::Best:
    return selectsEqual(selector->operands[0], values);
  default:
    return false;
  }
}

/// An aggregate that passes values on. Where it cannot be shown that a row
/// selects one value only, the program asserts it.
Value ProgramBuilder::lowerGather(Node *node, Value selector, Value values) {
  Location location = node->location;
  SelectorFacts facts = getFacts(selector);
  Type type = getElementType(values);
  Attribute defaultValue;
  if (!facts.neverEmpty()) {
    // 0 and 1 are as good as False and True.
    const Scalar &scalar = node->scalar;
    bool isTruth = type.isInteger(1) && (scalar == Scalar::integer(0) ||
                                         scalar == Scalar::integer(1));
    if (!isTruth && !isa<AnyType>(type)) {
      Type ofBoth = frontend::getElementType(
          context,
          {type.isInteger(1)    ? Scalar::boolean(false)
           : type.isInteger(64) ? Scalar::integer(0)
           : type.isF64()       ? Scalar::number(0)
                                : Scalar::string(StringAttr::get(context, "")),
           scalar});
      values = recode(values, ofBoth, location);
      if (!values)
        return nullptr;
      type = ofBoth;
    }
    defaultValue = getScalarAttribute(context, convertTo(scalar, type));
  }
  bool isAsserted = !facts.atMostOne();
  if (isAsserted && !selectsEqual(node->operands[0], node->operands[1]))
    emitWarning(location)
        << "it cannot be shown that all values that a position selects here "
           "are "
           "the same: where they differ, this is undefined, and a compiled "
           "model gives any of them";
  return add(AggregateOp::create(builder, location, SOpType::get(type),
                                 selector, values, defaultValue, isAsserted,
                                 getLabel(node)));
}
