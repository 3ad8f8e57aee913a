//===- ErrorAnalysisTests.cpp - Bounds hold in f32, and are not loose -----===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// The programs of the library are compiled to blocks, which are computed in
// f32 beside the reference interpreter. No value may be further from what it
// stands for than the analysis says.
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Analysis/ErrorAnalysis.h"
#include "rasp/InitAll.h"
#include "rasp/Pipelines/Pipelines.h"
#include "rasp/Reference/Interpreter.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include "gtest/gtest.h"

#include <random>

using namespace mlir;
using namespace mlir::craft;
using rasp::Activations;
using rasp::EvaluationValue;
using rasp::Scalar;

namespace {

using Vectors = std::vector<SmallVector<float>>;

/// Computes blocks in f32; position 0 is BOS, whose vectors are not used.
class SinglePrecision {
public:
  SinglePrecision(ArrayRef<int64_t> tokenIds, bool causal)
      : tokenIds(tokenIds), causal(causal) {}

  const Vectors &get(Value value) const { return values.at(value); }

  void compute(Operation *op) {
    Vectors result(tokenIds.size() + 1);
    for (size_t position = 1; position < result.size(); ++position)
      result[position] = computeAt(op, position);
    values[op->getResult(0)] = std::move(result);
  }

private:
  SmallVector<float> apply(AffineAttr map, ValueRange inputs, size_t position) {
    SmallVector<float> image;
    for (double bias : map.getBiasValues())
      image.push_back(static_cast<float>(bias));
    for (auto [matrix, input] : llvm::zip_equal(map.getWeights(), inputs))
      for (const MatrixEntry &entry : matrix.getEntries())
        image[entry.column] +=
            get(input)[position][entry.row] * static_cast<float>(entry.value);
    return image;
  }

  static SmallVector<float> multiply(ArrayRef<float> vector,
                                     MatrixAttr matrix) {
    SmallVector<float> image(matrix.getColumns(), 0.0f);
    for (const MatrixEntry &entry : matrix.getEntries())
      image[entry.column] +=
          vector[entry.row] * static_cast<float>(entry.value);
    return image;
  }

  SmallVector<float> computeAt(Operation *op, size_t position) {
    if (auto embed = dyn_cast<EmbedOp>(op)) {
      SmallVector<float> result(getDimension(embed.getType()), 0.0f);
      auto addRow = [&](MatrixAttr matrix, int64_t row) {
        for (const MatrixEntry &entry :
             matrix ? matrix.getEntries() : ArrayRef<MatrixEntry>())
          if (entry.row == row)
            result[entry.column] += static_cast<float>(entry.value);
      };
      addRow(embed.getTokensAttr(), tokenIds[position - 1]);
      addRow(embed.getPositionsAttr(), position - 1);
      return result;
    }
    if (auto linear = dyn_cast<LinearOp>(op))
      return apply(linear.getMap(), linear.getInputs(), position);
    if (auto mlp = dyn_cast<MLPOp>(op)) {
      SmallVector<float> hidden =
          apply(mlp.getInput(), mlp.getInputs(), position);
      for (float &number : hidden)
        number = std::max(number, 0.0f);
      SmallVector<float> result =
          multiply(hidden, mlp.getOutput().getWeights().front());
      for (auto [sum, bias] :
           llvm::zip_equal(result, mlp.getOutput().getBiasValues()))
        sum += static_cast<float>(bias);
      return result;
    }
    return attend(cast<HeadOp>(op), position);
  }

  SmallVector<float> attend(HeadOp head, size_t position) {
    SmallVector<float> query =
        apply(head.getQuery(), head.getQueryInputs(), position);
    std::vector<float> scores = {
        static_cast<float>(head.getBosScore().convertToDouble())};
    size_t end = causal ? position + 1 : tokenIds.size() + 1;
    for (size_t key = 1; key < end; ++key) {
      float score = 0;
      for (auto [q, k] : llvm::zip_equal(
               query, apply(head.getKey(), head.getKeyInputs(), key)))
        score += q * k;
      scores.push_back(score);
    }
    float greatest = *llvm::max_element(scores), total = 0;
    SmallVector<float> sum(head.getValueDimension(), 0.0f);
    for (size_t key = 0; key < end; ++key) {
      float weight = std::exp(scores[key] - greatest);
      total += weight;
      SmallVector<float> value;
      if (key == 0)
        for (double number : head.getBosValue())
          value.push_back(static_cast<float>(number));
      else
        value = apply(head.getValue(), head.getValueInputs(), key);
      for (auto [s, v] : llvm::zip_equal(sum, value))
        s += weight * v;
    }
    for (float &number : sum)
      number /= total;
    return multiply(sum, head.getOutput());
  }

  ArrayRef<int64_t> tokenIds;
  bool causal;
  DenseMap<Value, Vectors> values;
};

class ErrorAnalysisTest : public ::testing::Test {
protected:
  ErrorAnalysisTest() {
    DialectRegistry registry;
    rasp::registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  OwningOpRef<ModuleOp> compileToBlocks(const std::string &file,
                                        int64_t maxSeqLen) {
    ParserConfig config(&context);
    OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(file, config);
    if (!module)
      return module;
    for (auto program : module->getOps<rasp::ProgramOp>())
      program.setMaxSeqLen(maxSeqLen);
    rasp::LowerToTransformerOptions options;
    options.to = rasp::Stage::CraftBlocks;
    PassManager passes(&context, "builtin.module");
    rasp::buildLowerToTransformerPipeline(passes, options);
    if (failed(passes.run(*module)))
      return nullptr;
    return module;
  }

  /// Compares all values of the blocks of `program` on `input`.
  void compare(rasp::ProgramOpInterface program, ArrayRef<int64_t> tokenIds) {
    ErrorAnalysis analysis(program);
    SmallVector<Scalar> tokens;
    for (int64_t id : tokenIds)
      tokens.push_back(*rasp::getScalar(program.getVocab()[id]));
    SinglePrecision single(tokenIds, program.getCausal());
    auto observe = [&](Operation *op, ArrayRef<EvaluationValue> results) {
      if (op->getNumResults() == 0)
        return;
      single.compute(op);
      Value value = op->getResult(0);
      double bound = analysis.getError(value).entry;
      auto type = cast<SubspaceTypeInterface>(value.getType());
      const auto &activations = std::get<Activations>(results.front());
      for (size_t position = 1; position <= tokens.size(); ++position) {
        // What the value stands for, without what leaks in doubles.
        SmallVector<double> exact(activations[position]);
        if (type.getValueDomain().isFinite())
          exact = type.encode(type.decode(exact));
        for (auto [number, expected] :
             llvm::zip_equal(single.get(value)[position], exact)) {
          double error = std::abs(number - expected);
          if (error > bound)
            FAIL() << getValueName(op).str() << " is off by " << error
                   << " at position " << position << ", more than " << bound;
          numCompared += 1;
        }
      }
      greatestBound = std::max(greatestBound, bound);
    };
    ASSERT_TRUE(succeeded(rasp::interpret(program, tokens, observe)));
  }

  /// Compares on all inputs that consist of one token, and on random ones.
  void compareOnManyInputs(rasp::ProgramOpInterface program) {
    std::mt19937 random(1);
    size_t numTokens = program.getVocab().size();
    for (unsigned round = 0; round < 30; ++round) {
      SmallVector<int64_t> input(round < 3
                                     ? program.getMaxSeqLen()
                                     : 1 + random() % program.getMaxSeqLen());
      for (int64_t &token : input)
        token = round < 3 ? round % numTokens : random() % numTokens;
      compare(program, input);
      if (HasFatalFailure())
        return;
    }
  }

  MLIRContext context;
  size_t numCompared = 0;
  double greatestBound = 0;
};

TEST_F(ErrorAnalysisTest, LibraryStaysWithinItsBounds) {
  const char *root = std::getenv("RASP_SOURCE_ROOT");
  ASSERT_TRUE(root) << "set RASP_SOURCE_ROOT to the checkout, as lit does";
  SmallString<128> folder(root);
  llvm::sys::path::append(folder, "test", "Integration", "Library");
  std::error_code failure;
  std::vector<std::string> files;
  for (llvm::sys::fs::directory_iterator entry(folder, failure), end;
       !failure && entry != end; entry.increment(failure))
    if (StringRef(entry->path()).ends_with(".mlir"))
      files.push_back(entry->path());
  llvm::sort(files);
  ASSERT_GT(files.size(), 10u);

  // As they are, and on longer inputs. Even so no bound may come near to half
  // of a difference between values.
  for (int64_t maxSeqLen : {5, 32})
    for (const std::string &file : files) {
      SCOPED_TRACE(file);
      OwningOpRef<ModuleOp> module = compileToBlocks(file, maxSeqLen);
      ASSERT_TRUE(module);
      greatestBound = 0;
      compareOnManyInputs(rasp::findProgram(*module));
      if (HasFatalFailure())
        return;
      EXPECT_LT(greatestBound, maxSeqLen == 5 ? 1e-3 : 1e-1);
    }
  EXPECT_GT(numCompared, 10000u);
}

} // namespace
