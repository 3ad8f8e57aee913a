//===- ComputationText.cpp - S-ops as expressions -------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlowDrawing.h"

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

/// The operator that a function of two operands is written as, or nothing.
static StringRef getInfix(ScalarFunction function) {
  switch (function) {
  case ScalarFunction::Power:
    return "^";
  case ScalarFunction::Multiply:
    return "*";
  case ScalarFunction::Divide:
    return "/";
  case ScalarFunction::Modulo:
    return "%";
  case ScalarFunction::Add:
    return "+";
  case ScalarFunction::Subtract:
    return "-";
  case ScalarFunction::Equal:
    return "==";
  case ScalarFunction::LessEqual:
    return "<=";
  case ScalarFunction::GreaterEqual:
    return ">=";
  case ScalarFunction::Greater:
    return ">";
  case ScalarFunction::Less:
    return "<";
  case ScalarFunction::And:
    return "and";
  case ScalarFunction::Or:
    return "or";
  default:
    return "";
  }
}

/// What a function of one operand is written as, before the operand.
static StringRef getPrefix(ScalarFunction function) {
  switch (function) {
  case ScalarFunction::Not:
    return "not ";
  case ScalarFunction::Negate:
    return "-";
  case ScalarFunction::Plus:
    return "+";
  case ScalarFunction::Round:
    return "round";
  case ScalarFunction::Indicator:
    return "indicator";
  case ScalarFunction::ToString:
    return "str";
  case ScalarFunction::ToInteger:
    return "int";
  case ScalarFunction::ToFloat:
    return "float";
  case ScalarFunction::ToBoolean:
    return "bool";
  default:
    return "";
  }
}

static void printElementwise(raw_ostream &os, const Node *node,
                             unsigned depth) {
  ArrayRef<Node *> operands = node->operands;
  if (StringRef infix = getInfix(node->function); !infix.empty()) {
    printTight(os, operands[0], depth);
    os << ' ' << infix << ' ';
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
  case ScalarFunction::Negate:
  case ScalarFunction::Plus:
    os << getPrefix(node->function);
    printTight(os, operands[0], depth);
    return;
  default:
    os << getPrefix(node->function) << '(';
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
  }
}

std::string mlir::rasp::describeComputation(const Node *node) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printComputation(os, node, maxDepth);
  return text;
}
