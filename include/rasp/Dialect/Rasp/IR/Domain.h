//===- Domain.h - The values that an s-op can take ------------ -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_IR_DOMAIN_H
#define RASP_DIALECT_RASP_IR_DOMAIN_H

#include "rasp/Reference/Scalar.h"

#include "mlir/IR/ValueRange.h"

#include <functional>
#include <optional>
#include <variant>
#include <vector>

namespace mlir::rasp {

/// A set of values that covers everything an s-op can take at any position of
/// any input; an element of the lattice of the domain analysis.
///
/// From least to greatest: uninitialized (nothing is known to reach it), a
/// finite set, the grid of all fractions p/q with q up to a bound inside a
/// range, an interval of numbers with a least gap between different values,
/// and anything. `none` is a member or not, independently of the rest.
///
/// Joins never lose a value; a finite set that grows over `maxValues` becomes
/// a grid or an interval when all values are numeric, and anything otherwise.
///
/// A finite set holds each value once as the language compares them: of true
/// and 1 it keeps true. A number that is an integer is held as an integer, so
/// that the set does not depend on how its values were computed. Two domains
/// are equal when they print the same: {false, true} is not {0, 1}.
class Domain {
public:
  enum class Kind { Uninitialized, Finite, Grid, Interval, Any };

  /// The greatest number of values that a finite set holds.
  static constexpr size_t maxValues = 1 << 14;
  /// The greatest bound on denominators that a grid has; with greater ones it
  /// is an interval.
  static constexpr int64_t maxGridDenominator = int64_t(1) << 31;

  Domain() = default;
  /// The finite set of `values`, sorted and freed of duplicates; may hold none.
  static Domain finite(ArrayRef<Scalar> values);
  /// {first, first+1, ..., last} as integers.
  static Domain integers(int64_t first, int64_t last);
  static Domain booleans();
  /// All p/q with 1 <= q <= maxDenominator and low <= p/q <= high.
  static Domain grid(double low, double high, int64_t maxDenominator,
                     bool hasNone = false);
  /// Numbers in [low, high], different ones at least `gap` apart (0: unknown).
  static Domain interval(double low, double high, double gap,
                         bool hasNone = false);
  static Domain any(bool hasNone = true);

  Kind getKind() const { return kind; }
  /// Nothing reaches it, not even none.
  bool isUninitialized() const { return kind == Kind::Uninitialized; }
  bool isFinite() const { return kind == Kind::Finite; }
  bool isAny() const { return kind == Kind::Any; }
  bool mayBeNone() const { return hasNone; }
  /// Whether every value other than none is numeric.
  bool isNumeric() const;
  /// Whether every value other than none is known to be an integer or boolean.
  bool isIntegral() const;

  /// Of a finite set: the values in order, without none.
  ArrayRef<Scalar> getValues() const { return values; }
  /// Of a finite set: the values in order, with none first if it is a member.
  std::vector<Scalar> getValuesAndNone() const;
  /// The least and greatest value of a numeric domain; infinity and minus
  /// infinity where it has no values.
  double getLow() const;
  double getHigh() const;
  /// The least distance of two different values, 0 if unknown; infinity for a
  /// set of fewer than two.
  double getLeastGap() const;
  int64_t getMaxDenominator() const { return maxDenominator; }

  bool contains(const Scalar &value) const;
  bool operator==(const Domain &other) const;
  bool operator!=(const Domain &other) const { return !(*this == other); }
  static Domain join(const Domain &lhs, const Domain &rhs);
  Domain withNone() const;
  Domain withoutNone() const;
  /// The same values as numbers: 0 and 1 in the place of booleans.
  Domain withoutBooleans() const;

  /// The domain of a mean of `minWidth` to `maxWidth` values of `values`, none
  /// of them none. Exactly the means that occur as long as they are at most
  /// `maxValues`.
  static Domain meanOf(const Domain &values, uint64_t maxWidth,
                       uint64_t minWidth = 1);
  /// The domain of `factor` * x, and of x + y for unrelated x and y, where x
  /// and y are numeric and booleans count as 0 and 1. None in gives none.
  static Domain product(const Domain &values, const Scalar &factor);
  static Domain sum(const Domain &lhs, const Domain &rhs);

  void print(raw_ostream &os) const;
  friend llvm::hash_code hash_value(const Domain &domain);

private:
  /// The grid or interval that covers numeric `values`, sorted and too many
  /// to list, or anything where they are not all numeric.
  static Domain widen(std::vector<Scalar> values, bool hasNone);

  Kind kind = Kind::Uninitialized;
  bool hasNone = false;
  std::vector<Scalar> values;
  double low = 0, high = 0, gap = 0;
  int64_t maxDenominator = 1;
};

inline raw_ostream &operator<<(raw_ostream &os, const Domain &domain) {
  domain.print(os);
  return os;
}

/// An s-op as an affine function of the input's length and of the position:
/// length * lengthFactor + index * indexFactor + offset. Such forms carry
/// relations between values (an index is less than the length) that no domain
/// of a single value has.
struct PositionForm {
  int64_t lengthFactor = 0, indexFactor = 0, offset = 0;
  int64_t evaluate(int64_t length, int64_t index) const {
    return length * lengthFactor + index * indexFactor + offset;
  }
  bool operator==(const PositionForm &other) const {
    return lengthFactor == other.lengthFactor &&
           indexFactor == other.indexFactor && offset == other.offset;
  }
  bool operator!=(const PositionForm &other) const { return !(*this == other); }
};

/// What is known of an s-op.
struct SOpFacts {
  Domain domain;
  /// Set where the value is an integer affine form of length and position.
  std::optional<PositionForm> position;
  /// Set where the value is an affine form of the length and of a permutation
  /// of the positions that depends on the input, such as a rank. The identity
  /// is one, so that it is set wherever `position` is.
  std::optional<PositionForm> permuted;
  /// Set where the value is an integer that is at most this form of length and
  /// position.
  std::optional<PositionForm> upperBound;
  /// No two positions of an input have the same value.
  bool distinctPerPosition = false;
  /// All positions of an input have the same value.
  bool samePerPosition = false;

  bool operator==(const SOpFacts &other) const {
    return domain == other.domain && position == other.position &&
           permuted == other.permuted && upperBound == other.upperBound &&
           distinctPerPosition == other.distinctPerPosition &&
           samePerPosition == other.samePerPosition;
  }
  static SOpFacts join(const SOpFacts &lhs, const SOpFacts &rhs);
};

/// What is known of a selector, of every row of every input (after the causal
/// mask, where there is one).
struct SelectorFacts {
  /// Bounds on how many keys a row selects.
  uint64_t minWidth = 0;
  uint64_t maxWidth = 0;
  /// Each position selects itself.
  bool reflexive = false;
  /// No position selects itself.
  bool irreflexive = false;
  /// Set where the width of a row is an affine form of length and position.
  std::optional<PositionForm> width;
  /// All rows of an input are equal.
  bool sameRows = false;
  /// Of two positions exactly one selects the other, none itself, and if a
  /// selects b and b selects c, a selects c: the widths are a permutation of
  /// the positions.
  bool strictOrder = false;

  bool neverEmpty() const { return minWidth >= 1; }
  bool atMostOne() const { return maxWidth <= 1; }
  bool operator==(const SelectorFacts &other) const {
    return minWidth == other.minWidth && maxWidth == other.maxWidth &&
           reflexive == other.reflexive && irreflexive == other.irreflexive &&
           width == other.width && sameRows == other.sameRows &&
           strictOrder == other.strictOrder;
  }
};

/// What the analysis knows of an SSA value: nothing yet, an s-op's facts, or a
/// selector's.
using AbstractValue = std::variant<std::monostate, SOpFacts, SelectorFacts>;

/// What an op may know besides its operands when it infers its domain.
struct DomainContext {
  uint64_t maxSeqLen = 1;
  bool causal = false;
  /// Emit an error at the op where it can fail on a reachable value.
  bool diagnose = false;
  /// The greatest number of combinations of values that one op enumerates.
  uint64_t maxCombinations = 1 << 20;
  /// What is known of a value that stands before the op, or null.
  std::function<const AbstractValue *(Value)> lookup;
  /// Set by an op that emitted an error.
  bool failed = false;
};

/// The combinations of values of the s-ops `inputs`, of which `operands` is
/// known, that can stand at one position, without those that hold none. Nothing
/// if they are more than `limit`, or cannot be listed.
std::optional<std::vector<SmallVector<Scalar>>>
listCombinations(ValueRange inputs, ArrayRef<AbstractValue> operands,
                 const DomainContext &context, uint64_t limit);

} // namespace mlir::rasp

#endif // RASP_DIALECT_RASP_IR_DOMAIN_H
