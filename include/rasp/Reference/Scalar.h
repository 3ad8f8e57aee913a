//===- Scalar.h - A value at one position --------------------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_REFERENCE_SCALAR_H
#define RASP_REFERENCE_SCALAR_H

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <optional>

namespace mlir::rasp {

/// A value of the language at one position: none, a boolean, an integer, a
/// number or a string.
///
/// A number is an exact fraction as long as numerator and denominator fit 64
/// bits, and an IEEE double otherwise. The representation is canonical: a
/// double that equals a fraction with a power of two of at most 2^20 as its
/// denominator (and a numerator below 2^53) is that fraction.
///
/// Equality and order are the language's: booleans, integers and numbers
/// compare by numeric value (`true` equals 1 equals 1.0), strings compare
/// lexicographically by bytes. `compare` extends them to the total order in
/// which sets are kept: none, then numbers, then strings.
class Scalar {
public:
  enum class Kind { None, Bool, Integer, Number, String };

  Scalar() = default;
  static Scalar none() { return Scalar(); }
  static Scalar boolean(bool value);
  static Scalar integer(int64_t value);
  /// The number `value`; must not be NaN.
  static Scalar number(double value);
  /// The number numerator/denominator; `denominator` must not be 0.
  static Scalar fraction(int64_t numerator, int64_t denominator);
  static Scalar string(StringAttr value);

  Kind getKind() const { return kind; }
  bool isNone() const { return kind == Kind::None; }
  bool isString() const { return kind == Kind::String; }
  /// True for booleans, integers and numbers.
  bool isNumeric() const { return !isNone() && !isString(); }
  /// True for a numeric value that is held exactly as a fraction.
  bool isExact() const { return isNumeric() && denominator != 0; }

  bool getBool() const;
  int64_t getInteger() const;
  StringRef getString() const;
  StringAttr getStringAttr() const { return text; }
  /// The nearest double of a numeric value.
  double getDouble() const;
  int64_t getNumerator() const { return numerator; }
  int64_t getDenominator() const { return denominator; }

  /// The language's equality, and a hash that agrees with it.
  bool operator==(const Scalar &other) const { return compare(other) == 0; }
  bool operator!=(const Scalar &other) const { return compare(other) != 0; }
  bool operator<(const Scalar &other) const { return compare(other) < 0; }
  /// Negative, zero or positive in the total order.
  int compare(const Scalar &other) const;
  friend llvm::hash_code hash_value(const Scalar &value);

  /// Arithmetic on numeric values as real numbers: exact where it fits, as
  /// doubles otherwise. The results are of kind Number. Dividing by zero is
  /// the caller's to exclude.
  static Scalar add(const Scalar &lhs, const Scalar &rhs);
  static Scalar subtract(const Scalar &lhs, const Scalar &rhs);
  static Scalar multiply(const Scalar &lhs, const Scalar &rhs);
  static Scalar divide(const Scalar &lhs, const Scalar &rhs);

  /// Prints the value as the tools show it: `none`, `true`, `3`, `0.5`,
  /// `2/3`, `a` (a string bare).
  void print(raw_ostream &os) const;
  std::string str() const;

private:
  Kind kind = Kind::None;
  /// Of a numeric value: the exact fraction, or denominator 0 and `inexact`.
  int64_t numerator = 0;
  int64_t denominator = 1;
  double inexact = 0;
  StringAttr text;
};

inline raw_ostream &operator<<(raw_ostream &os, const Scalar &value) {
  value.print(os);
  return os;
}

/// The mean of numeric values: an exact fraction where it fits, and otherwise
/// the sum rounded once, divided. Does not depend on the order of `values`.
Scalar mean(ArrayRef<Scalar> values);

} // namespace mlir::rasp

#endif // RASP_REFERENCE_SCALAR_H
