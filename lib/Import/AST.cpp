//===- AST.cpp - The syntax tree of RASP source ---------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/AST.h"

#include "llvm/Support/ErrorHandling.h"

using namespace mlir;
using namespace mlir::rasp::frontend;

unsigned mlir::rasp::frontend::getDepthAbove(ArrayRef<const Expr *> children) {
  unsigned depth = 0;
  for (const Expr *child : children)
    if (child)
      depth = std::max(depth, child->getDepth());
  return depth + 1;
}

StringRef mlir::rasp::frontend::getSpelling(Operator op) {
  switch (op) {
  case Operator::Not:
    return "not";
  case Operator::Negate:
  case Operator::Subtract:
    return "-";
  case Operator::Plus:
  case Operator::Add:
    return "+";
  case Operator::Round:
    return "round";
  case Operator::Indicator:
    return "indicator";
  case Operator::Power:
    return "^";
  case Operator::Multiply:
    return "*";
  case Operator::Divide:
    return "/";
  case Operator::Modulo:
    return "%";
  case Operator::Equal:
    return "==";
  case Operator::NotEqual:
    return "!=";
  case Operator::LessEqual:
    return "<=";
  case Operator::GreaterEqual:
    return ">=";
  case Operator::Greater:
    return ">";
  case Operator::Less:
    return "<";
  case Operator::And:
    return "and";
  case Operator::Or:
    return "or";
  case Operator::In:
    return "in";
  }
  llvm_unreachable("unknown operator");
}
