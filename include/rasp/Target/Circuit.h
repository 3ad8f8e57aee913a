//===- Circuit.h - Where a transformer computes each value ------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The circuit of a compiled program: the parts of the transformer (embeddings,
// heads, groups of neurons, biases, the unembedding) with the columns of the
// residual stream that they read and write; for each named value of the program
// the parts that compute it and the way to read it off the stream; and who
// reads what whom wrote. docs/circuit.md describes the JSON text. Names in it
// are those of TransformerLens' hooks, and heads, units and columns are those
// of the tensors in ModelWeights.h.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_TARGET_CIRCUIT_H
#define RASP_TARGET_CIRCUIT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::rasp {

struct LowerToTransformerOptions;

/// Writes the circuit of the program called `program` (the only one, if no name
/// is given) as JSON. A program at a stage before `craft.transformer` is
/// lowered that far, with `options` where they are given, and its values are
/// followed on the way; of a `craft.transformer` the values are those that its
/// labels name. `module` is left as it is. Emits an error and fails, with
/// nothing written, if the program cannot be compiled.
LogicalResult exportCircuit(ModuleOp module, raw_ostream &os,
                            StringRef program = "",
                            const LowerToTransformerOptions *options = nullptr);

/// Registers the translation `export-circuit`.
void registerCircuitTranslation();

} // namespace mlir::rasp

#endif // RASP_TARGET_CIRCUIT_H
