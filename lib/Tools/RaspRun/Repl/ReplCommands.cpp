//===- ReplCommands.cpp - What only a compiler can answer -----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Inputs.h"
#include "Repl.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

static constexpr unsigned indent = 5;

/// Compiled models that are kept to be run again.
static constexpr size_t maxCompiled = 8;

ArrayRef<Repl::Command> Repl::getCommands() {
  static constexpr Command commands[] = {
      {"compile", "x",
       "compile the s-op x to a transformer, which :run then uses",
       &Repl::compile},
      {"cost", "x", "the sizes of that transformer", &Repl::showCost},
      {"help", "", "this text", &Repl::help},
      {"mlir", "x [at stage]",
       "the program of x in MLIR: at rasp, craft-values, craft-blocks, "
       "craft-layers or linalg",
       &Repl::showModule},
      {"run", "x [on \"...\"]",
       "the value that the transformer computes, on this input or the example",
       &Repl::runCompiled},
      {"settings", "", "what s-ops are compiled for", &Repl::showSettings},
  };
  return commands;
}

LogicalResult Repl::runCommand(StringRef line) {
  unsigned buffer = addEntry(line);
  StringRef text = files.getText(buffer).trim();
  StringRef rest = text.drop_front();
  StringRef name = rest.take_while(
      [](char c) { return llvm::isAlnum(c) || c == '_' || c == '-'; });
  StringRef argument = rest.drop_front(name.size()).trim();
  argument.consume_back(";");
  SmallVector<StringRef> names;
  for (const Command &command : getCommands()) {
    if (command.name == name)
      return (this->*command.run)(argument);
    names.push_back(command.name);
  }
  InFlightDiagnostic error = files.emitError(getLoc(rest));
  error << "there is no command called ':" << name << "'; ";
  if (std::optional<StringRef> similar = findSimilarName(name, names))
    error << "did you mean ':" << *similar << "'?";
  else
    error << "there are :" << llvm::join(names, ", :");
  return error;
}

LogicalResult Repl::expectEnd(StringRef argument) {
  if (argument.empty())
    return success();
  return files.emitError(getLoc(argument))
         << "expected nothing after the command, found '" << argument << "'";
}

LogicalResult Repl::help(StringRef argument) {
  if (failed(expectEnd(argument)))
    return failure();
  os << R"(Statements of RASP end with a semicolon, on the same line or a later one.
What they assign is shown on an example:
  set example "hello"          also: set s-op example, set selector example
  show example
  examples off                 also: s-op examples off, selector examples off
  full seq display on          a sequence of equal values in full
  draw(x, "hello");            the flow of the computation, as x.svg
  load "file";
  exit

Commands of the compiler, on names or other expressions:
)";
  constexpr size_t column = 29;
  for (const Command &command : getCommands()) {
    std::string usage =
        (":" + command.name + (command.argument.empty() ? "" : " ") +
         command.argument)
            .str();
    os << "  " << usage;
    os.indent(column - usage.size()) << command.help << '\n';
  }
  os << R"(
They compile for the tokens and the length of the example, :run also for those of
its input, or for what is set as in a file:
  # rasp: vocab = "abc", max_seq_len = 10, causal = True
)";
  return success();
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

FailureOr<StaticValue> Repl::evaluate(StringRef expression) {
  const Expr *expr =
      Parser(files, session.getAST(), expression).parseWholeExpression();
  if (!expr)
    return failure();
  return session.evaluate(expr, session.getGlobals());
}

FailureOr<Node *> Repl::evaluateSOp(StringRef expression) {
  if (expression.empty())
    return files.emitError(getLoc(expression))
           << "expected the name of an s-op after the command";
  FailureOr<StaticValue> value = evaluate(expression);
  if (failed(value))
    return failure();
  if (Node *sop = value->getSOp())
    return sop;
  InFlightDiagnostic error = files.emitError(getLoc(expression));
  error << "expected an s-op to compile, found " << describe(*value);
  if (value->getSelector())
    error << "; selector_width(" << expression
          << ") is an s-op that depends on it";
  else if (value->getFunction())
    error << "; compile what it gives, as in '" << expression << "(tokens)'";
  return error;
}

/// What an s-op is compiled for: the settings, and where they say nothing the
/// tokens and the length of the example, or of an input that is none for these.
FailureOr<ProgramContract> Repl::getContract(StringRef name,
                                             const Sequence *input) {
  auto hasExample = [&](const Scalar &token) {
    return llvm::is_contained(sopExample, token);
  };
  bool isForExample = !input || (input->size() <= sopExample.size() &&
                                 llvm::all_of(*input, hasExample));
  const Sequence &tokens = isForExample ? sopExample : *input;
  ProgramContract defaults;
  defaults.maxSeqLen = tokens.size();
  for (const Scalar &token : tokens)
    if (!llvm::is_contained(defaults.vocab, token))
      defaults.vocab.push_back(token);
  options.name = name.empty() ? "out" : name.str();
  return settings.getContract(&defaults);
}

static bool isSame(const ProgramContract &lhs, const ProgramContract &rhs) {
  auto tie = [](const ProgramContract &contract) {
    return std::tie(contract.name, contract.vocab, contract.maxSeqLen,
                    contract.causal, contract.bos, contract.pad,
                    contract.outputKind);
  };
  return tie(lhs) == tie(rhs);
}

FailureOr<StagedProgram *> Repl::getCompiled(Node *sop, const Sequence *input) {
  FailureOr<ProgramContract> contract = getContract(sop->name, input);
  if (failed(contract))
    return failure();
  for (const Compiled &known : compiled)
    if (known.sop == sop && isSame(known.contract, *contract))
      return known.program.get();

  Compiled made{sop, *contract, lowerToProgram(sop, *contract, sop->location),
                nullptr};
  if (!made.module)
    return failure();
  FailureOr<StagedProgram> program =
      StagedProgram::create(*made.module, /*name=*/"", pipeline, progress);
  if (failed(program))
    return failure();
  made.program = std::make_unique<StagedProgram>(std::move(*program));
  if (compiled.size() == maxCompiled)
    compiled.pop_front();
  compiled.push_back(std::move(made));
  return compiled.back().program.get();
}

static void printContract(raw_ostream &os, ArrayRef<Scalar> vocab,
                          uint64_t maxSeqLen, bool causal) {
  constexpr size_t maxTokens = 12;
  os << "vocab [";
  for (auto [index, token] : llvm::enumerate(vocab.take_front(maxTokens))) {
    os << (index ? ", " : "");
    frontend::print(os, token);
  }
  if (vocab.size() > maxTokens)
    os << ", ... " << vocab.size() << " in all";
  os << "], max_seq_len " << maxSeqLen << (causal ? ", causal" : "");
}

LogicalResult Repl::showSettings(StringRef argument) {
  if (failed(expectEnd(argument)))
    return failure();
  FailureOr<ProgramContract> contract = getContract("", /*input=*/nullptr);
  if (failed(contract))
    return failure();
  os.indent(indent);
  printContract(os, contract->vocab, contract->maxSeqLen, contract->causal);
  os << '\n';
  return success();
}

LogicalResult Repl::compile(StringRef argument) {
  FailureOr<Node *> sop = evaluateSOp(argument);
  if (failed(sop))
    return failure();
  FailureOr<StagedProgram *> program = getCompiled(*sop, /*input=*/nullptr);
  if (failed(program) || failed((*program)->getCompiled()))
    return failure();
  FailureOr<craft::TransformerShape> shape = (*program)->getShape();
  if (failed(shape))
    return failure();
  os.indent(indent) << (*program)->getName() << " is compiled for ";
  printContract(os, (*program)->getVocab(), (*program)->getMaxSeqLen(),
                shape->causal);
  os << '\n';
  return success();
}

LogicalResult Repl::showCost(StringRef argument) {
  FailureOr<Node *> sop = evaluateSOp(argument);
  if (failed(sop))
    return failure();
  FailureOr<StagedProgram *> program = getCompiled(*sop, /*input=*/nullptr);
  if (failed(program))
    return failure();
  FailureOr<craft::TransformerShape> shape = (*program)->getShape();
  if (failed(shape))
    return failure();
  os.indent(indent) << (*program)->getName() << ": ";
  shape->print(os);
  os << '\n';
  return success();
}

/// Splits `argument` at the word `separator` that stands outside of strings.
static std::pair<StringRef, StringRef> splitAtWord(StringRef argument,
                                                   StringRef separator) {
  bool inString = false;
  for (size_t i = 0; i < argument.size(); ++i) {
    if (argument[i] == '"')
      inString = !inString;
    StringRef rest = argument.drop_front(i);
    bool isWord = llvm::isSpace(argument[i]) &&
                  rest.drop_front().starts_with(separator) &&
                  (rest.size() == separator.size() + 1 ||
                   !llvm::isAlnum(rest[separator.size() + 1]));
    if (!inString && isWord)
      return {argument.take_front(i).rtrim(),
              rest.drop_front(separator.size() + 1).trim()};
  }
  return {argument, argument.take_back(0)};
}

LogicalResult Repl::showModule(StringRef argument) {
  auto [expression, stageName] = splitAtWord(argument, "at");
  FailureOr<Node *> sop = evaluateSOp(expression);
  if (failed(sop))
    return failure();
  Stage stage = Stage::Rasp;
  if (!stageName.empty()) {
    SmallVector<StringRef> names;
    std::optional<Stage> found;
    for (Stage candidate : getStages()) {
      names.push_back(getStageName(candidate));
      if (stageName == names.back())
        found = candidate;
    }
    if (!found)
      return files.emitError(getLoc(stageName))
             << "expected a stage after 'at', found '" << stageName
             << "'; there are " << llvm::join(names, ", ");
    stage = *found;
  }
  FailureOr<StagedProgram *> program = getCompiled(*sop, /*input=*/nullptr);
  if (failed(program))
    return failure();
  FailureOr<ModuleOp> module = (*program)->getModule(stage);
  if (failed(module))
    return failure();
  module->print(os);
  os << '\n';
  return success();
}

LogicalResult Repl::runCompiled(StringRef argument) {
  auto [expression, inputText] = splitAtWord(argument, "on");
  FailureOr<Node *> sop = evaluateSOp(expression);
  if (failed(sop))
    return failure();
  Sequence input = sopExample;
  if (!inputText.empty()) {
    FailureOr<StaticValue> value = evaluate(inputText);
    if (failed(value))
      return failure();
    FailureOr<Sequence> tokens = session.getInput(*value, getLoc(inputText));
    if (failed(tokens))
      return failure();
    input = std::move(*tokens);
  }
  FailureOr<StagedProgram *> program = getCompiled(*sop, &input);
  if (failed(program))
    return failure();
  SMLoc loc = getLoc(inputText.empty() ? expression : inputText);
  for (const Scalar &token : input)
    if (!llvm::is_contained((*program)->getVocab(), token)) {
      InFlightDiagnostic error = files.emitError(loc);
      error << "expected tokens of the vocabulary, found "
            << describe(StaticValue(token))
            << "; :settings tells what s-ops are compiled for";
      return error;
    }
  if (input.size() > (*program)->getMaxSeqLen())
    return files.emitError(loc)
           << "expected at most " << (*program)->getMaxSeqLen()
           << " tokens, found " << input.size()
           << "; '# rasp: max_seq_len = " << input.size()
           << "' compiles for more";
  FailureOr<std::vector<Sequence>> outputs =
      (*program)->run(Stage::Linalg, input);
  if (failed(outputs))
    return failure();
  FailureOr<bool> isRounded = (*program)->isRounded(Stage::Linalg);
  if (failed(isRounded))
    return failure();
  bool isName = llvm::all_of(
      expression, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  os.indent(indent) << (isName ? "" : "(") << expression
                    << (isName ? "(" : ")(") << formatInput(input) << ") = "
                    << formatSequence(outputs->front(), display, *isRounded)
                    << '\n';
  return success();
}
