//===- DomainTests.cpp - The lattice of domains ---------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

#include <cmath>
#include <limits>
#include <random>
#include <set>

using namespace mlir;
using namespace mlir::rasp;

static std::string show(const Domain &domain) {
  std::string text;
  llvm::raw_string_ostream(text) << domain;
  return text;
}

/// Shows domains in the messages of GoogleTest.
namespace mlir::rasp {
static void PrintTo(const Domain &domain, std::ostream *os) {
  *os << show(domain);
}
} // namespace mlir::rasp

namespace {
class DomainTest : public ::testing::Test {
protected:
  DomainTest() { context.loadDialect<RaspDialect>(); }

  int64_t pick(int64_t first, int64_t last) {
    return first + static_cast<int64_t>(random() % (last - first + 1));
  }

  Scalar pickNumber() {
    switch (pick(0, 3)) {
    case 0:
      return Scalar::number(0.1 * static_cast<double>(pick(-5, 5)));
    case 1:
      return Scalar::fraction(pick(-6, 6), pick(1, 6));
    default:
      return Scalar::integer(pick(-4, 4));
    }
  }

  Scalar pickValue() {
    switch (pick(0, 7)) {
    case 0:
      return Scalar::none();
    case 1:
      return Scalar::boolean(pick(0, 1));
    case 2:
      return Scalar::string(StringAttr::get(&context, pick(0, 1) ? "a" : "b"));
    default:
      return pickNumber();
    }
  }

  Domain pickFinite(bool numeric) {
    std::vector<Scalar> values;
    for (int64_t count = pick(1, 5); count > 0; --count)
      values.push_back(numeric ? pickNumber() : pickValue());
    return Domain::finite(values);
  }

  Domain pickDomain() {
    bool hasNone = pick(0, 1);
    double low = pickNumber().getDouble();
    double high = low + static_cast<double>(pick(0, 5));
    switch (pick(0, 7)) {
    case 0:
      return Domain();
    case 1:
      return Domain::any(hasNone);
    case 2:
      return Domain::grid(low, high, pick(1, 7), hasNone);
    case 3:
      return Domain::interval(low, high, pick(0, 1) ? 0.1 : 0, hasNone);
    default:
      return pickFinite(/*numeric=*/pick(0, 1));
    }
  }

  std::optional<Domain> parse(StringRef text) {
    auto attribute = dyn_cast_or_null<DomainAttr>(
        parseAttribute(("#rasp.domain<" + text + ">").str(), &context));
    if (!attribute)
      return std::nullopt;
    return attribute.getDomain();
  }

  MLIRContext context;
  std::mt19937 random{7};
};
} // namespace

TEST_F(DomainTest, FiniteSetsAreSortedAndUnique) {
  Domain domain = Domain::finite({Scalar::integer(2), Scalar::none(),
                                  Scalar::fraction(4, 2), Scalar::number(0.5),
                                  Scalar::integer(-1), Scalar::fraction(1, 2)});
  EXPECT_EQ(show(domain), "{none, -1, 1/2, 2}");
  EXPECT_TRUE(domain.mayBeNone());
  EXPECT_EQ(domain.getValues().size(), 3u);
  EXPECT_EQ(domain.getValuesAndNone().size(), 4u);
  EXPECT_EQ(domain.getLow(), -1);
  EXPECT_EQ(domain.getHigh(), 2);
  EXPECT_EQ(domain.getLeastGap(), 1.5);
  EXPECT_FALSE(domain.isIntegral());
}

TEST_F(DomainTest, BooleansAreNotIntegers) {
  Domain integers = Domain::integers(0, 1);
  EXPECT_NE(Domain::booleans(), integers);
  EXPECT_EQ(Domain::booleans().withoutBooleans(), integers);
  EXPECT_TRUE(Domain::booleans().contains(Scalar::integer(1)));
  EXPECT_TRUE(Domain::booleans().isNumeric());
  // Of equal values one is kept, whatever came first.
  EXPECT_EQ(Domain::join(integers, Domain::booleans()), Domain::booleans());
  EXPECT_EQ(Domain::join(Domain::booleans(), integers), Domain::booleans());
}

TEST_F(DomainTest, LargeSetsWiden) {
  Domain integers = Domain::integers(0, Domain::maxValues);
  EXPECT_EQ(integers, Domain::grid(0, Domain::maxValues, 1));
  EXPECT_TRUE(integers.isIntegral());
  EXPECT_FALSE(integers.contains(Scalar::fraction(1, 2)));

  std::vector<Scalar> thirds, doubles, strings;
  for (size_t i = 0; i <= Domain::maxValues; ++i) {
    thirds.push_back(Scalar::fraction(i, 3));
    doubles.push_back(Scalar::number(std::sqrt(static_cast<double>(i))));
    strings.push_back(
        Scalar::string(StringAttr::get(&context, std::to_string(i))));
  }
  EXPECT_EQ(Domain::finite(thirds),
            Domain::grid(0, Domain::maxValues / 3.0, 3));
  Domain interval = Domain::finite(doubles);
  EXPECT_EQ(interval.getKind(), Domain::Kind::Interval);
  EXPECT_GT(interval.getLeastGap(), 0);
  EXPECT_LE(interval.getLeastGap(),
            std::sqrt(Domain::maxValues) - std::sqrt(Domain::maxValues - 1));
  EXPECT_EQ(Domain::finite(strings), Domain::any(/*hasNone=*/false));
  strings.push_back(Scalar::none());
  EXPECT_EQ(Domain::finite(strings), Domain::any());
}

TEST_F(DomainTest, JoinIsAnUpperBound) {
  for (int round = 0; round < 3000; ++round) {
    Domain a = pickDomain(), b = pickDomain(), c = pickDomain();
    Domain joined = Domain::join(a, b);
    EXPECT_EQ(joined, Domain::join(b, a));
    EXPECT_EQ(Domain::join(a, a), a);
    EXPECT_EQ(Domain::join(a, Domain()), a);
    EXPECT_EQ(Domain::join(a, Domain::any()), Domain::any());
    EXPECT_EQ(Domain::join(joined, joined), joined);
    Domain left = Domain::join(joined, c);
    Domain right = Domain::join(a, Domain::join(b, c));
    for (int sample = 0; sample < 20; ++sample) {
      Scalar value = pickValue();
      bool isMember = a.contains(value) || b.contains(value);
      EXPECT_TRUE(!isMember || joined.contains(value))
          << value.str() << " in " << show(a) << " or " << show(b);
      EXPECT_EQ(left.contains(value), right.contains(value))
          << value.str() << ": " << show(a) << ", " << show(b) << ", "
          << show(c);
      // Finite sets lose nothing and gain nothing.
      if (a.isFinite() && b.isFinite()) {
        EXPECT_EQ(isMember, joined.contains(value));
      }
    }
    EXPECT_EQ(a.withNone().withoutNone(), a.withoutNone());
    EXPECT_TRUE(a.withNone().mayBeNone());
  }
}

TEST_F(DomainTest, GapsSeparateValues) {
  for (int64_t bound = 1; bound <= 12; ++bound) {
    Domain grid = Domain::grid(-1, 1, bound);
    std::set<Scalar> values;
    for (int64_t q = 1; q <= bound; ++q)
      for (int64_t p = -q; p <= q; ++p) {
        values.insert(Scalar::fraction(p, q));
        EXPECT_TRUE(grid.contains(Scalar::fraction(p, q)));
      }
    EXPECT_FALSE(grid.contains(Scalar::fraction(1, bound + 1)));
    Domain listed =
        Domain::finite(std::vector<Scalar>(values.begin(), values.end()));
    EXPECT_LE(grid.getLeastGap(), listed.getLeastGap());
    EXPECT_NEAR(grid.getLeastGap(), listed.getLeastGap(), 1e-12);
  }
}

TEST_F(DomainTest, TextRoundTrips) {
  for (int round = 0; round < 2000; ++round) {
    Domain domain = pickDomain();
    std::optional<Domain> parsed = parse(show(domain));
    ASSERT_TRUE(parsed) << show(domain);
    EXPECT_EQ(*parsed, domain);
    EXPECT_EQ(hash_value(*parsed), hash_value(domain));
  }
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr int64_t least = std::numeric_limits<int64_t>::min();
  for (double value : {0.1, 1.0 / 3, 1e300, -1e300, 5e-324, 0x1p63, 0x1p-40,
                       1e15, 1e17, 123456789012345680.0}) {
    Domain set = Domain::finite({Scalar::number(value)});
    EXPECT_EQ(parse(show(set)), set);
    Domain interval = Domain::interval(std::min(value, 0.0),
                                       std::max(value, 0.0), std::abs(value));
    EXPECT_EQ(parse(show(interval)), interval);
  }
  for (const Domain &domain :
       {Domain::interval(-infinity, infinity, 0),
        Domain::finite({Scalar::integer(least), Scalar::integer(~least)}),
        Domain::finite({Scalar::string(StringAttr::get(&context, "\"\\\n"))})})
    EXPECT_EQ(parse(show(domain)), domain);
}

TEST_F(DomainTest, MalformedTextIsRefused) {
  ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) {});
  for (StringRef text : {"",
                         "{1",
                         "{1, }",
                         "{1/0}",
                         "{1/-2}",
                         "{inf}",
                         "{99999999999999999999}",
                         "[1, 0]",
                         "[0, 1",
                         "[0, 1] fractions 0",
                         "[0, 1] fractions -1",
                         "[0, 1] gap 0",
                         "[0, 1] gap -1",
                         "[0, 1] gap inf",
                         "[0, 1] or",
                         "any but",
                         "any but one",
                         "{none} or none",
                         "[0, 1] fractions 2 gap 1",
                         "{1e}",
                         "{a}",
                         "[0, \"a\"]"})
    EXPECT_FALSE(parse(text)) << text.str();
}

TEST_F(DomainTest, MeansAgreeWithBruteForce) {
  for (int round = 0; round < 400; ++round) {
    std::vector<Scalar> values;
    for (int64_t count = pick(1, 4); count > 0; --count)
      values.push_back(pick(0, 3) == 0
                           ? Scalar::fraction(pick(-6, 6), pick(1, 5))
                           : Scalar::integer(pick(-5, 9)));
    Domain domain = Domain::finite(values);
    int64_t maxWidth = pick(1, 6), minWidth = pick(1, maxWidth);

    std::set<Scalar> expected;
    std::vector<Scalar> chosen;
    auto choose = [&](auto &self, size_t first) -> void {
      if (static_cast<int64_t>(chosen.size()) >= minWidth)
        expected.insert(mean(chosen));
      if (static_cast<int64_t>(chosen.size()) == maxWidth)
        return;
      for (size_t next = first; next < domain.getValues().size(); ++next) {
        chosen.push_back(domain.getValues()[next]);
        self(self, next);
        chosen.pop_back();
      }
    };
    choose(choose, 0);
    EXPECT_EQ(
        Domain::meanOf(domain.withNone(), maxWidth, minWidth),
        Domain::finite(std::vector<Scalar>(expected.begin(), expected.end())))
        << show(domain) << " " << minWidth << " to " << maxWidth;
  }
}

TEST_F(DomainTest, MeansOfBitsAreAllFractions) {
  EXPECT_EQ(show(Domain::meanOf(Domain::booleans(), 4)),
            "{0, 1/4, 1/3, 1/2, 2/3, 3/4, 1}");
  // All fractions up to a denominator of 64, and beyond what can be listed.
  Domain bits = Domain::integers(0, 1);
  EXPECT_EQ(Domain::meanOf(bits, 64).getValues().size(), 1261u);
  EXPECT_EQ(Domain::meanOf(bits, 400), Domain::grid(0, 1, 400));
  EXPECT_EQ(Domain::meanOf(bits, 1 << 16), Domain::grid(0, 1, 1 << 16));
  EXPECT_EQ(Domain::meanOf(Domain::integers(0, 9999), 1000),
            Domain::grid(0, 9999, 1000));
  EXPECT_EQ(Domain::meanOf(Domain::integers(0, 20000), 10),
            Domain::grid(0, 20000, 10));
}

TEST_F(DomainTest, MeansOfManyOrInexactValuesAreCovered) {
  for (int round = 0; round < 300; ++round) {
    std::vector<Scalar> values;
    for (int64_t count = pick(2, 4); count > 0; --count)
      values.push_back(Scalar::number(
          std::ldexp(static_cast<double>(random()), pick(-90, 0))));
    int64_t maxWidth = pick(2, 9);
    Domain means = Domain::meanOf(Domain::finite(values), maxWidth);
    for (int sample = 0; sample < 30; ++sample) {
      std::vector<Scalar> chosen;
      for (int64_t width = pick(1, maxWidth); width > 0; --width)
        chosen.push_back(values[pick(0, values.size() - 1)]);
      EXPECT_TRUE(means.contains(mean(chosen)))
          << mean(chosen).str() << " in " << show(means);
    }
  }
  Domain grid = Domain::meanOf(Domain::grid(-1, 1, 9, /*hasNone=*/true), 3);
  EXPECT_TRUE(grid.contains(Scalar::fraction(-31, 45)));
  EXPECT_FALSE(grid.mayBeNone());
}

TEST_F(DomainTest, SumsAndProductsAgreeWithBruteForce) {
  for (int round = 0; round < 1000; ++round) {
    Domain lhs = pickFinite(/*numeric=*/true);
    Domain rhs = pickFinite(/*numeric=*/true);
    Scalar factor = pickNumber();
    std::vector<Scalar> sums, products;
    for (const Scalar &x : lhs.getValues()) {
      products.push_back(Scalar::multiply(x, factor));
      for (const Scalar &y : rhs.getValues())
        sums.push_back(Scalar::add(x, y));
    }
    EXPECT_EQ(Domain::sum(lhs, rhs), Domain::finite(sums));
    EXPECT_EQ(Domain::product(lhs, factor), Domain::finite(products));
    EXPECT_TRUE(Domain::sum(lhs.withNone(), rhs).mayBeNone());

    // With a coarser domain on one side or both nothing is lost.
    Domain coarse = Domain::grid(lhs.getLow(), lhs.getHigh(), 6);
    for (const Domain &other :
         {rhs, Domain::interval(rhs.getLow(), rhs.getHigh(), 0),
          Domain::grid(rhs.getLow(), rhs.getHigh(), 6)}) {
      Domain sum = Domain::sum(coarse, other);
      Domain product = Domain::product(coarse, factor);
      for (int64_t q = 1; q <= 6; ++q)
        for (int64_t p = -30; p <= 30; ++p) {
          Scalar x = Scalar::fraction(p, q);
          if (!coarse.contains(x))
            continue;
          EXPECT_TRUE(product.contains(Scalar::multiply(x, factor)));
          for (const Scalar &y : rhs.getValues())
            EXPECT_TRUE(!other.contains(y) || sum.contains(Scalar::add(x, y)))
                << x.str() << " + " << y.str() << " in " << show(coarse)
                << " + " << show(other);
        }
    }
  }
}
