//===- DomainAnalysis.cpp - The values that s-ops can take ----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/Analysis/DomainAnalysis.h"

using namespace mlir;
using namespace mlir::rasp;

/// What the contract of `program` says of its argument.
static SOpFacts getArgumentFacts(ProgramOp program) {
  std::vector<Scalar> tokens;
  for (Attribute token : program.getVocab())
    if (std::optional<Scalar> value = getScalar(token))
      tokens.push_back(*value);
  SOpFacts facts;
  facts.domain = Domain::finite(tokens);
  facts.samePerPosition = tokens.size() == 1 || program.getMaxSeqLen() == 1;
  facts.distinctPerPosition = program.getMaxSeqLen() == 1;
  return facts;
}

/// What is known of a value of `type` that an op without domain made, such as
/// a call that was not inlined.
static AbstractValue getUnknown(Type type, uint64_t maxSeqLen) {
  if (isa<SelectorType>(type)) {
    SelectorFacts facts;
    facts.maxWidth = maxSeqLen;
    return facts;
  }
  SOpFacts facts;
  facts.domain = Domain::any();
  return facts;
}

//===----------------------------------------------------------------------===//
// DomainInference
//===----------------------------------------------------------------------===//

DomainInference::DomainInference(ProgramOp program, uint64_t maxCombinations,
                                 bool diagnose) {
  context.maxCombinations = maxCombinations;
  context.maxSeqLen = program.getMaxSeqLen();
  context.causal = program.getCausal();
  context.diagnose = diagnose;
  for (BlockArgument argument : program.getProgramBody().getArguments())
    values[argument] = getArgumentFacts(program);
}

DomainContext DomainInference::getContext() const {
  DomainContext result = context;
  result.lookup = [this](Value value) -> const AbstractValue * {
    auto found = values.find(value);
    return found == values.end() ? nullptr : &found->second;
  };
  return result;
}

void DomainInference::infer(Operation *op) {
  auto domainOp = dyn_cast<DomainOpInterface>(op);
  if (!domainOp) {
    for (Value result : op->getResults())
      values[result] = getUnknown(result.getType(), context.maxSeqLen);
    return;
  }
  SmallVector<AbstractValue> operands;
  for (Value operand : op->getOperands())
    operands.push_back(values.lookup(operand));
  DomainContext opContext = getContext();
  values[op->getResult(0)] = domainOp.inferDomain(operands, opContext);
  context.failed = opContext.failed;
}

const AbstractValue &DomainInference::get(Value value) const {
  auto found = values.find(value);
  assert(found != values.end() && "not an inferred value of the program");
  return found->second;
}

std::optional<std::vector<SmallVector<Scalar>>>
DomainInference::listCombinations(ValueRange inputs, uint64_t limit) const {
  SmallVector<AbstractValue> operands;
  for (Value input : inputs)
    operands.push_back(get(input));
  return rasp::listCombinations(inputs, operands, getContext(), limit);
}

//===----------------------------------------------------------------------===//
// DomainAnalysis
//===----------------------------------------------------------------------===//

/// Infers every value of `program`, a block without branches: one walk in order
/// is the fixpoint.
static DomainInference inferAll(ProgramOp program, uint64_t maxCombinations,
                                bool diagnose) {
  DomainInference inference(program, maxCombinations, diagnose);
  for (Operation &op : program.getProgramBody())
    inference.infer(&op);
  return inference;
}

DomainAnalysis::DomainAnalysis(Operation *program, uint64_t maxCombinations)
    : program(cast<ProgramOp>(program)), maxCombinations(maxCombinations),
      inference(inferAll(this->program, maxCombinations, /*diagnose=*/false)) {}

LogicalResult DomainAnalysis::diagnose() const {
  return failure(
      inferAll(program, maxCombinations, /*diagnose=*/true).hasFailed());
}

const SOpFacts &DomainAnalysis::getFacts(Value sop) const {
  return *std::get_if<SOpFacts>(&inference.get(sop));
}

const SelectorFacts &DomainAnalysis::getSelectorFacts(Value selector) const {
  return *std::get_if<SelectorFacts>(&inference.get(selector));
}
