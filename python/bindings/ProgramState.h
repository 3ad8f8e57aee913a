//===- ProgramState.h - A program that is being built -----------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_PROGRAMSTATE_H
#define RASP_PYTHON_BINDINGS_PROGRAMSTATE_H

#include "Diagnostics.h"
#include "Scalars.h"
#include "Storage.h"

#include "rasp/Dialect/Rasp/Analysis/DomainAnalysis.h"
#include "rasp/Dialect/Rasp/IR/RaspDialect.h"
#include "rasp/Reference/Interpreter.h"

namespace mlir::rasp::python {

/// The places in the user's source that asked for an op: that of the op first,
/// then those of the calls that it was made in. None if nothing is known.
using SourceLocation = std::vector<Report::Place>;

Location getLocation(const SourceLocation &places, MLIRContext *context);

/// What a program promises of its inputs.
struct ProgramContract {
  std::string name;
  std::vector<DetachedScalar> vocab;
  std::string elementType;
  int64_t maxSeqLen;
  bool causal;
  std::string bos, pad;
};

/// A program with what is known of its values so far. Has no need of the GIL;
/// of one thread at a time, the one that holds the lock.
class ProgramState {
public:
  /// Throws a CompilerError if the contract is none.
  ProgramState(const ProgramContract &contract, const SourceLocation &location);

  std::mutex mutex;

  /// Raises ValueError after `finish`.
  void checkUnfinished() const;

  MLIRContext *getContext() { return &storage->context; }
  const std::shared_ptr<Storage> &getStorage() const { return storage; }
  Value getTokens() { return program.getProgramBody().getArgument(0); }

  /// "i1", "i64", "f64", "str" or "any" as a type, and the other way around.
  /// Raises ValueError if it is none.
  Type getElementType(StringRef name);
  static StringRef getElementTypeName(Type type);
  SOpType getSOpType(StringRef elementType) {
    return SOpType::get(getElementType(elementType));
  }

  /// Adds the op that `create` makes, at `location`, and returns its result.
  /// Throws a CompilerError, and adds nothing, if `create` returns null after
  /// an error or if the op does not verify.
  Value add(const SourceLocation &location,
            function_ref<Operation *(OpBuilder &, Location)> create,
            std::vector<Report> &warnings);

  const SOpFacts &getFacts(Value sop) const {
    return std::get<SOpFacts>(inference->get(sop));
  }
  const SelectorFacts &getSelectorFacts(Value selector) const {
    return std::get<SelectorFacts>(inference->get(selector));
  }
  const DomainInference &getInference() const { return *inference; }

  /// Throws a CompilerError if `tokens` is no input of the program.
  void setInput(ArrayRef<DetachedScalar> tokens);
  /// The value on the input, valid until the next call. Throws a CompilerError,
  /// and raises ValueError if there is no input.
  const EvaluationValue &evaluate(Value value);

  /// Ends the program and gives it away. Throws a CompilerError, and leaves the
  /// program as it was, if it does not verify.
  std::shared_ptr<Storage> finish(Value output, StringRef outputKind);

private:
  std::shared_ptr<Storage> storage;
  ProgramOp program;
  std::optional<DomainInference> inference;
  std::optional<IncrementalInterpreter> interpreter;
};

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_PROGRAMSTATE_H
