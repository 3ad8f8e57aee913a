//===- CompiledModelTests.cpp - Models in machine code ----------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Execution/CompiledModel.h"
#include "rasp/Pipelines/Pipelines.h"

#include "rasp/InitAll.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

#include <cmath>
#include <random>
#include <thread>

using namespace mlir;
using namespace mlir::rasp;

namespace {

class CompiledModelTest : public ::testing::Test {
protected:
  CompiledModelTest()
      : handler(&context, [this](Diagnostic &diagnostic) {
          message = diagnostic.str();
          return success();
        }) {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
  }

  /// Lowers `source` to linalg and compiles it.
  std::unique_ptr<CompiledModel> compile(StringRef source) {
    module = parseSourceString<ModuleOp>(source, &context);
    if (!module)
      return nullptr;
    LowerToTransformerOptions options;
    PassManager passManager(&context, ModuleOp::getOperationName());
    buildLowerToTransformerPipeline(passManager, options);
    if (failed(passManager.run(*module)))
      return nullptr;
    FailureOr<std::unique_ptr<CompiledModel>> model =
        CompiledModel::create(*module);
    return succeeded(model) ? std::move(*model) : nullptr;
  }

  MLIRContext context;
  std::string message;
  ScopedDiagnosticHandler handler;
  OwningOpRef<ModuleOp> module;
};

/// Counts how often each token occurs.
constexpr StringLiteral histogram = R"mlir(
rasp.program @histogram(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 12} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %count = rasp.selector_width %same
  rasp.return %count : !rasp.sop<i64>
}
)mlir";

/// A function that describes itself as a model and computes exp of the bits of
/// its input.
constexpr StringLiteral exponential = R"mlir(
#scalar = affine_map<(b, s, o) -> (b, s)>
#all = affine_map<(b, s, o) -> (b, s, o)>
func.func @exponential(%tokens: tensor<?x?xi32>) -> tensor<?x?x1xf32> attributes {
    rasp.vocab = [1], rasp.bos = "BOS", rasp.pad = "PAD", rasp.numerical,
    rasp.shape = {layers = 0, heads = 0, d_model = 0, d_head = 0, d_mlp = 0, max_seq_len = 1000000,
                  causal = false, parameters = 0, unpadded = 0, non_zeros = 0, unembedding = 0}} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %batch = tensor.dim %tokens, %c0 : tensor<?x?xi32>
  %sequence = tensor.dim %tokens, %c1 : tensor<?x?xi32>
  %empty = tensor.empty(%batch, %sequence) : tensor<?x?x1xf32>
  %result = linalg.generic {indexing_maps = [#scalar, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%tokens : tensor<?x?xi32>) outs(%empty : tensor<?x?x1xf32>) {
  ^bb0(%bits: i32, %out: f32):
    %x = arith.bitcast %bits : i32 to f32
    %y = math.exp %x : f32
    linalg.yield %y : f32
  } -> tensor<?x?x1xf32>
  return %result : tensor<?x?x1xf32>
}
)mlir";

/// exp of `numbers`, as compiled models compute it.
std::vector<float> computeExp(const CompiledModel &model,
                              ArrayRef<float> numbers) {
  SmallVector<int32_t> bits;
  for (float number : numbers)
    bits.push_back(llvm::bit_cast<int32_t>(number));
  SmallVector<float> results;
  EXPECT_TRUE(succeeded(model.run(bits, 1, bits.size(), results)));
  return std::vector<float>(results.begin(), results.end());
}

TEST_F(CompiledModelTest, ExpIsExactWhereSelectionNeedsIt) {
  std::unique_ptr<CompiledModel> model = compile(exponential);
  ASSERT_TRUE(model) << message;
  // A selected key scores 0 and weighs exactly 1; a masked one nothing at all.
  std::vector<float> results =
      computeExp(*model, {0.0f, -0.0f, -1.0e30f, -100.0f});
  EXPECT_EQ(results[0], 1.0f);
  EXPECT_EQ(results[1], 1.0f);
  EXPECT_EQ(results[2], 0.0f);
  EXPECT_EQ(results[3], 0.0f);
}

TEST_F(CompiledModelTest, ExpIsAccurate) {
  std::unique_ptr<CompiledModel> model = compile(exponential);
  ASSERT_TRUE(model) << message;
  std::vector<float> numbers;
  for (float number = -87; number < 25; number += 0.00173f)
    numbers.push_back(number);
  std::vector<float> results = computeExp(*model, numbers);
  for (auto [number, result] : llvm::zip_equal(numbers, results)) {
    double exact = std::exp(static_cast<double>(number));
    ASSERT_NEAR(result / exact, 1.0, std::ldexp(1.0, -23))
        << "exp of " << number;
  }
}

TEST_F(CompiledModelTest, RunsFromSeveralThreads) {
  std::unique_ptr<CompiledModel> model = compile(histogram);
  ASSERT_TRUE(model) << message;
  auto runMany = [&](unsigned seed, unsigned &numWrong) {
    std::mt19937 generator(seed);
    for (unsigned repetition = 0; repetition < 50; ++repetition) {
      std::vector<Sequence> inputs(1 + generator() % 20);
      for (Sequence &input : inputs)
        for (unsigned length = 1 + generator() % 12; length > 0; --length)
          input.push_back(Scalar::integer(1 + generator() % 3));
      FailureOr<std::vector<Sequence>> outputs = model->run(inputs);
      if (failed(outputs)) {
        ++numWrong;
        continue;
      }
      for (auto [input, output] : llvm::zip_equal(inputs, *outputs))
        for (auto [token, count] : llvm::zip_equal(input, output))
          numWrong += count != Scalar::integer(llvm::count(input, token));
    }
  };
  unsigned numWrong[4] = {};
  std::vector<std::thread> threads;
  for (unsigned index = 0; index < 4; ++index)
    threads.emplace_back(runMany, index, std::ref(numWrong[index]));
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(llvm::ArrayRef(numWrong), llvm::ArrayRef({0u, 0u, 0u, 0u}));
}

TEST_F(CompiledModelTest, GivesTheSameBitsEveryTime) {
  std::unique_ptr<CompiledModel> model = compile(histogram);
  ASSERT_TRUE(model) << message;
  // BOS, four tokens, and one of PAD.
  SmallVector<int32_t> ids = {3, 0, 1, 2, 0, 4};
  SmallVector<float> first, again;
  ASSERT_TRUE(succeeded(model->run(ids, 1, 6, first)));
  ASSERT_TRUE(succeeded(model->run(ids, 1, 6, again)));
  EXPECT_EQ(ArrayRef<float>(first), ArrayRef<float>(again));
  EXPECT_EQ(first.size(), 6u * model->getContract().getShape().numOutputs);
}

TEST_F(CompiledModelTest, ReadsIdsOutOfRangeAsPad) {
  std::unique_ptr<CompiledModel> model = compile(histogram);
  ASSERT_TRUE(model) << message;
  SmallVector<float> padded, strange;
  ASSERT_TRUE(succeeded(model->run({3, 0, 0, 4, 4}, 1, 5, padded)));
  ASSERT_TRUE(succeeded(model->run({3, 0, 0, -7, 1000000}, 1, 5, strange)));
  EXPECT_EQ(ArrayRef<float>(padded), ArrayRef<float>(strange));
}

TEST_F(CompiledModelTest, RefusesWrongSizes) {
  std::unique_ptr<CompiledModel> model = compile(histogram);
  ASSERT_TRUE(model) << message;
  SmallVector<float> results;
  EXPECT_TRUE(failed(model->run({3, 0, 1}, 2, 2, results)));
  EXPECT_EQ(message, "expected 2 x 2 token ids, and found 3");
  EXPECT_TRUE(failed(model->run(SmallVector<int32_t>(14), 1, 14, results)));
  EXPECT_EQ(message, "expected at most 13 positions with BOS, and found 14");
  EXPECT_TRUE(failed(model->run({{}})));
  EXPECT_EQ(message, "expected an input of 1 to 12 tokens, and found 0");
  EXPECT_TRUE(failed(model->run({{Scalar::integer(9)}})));
  EXPECT_EQ(message, "the token '9' is not in the vocabulary of 'histogram'");
}

} // namespace
