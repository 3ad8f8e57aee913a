//===- DenseForwardPassTests.cpp - Forward passes of random weights -------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On random dense weights of any shape, a forward pass is compared with a
// transformer in double precision, and its activations with one another.
//
//===----------------------------------------------------------------------===//

#include "ForwardPassTesting.h"

#include "llvm/ADT/Sequence.h"

#include <cmath>
#include <thread>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::test;
using craft::TransformerShape;
using craft::WeightTensor;

namespace {

using Numbers = std::vector<float>;
using Vectors = std::vector<std::vector<double>>;

Vectors apply(const Vectors &inputs, const float *weight, const float *bias,
              int64_t numOutputs) {
  Vectors outputs;
  for (const std::vector<double> &input : inputs) {
    std::vector<double> &output = outputs.emplace_back(numOutputs);
    for (int64_t column = 0; column < numOutputs; ++column) {
      output[column] = bias ? bias[column] : 0;
      for (size_t index = 0; index < input.size(); ++index)
        output[column] += input[index] * weight[index * numOutputs + column];
    }
  }
  return outputs;
}

void add(Vectors &sums, const Vectors &added) {
  for (auto [sum, vector] : llvm::zip_equal(sums, added))
    for (size_t column = 0; column < sum.size(); ++column)
      sum[column] += vector[column];
}

/// The logits of one row by the transformer that docs/abi.md describes, in
/// double precision.
Vectors computeReference(const DenseWeights &weights, ArrayRef<int32_t> ids) {
  const TransformerShape &shape = weights.shape;
  int64_t columns = shape.modelDimension, headColumns = shape.headDimension;
  auto isPad = [&](int32_t id) { return id < 0 || id >= shape.getPadId(); };
  Vectors stream;
  for (auto [position, id] : llvm::enumerate(ids)) {
    std::vector<double> &vector = stream.emplace_back();
    for (int64_t column = 0; column < columns; ++column)
      vector.push_back(
          weights.getData("embedding.tokens")
              [(isPad(id) ? shape.getPadId() : id) * columns + column] +
          weights.getData("embedding.positions")[position * columns + column]);
  }

  auto runHead = [&](const std::string &prefix, int64_t head) {
    auto project = [&](const std::string &part) {
      return apply(stream,
                   weights.getData(prefix + part + ".weight") +
                       head * columns * headColumns,
                   weights.getData(prefix + part + ".bias") +
                       head * headColumns,
                   headColumns);
    };
    Vectors queries = project("query"), keys = project("key");
    Vectors values = project("value");
    Vectors mixed(ids.size(), std::vector<double>(headColumns));
    for (auto [query, vector] : llvm::enumerate(mixed)) {
      std::vector<double> powers;
      double sum = 0;
      for (auto [key, id] : llvm::enumerate(ids)) {
        double score = 0;
        for (int64_t column = 0; column < headColumns; ++column)
          score += queries[query][column] * keys[key][column];
        bool masked = isPad(id) || (shape.causal && key > query);
        powers.push_back(masked ? 0 : std::exp(score));
        sum += powers.back();
      }
      for (auto [power, value] : llvm::zip_equal(powers, values))
        for (int64_t column = 0; column < headColumns; ++column)
          vector[column] +=
              value[column] * (sum == 0 ? 1.0 / ids.size() : power / sum);
    }
    return apply(mixed,
                 weights.getData(prefix + "output.weight") +
                     head * headColumns * columns,
                 nullptr, columns);
  };

  for (int64_t layer = 0; layer < shape.numLayers; ++layer) {
    std::string prefix = "layers." + std::to_string(layer) + ".";
    Vectors written =
        apply(Vectors(ids.size()), nullptr,
              weights.getData(prefix + "attention.output.bias"), columns);
    for (int64_t head = 0; head < shape.numHeads; ++head)
      add(written, runHead(prefix + "attention.", head));
    add(stream, written);
    Vectors hidden = apply(stream, weights.getData(prefix + "mlp.input.weight"),
                           weights.getData(prefix + "mlp.input.bias"),
                           shape.numHiddenUnits);
    for (std::vector<double> &vector : hidden)
      for (double &unit : vector)
        unit = std::max(unit, 0.0);
    add(stream, apply(hidden, weights.getData(prefix + "mlp.output.weight"),
                      weights.getData(prefix + "mlp.output.bias"), columns));
  }
  return apply(stream, weights.getData("unembedding.weight"),
               weights.getData("unembedding.bias"), shape.numOutputs);
}

TEST(ForwardPassTest, EqualsTransformerInDoublePrecision) {
  std::mt19937 random(3);
  for (const TransformerShape &shape : getDenseShapes()) {
    std::string text;
    llvm::raw_string_ostream os(text);
    shape.print(os);
    SCOPED_TRACE(text);
    DenseWeights weights(shape, random);
    ForwardPass pass =
        llvm::cantFail(ForwardPass::create(shape, weights.getViews()));
    int64_t sequence = shape.getNumPositions();
    SmallVector<int32_t> ids = getRandomIds(shape, 3, sequence, random);
    ids.append(getStrangeIds(shape, 3, sequence, random));
    Result found = run(pass, ids, 6, /*withActivations=*/false);
    std::vector<float> expected;
    for (int64_t row = 0; row < 6; ++row)
      for (const std::vector<double> &vector : computeReference(
               weights,
               ArrayRef<int32_t>(ids).slice(row * sequence, sequence)))
        expected.insert(expected.end(), vector.begin(), vector.end());
    expectNear(found.logits, expected);
  }
}

void expectSum(const Numbers &sum, const Numbers &lhs, const Numbers &rhs) {
  ASSERT_EQ(sum.size(), lhs.size());
  ASSERT_EQ(sum.size(), rhs.size());
  for (size_t index = 0; index < sum.size(); ++index)
    ASSERT_EQ(sum[index], lhs[index] + rhs[index]) << "at " << index;
}

/// Compares scores, pattern and what is read with queries, keys and values.
void expectAttention(const TransformerShape &shape, ArrayRef<int32_t> ids,
                     int64_t batch,
                     llvm::function_ref<const Numbers &(const char *)> get) {
  int64_t sequence = ids.size() / batch, columns = shape.headDimension;
  const Numbers &scores = get("attn.hook_attn_scores");
  const Numbers &pattern = get("attn.hook_pattern");
  const Numbers &queries = get("attn.hook_q"), &keys = get("attn.hook_k");
  const Numbers &values = get("attn.hook_v"), &mixed = get("attn.hook_z");
  for (int64_t row = 0; row < batch; ++row)
    for (int64_t head = 0; head < shape.numHeads; ++head)
      for (int64_t query = 0; query < sequence; ++query) {
        auto getVector = [&](const Numbers &vectors, int64_t position) {
          return ArrayRef<float>(vectors).slice(
              ((row * sequence + position) * shape.numHeads + head) * columns,
              columns);
        };
        int64_t first =
            ((row * shape.numHeads + head) * sequence + query) * sequence;
        auto isVisible = [&](int64_t key) {
          return ids[row * sequence + key] != shape.getPadId() &&
                 (!shape.causal || key <= query);
        };
        bool isBlind = llvm::none_of(llvm::seq(sequence), isVisible);
        double sum = 0;
        std::vector<double> read(columns);
        for (int64_t key = 0; key < sequence; ++key) {
          float weight = pattern[first + key];
          sum += weight;
          for (int64_t column = 0; column < columns; ++column)
            read[column] += weight * getVector(values, key)[column];
          double score = 0;
          for (auto [q, k] : llvm::zip_equal(getVector(queries, query),
                                             getVector(keys, key)))
            score += q * k;
          if (isVisible(key)) {
            ASSERT_NEAR(scores[first + key], score, 1e-5);
          } else {
            ASSERT_EQ(scores[first + key], -INFINITY);
            ASSERT_EQ(weight, isBlind ? 1.0f / sequence : 0.0f);
          }
        }
        ASSERT_NEAR(sum, 1, 1e-5);
        for (auto [found, expected] :
             llvm::zip_equal(getVector(mixed, query), read))
          ASSERT_NEAR(found, expected, 1e-5);
      }
}

TEST(ForwardPassTest, ActivationsBelongTogether) {
  std::mt19937 random(4);
  for (const TransformerShape &shape : getDenseShapes()) {
    DenseWeights weights(shape, random);
    ForwardPass pass =
        llvm::cantFail(ForwardPass::create(shape, weights.getViews()));
    int64_t batch = 5;
    SmallVector<int32_t> ids =
        getRandomIds(shape, batch, shape.getNumPositions(), random);
    // A row in which the first queries see nothing.
    ids[0] = ids[1] = shape.getPadId();
    Result result = run(pass, ids, batch, /*withActivations=*/true);
    EXPECT_EQ(result.logits,
              run(pass, ids, batch, /*withActivations=*/false).logits);
    for (const auto &[name, data] : result.activations)
      EXPECT_FALSE(llvm::any_of(data, [](float number) {
        return std::isnan(number);
      })) << name;
    EXPECT_EQ(result.activations.size(),
              2u + shape.numLayers * (5 + (shape.headDimension ? 6 : 0) +
                                      (shape.numHiddenUnits ? 2 : 0)));

    for (int64_t layer = 0; layer < shape.numLayers; ++layer) {
      SCOPED_TRACE("layer " + std::to_string(layer));
      auto getOf = [&](int64_t index, const char *name) -> const Numbers & {
        return result.activations.at("blocks." + std::to_string(index) + "." +
                                     name);
      };
      auto get = [&](const char *name) -> const Numbers & {
        return getOf(layer, name);
      };
      if (layer == 0)
        expectSum(get("hook_resid_pre"), result.activations["hook_embed"],
                  result.activations["hook_pos_embed"]);
      else
        EXPECT_EQ(get("hook_resid_pre"), getOf(layer - 1, "hook_resid_post"));
      expectSum(get("hook_resid_mid"), get("hook_resid_pre"),
                get("hook_attn_out"));
      expectSum(get("hook_resid_post"), get("hook_resid_mid"),
                get("hook_mlp_out"));
      if (shape.numHiddenUnits)
        for (auto [before, after] :
             llvm::zip_equal(get("mlp.hook_pre"), get("mlp.hook_post")))
          ASSERT_EQ(after, std::max(before, 0.0f));
      if (shape.headDimension)
        expectAttention(shape, ids, batch, get);
    }
  }
}

TEST(ForwardPassTest, MeansOfEqualValuesAreExact) {
  // One head that attends to all alike, and reads 3.
  TransformerShape shape = getShape(1, 1, 1, 1, 0, 1000, false);
  std::mt19937 random(5);
  DenseWeights weights(shape, random);
  for (WeightTensor &tensor : weights.tensors)
    tensor.data.assign(tensor.data.size(), 0);
  auto set = [&](StringRef name, float value) {
    for (WeightTensor &tensor : weights.tensors)
      if (tensor.name == name)
        tensor.data.assign(tensor.data.size(), value);
  };
  set("layers.0.attention.key.bias", 0.1f);
  set("layers.0.attention.query.bias", 7.3f);
  set("layers.0.attention.value.bias", 3);
  set("layers.0.attention.output.weight", 1);
  set("unembedding.weight", 1);
  ForwardPass pass =
      llvm::cantFail(ForwardPass::create(shape, weights.getViews()));
  // Powers of two, so that the weights of a mean are exact.
  for (int64_t sequence : {1, 2, 8, 64, 512}) {
    SmallVector<int32_t> ids(sequence, 0);
    for (float logit : run(pass, ids, 1, false).logits)
      EXPECT_EQ(logit, 3.0f);
  }
}

TEST(ForwardPassTest, ReadsWeightsAnew) {
  std::mt19937 random(6);
  TransformerShape shape = getDenseShapes()[0];
  DenseWeights weights(shape, random);
  ForwardPass pass =
      llvm::cantFail(ForwardPass::create(shape, weights.getViews()));
  SmallVector<int32_t> ids = getRandomIds(shape, 3, 9, random);
  run(pass, ids, 3, false);
  for (WeightTensor &tensor : weights.tensors)
    for (float &weight : tensor.data)
      weight *= 1.25f;
  ForwardPass other =
      llvm::cantFail(ForwardPass::create(shape, weights.getViews()));
  EXPECT_EQ(run(pass, ids, 3, false).logits, run(other, ids, 3, false).logits);
}

TEST(ForwardPassTest, RunsFromSeveralThreads) {
  std::mt19937 random(7);
  TransformerShape shape = getDenseShapes()[1];
  DenseWeights weights(shape, random);
  ForwardPass pass =
      llvm::cantFail(ForwardPass::create(shape, weights.getViews()));
  SmallVector<int32_t> ids = getRandomIds(shape, 20, 15, random);
  Result expected = run(pass, ids, 20, true);
  unsigned numWrong[4] = {};
  std::vector<std::thread> threads;
  for (unsigned &count : numWrong)
    threads.emplace_back([&]() {
      for (unsigned repetition = 0; repetition < 20; ++repetition) {
        Result found = run(pass, ids, 20, true);
        count += found.logits != expected.logits ||
                 found.activations != expected.activations;
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(llvm::ArrayRef(numWrong), llvm::ArrayRef({0u, 0u, 0u, 0u}));
}

TEST(ForwardPassTest, StopsWhereInterrupted) {
  std::mt19937 random(8);
  TransformerShape shape = getShape(1, 1, 64, 8, 4096, 30, false);
  DenseWeights weights(shape, random);
  ForwardPass pass =
      llvm::cantFail(ForwardPass::create(shape, weights.getViews()));
  int64_t batch = 100, sequence = 31;
  SmallVector<int32_t> ids = getRandomIds(shape, batch, sequence, random);
  std::vector<float> logits(ids.size() * shape.numOutputs);
  unsigned numQuestions = 0;
  auto runAndAsk = [&](int64_t numRows, bool answer) {
    numQuestions = 0;
    return getMessage(pass.run(
        ArrayRef<int32_t>(ids).take_front(numRows * sequence), numRows,
        sequence,
        MutableArrayRef<float>(logits).take_front(numRows * sequence *
                                                  shape.numOutputs),
        {}, [&]() {
          ++numQuestions;
          return answer;
        }));
  };
  EXPECT_EQ(runAndAsk(batch, true), "the run was interrupted");
  EXPECT_EQ(numQuestions, 1u);
  EXPECT_EQ(runAndAsk(batch, false), "");
  EXPECT_GT(numQuestions, 1u);
  // A short run is over before there is a question.
  EXPECT_EQ(runAndAsk(1, true), "");
  EXPECT_EQ(numQuestions, 0u);
}

} // namespace
