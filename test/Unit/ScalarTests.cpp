//===- ScalarTests.cpp - Exact arithmetic of scalars ----------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Reference/Scalar.h"

#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace mlir;
using namespace mlir::rasp;

static constexpr int64_t greatest = std::numeric_limits<int64_t>::max();
static constexpr int64_t least = std::numeric_limits<int64_t>::min();

namespace {
class ScalarTest : public ::testing::Test {
protected:
  Scalar text(StringRef value) {
    return Scalar::string(StringAttr::get(&context, value));
  }
  /// Values of all kinds, among them neighbours that only exact comparison
  /// tells apart.
  std::vector<Scalar> samples() {
    std::vector<Scalar> values = {
        Scalar::none(),
        Scalar::boolean(false),
        Scalar::boolean(true),
        text(""),
        text("a"),
        text("ab"),
        text("\xff"),
    };
    for (int64_t value : {least, least + 1, int64_t(-2), int64_t(-1),
                          int64_t(0), int64_t(1), int64_t(2), int64_t(1) << 53,
                          (int64_t(1) << 53) + 1, greatest - 1, greatest})
      values.push_back(Scalar::integer(value));
    for (auto [numerator, denominator] :
         {std::pair<int64_t, int64_t>{1, 3},
          {-1, 3},
          {2, 3},
          {1, 2},
          {1, 10},
          {1, greatest},
          {greatest, greatest - 1},
          {least, greatest},
          {greatest, 2},
          {1, int64_t(1) << 40},
          {6004799503160661, 18014398509481984}})
      values.push_back(Scalar::fraction(numerator, denominator));
    for (double value :
         {0.1, 1.0 / 3, -1.0 / 3, 0.5, 1e300, -1e300, 1e-300, 0x1p63, 0x1p-40,
          0x1p53, -0x1p63, 9.2233720368547758e18, std::sqrt(2.0),
          std::nextafter(0.5, 1)})
      values.push_back(Scalar::number(value));
    return values;
  }

  MLIRContext context;
};
} // namespace

TEST_F(ScalarTest, CompareIsATotalOrder) {
  std::vector<Scalar> values = samples();
  for (const Scalar &a : values) {
    EXPECT_EQ(a.compare(a), 0) << a.str();
    for (const Scalar &b : values) {
      EXPECT_EQ(a.compare(b) < 0, b.compare(a) > 0)
          << a.str() << " " << b.str();
      EXPECT_EQ(a.compare(b) == 0, b.compare(a) == 0)
          << a.str() << " " << b.str();
      for (const Scalar &c : values)
        if (a.compare(b) <= 0 && b.compare(c) <= 0)
          EXPECT_LE(a.compare(c), 0)
              << a.str() << " " << b.str() << " " << c.str();
    }
  }
}

TEST_F(ScalarTest, HashAgreesWithEquality) {
  std::vector<Scalar> values = samples();
  for (const Scalar &a : values)
    for (const Scalar &b : values)
      if (a == b)
        EXPECT_EQ(size_t(hash_value(a)), size_t(hash_value(b)))
            << a.str() << " " << b.str();
}

TEST_F(ScalarTest, KindsCompareByValue) {
  EXPECT_EQ(Scalar::boolean(true), Scalar::integer(1));
  EXPECT_EQ(Scalar::integer(1), Scalar::number(1.0));
  EXPECT_LT(Scalar::boolean(false), Scalar::fraction(1, 2));
  EXPECT_LT(Scalar::none(), Scalar::integer(least));
  EXPECT_LT(Scalar::number(1e300), text(""));
  EXPECT_NE(text("1"), Scalar::integer(1));
  EXPECT_LT(text("ab"), text("b"));
  EXPECT_LT(text("z"), text("\xc3\xa9"));
}

TEST_F(ScalarTest, FractionsAreInLowestTerms) {
  Scalar value = Scalar::fraction(6, -4);
  EXPECT_EQ(value.getNumerator(), -3);
  EXPECT_EQ(value.getDenominator(), 2);
  EXPECT_EQ(Scalar::fraction(0, -7).getDenominator(), 1);
  EXPECT_EQ(Scalar::fraction(least, least), Scalar::integer(1));
  EXPECT_EQ(Scalar::fraction(least, 2), Scalar::integer(least / 2));
  EXPECT_EQ(Scalar::fraction(2, least).getDenominator(), int64_t(1) << 62);
  // 2^63 and 1/2^63 do not fit: they are doubles.
  EXPECT_FALSE(Scalar::fraction(least, -1).isExact());
  EXPECT_EQ(Scalar::fraction(least, -1).getDouble(), 0x1p63);
  EXPECT_EQ(Scalar::fraction(1, least).getDouble(), -0x1p-63);
}

TEST_F(ScalarTest, ShortBinaryFractionsAreExact) {
  for (double value : {0.0, -0.0, 0.5, -0.75, 3.0, 0x1p-20, 4503599627370495.5,
                       -4503599627370495.5, 9007199254740991.0}) {
    Scalar scalar = Scalar::number(value);
    EXPECT_TRUE(scalar.isExact()) << value;
    EXPECT_EQ(scalar.getDouble(), value);
    EXPECT_EQ(scalar,
              Scalar::fraction(scalar.getNumerator(), scalar.getDenominator()));
  }
  for (double value : {0.1, 0x1p-21, 0x1p53, 1e300, 1e-300,
                       std::numeric_limits<double>::denorm_min()}) {
    EXPECT_FALSE(Scalar::number(value).isExact()) << value;
    EXPECT_EQ(Scalar::number(value).getDouble(), value);
  }
  EXPECT_EQ(Scalar::number(-0.0).str(), "0");
}

TEST_F(ScalarTest, DoublesCompareExactlyWithFractions) {
  // The nearest double of 1/3 is less than 1/3.
  EXPECT_LT(Scalar::number(1.0 / 3), Scalar::fraction(1, 3));
  EXPECT_LT(Scalar::fraction(-1, 3), Scalar::number(-1.0 / 3));
  EXPECT_EQ(Scalar::number(0x1p-40), Scalar::fraction(1, int64_t(1) << 40));
  EXPECT_LT(Scalar::integer(greatest), Scalar::number(0x1p63));
  EXPECT_EQ(Scalar::integer(least), Scalar::number(-0x1p63));
  EXPECT_LT(Scalar::number(0x1p53), Scalar::integer((int64_t(1) << 53) + 1));
  EXPECT_LT(Scalar::number(1e-300), Scalar::fraction(1, greatest));
  EXPECT_LT(Scalar::integer(0), Scalar::number(1e-300));
  EXPECT_LT(Scalar::fraction(-1, greatest), Scalar::number(-1e-300));
}

TEST_F(ScalarTest, ArithmeticIsExact) {
  Scalar third = Scalar::fraction(1, 3), twoThirds = Scalar::fraction(2, 3);
  EXPECT_EQ(Scalar::subtract(twoThirds, third), third);
  EXPECT_EQ(Scalar::add(twoThirds, third), Scalar::integer(1));
  EXPECT_EQ(Scalar::multiply(third, Scalar::integer(3)), Scalar::integer(1));
  EXPECT_EQ(Scalar::divide(third, Scalar::integer(-2)),
            Scalar::fraction(-1, 6));
  EXPECT_EQ(Scalar::add(Scalar::boolean(true), Scalar::integer(2)),
            Scalar::integer(3));
  EXPECT_EQ(Scalar::add(third, third).getKind(), Scalar::Kind::Number);
}

TEST_F(ScalarTest, ArithmeticRoundsWhereItDoesNotFit) {
  Scalar big = Scalar::integer(greatest), one = Scalar::integer(1);
  EXPECT_EQ(Scalar::add(big, one).getDouble(), 0x1p63);
  EXPECT_EQ(Scalar::subtract(Scalar::integer(least), one).getDouble(), -0x1p63);
  EXPECT_EQ(Scalar::multiply(Scalar::integer(least), Scalar::integer(least))
                .getDouble(),
            0x1p126);
  // What overflows on the way but fits at the end is exact.
  Scalar ratio = Scalar::fraction(greatest, 3);
  EXPECT_EQ(Scalar::multiply(ratio, Scalar::fraction(3, greatest)), one);
  EXPECT_EQ(Scalar::divide(ratio, ratio), one);
  // 0.1 is a double, and stays one.
  EXPECT_EQ(Scalar::add(Scalar::number(0.1), Scalar::number(0.2)).getDouble(),
            0.1 + 0.2);
}

TEST_F(ScalarTest, NearestDoubleIsCorrectlyRounded) {
  EXPECT_EQ(Scalar::fraction(1, 3).getDouble(), 1.0 / 3);
  EXPECT_EQ(Scalar::integer((int64_t(1) << 53) + 1).getDouble(), 0x1p53);
  EXPECT_EQ(Scalar::integer((int64_t(1) << 53) + 3).getDouble(), 0x1p53 + 4);
  // A tie, and a hair above it.
  int64_t power = int64_t(1) << 62;
  EXPECT_EQ(Scalar::fraction(power + 256, power).getDouble(),
            1.0 + 0x1p-54); // 1 + 2^-54 rounds to 1.
  EXPECT_EQ(Scalar::fraction(power + 512, power).getDouble(), 1.0);
  EXPECT_EQ(Scalar::fraction(power + 513, power).getDouble(), 1.0 + 0x1p-52);
  EXPECT_EQ(Scalar::fraction(greatest, greatest - 1).getDouble(), 1.0);
}

TEST_F(ScalarTest, MeanIsExactWhereItFits) {
  std::vector<Scalar> values = {Scalar::fraction(1, 3), Scalar::fraction(1, 6),
                                Scalar::boolean(true)};
  EXPECT_EQ(mean(values), Scalar::fraction(1, 2));
  // The sum overflows 64 bits, the mean does not.
  std::vector<Scalar> big(5, Scalar::integer(greatest));
  EXPECT_EQ(mean(big), Scalar::integer(greatest));
  std::vector<Scalar> opposite = {
      Scalar::integer(greatest), Scalar::integer(greatest),
      Scalar::integer(-greatest), Scalar::integer(-greatest)};
  EXPECT_EQ(mean(opposite), Scalar::integer(0));
}

TEST_F(ScalarTest, MeanDoesNotDependOnTheOrder) {
  std::mt19937 generator(7);
  std::vector<std::vector<Scalar>> inputs(3);
  for (int index = 0; index < 40; ++index) {
    auto small = int64_t(generator() % 1000) - 500;
    inputs[0].push_back(Scalar::fraction(small, 1 + int64_t(generator() % 12)));
    inputs[1].push_back(Scalar::number(
        std::ldexp(double(small) + 0.1, int(generator() % 200) - 100)));
    inputs[2].push_back(Scalar::integer(greatest - int64_t(generator())));
  }
  for (std::vector<Scalar> &values : inputs) {
    Scalar expected = mean(values);
    for (int round = 0; round < 50; ++round) {
      std::shuffle(values.begin(), values.end(), generator);
      Scalar actual = mean(values);
      EXPECT_EQ(actual, expected);
      EXPECT_EQ(actual.isExact(), expected.isExact());
    }
  }
}

TEST_F(ScalarTest, MeanOfDoublesRoundsTheSumOnce) {
  std::vector<Scalar> values = {Scalar::number(1e100), Scalar::number(0.1),
                                Scalar::number(-1e100)};
  EXPECT_EQ(mean(values).getDouble(), 0.1 / 3);
  std::vector<Scalar> large(3, Scalar::number(1.7e308));
  EXPECT_DOUBLE_EQ(mean(large).getDouble(), 1.7e308);
  // Many tenths: adding one after the other would drift.
  std::vector<Scalar> tenths(1000, Scalar::number(0.1));
  EXPECT_EQ(mean(tenths).getDouble(), 0.1);
}

TEST_F(ScalarTest, Prints) {
  EXPECT_EQ(Scalar::none().str(), "none");
  EXPECT_EQ(Scalar::boolean(true).str(), "true");
  EXPECT_EQ(Scalar::integer(-3).str(), "-3");
  EXPECT_EQ(Scalar::number(3).str(), "3");
  EXPECT_EQ(Scalar::number(-0.625).str(), "-0.625");
  EXPECT_EQ(Scalar::fraction(2, 3).str(), "2/3");
  EXPECT_EQ(Scalar::number(0.1).str(), "0.1");
  EXPECT_EQ(Scalar::fraction(1, 10).str(), "1/10");
  EXPECT_EQ(Scalar::number(1e300).str(), "1e+300");
  EXPECT_EQ(text("a b").str(), "a b");
}
