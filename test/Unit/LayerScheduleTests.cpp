//===- LayerScheduleTests.cpp - Schedules against brute force -------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Analysis/LayerSchedule.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <optional>
#include <random>

using namespace mlir::craft;

namespace {

using Blocks = std::vector<ScheduleBlock>;

ScheduleBlock head(uint64_t width, std::vector<unsigned> dependencies) {
  return {/*isAttention=*/true, width, std::move(dependencies)};
}

ScheduleBlock mlp(uint64_t width, std::vector<unsigned> dependencies) {
  return {/*isAttention=*/false, width, std::move(dependencies)};
}

/// The parameters of an allocation to `depth` layers, or nothing if a block is
/// not after what it reads. Written from the definition, apart from the code
/// under test.
std::optional<uint64_t> evaluate(const Blocks &blocks,
                                 const std::vector<unsigned> &layers,
                                 unsigned depth, uint64_t modelDimension) {
  std::vector<uint64_t> heads(depth), units(depth);
  uint64_t headDimension = 0;
  for (size_t i = 0; i < blocks.size(); ++i) {
    for (unsigned dependency : blocks[i].dependencies) {
      bool sameLayer = blocks[dependency].isAttention && !blocks[i].isAttention;
      if (layers[dependency] > layers[i] ||
          (layers[dependency] == layers[i] && !sameLayer))
        return std::nullopt;
    }
    if (blocks[i].isAttention) {
      ++heads[layers[i]];
      headDimension = std::max(headDimension, blocks[i].width);
    } else {
      units[layers[i]] += blocks[i].width;
    }
  }
  uint64_t h = *std::max_element(heads.begin(), heads.end());
  uint64_t m = *std::max_element(units.begin(), units.end());
  uint64_t d = modelDimension, k = headDimension;
  return depth * (h * (4 * d * k + 3 * k) + 2 * d + 2 * d * m + m);
}

/// The least depth, and the fewest parameters at that depth.
std::pair<unsigned, uint64_t> findLeast(const Blocks &blocks,
                                        uint64_t modelDimension) {
  for (unsigned depth = 1;; ++depth) {
    std::optional<uint64_t> least;
    std::vector<unsigned> layers(blocks.size(), 0);
    while (true) {
      auto parameters = evaluate(blocks, layers, depth, modelDimension);
      if (parameters && (!least || *parameters < *least))
        least = parameters;
      size_t digit = 0;
      while (digit < layers.size() && ++layers[digit] == depth)
        layers[digit++] = 0;
      if (digit == layers.size())
        break;
    }
    if (least)
      return {depth, *least};
  }
}

/// Checks what must hold of any schedule.
void expectSound(const Blocks &blocks, const LayerSchedule &schedule,
                 uint64_t modelDimension) {
  auto parameters =
      evaluate(blocks, schedule.layers, schedule.depth, modelDimension);
  ASSERT_TRUE(parameters.has_value());
  EXPECT_EQ(*parameters, schedule.numParameters);
  EXPECT_LE(schedule.leastParameters, schedule.numParameters);

  // The chain, which cannot be had in fewer layers, has the depth.
  ASSERT_FALSE(schedule.chain.empty());
  unsigned layer = 0;
  for (size_t i = 1; i < schedule.chain.size(); ++i) {
    const ScheduleBlock &writer = blocks[schedule.chain[i - 1]];
    const ScheduleBlock &reader = blocks[schedule.chain[i]];
    EXPECT_TRUE(std::count(reader.dependencies.begin(),
                           reader.dependencies.end(), schedule.chain[i - 1]));
    layer += writer.isAttention && !reader.isAttention ? 0 : 1;
  }
  EXPECT_EQ(layer + 1, schedule.depth);
}

Blocks makeRandomBlocks(std::mt19937 &random, size_t size) {
  Blocks blocks;
  for (size_t i = 0; i < size; ++i) {
    ScheduleBlock block =
        random() % 2 ? head(random() % 6 + 1, {}) : mlp(random() % 12 + 1, {});
    for (unsigned dependency = 0; dependency < i; ++dependency)
      if (random() % 4 == 0)
        block.dependencies.push_back(dependency);
    blocks.push_back(block);
  }
  return blocks;
}

TEST(LayerScheduleTest, NoBlocks) {
  LayerSchedule schedule = scheduleLayers({}, 4, 1000);
  EXPECT_EQ(schedule.depth, 0u);
  EXPECT_TRUE(schedule.layers.empty());
  EXPECT_TRUE(schedule.isLeast());
}

TEST(LayerScheduleTest, MLPSharesTheLayerOfItsHead) {
  Blocks blocks = {head(2, {}), mlp(3, {0})};
  LayerSchedule schedule = scheduleLayers(blocks, 4, 1000);
  EXPECT_EQ(schedule.depth, 1u);
  EXPECT_EQ(schedule.layers, (std::vector<unsigned>{0, 0}));
  EXPECT_EQ(schedule.chain, (std::vector<unsigned>{0}));
}

TEST(LayerScheduleTest, HeadAfterMLPTakesALayer) {
  Blocks blocks = {mlp(3, {}), head(2, {0}), mlp(1, {0, 1}), mlp(1, {2})};
  LayerSchedule schedule = scheduleLayers(blocks, 4, 1000);
  EXPECT_EQ(schedule.depth, 3u);
  EXPECT_EQ(schedule.layers, (std::vector<unsigned>{0, 1, 1, 2}));
  EXPECT_EQ(schedule.chain, (std::vector<unsigned>{0, 1, 2, 3}));
}

TEST(LayerScheduleTest, SpreadsWhatMayWait) {
  // A chain of three, and three heads that can be in any of its layers.
  Blocks blocks = {head(2, {}), head(2, {0}), head(2, {1}),
                   head(2, {}), head(2, {}),  head(2, {})};
  LayerSchedule schedule = scheduleLayers(blocks, 4, 1000);
  EXPECT_EQ(schedule.depth, 3u);
  EXPECT_EQ(schedule.mostHeads, 2u);
  EXPECT_TRUE(schedule.isLeast());
}

TEST(LayerScheduleTest, MatchesBruteForce) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 400; ++trial) {
    Blocks blocks = makeRandomBlocks(random, random() % 7 + 1);
    uint64_t modelDimension = random() % 20 + 1;
    LayerSchedule schedule = scheduleLayers(blocks, modelDimension, 100000);
    expectSound(blocks, schedule, modelDimension);
    auto [depth, parameters] = findLeast(blocks, modelDimension);
    EXPECT_EQ(schedule.depth, depth);
    EXPECT_EQ(schedule.numParameters, parameters);
    EXPECT_TRUE(schedule.isLeast());
  }
}

TEST(LayerScheduleTest, StopsAtTheLimitWithABound) {
  std::mt19937 random(2);
  bool stopped = false;
  for (int trial = 0; trial < 200; ++trial) {
    Blocks blocks = makeRandomBlocks(random, 7);
    LayerSchedule limited = scheduleLayers(blocks, 10, 3);
    expectSound(blocks, limited, 10);
    EXPECT_LE(limited.numExamined, 3u);
    auto [depth, parameters] = findLeast(blocks, 10);
    EXPECT_EQ(limited.depth, depth);
    EXPECT_LE(limited.leastParameters, parameters);
    EXPECT_GE(limited.numParameters, parameters);
    stopped |= !limited.isLeast();
  }
  EXPECT_TRUE(stopped);
}

TEST(LayerScheduleTest, LargeGraphs) {
  std::mt19937 random(3);
  Blocks blocks;
  for (unsigned i = 0; i < 6000; ++i) {
    ScheduleBlock block = i % 3 ? head(4, {}) : mlp(random() % 50 + 1, {});
    for (unsigned j = 0; j < 3 && i > 0; ++j)
      if (random() % 2)
        block.dependencies.push_back(i - 1 - random() % std::min(i, 200u));
    std::sort(block.dependencies.begin(), block.dependencies.end());
    blocks.push_back(block);
  }
  expectSound(blocks, scheduleLayers(blocks, 100, 100000), 100);
  blocks.resize(1000);
  LayerSchedule schedule = scheduleLayers(blocks, 100, 100000);
  expectSound(blocks, schedule, 100);
  EXPECT_EQ(schedule.layers, scheduleLayers(blocks, 100, 100000).layers);
}

} // namespace
