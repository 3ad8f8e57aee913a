//===- ProgramLowering.cpp - From s-ops to a program ----------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/ProgramLowering.h"
#include "MapBuilder.h"
#include "ProgramBuilder.h"

#include "rasp/Reference/Interpreter.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

/// A program in `module` with the contract, that computes nothing yet.
static ProgramOp startProgram(ModuleOp module,
                              const ProgramContract &contract) {
  MLIRContext *context = module.getContext();
  Location location = module.getLoc();
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Type elementType = frontend::getElementType(context, contract.vocab);
  SmallVector<Attribute> vocab;
  for (const Scalar &token : contract.vocab)
    vocab.push_back(getScalarAttribute(context, convertTo(token, elementType)));
  Type tokenType = SOpType::get(elementType);
  auto program = ProgramOp::create(
      builder, location, contract.name,
      builder.getFunctionType(tokenType, tokenType),
      /*sym_visibility=*/StringAttr(), builder.getArrayAttr(vocab),
      contract.maxSeqLen, contract.causal, contract.bos, contract.pad,
      contract.outputKind.empty() ? StringAttr()
                                  : builder.getStringAttr(contract.outputKind),
      /*arg_attrs=*/ArrayAttr(),
      /*res_attrs=*/ArrayAttr());
  program.getBody().emplaceBlock().addArgument(tokenType, location);
  return program;
}

OwningOpRef<ModuleOp> mlir::rasp::frontend::lowerToProgram(
    Node *output, const ProgramContract &contract, Location location) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(location);
  ProgramOp program = startProgram(*module, contract);
  Value result = ProgramBuilder(program).lower(output);
  if (!result)
    return nullptr;
  Block &body = program.getBody().front();
  OpBuilder builder = OpBuilder::atBlockEnd(&body);
  program.setFunctionType(
      builder.getFunctionType(body.getArgument(0).getType(), result.getType()));
  ReturnOp::create(builder, output->location, result);
  // What another form of its reader left over.
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
  if (failed(verify(*module)))
    return nullptr;
  return module;
}

FailureOr<std::vector<EvaluationValue>>
mlir::rasp::frontend::evaluateOn(ArrayRef<Node *> nodes,
                                 ArrayRef<Scalar> tokens, Location location) {
  ProgramContract contract;
  contract.maxSeqLen = tokens.size();
  for (const Scalar &token : tokens)
    if (!llvm::is_contained(contract.vocab, token))
      contract.vocab.push_back(token);
  OwningOpRef<ModuleOp> module = ModuleOp::create(location);
  ProgramOp program = startProgram(*module, contract);
  ProgramBuilder builder(program);
  SmallVector<Value> values;
  for (Node *node : nodes) {
    Value value = builder.lower(node);
    if (!value)
      return failure();
    values.push_back(value);
  }
  auto interpreter = IncrementalInterpreter::create(program, tokens);
  if (failed(interpreter))
    return failure();
  std::vector<EvaluationValue> results;
  for (Value value : values) {
    FailureOr<const EvaluationValue *> result = interpreter->evaluate(value);
    if (failed(result))
      return failure();
    results.push_back(**result);
  }
  return results;
}

FailureOr<EvaluationValue>
mlir::rasp::frontend::evaluateOn(Node *node, ArrayRef<Scalar> tokens,
                                 Location location) {
  FailureOr<std::vector<EvaluationValue>> values =
      evaluateOn(ArrayRef<Node *>(node), tokens, location);
  if (failed(values))
    return failure();
  return std::move(values->front());
}
