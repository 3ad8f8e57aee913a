//===- LayerSchedule.h - Which layer computes which block -------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The algorithmic core of craft-allocate-layers, free of IR.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_ANALYSIS_LAYERSCHEDULE_H
#define RASP_DIALECT_CRAFT_ANALYSIS_LAYERSCHEDULE_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mlir::craft {

/// An attention head or an MLP, as far as its place in a transformer goes.
struct ScheduleBlock {
  bool isAttention = false;
  /// Of a head, its dimension; of an MLP, its hidden units.
  uint64_t width = 0;
  /// The blocks whose results it reads; each comes before it.
  std::vector<unsigned> dependencies;
};

/// An allocation of blocks to layers. A layer is its heads followed by its
/// MLPs: a head of layer l reads what was written before layer l, an MLP of
/// layer l also what the heads of layer l write.
struct LayerSchedule {
  /// The layer of each block.
  std::vector<unsigned> layers;
  /// The least number of layers, which this schedule has.
  unsigned depth = 0;
  /// Blocks each of which reads the one before it, and which for that reason
  /// take `depth` layers.
  std::vector<unsigned> chain;

  /// The most heads, and the most hidden units, in one layer.
  uint64_t mostHeads = 0;
  uint64_t mostHiddenUnits = 0;
  /// The parameters of the layers, each padded to the widest.
  uint64_t numParameters = 0;
  /// No schedule of this depth has fewer than this.
  uint64_t leastParameters = 0;
  /// The placements that the search has tried.
  uint64_t numExamined = 0;

  /// Whether no schedule of this depth has fewer parameters.
  bool isLeast() const { return numParameters == leastParameters; }
};

/// The parameters of `numLayers` equal layers, with biases everywhere.
uint64_t getNumLayerParameters(uint64_t numLayers, uint64_t numHeads,
                               uint64_t modelDimension, uint64_t headDimension,
                               uint64_t numHiddenUnits);

/// Allocates `blocks` to the least number of layers, and among the schedules
/// of that depth to one with few parameters: by branch and bound, from a list
/// schedule, for as long as it has tried no more than `maxExamined` placements
/// of a block. The result is the least if the search came to its end, and
/// otherwise within the bound that the result states.
LayerSchedule scheduleLayers(llvm::ArrayRef<ScheduleBlock> blocks,
                             uint64_t modelDimension, uint64_t maxExamined);

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_ANALYSIS_LAYERSCHEDULE_H
