//===- OutlineKernels.cpp - One function for equal loops --------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layers of a model are padded to the same sizes, so that they consist of
// the same ops. With a function for each different op, machine code is
// generated once and not for each layer.
//
//===----------------------------------------------------------------------===//

#include "ExecutionPipeline.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlir::rasp;

namespace {

struct OutlineKernelsPass
    : PassWrapper<OutlineKernelsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(OutlineKernelsPass)

  StringRef getArgument() const override { return "rasp-outline-kernels"; }
  void runOnOperation() override;
};

} // namespace

/// A function that does what `op` does, with the values that `op` uses as its
/// arguments. Constants are not passed but copied.
static func::FuncOp createKernel(linalg::GenericOp op,
                                 SmallVectorImpl<Value> &arguments) {
  llvm::SetVector<Value> used(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op.getRegion(), used);
  SmallVector<Operation *> constants;
  for (Value value : used) {
    if (matchPattern(value, m_Constant()))
      constants.push_back(value.getDefiningOp());
    else
      arguments.push_back(value);
  }

  Builder builder(op.getContext());
  auto kernel = func::FuncOp::create(
      op.getLoc(), "kernel",
      builder.getFunctionType(ValueRange(arguments).getTypes(), {}));
  kernel.setPrivate();
  OpBuilder body = OpBuilder::atBlockBegin(kernel.addEntryBlock());
  IRMapping mapping;
  mapping.map(arguments, kernel.getArguments());
  for (Operation *constant : constants)
    body.clone(*constant, mapping);
  body.clone(*op, mapping);
  func::ReturnOp::create(body, op.getLoc());
  return kernel;
}

void OutlineKernelsPass::runOnOperation() {
  SmallVector<linalg::GenericOp> ops;
  getOperation().walk([&](linalg::GenericOp op) {
    if (op.hasPureBufferSemantics())
      ops.push_back(op);
  });
  SymbolTable symbols(getOperation());
  llvm::StringMap<func::FuncOp> kernels;
  for (linalg::GenericOp op : ops) {
    SmallVector<Value> arguments;
    func::FuncOp kernel = createKernel(op, arguments);
    // Two functions that read alike are alike.
    std::string text;
    llvm::raw_string_ostream os(text);
    kernel->print(os, OpPrintingFlags().useLocalScope());
    auto [it, isNew] = kernels.try_emplace(text, kernel);
    if (isNew)
      symbols.insert(kernel);
    else
      kernel->destroy();
    OpBuilder builder(op);
    func::CallOp::create(builder, op.getLoc(), it->second, arguments);
    op.erase();
  }
}

std::unique_ptr<Pass> mlir::rasp::createOutlineKernelsPass() {
  return std::make_unique<OutlineKernelsPass>();
}
