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

/// Infers the value of every op of `program` into `values`. A program is one
/// block without branches: one walk in order is the fixpoint.
static LogicalResult analyze(ProgramOp program, uint64_t maxCombinations,
                             bool diagnose,
                             DenseMap<Value, AbstractValue> &values) {
  DomainContext context;
  context.maxCombinations = maxCombinations;
  context.maxSeqLen = program.getMaxSeqLen();
  context.causal = program.getCausal();
  context.diagnose = diagnose;
  context.lookup = [&](Value value) -> const AbstractValue * {
    auto found = values.find(value);
    return found == values.end() ? nullptr : &found->second;
  };

  Block &body = program.getProgramBody();
  for (BlockArgument argument : body.getArguments())
    values[argument] = getArgumentFacts(program);
  for (Operation &op : body) {
    auto domainOp = dyn_cast<DomainOpInterface>(op);
    if (!domainOp) {
      for (Value result : op.getResults())
        values[result] = getUnknown(result.getType(), context.maxSeqLen);
      continue;
    }
    SmallVector<AbstractValue> operands;
    for (Value operand : op.getOperands())
      operands.push_back(values.lookup(operand));
    values[op.getResult(0)] = domainOp.inferDomain(operands, context);
  }
  return failure(context.failed);
}

DomainAnalysis::DomainAnalysis(Operation *program, uint64_t maxCombinations)
    : program(program), maxCombinations(maxCombinations) {
  (void)analyze(cast<ProgramOp>(program), maxCombinations, /*diagnose=*/false,
                values);
}

LogicalResult DomainAnalysis::diagnose() const {
  DenseMap<Value, AbstractValue> again;
  return analyze(cast<ProgramOp>(program), maxCombinations, /*diagnose=*/true,
                 again);
}

const SOpFacts &DomainAnalysis::getFacts(Value sop) const {
  auto found = values.find(sop);
  assert(found != values.end() && "not a value of the analyzed program");
  return *std::get_if<SOpFacts>(&found->second);
}

const SelectorFacts &DomainAnalysis::getSelectorFacts(Value selector) const {
  auto found = values.find(selector);
  assert(found != values.end() && "not a value of the analyzed program");
  return *std::get_if<SelectorFacts>(&found->second);
}
