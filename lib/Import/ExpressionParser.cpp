//===- ExpressionParser.cpp - Reads RASP expressions ----------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/Parser.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp::frontend;

using Kind = Token::Kind;

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

namespace {
struct BinaryOperator {
  Kind token;
  Operator op;
};
} // namespace

/// The levels of binary operators, the loosest first. All are left associative.
static ArrayRef<BinaryOperator> getLevel(unsigned level) {
  static constexpr BinaryOperator logical[] = {{Kind::And, Operator::And},
                                               {Kind::Or, Operator::Or}};
  static constexpr BinaryOperator comparisons[] = {
      {Kind::Equal, Operator::Equal},
      {Kind::LessEqual, Operator::LessEqual},
      {Kind::GreaterEqual, Operator::GreaterEqual},
      {Kind::Greater, Operator::Greater},
      {Kind::Less, Operator::Less}};
  static constexpr BinaryOperator sums[] = {{Kind::Plus, Operator::Add},
                                            {Kind::Minus, Operator::Subtract}};
  static constexpr BinaryOperator modulo[] = {{Kind::Modulo, Operator::Modulo}};
  static constexpr BinaryOperator products[] = {
      {Kind::Times, Operator::Multiply}, {Kind::Divide, Operator::Divide}};
  static constexpr BinaryOperator powers[] = {{Kind::Power, Operator::Power}};
  static constexpr ArrayRef<BinaryOperator> levels[] = {
      logical, comparisons, sums, modulo, products, powers};
  return level < std::size(levels) ? levels[level] : ArrayRef<BinaryOperator>();
}

static std::optional<Operator> findOperator(ArrayRef<BinaryOperator> level,
                                            Kind token) {
  for (const BinaryOperator &candidate : level)
    if (candidate.token == token)
      return candidate.op;
  return std::nullopt;
}

const Expr *Parser::checkDepth(const Expr *expr) {
  if (!expr || expr->getDepth() <= maxExpressionDepth)
    return expr;
  emitError(expr->getLoc())
      << "expected an expression that is nested at most " << maxExpressionDepth
      << " deep; assign parts of it to variables";
  return nullptr;
}

/// expression ::= conditional (`in` conditional)*
const Expr *Parser::parseExpression() {
  if (++nesting > maxNesting) {
    --nesting;
    emitError(token.getStart()) << "expected at most " << maxNesting
                                << " expressions and blocks inside one another";
    return nullptr;
  }
  llvm::scope_exit leave([&] { --nesting; });

  const Expr *lhs = parseConditional();
  while (lhs && token.is(Kind::In)) {
    SMLoc loc = token.getStart();
    advance();
    const Expr *rhs = parseConditional();
    if (!rhs)
      return nullptr;
    lhs = checkDepth(ast.create<BinaryExpr>(loc, Operator::In, lhs, rhs));
  }
  return lhs;
}

/// conditional ::= logical (`if` expression `else` logical)*
/// Left associative: in `a if c else b if d else e` the second condition
/// decides first.
const Expr *Parser::parseConditional() {
  const Expr *then = parseBinary(0);
  while (then && token.is(Kind::If)) {
    SMLoc loc = token.getStart();
    advance();
    const Expr *condition = parseExpression();
    if (!condition || !expect(Kind::Else, "after the condition"))
      return nullptr;
    const Expr *otherwise = parseBinary(0);
    if (!otherwise)
      return nullptr;
    then = checkDepth(
        ast.create<ConditionalExpr>(loc, then, condition, otherwise));
  }
  return then;
}

const Expr *Parser::parseBinary(unsigned level) {
  ArrayRef<BinaryOperator> operators = getLevel(level);
  if (operators.empty())
    return parseUnary();
  const Expr *lhs = parseBinary(level + 1);
  while (lhs) {
    std::optional<Operator> op = findOperator(operators, token.kind);
    if (!op)
      return lhs;
    SMLoc loc = token.getStart();
    advance();
    const Expr *rhs = parseBinary(level + 1);
    if (!rhs)
      return nullptr;
    lhs = checkDepth(ast.create<BinaryExpr>(loc, *op, lhs, rhs));
  }
  return nullptr;
}

/// unary ::= (`not` | `-` | `+`)* postfix
const Expr *Parser::parseUnary() {
  SmallVector<std::pair<Operator, SMLoc>> prefixes;
  for (;; advance()) {
    SMLoc loc = token.getStart();
    if (token.is(Kind::Not))
      prefixes.push_back({Operator::Not, loc});
    else if (token.is(Kind::Minus))
      prefixes.push_back({Operator::Negate, loc});
    else if (token.is(Kind::Plus))
      prefixes.push_back({Operator::Plus, loc});
    else
      break;
  }
  const Expr *expr = parsePostfix();
  for (auto [op, loc] : llvm::reverse(prefixes)) {
    if (!expr)
      return nullptr;
    expr = checkDepth(ast.create<UnaryExpr>(SMRange(loc, expr->getRange().End),
                                            loc, op, expr));
  }
  return expr;
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// postfix ::= primary (`[` expression `]` | `(` arguments `)`)*
const Expr *Parser::parsePostfix() {
  const Expr *expr = parsePrimary();
  while (expr) {
    SMLoc start = expr->getRange().Start, loc = token.getStart();
    if (consumeIf(Kind::LeftBracket)) {
      const Expr *index = parseExpression();
      if (!index || !expect(Kind::RightBracket, "after the index"))
        return nullptr;
      expr = ast.create<IndexExpr>(rangeFrom(start), loc, expr, index);
    } else if (token.is(Kind::LeftParen)) {
      if (auto *name = dyn_cast<NameExpr>(expr);
          name && is_contained({"select", "aggregate", "range", "zip", "len"},
                               name->name)) {
        emitError(loc) << "expected '" << name->name
                       << "(' as one word, found a space before the "
                          "parenthesis";
        return nullptr;
      }
      advance();
      auto arguments = parseArguments("after the arguments");
      if (!arguments)
        return nullptr;
      expr = ast.create<CallExpr>(rangeFrom(start), expr, *arguments);
    } else {
      return expr;
    }
    expr = checkDepth(expr);
  }
  return nullptr;
}

const Expr *Parser::parsePrimary() {
  SMRange range = token.getRange();
  switch (token.kind) {
  case Kind::Integer:
  case Kind::Float:
    return parseNumber();
  case Kind::String: {
    StringRef value = token.getString();
    advance();
    return ast.create<StringExpr>(range, value);
  }
  case Kind::Name: {
    StringRef name = token.text;
    advance();
    return ast.create<NameExpr>(range, name);
  }
  case Kind::LeftParen: {
    advance();
    const Expr *expr = parseExpression();
    return expr && expect(Kind::RightParen, "after the expression") ? expr
                                                                    : nullptr;
  }
  case Kind::LeftBracket:
    return parseList();
  case Kind::LeftBrace:
    return parseDict();
  case Kind::Round:
    return parseFunctionLike(Operator::Round);
  case Kind::Indicator:
    return parseFunctionLike(Operator::Indicator);
  case Kind::SelectParen:
    return parseSelect();
  case Kind::AggregateParen:
    return parseAggregate();
  case Kind::RangeParen:
  case Kind::ZipParen: {
    bool isRange = token.is(Kind::RangeParen);
    advance();
    auto arguments = parseArguments("after the arguments");
    if (!arguments)
      return nullptr;
    SMRange whole = rangeFrom(range.Start);
    if (isRange && !arguments->empty() && arguments->size() <= 3)
      return ast.create<RangeExpr>(whole, *arguments);
    if (!isRange && !arguments->empty())
      return ast.create<ZipExpr>(whole, *arguments);
    emitError(range.Start) << (isRange ? "range takes one to three integers"
                                       : "zip takes at least one list")
                           << ", found " << arguments->size() << " arguments";
    return nullptr;
  }
  case Kind::LenParen: {
    advance();
    const Expr *operand = parseExpression();
    if (!operand || !expect(Kind::RightParen, "after the argument of len"))
      return nullptr;
    return ast.create<LenExpr>(rangeFrom(range.Start), operand);
  }
  default:
    return emitUnexpected("an expression");
  }
}

const Expr *Parser::parseNumber() {
  SMRange range = token.getRange();
  Token literal = token;
  advance();
  if (literal.is(Kind::Integer)) {
    int64_t value;
    if (!literal.text.getAsInteger(10, value))
      return ast.create<IntegerExpr>(range, value);
    emitError(range.Start) << "expected an integer below 2^63, found "
                           << literal.text;
    return nullptr;
  }
  double value;
  if (!literal.text.getAsDouble(value) && std::isfinite(value))
    return ast.create<FloatExpr>(range, value);
  emitError(range.Start) << "expected a number that a double can hold, found "
                         << literal.text;
  return nullptr;
}

/// `round(x)` and `indicator(x)`
const Expr *Parser::parseFunctionLike(Operator op) {
  SMLoc start = token.getStart();
  advance();
  if (!expect(Kind::LeftParen, Twine("after '") + getSpelling(op) + "'"))
    return nullptr;
  const Expr *operand = parseExpression();
  if (!operand || !expect(Kind::RightParen,
                          Twine("after the argument of ") + getSpelling(op)))
    return nullptr;
  return ast.create<UnaryExpr>(rangeFrom(start), start, op, operand);
}

/// `select(key, query, op)`
const Expr *Parser::parseSelect() {
  SMLoc start = token.getStart();
  advance();
  const Expr *key = parseExpression();
  if (!key || !expect(Kind::Comma, "after the key of select"))
    return nullptr;
  const Expr *query = parseExpression();
  if (!query || !expect(Kind::Comma, "after the query of select"))
    return nullptr;
  std::optional<Operator> op = findOperator(getLevel(1), token.kind);
  if (token.is(Kind::NotEqual))
    op = Operator::NotEqual;
  if (!op)
    return emitUnexpected("a comparison: ==, !=, <, <=, > or >=");
  advance();
  if (!expect(Kind::RightParen, "after the comparison of select"))
    return nullptr;
  return ast.create<SelectExpr>(rangeFrom(start), key, query, *op);
}

/// `aggregate(selector, values[, default])`
const Expr *Parser::parseAggregate() {
  SMLoc start = token.getStart();
  advance();
  const Expr *selector = parseExpression();
  if (!selector || !expect(Kind::Comma, "after the selector of aggregate"))
    return nullptr;
  const Expr *values = parseExpression();
  if (!values)
    return nullptr;
  const Expr *defaultValue = nullptr;
  if (consumeIf(Kind::Comma)) {
    defaultValue = parseExpression();
    if (!defaultValue)
      return nullptr;
  }
  if (!expect(Kind::RightParen, "after the arguments of aggregate"))
    return nullptr;
  return ast.create<AggregateExpr>(rangeFrom(start), selector, values,
                                   defaultValue);
}

/// `[]`, `[a, b]` or `[value for names in iterable]`
const Expr *Parser::parseList() {
  SMLoc start = token.getStart();
  advance();
  SmallVector<const Expr *> elements;
  if (!token.is(Kind::RightBracket)) {
    const Expr *first = parseExpression();
    if (!first)
      return nullptr;
    if (token.is(Kind::For))
      return parseComprehension(start, /*key=*/nullptr, first,
                                Kind::RightBracket);
    elements.push_back(first);
    if (consumeIf(Kind::Comma) && !parseExpressions(elements))
      return nullptr;
  }
  if (!expect(Kind::RightBracket, "or ',' after an element of a list"))
    return nullptr;
  return checkDepth(ast.create<ListExpr>(
      rangeFrom(start), ast.copy(ArrayRef<const Expr *>(elements))));
}

/// `{}`, `{a: b}` or `{key: value for names in iterable}`
const Expr *Parser::parseDict() {
  SMLoc start = token.getStart();
  advance();
  SmallVector<const Expr *> items;
  if (!token.is(Kind::RightBrace)) {
    do {
      const Expr *key = parseExpression();
      if (!key || !expect(Kind::Colon, "after a key of a dict"))
        return nullptr;
      const Expr *value = parseExpression();
      if (!value)
        return nullptr;
      if (items.empty() && token.is(Kind::For))
        return parseComprehension(start, key, value, Kind::RightBrace);
      items.append({key, value});
    } while (consumeIf(Kind::Comma));
  }
  if (!expect(Kind::RightBrace, "or ',' after a value of a dict"))
    return nullptr;
  return checkDepth(ast.create<DictExpr>(
      rangeFrom(start), ast.copy(ArrayRef<const Expr *>(items))));
}

/// `for names in iterable`, and what closes the comprehension
const Expr *Parser::parseComprehension(SMLoc start, const Expr *key,
                                       const Expr *value, Kind closing) {
  advance();
  SmallVector<Binding> names;
  if (!parseBindings(names, "after 'for'") ||
      !expect(Kind::In, "after the names of a comprehension"))
    return nullptr;
  const Expr *iterable = parseExpression();
  if (!iterable || !expect(closing, "after a comprehension"))
    return nullptr;
  return checkDepth(ast.create<ComprehensionExpr>(
      rangeFrom(start), key, value, ast.copy(ArrayRef<Binding>(names)),
      iterable));
}

/// expression (`,` expression)*
bool Parser::parseExpressions(SmallVectorImpl<const Expr *> &expressions) {
  do {
    const Expr *expr = parseExpression();
    if (!expr)
      return false;
    expressions.push_back(expr);
  } while (consumeIf(Kind::Comma));
  return true;
}

/// [expression (`,` expression)*] `)`
std::optional<ArrayRef<const Expr *>>
Parser::parseArguments(const Twine &context) {
  SmallVector<const Expr *> arguments;
  if (!token.is(Kind::RightParen) && !parseExpressions(arguments))
    return std::nullopt;
  if (!expect(Kind::RightParen, "or ',' " + context))
    return std::nullopt;
  return ast.copy(ArrayRef<const Expr *>(arguments));
}
