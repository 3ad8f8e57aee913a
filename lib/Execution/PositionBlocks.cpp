//===- PositionBlocks.cpp - Arithmetic on blocks of positions ---*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PositionBlocks.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cstring>
#include <limits>

using namespace mlir;
using namespace mlir::rasp;

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// Whether one of four neighbours is not zero, of either sign.
static bool isAnyNonZero(const float *weights) {
  constexpr uint64_t withoutSigns = 0x7fffffff7fffffff;
  uint64_t halves[2];
  std::memcpy(halves, weights, sizeof(halves));
  return ((halves[0] | halves[1]) & withoutSigns) != 0;
}

void BlockMultiplier::gather(const MatrixView &part) {
  int64_t numFullGroups = part.numOutputs / groupSize;
  int64_t rest = part.numOutputs % groupSize;
  for (int64_t index = 0; index * groupSize < part.numOutputs; ++index)
    groups[index].size = 0;
  for (int64_t input = 0; input < part.numInputs; ++input) {
    const float *row = part.data + input * part.stride;
    for (int64_t index = 0; index < numFullGroups; ++index, row += groupSize) {
      if (!isAnyNonZero(row))
        continue;
      Group &group = groups[index];
      group.inputs[group.size] = input;
      std::memcpy(group.weights[group.size++], row, groupSize * sizeof(float));
    }
    if (rest == 0)
      continue;
    float padded[groupSize] = {row[0], rest > 1 ? row[1] : 0,
                               rest > 2 ? row[2] : 0, 0};
    if (!isAnyNonZero(padded))
      continue;
    Group &group = groups[numFullGroups];
    group.inputs[group.size] = input;
    std::memcpy(group.weights[group.size++], padded, sizeof(padded));
  }
}

template <int64_t numOutputs>
void BlockMultiplier::addProduct(const Group &group, const float *inputs,
                                 float *outputs) {
  // In registers.
  float sums[numOutputs][numLanes];
  std::memcpy(sums, outputs, sizeof(sums));
  for (int64_t entry = 0; entry < group.size; ++entry) {
    const float *input = inputs + group.inputs[entry] * numLanes;
    for (int64_t output = 0; output < numOutputs; ++output)
      for (int64_t lane = 0; lane < numLanes; ++lane)
        sums[output][lane] += group.weights[entry][output] * input[lane];
  }
  std::memcpy(outputs, sums, sizeof(sums));
}

void BlockMultiplier::addProduct(const MatrixView &matrix,
                                 PositionBlocks inputs,
                                 PositionBlocks outputs) {
  // Along the rows of the matrix, so that memory is read in order.
  for (int64_t firstInput = 0; firstInput < matrix.numInputs;
       firstInput += numInputsPerPart)
    for (int64_t firstOutput = 0; firstOutput < matrix.numOutputs;
         firstOutput += numOutputsPerPart) {
      MatrixView part = {
          matrix.data + firstInput * matrix.stride + firstOutput,
          std::min(matrix.numInputs - firstInput, numInputsPerPart),
          std::min(matrix.numOutputs - firstOutput, numOutputsPerPart),
          matrix.stride};
      gather(part);
      for (int64_t block = 0; block < inputs.numBlocks; ++block) {
        const float *input = inputs.getBlock(block) + firstInput * numLanes;
        float *output = outputs.getBlock(block) + firstOutput * numLanes;
        for (int64_t index = 0; index * groupSize < part.numOutputs;
             ++index, output += groupSize * numLanes) {
          const Group &group = groups[index];
          if (group.size == 0)
            continue;
          switch (std::min(part.numOutputs - index * groupSize, groupSize)) {
          case 1:
            addProduct<1>(group, input, output);
            break;
          case 2:
            addProduct<2>(group, input, output);
            break;
          case 3:
            addProduct<3>(group, input, output);
            break;
          default:
            addProduct<groupSize>(group, input, output);
          }
        }
      }
    }
}

void mlir::rasp::fillColumns(PositionBlocks blocks, int64_t numColumns,
                             const float *values) {
  for (int64_t block = 0; block < blocks.numBlocks; ++block) {
    float *column = blocks.getBlock(block);
    for (int64_t index = 0; index < numColumns; ++index, column += numLanes)
      std::fill_n(column, numLanes, values ? values[index] : 0.0f);
  }
}

void mlir::rasp::copyPositions(const float *block, int64_t numColumns,
                               int64_t numPositions, float *target,
                               int64_t stride) {
  // A few columns at a time: these stay in the first cache for all lanes.
  constexpr int64_t columnsAtOnce = 256;
  for (int64_t first = 0; first < numColumns; first += columnsAtOnce) {
    int64_t end = std::min(numColumns, first + columnsAtOnce);
    for (int64_t position = 0; position < numPositions; ++position)
      for (int64_t column = first; column < end; ++column)
        target[position * stride + column] =
            block[column * numLanes + position];
  }
}

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

/// e to the power of a number that is not positive, to about one unit in the
/// last place: 1 for 0, and 0 where the power is below the normal numbers.
static inline float computeExp(float exponent) {
  // exp(x) = 2^k exp(r), with k the integer next to x / log(2). Adding a large
  // number rounds to an integer, which then stands in the lowest bits.
  constexpr float inverseLog2 = 1.44269504f, shift = 0x1.8p23f;
  float shifted = exponent * inverseLog2 + shift;
  float multiple = shifted - shift;
  // log(2) in two parts; products of the first with k are exact.
  constexpr float log2High = 0.693359375f, log2Low = -2.12194440e-4f;
  float rest = exponent - multiple * log2High - multiple * log2Low;
  // The Taylor series: its next term is below 2^-27, for |r| <= log(2) / 2.
  float power = 1.0f / 5040;
  for (float coefficient :
       {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 1.0f / 2, 1.0f, 1.0f})
    power = power * rest + coefficient;
  uint32_t scale = (llvm::bit_cast<uint32_t>(shifted) << 23) + 0x3f800000u;
  constexpr float lowest = -87.3f;
  return exponent < lowest ? 0.0f : power * llvm::bit_cast<float>(scale);
}

void mlir::rasp::computeSoftmax(float *block, int64_t numColumns) {
  float greatest[numLanes], sums[numLanes] = {};
  std::fill_n(greatest, numLanes, -std::numeric_limits<float>::infinity());
  float *end = block + numColumns * numLanes;
  for (float *column = block; column != end; column += numLanes)
    for (int64_t lane = 0; lane < numLanes; ++lane)
      greatest[lane] =
          column[lane] > greatest[lane] ? column[lane] : greatest[lane];
  for (float *column = block; column != end; column += numLanes)
    for (int64_t lane = 0; lane < numLanes; ++lane) {
      float power = computeExp(column[lane] - greatest[lane]);
      column[lane] = power;
      sums[lane] += power;
    }
  for (float *column = block; column != end; column += numLanes)
    for (int64_t lane = 0; lane < numLanes; ++lane)
      column[lane] /= sums[lane];
}
