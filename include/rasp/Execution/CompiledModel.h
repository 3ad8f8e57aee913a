//===- CompiledModel.h - A model compiled to machine code -------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_EXECUTION_COMPILEDMODEL_H
#define RASP_EXECUTION_COMPILEDMODEL_H

#include "rasp/Execution/ModelContract.h"

#include "mlir/IR/BuiltinOps.h"

#include <memory>

namespace mlir::rasp {

/// A function that convert-craft-to-linalg made, compiled once for this machine
/// and run on any number of inputs.
class CompiledModel {
public:
  /// Compiles the function `name` of `module`, or the only one that describes
  /// itself as a model if no name is given. `module` is left as it is.
  static FailureOr<std::unique_ptr<CompiledModel>> create(ModuleOp module,
                                                          StringRef name = "");
  ~CompiledModel();

  const ModelContract &getContract() const { return contract; }
  /// The number of rows in every batch, or -1 if it is any.
  int64_t getStaticBatch() const;

  /// Runs the model on `batch` rows of `sequence` token ids, BOS first, and
  /// stores batch x sequence x outputs numbers in `results`. May be called from
  /// several threads at once. Emits an error and fails if the sizes do not
  /// belong to `ids` or to the model.
  LogicalResult run(ArrayRef<int32_t> ids, int64_t batch, int64_t sequence,
                    SmallVectorImpl<float> &results) const;
  /// The same, into memory that holds as many numbers.
  LogicalResult run(ArrayRef<int32_t> ids, int64_t batch, int64_t sequence,
                    MutableArrayRef<float> results) const;

  /// Runs the model on inputs of any lengths, in batches padded to the longest
  /// of each, and decodes the outputs. Emits an error and fails if an input is
  /// empty, too long, or holds a token that is not in the vocabulary.
  FailureOr<std::vector<Sequence>> run(ArrayRef<Sequence> inputs) const;

private:
  struct Implementation;
  CompiledModel(ModelContract contract,
                std::unique_ptr<Implementation> implementation);
  LogicalResult runBatch(ArrayRef<Sequence> inputs,
                         std::vector<Sequence> &outputs) const;

  ModelContract contract;
  std::unique_ptr<Implementation> implementation;
};

} // namespace mlir::rasp

#endif // RASP_EXECUTION_COMPILEDMODEL_H
