//===- ProgramBuilder.cpp - Builds a program of the dialect ---------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"
#include "MapBuilder.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

std::string mlir::rasp::frontend::toString(const Domain &domain) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << domain;
  return text.size() < 120 ? text : text.substr(0, 100) + "...";
}

/// Where the last of `wanted` was written; what no file makes is where the
/// first of them that reads it is.
static Location getLocation(Node *node, ArrayRef<Node *> wanted) {
  if (isa<UnknownLoc>(node->location))
    for (Node *reader : llvm::reverse(wanted.drop_back()))
      if (llvm::is_contained(reader->operands, node))
        return reader->location;
  return node->location;
}

Value ProgramBuilder::lower(Node *root) {
  SmallVector<Node *> wanted = {root};
  while (!wanted.empty()) {
    Node *node = wanted.back();
    if (lowered.contains(node)) {
      wanted.pop_back();
      continue;
    }
    size_t numWanted = wanted.size();
    for (Node *operand : llvm::reverse(node->operands))
      if (!lowered.contains(operand) && operand->kind != Node::Kind::Constant)
        wanted.push_back(operand);
    if (wanted.size() > numWanted)
      continue;
    Value value = lowerKind(node, getLocation(node, wanted));
    if (!value)
      return nullptr;
    lowered[node] = value;
    wanted.pop_back();
  }
  return lowered.lookup(root);
}

Value ProgramBuilder::lowerKind(Node *node, Location location) {
  auto operand = [&](unsigned i) { return getValue(node->operands[i]); };
  // The name of a selector is that of its location.
  Location named = node->name.empty()
                       ? location
                       : Location(NameLoc::get(
                             StringAttr::get(context, node->name), location));
  switch (node->kind) {
  case Node::Kind::Tokens:
    return program.getBody().getArgument(0);
  case Node::Kind::Indices:
    return add(IndicesOp::create(
        builder, location, SOpType::get(builder.getI64Type()), getLabel(node)));
  case Node::Kind::Constant:
    return getValue(node);
  case Node::Kind::Elementwise:
    return lowerElementwise(node);
  case Node::Kind::Aggregate:
    return lowerAggregate(node);
  case Node::Kind::SelectorWidth:
    return add(
        SelectorWidthOp::create(builder, location, operand(0), getLabel(node)));
  case Node::Kind::Select:
    return lowerSelect(node);
  case Node::Kind::And:
    return add(AndOp::create(builder, named, operand(0), operand(1)));
  case Node::Kind::Or:
    return add(OrOp::create(builder, named, operand(0), operand(1)));
  case Node::Kind::Not:
    return add(NotOp::create(builder, named, operand(0)));
  case Node::Kind::Best:
    if (!getElementType(operand(1)).isIntOrFloat()) {
      emitError(location) << "best expects numbers as scores, found "
                          << toString(getDomain(operand(1)));
      return nullptr;
    }
    return add(BestOp::create(builder, named, operand(0), operand(1)));
  case Node::Kind::ForeignSOp:
  case Node::Kind::ForeignSelector:
    emitError(location) << "the value depends on "
                        << (node->isSelector() ? "a selector" : "an s-op")
                        << " from outside of the file, which has none while "
                           "the file is read";
    return nullptr;
  }
  llvm_unreachable("unknown kind of node");
}

/// The value of a node that is lowered; constants are where they are read.
Value ProgramBuilder::getValue(Node *node) {
  Value &value = lowered[node];
  if (!value && node->kind == Node::Kind::Constant)
    value = makeConstant(node->scalar, node->location);
  return value;
}

Value ProgramBuilder::makeConstant(const Scalar &value, Location location) {
  Type type = frontend::getElementType(context, value);
  return add(ConstantOp::create(builder, location, SOpType::get(type),
                                getScalarAttribute(context, value),
                                /*label=*/StringAttr()));
}

/// The comparison of a select.
static Predicate getPredicate(Operator comparison) {
  switch (comparison) {
  case Operator::Equal:
    return Predicate::EQ;
  case Operator::NotEqual:
    return Predicate::NE;
  case Operator::Less:
    return Predicate::LT;
  case Operator::LessEqual:
    return Predicate::LE;
  case Operator::Greater:
    return Predicate::GT;
  case Operator::GreaterEqual:
    return Predicate::GE;
  default:
    llvm_unreachable("not a comparison");
  }
}

Value ProgramBuilder::lowerSelect(Node *node) {
  Value keys = getValue(node->operands[0]);
  Value queries = getValue(node->operands[1]);
  Predicate predicate = getPredicate(node->comparison);
  bool isOrder = predicate != Predicate::EQ && predicate != Predicate::NE;
  bool hasString = isa<StringType>(getElementType(keys)) ||
                   isa<StringType>(getElementType(queries));
  bool hasNumber = getElementType(keys).isIntOrFloat() ||
                   getElementType(queries).isIntOrFloat();
  if (isOrder && hasString && hasNumber) {
    emitError(node->location) << "'" << getSpelling(node->comparison)
                              << "' compares two numbers or two strings, found "
                              << toString(getDomain(keys)) << " as keys and "
                              << toString(getDomain(queries)) << " as queries";
    return nullptr;
  }
  // Two constants select all or nothing.
  if (node->operands[0]->kind == Node::Kind::Constant &&
      node->operands[1]->kind == Node::Kind::Constant) {
    FailureOr<bool> holds = evaluatePredicate(
        predicate, node->operands[0]->scalar, node->operands[1]->scalar);
    assert(succeeded(holds) && "values without an order were refused");
    predicate = *holds ? Predicate::True : Predicate::False;
    keys = queries = program.getBody().getArgument(0);
  }
  Location location = node->location;
  if (!node->name.empty())
    location = NameLoc::get(StringAttr::get(context, node->name), location);
  return add(SelectOp::create(builder, location, keys, queries,
                              PredicateAttr::get(context, predicate),
                              /*table=*/TableAttr()));
}
