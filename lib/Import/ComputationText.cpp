//===- ComputationText.cpp - S-ops as expressions -------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/StaticValue.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

/// Expressions inside one another that are written out.
static constexpr unsigned maxDepth = 4;

static void printComputation(raw_ostream &os, const Node *node, unsigned depth);

/// Prints an operand: its name, or how it is computed.
static void printOperand(raw_ostream &os, const Node *node, unsigned depth) {
  if (!node->name.empty())
    os << node->name;
  else if (depth == 0)
    os << "...";
  else
    printComputation(os, node, depth - 1);
}

/// Likewise, in parentheses where an operator might take it apart.
static void printTight(raw_ostream &os, const Node *node, unsigned depth) {
  bool isOperator =
      node->name.empty() && depth > 0 &&
      (node->kind == Node::Kind::Elementwise || node->kind == Node::Kind::And ||
       node->kind == Node::Kind::Or);
  os << (isOperator ? "(" : "");
  printOperand(os, node, depth);
  os << (isOperator ? ")" : "");
}

static void printElementwise(raw_ostream &os, const Node *node,
                             unsigned depth) {
  ArrayRef<Node *> operands = node->operands;
  if (operands.size() == 2) {
    printTight(os, operands[0], depth);
    os << ' ' << getSpelling(node->function) << ' ';
    printTight(os, operands[1], depth);
    return;
  }
  switch (node->function) {
  case ScalarFunction::Conditional:
    printTight(os, operands[0], depth);
    os << " if ";
    printTight(os, operands[1], depth);
    os << " else ";
    printTight(os, operands[2], depth);
    return;
  case ScalarFunction::Index:
    frontend::print(os, node->container);
    os << '[';
    printOperand(os, operands[0], depth);
    os << ']';
    return;
  case ScalarFunction::Member:
    printTight(os, operands[0], depth);
    os << " in ";
    frontend::print(os, node->container);
    return;
  case ScalarFunction::Not:
    os << "not ";
    printTight(os, operands[0], depth);
    return;
  case ScalarFunction::Negate:
  case ScalarFunction::Plus:
    os << getSpelling(node->function);
    printTight(os, operands[0], depth);
    return;
  default:
    os << getSpelling(node->function) << '(';
    printOperand(os, operands[0], depth);
    os << ')';
  }
}

static void printComputation(raw_ostream &os, const Node *node,
                             unsigned depth) {
  auto printCall = [&](StringRef name) {
    os << name << '(';
    llvm::interleaveComma(node->operands, os, [&](const Node *operand) {
      printOperand(os, operand, depth);
    });
  };
  switch (node->kind) {
  case Node::Kind::Tokens:
    os << "tokens";
    return;
  case Node::Kind::Indices:
    os << "indices";
    return;
  case Node::Kind::Constant:
    frontend::print(os, node->scalar);
    return;
  case Node::Kind::Elementwise:
    printElementwise(os, node, depth);
    return;
  case Node::Kind::Aggregate:
    printCall("aggregate");
    if (node->scalar != Scalar::integer(0)) {
      os << ", ";
      frontend::print(os, node->scalar);
    }
    os << ')';
    return;
  case Node::Kind::SelectorWidth:
    printCall("selector_width");
    os << ')';
    return;
  case Node::Kind::Select:
    printCall("select");
    os << ", " << getSpelling(node->comparison) << ')';
    return;
  case Node::Kind::Best:
    printCall("best");
    os << ')';
    return;
  case Node::Kind::And:
  case Node::Kind::Or:
    printTight(os, node->operands[0], depth);
    os << (node->kind == Node::Kind::And ? " and " : " or ");
    printTight(os, node->operands[1], depth);
    return;
  case Node::Kind::Not:
    os << "not ";
    printTight(os, node->operands[0], depth);
    return;
  case Node::Kind::ForeignSOp:
  case Node::Kind::ForeignSelector:
    os << "...";
    return;
  }
}

std::string mlir::rasp::frontend::describeComputation(const Node *node) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printComputation(os, node, maxDepth);
  return text;
}
