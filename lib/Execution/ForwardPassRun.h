//===- ForwardPassRun.h - One run of a forward pass -------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_EXECUTION_FORWARDPASSRUN_H
#define RASP_LIB_EXECUTION_FORWARDPASSRUN_H

#include "PositionBlocks.h"
#include "rasp/Execution/ForwardPass.h"

#include <memory>

namespace mlir::rasp {

/// The activations of the embedding, in order.
enum EmbeddingActivation : unsigned {
  TokenEmbedding,
  PositionEmbedding,
  NumEmbeddingActivations
};
/// The activations that a layer can have, in order.
enum LayerActivation : unsigned {
  ResidPre,
  HeadQuery,
  HeadKey,
  HeadValue,
  HeadScores,
  HeadPattern,
  HeadMixed,
  AttentionOut,
  ResidMid,
  HiddenPre,
  HiddenPost,
  MLPOut,
  ResidPost,
  NumLayerActivations
};

/// One run, whose sizes are checked. Rows are computed together, as many as
/// fill `maxBlocksAtOnce` blocks, or one. A block holds positions of one row;
/// its lanes past the end of the row compute what nobody reads.
class ForwardPass::Run {
public:
  /// `activations` is empty, or holds an array for each activation of the
  /// embedding and of every layer, null for one that the model lacks.
  Run(const ForwardPass &pass, ArrayRef<int32_t> ids, int64_t batch,
      int64_t sequence, float *logits, ArrayRef<float *> activations,
      llvm::function_ref<bool()> isInterrupted);

  llvm::Error run();

private:
  llvm::Error allocate();
  void embed();
  void runAttention(const Layer &layer);
  void runHead(int64_t head, int64_t row);
  void runMLP(const Layer &layer);
  void unembed();

  /// Of the queries in one block of scores: -inf for each key they do not see.
  void mask(float *block, ArrayRef<int32_t> rowIds, int64_t firstQuery) const;
  /// Then, equal scores for each query that sees no key.
  void unmaskBlindQueries(float *block, ArrayRef<int32_t> rowIds,
                          int64_t firstQuery) const;

  /// Sets the first columns of `outputs` to `inputs` times `weight`, plus
  /// `bias`, which may be null without elements.
  void apply(const MatrixView &weight, const float *bias, PositionBlocks inputs,
             PositionBlocks outputs);
  /// Calls `compute` with the first of the blocks that are computed at once and
  /// their number, over all blocks.
  void forBlocksAtOnce(int64_t numBlocks,
                       llvm::function_ref<void(int64_t, int64_t)> compute);
  /// Adds what was computed for the blocks from `firstBlock` on.
  void addToStream(PositionBlocks added, int64_t firstBlock);

  /// Copies `blocks`, which start at `firstBlock` of those of the current rows,
  /// to columns of `target`, [batch, position, column], if it is not null.
  void store(PositionBlocks blocks, int64_t firstBlock, float *target,
             int64_t targetColumns, int64_t firstColumn = 0) const;
  void storeScores(PositionBlocks blocks, int64_t head, int64_t row,
                   int64_t firstBlock, float *target) const;
  /// Where an activation of the current layer goes; null for nowhere.
  float *getTarget(LayerActivation activation) const;

  /// Counts multiplications, and asks now and then whether to stop.
  void count(int64_t numMultiplications);

  /// Unsigned, so that a negative id is read as PAD too.
  bool isPad(int32_t id) const {
    return static_cast<uint32_t>(id) >= shape.getPadId();
  }
  ArrayRef<int32_t> getRow(int64_t row) const {
    return ids.slice((firstRow + row) * sequence, sequence);
  }

  const ForwardPass &pass;
  const craft::TransformerShape &shape;
  ArrayRef<int32_t> ids;
  int64_t batch, sequence;
  float *logits;
  ArrayRef<float *> activations;
  llvm::function_ref<bool()> isInterrupted;

  int64_t blocksPerRow, maxRows;
  /// The rows that are computed together, and the layer.
  int64_t firstRow = 0, numRows = 0, layerIndex = 0;
  int64_t numUncheckedMultiplications = 0;
  bool stopped = false;

  std::unique_ptr<float[]> memory;
  /// Of the current rows. Queries, keys and values are those of one head.
  PositionBlocks stream, queries, keys, values, mixed;
  /// Of the blocks that are computed at once. Scores are those of one head and
  /// row: a column is a key.
  PositionBlocks scores, hidden, written;
  /// The values of one head and row: [position, column].
  float *valueRows = nullptr;
  BlockMultiplier multiplier;
};

} // namespace mlir::rasp

#endif // RASP_LIB_EXECUTION_FORWARDPASSRUN_H
