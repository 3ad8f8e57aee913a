//===- SessionTests.cpp - Evaluating RASP statement by statement ----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImportTesting.h"

#include "rasp/Import/ProgramLowering.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

namespace {
class SessionTest : public ImportTest {
protected:
  SessionTest() { EXPECT_TRUE(succeeded(session.loadLibrary())); }

  LogicalResult run(StringRef text) {
    Parser parser(files, session.getAST(), add(text));
    while (const Stmt *statement = parser.parseStatement())
      if (failed(session.run(statement, session.getGlobals())))
        return failure();
    return failure(parser.hasFailed());
  }
  std::string show(StringRef name) {
    const StaticValue *value = session.getGlobals().lookup(name);
    if (!value)
      return "nothing";
    std::string text;
    llvm::raw_string_ostream os(text);
    print(os, *value);
    return text;
  }
  FailureOr<Sequence> getInput(StringRef text) {
    StringRef source = add(text);
    const Expr *expr =
        Parser(files, session.getAST(), source).parseWholeExpression();
    FailureOr<StaticValue> value = session.evaluate(expr, session.getGlobals());
    return session.getInput(*value, expr->getLoc());
  }
};
} // namespace

TEST_F(SessionTest, RestoreUndoesWhatWasSet) {
  ASSERT_TRUE(succeeded(run("x = 1; s = indices + 1;")));
  Node *last = session.getLastSOp();
  Session::State before = session.save();
  ASSERT_TRUE(succeeded(run("x = 2; y = 3; t = indices + 2;")));
  EXPECT_NE(session.getLastSOp(), last);
  session.restore(std::move(before));
  EXPECT_EQ(show("x"), "1");
  EXPECT_EQ(show("y"), "nothing");
  EXPECT_EQ(session.getLastSOp(), last);
}

TEST_F(SessionTest, RestoreUndoesAFailedStatement) {
  ASSERT_TRUE(succeeded(run("x = 1;")));
  Session::State before = session.save();
  EXPECT_TRUE(failed(run("for i in [1, \"a\"] { x = x + i; }")));
  // A file goes on, and must not take the value for known.
  EXPECT_EQ(show("x"), "?");
  session.restore(std::move(before));
  EXPECT_EQ(show("x"), "1");
  EXPECT_EQ(show("i"), "nothing");
}

TEST_F(SessionTest, RestoreForgetsAMissingFile) {
  Session::State before = session.save();
  EXPECT_TRUE(failed(run("load \"no such file\";")));
  session.restore(std::move(before));
  errors.clear();
  EXPECT_TRUE(failed(run("unknown;")));
  EXPECT_EQ(errors.size(), 1u);
}

TEST_F(SessionTest, FunctionsKeepTheirEnvironment) {
  ASSERT_TRUE(succeeded(run("def adder(n) { def add(x) { return x + n; } "
                            "return add; } five = adder(2)(3); n = 9; "
                            "six = adder(3)(3);")));
  EXPECT_EQ(show("five"), "5");
  EXPECT_EQ(show("six"), "6");
}

TEST_F(SessionTest, Inputs) {
  FailureOr<Sequence> text = getInput("\"ab\"");
  ASSERT_TRUE(succeeded(text));
  EXPECT_EQ(text->size(), 2u);
  EXPECT_TRUE((*text)[0].isString());
  FailureOr<Sequence> numbers = getInput("[1, 2.5]");
  ASSERT_TRUE(succeeded(numbers));
  EXPECT_EQ((*numbers)[0], Scalar::integer(1));
  for (StringRef wrong : {"\"\"", "[]", "[1, \"a\"]", "3", "indices", "[[1]]"})
    EXPECT_TRUE(failed(getInput(wrong))) << wrong.str();
}

TEST_F(SessionTest, DrawCallsTheHandler) {
  unsigned numDrawn = 0;
  size_t inputSize = 0;
  session.setDrawHandler(
      [&](Node *sop, const Sequence *input, const DrawStmt *) {
        ++numDrawn;
        inputSize = input ? input->size() : 0;
        return success(sop->kind != Node::Kind::Indices);
      });
  EXPECT_TRUE(succeeded(run("draw(length, \"abc\");")));
  EXPECT_EQ(inputSize, 3u);
  EXPECT_TRUE(succeeded(run("draw(length);")));
  EXPECT_EQ(inputSize, 0u);
  EXPECT_TRUE(failed(run("draw(indices);")));
  EXPECT_EQ(numDrawn, 3u);
  EXPECT_TRUE(failed(run("draw(3);")));
  EXPECT_TRUE(failed(run("draw(length, 3);")));
  EXPECT_EQ(numDrawn, 3u);
}

TEST_F(SessionTest, EndlessStatementsEnd) {
  for (StringRef text :
       {"def f(n) { return f(n); } f(1);", "x = range(1000000000);",
        "x = [1]; for i in range(99) { x = x + x; }",
        "x = \"a\"; for i in range(99) { x = x + x; }"}) {
    errors.clear();
    EXPECT_TRUE(failed(run(text))) << text.str();
    EXPECT_EQ(errors.size(), 1u) << text.str();
  }
}

TEST_F(SessionTest, LimitsAreThoseOfTheSession) {
  SessionLimits limits;
  limits.steps = 50;
  limits.depth = 20;
  limits.inputSize = 3;
  Session small(files, limits);
  auto runSmall = [&](StringRef text) {
    Parser parser(files, small.getAST(), add(text));
    return small.run(parser.parseStatement(), small.getGlobals());
  };
  // Each just keeps to its limit, or just does not.
  EXPECT_TRUE(succeeded(runSmall("x = range(20);")));
  EXPECT_TRUE(failed(runSmall("x = range(30);")));
  EXPECT_TRUE(succeeded(runSmall("x = [[[[1]]]];")));
  EXPECT_TRUE(
      failed(runSmall("x = [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]];")));
  EXPECT_TRUE(failed(runSmall("x = indices(\"abcd\");")));
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_NE(errors[0].find("more than 50 steps"), std::string::npos);
  EXPECT_NE(errors[1].find("at most 20 deep"), std::string::npos);
  EXPECT_NE(errors[2].find("1 to 3 tokens"), std::string::npos);
  // The steps are those of one statement.
  for (unsigned i = 0; i < 10; ++i)
    EXPECT_TRUE(succeeded(runSmall("x = range(20);")));
}

TEST_F(SessionTest, WhatIsForeignHasNoValue) {
  Node *foreign =
      session.makeForeign(/*isSelector=*/false, UnknownLoc::get(&context));
  session.getGlobals().set("foreign", foreign);
  ASSERT_TRUE(succeeded(run("x = foreign + 1;")));
  Node *sop = session.getGlobals().lookup("x")->getSOp();
  ASSERT_TRUE(sop);
  EXPECT_EQ(sop->operands[0], foreign);
  EXPECT_TRUE(failed(evaluateOn(sop, {Scalar::integer(1)}, sop->location)));
  EXPECT_EQ(errors.size(), 1u);
}

TEST_F(SessionTest, ComputationsAreWrittenAsSource) {
  ASSERT_TRUE(
      succeeded(run("same = select(tokens, \"a\", ==); "
                    "x = aggregate(same and not full_s, indices * 2 - 1, 5); "
                    "y = -x if x in [1, 2] else {1: 2}[indices];")));
  auto describe = [&](StringRef name) {
    return describeComputation(session.getGlobals().lookup(name)->getNode());
  };
  EXPECT_EQ(describe("same"), "select(tokens, \"a\", ==)");
  EXPECT_EQ(describe("x"),
            "aggregate(same and not full_s, (indices * 2) - 1, 5)");
  EXPECT_EQ(describe("y"), "(-x) if (x in [1, 2]) else ({1: 2}[indices])");
}
