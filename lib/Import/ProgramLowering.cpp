//===- ProgramLowering.cpp - From s-ops to a program of the dialect -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/ProgramLowering.h"
#include "MapBuilder.h"
#include "ProgramBuilder.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

OwningOpRef<ModuleOp>
mlir::rasp::frontend::lowerToProgram(Node *output,
                                     const ProgramContract &contract,
                                     Location location) {
  MLIRContext *context = location.getContext();
  OwningOpRef<ModuleOp> module = ModuleOp::create(location);
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());

  Type tokenType =
      SOpType::get(frontend::getElementType(context, contract.vocab));
  SmallVector<Attribute> vocab;
  for (const Scalar &token : contract.vocab)
    vocab.push_back(getScalarAttribute(
        context,
        convertTo(token, cast<SOpType>(tokenType).getElementType())));
  auto program = ProgramOp::create(
      builder, location, contract.name,
      builder.getFunctionType(tokenType, tokenType),
      /*sym_visibility=*/StringAttr(), builder.getArrayAttr(vocab),
      contract.maxSeqLen, contract.causal, contract.bos, contract.pad,
      /*output=*/StringAttr(), /*arg_attrs=*/ArrayAttr(),
      /*res_attrs=*/ArrayAttr());
  program.getBody().emplaceBlock().addArgument(tokenType, location);

  Value result = ProgramBuilder(program).lower(output);
  if (!result)
    return nullptr;
  program.setFunctionType(
      builder.getFunctionType(tokenType, result.getType()));
  builder.setInsertionPointToEnd(&program.getBody().front());
  ReturnOp::create(builder, output->location, result);
  // What another form of its reader left over.
  Block &body = program.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (isOpTriviallyDead(&op))
      op.erase();
  if (failed(verify(*module)))
    return nullptr;
  return module;
}
