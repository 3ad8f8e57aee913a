//===- SelectorForm.h - Selectors as disjoint conjunctions ---- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_CONVERSION_RASPTOCRAFT_SELECTORFORM_H
#define RASP_CONVERSION_RASPTOCRAFT_SELECTORFORM_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace mlir::rasp {

/// A relation between the values of a key and the values of a query.
class Relation {
public:
  Relation(size_t numKeys, size_t numQueries, bool value = false)
      : numKeys(numKeys), numQueries(numQueries),
        holds(numKeys * numQueries, value) {}
  static Relation get(size_t numKeys, size_t numQueries,
                      llvm::function_ref<bool(size_t, size_t)> predicate);

  size_t getNumKeys() const { return numKeys; }
  size_t getNumQueries() const { return numQueries; }
  bool get(size_t key, size_t query) const {
    return holds[key * numQueries + query];
  }
  void set(size_t key, size_t query, bool value) {
    holds[key * numQueries + query] = value;
  }
  bool isNever() const;
  bool isAlways() const;
  Relation operator&(const Relation &other) const;
  Relation operator|(const Relation &other) const;
  Relation operator!() const;
  bool operator==(const Relation &other) const {
    return numKeys == other.numKeys && numQueries == other.numQueries &&
           holds == other.holds;
  }

  /// Numbers the classes of keys with equal rows, in the order of their first
  /// members; and likewise of queries with equal columns.
  std::vector<size_t> getKeyClasses() const;
  std::vector<size_t> getQueryClasses() const;

private:
  size_t numKeys, numQueries;
  std::vector<bool> holds;
};

/// A conjunction of relations, each on a pair of a key and a query value; pairs
/// are numbered by whoever builds the form. The empty conjunction is true.
using Conjunction = std::map<unsigned, Relation>;

/// A selector as a union of disjoint conjunctions. One attention head computes
/// a conjunction, since penalties add; a width is the sum of the widths of
/// disjoint parts. An operation gives nothing if the form would have more than
/// `maxTerms` terms.
class SelectorForm {
public:
  static constexpr size_t maxTerms = 64;

  static SelectorForm never() { return {}; }
  static SelectorForm always();
  static SelectorForm literal(unsigned pair, Relation relation);

  static std::optional<SelectorForm> conjunction(const SelectorForm &lhs,
                                                 const SelectorForm &rhs);
  static std::optional<SelectorForm> disjunction(const SelectorForm &lhs,
                                                 const SelectorForm &rhs);
  static std::optional<SelectorForm> negation(const SelectorForm &form);

  llvm::ArrayRef<Conjunction> getTerms() const { return terms; }

private:
  /// Drops what is always true or never true, and joins terms that differ in
  /// one relation only.
  void simplify();

  std::vector<Conjunction> terms;
};

} // namespace mlir::rasp

#endif // RASP_CONVERSION_RASPTOCRAFT_SELECTORFORM_H
