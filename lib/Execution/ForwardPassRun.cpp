//===- ForwardPassRun.cpp - One run of a forward pass -----------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ForwardPassRun.h"

#include "llvm/Support/MathExtras.h"

#include <cinttypes>
#include <limits>
#include <new>
#include <utility>

using namespace mlir;
using namespace mlir::rasp;

/// The blocks that are computed at once: a weight is read once for all of them,
/// and their hidden units fit in a cache.
static constexpr int64_t maxBlocksAtOnce = 32;

/// The multiplications after which a run asks whether it is interrupted: some
/// tens of milliseconds, less where weights are zero.
static constexpr int64_t multiplicationsPerQuestion = int64_t(1) << 28;

ForwardPass::Run::Run(const ForwardPass &pass, ArrayRef<int32_t> ids,
                      int64_t batch, int64_t sequence, float *logits,
                      ArrayRef<float *> activations,
                      llvm::function_ref<bool()> isInterrupted)
    : pass(pass), shape(pass.shape), ids(ids), batch(batch), sequence(sequence),
      logits(logits), activations(activations), isInterrupted(isInterrupted),
      blocksPerRow(llvm::divideCeil(sequence, numLanes)),
      maxRows(std::clamp<int64_t>(maxBlocksAtOnce / blocksPerRow, 1, batch)) {}

llvm::Error ForwardPass::Run::allocate() {
  int64_t numBlocks = maxRows * blocksPerRow;
  int64_t numBlocksAtOnce = std::min(numBlocks, maxBlocksAtOnce);
  int64_t headColumns = pass.hasHeads() ? shape.headDimension : 0;
  stream = {nullptr, numBlocks, shape.modelDimension};
  queries = keys = values = {nullptr, numBlocks, headColumns};
  mixed = {nullptr, numBlocks, shape.numHeads * headColumns};
  scores = {nullptr, numBlocksAtOnce,
            pass.hasHeads() ? blocksPerRow * numLanes : 0};
  hidden = {nullptr, numBlocksAtOnce, shape.numHiddenUnits};
  written = {nullptr, numBlocksAtOnce,
             std::max(shape.modelDimension, shape.numOutputs)};
  // Has no blocks, but the size of some.
  PositionBlocks valuesOfRow = {nullptr, blocksPerRow, headColumns};

  PositionBlocks *buffers[] = {&stream, &queries, &keys,    &values,     &mixed,
                               &scores, &hidden,  &written, &valuesOfRow};
  int64_t numFloats = 0, numBytes = 0;
  bool overflows = false;
  SmallVector<int64_t> sizes;
  for (PositionBlocks *buffer : buffers) {
    int64_t &size = sizes.emplace_back();
    overflows |= llvm::MulOverflow(buffer->numBlocks * numLanes,
                                   buffer->numColumns, size) ||
                 llvm::AddOverflow(numFloats, size, numFloats);
  }
  overflows |= llvm::MulOverflow<int64_t>(numFloats, sizeof(float), numBytes);
  if (!overflows)
    memory.reset(new (std::nothrow) float[numFloats]);
  if (!memory)
    return llvm::createStringError(std::errc::not_enough_memory,
                                   "not enough memory to run rows of %" PRId64
                                   " positions",
                                   sequence);
  float *next = memory.get();
  for (auto [buffer, size] : llvm::zip_equal(buffers, sizes))
    buffer->data = std::exchange(next, next + size);
  valueRows = valuesOfRow.data;
  return llvm::Error::success();
}

llvm::Error ForwardPass::Run::run() {
  if (llvm::Error error = allocate())
    return error;
  for (; firstRow < batch && !stopped; firstRow += numRows) {
    numRows = std::min(maxRows, batch - firstRow);
    for (PositionBlocks *buffer : {&stream, &queries, &keys, &values, &mixed})
      buffer->numBlocks = numRows * blocksPerRow;
    embed();
    layerIndex = 0;
    for (const Layer &layer : pass.layers) {
      if (stopped)
        break;
      store(stream, 0, getTarget(ResidPre), shape.modelDimension);
      runAttention(layer);
      runMLP(layer);
      store(stream, 0, getTarget(ResidPost), shape.modelDimension);
      ++layerIndex;
    }
    unembed();
  }
  if (stopped)
    return llvm::createStringError(std::errc::operation_canceled,
                                   "the run was interrupted");
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

void ForwardPass::Run::embed() {
  int64_t columns = shape.modelDimension;
  count(numRows * sequence * (columns + 1));
  if (columns == 0)
    return;
  fillColumns(stream, columns, nullptr);
  for (int64_t row = 0; row < numRows; ++row)
    for (auto [position, tokenId] : llvm::enumerate(getRow(row))) {
      // Unsigned, so that a negative id is read as PAD too.
      int64_t id = std::min<uint32_t>(tokenId, shape.getPadId());
      const float *token = pass.tokenEmbedding + id * columns;
      const float *place = pass.positionEmbedding + position * columns;
      float *target =
          stream.getBlock(row * blocksPerRow + position / numLanes) +
          position % numLanes;
      for (int64_t column = 0; column < columns; ++column)
        target[column * numLanes] = token[column] + place[column];

      if (activations.empty())
        continue;
      int64_t offset = ((firstRow + row) * sequence + position) * columns;
      std::copy_n(token, columns, activations[TokenEmbedding] + offset);
      std::copy_n(place, columns, activations[PositionEmbedding] + offset);
    }
}

void ForwardPass::Run::runAttention(const Layer &layer) {
  int64_t columns = shape.modelDimension;
  int64_t numHeads = pass.hasHeads() ? shape.numHeads : 0;
  int64_t headColumns = shape.headDimension;
  for (int64_t head = 0; head < numHeads && !stopped; ++head) {
    int64_t firstColumn = head * headColumns;
    auto project = [&](const Affine &map, PositionBlocks projected,
                       LayerActivation activation) {
      apply({map.weight + firstColumn * columns, columns, headColumns,
             headColumns},
            map.bias + firstColumn, stream, projected);
      store(projected, 0, getTarget(activation), numHeads * headColumns,
            firstColumn);
    };
    project(layer.query, queries, HeadQuery);
    project(layer.key, keys, HeadKey);
    project(layer.value, values, HeadValue);
    for (int64_t row = 0; row < numRows && !stopped; ++row)
      runHead(head, row);
  }
  store(mixed, 0, getTarget(HeadMixed), numHeads * headColumns);

  // Of all heads in one sum, as in the compiled model.
  MatrixView weight = {layer.attentionOutput.weight, numHeads * headColumns,
                       columns, columns};
  forBlocksAtOnce(stream.numBlocks, [&](int64_t first, int64_t count) {
    PositionBlocks output = {written.data, count, columns};
    apply(weight, layer.attentionOutput.bias, mixed.slice(first, count),
          output);
    store(output, first, getTarget(AttentionOut), columns);
    addToStream(output, first);
    store(stream.slice(first, count), first, getTarget(ResidMid), columns);
  });
}

void ForwardPass::Run::runHead(int64_t head, int64_t row) {
  int64_t columns = shape.headDimension;
  int64_t firstBlock = row * blocksPerRow;
  // Transposed, so that they are the weights of a sum over keys.
  for (int64_t block = 0; block < blocksPerRow; ++block)
    copyPositions(values.getBlock(firstBlock + block), columns,
                  std::min(numLanes, sequence - block * numLanes),
                  valueRows + block * numLanes * columns, columns);
  MatrixView valueMatrix = {valueRows, sequence, columns, columns};

  forBlocksAtOnce(blocksPerRow, [&](int64_t first, int64_t count) {
    PositionBlocks current = scores.slice(0, count);
    for (int64_t block = 0; block < blocksPerRow; ++block)
      apply({keys.getBlock(firstBlock + block), columns, numLanes, numLanes},
            nullptr, queries.slice(firstBlock + first, count),
            current.dropColumns(block * numLanes));
    ArrayRef<int32_t> rowIds = getRow(row);
    for (int64_t block = 0; block < count; ++block)
      mask(current.getBlock(block), rowIds, (first + block) * numLanes);
    storeScores(current, head, row, first, getTarget(HeadScores));
    for (int64_t block = 0; block < count; ++block) {
      unmaskBlindQueries(current.getBlock(block), rowIds,
                         (first + block) * numLanes);
      computeSoftmax(current.getBlock(block), sequence);
    }
    storeScores(current, head, row, first, getTarget(HeadPattern));
    apply(valueMatrix, nullptr, current,
          mixed.slice(firstBlock + first, count).dropColumns(head * columns));
  });
}

void ForwardPass::Run::mask(float *block, ArrayRef<int32_t> rowIds,
                            int64_t firstQuery) const {
  constexpr float masked = -std::numeric_limits<float>::infinity();
  for (auto [key, id] : llvm::enumerate(rowIds)) {
    float *column = block + key * numLanes;
    if (isPad(id))
      std::fill_n(column, numLanes, masked);
    else if (shape.causal && static_cast<int64_t>(key) > firstQuery)
      std::fill_n(column, std::min<int64_t>(key - firstQuery, numLanes),
                  masked);
  }
}

void ForwardPass::Run::unmaskBlindQueries(float *block,
                                          ArrayRef<int32_t> rowIds,
                                          int64_t firstQuery) const {
  int64_t firstVisible =
      llvm::find_if_not(rowIds, [&](int32_t id) { return isPad(id); }) -
      rowIds.begin();
  // Of this block: the queries before the first key that any of them sees.
  int64_t numBlind = firstVisible == sequence ? numLanes
                     : shape.causal           ? firstVisible - firstQuery
                                              : 0;
  if (numBlind <= 0)
    return;
  for (int64_t key = 0; key < sequence; ++key)
    std::fill_n(block + key * numLanes, std::min(numBlind, numLanes), 0.0f);
}

void ForwardPass::Run::runMLP(const Layer &layer) {
  int64_t columns = shape.modelDimension, units = shape.numHiddenUnits;
  MatrixView inputWeight = {layer.hidden.weight, columns, units, units};
  MatrixView outputWeight = {layer.mlpOutput.weight, units, columns, columns};
  forBlocksAtOnce(stream.numBlocks, [&](int64_t first, int64_t count) {
    PositionBlocks current = hidden.slice(0, count);
    apply(inputWeight, layer.hidden.bias, stream.slice(first, count), current);
    store(current, first, getTarget(HiddenPre), units);
    // What is not a number stays so.
    float *end = current.getBlock(count);
    for (float *unit = current.data; unit != end; ++unit)
      *unit = *unit < 0 ? 0 : *unit;
    store(current, first, getTarget(HiddenPost), units);

    PositionBlocks output = {written.data, count, columns};
    apply(outputWeight, layer.mlpOutput.bias, current, output);
    store(output, first, getTarget(MLPOut), columns);
    addToStream(output, first);
  });
}

void ForwardPass::Run::unembed() {
  int64_t outputs = shape.numOutputs;
  MatrixView weight = {pass.unembedding.weight, shape.modelDimension, outputs,
                       outputs};
  forBlocksAtOnce(stream.numBlocks, [&](int64_t first, int64_t count) {
    PositionBlocks output = {written.data, count, outputs};
    apply(weight, pass.unembedding.bias, stream.slice(first, count), output);
    store(output, first, logits, outputs);
  });
}

//===----------------------------------------------------------------------===//
// Parts of steps
//===----------------------------------------------------------------------===//

void ForwardPass::Run::apply(const MatrixView &weight, const float *bias,
                             PositionBlocks inputs, PositionBlocks outputs) {
  fillColumns(outputs, weight.numOutputs, bias);
  // In parts, so that there is time for a question between them.
  int64_t perOutput =
      std::max<int64_t>(1, inputs.numBlocks * numLanes * weight.numInputs);
  int64_t outputsPerPart =
      llvm::alignTo(multiplicationsPerQuestion / perOutput + 1,
                    BlockMultiplier::numOutputsPerPart);
  for (int64_t first = 0; first < weight.numOutputs && !stopped;
       first += outputsPerPart) {
    int64_t numOutputs = std::min(outputsPerPart, weight.numOutputs - first);
    multiplier.addProduct(weight.sliceOutputs(first, numOutputs), inputs,
                          outputs.dropColumns(first));
    count(perOutput * numOutputs);
  }
}

void ForwardPass::Run::forBlocksAtOnce(
    int64_t numBlocks, llvm::function_ref<void(int64_t, int64_t)> compute) {
  for (int64_t first = 0; first < numBlocks && !stopped;
       first += maxBlocksAtOnce)
    compute(first, std::min(maxBlocksAtOnce, numBlocks - first));
}

void ForwardPass::Run::addToStream(PositionBlocks added, int64_t firstBlock) {
  float *target = stream.getBlock(firstBlock);
  int64_t size = added.numBlocks * added.numColumns * numLanes;
  for (int64_t index = 0; index < size; ++index)
    target[index] += added.data[index];
}

void ForwardPass::Run::store(PositionBlocks blocks, int64_t firstBlock,
                             float *target, int64_t targetColumns,
                             int64_t firstColumn) const {
  if (!target)
    return;
  for (int64_t block = 0; block < blocks.numBlocks; ++block) {
    int64_t row = firstRow + (firstBlock + block) / blocksPerRow;
    int64_t position = (firstBlock + block) % blocksPerRow * numLanes;
    copyPositions(blocks.getBlock(block), blocks.numColumns,
                  std::min(numLanes, sequence - position),
                  target + (row * sequence + position) * targetColumns +
                      firstColumn,
                  targetColumns);
  }
}

void ForwardPass::Run::storeScores(PositionBlocks blocks, int64_t head,
                                   int64_t row, int64_t firstBlock,
                                   float *target) const {
  if (!target)
    return;
  target += ((firstRow + row) * shape.numHeads + head) * sequence * sequence;
  for (int64_t block = 0; block < blocks.numBlocks; ++block) {
    int64_t query = (firstBlock + block) * numLanes;
    copyPositions(blocks.getBlock(block), sequence,
                  std::min(numLanes, sequence - query),
                  target + query * sequence, sequence);
  }
}

float *ForwardPass::Run::getTarget(LayerActivation activation) const {
  if (activations.empty())
    return nullptr;
  return activations[NumEmbeddingActivations +
                     layerIndex * NumLayerActivations + activation];
}

void ForwardPass::Run::count(int64_t numMultiplications) {
  numUncheckedMultiplications += numMultiplications;
  if (!isInterrupted || stopped ||
      numUncheckedMultiplications < multiplicationsPerQuestion)
    return;
  numUncheckedMultiplications = 0;
  stopped = isInterrupted();
}
