//===- AST.h - The syntax tree of RASP source -------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Expressions and statements as they are written. Nodes live in the ASTContext
// that made them, have no destructors, and refer to the text of their buffer.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_IMPORT_AST_H
#define RASP_IMPORT_AST_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/Casting.h"
#include "llvm/Support/SMLoc.h"

#include <cstdint>
#include <memory>
#include <type_traits>

namespace mlir::rasp::frontend {

/// Owns the nodes of syntax trees.
class ASTContext {
public:
  template <typename T, typename... Args>
  T *create(Args &&...args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocator.Allocate<T>()) T(std::forward<Args>(args)...);
  }
  template <typename T>
  ArrayRef<T> copy(ArrayRef<T> elements) {
    T *data = allocator.Allocate<T>(elements.size());
    std::uninitialized_copy(elements.begin(), elements.end(), data);
    return {data, elements.size()};
  }

private:
  llvm::BumpPtrAllocator allocator;
};

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

/// Operators of one, two or three operands.
enum class Operator {
  Not,
  Negate,
  Plus,
  Round,
  Indicator,
  Power,
  Multiply,
  Divide,
  Modulo,
  Add,
  Subtract,
  Equal,
  NotEqual,
  LessEqual,
  GreaterEqual,
  Greater,
  Less,
  And,
  Or,
  In,
};

/// The operator as it is written.
StringRef getSpelling(Operator op);

class Expr {
public:
  enum class Kind {
    Integer,
    Float,
    String,
    Name,
    List,
    Dict,
    Comprehension,
    Index,
    Call,
    Unary,
    Binary,
    Conditional,
    Select,
    Aggregate,
    Range,
    Zip,
    Len,
  };

  Kind getKind() const { return kind; }
  SMRange getRange() const { return range; }
  /// What a message about the expression points at: the operator, for one.
  SMLoc getLoc() const { return loc; }
  /// The longest chain of expressions down from this one, itself included.
  unsigned getDepth() const { return depth; }

protected:
  Expr(Kind kind, SMRange range, SMLoc loc, unsigned depth = 1)
      : kind(kind), range(range), loc(loc), depth(depth) {}

private:
  Kind kind;
  SMRange range;
  SMLoc loc;
  unsigned depth;
};

/// One more than the greatest depth of `children`, some of which may be null.
unsigned getDepthAbove(ArrayRef<const Expr *> children);

/// Implements LLVM's casts for the class of one kind of expression.
template <Expr::Kind kindOfClass>
class ExprOf : public Expr {
public:
  static bool classof(const Expr *expr) {
    return expr->getKind() == kindOfClass;
  }

protected:
  ExprOf(SMRange range, SMLoc loc, ArrayRef<const Expr *> children = {})
      : Expr(kindOfClass, range, loc, getDepthAbove(children)) {}
};

struct IntegerExpr : ExprOf<Expr::Kind::Integer> {
  IntegerExpr(SMRange range, int64_t value)
      : ExprOf(range, range.Start), value(value) {}
  int64_t value;
};

struct FloatExpr : ExprOf<Expr::Kind::Float> {
  FloatExpr(SMRange range, double value)
      : ExprOf(range, range.Start), value(value) {}
  double value;
};

struct StringExpr : ExprOf<Expr::Kind::String> {
  StringExpr(SMRange range, StringRef value)
      : ExprOf(range, range.Start), value(value) {}
  StringRef value;
};

/// A variable; `True` and `False` are such.
struct NameExpr : ExprOf<Expr::Kind::Name> {
  NameExpr(SMRange range, StringRef name)
      : ExprOf(range, range.Start), name(name) {}
  StringRef name;
};

/// `[a, b]`
struct ListExpr : ExprOf<Expr::Kind::List> {
  ListExpr(SMRange range, ArrayRef<const Expr *> elements)
      : ExprOf(range, range.Start, elements), elements(elements) {}
  ArrayRef<const Expr *> elements;
};

/// `{a: b, c: d}`
struct DictExpr : ExprOf<Expr::Kind::Dict> {
  /// Keys and values in turns.
  DictExpr(SMRange range, ArrayRef<const Expr *> items)
      : ExprOf(range, range.Start, items), items(items) {}
  ArrayRef<const Expr *> items;
};

/// A name that a statement or a comprehension binds.
struct Binding {
  StringRef name;
  SMRange range;
};

/// `[value for names in iterable]`, or with a key `{key: value for ...}`
struct ComprehensionExpr : ExprOf<Expr::Kind::Comprehension> {
  ComprehensionExpr(SMRange range, const Expr *key, const Expr *value,
                    ArrayRef<Binding> names, const Expr *iterable)
      : ExprOf(range, range.Start, {key, value, iterable}), key(key),
        value(value), names(names), iterable(iterable) {}
  /// Null in a list.
  const Expr *key;
  const Expr *value;
  ArrayRef<Binding> names;
  const Expr *iterable;
};

/// `base[index]`
struct IndexExpr : ExprOf<Expr::Kind::Index> {
  IndexExpr(SMRange range, SMLoc loc, const Expr *base, const Expr *index)
      : ExprOf(range, loc, {base, index}), base(base), index(index) {}
  const Expr *base;
  const Expr *index;
};

/// `callee(arguments)`; of an s-op or a selector, its value on an input.
struct CallExpr : ExprOf<Expr::Kind::Call> {
  CallExpr(SMRange range, const Expr *callee, ArrayRef<const Expr *> arguments)
      : ExprOf(range, callee->getLoc(), concat(callee, arguments)),
        callee(callee), arguments(arguments) {}
  const Expr *callee;
  ArrayRef<const Expr *> arguments;

private:
  static SmallVector<const Expr *> concat(const Expr *callee,
                                          ArrayRef<const Expr *> arguments) {
    SmallVector<const Expr *> all(arguments);
    all.push_back(callee);
    return all;
  }
};

struct UnaryExpr : ExprOf<Expr::Kind::Unary> {
  UnaryExpr(SMRange range, SMLoc loc, Operator op, const Expr *operand)
      : ExprOf(range, loc, {operand}), op(op), operand(operand) {}
  Operator op;
  const Expr *operand;
};

struct BinaryExpr : ExprOf<Expr::Kind::Binary> {
  BinaryExpr(SMLoc loc, Operator op, const Expr *lhs, const Expr *rhs)
      : ExprOf({lhs->getRange().Start, rhs->getRange().End}, loc, {lhs, rhs}),
        op(op), lhs(lhs), rhs(rhs) {}
  Operator op;
  const Expr *lhs;
  const Expr *rhs;
};

/// `then if condition else otherwise`
struct ConditionalExpr : ExprOf<Expr::Kind::Conditional> {
  ConditionalExpr(SMLoc loc, const Expr *then, const Expr *condition,
                  const Expr *otherwise)
      : ExprOf({then->getRange().Start, otherwise->getRange().End}, loc,
               {then, condition, otherwise}),
        then(then), condition(condition), otherwise(otherwise) {}
  const Expr *then;
  const Expr *condition;
  const Expr *otherwise;
};

/// `select(key, query, op)`
struct SelectExpr : ExprOf<Expr::Kind::Select> {
  SelectExpr(SMRange range, const Expr *key, const Expr *query, Operator op)
      : ExprOf(range, range.Start, {key, query}), key(key), query(query),
        op(op) {}
  const Expr *key;
  const Expr *query;
  Operator op;
};

/// `aggregate(selector, values, defaultValue)`
struct AggregateExpr : ExprOf<Expr::Kind::Aggregate> {
  AggregateExpr(SMRange range, const Expr *selector, const Expr *values,
                const Expr *defaultValue)
      : ExprOf(range, range.Start, {selector, values, defaultValue}),
        selector(selector), values(values), defaultValue(defaultValue) {}
  const Expr *selector;
  const Expr *values;
  /// Null if not written.
  const Expr *defaultValue;
};

/// `range(first, last, step)`
struct RangeExpr : ExprOf<Expr::Kind::Range> {
  RangeExpr(SMRange range, ArrayRef<const Expr *> arguments)
      : ExprOf(range, range.Start, arguments), arguments(arguments) {}
  ArrayRef<const Expr *> arguments;
};

/// `zip(a, b)`
struct ZipExpr : ExprOf<Expr::Kind::Zip> {
  ZipExpr(SMRange range, ArrayRef<const Expr *> lists)
      : ExprOf(range, range.Start, lists), lists(lists) {}
  ArrayRef<const Expr *> lists;
};

/// `len(operand)`
struct LenExpr : ExprOf<Expr::Kind::Len> {
  LenExpr(SMRange range, const Expr *operand)
      : ExprOf(range, range.Start, {operand}), operand(operand) {}
  const Expr *operand;
};

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

class Stmt {
public:
  enum class Kind {
    Invalid,
    Expression,
    Assign,
    Function,
    For,
    Load,
    Draw,
    Command,
  };

  Kind getKind() const { return kind; }
  SMRange getRange() const { return range; }

protected:
  Stmt(Kind kind, SMRange range) : kind(kind), range(range) {}

private:
  Kind kind;
  SMRange range;
};

template <Stmt::Kind kindOfClass>
class StmtOf : public Stmt {
public:
  static bool classof(const Stmt *stmt) {
    return stmt->getKind() == kindOfClass;
  }

protected:
  explicit StmtOf(SMRange range) : Stmt(kindOfClass, range) {}
};

/// A statement that could not be read; the error was emitted.
struct InvalidStmt : StmtOf<Stmt::Kind::Invalid> {
  InvalidStmt(SMRange range, ArrayRef<Binding> names)
      : StmtOf(range), names(names) {}
  /// The names that it would have bound, as far as they could be read.
  ArrayRef<Binding> names;
};

/// `value;`
struct ExpressionStmt : StmtOf<Stmt::Kind::Expression> {
  ExpressionStmt(SMRange range, const Expr *value)
      : StmtOf(range), value(value) {}
  const Expr *value;
};

/// `a, b = value, value;`
struct AssignStmt : StmtOf<Stmt::Kind::Assign> {
  AssignStmt(SMRange range, ArrayRef<Binding> names,
             ArrayRef<const Expr *> values)
      : StmtOf(range), names(names), values(values) {}
  ArrayRef<Binding> names;
  ArrayRef<const Expr *> values;
};

/// `def name(parameters) { body return results; }`
struct FunctionStmt : StmtOf<Stmt::Kind::Function> {
  FunctionStmt(SMRange range, Binding name, ArrayRef<Binding> parameters,
               ArrayRef<const Stmt *> body, ArrayRef<const Expr *> results)
      : StmtOf(range), name(name), parameters(parameters), body(body),
        results(results) {}
  Binding name;
  ArrayRef<Binding> parameters;
  ArrayRef<const Stmt *> body;
  ArrayRef<const Expr *> results;
};

/// `for names in iterable { body }`
struct ForStmt : StmtOf<Stmt::Kind::For> {
  ForStmt(SMRange range, ArrayRef<Binding> names, const Expr *iterable,
          ArrayRef<const Stmt *> body)
      : StmtOf(range), names(names), iterable(iterable), body(body) {}
  ArrayRef<Binding> names;
  const Expr *iterable;
  ArrayRef<const Stmt *> body;
};

/// `load "file";`
struct LoadStmt : StmtOf<Stmt::Kind::Load> {
  LoadStmt(SMRange range, SMRange nameRange, StringRef name)
      : StmtOf(range), nameRange(nameRange), name(name) {}
  SMRange nameRange;
  StringRef name;
};

/// `draw(value, input);`
struct DrawStmt : StmtOf<Stmt::Kind::Draw> {
  DrawStmt(SMRange range, const Expr *value, const Expr *input)
      : StmtOf(range), value(value), input(input) {}
  const Expr *value;
  /// Null if not written.
  const Expr *input;
};

/// What the interactive interpreter is told, without a semicolon.
struct CommandStmt : StmtOf<Stmt::Kind::Command> {
  enum class Action {
    SetExample,
    ShowExample,
    SwitchExamples,
    SwitchFullDisplay,
    Exit,
  };
  /// What an example is for.
  enum class Subject { Both, SOps, Selectors };

  CommandStmt(SMRange range, Action action, Subject subject = Subject::Both,
              const Expr *example = nullptr, bool isOn = false)
      : StmtOf(range), action(action), subject(subject), example(example),
        isOn(isOn) {}
  Action action;
  Subject subject;
  /// Of SetExample.
  const Expr *example;
  /// Of the switches.
  bool isOn;
};

} // namespace mlir::rasp::frontend

#endif // RASP_IMPORT_AST_H
