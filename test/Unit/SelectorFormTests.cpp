//===- SelectorFormTests.cpp - Selector algebra against brute force -------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Conversion/RaspToCraft/QuadrantCover.h"
#include "rasp/Conversion/RaspToCraft/SelectorForm.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <functional>
#include <random>

using namespace mlir::rasp;

namespace {

/// A key and a query value for each pair.
using Assignment = std::vector<std::pair<size_t, size_t>>;

constexpr unsigned numPairs = 3;
constexpr size_t numKeys = 3, numQueries = 2;

/// Calls `callback` for every assignment of values to the pairs.
void forEachAssignment(std::function<void(const Assignment &)> callback) {
  size_t perPair = numKeys * numQueries;
  for (size_t code = 0; code < perPair * perPair * perPair; ++code) {
    Assignment assignment;
    size_t rest = code;
    for (unsigned pair = 0; pair < numPairs; ++pair, rest /= perPair)
      assignment.push_back({rest % numKeys, rest / numKeys % numQueries});
    callback(assignment);
  }
}

size_t countTerms(const SelectorForm &form, const Assignment &assignment) {
  size_t count = 0;
  for (const Conjunction &term : form.getTerms()) {
    bool holds = true;
    for (const auto &[pair, relation] : term)
      holds &= relation.get(assignment[pair].first, assignment[pair].second);
    count += holds;
  }
  return count;
}

struct Expression {
  SelectorForm form;
  std::function<bool(const Assignment &)> meaning;
};

Expression makeRandom(std::mt19937 &random, unsigned depth) {
  if (depth == 0) {
    unsigned pair = random() % numPairs;
    Relation relation = Relation::get(
        numKeys, numQueries, [&](size_t, size_t) { return random() % 2 == 0; });
    return {SelectorForm::literal(pair, relation),
            [=](const Assignment &assignment) {
              return relation.get(assignment[pair].first,
                                  assignment[pair].second);
            }};
  }
  Expression lhs = makeRandom(random, depth - 1);
  switch (random() % 3) {
  case 0:
    return {*SelectorForm::negation(lhs.form),
            [=](const Assignment &a) { return !lhs.meaning(a); }};
  case 1: {
    Expression rhs = makeRandom(random, depth - 1);
    return {
        *SelectorForm::conjunction(lhs.form, rhs.form),
        [=](const Assignment &a) { return lhs.meaning(a) && rhs.meaning(a); }};
  }
  default: {
    Expression rhs = makeRandom(random, depth - 1);
    return {
        *SelectorForm::disjunction(lhs.form, rhs.form),
        [=](const Assignment &a) { return lhs.meaning(a) || rhs.meaning(a); }};
  }
  }
}

TEST(SelectorFormTest, TermsAreDisjointAndCoverTheExpression) {
  std::mt19937 random(1);
  for (unsigned round = 0; round < 200; ++round) {
    Expression expression = makeRandom(random, round % 4);
    forEachAssignment([&](const Assignment &assignment) {
      ASSERT_EQ(countTerms(expression.form, assignment),
                expression.meaning(assignment) ? 1u : 0u);
    });
  }
}

TEST(SelectorFormTest, PredicatesOverOnePairMerge) {
  Relation less = Relation::get(4, 4, [](size_t k, size_t q) { return k < q; });
  Relation equal =
      Relation::get(4, 4, [](size_t k, size_t q) { return k == q; });
  std::optional<SelectorForm> form = SelectorForm::disjunction(
      SelectorForm::literal(0, less), SelectorForm::literal(0, equal));
  ASSERT_TRUE(form);
  ASSERT_EQ(form->getTerms().size(), 1u);
  EXPECT_TRUE(form->getTerms()[0].at(0) ==
              Relation::get(4, 4, [](size_t k, size_t q) { return k <= q; }));
}

TEST(SelectorFormTest, ContradictionIsNeverAndTautologyIsAlways) {
  Relation relation =
      Relation::get(3, 2, [](size_t k, size_t q) { return k == q; });
  SelectorForm literal = SelectorForm::literal(0, relation);
  SelectorForm negation = *SelectorForm::negation(literal);
  EXPECT_TRUE(SelectorForm::conjunction(literal, negation)->getTerms().empty());
  std::optional<SelectorForm> always =
      SelectorForm::disjunction(literal, negation);
  ASSERT_EQ(always->getTerms().size(), 1u);
  EXPECT_TRUE(always->getTerms()[0].empty());
  EXPECT_TRUE(
      SelectorForm::negation(SelectorForm::always())->getTerms().empty());
}

TEST(SelectorFormTest, TieBreakFallsIntoTwoParts) {
  // key < query, or key == query and index < index: what a stable sort counts.
  Relation less = Relation::get(3, 3, [](size_t k, size_t q) { return k < q; });
  Relation equal =
      Relation::get(3, 3, [](size_t k, size_t q) { return k == q; });
  SelectorForm tie = *SelectorForm::conjunction(SelectorForm::literal(0, equal),
                                                SelectorForm::literal(1, less));
  SelectorForm form =
      *SelectorForm::disjunction(SelectorForm::literal(0, less), tie);
  EXPECT_EQ(form.getTerms().size(), 2u);
}

TEST(SelectorFormTest, TooManyTermsAreRefused) {
  // Parities fall into exponentially many disjoint conjunctions.
  Relation bit = Relation::get(2, 1, [](size_t k, size_t) { return k == 1; });
  std::optional<SelectorForm> parity = SelectorForm::never();
  for (unsigned pair = 0; pair < 16 && parity; ++pair) {
    SelectorForm literal = SelectorForm::literal(pair, bit);
    std::optional<SelectorForm> both = SelectorForm::negation(literal);
    both = SelectorForm::conjunction(*parity, *both);
    std::optional<SelectorForm> negated = SelectorForm::negation(*parity);
    if (!both || !negated)
      return;
    negated = SelectorForm::conjunction(*negated, literal);
    if (!negated)
      return;
    parity = SelectorForm::disjunction(*both, *negated);
  }
  EXPECT_FALSE(parity);
}

TEST(RelationTest, ClassesGroupEqualRowsAndColumns) {
  // Keys 0 and 2 have equal rows, queries 0 and 1 equal columns.
  Relation relation = Relation::get(
      3, 3, [](size_t k, size_t q) { return k == 1 ? q == 2 : q < 2; });
  EXPECT_EQ(relation.getKeyClasses(), (std::vector<size_t>{0, 1, 0}));
  EXPECT_EQ(relation.getQueryClasses(), (std::vector<size_t>{0, 0, 1}));
}

TEST(RelationTest, ClassesOfLargeRelationsAreFoundFast) {
  // Comparing each row with the others would take minutes.
  constexpr size_t n = 3000;
  Relation relation =
      Relation::get(n, n, [](size_t k, size_t q) { return k / 2 == q / 2; });
  std::vector<size_t> classes = relation.getKeyClasses();
  EXPECT_EQ(classes, relation.getQueryClasses());
  for (size_t k = 0; k < n; ++k)
    ASSERT_EQ(classes[k], k / 2);
}

/// Whether the quadrants contain exactly what `relation` does not hold for.
bool isExactCover(const Relation &relation,
                  const std::vector<Quadrant> &quadrants) {
  for (size_t key = 0; key < relation.getNumKeys(); ++key)
    for (size_t query = 0; query < relation.getNumQueries(); ++query) {
      bool covered = false;
      for (const Quadrant &quadrant : quadrants)
        covered |= quadrant.contains(key, query);
      if (covered == relation.get(key, query))
        return false;
    }
  return true;
}

TEST(QuadrantCoverTest, ComparisonsAndEqualityHaveSmallCovers) {
  constexpr size_t n = 7;
  auto cover = [](auto predicate) {
    Relation relation = Relation::get(n, n, predicate);
    auto quadrants = coverMisses(relation);
    EXPECT_TRUE(quadrants && isExactCover(relation, *quadrants));
    return quadrants ? quadrants->size() : 0;
  };
  EXPECT_EQ(cover([](size_t k, size_t q) { return k <= q; }), n - 1);
  EXPECT_EQ(cover([](size_t k, size_t q) { return k < q; }), n);
  EXPECT_EQ(cover([](size_t k, size_t q) { return k >= q; }), n - 1);
  EXPECT_EQ(cover([](size_t k, size_t q) { return k == q; }), 2 * (n - 1));
  EXPECT_EQ(cover([](size_t, size_t) { return true; }), 0u);
  EXPECT_EQ(cover([](size_t, size_t) { return false; }), 1u);
  EXPECT_EQ(cover([](size_t k, size_t) { return k == 3; }), 2u);
}

TEST(QuadrantCoverTest, WhatHasNoCoverIsRefused) {
  // Misses on the diagonal lie in no quadrant of misses.
  Relation unequal =
      Relation::get(5, 5, [](size_t k, size_t q) { return k != q; });
  EXPECT_FALSE(coverMisses(unequal));
}

TEST(QuadrantCoverTest, CoversOfRandomRelationsAreExact) {
  std::mt19937 random(2);
  for (unsigned round = 0; round < 500; ++round) {
    Relation relation =
        Relation::get(4, 3, [&](size_t, size_t) { return random() % 3 == 0; });
    if (auto quadrants = coverMisses(relation))
      EXPECT_TRUE(isExactCover(relation, *quadrants));
  }
}

TEST(QuadrantCoverTest, NoQuadrantOfACoverIsRedundant) {
  // What holds is the range of keys of each query between two staircases, so
  // that there is a cover and the corners overlap.
  std::mt19937 random(3);
  for (unsigned round = 0; round < 500; ++round) {
    std::vector<size_t> begins, ends;
    for (size_t query = 0; query < 6; ++query) {
      begins.push_back(random() % 8);
      ends.push_back(random() % 8);
    }
    if (round % 2) {
      std::sort(begins.begin(), begins.end());
      std::sort(ends.begin(), ends.end());
    }
    Relation relation = Relation::get(7, 6, [&](size_t k, size_t q) {
      return begins[q] <= k && k < ends[q];
    });
    auto quadrants = coverMisses(relation);
    if (round % 2) {
      ASSERT_TRUE(quadrants);
    }
    if (!quadrants)
      continue;
    EXPECT_TRUE(isExactCover(relation, *quadrants));
    for (size_t index = 0; index < quadrants->size(); ++index) {
      std::vector<Quadrant> others = *quadrants;
      others.erase(others.begin() + index);
      EXPECT_FALSE(isExactCover(relation, others));
    }
  }
}

TEST(QuadrantCoverTest, LargeRelationsAreCoveredFast) {
  // Visiting all pairs for each of the quadrants would take minutes.
  constexpr size_t n = 3000;
  auto quadrants = coverMisses(
      Relation::get(n, n, [](size_t k, size_t q) { return k == q; }));
  ASSERT_TRUE(quadrants);
  EXPECT_EQ(quadrants->size(), 2 * (n - 1));
}

} // namespace
