//===- LayerSchedule.cpp - Which layer computes which block ---------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Analysis/LayerSchedule.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <tuple>
#include <utility>

using namespace mlir::craft;

uint64_t mlir::craft::getNumLayerParameters(uint64_t numLayers,
                                            uint64_t numHeads,
                                            uint64_t modelDimension,
                                            uint64_t headDimension,
                                            uint64_t numHiddenUnits) {
  // Query, key, value and output matrices, and biases of the first three.
  uint64_t head = 4 * modelDimension * headDimension + 3 * headDimension;
  uint64_t hiddenUnit = 2 * modelDimension + 1;
  uint64_t outputBiases = 2 * modelDimension;
  return numLayers *
         (numHeads * head + numHiddenUnits * hiddenUnit + outputBiases);
}

namespace {

/// Larger graphs are not searched: a level of recursion for each block.
constexpr size_t maxSearchedBlocks = 4096;

/// The widths of the layers, which all get that of the widest.
struct LayerWidths {
  uint64_t heads = 0;
  uint64_t hiddenUnits = 0;
};

class Scheduler {
public:
  Scheduler(llvm::ArrayRef<ScheduleBlock> blocks, uint64_t modelDimension,
            uint64_t maxExamined)
      : blocks(blocks), modelDimension(modelDimension),
        maxExamined(maxExamined), users(blocks.size()) {
    for (auto [index, block] : llvm::enumerate(blocks))
      for (unsigned dependency : block.dependencies) {
        assert(dependency < index && "a block reads one that comes after it");
        users[dependency].push_back(index);
      }
  }

  LayerSchedule run();

private:
  /// How many layers lie at least between a block and one that reads it.
  unsigned getLatency(unsigned writer, unsigned reader) const {
    return blocks[writer].isAttention && !blocks[reader].isAttention ? 0 : 1;
  }
  /// How much of its layer's width a block takes.
  uint64_t getLoad(unsigned block) const {
    return blocks[block].isAttention ? 1 : blocks[block].width;
  }
  std::vector<uint64_t> &getLoads(unsigned block) {
    return blocks[block].isAttention ? headLoads : unitLoads;
  }

  void computeRanges();
  std::vector<unsigned> findChain() const;
  uint64_t boundWidest(bool isAttention) const;
  void findTwins();

  uint64_t getCost(LayerWidths widths) const {
    return getNumLayerParameters(depth, widths.heads, modelDimension,
                                 headDimension, widths.hiddenUnits);
  }
  LayerWidths measure(llvm::ArrayRef<unsigned> candidate) const;
  void consider(llvm::ArrayRef<unsigned> candidate);
  std::vector<unsigned> scheduleList(LayerWidths capacity) const;
  void startFromLists();
  void search(unsigned block, LayerWidths widths);

  llvm::ArrayRef<ScheduleBlock> blocks;
  uint64_t modelDimension;
  uint64_t maxExamined;
  std::vector<std::vector<unsigned>> users;

  unsigned depth = 0;
  uint64_t headDimension = 0;
  /// The layers that each block may be in, whatever the others do.
  std::vector<unsigned> earliest, latest;
  LayerWidths bound;
  /// A block before this one that has the same width, operands and readers.
  std::vector<std::optional<unsigned>> twins;

  std::vector<unsigned> best;
  uint64_t bestCost = UINT64_MAX;

  /// The state of the search.
  std::vector<unsigned> current;
  std::vector<uint64_t> headLoads, unitLoads;
  uint64_t numExamined = 0;
  bool exhausted = true;
};

void Scheduler::computeRanges() {
  earliest.assign(blocks.size(), 0);
  for (unsigned block = 0; block < blocks.size(); ++block) {
    for (unsigned dependency : blocks[block].dependencies)
      earliest[block] =
          std::max(earliest[block],
                   earliest[dependency] + getLatency(dependency, block));
    depth = std::max(depth, earliest[block] + 1);
    if (blocks[block].isAttention)
      headDimension = std::max(headDimension, blocks[block].width);
  }

  latest.assign(blocks.size(), depth - 1);
  for (unsigned block = blocks.size(); block-- > 0;)
    for (unsigned user : users[block])
      latest[block] =
          std::min(latest[block], latest[user] - getLatency(block, user));
}

/// A chain of blocks that ends in the last layer at the earliest; through heads
/// where there is a choice, since these are what the program asks for.
std::vector<unsigned> Scheduler::findChain() const {
  std::vector<unsigned> chain;
  std::optional<unsigned> next =
      llvm::find(earliest, depth - 1) - earliest.begin();
  while (next) {
    unsigned block = *next;
    chain.push_back(block);
    next.reset();
    for (unsigned dependency : blocks[block].dependencies) {
      bool forces = earliest[dependency] + getLatency(dependency, block) ==
                    earliest[block];
      if (forces && (!next || (blocks[dependency].isAttention &&
                               !blocks[*next].isAttention)))
        next = dependency;
    }
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

/// A lower bound on the width of the widest layer: what can only be in some
/// run of layers shares the width of these.
uint64_t Scheduler::boundWidest(bool isAttention) const {
  std::vector<std::vector<unsigned>> byEarliest(depth);
  uint64_t widest = 0;
  for (unsigned block = 0; block < blocks.size(); ++block) {
    if (blocks[block].isAttention != isAttention)
      continue;
    byEarliest[earliest[block]].push_back(block);
    widest = std::max(widest, getLoad(block));
  }

  std::vector<uint64_t> loadByLatest(depth, 0);
  for (unsigned first = depth; first-- > 0;) {
    for (unsigned block : byEarliest[first])
      loadByLatest[latest[block]] += getLoad(block);
    uint64_t load = 0;
    for (unsigned last = first; last < depth; ++last) {
      load += loadByLatest[last];
      widest = std::max(widest, llvm::divideCeil(load, last - first + 1));
    }
  }
  return widest;
}

/// Blocks that can stand for one another need to be tried in one order only.
void Scheduler::findTwins() {
  auto key = [&](unsigned block) {
    return std::tie(blocks[block].isAttention, blocks[block].width,
                    blocks[block].dependencies, users[block]);
  };
  std::vector<unsigned> order(blocks.size());
  for (unsigned block = 0; block < blocks.size(); ++block)
    order[block] = block;
  llvm::sort(order, [&](unsigned lhs, unsigned rhs) {
    return std::make_pair(key(lhs), lhs) < std::make_pair(key(rhs), rhs);
  });

  twins.assign(blocks.size(), std::nullopt);
  for (size_t i = 1; i < order.size(); ++i)
    if (key(order[i - 1]) == key(order[i]))
      twins[order[i]] = order[i - 1];
}

LayerWidths Scheduler::measure(llvm::ArrayRef<unsigned> candidate) const {
  std::vector<LayerWidths> widths(depth);
  LayerWidths most;
  for (auto [block, layer] : llvm::enumerate(candidate)) {
    if (blocks[block].isAttention)
      most.heads = std::max(most.heads, ++widths[layer].heads);
    else
      most.hiddenUnits = std::max(most.hiddenUnits,
                                  widths[layer].hiddenUnits += getLoad(block));
  }
  return most;
}

void Scheduler::consider(llvm::ArrayRef<unsigned> candidate) {
  uint64_t cost = getCost(measure(candidate));
  if (cost >= bestCost)
    return;
  best = candidate.vec();
  bestCost = cost;
}

/// Fills layer after layer, the most urgent blocks first, up to `capacity`,
/// which only a block that cannot wait exceeds.
std::vector<unsigned> Scheduler::scheduleList(LayerWidths capacity) const {
  std::vector<unsigned> layers(blocks.size(), 0);
  std::vector<size_t> numMissing(blocks.size());
  // For each layer the blocks that may be in it or a later one.
  std::vector<std::vector<unsigned>> ready(depth);
  for (unsigned block = 0; block < blocks.size(); ++block) {
    numMissing[block] = blocks[block].dependencies.size();
    if (numMissing[block] == 0)
      ready[0].push_back(block);
  }

  auto place = [&](unsigned layer, bool isAttention, uint64_t limit) {
    std::vector<unsigned> candidates, waiting;
    for (unsigned block : ready[layer])
      (blocks[block].isAttention == isAttention ? candidates : waiting)
          .push_back(block);
    llvm::sort(candidates, [&](unsigned lhs, unsigned rhs) {
      return std::tie(latest[lhs], lhs) < std::tie(latest[rhs], rhs);
    });
    ready[layer] = std::move(waiting);

    uint64_t load = 0;
    for (unsigned block : candidates) {
      if (latest[block] > layer && load + getLoad(block) > limit) {
        ready[layer + 1].push_back(block);
        continue;
      }
      load += getLoad(block);
      layers[block] = layer;
      for (unsigned user : users[block]) {
        if (--numMissing[user] != 0)
          continue;
        unsigned start = layer;
        for (unsigned dependency : blocks[user].dependencies)
          start = std::max(start,
                           layers[dependency] + getLatency(dependency, user));
        ready[start].push_back(user);
      }
    }
  };
  for (unsigned layer = 0; layer < depth; ++layer) {
    place(layer, /*isAttention=*/true, capacity.heads);
    place(layer, /*isAttention=*/false, capacity.hiddenUnits);
  }
  return layers;
}

void Scheduler::startFromLists() {
  consider(earliest);
  consider(latest);
  // Between the least width that is possible and that of the schedule that
  // never waits.
  constexpr uint64_t numSteps = 8;
  LayerWidths most = measure(earliest);
  most.heads = std::max(most.heads, bound.heads);
  most.hiddenUnits = std::max(most.hiddenUnits, bound.hiddenUnits);
  for (uint64_t headStep = 0; headStep <= numSteps; ++headStep)
    for (uint64_t unitStep = 0; unitStep <= numSteps; ++unitStep) {
      LayerWidths capacity;
      capacity.heads =
          bound.heads + (most.heads - bound.heads) * headStep / numSteps;
      capacity.hiddenUnits =
          bound.hiddenUnits +
          (most.hiddenUnits - bound.hiddenUnits) * unitStep / numSteps;
      consider(scheduleList(capacity));
      if (bestCost == getCost(bound))
        return;
    }
}

/// Tries the layers of `block` and of those after it. `widths` are those that
/// the blocks before it and the bound lead to.
void Scheduler::search(unsigned block, LayerWidths widths) {
  if (block == blocks.size()) {
    best = current;
    bestCost = getCost(widths);
    return;
  }
  unsigned first = earliest[block];
  for (unsigned dependency : blocks[block].dependencies)
    first =
        std::max(first, current[dependency] + getLatency(dependency, block));
  if (twins[block])
    first = std::max(first, current[*twins[block]]);

  std::vector<uint64_t> &loads = getLoads(block);
  for (unsigned layer = first; layer <= latest[block]; ++layer) {
    if (numExamined == maxExamined) {
      exhausted = false;
      return;
    }
    ++numExamined;
    loads[layer] += getLoad(block);
    LayerWidths next = widths;
    uint64_t &width = blocks[block].isAttention ? next.heads : next.hiddenUnits;
    width = std::max(width, loads[layer]);
    if (getCost(next) < bestCost) {
      current[block] = layer;
      search(block + 1, next);
    }
    loads[layer] -= getLoad(block);
    if (!exhausted || bestCost == getCost(bound))
      return;
  }
}

LayerSchedule Scheduler::run() {
  LayerSchedule schedule;
  if (blocks.empty())
    return schedule;
  computeRanges();
  bound.heads = boundWidest(/*isAttention=*/true);
  bound.hiddenUnits = boundWidest(/*isAttention=*/false);
  startFromLists();
  if (blocks.size() > maxSearchedBlocks) {
    exhausted = bestCost == getCost(bound);
  } else if (bestCost > getCost(bound)) {
    findTwins();
    current.assign(blocks.size(), 0);
    headLoads.assign(depth, 0);
    unitLoads.assign(depth, 0);
    search(0, bound);
  }

  schedule.layers = best;
  schedule.depth = depth;
  schedule.chain = findChain();
  LayerWidths widths = measure(best);
  schedule.mostHeads = widths.heads;
  schedule.mostHiddenUnits = widths.hiddenUnits;
  schedule.numParameters = bestCost;
  schedule.leastParameters = exhausted ? bestCost : getCost(bound);
  schedule.numExamined = numExamined;
  return schedule;
}

} // namespace

LayerSchedule mlir::craft::scheduleLayers(llvm::ArrayRef<ScheduleBlock> blocks,
                                          uint64_t modelDimension,
                                          uint64_t maxExamined) {
  return Scheduler(blocks, modelDimension, maxExamined).run();
}
