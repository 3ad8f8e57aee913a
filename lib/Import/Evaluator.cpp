//===- Evaluator.cpp - Evaluates statements -------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

//===----------------------------------------------------------------------===//
// Limits and diagnostics
//===----------------------------------------------------------------------===//

Location Evaluator::getLocation(SMLoc loc) const {
  Location location = session.files.getLocation(loc);
  return callers.empty() ? location
                         : CallSiteLoc::get(location, callers.back());
}

LogicalResult Evaluator::step(SMLoc loc, uint64_t count) {
  constexpr uint64_t stepsPerQuestion = 1024;
  uint64_t before = numSteps;
  if (numSteps <= session.limits.steps && count <= session.limits.steps)
    numSteps += count;
  else
    numSteps = session.limits.steps + 1;
  if (before / stepsPerQuestion != numSteps / stepsPerQuestion &&
      session.isInterrupted && session.isInterrupted())
    return emitError(loc) << "interrupted";
  if (numSteps <= session.limits.steps)
    return success();
  return emitError(loc) << "the statement takes more than "
                        << session.limits.steps
                        << " steps; expected loops and recursion that end "
                           "sooner";
}

LogicalResult Evaluator::enter(SMLoc loc) {
  if (depth < session.limits.depth) {
    ++depth;
    return success();
  }
  return emitError(loc) << "expected calls and expressions at most "
                        << session.limits.depth
                        << " deep; does a recursion not end?";
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

/// Names that a program cannot set.
static bool isReserved(StringRef name) {
  static constexpr StringLiteral reserved[] = {
      "True",       "False",      "indices",      "tokens_asis",
      "tokens_str", "tokens_int", "tokens_float", "tokens_bool",
      "out",        "range",      "zip",          "len"};
  return is_contained(reserved, name);
}

LogicalResult Evaluator::define(const Binding &name, StaticValue value,
                                Environment &environment) {
  if (isReserved(name.name))
    return emitError(name.range.Start)
           << "expected a name that can be set, found '" << name.name
           << "', which is reserved";
  if (Node *node = value.getNode()) {
    // The name in the program that uses a function says more than the one in
    // the function.
    unsigned nameDepth = callers.size();
    if (node->name.empty() || nameDepth < node->nameDepth) {
      session.namings.push_back({node, node->name, node->nameDepth});
      node->name = name.name;
      node->nameDepth = nameDepth;
    }
    if (&environment == &session.globals && value.getSOp())
      session.lastSOp = node;
  }
  environment.set(name.name, std::move(value));
  return success();
}

LogicalResult Evaluator::defineAll(ArrayRef<Binding> names,
                                   const StaticValue &value, SMLoc loc,
                                   Environment &environment) {
  if (names.size() == 1)
    return define(names.front(), value, environment);
  std::vector<StaticValue> parts;
  if (const ListValue *list = value.getList()) {
    parts = list->elements;
  } else if (const DictValue *dict = value.getDict()) {
    for (const auto &[key, unused] : dict->items)
      parts.push_back(key);
  } else if (const Scalar *atom = value.getAtom(); atom && atom->isString()) {
    for (StringRef character : getCharacters(atom->getString()))
      parts.push_back(Scalar::string(StringAttr::get(getContext(), character)));
  } else {
    return emitError(loc) << "expected " << names.size()
                          << " values for as many names, found "
                          << describe(value);
  }
  if (parts.size() != names.size())
    return emitError(loc) << "expected " << names.size()
                          << " values for as many names, found "
                          << parts.size();
  for (auto [name, part] : llvm::zip_equal(names, parts))
    if (failed(define(name, part, environment)))
      return failure();
  return success();
}

/// Makes the names unknown that `statement`, which failed, would have set.
void Evaluator::forget(const Stmt *statement, Environment &environment) {
  auto forgetAll = [&](ArrayRef<Binding> names) {
    for (const Binding &name : names)
      if (!isReserved(name.name))
        environment.set(name.name, StaticValue());
  };
  if (auto *assign = dyn_cast<AssignStmt>(statement)) {
    forgetAll(assign->names);
  } else if (auto *function = dyn_cast<FunctionStmt>(statement)) {
    forgetAll(function->name);
  } else if (auto *invalid = dyn_cast<InvalidStmt>(statement)) {
    forgetAll(invalid->names);
  } else if (auto *loop = dyn_cast<ForStmt>(statement)) {
    forgetAll(loop->names);
    for (const Stmt *inner : loop->body)
      forget(inner, environment);
  }
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

LogicalResult Evaluator::run(const Stmt *statement, Environment &environment) {
  if (failed(step(statement->getRange().Start)) ||
      failed(enter(statement->getRange().Start)))
    return failure();
  llvm::scope_exit leave([&] { --depth; });
  LogicalResult result = runKind(statement, environment);
  if (failed(result))
    forget(statement, environment);
  return result;
}

LogicalResult Evaluator::runKind(const Stmt *statement,
                                 Environment &environment) {
  switch (statement->getKind()) {
  case Stmt::Kind::Invalid:
    return failure();
  case Stmt::Kind::Expression: {
    FailureOr<StaticValue> value =
        evaluate(cast<ExpressionStmt>(statement)->value, environment);
    if (succeeded(value) && callers.empty())
      environment.set("out", *value);
    return value;
  }
  case Stmt::Kind::Assign:
    return runAssign(cast<AssignStmt>(statement), environment);
  case Stmt::Kind::Function: {
    auto *definition = cast<FunctionStmt>(statement);
    FunctionValue function;
    function.name = definition->name.name;
    function.definition = definition;
    function.closure = &environment;
    session.functions.push_back(function);
    return define(definition->name, StaticValue(&session.functions.back()),
                  environment);
  }
  case Stmt::Kind::For:
    return runFor(cast<ForStmt>(statement), environment);
  case Stmt::Kind::Load:
    return runLoad(cast<LoadStmt>(statement), environment);
  case Stmt::Kind::Draw:
    return runDraw(cast<DrawStmt>(statement), environment);
  case Stmt::Kind::Command: {
    // They are for whom the program is shown to; here only `exit` matters.
    auto *command = cast<CommandStmt>(statement);
    exited |= command->action == CommandStmt::Action::Exit;
    if (command->example)
      return evaluate(command->example, environment);
    return success();
  }
  }
  llvm_unreachable("unknown kind of statement");
}

LogicalResult Evaluator::runAssign(const AssignStmt *statement,
                                   Environment &environment) {
  FailureOr<std::vector<StaticValue>> values =
      evaluateAll(statement->values, environment);
  if (failed(values))
    return failure();
  SMLoc loc = statement->values.front()->getLoc();
  StaticValue value = values->front();
  if (values->size() > 1) {
    FailureOr<StaticValue> list = makeList(std::move(*values), loc);
    if (failed(list))
      return failure();
    value = *list;
  }
  if (failed(defineAll(statement->names, value, loc, environment)))
    return failure();
  if (callers.empty())
    environment.set("out", value);
  return success();
}

/// What a loop runs over: the elements of a list, the keys of a dict.
FailureOr<const ListValue *> Evaluator::getIterable(const StaticValue &value,
                                                    const Expr *expr) {
  if (const ListValue *list = value.getList())
    return list;
  const DictValue *dict = value.getDict();
  if (!dict)
    return emitError(expr->getLoc())
           << "expected a list or a dict after 'in', found " << describe(value);
  std::vector<StaticValue> keys;
  for (const auto &[key, unused] : dict->items)
    keys.push_back(key);
  FailureOr<StaticValue> list = makeList(std::move(keys), expr->getLoc());
  if (failed(list))
    return failure();
  return list->getList();
}

LogicalResult Evaluator::runFor(const ForStmt *statement,
                                Environment &environment) {
  FailureOr<StaticValue> value = evaluate(statement->iterable, environment);
  if (failed(value))
    return failure();
  FailureOr<const ListValue *> list = getIterable(*value, statement->iterable);
  if (failed(list))
    return failure();
  for (const StaticValue &element : (*list)->elements) {
    if (failed(step(statement->getRange().Start)) ||
        failed(defineAll(statement->names, element,
                         statement->iterable->getLoc(), environment)))
      return failure();
    for (const Stmt *inner : statement->body)
      if (failed(run(inner, environment)))
        return failure();
  }
  return success();
}

LogicalResult Evaluator::runLoad(const LoadStmt *statement,
                                 Environment &environment) {
  SMLoc loc = statement->nameRange.Start;
  auto fail = [&](const Twine &message) -> LogicalResult {
    session.hasMissingNames = true;
    return emitError(loc) << message;
  };
  SmallVectorImpl<unsigned> &openFiles = session.openFiles;
  unsigned from = session.files.getBufferOf(loc);
  std::optional<unsigned> buffer = session.files.open(statement->name, from);
  if (!buffer)
    return fail("expected a file called '" + statement->name + "' or '" +
                statement->name + ".rasp' in " +
                session.files.describeSearchPaths(from));
  StringRef path = session.files.getName(*buffer);
  for (unsigned open : openFiles)
    if (llvm::sys::fs::equivalent(session.files.getName(open), path))
      return fail("'" + path +
                  "' loads itself, through the files that are "
                  "being loaded");
  if (openFiles.size() >= session.limits.loadDepth)
    return fail("expected files that load one another at most " +
                Twine(session.limits.loadDepth) + " deep");

  session.environments.emplace_back(&session.library);
  Environment &inner = session.environments.back();
  Parser parser(session.files, session.ast, session.files.getText(*buffer));
  bool hasFailed = false;
  openFiles.push_back(*buffer);
  while (const Stmt *loaded = parser.parseStatement()) {
    hasFailed |= failed(run(loaded, inner));
    // To leave a file is not to leave the one that loads it.
    if (std::exchange(exited, false))
      break;
  }
  openFiles.pop_back();
  for (const auto &[name, value] : inner.getVariables())
    if (!name.starts_with("_") && name != "out")
      environment.set(name, value);
  return failure(hasFailed || parser.hasFailed());
}

LogicalResult Evaluator::runDraw(const DrawStmt *statement,
                                 Environment &environment) {
  FailureOr<StaticValue> value = evaluate(statement->value, environment);
  if (failed(value))
    return failure();
  Node *sop = value->getSOp();
  if (!sop)
    return emitError(statement->value->getLoc())
           << "draw expects an s-op, found " << describe(*value);
  std::optional<Sequence> input;
  if (statement->input) {
    FailureOr<StaticValue> written = evaluate(statement->input, environment);
    if (failed(written))
      return failure();
    FailureOr<Sequence> tokens = getInput(*written, statement->input->getLoc());
    if (failed(tokens))
      return failure();
    input = std::move(*tokens);
  }
  if (!session.draw)
    return success();
  return session.draw(sop, input ? &*input : nullptr, statement);
}
