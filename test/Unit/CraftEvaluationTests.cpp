//===- CraftEvaluationTests.cpp - What the craft ops compute --------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/IR/CraftDialect.h"
#include "rasp/Reference/Interpreter.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::craft;
using rasp::Domain;
using rasp::DomainAttr;
using rasp::Scalar;
using rasp::Sequence;

namespace {

class CraftEvaluationTest : public ::testing::Test {
protected:
  CraftEvaluationTest() { context.loadDialect<CraftDialect>(); }

  /// Runs the only program in `text` on integers. The outputs are separated by
  /// spaces; after a failure the result is the first message.
  std::string run(const std::string &text, ArrayRef<int64_t> input) {
    std::string message;
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      if (message.empty())
        message = diagnostic.str();
      return success();
    });
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
    if (!module)
      return message;
    SmallVector<Scalar> tokens;
    for (int64_t token : input)
      tokens.push_back(Scalar::integer(token));
    FailureOr<Sequence> output =
        rasp::interpret(rasp::findProgram(*module), tokens);
    if (failed(output))
      return message;
    std::string result;
    for (const Scalar &value : *output)
      result += (result.empty() ? "" : " ") + value.str();
    return result;
  }

  /// A program over the tokens 0 to 3 as numbers %x and positions %i.
  static std::string program(const std::string &body, bool causal = false) {
    return std::string("craft.program @p attributes {vocab = [0, 1, 2, 3], "
                       "max_seq_len = 4") +
           (causal ? ", causal" : "") + R"(} {
      %x = craft.embed tokens <4x1 (1, 0) = 1.0, (2, 0) = 2.0, (3, 0) = 3.0> : !craft.scalar<{0, 1, 2, 3}>
      %i = craft.embed positions <4x4 identity> : !craft.onehot<{0, 1, 2, 3}>
    )" + body +
           "}";
  }

  MLIRContext context;
};

TEST_F(CraftEvaluationTest, EmbeddingsAddUp) {
  std::string text = program(R"(
    %sum = craft.embed tokens <4x1 (1, 0) = 1.0, (2, 0) = 2.0, (3, 0) = 3.0> positions <4x1 (1, 0) = 10.0, (2, 0) = 20.0> : !craft.scalar<[0, 33] gap 1.0>
    craft.unembed %sum <[<1x1 identity>] + [0.5]> numerical : !craft.scalar<[0, 33] gap 1.0>
  )");
  EXPECT_EQ(run(text, {3, 1, 0}), "3.5 11.5 20.5");
  EXPECT_EQ(run(text, {2}), "2.5");
}

TEST_F(CraftEvaluationTest, MapsDecodeAndEncode) {
  std::string text = program(R"(
    %half = craft.linear %x <[<1x1 (0, 0) = 0.9>] + [0.1]> : (!craft.scalar<{0, 1, 2, 3}>) -> !craft.scalar<{0, 1, 2, 3}>
    %map = craft.map %half, %i values [
        0, 1, 2, 3,  1, 2, 3, #rasp.none,  2, 3, #rasp.none, 0,  3, #rasp.none, 0, 1]
      : (!craft.scalar<{0, 1, 2, 3}>, !craft.onehot<{0, 1, 2, 3}>) -> !craft.scalar<{none, 0, 1, 2, 3}, none_code = 5.0>
    %again = craft.map %map values ["none", "0", "1", "2", "3"] : (!craft.scalar<{none, 0, 1, 2, 3}, none_code = 5.0>) -> !craft.onehot<{"0", "1", "2", "3", "none"}>
    craft.unembed %again <[<5x5 identity>] + [0.0, 0.0, 0.0, 0.0, 0.0]> outputs ["0", "1", "2", "3", "none"] : !craft.onehot<{"0", "1", "2", "3", "none"}>
  )");
  EXPECT_EQ(run(text, {3, 3, 1, 0}), "3 none 3 3");
}

/// The mean of the positions that `select` scores 0, by -40 otherwise.
static std::string head(const std::string &bos) {
  return R"(
    %y = craft.head queries(%x : !craft.scalar<{0, 1, 2, 3}>) keys(%i : !craft.onehot<{0, 1, 2, 3}>) values(%x : !craft.scalar<{0, 1, 2, 3}>)
      query <[<1x1 identity>] + [0.0]> key <[<4x1 (2, 0) = -40.0, (3, 0) = -40.0>] + [0.0]> value <[<1x1 identity>] + [0.0]> output <1x1 (0, 0) = 2.0>
      )" +
         bos + R"( : !craft.scalar<[0, 20] gap 0.01>
    %r = craft.map %x values [0, 0, 0, 0] : (!craft.scalar<{0, 1, 2, 3}>) -> !craft.scalar<{0}>
    craft.unembed %y, %r <[<1x1 identity>, <1x1 identity>] + [0.0]> numerical none_code 8.0 : !craft.scalar<[0, 20] gap 0.01>, !craft.scalar<{0}>
  )";
}

TEST_F(CraftEvaluationTest, HeadsAverageSelectedValues) {
  // Token 0 selects all positions, the others positions 0 and 1.
  std::string text = program(head("bos score -1000.0 value [0.0]"));
  EXPECT_EQ(run(text, {0, 1, 2, 3}), "3 1 1 1");
  text = program(head("bos score -1000.0 value [0.0]"), /*causal=*/true);
  EXPECT_EQ(run(text, {0, 1, 0, 3}), "0 1 0.6666666666666666 1");
}

TEST_F(CraftEvaluationTest, HeadsAttendToBOS) {
  // BOS is one more selected position of value 4, or drowns all others.
  std::string text = program(head("bos score 0.0 value [4.0]"));
  EXPECT_EQ(run(text, {1, 1, 1}), "4 4 4");
  // 8 is the code of none.
  text = program(head("bos score 1000.0 value [4.2]"));
  EXPECT_EQ(run(text, {1, 2, 3}), "none none none");
}

TEST_F(CraftEvaluationTest, WidthsCountSelectedKeys) {
  std::string body = R"(
    %w = craft.selector_width queries(%x : !craft.scalar<{0, 1, 2, 3}>) keys(%i : !craft.onehot<{0, 1, 2, 3}>)
      query <[<1x1 identity>] + [0.0]> key <[<4x1 (2, 0) = -40.0, (3, 0) = -40.0>] + [0.0]> penalty 40.0 : !craft.scalar<{1, 2, 3, 4}>
    craft.unembed %w <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 2, 3, 4}>
  )";
  EXPECT_EQ(run(program(body), {0, 1, 2, 0}), "4 2 2 4");
  EXPECT_EQ(run(program(body, /*causal=*/true), {0, 1, 2, 0}), "1 2 2 4");
  // With a penalty of 90, a score of -40 counts as selected.
  std::string coarse = program(R"(
    %w = craft.selector_width queries(%x : !craft.scalar<{0, 1, 2, 3}>) keys(%i : !craft.onehot<{0, 1, 2, 3}>)
      query <[<1x1 identity>] + [0.0]> key <[<4x1 (2, 0) = -40.0, (3, 0) = -40.0>] + [0.0]> penalty 90.0 : !craft.scalar<{1, 2, 3}>
    craft.unembed %w <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{1, 2, 3}>
  )");
  EXPECT_EQ(run(coarse, {1, 2, 1}), "3 2 3");
  EXPECT_NE(run(coarse, {1, 2, 1, 2}).find("selects 4 keys at position"),
            std::string::npos);
}

TEST_F(CraftEvaluationTest, MLPsAddRampsUp) {
  std::string text = program(R"(
    %y = craft.mlp %x, %i <[<1x2 (0, 0) = 1.0, (0, 1) = -1.0>, <4x2 (3, 0) = 10.0>] + [-2.0, 1.0]>
      then <[<2x1 (0, 0) = 1.0, (1, 0) = 100.0>] + [0.5]> : (!craft.scalar<{0, 1, 2, 3}>, !craft.onehot<{0, 1, 2, 3}>) -> !craft.scalar<[0, 200] gap 0.5>
    craft.unembed %y <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<[0, 200] gap 0.5>
  )");
  EXPECT_EQ(run(text, {0, 1, 3, 3}), "100.5 0.5 1.5 11.5");
}

TEST_F(CraftEvaluationTest, LayersComputeAtBOSToo) {
  // The head averages over BOS as well, which the MLP has not yet changed.
  std::string text = R"(
    craft.transformer @t attributes {vocab = [0, 1, 2, 3], max_seq_len = 3, residual_labels = ["x", "bos", "y"]} {
      %0 = craft.embedding tokens <6x3 (1, 0) = 1.0, (2, 0) = 2.0, (3, 0) = 3.0, (4, 0) = 6.0, (4, 1) = 1.0> positions <4x3 (2, 0) = 3.0> : !craft.residual<3>
      %1 = craft.layer %0 : !craft.residual<3> {
        craft.residual_head query <[<3x1>] + [0.0]> key <[<3x1>] + [0.0]> value <[<3x1 (0, 0) = 1.0>] + [0.0]> output <1x3 (0, 2) = 1.0>
        craft.residual_mlp <[<3x1 (2, 0) = 1.0>] + [-2.0]> then <[<1x3 (0, 2) = 10.0>] + [0.0, 0.0, 0.0]>
      }
      craft.unembedding %1 <[<3x1 (0, 0) = 100.0, (2, 0) = 1.0>] + [0.0]> numerical : !craft.residual<3>
    })";
  // Values 6, 0 and 3: a mean of 3, to which the MLP adds 10.
  EXPECT_EQ(run(text, {0, 0}), "13 313");
}

TEST_F(CraftEvaluationTest, OverflowIsAnError) {
  std::string text = program(R"(
    %big = craft.linear %x <[<1x1 (0, 0) = 1.0e308>] + [1.0e308]> : (!craft.scalar<{0, 1, 2, 3}>) -> !craft.scalar<[0, 1] gap 0.5>
    craft.unembed %big <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<[0, 1] gap 0.5>
  )");
  EXPECT_NE(run(text, {0, 3}).find("overflows: its value at position 2"),
            std::string::npos);
}

TEST_F(CraftEvaluationTest, SubspacesEncodeAndDecode) {
  auto parse = [&](StringRef text) {
    return cast<SubspaceTypeInterface>(parseType(text, &context));
  };
  for (StringRef text :
       {"!craft.onehot<{none, 1, \"a\"}>", "!craft.onehot<{false, true}>",
        "!craft.scalar<{0, 1/3, 1/2}>", "!craft.scalar<{false, true}>",
        "!craft.scalar<{none, 0, 7}, none_code = -1.0>"}) {
    SubspaceTypeInterface type = parse(text);
    int64_t column = 0;
    for (const Scalar &value : type.getValueDomain().getValuesAndNone()) {
      SmallVector<double> vector = type.encode(value);
      EXPECT_EQ(static_cast<int64_t>(vector.size()), type.getDimension());
      for (double &number : vector)
        number += 0.01;
      EXPECT_EQ(type.decode(vector).str(), value.str());
      if (type.getDimension() > 1) {
        EXPECT_EQ(type.getColumnLabel(column++), value.str());
      }
    }
  }
  // A number out of an infinite domain stands for itself.
  SubspaceTypeInterface interval =
      parse("!craft.scalar<[0, 1] gap 0.1 or none, none_code = 4.0>");
  EXPECT_EQ(interval.decode({0.75}).str(), "0.75");
  EXPECT_EQ(interval.decode({1.25}).str(), "1.25");
  EXPECT_EQ(interval.decode({3.9}).str(), "none");
}

TEST_F(CraftEvaluationTest, EveryStageReadsNoneAlike) {
  EXPECT_EQ(readNumber(3.5, 4.0).str(), "none");
  EXPECT_EQ(readNumber(4.5, 4.0).str(), "none");
  EXPECT_EQ(readNumber(3.25, 4.0).str(), "3.25");
  EXPECT_EQ(readNumber(4.0, std::nullopt).str(), "4");
  auto parse = [&](StringRef text) {
    return cast<SubspaceTypeInterface>(parseType(text, &context));
  };
  // A number that lies nearer to none than to any value is none only within
  // 1/2 of the number for none.
  SubspaceTypeInterface interval =
      parse("!craft.scalar<[0, 1] gap 0.1 or none, none_code = 4.0>");
  EXPECT_EQ(interval.decode({3.5}).str(), "none");
  EXPECT_EQ(interval.decode({3.25}).str(), "3.25");
  SubspaceTypeInterface finite =
      parse("!craft.scalar<{none, 0, 1}, none_code = 4.0>");
  EXPECT_EQ(finite.decode({3.5}).str(), "none");
  EXPECT_EQ(finite.decode({3.25}).str(), "1");
  EXPECT_EQ(finite.decode({-2.0}).str(), "0");
  // Without values there is nothing else to be.
  EXPECT_EQ(parse("!craft.scalar<{none}, none_code = 4.0>").decode({0}).str(),
            "none");
}

} // namespace
