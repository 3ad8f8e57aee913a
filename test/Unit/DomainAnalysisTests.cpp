//===- DomainAnalysisTests.cpp - Soundness of the domain analysis ---------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random programs are run by the interpreter on every short input; what it
// computes must be covered by what the analysis says, and where it fails, the
// analysis must have reported an error.
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/Analysis/DomainAnalysis.h"
#include "rasp/Reference/Interpreter.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "gtest/gtest.h"

#include <random>

using namespace mlir;
using namespace mlir::rasp;

namespace {
/// Makes the text of a random program.
class ProgramGenerator {
public:
  explicit ProgramGenerator(unsigned seed) : random(seed) {}

  std::string generate();

private:
  struct SOp {
    std::string name, type;
  };

  unsigned pick(unsigned count) { return random() % count; }
  template <typename T>
  const T &pickOf(const std::vector<T> &choices) {
    return choices[pick(choices.size())];
  }
  std::string number(StringRef type) {
    static const std::vector<std::string> doubles = {"-1.0", "0.0", "0.5",
                                                     "1.0",  "2.0", "0.1"};
    if (type == "f64")
      return pickOf(doubles);
    return std::to_string(static_cast<int>(pick(6)) - 2);
  }
  std::string literal(StringRef type) {
    if (type == "i1")
      return pick(2) ? "true" : "false";
    if (type == "!rasp.str")
      return pick(2) ? "\"a\"" : "\"b\"";
    return number(type);
  }

  SOp pickSOp() { return pickOf(sops); }
  SOp pickSOp(StringRef type);
  std::string addSOp(StringRef type) {
    sops.push_back({"%s" + std::to_string(sops.size()), type.str()});
    return sops.back().name;
  }
  std::string addSelector() {
    selectors.push_back("%x" + std::to_string(selectors.size()));
    return selectors.back();
  }

  void addMap();
  void addLookup();
  void addSelect();
  void addAlgebra();
  void addAggregate();
  void addRank();
  std::string region(std::vector<std::string> arguments,
                     std::vector<std::string> types, StringRef resultType);

  std::mt19937 random;
  std::string body;
  std::vector<SOp> sops;
  std::vector<std::string> selectors;
  std::vector<std::string> table;
};
} // namespace

static std::string sop(const std::string &type) {
  return "!rasp.sop<" + type + ">";
}

ProgramGenerator::SOp ProgramGenerator::pickSOp(StringRef type) {
  std::vector<SOp> candidates;
  for (const SOp &candidate : sops)
    if (candidate.type == type)
      candidates.push_back(candidate);
  if (!candidates.empty())
    return pickOf(candidates);
  std::string value = literal(type);
  std::string name = addSOp(type);
  body += "  " + name + " = rasp.constant " + value + "\n";
  return sops.back();
}

/// Straight-line code from `arguments` to a value of `resultType`.
std::string ProgramGenerator::region(std::vector<std::string> arguments,
                                     std::vector<std::string> types,
                                     StringRef resultType) {
  std::string text = "{\n  ^bb0(";
  std::vector<SOp> values;
  for (size_t i = 0; i < arguments.size(); ++i) {
    text += (i ? ", " : "") + arguments[i] + ": " + types[i];
    values.push_back({arguments[i], types[i]});
  }
  text += "):\n";
  auto add = [&](const std::string &type, const std::string &code) {
    std::string name = "%v" + std::to_string(values.size());
    text += "    " + name + " = " + code + "\n";
    values.push_back({name, type});
    return name;
  };
  auto constant = [&](const std::string &type) {
    return add(type, type == "!rasp.str"
                         ? "rasp.string " + literal(type)
                         : "arith.constant " + literal(type) +
                               (type == "i1" ? "" : " : " + type));
  };
  auto get = [&](const std::string &type) {
    std::vector<SOp> candidates;
    for (const SOp &value : values)
      if (value.type == type)
        candidates.push_back(value);
    return candidates.empty() || pick(4) == 0 ? constant(type)
                                              : pickOf(candidates).name;
  };

  static const std::vector<std::string> integerOps = {
      "addi", "subi", "muli",  "maxsi", "minsi",
      "addi", "subi", "divsi", "remsi"};
  static const std::vector<std::string> floatOps = {
      "addf", "subf", "mulf", "maximumf", "minimumf", "addf", "subf", "divf"};
  static const std::vector<std::string> comparisons = {"eq",  "ne",  "slt",
                                                       "sle", "sgt", "sge"};
  static const std::vector<std::string> floatComparisons = {"oeq", "one", "olt",
                                                            "ole", "ogt"};
  for (unsigned count = 1 + pick(3); count > 0; --count) {
    switch (pick(11)) {
    case 0:
    case 1:
    case 2: {
      std::string lhs = get("i64"), rhs = get("i64");
      // Divisions fail often enough by themselves.
      const std::string &op = pickOf(integerOps);
      if (StringRef(op).contains("div") || StringRef(op).contains("rem"))
        rhs = pick(3) ? add("i64", "arith.constant 2 : i64") : rhs;
      add("i64", "arith." + op + " " + lhs + ", " + rhs + " : i64");
      break;
    }
    case 3: {
      std::string lhs = get("f64"), rhs = get("f64");
      add("f64",
          "arith." + pickOf(floatOps) + " " + lhs + ", " + rhs + " : f64");
      break;
    }
    case 4: {
      std::string lhs = get("i64"), rhs = get("i64");
      add("i1", "arith.cmpi " + pickOf(comparisons) + ", " + lhs + ", " + rhs +
                    " : i64");
      break;
    }
    case 5: {
      std::string lhs = get("f64"), rhs = get("f64");
      add("i1", "arith.cmpf " + pickOf(floatComparisons) + ", " + lhs + ", " +
                    rhs + " : f64");
      break;
    }
    case 6: {
      std::string type = pick(2) ? "i64" : "f64";
      std::string condition = get("i1"), lhs = get(type), rhs = get(type);
      add(type,
          "arith.select " + condition + ", " + lhs + ", " + rhs + " : " + type);
      break;
    }
    case 7: {
      std::string operand = get("i64");
      add("f64", "arith.sitofp " + operand + " : i64 to f64");
      break;
    }
    case 8: {
      std::string operand = get("i64");
      add("i64", "math.absi " + operand + " : i64");
      break;
    }
    case 9: {
      static const std::vector<std::string> unary = {
          "math.absf", "math.floor", "math.ceil", "math.round", "arith.negf"};
      std::string operand = get("f64");
      add("f64", pickOf(unary) + " " + operand + " : f64");
      break;
    }
    case 10: {
      std::string operand = get("i1");
      add("i64", "arith.extui " + operand + " : i1 to i64");
      break;
    }
    }
  }
  // The last value of the type, so that most of the code is used.
  std::string result;
  for (const SOp &value : values)
    if (value.type == resultType)
      result = value.name;
  if (result.empty())
    result = constant(resultType.str());
  return text + "    rasp.yield " + result + " : " + resultType.str() + "\n  }";
}

void ProgramGenerator::addMap() {
  std::vector<std::string> arguments, types, inputs, inputTypes;
  for (unsigned i = 0, count = 1 + pick(3); i < count; ++i) {
    SOp input = pickSOp();
    arguments.push_back("%a" + std::to_string(i));
    types.push_back(input.type);
    inputs.push_back(input.name);
    inputTypes.push_back(sop(input.type));
  }
  static const std::vector<std::string> resultTypes = {"i64", "i64", "f64",
                                                       "i1"};
  std::string type = pickOf(resultTypes);
  std::string code = region(arguments, types, type);
  std::string name = addSOp(type);
  body += "  " + name + " = rasp.map " + llvm::join(inputs, ", ") + " : (" +
          llvm::join(inputTypes, ", ") + ") -> " + sop(type) + " " + code +
          "\n";
}

void ProgramGenerator::addLookup() {
  SOp input = pickSOp();
  std::string type = pick(2) ? "i64" : "!rasp.str";
  std::vector<std::string> entries, keys;
  for (unsigned count = 1 + pick(3); count > 0; --count) {
    std::string key = literal(input.type);
    if (llvm::is_contained(keys, key))
      continue;
    keys.push_back(key);
    entries.push_back("(" + key + ") -> " +
                      (pick(6) ? literal(type) : "#rasp.none"));
  }
  if (pick(5))
    entries.push_back("_ -> " + literal(type));
  std::string name = addSOp(type);
  body += "  " + name + " = rasp.lookup " + input.name + " table<" +
          llvm::join(entries, ", ") + "> : (" + sop(input.type) + ") -> " +
          sop(type) + "\n";
}

void ProgramGenerator::addSelect() {
  SOp keys = pickSOp();
  SOp queries = pick(3) ? pickSOp(keys.type) : keys;
  static const std::vector<std::string> predicates = {
      "eq", "eq", "eq", "ne", "lt", "le", "gt", "ge", "true", "false"};
  std::string operands =
      " keys(" + keys.name + ") queries(" + queries.name + ")";
  std::string types = " : " + sop(keys.type) + ", " + sop(queries.type);
  switch (pick(6)) {
  case 0: {
    std::string code = region({"%k", "%q"}, {keys.type, queries.type}, "i1");
    body += "  " + addSelector() + " = rasp.select" + operands + types + " " +
            code + "\n";
    break;
  }
  case 1:
    body += "  " + addSelector() + " = rasp.select" + operands + " table<(" +
            literal(keys.type) + ", " + literal(queries.type) + ") -> " +
            literal("i1") + ", _ -> " + literal("i1") + ">" + types + "\n";
    break;
  default:
    body += "  " + addSelector() + " = rasp.select " + pickOf(predicates) +
            operands + types + "\n";
  }
}

void ProgramGenerator::addAlgebra() {
  std::string lhs = pickOf(selectors), rhs = pickOf(selectors);
  SOp score = pickSOp("i64");
  std::string name = addSelector();
  switch (pick(4)) {
  case 0:
    body += "  " + name + " = rasp.and " + lhs + ", " + rhs + "\n";
    break;
  case 1:
    body += "  " + name + " = rasp.or " + lhs + ", " + rhs + "\n";
    break;
  case 2:
    body += "  " + name + " = rasp.not " + lhs + "\n";
    break;
  case 3:
    body += "  " + name + " = rasp.best " + lhs + ", " + score.name + " : " +
            sop(score.type) + "\n";
    break;
  }
}

void ProgramGenerator::addAggregate() {
  std::string selector = pickOf(selectors);
  if (pick(3) == 0) {
    body += "  " + addSOp("i64") + " = rasp.selector_width " + selector + "\n";
    return;
  }
  SOp values = pickSOp();
  std::string type = values.type;
  if (type != "!rasp.str" && pick(2))
    type = "f64";
  std::string options;
  if (pick(2))
    options += " default(" + literal(type) + ")";
  if (pick(8) == 0)
    options += " unique";
  body += "  " + addSOp(type) + " = rasp.aggregate " + selector + ", " +
          values.name + options + " : " + sop(values.type) + " -> " +
          sop(type) + "\n";
}

/// The rank of each position by a value, ties in order of position, and what
/// stands at a rank: relations that no random choice hits.
void ProgramGenerator::addRank() {
  SOp value = pickSOp();
  auto emit = [&](const std::string &name, const std::string &code) {
    body += "  " + name + " = rasp." + code + "\n";
    return name;
  };
  auto select = [&](const std::string &predicate, const SOp &keys,
                    const SOp &queries) {
    return emit(addSelector(), "select " + predicate + " keys(" + keys.name +
                                   ") queries(" + queries.name + ") : " +
                                   sop(keys.type) + ", " + sop(queries.type));
  };
  SOp indices = sops[1];
  std::string less = select(pick(2) ? "lt" : "gt", value, value);
  std::string tied = select("eq", value, value);
  std::string before = select("lt", indices, indices);
  std::string both = emit(addSelector(), "and " + tied + ", " + before);
  std::string either = emit(addSelector(), "or " + less + ", " + both);
  SOp rank = {addSOp("i64"), "i64"};
  emit(rank.name, "selector_width " + either);
  // Two disjoint widths add up to the same.
  SOp first = {addSOp("i64"), "i64"};
  emit(first.name, "selector_width " + less);
  SOp second = {addSOp("i64"), "i64"};
  emit(second.name, "selector_width " + both);
  SOp sum = {addSOp("i64"), "i64"};
  emit(sum.name, "map " + first.name + ", " + second.name +
                     " : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {"
                     "\n  ^bb0(%a: i64, %b: i64):\n"
                     "    %c = arith.addi %a, %b : i64\n"
                     "    rasp.yield %c : i64\n  }");
  select("eq", pick(2) ? rank : sum, pick(2) ? indices : pickSOp("i64"));
}

std::string ProgramGenerator::generate() {
  struct Vocabulary {
    std::string type, tokens;
  };
  static const std::vector<Vocabulary> vocabularies = {
      {"i64", "1, 2"},       {"i64", "-1, 0, 3"},           {"f64", "0.5, 0.1"},
      {"i1", "true, false"}, {"!rasp.str", "\"a\", \"b\""}, {"i64", "7"}};
  const Vocabulary &vocabulary = pickOf(vocabularies);
  sops = {{"%tokens", vocabulary.type}};
  addSOp("i64");
  body += "  " + sops.back().name + " = rasp.indices\n";
  addSelect();
  for (unsigned count = 4 + pick(10); count > 0; --count) {
    switch (pick(19)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      addMap();
      break;
    case 6:
    case 7:
      addLookup();
      break;
    case 8:
    case 9:
    case 10:
    case 11:
      addSelect();
      break;
    case 12:
    case 13:
      addAlgebra();
      break;
    case 14:
      addRank();
      break;
    default:
      addAggregate();
    }
  }
  const SOp &output = sops.back();
  return "rasp.program @random(%tokens: " + sop(vocabulary.type) + ") -> " +
         sop(output.type) + " attributes {vocab = [" + vocabulary.tokens +
         "], max_seq_len = " + std::to_string(1 + pick(4)) +
         (pick(3) ? "" : ", causal") + "} {\n" + body + "  rasp.return " +
         output.name + " : " + sop(output.type) + "\n}\n";
}

//===----------------------------------------------------------------------===//
// Checks of what is known against one run
//===----------------------------------------------------------------------===//

/// Whether `form` says that the value at each position is `value`.
static bool follows(const PositionForm &form, const Sequence &values,
                    function_ref<bool(int64_t, const Scalar &)> holds) {
  for (auto [index, value] : llvm::enumerate(values))
    if (!holds(form.evaluate(values.size(), index), value))
      return false;
  return true;
}

static void checkSOp(const SOpFacts &facts, const Sequence &values,
                     function_ref<std::string()> where) {
  for (const Scalar &value : values)
    EXPECT_TRUE(facts.domain.contains(value)) << value.str() << where();
  auto isEqual = [](int64_t number, const Scalar &value) {
    return value == Scalar::integer(number);
  };
  if (facts.position) {
    EXPECT_TRUE(follows(*facts.position, values, isEqual)) << where();
    EXPECT_EQ(facts.position, facts.permuted) << where();
  }
  if (facts.permuted) {
    Sequence expected;
    for (size_t index = 0; index < values.size(); ++index)
      expected.push_back(
          Scalar::integer(facts.permuted->evaluate(values.size(), index)));
    EXPECT_TRUE(std::is_permutation(values.begin(), values.end(),
                                    expected.begin(), expected.end()))
        << where();
  }
  if (facts.upperBound) {
    EXPECT_TRUE(follows(*facts.upperBound, values,
                        [](int64_t bound, const Scalar &value) {
                          return !(Scalar::integer(bound) < value) &&
                                 value.getDenominator() == 1;
                        }))
        << where();
  }
  for (size_t i = 0; i < values.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      EXPECT_FALSE(facts.distinctPerPosition && values[i] == values[j])
          << where();
      EXPECT_FALSE(facts.samePerPosition && values[i] != values[j]) << where();
    }
}

static void checkSelector(const SelectorFacts &facts,
                          const SelectorMatrix &matrix,
                          function_ref<std::string()> where) {
  size_t length = matrix.getLength();
  std::vector<uint64_t> widths(length);
  for (size_t query = 0; query < length; ++query) {
    for (size_t key = 0; key < length; ++key) {
      widths[query] += matrix.get(query, key);
      EXPECT_FALSE(facts.sameRows &&
                   matrix.get(query, key) != matrix.get(0, key))
          << where();
      EXPECT_FALSE(facts.strictOrder && query != key &&
                   matrix.get(query, key) == matrix.get(key, query))
          << where();
    }
    EXPECT_GE(widths[query], facts.minWidth) << where();
    EXPECT_LE(widths[query], facts.maxWidth) << where();
    EXPECT_FALSE(facts.reflexive && !matrix.get(query, query)) << where();
    EXPECT_FALSE(facts.irreflexive && matrix.get(query, query)) << where();
    if (facts.width) {
      EXPECT_EQ(static_cast<int64_t>(widths[query]),
                facts.width->evaluate(length, query))
          << where();
    }
  }
  if (facts.strictOrder) {
    std::sort(widths.begin(), widths.end());
    for (size_t rank = 0; rank < length; ++rank)
      EXPECT_EQ(widths[rank], rank) << where();
  }
}

namespace {
class DomainAnalysisTest : public ::testing::Test {
protected:
  DomainAnalysisTest() { context.loadDialect<RaspDialect>(); }

  OwningOpRef<ModuleOp> parse(const std::string &text) {
    return parseSourceString<ModuleOp>(text, &context);
  }

  /// Runs the program on all inputs and checks every value. Returns whether
  /// the interpreter never failed.
  bool checkAllInputs(ProgramOp program, const DomainAnalysis &analysis);

  MLIRContext context;
};
} // namespace

bool DomainAnalysisTest::checkAllInputs(ProgramOp program,
                                        const DomainAnalysis &analysis) {
  std::vector<Scalar> vocabulary, tokens;
  for (Attribute token : program.getVocab())
    vocabulary.push_back(*getScalar(token));
  bool neverFailed = true;
  auto run = [&](auto &self) -> void {
    if (!tokens.empty()) {
      FailureOr<Sequence> output = interpret(
          program, tokens,
          [&](Operation *op, ArrayRef<EvaluationValue> results) {
            if (results.empty() || op->getNumResults() == 0)
              return;
            auto where = [&] {
              std::string text;
              llvm::raw_string_ostream os(text);
              os << " in " << *op << " on";
              for (const Scalar &token : tokens)
                os << ' ' << token;
              return text;
            };
            Value result = op->getResult(0);
            if (const auto *sequence = std::get_if<Sequence>(&results[0]))
              checkSOp(analysis.getFacts(result), *sequence, where);
            else if (const auto *matrix =
                         std::get_if<SelectorMatrix>(&results[0]))
              checkSelector(analysis.getSelectorFacts(result), *matrix, where);
          });
      neverFailed &= succeeded(output);
    }
    if (tokens.size() == program.getMaxSeqLen())
      return;
    for (const Scalar &token : vocabulary) {
      tokens.push_back(token);
      self(self);
      tokens.pop_back();
    }
  };
  run(run);
  return neverFailed;
}

TEST_F(DomainAnalysisTest, CoversWhatRandomProgramsCompute) {
  unsigned numRefused = 0, numFailed = 0, numPrograms = 0;
  for (unsigned seed = 0; seed < 700; ++seed) {
    std::string text = ProgramGenerator(seed).generate();
    // What the verifier refuses of computations on constants is no program.
    bool isOfConstants = false;
    ScopedDiagnosticHandler quiet(&context, [&](Diagnostic &diagnostic) {
      isOfConstants |= StringRef(diagnostic.str()).contains("of constants");
    });
    OwningOpRef<ModuleOp> module = parse(text);
    if (!module && isOfConstants)
      continue;
    ASSERT_TRUE(module) << "seed " << seed << "\n" << text;
    ++numPrograms;
    auto program = *module->getOps<ProgramOp>().begin();

    // A low limit leads through sums of sets and intervals.
    constexpr uint64_t limits[] = {1 << 20, 40, 3};
    DomainAnalysis analysis(program, limits[seed % 3]);
    bool isRefused = failed(analysis.diagnose());
    bool neverFailed = checkAllInputs(program, analysis);
    // `unique` is an assertion, which only the interpreter checks.
    bool asserts = StringRef(text).contains(" unique");
    EXPECT_TRUE(neverFailed || isRefused || asserts) << text;
    numRefused += isRefused;
    numFailed += !neverFailed;
    if (HasFailure())
      FAIL() << "seed " << seed << "\n" << text;
  }
  // Neither does everything fail, nor is everything refused.
  EXPECT_LT(numFailed, numPrograms / 2);
  EXPECT_LT(numRefused, numPrograms * 3 / 4);
  RecordProperty("refused", numRefused);
  RecordProperty("failed", numFailed);
}

//===----------------------------------------------------------------------===//
// What must be found
//===----------------------------------------------------------------------===//

namespace {
/// Programs over the tokens 1, 2, 3 and lengths up to 4, by name of the value.
class DomainFactsTest : public DomainAnalysisTest {
protected:
  void analyze(const std::string &body, const std::string &attributes = "") {
    module = parse("rasp.program @p(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64> "
                   "attributes {vocab = [1, 2, 3], max_seq_len = 4" +
                   attributes + "} {\n%indices = rasp.indices\n" + body +
                   "rasp.return %indices : !rasp.sop<i64>\n}\n");
    ASSERT_TRUE(module);
    program = *module->getOps<ProgramOp>().begin();
    analysis.emplace(program);
    EXPECT_TRUE(succeeded(analysis->diagnose()));
  }

  /// Maps %tokens, %indices or %length to token * `tokenFactor` +
  /// index * `indexFactor`, both written as decimals.
  static std::string affine(const std::string &name,
                            const std::string &tokenFactor,
                            const std::string &indexFactor) {
    return "%" + name +
           " = rasp.map %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) "
           "-> !rasp.sop<f64> {\n^bb0(%t: i64, %i: i64):\n"
           "  %x = arith.sitofp %t : i64 to f64\n"
           "  %y = arith.sitofp %i : i64 to f64\n"
           "  %a = arith.constant " +
           tokenFactor + " : f64\n  %b = arith.constant " + indexFactor +
           " : f64\n  %p = arith.mulf %a, %x : f64\n"
           "  %q = arith.mulf %b, %y : f64\n  %r = arith.addf %p, %q : f64\n"
           "  rasp.yield %r : f64\n}\n";
  }

  const SOpFacts &get(StringRef label) {
    for (Operation &op : program.getProgramBody())
      if (auto labeled = dyn_cast<LabeledOpInterface>(op))
        if (labeled.getLabelAttr() && labeled.getLabelAttr() == label)
          return analysis->getFacts(op.getResult(0));
    ADD_FAILURE() << "no value " << label.str();
    return analysis->getFacts(program.getProgramBody().getArgument(0));
  }

  OwningOpRef<ModuleOp> module;
  ProgramOp program;
  std::optional<DomainAnalysis> analysis;
};
} // namespace

TEST_F(DomainFactsTest, TieBreaksMakeKeysDistinct) {
  analyze(affine("scaled", "4.0", "1.0") + affine("equal", "3.0", "1.0") +
          affine("quarters", "1.0", "0.25") + affine("halves", "1.0", "0.5") +
          affine("negative", "-1.0", "0.25") +
          affine("constant", "0.0", "-2.0"));
  EXPECT_TRUE(get("scaled").distinctPerPosition);
  // 3 * 1 + 3 is 3 * 2 + 0.
  EXPECT_FALSE(get("equal").distinctPerPosition);
  EXPECT_TRUE(get("quarters").distinctPerPosition);
  // 1 + 2/2 is 2 + 0/2.
  EXPECT_FALSE(get("halves").distinctPerPosition);
  EXPECT_TRUE(get("negative").distinctPerPosition);
  EXPECT_TRUE(get("constant").distinctPerPosition);
  EXPECT_EQ(get("constant").position, (PositionForm{0, -2, 0}));
}

TEST_F(DomainFactsTest, TieBreaksBeyondEnumeration) {
  for (auto [length, isDistinct] : {std::pair("4000", true), {"4001", false}}) {
    std::string text = affine("key", "4000.0", "1.0");
    module = parse(
        "rasp.program @p(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64> attributes "
        "{vocab = [1, 2, 3], max_seq_len = " +
        std::string(length) + "} {\n%indices = rasp.indices\n" + text +
        "rasp.return %key : !rasp.sop<f64>\n}\n");
    ASSERT_TRUE(module);
    program = *module->getOps<ProgramOp>().begin();
    analysis.emplace(program);
    EXPECT_EQ(get("key").distinctPerPosition, isDistinct) << length;
  }
}

TEST_F(DomainFactsTest, RanksArePermutations) {
  const std::string ranks =
      "%less = rasp.select lt keys(%tokens) queries(%tokens) : "
      "!rasp.sop<i64>, !rasp.sop<i64>\n"
      "%tied = rasp.select eq keys(%tokens) queries(%tokens) : "
      "!rasp.sop<i64>, !rasp.sop<i64>\n"
      "%before = rasp.select lt keys(%indices) queries(%indices) : "
      "!rasp.sop<i64>, !rasp.sop<i64>\n"
      "%both = rasp.and %before, %tied\n"
      "%smaller = rasp.or %both, %less\n"
      "%rank = rasp.selector_width %smaller\n"
      "%count = rasp.selector_width %less\n"
      "%all = rasp.select true keys(%tokens) queries(%tokens) : "
      "!rasp.sop<i64>, !rasp.sop<i64>\n"
      "%length = rasp.selector_width %all\n"
      "%reversed = rasp.map %length, %rank : (!rasp.sop<i64>, "
      "!rasp.sop<i64>) -> !rasp.sop<i64> {\n^bb0(%n: i64, %r: i64):\n"
      "  %d = arith.subi %n, %r : i64\n  rasp.yield %d : i64\n}\n"
      "%shift = rasp.map %count, %indices : (!rasp.sop<i64>, "
      "!rasp.sop<i64>) -> !rasp.sop<i64> {\n^bb0(%n: i64, %r: i64):\n"
      "  %d = arith.subi %n, %r : i64\n  rasp.yield %d : i64\n}\n";
  analyze(ranks);
  EXPECT_EQ(get("rank").permuted, (PositionForm{0, 1, 0}));
  EXPECT_FALSE(get("rank").position);
  EXPECT_TRUE(get("rank").distinctPerPosition);
  EXPECT_EQ(get("rank").domain, Domain::integers(0, 3));
  EXPECT_EQ(get("reversed").permuted, (PositionForm{1, -1, 0}));
  EXPECT_EQ(get("reversed").domain, Domain::integers(1, 4));
  EXPECT_FALSE(get("count").permuted);
  EXPECT_EQ(get("count").upperBound, (PositionForm{1, 0, -1}));
  EXPECT_EQ(get("length").position, (PositionForm{1, 0, 0}));
  EXPECT_TRUE(get("length").samePerPosition);
  EXPECT_EQ(get("shift").domain, Domain::integers(-3, 3));

  // Under the causal mask a rank is among what came before.
  analyze(ranks, ", causal");
  EXPECT_FALSE(get("rank").permuted);
  EXPECT_EQ(get("length").position, (PositionForm{0, 1, 1}));
  // Fewer are less than there are before.
  EXPECT_EQ(get("shift").domain, Domain::integers(-3, 0));
}

//===----------------------------------------------------------------------===//
// Combinations
//===----------------------------------------------------------------------===//

TEST_F(DomainFactsTest, CombinationsAreThoseThatOccur) {
  analyze("%all = rasp.select true keys(%tokens) queries(%tokens) : "
          "!rasp.sop<i64>, !rasp.sop<i64>\n"
          "%length = rasp.selector_width %all\n"
          "%empty = rasp.select false keys(%tokens) queries(%tokens) : "
          "!rasp.sop<i64>, !rasp.sop<i64>\n"
          "%nothing = rasp.aggregate %empty, %tokens : !rasp.sop<i64> -> "
          "!rasp.sop<i64>\n");
  DomainInference inference(program);
  llvm::StringMap<Value> values = {{"tokens", program.getArgument(0)}};
  for (Operation &op : program.getProgramBody()) {
    inference.infer(&op);
    if (auto labeled = dyn_cast<LabeledOpInterface>(op))
      values[labeled.getLabelAttr().getValue()] = op.getResult(0);
  }
  auto count = [&](ArrayRef<StringRef> names,
                   uint64_t limit) -> std::optional<size_t> {
    SmallVector<Value> inputs;
    for (StringRef name : names)
      inputs.push_back(values.lookup(name));
    auto combinations = inference.listCombinations(inputs, limit);
    if (!combinations)
      return std::nullopt;
    return combinations->size();
  };
  EXPECT_EQ(count({"tokens", "indices"}, 12), 12u);
  EXPECT_EQ(count({"tokens", "indices"}, 11), std::nullopt);
  // An index is less than the length.
  EXPECT_EQ(count({"indices", "length"}, 10), 10u);
  EXPECT_EQ(count({"indices", "length", "tokens"}, 30), 30u);
  EXPECT_EQ(count({"indices", "indices"}, 4), 4u);
  EXPECT_EQ(count({"nothing", "tokens"}, 0), 0u);
}
