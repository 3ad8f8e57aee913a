//===- ResidualAllocationTests.cpp - Layers compute what blocks do --------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program is interpreted in its block form and as the transformer that
// craft-allocate-layers and craft-allocate-residual make of it. The latter
// computes at BOS what a transformer computes there, so that every constant
// that is not corrected for shows.
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Analysis/ModelShape.h"
#include "rasp/Dialect/Craft/Transforms/Passes.h"
#include "rasp/Reference/Interpreter.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace mlir;
using namespace mlir::craft;
using rasp::Scalar;
using rasp::Sequence;

namespace {

class ResidualAllocationTest : public ::testing::Test {
protected:
  ResidualAllocationTest() { context.loadDialect<CraftDialect>(); }

  /// Checks that the transformer of the only program in `text` has the outputs
  /// of the program on every input up to `maxLength` of `tokens`.
  void expectSameOutputs(const std::string &text, ArrayRef<int64_t> tokens,
                         size_t maxLength, bool reuse = true) {
    SCOPED_TRACE(text);
    OwningOpRef<ModuleOp> blocks = parseSourceString<ModuleOp>(text, &context);
    ASSERT_TRUE(blocks);
    OwningOpRef<ModuleOp> layers = blocks->clone();
    AllocateResidualOptions options;
    options.reuse = reuse;
    PassManager passes(&context, "builtin.module");
    passes.addPass(createAllocateLayers());
    passes.addPass(createAllocateResidual(options));
    ASSERT_TRUE(succeeded(passes.run(*layers)));

    rasp::ProgramOpInterface before = rasp::findProgram(*blocks);
    rasp::ProgramOpInterface after = rasp::findProgram(*layers);
    ASSERT_TRUE(isa<TransformerOp>(after));
    SmallVector<Scalar> input;
    compareFrom(before, after, tokens, maxLength, input);
  }

  /// Compares the outputs on `input` and on what continues it.
  void compareFrom(rasp::ProgramOpInterface before,
                   rasp::ProgramOpInterface after, ArrayRef<int64_t> tokens,
                   size_t maxLength, SmallVectorImpl<Scalar> &input) {
    if (!input.empty()) {
      FailureOr<Sequence> expected = rasp::interpret(before, input);
      FailureOr<Sequence> found = rasp::interpret(after, input);
      ASSERT_TRUE(succeeded(expected));
      ASSERT_TRUE(succeeded(found));
      ASSERT_EQ(expected->size(), found->size());
      for (auto [position, pair] :
           llvm::enumerate(llvm::zip_equal(*expected, *found))) {
        auto [want, have] = pair;
        if (want.isNumeric() && have.isNumeric()) {
          double scale = std::max(1.0, std::abs(want.getDouble()));
          ASSERT_NEAR(want.getDouble(), have.getDouble(), 1e-7 * scale)
              << "at position " << position;
        } else {
          ASSERT_EQ(want.str(), have.str()) << "at position " << position;
        }
      }
    }
    if (input.size() == maxLength)
      return;
    for (int64_t token : tokens) {
      input.push_back(Scalar::integer(token));
      compareFrom(before, after, tokens, maxLength, input);
      input.pop_back();
    }
  }

  MLIRContext context;
};

/// The number of 1s, by the linear way; then the mean of the tokens at the
/// positions where that count, doubled by an MLP, is matched by the index.
constexpr const char *countThenGather = R"mlir(
craft.program @count attributes {{vocab = [0, 1], max_seq_len = 4{0}} {{
  %tokens = craft.embed tokens <2x2 identity> : !craft.onehot<{{0, 1}>
  %indices = craft.embed positions <4x1 (1, 0) = 1.0, (2, 0) = 2.0, (3, 0) = 3.0> : !craft.scalar<{{0, 1, 2, 3}>
  %count = craft.head queries() keys(%tokens : !craft.onehot<{{0, 1}>) values()
    query <[] + [1.0]> key <[<2x1 (0, 0) = -40.0>] + [0.0]>
    value <[] + [1.0]> output <1x1 (0, 0) = 22026.465794806718>
    bos score 10.0 value [0.0] : !craft.scalar<{{0, 1, 2, 3, 4}>
  %double = craft.mlp %count, %indices <[<1x2 (0, 0) = 1.0>, <1x2 (0, 1) = 1.0>] + [0.5, 0.25]>
    then <[<2x2 (0, 0) = 2.0, (1, 1) = 1.0>] + [-1.0, -0.25]>
    : (!craft.scalar<{{0, 1, 2, 3, 4}>, !craft.scalar<{{0, 1, 2, 3}>) -> !craft.onehot<{{0, 1}>
  %mean = craft.head queries(%double, %count : !craft.onehot<{{0, 1}>, !craft.scalar<{{0, 1, 2, 3, 4}>) keys(%indices : !craft.scalar<{{0, 1, 2, 3}>)
    values(%tokens, %double : !craft.onehot<{{0, 1}>, !craft.onehot<{{0, 1}>)
    query <[<2x2 (0, 0) = 1.0>, <1x2 (0, 0) = -1.0>] + [0.0, 1.0]>
    key <[<1x2 (0, 0) = 2.0, (0, 1) = -3.0>] + [0.0, 0.0]>
    value <[<2x2 (1, 0) = 1.0>, <2x2 (0, 1) = 1.0>] + [0.0, 0.5]>
    output <2x2 identity>
    bos score -20.0 value [0.5, -3.0] : !craft.onehot<{{0, 1}>
  craft.unembed %mean, %count <[<2x1 (0, 0) = 1.0, (1, 0) = 3.0>, <1x1 identity>] + [1.0]> numerical
    : !craft.onehot<{{0, 1}>, !craft.scalar<{{0, 1, 2, 3, 4}>
}
)mlir";

TEST_F(ResidualAllocationTest, CountThenGather) {
  for (bool reuse : {false, true})
    for (const char *causal : {"", ", causal"})
      expectSameOutputs(llvm::formatv(countThenGather, causal), {0, 1}, 4,
                        reuse);
}

TEST_F(ResidualAllocationTest, NoHeads) {
  expectSameOutputs(R"mlir(
craft.program @sum attributes {vocab = [1, 2], max_seq_len = 3} {
  %x = craft.embed tokens <2x1 (0, 0) = 1.0, (1, 0) = 2.0> positions <3x1 (1, 0) = 4.0, (2, 0) = 8.0> : !craft.scalar<{1, 2}>
  %y = craft.mlp %x, %x <[<1x1 identity>, <1x1 identity>] + [-1.0]>
    then <[<1x1 identity>] + [3.0]> : (!craft.scalar<{1, 2}>, !craft.scalar<{1, 2}>) -> !craft.scalar<{1, 2}>
  craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 2}>
}
)mlir",
                    {1, 2}, 3);
}

TEST_F(ResidualAllocationTest, Constant) {
  expectSameOutputs(R"mlir(
craft.program @seven attributes {vocab = [1, 2], max_seq_len = 3} {
  craft.unembed <[] + [7.0]> numerical
}
)mlir",
                    {1, 2}, 3);
}

/// Writes programs of random blocks, whatever they may compute.
class ProgramWriter {
public:
  explicit ProgramWriter(unsigned seed) : random(seed) {}

  std::string write() {
    std::string text;
    llvm::raw_string_ostream os(text);
    os << "craft.program @random attributes {vocab = [0, 1], max_seq_len = 3"
       << (pick(2) ? ", causal" : "") << "} {\n";
    writeEmbed(os, "tokens", 2);
    writeEmbed(os, "positions", 3);
    for (int number = pick(8); number >= 0; --number)
      pick(2) ? writeHead(os) : writeMLP(os);
    std::vector<int> inputs = pickInputs(/*atLeast=*/1);
    os << "  craft.unembed " << operands(inputs) << " " << affine(inputs, 1)
       << " numerical : " << types(inputs) << "\n}\n";
    return text;
  }

private:
  int pick(int bound) { return random() % bound; }

  /// A multiple of 1/4 from -2 to 2; half of the time 0.
  double pickNumber() { return pick(2) ? 0 : (pick(17) - 8) / 4.0; }

  std::vector<int> pickInputs(int atLeast = 0) {
    std::vector<int> inputs;
    for (int i = pick(3) + atLeast; i > 0; --i)
      inputs.push_back(pick(dimensions.size()));
    return inputs;
  }

  static std::string type(int dimension) {
    static const char *const domains[] = {"scalar<{0, 1}", "onehot<{0, 1}",
                                          "onehot<{0, 1, 2}"};
    return llvm::formatv("!craft.{0}>", domains[dimension - 1]);
  }
  std::string types(ArrayRef<int> inputs) const {
    return llvm::join(
        llvm::map_range(inputs, [&](int i) { return type(dimensions[i]); }),
        ", ");
  }
  static std::string operands(ArrayRef<int> inputs) {
    return llvm::join(
        llvm::map_range(inputs, [](int i) { return "%v" + std::to_string(i); }),
        ", ");
  }
  std::string typed(ArrayRef<int> inputs) const {
    return inputs.empty() ? "" : operands(inputs) + " : " + types(inputs);
  }

  std::string matrix(int rows, int columns) {
    std::vector<std::string> entries;
    for (int row = 0; row < rows; ++row)
      for (int column = 0; column < columns; ++column)
        if (double number = pickNumber())
          entries.push_back(
              llvm::formatv("({0}, {1}) = {2:f2}", row, column, number));
    return llvm::formatv("<{0}x{1} {2}>", rows, columns,
                         llvm::join(entries, ", "));
  }
  std::string vector(int size) {
    std::vector<std::string> numbers;
    for (int i = 0; i < size; ++i)
      numbers.push_back(llvm::formatv("{0:f2}", pickNumber()));
    return "[" + llvm::join(numbers, ", ") + "]";
  }
  std::string affine(ArrayRef<int> inputs, int columns) {
    std::vector<std::string> matrices;
    for (int input : inputs)
      matrices.push_back(matrix(dimensions[input], columns));
    return llvm::formatv("<[{0}] + {1}>", llvm::join(matrices, ", "),
                         vector(columns));
  }
  /// Names a new value and picks its dimension.
  int define(llvm::raw_ostream &os) {
    os << "  %v" << dimensions.size() << " = ";
    return pick(3) + 1;
  }

  void writeEmbed(llvm::raw_ostream &os, const char *kind, int rows) {
    int dimension = define(os);
    os << "craft.embed " << kind << " " << matrix(rows, dimension) << " : "
       << type(dimension) << "\n";
    dimensions.push_back(dimension);
  }
  void writeHead(llvm::raw_ostream &os) {
    int dimension = define(os);
    std::vector<int> queries = pickInputs(), keys = pickInputs(),
                     values = pickInputs();
    int scores = pick(3), means = pick(2) + 1;
    os << "craft.head queries(" << typed(queries) << ") keys(" << typed(keys)
       << ") values(" << typed(values) << ") query " << affine(queries, scores)
       << " key " << affine(keys, scores) << " value " << affine(values, means)
       << " output " << matrix(means, dimension) << " bos score "
       << llvm::formatv("{0:f2}", pickNumber()) << " value " << vector(means)
       << " : " << type(dimension) << "\n";
    dimensions.push_back(dimension);
  }
  void writeMLP(llvm::raw_ostream &os) {
    int dimension = define(os);
    std::vector<int> inputs = pickInputs();
    int units = pick(4);
    os << "craft.mlp " << operands(inputs) << " " << affine(inputs, units)
       << " then <[" << matrix(units, dimension) << "] + " << vector(dimension)
       << "> : (" << types(inputs) << ") -> " << type(dimension) << "\n";
    dimensions.push_back(dimension);
  }

  std::mt19937 random;
  std::vector<int> dimensions;
};

TEST_F(ResidualAllocationTest, RandomPrograms) {
  for (unsigned seed = 0; seed < 2000 && !HasFatalFailure(); ++seed)
    expectSameOutputs(ProgramWriter(seed).write(), {0, 1}, 3,
                      /*reuse=*/seed % 2);
}

TEST_F(ResidualAllocationTest, ShapeByTheFormula) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(
      std::string(llvm::formatv(countThenGather, "")), &context);
  ASSERT_TRUE(module);
  PassManager passes(&context, "builtin.module");
  passes.addPass(createAllocateLayers());
  passes.addPass(createAllocateResidual());
  ASSERT_TRUE(succeeded(passes.run(*module)));
  ModelShape shape(*module->getOps<TransformerOp>().begin());
  uint64_t d = 8, k = 3, m = 2;
  EXPECT_EQ(shape.numLayers, 2u);
  EXPECT_EQ(shape.numHeads, 1u);
  EXPECT_EQ(shape.modelDimension, d);
  EXPECT_EQ(shape.headDimension, k);
  EXPECT_EQ(shape.numHiddenUnits, m);
  uint64_t embeddings = (2 + 2 + 4 + 1) * d;
  EXPECT_EQ(shape.numParameters,
            2 * (4 * d * k + 3 * k + 2 * d + 2 * d * m + m) + embeddings);
  // Query-key dimensions 2 and 3, value dimensions 1 and 2, one MLP.
  EXPECT_EQ(shape.numUnpaddedParameters,
            2 * d * (2 + 1) + 2 * 2 + 1 + 2 * d * (3 + 2) + 2 * 3 + 2 +
                2 * 2 * d + 2 * d * m + m + embeddings);
  EXPECT_EQ(shape.numUnembeddingParameters, d + 1);
}

} // namespace
