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
#include "rasp/Reference/EvaluationValue.h"

#include "llvm/ADT/MapVector.h"

#include <deque>
#include <functional>

namespace mlir::rasp::frontend {

/// Variables, and the environment around them.
class Environment {
public:
  explicit Environment(Environment *parent = nullptr) : parent(parent) {}

  /// The variable called `name` here or further out, or null.
  const StaticValue *lookup(StringRef name) const;
  /// A variable here or further out that `name` may be a misspelling of.
  std::optional<StringRef> findSimilar(StringRef name) const;
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
  /// The tokens of an input that an s-op is evaluated on while it is read.
  size_t inputSize = 1000;
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
  /// statements does; the others are evaluated all the same. `observe` sees
  /// each, and what it left.
  LogicalResult runFile(
      unsigned buffer,
      function_ref<void(const Stmt *)> observe = [](const Stmt *) {});

  LogicalResult run(const Stmt *statement, Environment &environment);
  FailureOr<StaticValue> evaluate(const Expr *expr, Environment &environment);

  /// The tokens that a string or a list stands for as an input. Emits an error
  /// at `loc` if it stands for none.
  FailureOr<Sequence> getInput(const StaticValue &value, SMLoc loc);

  // Values that are made elsewhere.
  StaticValue makeList(std::vector<StaticValue> elements);
  StaticValue makeDict(std::vector<std::pair<Scalar, StaticValue>> items);
  /// What stands for an s-op or a selector that is not written in RASP.
  Node *makeForeign(bool isSelector, Location location);

  /// Draws the s-op on the input, which is null if the statement names none.
  using DrawHandler = std::function<LogicalResult(
      Node *sop, const Sequence *input, const DrawStmt *statement)>;
  /// What `draw` does; by default nothing, since nobody looks.
  void setDrawHandler(DrawHandler handler) { draw = std::move(handler); }

  /// Whether nobody waits for a statement any more, which then fails: asked
  /// from time to time.
  void setInterruptCheck(std::function<bool()> check) {
    isInterrupted = std::move(check);
  }

  /// What statements have changed so far.
  class State;
  State save() const;
  /// Undoes what was changed since `state` was saved.
  void restore(State state);

  /// What the program's own statements set.
  Environment &getGlobals() { return globals; }
  /// The s-op that they assigned last, or null.
  Node *getLastSOp() const { return lastSOp; }

private:
  friend class Evaluator;

  LogicalResult runStatements(unsigned buffer, Environment &environment,
                              function_ref<void(const Stmt *)> observe);

  SourceFiles &files;
  SessionLimits limits;
  ASTContext ast;
  Environment builtins, library, globals;
  Node *lastSOp = nullptr;
  DrawHandler draw;
  std::function<bool()> isInterrupted;
  /// The buffers that are being read, the innermost last.
  SmallVector<unsigned> openFiles;
  /// What a node was called before it got another name.
  struct Naming {
    Node *node;
    StringRef name;
    unsigned nameDepth;
  };
  std::vector<Naming> namings;
  /// A file could not be loaded, so that any name may be one of its.
  bool hasMissingNames = false;

  // What values refer to.
  std::deque<ListValue> lists;
  std::deque<DictValue> dicts;
  std::deque<FunctionValue> functions;
  std::deque<Environment> environments;
  std::deque<Node> nodes;
};

class Session::State {
  friend class Session;
  Environment globals;
  Node *lastSOp = nullptr;
  bool hasMissingNames = false;
  size_t numNamings = 0;
};

} // namespace mlir::rasp::frontend

#endif // RASP_IMPORT_SESSION_H
