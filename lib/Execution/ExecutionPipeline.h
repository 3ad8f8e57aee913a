//===- ExecutionPipeline.h - From linalg to machine code --------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_EXECUTION_EXECUTIONPIPELINE_H
#define RASP_LIB_EXECUTION_EXECUTIONPIPELINE_H

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"

namespace mlir::rasp {

/// Registers what the pipeline and the translation to LLVM IR need.
void registerExecutionDialects(DialectRegistry &registry);

/// Replaces each linalg.generic on buffers by a call of a function, the same
/// one for equal ops.
std::unique_ptr<Pass> createOutlineKernelsPass();

/// Lowers linalg.generic on buffers to loops over vectors; see there.
std::unique_ptr<Pass> createVectorizeLoopsPass();

/// Lowers functions on tensors whose results are stored in arguments to the
/// LLVM dialect. Sums keep their order, and nothing is contracted: the machine
/// code computes what linalg says, bit by bit, except for exp.
void buildExecutionPipeline(OpPassManager &passManager);

} // namespace mlir::rasp

#endif // RASP_LIB_EXECUTION_EXECUTIONPIPELINE_H
