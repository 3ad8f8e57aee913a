//===- Scalar.cpp - A value at one position -------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Reference/ScalarAttrInterface.h"

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <utility>

using namespace mlir;
using namespace mlir::rasp;

#include "rasp/Reference/ScalarAttrInterface.cpp.inc"

//===----------------------------------------------------------------------===//
// Exact arithmetic
//===----------------------------------------------------------------------===//

namespace {
/// Holds every sum and product of two numerators or denominators.
__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;
} // namespace

static UInt128 magnitude(Int128 value) {
  return value < 0 ? -UInt128(value) : UInt128(value);
}

static UInt128 greatestCommonDivisor(UInt128 lhs, UInt128 rhs) {
  while (rhs != 0) {
    // Division of 64 bits is much faster, and mostly enough.
    if ((lhs >> 64) == 0 && (rhs >> 64) == 0)
      return std::gcd(uint64_t(lhs), uint64_t(rhs));
    lhs = std::exchange(rhs, lhs % rhs);
  }
  return lhs;
}

static APInt toAPInt(Int128 value) {
  return APInt(128, {uint64_t(value), uint64_t(UInt128(value) >> 64)});
}

/// The double nearest to dividend/divisor, where the divisor is positive and
/// both have the same width.
static double nearestDouble(APInt dividend, APInt divisor) {
  if (dividend.isZero())
    return 0;
  bool negative = dividend.isNegative();
  if (negative)
    dividend.negate();
  // A quotient of 56 or 57 bits, the last of which is set where anything was
  // cut off, rounds to a double as the exact quotient does.
  int scale = 56 + int(divisor.getActiveBits()) - int(dividend.getActiveBits());
  unsigned width = dividend.getBitWidth() + std::abs(scale);
  dividend = dividend.zext(width);
  divisor = divisor.zext(width);
  (scale > 0 ? dividend : divisor) <<= std::abs(scale);
  APInt quotient, remainder;
  APInt::udivrem(dividend, divisor, quotient, remainder);
  uint64_t digits = quotient.getZExtValue() | !remainder.isZero();
  double result = std::ldexp(double(digits), -scale);
  return negative ? -result : result;
}

/// The greatest integer below which every integer is a double.
static constexpr int64_t maxExactInteger = int64_t(1) << 53;
/// The greatest denominator of a double that is held as a fraction.
static constexpr int64_t maxBinaryDenominator = int64_t(1) << 20;

/// Whether numerator/denominator, in lowest terms, is how a double is held.
static bool isShortBinary(int64_t numerator, int64_t denominator) {
  return denominator <= maxBinaryDenominator &&
         llvm::isPowerOf2_64(denominator) && numerator > -maxExactInteger &&
         numerator < maxExactInteger;
}

/// The number numerator/denominator, exact if it fits in lowest terms.
static Scalar makeNumber(Int128 numerator, Int128 denominator) {
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  auto divisor = Int128(
      greatestCommonDivisor(magnitude(numerator), magnitude(denominator)));
  numerator /= divisor;
  denominator /= divisor;
  if (int64_t(numerator) == numerator && int64_t(denominator) == denominator)
    return Scalar::fraction(int64_t(numerator), int64_t(denominator));
  return Scalar::number(
      nearestDouble(toAPInt(numerator), toAPInt(denominator)));
}

//===----------------------------------------------------------------------===//
// Construction and access
//===----------------------------------------------------------------------===//

Scalar Scalar::boolean(bool value) {
  Scalar result = integer(value);
  result.kind = Kind::Bool;
  return result;
}

Scalar Scalar::integer(int64_t value) {
  Scalar result;
  result.kind = Kind::Integer;
  result.numerator = value;
  return result;
}

Scalar Scalar::number(double value) {
  assert(!std::isnan(value) && "a number must not be NaN");
  Scalar result;
  result.kind = Kind::Number;
  if (std::abs(value) < double(maxExactInteger)) {
    if (std::trunc(value) == value) {
      result.numerator = int64_t(value);
      return result;
    }
    // value = mantissa / 2^numBits with an odd mantissa.
    int exponent;
    auto mantissa = int64_t(std::ldexp(std::frexp(value, &exponent), 53));
    int trailing = llvm::countr_zero(uint64_t(mantissa));
    int numBits = 53 - exponent - trailing;
    if (numBits <= 20) {
      result.numerator = mantissa >> trailing;
      result.denominator = int64_t(1) << numBits;
      return result;
    }
  }
  result.denominator = 0;
  result.inexact = value;
  return result;
}

Scalar Scalar::fraction(int64_t numerator, int64_t denominator) {
  assert(denominator != 0 && "the denominator of a fraction must not be 0");
  Scalar result;
  result.kind = Kind::Number;
  if (denominator == 1) {
    result.numerator = numerator;
    return result;
  }
  constexpr int64_t least = std::numeric_limits<int64_t>::min();
  if (denominator < 0 && (numerator == least || denominator == least))
    return makeNumber(numerator, denominator);
  auto divisor = int64_t(std::gcd(uint64_t(magnitude(numerator)),
                                  uint64_t(magnitude(denominator))));
  if (denominator < 0)
    divisor = -divisor;
  result.numerator = numerator / divisor;
  result.denominator = denominator / divisor;
  return result;
}

Scalar Scalar::string(StringAttr value) {
  assert(value && "a string must be given");
  Scalar result;
  result.kind = Kind::String;
  result.text = value;
  return result;
}

bool Scalar::getBool() const {
  assert(kind == Kind::Bool && "not a boolean");
  return numerator != 0;
}

int64_t Scalar::getInteger() const {
  assert(isExact() && denominator == 1 && "not an integer");
  return numerator;
}

StringRef Scalar::getString() const {
  assert(isString() && "not a string");
  return text.getValue();
}

double Scalar::getDouble() const {
  assert(isNumeric() && "not numeric");
  if (denominator == 0)
    return inexact;
  // The conversions are exact, and IEEE division rounds correctly.
  if (numerator >= -maxExactInteger && numerator <= maxExactInteger &&
      denominator <= maxExactInteger)
    return double(numerator) / double(denominator);
  return nearestDouble(toAPInt(numerator), toAPInt(denominator));
}

//===----------------------------------------------------------------------===//
// Order and hash
//===----------------------------------------------------------------------===//

/// Compares numerator/denominator with a double, both exactly.
static int compareWithDouble(int64_t numerator, int64_t denominator,
                             double other) {
  if (std::abs(other) >= 0x1p64)
    return other < 0 ? 1 : -1;
  // other = mantissa * 2^exponent.
  int exponent;
  Int128 mantissa = int64_t(std::ldexp(std::frexp(other, &exponent), 53));
  exponent -= 53;
  Int128 lhs = numerator;
  Int128 rhs = mantissa * denominator;
  if (exponent >= 0) {
    // |other| < 2^64, so that the product stays below 2^127.
    rhs *= Int128(1) << exponent;
  } else if (lhs != 0) {
    // |rhs| < 2^116: a left side of more bits decides by its sign.
    int width = llvm::bit_width(uint64_t(magnitude(lhs)));
    if (width - exponent > 126)
      return lhs < 0 ? -1 : 1;
    lhs *= Int128(1) << -exponent;
  }
  return lhs < rhs ? -1 : lhs > rhs ? 1 : 0;
}

/// The place of a kind in the total order.
static int rankOf(Scalar::Kind kind) {
  switch (kind) {
  case Scalar::Kind::None:
    return 0;
  case Scalar::Kind::Bool:
  case Scalar::Kind::Integer:
  case Scalar::Kind::Number:
    return 1;
  case Scalar::Kind::String:
    return 2;
  }
  llvm_unreachable("unknown kind of scalar");
}

int Scalar::compare(const Scalar &other) const {
  if (int difference = rankOf(kind) - rankOf(other.kind))
    return difference;
  if (isNone())
    return 0;
  if (isString())
    return text == other.text ? 0 : getString().compare(other.getString());
  if (denominator == 0 && other.denominator == 0)
    return inexact < other.inexact ? -1 : inexact > other.inexact ? 1 : 0;
  if (other.denominator == 0)
    return compareWithDouble(numerator, denominator, other.inexact);
  if (denominator == 0)
    return -compareWithDouble(other.numerator, other.denominator, inexact);
  if (denominator == other.denominator)
    return numerator < other.numerator ? -1 : numerator > other.numerator;
  Int128 lhs = Int128(numerator) * other.denominator;
  Int128 rhs = Int128(other.numerator) * denominator;
  return lhs < rhs ? -1 : lhs > rhs ? 1 : 0;
}

namespace mlir::rasp {
llvm::hash_code hash_value(const Scalar &value) {
  if (value.isNone())
    return llvm::hash_code(0);
  if (value.isString())
    return llvm::hash_value(value.getString());
  // A fraction and a double that are equal have the same nearest double.
  return llvm::hash_value(llvm::bit_cast<uint64_t>(value.getDouble()));
}
} // namespace mlir::rasp

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

Scalar Scalar::add(const Scalar &lhs, const Scalar &rhs) {
  if (!lhs.isExact() || !rhs.isExact())
    return number(lhs.getDouble() + rhs.getDouble());
  return makeNumber(Int128(lhs.numerator) * rhs.denominator +
                        Int128(rhs.numerator) * lhs.denominator,
                    Int128(lhs.denominator) * rhs.denominator);
}

Scalar Scalar::subtract(const Scalar &lhs, const Scalar &rhs) {
  if (!lhs.isExact() || !rhs.isExact())
    return number(lhs.getDouble() - rhs.getDouble());
  return makeNumber(Int128(lhs.numerator) * rhs.denominator -
                        Int128(rhs.numerator) * lhs.denominator,
                    Int128(lhs.denominator) * rhs.denominator);
}

Scalar Scalar::multiply(const Scalar &lhs, const Scalar &rhs) {
  if (!lhs.isExact() || !rhs.isExact())
    return number(lhs.getDouble() * rhs.getDouble());
  return makeNumber(Int128(lhs.numerator) * rhs.numerator,
                    Int128(lhs.denominator) * rhs.denominator);
}

Scalar Scalar::divide(const Scalar &lhs, const Scalar &rhs) {
  assert(rhs != integer(0) && "division by zero");
  if (!lhs.isExact() || !rhs.isExact())
    return number(lhs.getDouble() / rhs.getDouble());
  return makeNumber(Int128(lhs.numerator) * rhs.denominator,
                    Int128(lhs.denominator) * rhs.numerator);
}

/// The sum of the values as doubles, rounded once, divided by their number.
/// By Shewchuk's algorithm: `parts` do not overlap, and their sum is exactly
/// what was added so far.
static double roundedMean(ArrayRef<Scalar> values) {
  double greatest = 0;
  for (const Scalar &value : values)
    greatest = std::max(greatest, std::abs(value.getDouble()));
  // Partial sums must not overflow where the sum does not.
  double scale = greatest > 0x1p900 ? 0x1p-100 : 1;

  SmallVector<double> parts;
  for (const Scalar &value : values) {
    double term = value.getDouble() * scale;
    size_t numKept = 0;
    for (double part : parts) {
      if (std::abs(term) < std::abs(part))
        std::swap(term, part);
      double high = term + part;
      double low = part - (high - term);
      if (low != 0)
        parts[numKept++] = low;
      term = high;
    }
    parts.truncate(numKept);
    parts.push_back(term);
  }
  double sum = parts.pop_back_val();
  double rest = 0;
  while (!parts.empty() && rest == 0) {
    double high = sum;
    double part = parts.pop_back_val();
    sum = high + part;
    rest = part - (sum - high);
  }
  // A tie was rounded to even; what lies below it may decide otherwise.
  if (!parts.empty() && ((rest < 0) == (parts.back() < 0)) && rest != 0) {
    double twice = rest * 2;
    double corrected = sum + twice;
    if (twice == corrected - sum)
      sum = corrected;
  }
  return sum / double(values.size()) / scale;
}

Scalar mlir::rasp::mean(ArrayRef<Scalar> values) {
  assert(!values.empty() && "the mean of no values");
  auto count = int64_t(values.size());

  // The least common denominator; 0 where there is none in 64 bits.
  int64_t denominator = 1;
  for (const Scalar &value : values) {
    if (!value.isExact() ||
        __builtin_mul_overflow(
            denominator / std::gcd(denominator, value.getDenominator()),
            value.getDenominator(), &denominator)) {
      denominator = 0;
      break;
    }
  }
  if (denominator == 0)
    return Scalar::number(roundedMean(values));

  int64_t sum = 0;
  bool overflow = false;
  for (const Scalar &value : values) {
    int64_t term;
    overflow |=
        __builtin_mul_overflow(value.getNumerator(),
                               denominator / value.getDenominator(), &term) ||
        __builtin_add_overflow(sum, term, &sum);
  }
  if (!overflow)
    return makeNumber(sum, Int128(denominator) * count);

  // Terms of at most 126 bits, and fewer than 2^64 of them.
  APInt wideSum(256, 0);
  for (const Scalar &value : values)
    wideSum += toAPInt(Int128(value.getNumerator()) *
                       (denominator / value.getDenominator()))
                   .sext(256);
  APInt wideDenominator = toAPInt(Int128(denominator) * count).zext(256);
  APInt divisor =
      llvm::APIntOps::GreatestCommonDivisor(wideSum.abs(), wideDenominator);
  wideSum = wideSum.sdiv(divisor);
  wideDenominator = wideDenominator.udiv(divisor);
  if (wideSum.isSignedIntN(64) && wideDenominator.isIntN(63))
    return Scalar::fraction(wideSum.getSExtValue(),
                            wideDenominator.getSExtValue());
  return Scalar::number(nearestDouble(wideSum, wideDenominator));
}

//===----------------------------------------------------------------------===//
// Text and attributes
//===----------------------------------------------------------------------===//

/// Prints the fewest digits that are read back as `value`.
static void printDouble(raw_ostream &os, double value) {
  SmallString<32> digits;
  for (int precision = 1; precision <= 17; ++precision) {
    digits.clear();
    llvm::raw_svector_ostream stream(digits);
    stream << llvm::format("%.*g", precision, value);
    if (std::strtod(digits.c_str(), nullptr) == value)
      break;
  }
  os << digits;
}

void Scalar::print(raw_ostream &os) const {
  switch (kind) {
  case Kind::None:
    os << "none";
    return;
  case Kind::Bool:
    os << (numerator ? "true" : "false");
    return;
  case Kind::String:
    os << getString();
    return;
  case Kind::Integer:
  case Kind::Number:
    if (denominator == 1)
      os << numerator;
    else if (denominator == 0 || isShortBinary(numerator, denominator))
      printDouble(os, getDouble());
    else
      os << numerator << '/' << denominator;
    return;
  }
}

std::string Scalar::str() const {
  std::string result;
  llvm::raw_string_ostream os(result);
  print(os);
  return result;
}

std::optional<Scalar> mlir::rasp::getScalar(Attribute attribute) {
  if (auto boolean = dyn_cast_or_null<BoolAttr>(attribute))
    return Scalar::boolean(boolean.getValue());
  if (auto integer = dyn_cast_or_null<IntegerAttr>(attribute)) {
    if (!integer.getType().isSignlessInteger(64))
      return std::nullopt;
    return Scalar::integer(integer.getInt());
  }
  if (auto number = dyn_cast_or_null<FloatAttr>(attribute)) {
    if (!number.getType().isF64() || !number.getValue().isFinite())
      return std::nullopt;
    return Scalar::number(number.getValueAsDouble());
  }
  if (auto text = dyn_cast_or_null<StringAttr>(attribute))
    return Scalar::string(text);
  if (auto scalar = dyn_cast_or_null<ScalarAttrInterface>(attribute))
    return scalar.getScalar();
  return std::nullopt;
}
