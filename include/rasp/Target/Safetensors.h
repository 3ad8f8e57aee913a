//===- Safetensors.h - Weights as a safetensors file ------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model in the format that PyTorch, JAX and others load: the tensors of
// ModelWeights.h in its order, and what is needed to run them in the metadata.
// Metadata maps strings to strings; here each value is a JSON text:
//
//   format_version    1, until a change makes old readers wrong
//   name              the program's
//   shape             layers, heads, d_model, d_head, d_mlp, vocab_size,
//                     outputs, max_seq_len, parameters
//   causal            whether a position attends to none after it
//   vocab             the tokens with the ids 0, 1, ...
//   bos, pad          a token and its id
//   output            "categorical": the value of the greatest logit, the first
//                     of several; "numerical": the output is the value
//   outputs           of a categorical model: the values, one for each logit
//   none_code         of a numerical model that can give none: the number that
//                     stands for it
//   residual_labels   a name for each column of the residual stream
//   head_labels       for each layer, a name for each head
//   unit_labels       for each layer, a name for each hidden unit
//   conventions       what is no matter of weights
//
// `none` is null, and a fraction that is no float an object of a numerator and
// a denominator. A layer with fewer heads or units than the widest has as many
// labels as it has heads or units: the rest is padding.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_TARGET_SAFETENSORS_H
#define RASP_TARGET_SAFETENSORS_H

#include "rasp/Conversion/CraftToLinalg/ModelWeights.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::rasp {

struct LowerToTransformerOptions;

/// What a safetensors file holds.
struct SafetensorsContents {
  craft::ModelWeights weights;
  /// Keys and JSON texts.
  std::vector<std::pair<std::string, std::string>> metadata;
};

/// The contents of the file that `exportSafetensors` writes; fails as it does.
FailureOr<SafetensorsContents>
getSafetensorsContents(ModuleOp module, StringRef program = "",
                       const LowerToTransformerOptions *options = nullptr);

/// Writes the program called `program` (the only one, if no name is given) as
/// a safetensors file. A program at a stage before `craft.transformer` is
/// lowered that far, with `options` where they are given; `module` is left as
/// it is. Emits an error and fails, with nothing written, if that cannot be
/// done.
LogicalResult
exportSafetensors(ModuleOp module, raw_ostream &os, StringRef program = "",
                  const LowerToTransformerOptions *options = nullptr);

/// Registers the translation `export-safetensors`, and `--program` for it.
void registerSafetensorsTranslation();

} // namespace mlir::rasp

#endif // RASP_TARGET_SAFETENSORS_H
