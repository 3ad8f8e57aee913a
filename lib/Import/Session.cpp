//===- Session.cpp - Evaluates RASP source --------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/Session.h"
#include "Evaluator.h"

#include "rasp/Import/Library.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

const StaticValue *Environment::lookup(StringRef name) const {
  for (const Environment *here = this; here; here = here->parent) {
    auto found = here->variables.find(name);
    if (found != here->variables.end())
      return &found->second;
  }
  return nullptr;
}

std::optional<StringRef> Environment::findSimilar(StringRef name) const {
  SmallVector<StringRef> candidates;
  for (const Environment *here = this; here; here = here->parent)
    for (const auto &[candidate, unused] : here->variables)
      candidates.push_back(candidate);
  return findSimilarName(name, candidates);
}

Session::Session(SourceFiles &files, SessionLimits limits)
    : files(files), limits(limits), library(&builtins), globals(&library) {
  builtins.set("True", Scalar::boolean(true));
  builtins.set("False", Scalar::boolean(false));

  Location location = UnknownLoc::get(getContext());
  auto addNode = [&](StringRef name, Node node) {
    node.name = name;
    nodes.push_back(std::move(node));
    builtins.set(name, &nodes.back());
    return &nodes.back();
  };
  addNode("indices", Node(Node::Kind::Indices, location));
  Node *tokens = addNode("tokens_asis", Node(Node::Kind::Tokens, location));
  for (auto [name, function] :
       {std::pair("tokens_str", ScalarFunction::ToString),
        std::pair("tokens_int", ScalarFunction::ToInteger),
        std::pair("tokens_float", ScalarFunction::ToFloat),
        std::pair("tokens_bool", ScalarFunction::ToBoolean)}) {
    Node node(Node::Kind::Elementwise, location, {tokens});
    node.function = function;
    addNode(name, node);
  }
  // Unlike the others it may be set.
  tokens->name = "tokens";
  library.set("tokens", tokens);

  for (auto [name, native] :
       {std::pair("selector_width", NativeFunction::SelectorWidth),
        std::pair("best", NativeFunction::Best)}) {
    FunctionValue function;
    function.name = name;
    function.native = native;
    functions.push_back(function);
    library.set(name, &functions.back());
  }
}

LogicalResult Session::loadLibrary() {
  return runStatements(files.addText(getLibraryText(), libraryName), library,
                       [](const Stmt *) {});
}

LogicalResult Session::runFile(unsigned buffer,
                               function_ref<void(const Stmt *)> observe) {
  return runStatements(buffer, globals, observe);
}

LogicalResult Session::runStatements(unsigned buffer, Environment &environment,
                                     function_ref<void(const Stmt *)> observe) {
  openFiles.push_back(buffer);
  Parser parser(files, ast, files.getText(buffer));
  bool hasFailed = false;
  while (const Stmt *statement = parser.parseStatement()) {
    Evaluator evaluator(*this);
    hasFailed |= failed(evaluator.run(statement, environment));
    observe(statement);
    if (evaluator.hasExited())
      break;
  }
  openFiles.pop_back();
  return failure(hasFailed || parser.hasFailed());
}

StaticValue Session::makeList(std::vector<StaticValue> elements) {
  lists.push_back({std::move(elements)});
  return &lists.back();
}

StaticValue
Session::makeDict(std::vector<std::pair<Scalar, StaticValue>> items) {
  DictValue &dict = dicts.emplace_back();
  for (auto &[key, value] : items)
    dict.set(key, std::move(value));
  return &dict;
}

Node *Session::makeForeign(bool isSelector, Location location) {
  nodes.emplace_back(isSelector ? Node::Kind::ForeignSelector
                                : Node::Kind::ForeignSOp,
                     location);
  return &nodes.back();
}

Session::State Session::save() const {
  State state;
  state.globals = globals;
  state.lastSOp = lastSOp;
  state.hasMissingNames = hasMissingNames;
  state.numNamings = namings.size();
  return state;
}

void Session::restore(State state) {
  globals = std::move(state.globals);
  lastSOp = state.lastSOp;
  hasMissingNames = state.hasMissingNames;
  while (namings.size() > state.numNamings) {
    const Naming &naming = namings.back();
    naming.node->name = naming.name;
    naming.node->nameDepth = naming.nameDepth;
    namings.pop_back();
  }
}

FailureOr<Sequence> Session::getInput(const StaticValue &value, SMLoc loc) {
  return Evaluator(*this).getInput(value, loc);
}

LogicalResult Session::run(const Stmt *statement, Environment &environment) {
  return Evaluator(*this).run(statement, environment);
}

FailureOr<StaticValue> Session::evaluate(const Expr *expr,
                                         Environment &environment) {
  return Evaluator(*this).evaluate(expr, environment);
}
