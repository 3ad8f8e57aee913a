//===- NameResolution.cpp - Which name means which variable ---------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NameResolution.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::lsp;
using namespace mlir::rasp::frontend;

NameResolution::NameResolution(ArrayRef<const Stmt *> statements,
                               StringRef text) {
  scopes.emplace_back();
  ends.push_back(SMLoc::getFromPointer(text.end()));
  for (const Stmt *statement : statements)
    visit(statement);
  // What a function uses may be set after it.
  for (Occurrence &occurrence : occurrences) {
    auto global = scopes.front().find(occurrence.name);
    if (!occurrence.definition && global != scopes.front().end())
      occurrence.definition = global->second;
  }
}

const Occurrence *NameResolution::find(SMLoc place) const {
  for (const Occurrence &occurrence : occurrences)
    if (occurrence.range.Start.getPointer() <= place.getPointer() &&
        place.getPointer() <= occurrence.range.End.getPointer())
      return &occurrence;
  return nullptr;
}

SMRange NameResolution::getScopeFrom(SMLoc start) const {
  return {start, ends.back()};
}

void NameResolution::define(const Binding &binding, Definition::Kind kind,
                            const Stmt *statement, SMRange scope) {
  scopes.back()[binding.name] = definitions.size();
  occurrences.push_back({binding.name, binding.range, definitions.size()});
  definitions.push_back(
      {binding, kind, statement, scope, /*isGlobal=*/scopes.size() == 1});
}

void NameResolution::use(StringRef name, SMRange range) {
  Occurrence occurrence{name, range, std::nullopt};
  for (const Scope &scope : llvm::reverse(scopes)) {
    auto found = scope.find(name);
    if (found == scope.end())
      continue;
    occurrence.definition = found->second;
    break;
  }
  occurrences.push_back(occurrence);
}

void NameResolution::visitFunction(const FunctionStmt *function) {
  define(function->name, Definition::Kind::Function, function,
         getScopeFrom(function->getRange().Start));
  scopes.emplace_back();
  ends.push_back(function->getRange().End);
  for (const Binding &parameter : function->parameters)
    define(parameter, Definition::Kind::Parameter, function,
           function->getRange());
  for (const Stmt *inner : function->body)
    visit(inner);
  visitAll(function->results);
  scopes.pop_back();
  ends.pop_back();
}

void NameResolution::visit(const Stmt *statement) {
  SMLoc end = statement->getRange().End;
  switch (statement->getKind()) {
  case Stmt::Kind::Invalid:
    for (const Binding &name : cast<InvalidStmt>(statement)->names)
      define(name, Definition::Kind::Variable, statement, getScopeFrom(end));
    return;
  case Stmt::Kind::Expression:
    return visit(cast<ExpressionStmt>(statement)->value);
  case Stmt::Kind::Assign: {
    auto *assign = cast<AssignStmt>(statement);
    visitAll(assign->values);
    for (const Binding &name : assign->names)
      define(name, Definition::Kind::Variable, statement, getScopeFrom(end));
    return;
  }
  case Stmt::Kind::Function:
    return visitFunction(cast<FunctionStmt>(statement));
  case Stmt::Kind::For: {
    auto *loop = cast<ForStmt>(statement);
    visit(loop->iterable);
    for (const Binding &name : loop->names)
      define(name, Definition::Kind::Loop, statement,
             getScopeFrom(statement->getRange().Start));
    for (const Stmt *inner : loop->body)
      visit(inner);
    return;
  }
  case Stmt::Kind::Load:
    loads.push_back(cast<LoadStmt>(statement));
    return;
  case Stmt::Kind::Draw: {
    auto *draw = cast<DrawStmt>(statement);
    visit(draw->value);
    if (draw->input)
      visit(draw->input);
    return;
  }
  case Stmt::Kind::Command:
    if (const Expr *example = cast<CommandStmt>(statement)->example)
      visit(example);
    return;
  }
}

void NameResolution::visitAll(ArrayRef<const Expr *> exprs) {
  for (const Expr *expr : exprs)
    visit(expr);
}

void NameResolution::visit(const Expr *expr) {
  switch (expr->getKind()) {
  case Expr::Kind::Integer:
  case Expr::Kind::Float:
  case Expr::Kind::String:
    return;
  case Expr::Kind::Name:
    return use(cast<NameExpr>(expr)->name, expr->getRange());
  case Expr::Kind::List:
    return visitAll(cast<ListExpr>(expr)->elements);
  case Expr::Kind::Dict:
    return visitAll(cast<DictExpr>(expr)->items);
  case Expr::Kind::Comprehension: {
    auto *comprehension = cast<ComprehensionExpr>(expr);
    visit(comprehension->iterable);
    scopes.emplace_back();
    ends.push_back(expr->getRange().End);
    for (const Binding &name : comprehension->names)
      define(name, Definition::Kind::Loop, /*statement=*/nullptr,
             expr->getRange());
    if (comprehension->key)
      visit(comprehension->key);
    visit(comprehension->value);
    scopes.pop_back();
    ends.pop_back();
    return;
  }
  case Expr::Kind::Index:
    return visitAll(
        {cast<IndexExpr>(expr)->base, cast<IndexExpr>(expr)->index});
  case Expr::Kind::Call:
    visit(cast<CallExpr>(expr)->callee);
    return visitAll(cast<CallExpr>(expr)->arguments);
  case Expr::Kind::Unary:
    return visit(cast<UnaryExpr>(expr)->operand);
  case Expr::Kind::Binary:
    return visitAll({cast<BinaryExpr>(expr)->lhs, cast<BinaryExpr>(expr)->rhs});
  case Expr::Kind::Conditional: {
    auto *conditional = cast<ConditionalExpr>(expr);
    return visitAll(
        {conditional->then, conditional->condition, conditional->otherwise});
  }
  case Expr::Kind::Select:
    return visitAll(
        {cast<SelectExpr>(expr)->key, cast<SelectExpr>(expr)->query});
  case Expr::Kind::Aggregate: {
    auto *aggregate = cast<AggregateExpr>(expr);
    visitAll({aggregate->selector, aggregate->values});
    if (aggregate->defaultValue)
      visit(aggregate->defaultValue);
    return;
  }
  case Expr::Kind::Range:
    return visitAll(cast<RangeExpr>(expr)->arguments);
  case Expr::Kind::Zip:
    return visitAll(cast<ZipExpr>(expr)->lists);
  case Expr::Kind::Len:
    return visit(cast<LenExpr>(expr)->operand);
  }
}
