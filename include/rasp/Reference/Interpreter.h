//===- Interpreter.h - The reference interpreter -------------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_REFERENCE_INTERPRETER_H
#define RASP_REFERENCE_INTERPRETER_H

#include "rasp/Reference/EvaluableOpInterface.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::rasp {

/// Called after each op with the values of its results.
using EvaluationObserver =
    llvm::function_ref<void(Operation *op, ArrayRef<EvaluationValue> results)>;

/// Runs `program` (a program in the rasp dialect, or a craft program at any
/// of its stages) on one input sequence without BOS and returns the output
/// sequence. Fails with a diagnostic if a token is not in the vocabulary, the
/// sequence is empty or longer than `max_seq_len`, or an op is undefined on
/// a value that it meets.
FailureOr<Sequence> interpret(ProgramOpInterface program,
                              ArrayRef<Scalar> tokens,
                              EvaluationObserver observer = nullptr);

/// Evaluates the values of a program one by one on one input: those of a
/// program that is being built, or of which not all are wanted. No op is
/// evaluated twice.
class IncrementalInterpreter {
public:
  /// Fails with a diagnostic if `tokens` is no input of `program`. The body of
  /// the program may grow.
  static FailureOr<IncrementalInterpreter> create(ProgramOpInterface program,
                                                  ArrayRef<Scalar> tokens);

  /// The value of `value`, a value of the program's body, valid until the next
  /// call. Fails with a diagnostic at an op that is undefined on a value that
  /// it meets.
  FailureOr<const EvaluationValue *> evaluate(Value value);

private:
  IncrementalInterpreter() = default;

  std::vector<Scalar> tokens;
  std::vector<int64_t> tokenIds;
  bool causal = false;
  llvm::DenseMap<Value, EvaluationValue> values;
};

/// The program of `module`: the only op that implements ProgramOpInterface,
/// or the one with the given symbol name. Emits an error and returns null if
/// there is none, or several and no name is given.
ProgramOpInterface findProgram(ModuleOp module, StringRef name = "");

} // namespace mlir::rasp

#endif // RASP_REFERENCE_INTERPRETER_H
