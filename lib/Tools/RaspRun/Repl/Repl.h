//===- Repl.h - RASP, statement by statement ------------------ -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPRUN_REPL_REPL_H
#define RASP_LIB_TOOLS_RASPRUN_REPL_REPL_H

#include "../StagedProgram.h"
#include "ValueDisplay.h"

#include "rasp/Import/ProgramSettings.h"

#include "llvm/Support/SourceMgr.h"

#include <deque>

namespace mlir::rasp {

class LineReader;

/// An interactive interpreter of RASP source, which also compiles what it
/// knows. An entry that fails has printed an error and changed nothing.
class Repl {
public:
  /// `options` are those of RASP source, `pipeline` those of the compiler.
  Repl(MLIRContext *context, ImportOptions options, StringRef pipeline,
       raw_ostream &os);

  /// Reads a file, as if its statements were entered, but without a word.
  LogicalResult load(StringRef file);

  /// Answers what is entered until that ends. Fails if an entry did, and nobody
  /// was there to see it.
  LogicalResult run();

private:
  using Node = frontend::Node;
  using StaticValue = frontend::StaticValue;

  /// A colon command: what follows its name is the argument.
  struct Command {
    StringLiteral name;
    StringLiteral argument;
    StringLiteral help;
    LogicalResult (Repl::*run)(StringRef argument);
  };
  static ArrayRef<Command> getCommands();

  /// An s-op, compiled for a contract.
  struct Compiled {
    Node *sop;
    frontend::ProgramContract contract;
    OwningOpRef<ModuleOp> module;
    std::unique_ptr<StagedProgram> program;
  };

  // Entries.
  bool isUnfinished(StringRef entry) const;
  LogicalResult enter(StringRef entry);
  LogicalResult runStatements(unsigned buffer);
  LogicalResult run(const frontend::Stmt *statement);
  LogicalResult run(const frontend::CommandStmt *command);
  LogicalResult draw(Node *sop, const Sequence *input,
                     const frontend::DrawStmt *statement);
  std::vector<std::string> complete(StringRef text, StringRef word);

  // What is shown.
  void show(StringRef name, const StaticValue &value);
  void showExample(StringRef name, Node *node);

  // Colon commands.
  LogicalResult runCommand(StringRef line);
  LogicalResult help(StringRef argument);
  LogicalResult showSettings(StringRef argument);
  LogicalResult compile(StringRef argument);
  LogicalResult showCost(StringRef argument);
  LogicalResult showModule(StringRef argument);
  LogicalResult runCompiled(StringRef argument);

  unsigned addEntry(StringRef text);
  LogicalResult expectEnd(StringRef argument);
  /// The value of an expression that is a part of an entry.
  FailureOr<StaticValue> evaluate(StringRef expression);
  FailureOr<Node *> evaluateSOp(StringRef expression);
  FailureOr<frontend::ProgramContract> getContract(StringRef name,
                                                   const Sequence *input);
  FailureOr<StagedProgram *> getCompiled(Node *sop, const Sequence *input);
  SMLoc getLoc(StringRef text) const {
    return SMLoc::getFromPointer(text.data());
  }

  ImportOptions options;
  std::string pipeline;
  raw_ostream &os;
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler;
  frontend::SourceFiles files;
  frontend::Session session;
  unsigned numEntries = 0;
  frontend::ProgramSettings settings;
  Progress progress;

  /// What s-ops and selectors are shown on.
  Sequence sopExample, selectorExample;
  bool showsSOps = true, showsSelectors = true;
  DisplayOptions display;
  bool exited = false;
  /// The latest, the last one at the end.
  std::deque<Compiled> compiled;
};

} // namespace mlir::rasp

#endif // RASP_LIB_TOOLS_RASPRUN_REPL_REPL_H
