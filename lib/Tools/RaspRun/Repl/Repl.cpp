//===- Repl.cpp - RASP, statement by statement ----------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Repl.h"
#include "../Interruption.h"
#include "FlowDrawing.h"
#include "LineReader.h"

#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/ToolOutputFile.h"

#include <set>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

static constexpr unsigned indent = 5;
static constexpr unsigned exampleIndent = 9;

Repl::Repl(MLIRContext *context, ImportOptions importOptions,
           StringRef pipeline, raw_ostream &os)
    : options(std::move(importOptions)), pipeline(pipeline), os(os),
      handler(sources, context), files(sources, context, options.searchPaths),
      session(files), settings(session, addEntry(""), options) {
  context->loadDialect<RaspDialect, arith::ArithDialect, math::MathDialect>();
  session.setInterruptCheck(Interruptible::isInterrupted);
  session.setDrawHandler(
      [this](Node *sop, const Sequence *input, const DrawStmt *statement) {
        return draw(sop, input, statement);
      });
  for (StringRef letter : {"h", "e", "l", "l", "o"})
    sopExample.push_back(Scalar::string(StringAttr::get(context, letter)));
  selectorExample = sopExample;
}

/// A buffer with what was entered, whose name messages show.
unsigned Repl::addEntry(StringRef text) {
  return files.addText(text, "<input " + std::to_string(numEntries++) + ">");
}

LogicalResult Repl::load(StringRef file) {
  if (failed(session.loadLibrary()))
    return failure();
  if (file.empty())
    return success();
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer = openInputFile(file, &message);
  if (!buffer)
    return emitError(UnknownLoc::get(session.getContext())) << message;
  unsigned number = sources.AddNewSourceBuffer(std::move(buffer), SMLoc());
  bool hasFailed = failed(settings.update(number));
  hasFailed |= failed(session.runFile(number));
  if (hasFailed)
    return failure();
  // Tokens that the program knows say more than those of a greeting.
  ProgramContract none;
  FailureOr<ProgramContract> contract = settings.getContract(&none);
  if (failed(contract))
    return failure();
  constexpr size_t exampleSize = 5;
  if (!contract->vocab.empty()) {
    size_t size = std::min(contract->vocab.size(), exampleSize);
    sopExample.assign(contract->vocab.begin(), contract->vocab.begin() + size);
    selectorExample = sopExample;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

/// How many more brackets a line opens than it closes.
static int countOpenBrackets(StringRef line) {
  using Kind = Token::Kind;
  Lexer lexer(line);
  int count = 0;
  for (Token token = lexer.lex(); !token.isAny(Kind::End, Kind::Invalid);
       token = lexer.lex()) {
    count += token.isAny(Kind::LeftParen, Kind::LeftBracket, Kind::LeftBrace);
    count -=
        token.isAny(Kind::RightParen, Kind::RightBracket, Kind::RightBrace);
  }
  return count;
}

/// Whether more lines belong to an entry.
bool Repl::isUnfinished(StringRef entry) const {
  MLIRContext *context = session.getContext();
  ScopedDiagnosticHandler silence(context,
                                  [](Diagnostic &) { return success(); });
  llvm::SourceMgr scratch;
  SourceFiles scratchFiles(scratch, context);
  ASTContext ast;
  Parser parser(scratchFiles, ast, entry);
  parser.parseStatements();
  return parser.isUnfinished();
}

LogicalResult Repl::run() {
  LineReader reader(
      [this](StringRef text, StringRef word) { return complete(text, word); });
  bool isInteractive = reader.isInteractive();
  if (isInteractive)
    os << "RASP, compiled by rasp-mlir. :help tells what can be entered.\n";
  bool hasFailed = false;
  // Whoever types can give up what takes too long, and go on.
  auto attempt = [&](function_ref<LogicalResult()> answer) {
    std::optional<Interruptible> interruptible;
    if (isInteractive)
      interruptible.emplace(session.getContext());
    hasFailed |= failed(answer());
    if (isInteractive && Interruptible::isInterrupted())
      os << "interrupted\n";
  };
  std::string entry;
  size_t numLines = 0;
  int numOpenBrackets = 0;
  while (!exited) {
    std::optional<std::string> line =
        reader.read(entry.empty() ? ">> " : ".. ");
    if (reader.wasInterrupted()) {
      os << '\n';
      entry.clear();
      continue;
    }
    StringRef text = line ? StringRef(*line).trim() : StringRef();
    bool isEnd = !line;
    if (entry.empty()) {
      numLines = numOpenBrackets = 0;
      if (isEnd)
        break;
      if (text.empty())
        continue;
      if (text.starts_with(":")) {
        attempt([&] { return runCommand(*line); });
        continue;
      }
    }
    if (line) {
      entry += *line + "\n";
      ++numLines;
      numOpenBrackets += countOpenBrackets(*line);
    }
    // To read all of a long entry after each of its lines would take too long.
    constexpr size_t maxLinesReadAnew = 100;
    if (!isEnd && numLines > maxLinesReadAnew && numOpenBrackets > 0 &&
        !(isInteractive && text.empty()))
      continue;
    // Whoever types ends an entry by an empty line, to see what is missing.
    if (!isEnd && !(isInteractive && text.empty()) && isUnfinished(entry))
      continue;
    attempt([&] { return enter(entry); });
    entry.clear();
    if (isEnd)
      break;
  }
  if (isInteractive && !exited)
    os << '\n';
  return failure(hasFailed && !isInteractive);
}

LogicalResult Repl::enter(StringRef entry) {
  unsigned buffer = addEntry(entry);
  ProgramSettings before = settings;
  // What is wrong with its settings is said now, and not by what needs them.
  auto update = [&]() -> LogicalResult {
    if (failed(settings.update(buffer)))
      return failure();
    ProgramContract defaults;
    return success(!settings.areFrom(buffer) ||
                   succeeded(settings.getContract(&defaults)));
  };
  if (failed(update()) || failed(runStatements(buffer))) {
    settings.restore(before);
    return failure();
  }
  return success();
}

LogicalResult Repl::runStatements(unsigned buffer) {
  Parser parser(files, session.getAST(), files.getText(buffer));
  while (const Stmt *statement = parser.parseStatement()) {
    // What is only half right is not evaluated either.
    if (parser.hasFailed())
      return failure();
    Session::State before = session.save();
    if (failed(run(statement))) {
      session.restore(std::move(before));
      return failure();
    }
    if (exited)
      return success();
  }
  return failure(parser.hasFailed());
}

LogicalResult Repl::run(const Stmt *statement) {
  if (auto *command = dyn_cast<CommandStmt>(statement))
    return run(command);
  Environment &globals = session.getGlobals();
  if (failed(session.run(statement, globals)))
    return failure();
  if (auto *assign = dyn_cast<AssignStmt>(statement)) {
    for (const Binding &name : assign->names)
      show(name.name, *globals.lookup(name.name));
  } else if (auto *function = dyn_cast<FunctionStmt>(statement)) {
    show(function->name.name, *globals.lookup(function->name.name));
  } else if (auto *expression = dyn_cast<ExpressionStmt>(statement)) {
    auto *name = dyn_cast<NameExpr>(expression->value);
    show(name ? name->name : "out", *globals.lookup("out"));
  }
  return success();
}

LogicalResult Repl::run(const CommandStmt *command) {
  using Action = CommandStmt::Action;
  using Subject = CommandStmt::Subject;
  bool isOfSOps = command->subject != Subject::Selectors;
  bool isOfSelectors = command->subject != Subject::SOps;
  switch (command->action) {
  case Action::Exit:
    exited = true;
    return success();
  case Action::SetExample: {
    SMLoc loc = command->example->getLoc();
    FailureOr<StaticValue> value =
        session.evaluate(command->example, session.getGlobals());
    if (failed(value))
      return failure();
    FailureOr<Sequence> tokens = session.getInput(*value, loc);
    if (failed(tokens))
      return failure();
    if (isOfSOps)
      sopExample = *tokens;
    if (isOfSelectors)
      selectorExample = *tokens;
    return success();
  }
  case Action::ShowExample:
    if (isOfSOps)
      os.indent(indent) << "s-op example: " << formatInput(sopExample) << '\n';
    if (isOfSelectors)
      os.indent(indent) << "selector example: " << formatInput(selectorExample)
                        << '\n';
    return success();
  case Action::SwitchExamples:
    if (isOfSOps)
      showsSOps = command->isOn;
    if (isOfSelectors)
      showsSelectors = command->isOn;
    return success();
  case Action::SwitchFullDisplay:
    display.fullSequences = command->isOn;
    return success();
  }
  llvm_unreachable("unknown kind of command");
}

LogicalResult Repl::draw(Node *sop, const Sequence *input,
                         const DrawStmt *statement) {
  Location location = files.getLocation(statement->getRange().Start);
  FailureOr<std::string> drawing =
      drawFlow(sop, input ? *input : sopExample, location);
  if (failed(drawing))
    return failure();
  std::string file = (sop->name.empty() ? "out" : sop->name.str()) + ".svg";
  std::string message;
  std::unique_ptr<llvm::ToolOutputFile> output = openOutputFile(file, &message);
  if (!output)
    return emitError(location) << message;
  output->os() << *drawing;
  output->keep();
  os.indent(indent) << "drawn: " << file << '\n';
  return success();
}

//===----------------------------------------------------------------------===//
// What is shown
//===----------------------------------------------------------------------===//

void Repl::show(StringRef name, const StaticValue &value) {
  os.indent(indent);
  if (Node *node = value.getNode()) {
    os << (node->isSelector() ? "selector: " : "s-op: ") << name << '\n';
    if (node->isSelector() ? showsSelectors : showsSOps)
      showExample(name, node);
    return;
  }
  if (const FunctionValue *function = value.getFunction()) {
    os << "function: " << name << '(';
    llvm::interleaveComma(function->getParameters(), os);
    os << ")\n";
    return;
  }
  os << (value.getList() ? "list: " : value.getDict() ? "dict: " : "value: ");
  if (name != "out")
    os << name << " = ";
  frontend::print(os, value);
  os << '\n';
}

void Repl::showExample(StringRef name, Node *node) {
  const Sequence &tokens = node->isSelector() ? selectorExample : sopExample;
  // To be undefined on the example is no mistake.
  std::string reason;
  auto keepReason = [&](Diagnostic &diagnostic) {
    if (reason.empty() && diagnostic.getSeverity() == DiagnosticSeverity::Error)
      reason = diagnostic.str();
    return success();
  };
  FailureOr<EvaluationValue> value;
  {
    ScopedDiagnosticHandler capture(session.getContext(), keepReason);
    value = evaluateOn(node, tokens, node->location);
  }
  os.indent(exampleIndent) << "Example: " << name << '(' << formatInput(tokens)
                           << ")";
  if (failed(value)) {
    os << " is undefined: " << reason << '\n';
    return;
  }
  os << " =";
  if (const auto *sequence = std::get_if<Sequence>(&*value)) {
    os << ' ' << formatSequence(*sequence, display) << '\n';
    return;
  }
  os << '\n';
  printMatrix(os, std::get<SelectorMatrix>(*value), tokens, exampleIndent + 4);
}

/// The words that `text` may go on with.
std::vector<std::string> Repl::complete(StringRef text, StringRef word) {
  std::set<std::string> words;
  StringRef before = text.drop_back(word.size()).trim();
  if (word.starts_with(":")) {
    for (const Command &command : getCommands())
      words.insert((":" + command.name).str());
  } else if (before == "set" || before == "show") {
    words = {"example", "s-op example", "selector example"};
  } else if (before.ends_with("examples") || before.ends_with("display")) {
    words = {"on", "off"};
  } else if (before.count('"') % 2 != 0) {
    // Inside of a string, which may be anything.
  } else if (before.starts_with(":mlir ") && before.ends_with(" at")) {
    for (Stage stage : getStages())
      words.insert(getStageName(stage).str());
  } else {
    for (StringRef keyword : getKeywords())
      words.insert(keyword.str());
    if (before.empty())
      for (StringRef command : frontend::getCommands())
        words.insert(command.str());
    for (const Environment *here = &session.getGlobals(); here;
         here = here->getParent())
      for (const auto &[name, value] : here->getVariables())
        if (!value.isUnknown())
          words.insert(value.getFunction() ? (name + "(").str() : name.str());
  }
  return {words.begin(), words.end()};
}
