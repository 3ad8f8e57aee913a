//===- ProgramLowering.h - From s-ops to a program --------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_IMPORT_PROGRAMLOWERING_H
#define RASP_IMPORT_PROGRAMLOWERING_H

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"
#include "rasp/Import/StaticValue.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlir::rasp::frontend {

/// What a program is compiled for.
struct ProgramContract {
  std::string name = "program";
  std::vector<Scalar> vocab;
  uint64_t maxSeqLen = 1;
  bool causal = false;
  std::string bos = "BOS";
  std::string pad = "PAD";
  /// "categorical" or "numerical"; empty where the compiler chooses.
  std::string outputKind;
};

/// A module with the `rasp.program` that computes the s-op `output`, and what
/// it needs. Emits an error where an s-op cannot be computed on inputs that the
/// contract allows, a warning where it is undefined on some.
OwningOpRef<ModuleOp> lowerToProgram(Node *output,
                                     const ProgramContract &contract,
                                     Location location);

/// The value of an s-op or a selector on one input, tokens of one kind. Emits
/// an error where it has none.
FailureOr<EvaluationValue> evaluateOn(Node *node, ArrayRef<Scalar> tokens,
                                      Location location);

/// Likewise, the values of several.
FailureOr<std::vector<EvaluationValue>>
evaluateOn(ArrayRef<Node *> nodes, ArrayRef<Scalar> tokens, Location location);

} // namespace mlir::rasp::frontend

#endif // RASP_IMPORT_PROGRAMLOWERING_H
