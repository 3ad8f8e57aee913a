//===- ForwardPassTests.cpp - Transformers run over their weights ---------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A forward pass is compared with the compiled models of the library, and on
// random dense weights of any shape with a transformer in double precision.
//
//===----------------------------------------------------------------------===//

#include "rasp/Execution/ForwardPass.h"
#include "rasp/Execution/CompiledModel.h"
#include "rasp/InitAll.h"
#include "rasp/Pipelines/Pipelines.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Path.h"

#include "gtest/gtest.h"

#include <cmath>
#include <map>
#include <random>
#include <thread>

using namespace mlir;
using namespace mlir::rasp;
using craft::TransformerShape;
using craft::WeightTensor;

namespace {

std::vector<WeightView> getViews(ArrayRef<WeightTensor> tensors) {
  std::vector<WeightView> views;
  for (const WeightTensor &tensor : tensors)
    views.push_back({tensor.name, tensor.shape, tensor.data.data()});
  return views;
}

/// The message of the error, or none.
template <typename T> std::string getMessage(llvm::Expected<T> result) {
  return result ? "" : llvm::toString(result.takeError());
}
std::string getMessage(llvm::Error error) {
  return error ? llvm::toString(std::move(error)) : "";
}

/// The logits of a run, and its activations if they are asked for.
struct Result {
  std::vector<float> logits;
  std::map<std::string, std::vector<float>> activations;
};

Result run(const ForwardPass &pass, ArrayRef<int32_t> ids, int64_t batch,
           bool withActivations) {
  Result result;
  int64_t sequence = ids.size() / batch;
  result.logits.resize(ids.size() * pass.getShape().numOutputs);
  std::vector<float *> targets;
  if (withActivations)
    for (const Activation &activation :
         llvm::cantFail(pass.getActivations(batch, sequence))) {
      std::vector<float> &data = result.activations[activation.name];
      data.resize(activation.getNumElements(), NAN);
      targets.push_back(data.data());
    }
  EXPECT_EQ(
      getMessage(pass.run(ids, batch, sequence, result.logits, targets)), "");
  return result;
}

/// Rows of random tokens after BOS; some end in PAD.
SmallVector<int32_t> getRandomIds(const TransformerShape &shape, int64_t batch,
                                  int64_t sequence, std::mt19937 &random) {
  SmallVector<int32_t> ids;
  for (int64_t row = 0; row < batch; ++row) {
    int64_t length = row % 2 ? sequence : 1 + random() % sequence;
    for (int64_t position = 0; position < sequence; ++position)
      ids.push_back(position == 0       ? shape.getBosId()
                    : position < length ? random() % shape.vocabSize
                                        : shape.getPadId());
  }
  return ids;
}

/// Rows of any tokens: BOS and PAD where they do not belong, or nothing else,
/// and ids that stand for nothing.
SmallVector<int32_t> getStrangeIds(const TransformerShape &shape, int64_t batch,
                                   int64_t sequence, std::mt19937 &random) {
  SmallVector<int32_t> ids;
  for (int64_t row = 0; row < batch; ++row)
    for (int64_t position = 0; position < sequence; ++position)
      ids.push_back(row == 0 || random() % 3 == 0
                        ? shape.getPadId()
                        : int32_t(random() % (shape.vocabSize + 5)) - 1);
  return ids;
}

/// Expects numbers that differ by less than 1e-5 of the greatest of them.
void expectNear(ArrayRef<float> found, ArrayRef<float> expected) {
  ASSERT_EQ(found.size(), expected.size());
  float scale = 1;
  for (float number : expected)
    if (std::isfinite(number))
      scale = std::max(scale, std::abs(number));
  for (size_t index = 0; index < expected.size(); ++index)
    if (found[index] != expected[index])
      ASSERT_NEAR(found[index], expected[index], 1e-5 * scale)
          << "at " << index;
}

//===----------------------------------------------------------------------===//
// Programs of the library
//===----------------------------------------------------------------------===//

struct Contract {
  const char *program;
  int64_t maxSeqLen;
  bool causal;

  std::string getName() const {
    return program + std::string("_") + std::to_string(maxSeqLen) +
           (causal ? "_causal" : "");
  }
  friend void PrintTo(const Contract &contract, std::ostream *os) {
    *os << contract.getName();
  }
};

class LibraryForwardPassTest : public ::testing::TestWithParam<Contract> {
protected:
  LibraryForwardPassTest() {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
  }

  void SetUp() override {
    const char *root = std::getenv("RASP_SOURCE_ROOT");
    ASSERT_TRUE(root) << "set RASP_SOURCE_ROOT to the checkout, as lit does";
    SmallString<128> file(root);
    llvm::sys::path::append(file, "test", "Integration", "Library",
                            GetParam().program + Twine(".mlir"));
    ParserConfig config(&context);
    module = parseSourceFile<ModuleOp>(file, config);
    ASSERT_TRUE(module);
    for (auto program : module->getOps<ProgramOp>()) {
      program.setMaxSeqLen(GetParam().maxSeqLen);
      program.setCausal(GetParam().causal);
    }
    lowerTo(Stage::CraftLayers);
    FailureOr<craft::ModelWeights> weights = craft::ModelWeights::get(
        *module->getOps<craft::TransformerOp>().begin());
    ASSERT_TRUE(succeeded(weights));
    shape = weights->shape;
    tensors = std::move(weights->tensors);
    lowerTo(Stage::Linalg);
    function = *module->getOps<func::FuncOp>().begin();
  }

  void lowerTo(Stage stage) {
    LowerToTransformerOptions options;
    options.to = stage;
    options.weights = "argument";
    PassManager passes(&context, ModuleOp::getOperationName());
    buildLowerToTransformerPipeline(passes, options);
    ASSERT_TRUE(succeeded(passes.run(*module)));
  }

  /// Changes each weight that is not zero. The compiled model does not read
  /// those of layers that consist of padding.
  void perturb(std::mt19937 &random) {
    std::uniform_real_distribution<float> factor(0.5f, 1.5f);
    NamedAttrList values(
        function->getAttrOfType<DictionaryAttr>(craft::weightsAttrName));
    for (WeightTensor &tensor : tensors) {
      for (float &weight : tensor.data)
        weight *= factor(random);
      if (!values.get(tensor.name))
        continue;
      auto type =
          RankedTensorType::get(tensor.shape, Float32Type::get(&context));
      values.set(tensor.name, DenseElementsAttr::get(
                                  type, ArrayRef<float>(tensor.data)));
    }
    function->setAttr(craft::weightsAttrName, values.getDictionary(&context));
  }

  /// Expects the logits of the compiled model, in batches of any size.
  void compare(std::mt19937 &random) {
    FailureOr<std::unique_ptr<CompiledModel>> model =
        CompiledModel::create(*module);
    ASSERT_TRUE(succeeded(model));
    std::vector<WeightView> views = getViews(tensors);
    ForwardPass pass = llvm::cantFail(ForwardPass::create(shape, views));
    for (int64_t batch : {1, 2, 7, 70})
      for (int64_t sequence : {int64_t(2), shape.getNumPositions() / 2 + 1,
                               shape.getNumPositions()}) {
        SCOPED_TRACE(std::to_string(batch) + " x " + std::to_string(sequence));
        for (auto getIds : {getRandomIds, getStrangeIds}) {
          SmallVector<int32_t> ids = getIds(shape, batch, sequence, random);
          SmallVector<float> expected;
          ASSERT_TRUE(succeeded((*model)->run(ids, batch, sequence, expected)));
          Result found = run(pass, ids, batch, /*withActivations=*/false);
          expectNear(found.logits, expected);
        }
      }
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  TransformerShape shape;
  std::vector<WeightTensor> tensors;
};

TEST_P(LibraryForwardPassTest, EqualsCompiledModel) {
  std::mt19937 random(1);
  compare(random);
}

TEST_P(LibraryForwardPassTest, EqualsCompiledModelWithChangedWeights) {
  std::mt19937 random(2);
  perturb(random);
  compare(random);
}

INSTANTIATE_TEST_SUITE_P(
    Library, LibraryForwardPassTest,
    ::testing::Values(Contract{"reverse", 10, false},
                      Contract{"sort", 10, false}, Contract{"sort", 10, true},
                      Contract{"hist", 32, false}, Contract{"hist", 7, true},
                      Contract{"frac_prevs", 10, true},
                      Contract{"frac_prevs", 16, false},
                      Contract{"shuffle_dyck2", 8, false},
                      Contract{"detect_pattern_ab", 10, false},
                      Contract{"nary_sum", 5, false},
                      Contract{"length", 70, false}),
    [](const ::testing::TestParamInfo<Contract> &info) {
      return info.param.getName();
    });

//===----------------------------------------------------------------------===//
// Dense weights
//===----------------------------------------------------------------------===//

/// Random weights for a shape.
class DenseWeights {
public:
  DenseWeights(const TransformerShape &shape, std::mt19937 &random)
      : shape(shape), random(random) {
    int64_t columns = shape.modelDimension, units = shape.numHiddenUnits;
    add("embedding.tokens", {shape.vocabSize + 2, columns}, 1);
    add("embedding.positions", {shape.getNumPositions(), columns}, 1);
    for (int64_t layer = 0; layer < shape.numLayers; ++layer) {
      std::string prefix = "layers." + std::to_string(layer);
      for (const char *part : {"query", "key", "value"})
        addAffine(prefix + ".attention." + part,
                  {shape.numHeads, columns, shape.headDimension},
                  {shape.numHeads, shape.headDimension}, columns);
      addAffine(prefix + ".attention.output",
                {shape.numHeads, shape.headDimension, columns}, {columns},
                shape.numHeads * shape.headDimension);
      addAffine(prefix + ".mlp.input", {columns, units}, {units}, columns);
      addAffine(prefix + ".mlp.output", {units, columns}, {columns}, units);
    }
    addAffine("unembedding", {columns, shape.numOutputs}, {shape.numOutputs},
              columns);
  }

  TransformerShape shape;
  std::vector<WeightTensor> tensors;

  std::vector<WeightView> getViews() const { return ::getViews(tensors); }

  /// The elements of a weight, or null.
  const float *getData(const std::string &name) const {
    for (const WeightTensor &tensor : tensors)
      if (tensor.name == name)
        return tensor.data.data();
    return nullptr;
  }

private:
  void add(const std::string &name, ArrayRef<int64_t> sizes, double scale) {
    if (llvm::is_contained(sizes, 0))
      return;
    WeightTensor &tensor = tensors.emplace_back();
    tensor.name = name;
    tensor.shape.assign(sizes.begin(), sizes.end());
    int64_t numElements = 1;
    for (int64_t size : sizes)
      numElements *= size;
    std::normal_distribution<float> normal(0, scale);
    for (int64_t index = 0; index < numElements; ++index)
      tensor.data.push_back(random() % 4 ? normal(random) : 0);
  }
  void addAffine(const std::string &prefix, ArrayRef<int64_t> weightSizes,
                 ArrayRef<int64_t> biasSizes, int64_t numInputs) {
    add(prefix + ".weight", weightSizes, 1 / std::sqrt(1.0 + numInputs));
    add(prefix + ".bias", biasSizes, 0.3);
  }

  std::mt19937 &random;
};

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

TransformerShape getShape(int64_t numLayers, int64_t numHeads,
                          int64_t modelDimension, int64_t headDimension,
                          int64_t numHiddenUnits, int64_t maxSeqLen,
                          bool causal) {
  TransformerShape shape;
  shape.numLayers = numLayers;
  shape.numHeads = numHeads;
  shape.modelDimension = modelDimension;
  shape.headDimension = headDimension;
  shape.numHiddenUnits = numHiddenUnits;
  shape.vocabSize = 5;
  shape.maxSeqLen = maxSeqLen;
  shape.numOutputs = 3;
  shape.causal = causal;
  return shape;
}

/// Shapes of every kind: some wider than what is computed at once, some without
/// heads, hidden units, layers or columns.
const TransformerShape denseShapes[] = {
    getShape(2, 3, 13, 3, 37, 20, false), getShape(2, 3, 13, 3, 37, 20, true),
    getShape(1, 2, 150, 70, 140, 12, false), getShape(3, 1, 8, 1, 4, 300, true),
    getShape(2, 0, 9, 0, 11, 6, true),    getShape(2, 2, 9, 4, 0, 6, false),
    getShape(0, 0, 7, 0, 0, 6, false),    getShape(1, 2, 0, 3, 4, 5, false)};

TEST(ForwardPassTest, EqualsTransformerInDoublePrecision) {
  std::mt19937 random(3);
  for (const TransformerShape &shape : denseShapes) {
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
  for (const TransformerShape &shape : denseShapes) {
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
  TransformerShape shape = denseShapes[0];
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
  TransformerShape shape = denseShapes[1];
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

//===----------------------------------------------------------------------===//
// Bad input
//===----------------------------------------------------------------------===//

TEST(ForwardPassTest, RefusesWrongWeights) {
  std::mt19937 random(9);
  TransformerShape shape = denseShapes[0];
  DenseWeights weights(shape, random);
  auto create = [&](ArrayRef<WeightView> views) {
    return getMessage(ForwardPass::create(shape, views));
  };
  std::vector<WeightView> views = weights.getViews();
  EXPECT_EQ(create(views), "");
  std::reverse(views.begin(), views.end());
  EXPECT_EQ(create(views), "");

  WeightView last = views.back();
  ASSERT_EQ(last.name, "embedding.tokens");
  views.pop_back();
  EXPECT_EQ(create(views), "expected a weight 'embedding.tokens' of shape "
                           "[7, 13], and found none");
  views.push_back(last);
  views.push_back(last);
  EXPECT_EQ(create(views),
            "expected one weight 'embedding.tokens', and found two");
  views.back().name = "embedding.token";
  EXPECT_EQ(create(views), "expected no weight 'embedding.token' in a model of "
                           "this shape, and found one of shape [7, 13]");
  views.pop_back();
  views.back().shape = {13, 7};
  EXPECT_EQ(create(views), "expected the weight 'embedding.tokens' to have the "
                           "shape [7, 13], and found [13, 7]");
}

TEST(ForwardPassTest, RefusesWrongShapes) {
  auto create = [](const TransformerShape &shape) {
    return getMessage(ForwardPass::create(shape, {}));
  };
  EXPECT_EQ(create(getShape(1, 1, -1, 1, 1, 1, false)),
            "expected 'd_model' to lie in 0 ... 2147483645, and found -1");
  EXPECT_EQ(create(getShape(1, 1, 1, 1, int64_t(1) << 40, 1, false)),
            "expected 'd_mlp' to lie in 0 ... 2147483645, and found "
            "1099511627776");
  EXPECT_EQ(create(getShape(int64_t(1) << 40, 0, 0, 0, 0, 1, false)),
            "expected 'layers' to lie in 0 ... 1048576, and found "
            "1099511627776");
}

TEST(ForwardPassTest, RefusesWrongSizes) {
  std::mt19937 random(10);
  TransformerShape shape = denseShapes[5];
  DenseWeights weights(shape, random);
  ForwardPass pass =
      llvm::cantFail(ForwardPass::create(shape, weights.getViews()));
  SmallVector<int32_t> ids(8, 0);
  std::vector<float> logits(24);
  std::vector<float *> activations(3);
  EXPECT_EQ(getMessage(pass.run(ids, 2, 3, logits)),
            "expected 2 x 3 token ids, and found 8");
  EXPECT_EQ(getMessage(pass.run(ids, 1, 8, logits)),
            "expected at most 7 positions with BOS, and found 8");
  EXPECT_EQ(getMessage(pass.run(ids, -2, -4, logits)),
            "expected a batch of rows of positions, and found -2 x -4");
  EXPECT_EQ(getMessage(pass.run(ids, int64_t(1) << 62, 4, logits)),
            "expected 4611686018427387904 x 4 token ids, and found 8");
  EXPECT_EQ(getMessage(pass.run(ids, 2, 4,
                                MutableArrayRef<float>(logits).drop_back())),
            "expected room for 2 x 4 x 3 logits, and found room for 23");
  EXPECT_EQ(getMessage(pass.run(ids, 2, 4, logits, activations)),
            "expected arrays for 24 activations or for none, and found 3");
  EXPECT_EQ(getMessage(pass.getActivations(1, 8)),
            "expected at most 7 positions with BOS, and found 8");
  EXPECT_EQ(getMessage(pass.getActivations(int64_t(1) << 60, 4)),
            "the activation 'hook_embed' of shape [1152921504606846976, 4, 9] "
            "has too many elements");
  // Nothing to do, and done at once.
  EXPECT_EQ(getMessage(pass.run({}, 0, 7, {})), "");
  EXPECT_EQ(getMessage(pass.run({}, int64_t(1) << 62, 0, {})), "");
}

} // namespace
