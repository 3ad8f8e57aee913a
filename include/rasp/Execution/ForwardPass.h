//===- ForwardPass.h - A transformer run over its weights -------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The transformer of ModelWeights.h, run without a compiler: for weights that
// are edited between two runs, and for a look at every activation. Activations
// bear the names that TransformerLens gives its hooks.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_EXECUTION_FORWARDPASS_H
#define RASP_EXECUTION_FORWARDPASS_H

#include "rasp/Conversion/CraftToLinalg/ModelWeights.h"

#include "llvm/Support/Error.h"

namespace mlir::rasp {

/// A named tensor in row-major order that belongs to somebody else.
struct WeightView {
  std::string name;
  SmallVector<int64_t, 3> shape;
  const float *data;
};

/// The name and the sizes of what a forward pass computes on its way.
struct Activation {
  std::string name;
  SmallVector<int64_t, 4> shape;

  /// Does not overflow for those that a forward pass lists.
  int64_t getNumElements() const;
};

/// A forward pass over weights that it reads anew in each run. The logits are
/// those of the compiled model, up to the rounding of exp; weights that are
/// zero count as absent, also where they meet a number that is not finite.
class ForwardPass {
public:
  /// A pass over `weights`, which have to be those that ModelWeights.h lists
  /// for `shape`, in any order; their data has to outlive it. Of `shape` the
  /// numbers of weights are not read. Fails with a message that names the
  /// weight if one is missing, unknown or of another shape.
  static llvm::Expected<ForwardPass>
  create(const craft::TransformerShape &shape, ArrayRef<WeightView> weights);

  const craft::TransformerShape &getShape() const { return shape; }

  /// The activations of a run, in the order in which `run` takes them: that in
  /// which they are computed. Those of heads and of hidden units are left out
  /// where there are none. Fails if the sizes do not belong to the model, or if
  /// an activation has more elements than can be counted.
  llvm::Expected<std::vector<Activation>>
  getActivations(int64_t batch, int64_t sequence) const;

  /// Runs the model on `batch` rows of `sequence` ids, BOS first, and stores
  /// batch x sequence x outputs numbers in `logits`. Any id past that of PAD
  /// is read as PAD. A query that may attend to no key, in a row without BOS,
  /// attends to all alike, as in the compiled model.
  ///
  /// `activations` holds an array for each of `getActivations`, or nothing.
  /// The logits are the same, bit for bit, with and without them.
  ///
  /// `isInterrupted`, if given, is asked every some tens of milliseconds, and
  /// never in shorter runs. Fails if it says so, if the sizes do not belong to
  /// `ids`, to `logits` or to the model, or if there is no memory. May be
  /// called from several threads at once.
  llvm::Error run(ArrayRef<int32_t> ids, int64_t batch, int64_t sequence,
                  MutableArrayRef<float> logits,
                  ArrayRef<float *> activations = {},
                  llvm::function_ref<bool()> isInterrupted = nullptr) const;

private:
  /// A weight and a bias; null without elements.
  struct Affine {
    const float *weight = nullptr;
    const float *bias = nullptr;
  };
  struct Layer {
    Affine query, key, value, attentionOutput, hidden, mlpOutput;
  };
  class WeightReader;
  class Run;

  explicit ForwardPass(const craft::TransformerShape &shape) : shape(shape) {}

  bool hasHeads() const { return shape.numHeads && shape.headDimension; }
  llvm::Error checkSizes(int64_t batch, int64_t sequence) const;

  craft::TransformerShape shape;
  const float *tokenEmbedding = nullptr;
  const float *positionEmbedding = nullptr;
  std::vector<Layer> layers;
  Affine unembedding;
};

} // namespace mlir::rasp

#endif // RASP_EXECUTION_FORWARDPASS_H
