//===- Interpreter.cpp - The reference interpreter ------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Reference/Interpreter.h"
#include "rasp/Reference/ScalarAttrInterface.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::rasp;

#include "rasp/Reference/EvaluableOpInterface.cpp.inc"

namespace {
/// Walks the block of a program, and those of the functions that it calls.
class Evaluator {
public:
  Evaluator(const EvaluationContext &context, EvaluationObserver observer)
      : context(context), observer(observer) {}

  /// Runs `block` and appends what its terminator returns to `results`.
  LogicalResult run(Block &block, ArrayRef<EvaluationValue> arguments,
                    SmallVectorImpl<EvaluationValue> &results);

  /// Computes the results of `op`, or what it returns if it is a terminator.
  LogicalResult evaluate(Operation *op, ArrayRef<EvaluationValue> operands,
                         SmallVectorImpl<EvaluationValue> &results);

private:
  LogicalResult call(CallOpInterface call, ArrayRef<EvaluationValue> operands,
                     SmallVectorImpl<EvaluationValue> &results);

  const EvaluationContext &context;
  EvaluationObserver observer;
  /// The functions that are being evaluated, the innermost last.
  SmallVector<Operation *> callees;
  SymbolTableCollection symbolTables;
};
} // namespace

LogicalResult Evaluator::run(Block &block, ArrayRef<EvaluationValue> arguments,
                             SmallVectorImpl<EvaluationValue> &results) {
  DenseMap<Value, EvaluationValue> values;
  for (auto [argument, value] :
       llvm::zip_equal(block.getArguments(), arguments))
    values.try_emplace(argument, value);

  for (Operation &op : block) {
    SmallVector<EvaluationValue> operands;
    for (Value operand : op.getOperands()) {
      auto it = values.find(operand);
      if (it == values.end())
        return op.emitOpError("uses a value from outside of the block, which "
                              "the interpreter cannot evaluate");
      operands.push_back(it->second);
    }
    // A selector of a long input is large: keep it no longer than it is used.
    for (Value operand : op.getOperands())
      if (llvm::all_of(operand.getUsers(), [&](Operation *user) {
            return user == &op ||
                   (user->getBlock() == &block && user->isBeforeInBlock(&op));
          }))
        values.erase(operand);
    SmallVector<EvaluationValue> opResults;
    if (failed(evaluate(&op, operands, opResults)))
      return failure();
    if (observer)
      observer(&op, opResults);
    if (op.hasTrait<OpTrait::IsTerminator>()) {
      results.append(std::make_move_iterator(opResults.begin()),
                     std::make_move_iterator(opResults.end()));
      return success();
    }
    assert(opResults.size() == op.getNumResults() &&
           "an evaluation must give a value for each result");
    for (auto [result, value] : llvm::zip_equal(op.getResults(), opResults))
      values.try_emplace(result, std::move(value));
  }
  return block.getParentOp()->emitOpError("has no terminator");
}

LogicalResult Evaluator::evaluate(Operation *op,
                                  ArrayRef<EvaluationValue> operands,
                                  SmallVectorImpl<EvaluationValue> &results) {
  if (auto evaluable = dyn_cast<EvaluableOpInterface>(op))
    return evaluable.evaluate(operands, context, results);
  if (auto callOp = dyn_cast<CallOpInterface>(op))
    return call(callOp, operands, results);
  if (op->hasTrait<OpTrait::ReturnLike>()) {
    results.append(operands.begin(), operands.end());
    return success();
  }
  return op->emitOpError("cannot be evaluated by the reference interpreter");
}

LogicalResult Evaluator::call(CallOpInterface call,
                              ArrayRef<EvaluationValue> operands,
                              SmallVectorImpl<EvaluationValue> &results) {
  auto callee = dyn_cast_or_null<CallableOpInterface>(
      call.resolveCallableInTable(&symbolTables));
  Region *region = callee ? callee.getCallableRegion() : nullptr;
  if (!region)
    return call.emitOpError("calls something that has no body here");
  if (llvm::is_contained(callees, callee.getOperation())) {
    InFlightDiagnostic diagnostic =
        call.emitOpError("calls a function that is being evaluated already");
    diagnostic.attachNote(callee.getLoc())
        << "a program computes in a fixed number of steps, so that no function "
           "can call itself";
    return diagnostic;
  }
  if (!region->hasOneBlock()) {
    InFlightDiagnostic diagnostic =
        call.emitOpError("calls a function with control flow");
    diagnostic.attachNote(callee.getLoc()) << "expected a body of one block";
    return diagnostic;
  }
  callees.push_back(callee);
  LogicalResult result = run(region->front(), operands, results);
  callees.pop_back();
  return result;
}

/// Finds each token in the vocabulary of `program`. The tokens found are the
/// vocabulary's own: 1 and 1.0 are equal but not of one kind.
static LogicalResult checkInput(ProgramOpInterface program,
                                ArrayRef<Scalar> tokens,
                                std::vector<Scalar> &vocabularyTokens,
                                std::vector<int64_t> &tokenIds) {
  if (tokens.empty())
    return program.emitError("the input is empty; expected at least one token");
  if (tokens.size() > program.getMaxSeqLen())
    return program.emitError("the input has ")
           << tokens.size() << " tokens; the program's max_seq_len is "
           << program.getMaxSeqLen();

  std::vector<std::pair<Scalar, int64_t>> vocabulary;
  for (auto [id, entry] : llvm::enumerate(program.getVocab())) {
    std::optional<Scalar> token = getScalar(entry);
    if (!token)
      return program.emitError("the vocabulary entry ")
             << entry << " is not a value of the language";
    vocabulary.emplace_back(*token, id);
  }
  llvm::sort(vocabulary);
  for (auto [position, token] : llvm::enumerate(tokens)) {
    auto it = llvm::lower_bound(vocabulary, std::make_pair(token, int64_t(0)));
    if (it == vocabulary.end() || it->first != token) {
      InFlightDiagnostic diagnostic = program.emitError("the input token ")
                                      << token.str() << " at position "
                                      << position
                                      << " is not in the vocabulary";
      diagnostic.attachNote() << "the vocabulary is " << program.getVocab();
      return diagnostic;
    }
    vocabularyTokens.push_back(it->first);
    tokenIds.push_back(it->second);
  }
  return success();
}

FailureOr<Sequence> mlir::rasp::interpret(ProgramOpInterface program,
                                          ArrayRef<Scalar> tokens,
                                          EvaluationObserver observer) {
  std::vector<Scalar> vocabularyTokens;
  std::vector<int64_t> tokenIds;
  if (failed(checkInput(program, tokens, vocabularyTokens, tokenIds)))
    return failure();

  EvaluationContext context;
  context.tokens = vocabularyTokens;
  context.tokenIds = tokenIds;
  context.causal = program.getCausal();

  Block &body = program.getProgramBody();
  SmallVector<EvaluationValue> arguments(body.getNumArguments(),
                                         vocabularyTokens);
  SmallVector<EvaluationValue> results;
  if (failed(Evaluator(context, observer).run(body, arguments, results)))
    return failure();
  if (results.size() != 1 || !std::holds_alternative<Sequence>(results.front()))
    return program.emitError("the program does not return one sequence");
  return std::get<Sequence>(std::move(results.front()));
}

FailureOr<IncrementalInterpreter>
IncrementalInterpreter::create(ProgramOpInterface program,
                               ArrayRef<Scalar> tokens) {
  IncrementalInterpreter interpreter;
  if (failed(checkInput(program, tokens, interpreter.tokens,
                        interpreter.tokenIds)))
    return failure();
  interpreter.causal = program.getCausal();
  for (BlockArgument argument : program.getProgramBody().getArguments())
    interpreter.values.try_emplace(argument, interpreter.tokens);
  return interpreter;
}

FailureOr<const EvaluationValue *>
IncrementalInterpreter::evaluate(Value value) {
  EvaluationContext context;
  context.tokens = tokens;
  context.tokenIds = tokenIds;
  context.causal = causal;
  Evaluator evaluator(context, /*observer=*/nullptr);

  // An op is done once those that define its operands are.
  SmallVector<Value> wanted = {value};
  while (!wanted.empty()) {
    Value next = wanted.back();
    if (values.contains(next)) {
      wanted.pop_back();
      continue;
    }
    Operation *op = next.getDefiningOp();
    if (!op)
      return emitError(next.getLoc())
             << "a value from outside of the program cannot be evaluated";
    SmallVector<EvaluationValue> operands;
    for (Value operand : op->getOperands()) {
      auto found = values.find(operand);
      if (found == values.end())
        wanted.push_back(operand);
      else
        operands.push_back(found->second);
    }
    if (operands.size() != op->getNumOperands())
      continue;
    SmallVector<EvaluationValue> results;
    if (failed(evaluator.evaluate(op, operands, results)))
      return failure();
    for (auto [result, resultValue] :
         llvm::zip_equal(op->getResults(), results))
      values.try_emplace(result, std::move(resultValue));
  }
  return &values.find(value)->second;
}

/// The name of `program`, with its sign.
static std::string nameOf(ProgramOpInterface program) {
  auto symbol = dyn_cast<SymbolOpInterface>(program.getOperation());
  return symbol ? ("@" + symbol.getName()).str() : "without a name";
}

ProgramOpInterface mlir::rasp::findProgram(ModuleOp module, StringRef name) {
  SmallVector<ProgramOpInterface> programs(module.getOps<ProgramOpInterface>());
  if (name.empty() && programs.size() == 1)
    return programs.front();
  for (ProgramOpInterface program : programs)
    if (!name.empty() && nameOf(program) == ("@" + name).str())
      return program;

  InFlightDiagnostic diagnostic = module.emitError();
  if (programs.empty()) {
    diagnostic << "expected a program in the module, found none";
    return nullptr;
  }
  if (name.empty())
    diagnostic << "the module has " << programs.size()
               << " programs; name the one that is meant";
  else
    diagnostic << "the module has no program @" << name;
  for (ProgramOpInterface program : programs)
    diagnostic.attachNote(program.getLoc()) << "program " << nameOf(program);
  return nullptr;
}
