//===- Session.h - Evaluates RASP source ------------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_IMPORT_SESSION_H
#define RASP_IMPORT_SESSION_H

#include "rasp/Import/Parser.h"
#include "rasp/Import/StaticValue.h"

#include "llvm/ADT/MapVector.h"

#include <deque>

namespace mlir::rasp::frontend {

/// Variables, and the environment around them.
class Environment {
public:
  explicit Environment(Environment *parent = nullptr) : parent(parent) {}

  /// The variable called `name` here or further out, or null.
  const StaticValue *lookup(StringRef name) const;
  void set(StringRef name, StaticValue value) {
    variables[name] = std::move(value);
  }
  Environment *getParent() const { return parent; }
  /// The variables of this environment itself, in the order in which they were
  /// first set.
  const llvm::MapVector<StringRef, StaticValue> &getVariables() const {
    return variables;
  }

private:
  Environment *parent;
  llvm::MapVector<StringRef, StaticValue> variables;
};

/// Bounds on what a program does while it is read, so that each ends.
struct SessionLimits {
  /// Expressions evaluated and elements made by one statement.
  uint64_t steps = 1 << 22;
  /// Expressions, statements and calls inside one another.
  unsigned depth = 1500;
  /// The bytes of a string.
  size_t stringSize = 1 << 20;
  /// Files loaded from one another.
  unsigned loadDepth = 32;
};

/// Evaluates statements and remembers what they define. A statement that fails
/// has emitted an error, and leaves the names that it would have set unknown.
class Session {
public:
  explicit Session(SourceFiles &files, SessionLimits limits = {});
  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;

  MLIRContext *getContext() const { return files.getContext(); }
  SourceFiles &getFiles() const { return files; }
  ASTContext &getAST() { return ast; }

  /// Makes the definitions of the library known.
  LogicalResult loadLibrary();

  /// Reads and evaluates a whole buffer, up to `exit`. Fails if one of its
  /// statements does; the others are evaluated all the same.
  LogicalResult runFile(unsigned buffer);

  LogicalResult run(const Stmt *statement, Environment &environment);
  FailureOr<StaticValue> evaluate(const Expr *expr, Environment &environment);

  /// What the program's own statements set.
  Environment &getGlobals() { return globals; }
  /// The s-op that they assigned last, or null.
  Node *getLastSOp() const { return lastSOp; }

private:
  friend class Evaluator;

  LogicalResult runStatements(unsigned buffer, Environment &environment);

  SourceFiles &files;
  SessionLimits limits;
  ASTContext ast;
  Environment builtins, library, globals;
  Node *lastSOp = nullptr;
  /// The buffers that are being read, the innermost last.
  SmallVector<unsigned> openFiles;
  /// A file could not be loaded, so that any name may be one of its.
  bool hasMissingNames = false;

  // What values refer to.
  std::deque<ListValue> lists;
  std::deque<DictValue> dicts;
  std::deque<FunctionValue> functions;
  std::deque<Environment> environments;
  std::deque<Node> nodes;
};

} // namespace mlir::rasp::frontend

#endif // RASP_IMPORT_SESSION_H
