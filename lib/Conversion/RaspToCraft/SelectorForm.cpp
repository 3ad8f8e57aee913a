//===- SelectorForm.cpp - Selectors as disjoint conjunctions --------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Conversion/RaspToCraft/SelectorForm.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>
#include <unordered_map>

using namespace mlir::rasp;

//===----------------------------------------------------------------------===//
// Relation
//===----------------------------------------------------------------------===//

Relation Relation::get(size_t numKeys, size_t numQueries,
                       llvm::function_ref<bool(size_t, size_t)> predicate) {
  Relation relation(numKeys, numQueries);
  for (size_t key = 0; key < numKeys; ++key)
    for (size_t query = 0; query < numQueries; ++query)
      relation.set(key, query, predicate(key, query));
  return relation;
}

bool Relation::isNever() const { return !llvm::is_contained(holds, true); }
bool Relation::isAlways() const { return !llvm::is_contained(holds, false); }

Relation Relation::operator&(const Relation &other) const {
  assert(numKeys == other.numKeys && numQueries == other.numQueries);
  return get(numKeys, numQueries, [&](size_t key, size_t query) {
    return get(key, query) && other.get(key, query);
  });
}

Relation Relation::operator|(const Relation &other) const {
  assert(numKeys == other.numKeys && numQueries == other.numQueries);
  return get(numKeys, numQueries, [&](size_t key, size_t query) {
    return get(key, query) || other.get(key, query);
  });
}

Relation Relation::operator!() const {
  return get(numKeys, numQueries,
             [&](size_t key, size_t query) { return !get(key, query); });
}

/// Numbers the distinct elements of `lines` in the order of appearance.
static std::vector<size_t>
numberClasses(const std::vector<std::vector<bool>> &lines) {
  std::unordered_map<std::vector<bool>, size_t> numbers;
  std::vector<size_t> classes;
  for (const std::vector<bool> &line : lines)
    classes.push_back(numbers.try_emplace(line, numbers.size()).first->second);
  return classes;
}

std::vector<size_t> Relation::getKeyClasses() const {
  std::vector<std::vector<bool>> rows(numKeys);
  for (size_t key = 0; key < numKeys; ++key)
    for (size_t query = 0; query < numQueries; ++query)
      rows[key].push_back(get(key, query));
  return numberClasses(rows);
}

std::vector<size_t> Relation::getQueryClasses() const {
  std::vector<std::vector<bool>> columns(numQueries);
  for (size_t query = 0; query < numQueries; ++query)
    for (size_t key = 0; key < numKeys; ++key)
      columns[query].push_back(get(key, query));
  return numberClasses(columns);
}

//===----------------------------------------------------------------------===//
// SelectorForm
//===----------------------------------------------------------------------===//

SelectorForm SelectorForm::always() {
  SelectorForm form;
  form.terms.emplace_back();
  return form;
}

SelectorForm SelectorForm::literal(unsigned pair, Relation relation) {
  SelectorForm form;
  form.terms.push_back({{pair, std::move(relation)}});
  form.simplify();
  return form;
}

/// Both conjunctions at once.
static Conjunction meet(const Conjunction &lhs, const Conjunction &rhs) {
  Conjunction result = lhs;
  for (const auto &[pair, relation] : rhs) {
    auto [it, inserted] = result.try_emplace(pair, relation);
    if (!inserted)
      it->second = it->second & relation;
  }
  return result;
}

std::optional<SelectorForm> SelectorForm::conjunction(const SelectorForm &lhs,
                                                      const SelectorForm &rhs) {
  SelectorForm form;
  for (const Conjunction &left : lhs.terms) {
    for (const Conjunction &right : rhs.terms)
      form.terms.push_back(meet(left, right));
    form.simplify();
    if (form.terms.size() > maxTerms)
      return std::nullopt;
  }
  return form;
}

std::optional<SelectorForm> SelectorForm::negation(const SelectorForm &form) {
  SelectorForm result = always();
  for (const Conjunction &term : form.terms) {
    // not (a and b and ...) is the disjoint union of (not a), (a and not b),
    // (a and b and not ...), ...
    SelectorForm complement;
    Conjunction prefix;
    for (const auto &[pair, relation] : term) {
      Conjunction part = prefix;
      part.emplace(pair, !relation);
      complement.terms.push_back(std::move(part));
      prefix.emplace(pair, relation);
    }
    std::optional<SelectorForm> both = conjunction(result, complement);
    if (!both)
      return std::nullopt;
    result = std::move(*both);
  }
  return result;
}

std::optional<SelectorForm> SelectorForm::disjunction(const SelectorForm &lhs,
                                                      const SelectorForm &rhs) {
  // The part of `rhs` outside `lhs` is disjoint from `lhs`.
  std::optional<SelectorForm> outside = negation(lhs);
  if (!outside)
    return std::nullopt;
  std::optional<SelectorForm> rest = conjunction(rhs, *outside);
  if (!rest)
    return std::nullopt;
  SelectorForm form = lhs;
  llvm::append_range(form.terms, rest->terms);
  form.simplify();
  if (form.terms.size() > maxTerms)
    return std::nullopt;
  return form;
}

/// The only pair whose relations differ, if both conjunctions are over the
/// same pairs and differ in exactly one.
static std::optional<unsigned> getOnlyDifference(const Conjunction &lhs,
                                                 const Conjunction &rhs) {
  if (lhs.size() != rhs.size())
    return std::nullopt;
  std::optional<unsigned> difference;
  for (auto [left, right] : llvm::zip(lhs, rhs)) {
    if (left.first != right.first)
      return std::nullopt;
    if (left.second == right.second)
      continue;
    if (difference)
      return std::nullopt;
    difference = left.first;
  }
  return difference;
}

void SelectorForm::simplify() {
  auto clean = [&] {
    llvm::erase_if(terms, [](const Conjunction &term) {
      return llvm::any_of(
          term, [](const auto &entry) { return entry.second.isNever(); });
    });
    for (Conjunction &term : terms)
      for (auto it = term.begin(); it != term.end();)
        it = it->second.isAlways() ? term.erase(it) : std::next(it);
  };
  clean();
  for (size_t i = 0; i < terms.size(); ++i) {
    for (size_t j = i + 1; j < terms.size(); ++j) {
      std::optional<unsigned> pair = getOnlyDifference(terms[i], terms[j]);
      if (!pair)
        continue;
      Relation &relation = terms[i].at(*pair);
      relation = relation | terms[j].at(*pair);
      terms.erase(terms.begin() + j);
      clean();
      // The joined term may now join with one that came before.
      i = static_cast<size_t>(-1);
      break;
    }
  }
}
