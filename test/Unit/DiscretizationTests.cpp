//===- DiscretizationTests.cpp - Tables as layers of ReLU units -----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Transforms/CubePartition.h"
#include "rasp/Dialect/Craft/Transforms/Discretization.h"
#include "rasp/Dialect/Craft/Transforms/ScalarFunction.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

#include "gtest/gtest.h"

#include <functional>
#include <random>

using namespace mlir;
using namespace mlir::craft;
using rasp::Domain;
using rasp::DomainAttr;
using rasp::Scalar;

namespace {

class DiscretizationTest : public ::testing::Test {
protected:
  DiscretizationTest() { context.loadDialect<CraftDialect>(); }

  SubspaceTypeInterface oneHot(ArrayRef<Scalar> values) {
    return cast<SubspaceTypeInterface>(Type(OneHotType::get(
        &context, DomainAttr::get(&context, Domain::finite(values)))));
  }
  SubspaceTypeInterface number(ArrayRef<Scalar> values,
                               std::optional<double> noneCode = std::nullopt) {
    FloatAttr code;
    if (noneCode)
      code = FloatAttr::get(Float64Type::get(&context), *noneCode);
    return cast<SubspaceTypeInterface>(Type(ScalarType::get(
        &context, DomainAttr::get(&context, Domain::finite(values)), code)));
  }
  static SmallVector<Scalar> integers(int64_t first, int64_t last) {
    SmallVector<Scalar> values;
    for (int64_t value = first; value <= last; ++value)
      values.push_back(Scalar::integer(value));
    return values;
  }
  SubspaceTypeInterface booleans() {
    return number({Scalar::boolean(false), Scalar::boolean(true)});
  }

  using Function = std::function<Scalar(ArrayRef<Scalar>)>;

  /// Lists `function`, whose inputs are off by up to `error`.
  TabulatedFunction tabulate(ArrayRef<SubspaceTypeInterface> inputs,
                             SubspaceTypeInterface result, double error,
                             const Function &function) {
    TabulatedFunction table;
    table.inputs.append(inputs.begin(), inputs.end());
    table.result = result;
    for (SubspaceTypeInterface input : inputs)
      table.errors.push_back({error, error * input.getDimension()});
    forEachCombination(inputs, [&](ArrayRef<Scalar> values) {
      table.values.push_back(function(values));
    });
    return table;
  }

  static void
  forEachCombination(ArrayRef<SubspaceTypeInterface> inputs,
                     llvm::function_ref<void(ArrayRef<Scalar>)> callback,
                     SmallVector<Scalar> values = {}) {
    if (values.size() == inputs.size())
      return callback(values);
    for (const Scalar &value :
         inputs[values.size()].getValueDomain().getValuesAndNone()) {
      values.push_back(value);
      forEachCombination(inputs, callback, values);
      values.pop_back();
    }
  }

  FailureOr<HiddenLayer> discretizeQuietly(const TabulatedFunction &table,
                                           uint64_t maxHiddenUnits = 65536) {
    messages.clear();
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
      messages.push_back(diagnostic.str());
      return success();
    });
    return discretize(table, maxHiddenUnits,
                      [&] { return emitError(UnknownLoc::get(&context)); });
  }

  /// The layer at `inputs`, computed in f32, from left to right.
  static SmallVector<double> compute(const HiddenLayer &layer,
                                     ArrayRef<SmallVector<float>> inputs) {
    std::vector<float> hidden;
    for (double bias : layer.inputBias)
      hidden.push_back(static_cast<float>(bias));
    for (auto [matrix, input] : llvm::zip_equal(layer.inputWeights, inputs))
      for (const auto &[place, value] : matrix.getEntries())
        hidden[place.second] += input[place.first] * static_cast<float>(value);
    std::vector<float> output;
    for (double bias : layer.outputBias)
      output.push_back(static_cast<float>(bias));
    for (const auto &[place, value] : layer.outputWeights.getEntries())
      output[place.second] +=
          std::max(hidden[place.first], 0.0f) * static_cast<float>(value);
    return SmallVector<double>(output.begin(), output.end());
  }

  /// Checks the layer at every combination of values, with each entry of the
  /// inputs off by `perturbation` one way or the other.
  void expectComputes(const HiddenLayer &layer, const TabulatedFunction &table,
                      double perturbation, double tolerance) {
    size_t row = 0;
    forEachCombination(table.inputs, [&](ArrayRef<Scalar> values) {
      SmallVector<SmallVector<float>> inputs;
      for (auto [value, type] : llvm::zip_equal(values, table.inputs)) {
        inputs.emplace_back();
        for (double entry : type.encode(value))
          inputs.back().push_back(static_cast<float>(
              entry + (random() % 2 ? perturbation : -perturbation)));
      }
      SmallVector<double> result = compute(layer, inputs);
      Scalar expected = table.values[row++];
      EXPECT_EQ(table.result.decode(result).str(), expected.str());
      for (auto [actual, exact] :
           llvm::zip_equal(result, table.result.encode(expected)))
        EXPECT_NEAR(actual, exact, tolerance);
    });
  }

  /// Discretizes and checks; returns the number of units.
  int64_t check(const TabulatedFunction &table, double perturbation = 0,
                double tolerance = 0) {
    FailureOr<HiddenLayer> layer = discretizeQuietly(table);
    if (failed(layer)) {
      ADD_FAILURE() << (messages.empty() ? "no message" : messages.front());
      return -1;
    }
    expectComputes(*layer, table, perturbation, tolerance);
    return layer->getNumUnits();
  }

  Scalar pick(ArrayRef<Scalar> values) {
    return values[random() % values.size()];
  }

  MLIRContext context;
  std::vector<std::string> messages;
  std::mt19937 random{1};
};

TEST_F(DiscretizationTest, ThresholdCostsTwoUnitsWhateverTheDomain) {
  for (int64_t reach : {1, 2, 30, 500}) {
    TabulatedFunction table =
        tabulate({number(integers(-reach, reach))}, booleans(), 1.0 / 64,
                 [](ArrayRef<Scalar> x) {
                   return Scalar::boolean(x[0].getInteger() < 0);
                 });
    EXPECT_EQ(check(table, 3.0 / 64), 2) << reach;
  }
}

TEST_F(DiscretizationTest, StaircaseIsFlatAroundItsPoints) {
  // The error is an eighth of the gap divided by the safety of 4.
  for (unsigned round = 0; round < 20; ++round) {
    SmallVector<Scalar> results = integers(-8, 8);
    TabulatedFunction table =
        tabulate({number(integers(-20, 30))}, number(results), 1.0 / 32,
                 [&](ArrayRef<Scalar>) { return pick(results); });
    EXPECT_LE(check(table, 4.0 / 32), 100);
  }
}

TEST_F(DiscretizationTest, ReciprocalsAreInverted) {
  // What a reciprocal selector width is turned back with.
  for (int64_t greatest : {5, 32, 128}) {
    SmallVector<Scalar> codes;
    for (int64_t width = 0; width <= greatest; ++width)
      codes.push_back(Scalar::fraction(1, width + 1));
    TabulatedFunction table =
        tabulate({number(codes)}, number(integers(0, greatest)), 1e-7,
                 [](ArrayRef<Scalar> x) {
                   return Scalar::integer(x[0].getDenominator() - 1);
                 });
    EXPECT_LE(check(table, 1e-7, greatest * 1e-4), 2 * greatest);
  }
}

TEST_F(DiscretizationTest, ExactNumbersAreInterpolated) {
  // One unit for each change of slope, and one for the first slope.
  TabulatedFunction square =
      tabulate({number(integers(0, 31))}, number([] {
                 SmallVector<Scalar> squares;
                 for (int64_t i = 0; i < 32; ++i)
                   squares.push_back(Scalar::integer(i * i));
                 return squares;
               }()),
               0, [](ArrayRef<Scalar> x) {
                 return Scalar::integer(x[0].getInteger() * x[0].getInteger());
               });
  EXPECT_LE(check(square), 31);
  // Where the numbers are off, steps squeeze the error.
  square.errors = {{1.0 / 64, 1.0 / 64}};
  EXPECT_EQ(check(square, 1.0 / 64, 1e-2), 62);
}

TEST_F(DiscretizationTest, NoneHasACode) {
  SmallVector<Scalar> values = integers(0, 6);
  values.push_back(Scalar::none());
  auto propagate = [](ArrayRef<Scalar> x) {
    return x[0].isNone() ? Scalar::none()
                         : Scalar::integer(6 - x[0].getInteger() / 2);
  };
  check(tabulate({number(values, -4.0)}, number(values, 9.0), 1e-3, propagate),
        1e-3, 1e-4);
  check(tabulate({number(values, 8.0)}, oneHot(values), 1e-3, propagate), 1e-3,
        1e-4);
  check(tabulate({oneHot(values)}, number(values, 9.0), 0, propagate));
}

TEST_F(DiscretizationTest, CubesOfBooleans) {
  SmallVector<SubspaceTypeInterface> inputs(3, booleans());
  auto count = [&](auto &&predicate) {
    return check(tabulate(inputs, booleans(), 0, [&](ArrayRef<Scalar> x) {
      return Scalar::boolean(
          predicate(x[0].getBool(), x[1].getBool(), x[2].getBool()));
    }));
  };
  EXPECT_EQ(count([](bool a, bool b, bool c) { return a && b && c; }), 1);
  EXPECT_EQ(count([](bool a, bool b, bool c) { return a || b || c; }), 1);
  EXPECT_LE(count([](bool a, bool b, bool c) { return a ? b : c; }), 2);
  EXPECT_EQ(count([](bool, bool b, bool) { return b; }), 1);
  EXPECT_EQ(count([](bool, bool, bool) { return true; }), 0);
}

TEST_F(DiscretizationTest, TableOfTwoInputsCostsTheSmaller) {
  SmallVector<Scalar> results = integers(0, 9);
  for (auto [rows, columns] : {std::make_pair(3, 17), {12, 5}, {8, 8}}) {
    TabulatedFunction table = tabulate(
        {oneHot(integers(1, rows)), oneHot(integers(1, columns))},
        number(results), 0, [&](ArrayRef<Scalar>) { return pick(results); });
    EXPECT_LE(check(table), 2 * std::min(rows, columns));
  }
  // The least value as the default: one unit for each row.
  TabulatedFunction product =
      tabulate({oneHot(integers(0, 6)), oneHot(integers(0, 30))},
               number(integers(0, 180)), 0, [](ArrayRef<Scalar> x) {
                 return Scalar::integer(x[0].getInteger() * x[1].getInteger());
               });
  EXPECT_EQ(check(product), 6);
}

TEST_F(DiscretizationTest, RandomTables) {
  for (unsigned round = 0; round < 60; ++round) {
    SmallVector<SubspaceTypeInterface> inputs;
    bool hasNumber = false;
    unsigned numInputs = 1 + random() % 3;
    for (unsigned input = 0; input < numInputs; ++input) {
      SmallVector<Scalar> values = integers(0, 1 + random() % 5);
      if (random() % 3 == 0)
        values.push_back(Scalar::none());
      if (random() % 2 && (!hasNumber || values.size() == 2)) {
        hasNumber |= values.size() > 2;
        bool hasNone = values.back().isNone();
        inputs.push_back(number(values, hasNone ? std::optional<double>(-2.0)
                                                : std::nullopt));
      } else {
        inputs.push_back(oneHot(values));
      }
    }
    SmallVector<Scalar> results = integers(-3, random() % 4);
    SubspaceTypeInterface result =
        random() % 2 ? oneHot(results) : number(results);
    TabulatedFunction table =
        tabulate(inputs, result, 1.0 / 1024,
                 [&](ArrayRef<Scalar>) { return pick(results); });
    check(table, 0, 1e-5);
    check(table, 1.0 / 1024, 0.25);
  }
}

TEST_F(DiscretizationTest, FunctionsOfNumbersAreGated) {
  // Units for the values of the one-hot that look at the number, and none for
  // the others.
  TabulatedFunction table = tabulate(
      {number(integers(-10, 10)), oneHot(integers(0, 4))}, booleans(), 1e-3,
      [](ArrayRef<Scalar> x) {
        return Scalar::boolean(x[0].getInteger() > 3 && x[1].getInteger() == 2);
      });
  EXPECT_EQ(check(table, 1e-3, 1e-4), 2);
}

TEST_F(DiscretizationTest, LargeValuesDoNotCancelSmallOnes) {
  // The greater of two numbers: one unit for each of the second would add 10^8
  // and take it away again.
  SmallVector<Scalar> first = {Scalar::integer(100000000),
                               Scalar::fraction(1, 2), Scalar::integer(0),
                               Scalar::integer(-3)};
  SmallVector<Scalar> results = integers(0, 2);
  results.push_back(Scalar::fraction(1, 2));
  results.push_back(Scalar::integer(100000000));
  TabulatedFunction table =
      tabulate({oneHot(first), oneHot(integers(0, 2))}, number(results), 0,
               [](ArrayRef<Scalar> x) { return std::max(x[0], x[1]); });
  check(table);
}

TEST_F(DiscretizationTest, LargeValuesDoNotMultiplyErrors) {
  // One unit would be off by 4/100 of the value; two take in the error.
  SmallVector<Scalar> results = integers(0, 100);
  TabulatedFunction table = tabulate(
      {oneHot(integers(0, 5)), oneHot(integers(0, 5))}, number(results), 1e-2,
      [&](ArrayRef<Scalar>) { return pick(results); });
  check(table, 1e-2, 1e-3);
}

TEST_F(DiscretizationTest, RefusesToCancelValues) {
  // A number steps up to 10^8, and from there no step leads down to 1/10.
  SmallVector<Scalar> results = {Scalar::fraction(3, 10),
                                 Scalar::integer(100000000),
                                 Scalar::fraction(1, 10)};
  TabulatedFunction table =
      tabulate({number(integers(0, 2))}, number(results), 0,
               [&](ArrayRef<Scalar> x) { return results[x[0].getInteger()]; });
  EXPECT_TRUE(failed(discretizeQuietly(table)));
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_NE(messages.front().find("a quarter of its distance"),
            std::string::npos);
}

TEST_F(DiscretizationTest, RefusesWhatItCannotTellApart) {
  TabulatedFunction table =
      tabulate({number({Scalar::fraction(333, 1000),
                        Scalar::fraction(334, 1000), Scalar::integer(1)})},
               booleans(), 1e-3, [](ArrayRef<Scalar> x) {
                 return Scalar::boolean(x[0].getDouble() > 0.3335);
               });
  EXPECT_TRUE(failed(discretizeQuietly(table)));
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(
      messages.front(),
      "values 333/1000 and 167/500 of input 0 are 0.001 apart, closer than "
      "f32 tells apart here (error up to 0.001)");
  // The same codes, if the function does not change between them.
  table.values[0] = table.values[1];
  EXPECT_TRUE(succeeded(discretizeQuietly(table)));
  table.errors = {ErrorBound::unknown()};
  table.values[2] = Scalar::boolean(false);
  EXPECT_TRUE(failed(discretizeQuietly(table)));
}

TEST_F(DiscretizationTest, RefusesTwoNumbers) {
  TabulatedFunction table =
      tabulate({number(integers(0, 3)), number(integers(0, 3))},
               number(integers(0, 9)), 0, [](ArrayRef<Scalar> x) {
                 return Scalar::integer(x[0].getInteger() * x[1].getInteger());
               });
  EXPECT_TRUE(failed(discretizeQuietly(table)));
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_NE(messages.front().find("inputs 0 and 1"), std::string::npos);
}

TEST_F(DiscretizationTest, RefusesMoreUnitsThanTheLimit) {
  TabulatedFunction table = tabulate(
      {number(integers(0, 9))}, booleans(), 1e-2, [](ArrayRef<Scalar> x) {
        return Scalar::boolean(x[0].getInteger() % 2);
      });
  EXPECT_TRUE(failed(discretizeQuietly(table, 17)));
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages.front(), "needs 18 hidden units, more than the limit of "
                              "17 (max-hidden-units)");
  EXPECT_TRUE(succeeded(discretizeQuietly(table, 18)));
}

TEST(CubePartition, CoversEveryPointOnce) {
  std::mt19937 random(2);
  for (unsigned round = 0; round < 50; ++round) {
    ClassTable table;
    size_t numPoints = 1;
    for (unsigned input = 0; input < 3; ++input) {
      table.sizes.push_back(1 + random() % 4);
      numPoints *= table.sizes.back();
    }
    for (size_t point = 0; point < numPoints; ++point)
      table.classes.push_back(random() % 3);
    std::optional<CubePartition> partition =
        partitionIntoCubes(table, [](int64_t) { return 1; }, 1000);
    ASSERT_TRUE(partition);
    EXPECT_EQ(partition->cost, partition->cubes.size());
    for (size_t point = 0; point < numPoints; ++point) {
      SmallVector<int64_t> place(3);
      size_t rest = point;
      for (unsigned input = 3; input-- > 0; rest /= table.sizes[input])
        place[input] = rest % table.sizes[input];
      unsigned covers = 0;
      for (const Cube &cube : partition->cubes)
        if (llvm::all_of(cube.constraints, [&](const auto &constraint) {
              return llvm::is_contained(constraint.values,
                                        place[constraint.input]);
            })) {
          ++covers;
          EXPECT_EQ(cube.classIndex, table.classes[point]);
        }
      EXPECT_EQ(covers, 1u);
    }
  }
}

TEST(ScalarFunction, ActivationsStayWithinTheNearerHalf) {
  // A ramp is active towards the nearer end of the domain, so that with
  // reciprocals no activation is of the order of the steepest slope.
  SmallVector<CodedPoint> points;
  std::vector<SmallVector<double>> values;
  for (int64_t width = 512; width >= 0; --width) {
    points.push_back({1.0 / (width + 1), static_cast<int64_t>(values.size())});
    values.push_back({static_cast<double>(width)});
  }
  ReluSum sum = makeStaircase(points, values, 1e-8, std::nullopt);
  EXPECT_EQ(sum.terms.size(), 1024u);
  for (const ReluSum::Term &term : sum.terms)
    for (const CodedPoint &point : points)
      EXPECT_LE(term.weight * point.code + term.bias, 4 * 513);
}

} // namespace
