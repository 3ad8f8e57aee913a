//===- Pipelines.h - Pipelines from programs to transformers -- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PIPELINES_PIPELINES_H
#define RASP_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace mlir::rasp {

/// How far a program is lowered; each stage is IR that runs.
enum class Stage {
  /// The program itself, calls inlined and canonical.
  Rasp,
  /// A `craft.program` of values: affine values, maps, heads.
  CraftValues,
  /// A `craft.program` of blocks only: embeddings, heads, MLPs.
  CraftBlocks,
  /// A `craft.transformer`: layers over one residual stream.
  CraftLayers,
  /// Functions of upstream dialects.
  Linalg,
};

/// The stages, in order.
inline constexpr Stage allStages[] = {Stage::Rasp, Stage::CraftValues,
                                      Stage::CraftBlocks, Stage::CraftLayers,
                                      Stage::Linalg};

/// The name of `stage` on the command line.
StringRef getStageName(Stage stage);

/// All stages, in order.
ArrayRef<Stage> getStages();

/// The stage that `op` is a program of, or nothing if it is no program. A
/// program that is the same at two stages is of the later one.
std::optional<Stage> getStage(Operation *op);

/// Options of `lower-to-transformer`. The defaults give the model that
/// interpretability work wants to look at.
struct LowerToTransformerOptions
    : public PassPipelineOptions<LowerToTransformerOptions> {
  PassOptions::Option<Stage> to{
      *this, "to", llvm::cl::desc("The stage to stop at (default: linalg)"),
      llvm::cl::init(Stage::Linalg),
      llvm::cl::values(
          clEnumValN(Stage::Rasp, "rasp", "the program, inlined and canonical"),
          clEnumValN(Stage::CraftValues, "craft-values",
                     "affine values, maps and heads"),
          clEnumValN(Stage::CraftBlocks, "craft-blocks",
                     "embeddings, heads and MLPs"),
          clEnumValN(Stage::CraftLayers, "craft-layers",
                     "layers over one residual stream"),
          clEnumValN(Stage::Linalg, "linalg", "functions on tensors"))};
  PassOptions::Option<std::string> selectorWidth{
      *this, "selector-width",
      llvm::cl::desc(
          "How a selector width is computed: linear, reciprocal or auto"),
      llvm::cl::init("auto")};
  PassOptions::Option<uint64_t> maxCombinations{
      *this, "max-combinations",
      llvm::cl::desc("The greatest number of combinations of values that a map "
                     "is listed over"),
      llvm::cl::init(1 << 20)};
  PassOptions::Option<uint64_t> maxMatrixEntries{
      *this, "max-matrix-entries",
      llvm::cl::desc("The greatest number of entries of one matrix"),
      llvm::cl::init(1 << 24)};
  PassOptions::Option<uint64_t> maxHiddenUnits{
      *this, "max-hidden-units",
      llvm::cl::desc(
          "The greatest number of hidden units that one map may need"),
      llvm::cl::init(1 << 16)};
  PassOptions::Option<std::string> weights{
      *this, "weights",
      llvm::cl::desc(
          "Where the weights stand: inline, resource, argument or auto"),
      llvm::cl::init("auto")};
  PassOptions::Option<int64_t> batch{
      *this, "batch",
      llvm::cl::desc("A static batch size, or -1 for a dynamic one"),
      llvm::cl::init(-1)};
  PassOptions::Option<int64_t> sequence{
      *this, "sequence",
      llvm::cl::desc(
          "A static number of positions with BOS, or -1 for a dynamic one"),
      llvm::cl::init(-1)};
};

/// Adds the passes that lower every program of a module as far as
/// `options.to`. Programs that stand at a later stage already are left as they
/// are by the passes before it.
void buildLowerToTransformerPipeline(OpPassManager &manager,
                                     const LowerToTransformerOptions &options);

/// Registers `lower-to-transformer` for textual pipelines and tools.
void registerPipelines();

} // namespace mlir::rasp

#endif // RASP_PIPELINES_PIPELINES_H
