//===- PositionBlocks.h - Arithmetic on blocks of positions -----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loops of a forward pass. Positions are taken in blocks of a few lanes,
// and the lanes of a column stand next to one another: [block, column, lane].
// Every loop then runs over lanes and vectorizes, also where it sums over
// columns or over keys, and a weight that is zero costs one test for all lanes.
//
// Sums are in the order of the compiled model.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_EXECUTION_POSITIONBLOCKS_H
#define RASP_LIB_EXECUTION_POSITIONBLOCKS_H

#include "mlir/Support/LLVM.h"

#include <cstdint>

namespace mlir::rasp {

/// The number of positions in a block.
constexpr int64_t numLanes = 8;

/// Columns of numbers, [block, column, lane], in memory of somebody else.
struct PositionBlocks {
  float *data = nullptr;
  int64_t numBlocks = 0;
  /// The columns from one block to the next.
  int64_t numColumns = 0;

  /// The first lane of the first column of a block.
  float *getBlock(int64_t block) const {
    return data + block * numColumns * numLanes;
  }
  PositionBlocks slice(int64_t firstBlock, int64_t count) const {
    return {getBlock(firstBlock), count, numColumns};
  }
  /// The same blocks, without the first columns.
  PositionBlocks dropColumns(int64_t count) const {
    return {data + count * numLanes, numBlocks, numColumns};
  }
};

/// A matrix [input, output]; `stride` elements from one row to the next.
struct MatrixView {
  const float *data = nullptr;
  int64_t numInputs = 0;
  int64_t numOutputs = 0;
  int64_t stride = 0;

  MatrixView sliceOutputs(int64_t first, int64_t count) const {
    return {data + first, numInputs, count, stride};
  }
};

/// Multiplies by matrices that are mostly zeros, or not. Gathers what is not
/// zero of a part of a matrix, then goes over all blocks.
class BlockMultiplier {
public:
  /// Adds `inputs` times `matrix` to the first columns of `outputs`, which has
  /// as many blocks. Zeros of `matrix` count as absent: times a number that is
  /// not finite they add nothing.
  void addProduct(const MatrixView &matrix, PositionBlocks inputs,
                  PositionBlocks outputs);

  /// The outputs that are computed together. A cache line of a matrix.
  static constexpr int64_t numOutputsPerPart = 64;

private:
  /// The outputs that share the loads of an input.
  static constexpr int64_t groupSize = 4;
  static constexpr int64_t numGroups = numOutputsPerPart / groupSize;
  /// The inputs of a part: their blocks stay in the first cache.
  static constexpr int64_t numInputsPerPart = 128;

  /// Some outputs of a part: the inputs for which not all weights are zero.
  struct Group {
    int64_t size;
    uint16_t inputs[numInputsPerPart];
    float weights[numInputsPerPart][groupSize];
  };

  void gather(const MatrixView &part);
  template <int64_t numOutputs>
  static void addProduct(const Group &group, const float *inputs,
                         float *outputs);

  Group groups[numGroups];
};

/// Sets each of the first columns to its element of `values`, or to 0 if that
/// is null.
void fillColumns(PositionBlocks blocks, int64_t numColumns,
                 const float *values);

/// Copies the first lanes of a block: `numColumns` elements for each, the
/// elements of one lane `stride` apart from those of the next.
void copyPositions(const float *block, int64_t numColumns, int64_t numPositions,
                   float *target, int64_t stride);

/// Makes the softmax of each lane of one block, over its first columns: exactly
/// 1/w where w scores are equal and all others are less by 88 or more.
void computeSoftmax(float *block, int64_t numColumns);

} // namespace mlir::rasp

#endif // RASP_LIB_EXECUTION_POSITIONBLOCKS_H
