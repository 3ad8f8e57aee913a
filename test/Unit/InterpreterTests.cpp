//===- InterpreterTests.cpp - What the rasp dialect's ops mean ------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"
#include "rasp/Reference/Interpreter.h"

#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::rasp;

namespace {
class InterpreterTest : public ::testing::Test {
protected:
  InterpreterTest() {
    context.loadDialect<RaspDialect>();
    context.getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
      diagnostics += diagnostic.str() + "\n";
      for (Diagnostic &note : diagnostic.getNotes())
        diagnostics += "note: " + note.str() + "\n";
    });
  }

  /// Runs `source` on `tokens`; the output, or the diagnostics.
  std::string runModule(const std::string &source, ArrayRef<Scalar> tokens) {
    diagnostics.clear();
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>(source, &context);
    if (!module)
      return diagnostics;
    ProgramOpInterface program = findProgram(*module);
    if (!program)
      return diagnostics;
    FailureOr<Sequence> output = interpret(program, tokens, observer);
    if (failed(output))
      return diagnostics;
    return print(*output);
  }

  /// Runs a program of i64 tokens 0 to 3 whose body is `body` and whose result
  /// is %r, of type `type`.
  std::string run(const std::string &body, const std::string &type,
                  ArrayRef<int64_t> tokens, bool causal = false) {
    std::string source =
        "rasp.program @p(%t: !rasp.sop<i64>) -> !rasp.sop<" + type +
        "> attributes {vocab = [0, 1, 2, 3], max_seq_len = 8" +
        (causal ? ", causal" : "") + "} {\n%i = rasp.indices\n" + body +
        "\nrasp.return %r : !rasp.sop<" + type + ">\n}";
    SmallVector<Scalar> scalars;
    for (int64_t token : tokens)
      scalars.push_back(Scalar::integer(token));
    return runModule(source, scalars);
  }

  /// Evaluates scalar code on one position: `%r` from `%a` and `%b`.
  std::string scalar(const std::string &code, const std::string &type,
                     const std::string &a, const std::string &b = "0",
                     std::string resultType = "") {
    if (resultType.empty())
      resultType = type;
    return run("%a = rasp.constant " + a + "\n%b = rasp.constant " + b +
                   "\n%r = rasp.map %a, %b : (!rasp.sop<" + type +
                   ">, !rasp.sop<" + type + ">) -> !rasp.sop<" + resultType +
                   "> {\n^bb0(%x: " + type + ", %y: " + type + "):\n" + code +
                   "\nrasp.yield %z : " + resultType + "\n}",
               resultType, {0});
  }
  std::string number(const std::string &code, const std::string &a,
                     const std::string &b = "0.0") {
    return scalar("%z = " + code + " : f64", "f64", a, b);
  }
  std::string integer(const std::string &code, const std::string &a,
                      const std::string &b = "0") {
    return scalar("%z = " + code + " : i64", "i64", a, b);
  }

  static std::string print(ArrayRef<Scalar> values) {
    std::string text;
    llvm::raw_string_ostream os(text);
    llvm::interleave(values, os, " ");
    return text;
  }

  MLIRContext context;
  EvaluationObserver observer = nullptr;
  std::string diagnostics;
};
} // namespace

/// Whether `text` contains `part`.
static bool contains(StringRef text, StringRef part) {
  return text.contains(part);
}

#define EXPECT_CONTAINS(text, part) EXPECT_PRED2(contains, text, part)

//===----------------------------------------------------------------------===//
// S-ops and selectors
//===----------------------------------------------------------------------===//

TEST_F(InterpreterTest, IndicesAndConstants) {
  EXPECT_EQ(run("%r = rasp.indices", "i64", {3, 3, 3}), "0 1 2");
  EXPECT_EQ(run("%r = rasp.constant \"a b\"", "!rasp.str", {1, 2}), "a b a b");
}

TEST_F(InterpreterTest, SelectsByEachPredicate) {
  auto width = [&](const std::string &predicate) {
    return run("%s = rasp.select " + predicate +
                   " keys(%t) queries(%i) : !rasp.sop<i64>, !rasp.sop<i64>\n"
                   "%r = rasp.selector_width %s",
               "i64", {2, 1, 1, 0});
  };
  EXPECT_EQ(width("eq"), "1 2 1 0");
  EXPECT_EQ(width("ne"), "3 2 3 4");
  EXPECT_EQ(width("lt"), "0 1 3 4");
  EXPECT_EQ(width("le"), "1 3 4 4");
  EXPECT_EQ(width("gt"), "3 1 0 0");
  EXPECT_EQ(width("ge"), "4 3 1 0");
  EXPECT_EQ(width("true"), "4 4 4 4");
  EXPECT_EQ(width("false"), "0 0 0 0");
}

TEST_F(InterpreterTest, SelectsByTableAndRegion) {
  EXPECT_EQ(run("%s = rasp.select keys(%t) queries(%i) table<(1, 0) -> true, "
                "(2, 0) -> false, (3, 1) -> true, _ -> false> : "
                "!rasp.sop<i64>, !rasp.sop<i64>\n%r = rasp.selector_width %s",
                "i64", {1, 1, 2, 3}),
            "2 1 0 0");
  EXPECT_EQ(run("%s = rasp.select keys(%t) queries(%i) : !rasp.sop<i64>, "
                "!rasp.sop<i64> {\n^bb0(%k: i64, %q: i64):\n%d = arith.subi "
                "%k, %q : i64\n%one = arith.constant 1 : i64\n%z = arith.cmpi "
                "eq, %d, %one : i64\nrasp.yield %z : i1\n}\n"
                "%r = rasp.selector_width %s",
                "i64", {1, 2, 2, 1}),
            "2 2 0 0");
  EXPECT_CONTAINS(
      run("%s = rasp.select keys(%t) queries(%i) table<(1, 0) -> true> : "
          "!rasp.sop<i64>, !rasp.sop<i64>\n%r = rasp.selector_width %s",
          "i64", {1, 2}),
      "has no entry for the key 2 and the query 0");
}

TEST_F(InterpreterTest, SelectorAlgebra) {
  std::string selects = "%lt = rasp.select lt keys(%t) queries(%t) : "
                        "!rasp.sop<i64>, !rasp.sop<i64>\n"
                        "%before = rasp.select lt keys(%i) queries(%i) : "
                        "!rasp.sop<i64>, !rasp.sop<i64>\n";
  EXPECT_EQ(
      run(selects + "%s = rasp.and %lt, %before\n%r = rasp.selector_width %s",
          "i64", {1, 0, 3, 2}),
      "0 0 2 2");
  EXPECT_EQ(
      run(selects + "%s = rasp.or %lt, %before\n%r = rasp.selector_width %s",
          "i64", {1, 0, 3, 2}),
      "1 1 3 3");
  EXPECT_EQ(run(selects + "%s = rasp.not %lt\n%r = rasp.selector_width %s",
                "i64", {1, 0, 3, 2}),
            "3 4 1 2");
}

TEST_F(InterpreterTest, CausalProgramsLookBackOnly) {
  std::string lt = "%lt = rasp.select lt keys(%t) queries(%t) : "
                   "!rasp.sop<i64>, !rasp.sop<i64>\n";
  EXPECT_EQ(run(lt + "%r = rasp.selector_width %lt", "i64", {1, 0, 3, 2}, true),
            "0 0 2 2");
  EXPECT_EQ(run(lt + "%s = rasp.not %lt\n%r = rasp.selector_width %s", "i64",
                {1, 0, 3, 2}, true),
            "1 2 1 2");
}

TEST_F(InterpreterTest, AggregatesMeans) {
  std::string before = "%s = rasp.select le keys(%i) queries(%i) : "
                       "!rasp.sop<i64>, !rasp.sop<i64>\n";
  EXPECT_EQ(run(before + "%r = rasp.aggregate %s, %t : !rasp.sop<i64> -> "
                         "!rasp.sop<f64>",
                "f64", {1, 0, 0, 3}),
            "1 0.5 1/3 1");
  std::string earlier = "%s = rasp.select lt keys(%i) queries(%i) : "
                        "!rasp.sop<i64>, !rasp.sop<i64>\n";
  EXPECT_EQ(run(earlier + "%r = rasp.aggregate %s, %t default(0.25) : "
                          "!rasp.sop<i64> -> !rasp.sop<f64>",
                "f64", {1, 0}),
            "0.25 1");
  EXPECT_EQ(run(earlier + "%r = rasp.aggregate %s, %t : !rasp.sop<i64> -> "
                          "!rasp.sop<i64>",
                "i64", {2, 3}),
            "none 2");
}

TEST_F(InterpreterTest, AggregatesSeveralValuesOnlyToAMean) {
  std::string all = "%s = rasp.select true keys(%i) queries(%i) : "
                    "!rasp.sop<i64>, !rasp.sop<i64>\n";
  std::string gather =
      all + "%r = rasp.aggregate %s, %t : !rasp.sop<i64> -> !rasp.sop<i64>";
  EXPECT_EQ(run(gather, "i64", {2, 2}), "2 2");
  std::string message = run(gather, "i64", {2, 3});
  EXPECT_CONTAINS(message, "selects several different values at position 0, "
                           "among them 2 and 3");
  EXPECT_CONTAINS(message, "only numbers have a mean");
  EXPECT_CONTAINS(run(all +
                          "%r = rasp.aggregate %s, %t unique : !rasp.sop<i64> "
                          "-> !rasp.sop<f64>",
                      "f64", {2, 3}),
                  "`unique` asserts that this does not happen");
}

TEST_F(InterpreterTest, BestSelectsTheGreatestScores) {
  std::string source =
      "%all = rasp.select true keys(%i) queries(%i) : !rasp.sop<i64>, "
      "!rasp.sop<i64>\n"
      "%s = rasp.best %all, %scores : !rasp.sop<i64>\n"
      "%r = rasp.aggregate %s, %i : !rasp.sop<i64> -> !rasp.sop<f64>";
  EXPECT_EQ(
      run("%scores = rasp.lookup %t table<(_) -> 1> : (!rasp.sop<i64>) -> "
          "!rasp.sop<i64>\n" +
              source,
          "f64", {1, 3, 2}),
      "1 1 1");
  // A score that is none is no candidate.
  EXPECT_EQ(
      run("%scores = rasp.lookup %t table<(3) -> #rasp.none, (1) -> -5, _ "
          "-> -7> : (!rasp.sop<i64>) -> !rasp.sop<i64>\n" +
              source,
          "f64", {1, 3, 2}),
      "0 0 0");
}

//===----------------------------------------------------------------------===//
// None
//===----------------------------------------------------------------------===//

TEST_F(InterpreterTest, NoneGoesThroughAndIsNeverSelected) {
  std::string none = "%n = rasp.lookup %t table<(0) -> #rasp.none, (1) -> 1, _ "
                     "-> 2> : (!rasp.sop<i64>) -> !rasp.sop<i64>\n";
  EXPECT_EQ(run(none +
                    "%r = rasp.map %n, %i : (!rasp.sop<i64>, !rasp.sop<i64>) "
                    "-> !rasp.sop<i64> {\n^bb0(%x: i64, %y: i64):\n%z = "
                    "arith.divsi %y, %x : i64\nrasp.yield %z : i64\n}",
                "i64", {0, 1, 0, 3}),
            "none 1 none 1");
  EXPECT_EQ(run(none + "%r = rasp.lookup %n table<(1) -> 7, _ -> 8> : "
                       "(!rasp.sop<i64>) -> !rasp.sop<i64>",
                "i64", {0, 1, 2}),
            "none 7 8");
  for (const char *predicate : {"eq", "true", "le"}) {
    EXPECT_EQ(run(none + "%s = rasp.select " + predicate +
                      " keys(%n) queries(%n) : !rasp.sop<i64>, !rasp.sop<i64>\n"
                      "%r = rasp.selector_width %s",
                  "i64", {0, 1, 1}),
              "0 2 2");
  }
  EXPECT_EQ(run(none +
                    "%s = rasp.select true keys(%i) queries(%i) : "
                    "!rasp.sop<i64>, !rasp.sop<i64>\n%r = rasp.aggregate %s, "
                    "%n : !rasp.sop<i64> -> !rasp.sop<f64>",
                "f64", {0, 0}),
            "none none");
  EXPECT_CONTAINS(run(none +
                          "%s = rasp.select true keys(%i) queries(%i) : "
                          "!rasp.sop<i64>, !rasp.sop<i64>\n%r = rasp.aggregate "
                          "%s, %n : !rasp.sop<i64> -> !rasp.sop<f64>",
                      "f64", {0, 1}),
                  "none has no mean with other values");
}

//===----------------------------------------------------------------------===//
// Input, functions and the observer
//===----------------------------------------------------------------------===//

TEST_F(InterpreterTest, ChecksTheInput) {
  EXPECT_CONTAINS(run("%r = rasp.indices", "i64", {}), "the input is empty");
  EXPECT_CONTAINS(run("%r = rasp.indices", "i64", {0, 0, 0, 0, 0, 0, 0, 0, 0}),
                  "the input has 9 tokens; the program's max_seq_len is 8");
  std::string message = run("%r = rasp.indices", "i64", {1, 4});
  EXPECT_CONTAINS(message,
                  "the input token 4 at position 1 is not in the vocabulary");
  EXPECT_CONTAINS(message, "note: the vocabulary is [0, 1, 2, 3]");
}

TEST_F(InterpreterTest, TokensAreOfTheVocabularysKind) {
  std::string source = "rasp.program @p(%t: !rasp.sop<f64>) -> !rasp.sop<f64> "
                       "attributes {vocab = [1.0, 0.5], max_seq_len = 2} {\n"
                       "rasp.return %t : !rasp.sop<f64>\n}";
  Scalar kinds[] = {Scalar::integer(1), Scalar::fraction(1, 2)};
  EXPECT_EQ(runModule(source, kinds), "1 0.5");
}

static const char *recursive = R"(
  func.func private @f(%x: !rasp.sop<i64>) -> !rasp.sop<i64> {
    %y = func.call @CALLEE(%x) : (!rasp.sop<i64>) -> !rasp.sop<i64>
    return %y : !rasp.sop<i64>
  }
  func.func private @g(%x: !rasp.sop<i64>) -> !rasp.sop<i64> {
    %same = rasp.select eq keys(%x) queries(%x) : !rasp.sop<i64>, !rasp.sop<i64>
    %count = rasp.selector_width %same
    return %count : !rasp.sop<i64>
  }
  func.func private @h(!rasp.sop<i64>) -> !rasp.sop<i64>
  rasp.program @p(%t: !rasp.sop<i64>) -> !rasp.sop<i64>
      attributes {vocab = [1, 2], max_seq_len = 4} {
    %r = func.call @f(%t) : (!rasp.sop<i64>) -> !rasp.sop<i64>
    rasp.return %r : !rasp.sop<i64>
  }
)";

TEST_F(InterpreterTest, EvaluatesCalls) {
  Scalar tokens[] = {Scalar::integer(2), Scalar::integer(1),
                     Scalar::integer(2)};
  auto calling = [&](StringRef callee) {
    std::string source = recursive;
    source.replace(source.find("CALLEE"), 6, callee.str());
    return runModule(source, tokens);
  };
  EXPECT_EQ(calling("g"), "2 1 2");
  EXPECT_CONTAINS(calling("f"),
                  "calls a function that is being evaluated already");
  EXPECT_CONTAINS(calling("h"), "calls something that has no body here");
}

TEST_F(InterpreterTest, ShowsEachValueToTheObserver) {
  std::vector<std::string> seen;
  auto record = [&](Operation *op, ArrayRef<EvaluationValue> results) {
    if (auto labeled = dyn_cast<LabeledOpInterface>(op))
      seen.push_back(labeled.getLabelAttr().str() + " " +
                     print(std::get<Sequence>(results.front())));
  };
  observer = record;
  run("%twice = rasp.lookup %t table<(1) -> 2, (2) -> 4> : (!rasp.sop<i64>) -> "
      "!rasp.sop<i64>\n%r = rasp.constant 1",
      "i64", {1, 2});
  EXPECT_EQ(seen, (std::vector<std::string>{"i 0 1", "twice 2 4", "r 1 1"}));
}

TEST_F(InterpreterTest, FindsThePrograms) {
  auto find = [&](const std::string &source, StringRef name) -> std::string {
    diagnostics.clear();
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>(source, &context);
    ProgramOpInterface program = findProgram(*module, name);
    return program ? "@" + SymbolTable::getSymbolName(program).str()
                   : diagnostics;
  };
  auto program = [](const std::string &name) {
    return "rasp.program @" + name +
           "(%t: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], "
           "max_seq_len = 1} {\nrasp.return %t : !rasp.sop<i64>\n}\n";
  };
  EXPECT_CONTAINS(find("module {}", ""), "expected a program in the module");
  EXPECT_EQ(find(program("a"), ""), "@a");
  std::string two = program("a") + program("b");
  EXPECT_EQ(find(two, "b"), "@b");
  EXPECT_CONTAINS(find(two, ""), "the module has 2 programs");
  EXPECT_CONTAINS(find(two, "c"), "note: program @b");
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

TEST_F(InterpreterTest, IntegerOps) {
  EXPECT_EQ(integer("arith.addi %x, %y", "3", "-5"), "-2");
  EXPECT_EQ(integer("arith.subi %x, %y", "3", "-5"), "8");
  EXPECT_EQ(integer("arith.muli %x, %y", "3", "-5"), "-15");
  EXPECT_EQ(integer("arith.divsi %x, %y", "-7", "2"), "-3");
  EXPECT_EQ(integer("arith.floordivsi %x, %y", "-7", "2"), "-4");
  EXPECT_EQ(integer("arith.floordivsi %x, %y", "-8", "2"), "-4");
  EXPECT_EQ(integer("arith.ceildivsi %x, %y", "-7", "2"), "-3");
  EXPECT_EQ(integer("arith.ceildivsi %x, %y", "7", "2"), "4");
  EXPECT_EQ(integer("arith.remsi %x, %y", "-7", "2"), "-1");
  EXPECT_EQ(integer("arith.divui %x, %y", "-1", "2"), "9223372036854775807");
  EXPECT_EQ(integer("arith.ceildivui %x, %y", "7", "2"), "4");
  EXPECT_EQ(integer("arith.remui %x, %y", "-1", "10"), "5");
  EXPECT_EQ(integer("arith.andi %x, %y", "6", "3"), "2");
  EXPECT_EQ(integer("arith.ori %x, %y", "6", "3"), "7");
  EXPECT_EQ(integer("arith.xori %x, %y", "6", "3"), "5");
  EXPECT_EQ(integer("arith.maxsi %x, %y", "-1", "3"), "3");
  EXPECT_EQ(integer("arith.minsi %x, %y", "-1", "3"), "-1");
  EXPECT_EQ(integer("arith.maxui %x, %y", "-1", "3"), "-1");
  EXPECT_EQ(integer("arith.minui %x, %y", "-1", "3"), "3");
  EXPECT_EQ(integer("arith.shli %x, %y", "3", "4"), "48");
  EXPECT_EQ(integer("arith.shrsi %x, %y", "-16", "2"), "-4");
  EXPECT_EQ(integer("arith.shrui %x, %y", "-1", "63"), "1");
  EXPECT_EQ(integer("math.absi %x", "-4"), "4");
  EXPECT_EQ(integer("math.ipowi %x, %y", "-3", "3"), "-27");
  EXPECT_EQ(integer("math.ipowi %x, %y", "-1", "-3"), "-1");
  EXPECT_EQ(integer("math.ipowi %x, %y", "2", "-1"), "0");
  EXPECT_EQ(integer("math.ctpop %x", "7"), "3");
  EXPECT_EQ(integer("math.ctlz %x", "1"), "63");
  EXPECT_EQ(integer("math.cttz %x", "8"), "3");
}

TEST_F(InterpreterTest, IntegerErrors) {
  const char *greatest = "9223372036854775807", *least = "-9223372036854775808";
  for (const char *code : {"arith.addi %x, %x", "arith.muli %x, %x",
                           "arith.shli %x, %y", "math.ipowi %x, %y"})
    EXPECT_CONTAINS(integer(code, greatest, "2"), "integer overflow on (");
  EXPECT_CONTAINS(integer("arith.subi %x, %y", least, "1"), "integer overflow");
  EXPECT_CONTAINS(integer("arith.divsi %x, %y", least, "-1"),
                  "integer overflow");
  EXPECT_CONTAINS(integer("math.absi %x", least), "integer overflow");
  for (const char *op : {"divsi", "divui", "floordivsi", "ceildivsi",
                         "ceildivui", "remsi", "remui"})
    EXPECT_CONTAINS(integer("arith." + std::string(op) + " %x, %y", "3", "0"),
                    "division by zero on (3, 0)");
  EXPECT_CONTAINS(integer("math.ipowi %x, %y", "0", "-1"), "division by zero");
  for (const char *op : {"shli", "shrsi", "shrui"})
    EXPECT_CONTAINS(integer("arith." + std::string(op) + " %x, %y", "1", "64"),
                    "shift by more than the width");
  EXPECT_CONTAINS(integer("arith.divsi %x, %y", "3", "0"),
                  "note: while the region is evaluated on (3, 0)");
}

TEST_F(InterpreterTest, Comparisons) {
  auto compare = [&](const std::string &predicate, const std::string &a,
                     const std::string &b) {
    return scalar("%z = arith.cmpi " + predicate + ", %x, %y : i64", "i64", a,
                  b, "i1");
  };
  EXPECT_EQ(compare("slt", "-1", "1"), "true");
  EXPECT_EQ(compare("ult", "-1", "1"), "false");
  EXPECT_EQ(compare("sge", "1", "1"), "true");
  EXPECT_EQ(compare("ne", "1", "1"), "false");
  auto compareNumbers = [&](const std::string &predicate, const std::string &a,
                            const std::string &b) {
    return scalar("%z = arith.cmpf " + predicate + ", %x, %y : f64", "f64", a,
                  b, "i1");
  };
  EXPECT_EQ(compareNumbers("olt", "#rasp.fraction<1/3>", "0.5"), "true");
  EXPECT_EQ(compareNumbers("uge", "#rasp.fraction<1/3>", "0.5"), "false");
  EXPECT_EQ(compareNumbers("oeq", "0.5", "0.5"), "true");
  EXPECT_EQ(compareNumbers("one", "0.5", "0.5"), "false");
  EXPECT_EQ(compareNumbers("ord", "0.5", "0.5"), "true");
  EXPECT_EQ(compareNumbers("uno", "0.5", "0.5"), "false");
}

TEST_F(InterpreterTest, CastsAndBooleans) {
  auto cast = [&](const std::string &op, const std::string &from,
                  const std::string &to, const std::string &value) {
    return scalar("%z = arith." + op + " %x : " + from + " to " + to, from,
                  value, value, to);
  };
  EXPECT_EQ(cast("extui", "i1", "i64", "true"), "1");
  EXPECT_EQ(cast("extsi", "i1", "i64", "true"), "-1");
  EXPECT_EQ(cast("trunci", "i64", "i1", "6"), "false");
  EXPECT_EQ(cast("trunci", "i64", "i1", "7"), "true");
  EXPECT_EQ(cast("sitofp", "i64", "f64", "-9223372036854775807"),
            "-9223372036854775807");
  EXPECT_EQ(cast("uitofp", "i1", "f64", "true"), "1");
  EXPECT_EQ(cast("fptosi", "f64", "i64", "#rasp.fraction<-7/3>"), "-2");
  EXPECT_EQ(cast("fptoui", "f64", "i64", "2.75"), "2");
  EXPECT_CONTAINS(cast("fptosi", "f64", "i64", "1.0e19"),
                  "the number does not fit i64");
  EXPECT_CONTAINS(cast("fptoui", "f64", "i64", "-1.0"),
                  "the number does not fit i64");
  // Booleans add modulo 2.
  EXPECT_EQ(scalar("%z = arith.addi %x, %y : i1", "i1", "true", "true"),
            "false");
  EXPECT_EQ(scalar("%z = arith.xori %x, %y : i1", "i1", "true", "false"),
            "true");
  EXPECT_EQ(
      scalar("%c = arith.constant true\n%z = arith.select %c, %x, %y : f64",
             "f64", "1.0", "2.0"),
      "1");
}

TEST_F(InterpreterTest, NumbersAreExact) {
  EXPECT_EQ(number("arith.divf %x, %y", "2.0", "3.0"), "2/3");
  EXPECT_EQ(
      number("arith.addf %x, %y", "#rasp.fraction<1/3>", "#rasp.fraction<1/6>"),
      "0.5");
  EXPECT_EQ(
      number("arith.subf %x, %y", "#rasp.fraction<2/3>", "#rasp.fraction<1/3>"),
      "1/3");
  EXPECT_EQ(number("arith.mulf %x, %y", "#rasp.fraction<2/3>", "3.0"), "2");
  EXPECT_EQ(number("arith.remf %x, %y", "#rasp.fraction<-7/3>", "1.0"), "-1/3");
  EXPECT_EQ(number("arith.negf %x", "0.5"), "-0.5");
  EXPECT_EQ(number("arith.maximumf %x, %y", "0.5", "1.5"), "1.5");
  EXPECT_EQ(number("arith.minnumf %x, %y", "0.5", "1.5"), "0.5");
  EXPECT_EQ(number("math.absf %x", "#rasp.fraction<-1/3>"), "1/3");
  EXPECT_EQ(number("math.floor %x", "#rasp.fraction<-1/3>"), "-1");
  EXPECT_EQ(number("math.ceil %x", "#rasp.fraction<-1/3>"), "0");
  EXPECT_EQ(number("math.trunc %x", "#rasp.fraction<-7/3>"), "-2");
  EXPECT_EQ(number("math.round %x", "-2.5"), "-3");
  EXPECT_EQ(number("math.round %x", "2.5"), "3");
  EXPECT_EQ(number("math.roundeven %x", "2.5"), "2");
  EXPECT_EQ(number("math.roundeven %x", "-3.5"), "-4");
  EXPECT_EQ(number("math.sqrt %x", "#rasp.fraction<4/9>"), "2/3");
  EXPECT_EQ(number("math.rsqrt %x", "#rasp.fraction<4/9>"), "1.5");
  EXPECT_EQ(number("math.powf %x, %y", "#rasp.fraction<2/3>", "-2.0"), "2.25");
  EXPECT_EQ(number("math.powf %x, %y", "4.0", "0.5"), "2");
  EXPECT_EQ(number("math.copysign %x, %y", "0.5", "-3.0"), "-0.5");
  EXPECT_EQ(number("math.fma %x, %y, %x", "#rasp.fraction<1/3>", "2.0"), "1");
  EXPECT_EQ(number("math.exp %x", "0.0"), "1");
  EXPECT_EQ(number("math.log2 %x", "8.0"), "3");
  EXPECT_EQ(number("math.atan2 %x, %y", "0.0", "1.0"), "0");
}

TEST_F(InterpreterTest, NumberErrors) {
  EXPECT_CONTAINS(number("arith.divf %x, %y", "2.0", "0.0"),
                  "division by zero on (2, 0)");
  EXPECT_CONTAINS(number("arith.remf %x, %y", "2.0", "0.0"),
                  "division by zero");
  EXPECT_CONTAINS(number("arith.mulf %x, %x", "1.0e200"),
                  "gives no finite number");
  EXPECT_CONTAINS(number("math.log %x", "-1.0"), "gives no finite number");
  EXPECT_CONTAINS(number("math.log %x", "0.0"), "gives no finite number");
  EXPECT_CONTAINS(number("math.exp %x", "1000.0"), "gives no finite number");
  EXPECT_CONTAINS(number("math.sqrt %x", "-1.0"),
                  "the square root of a negative number");
  EXPECT_CONTAINS(number("math.powf %x, %y", "0.0", "-1.0"),
                  "division by zero");
  EXPECT_CONTAINS(number("math.powf %x, %y", "-2.0", "0.5"),
                  "gives no finite number");
}

TEST_F(InterpreterTest, Strings) {
  auto string = [&](const std::string &code, const std::string &type) {
    return run("%a = rasp.constant \"ab\"\n%r = rasp.map %a : "
               "(!rasp.sop<!rasp.str>) -> !rasp.sop<" +
                   type +
                   "> {\n^bb0(%x: !rasp.str):\n%b = rasp.string \"b\"\n" +
                   code + "\nrasp.yield %z : " + type + "\n}",
               type, {0});
  };
  EXPECT_EQ(string("%z = rasp.concat_strings %x, %b", "!rasp.str"), "abb");
  EXPECT_EQ(string("%z = rasp.string_length %x", "i64"), "2");
  EXPECT_EQ(string("%z = rasp.compare_strings lt %x, %b", "i1"), "true");
  EXPECT_EQ(string("%z = rasp.compare_strings ge %x, %b", "i1"), "false");
  EXPECT_EQ(string("%z = rasp.compare_strings ne %x, %x", "i1"), "false");
}

TEST_F(InterpreterTest, MixedKinds) {
  std::string mixed =
      "%m = rasp.lookup %t table<(1) -> 1.0, (2) -> \"a\", (3) -> "
      "true, _ -> #rasp.none> : (!rasp.sop<i64>) -> "
      "!rasp.sop<!rasp.any>\n";
  EXPECT_EQ(run(mixed + "%s = rasp.select eq keys(%m) queries(%t) : "
                        "!rasp.sop<!rasp.any>, !rasp.sop<i64>\n%r = "
                        "rasp.selector_width %s",
                "i64", {1, 2, 3, 0}),
            "2 0 0 0");
  EXPECT_CONTAINS(run(mixed + "%s = rasp.select lt keys(%m) queries(%t) : "
                              "!rasp.sop<!rasp.any>, !rasp.sop<i64>\n%r = "
                              "rasp.selector_width %s",
                      "i64", {2}),
                  "cannot order the key a and the query 2");
}

//===----------------------------------------------------------------------===//
// One value at a time
//===----------------------------------------------------------------------===//

/// A program of which not every value can be computed on every input.
static constexpr const char *partialProgram = R"mlir(
  rasp.program @p(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
      attributes {vocab = [0, 1, 2], max_seq_len = 3, causal} {
    %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
    %width = rasp.selector_width %same
    %quotient = rasp.map %width, %tokens : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
    ^bb0(%dividend: i64, %divisor: i64):
      %result = arith.divsi %dividend, %divisor : i64
      rasp.yield %result : i64
    }
    rasp.return %quotient : !rasp.sop<i64>
  }
)mlir";

TEST_F(InterpreterTest, IncrementallyAsInOneRun) {
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(partialProgram, &context);
  ASSERT_TRUE(module);
  ProgramOpInterface program = findProgram(*module);
  Sequence tokens = {Scalar::integer(2), Scalar::integer(1),
                     Scalar::integer(2)};
  FailureOr<IncrementalInterpreter> interpreter =
      IncrementalInterpreter::create(program, tokens);
  ASSERT_TRUE(succeeded(interpreter));

  FailureOr<Sequence> output = interpret(
      program, tokens, [&](Operation *op, ArrayRef<EvaluationValue> results) {
        for (auto [result, expected] : llvm::zip(op->getResults(), results)) {
          FailureOr<const EvaluationValue *> value =
              interpreter->evaluate(result);
          ASSERT_TRUE(succeeded(value));
          ASSERT_EQ((*value)->index(), expected.index());
          if (const auto *sequence = std::get_if<Sequence>(&expected))
            EXPECT_EQ(std::get<Sequence>(**value), *sequence);
        }
      });
  ASSERT_TRUE(succeeded(output));
  EXPECT_EQ(print(*output), "0 1 1");
}

TEST_F(InterpreterTest, IncrementallyAsFarAsDefined) {
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(partialProgram, &context);
  ASSERT_TRUE(module);
  ProgramOpInterface program = findProgram(*module);
  EXPECT_TRUE(failed(IncrementalInterpreter::create(program, {})));
  EXPECT_CONTAINS(diagnostics, "the input is empty");

  FailureOr<IncrementalInterpreter> interpreter =
      IncrementalInterpreter::create(program, Scalar::integer(0));
  ASSERT_TRUE(succeeded(interpreter));
  auto ops = program.getProgramBody().without_terminator();
  Operation *quotient = &*std::prev(ops.end());
  diagnostics.clear();
  EXPECT_TRUE(failed(interpreter->evaluate(quotient->getResult(0))));
  EXPECT_CONTAINS(diagnostics, "division by zero");
  // What it is made from is defined.
  FailureOr<const EvaluationValue *> width =
      interpreter->evaluate(quotient->getOperand(0));
  ASSERT_TRUE(succeeded(width));
  EXPECT_EQ(print(std::get<Sequence>(**width)), "1");
}
