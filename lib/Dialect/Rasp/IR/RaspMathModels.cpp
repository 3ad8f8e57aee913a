//===- RaspMathModels.cpp - Evaluation of math ops on scalars -------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarModels.h"

using namespace mlir;
using namespace mlir::rasp;

//===----------------------------------------------------------------------===//
// Exact functions of numbers
//===----------------------------------------------------------------------===//

static bool isNegative(const Scalar &value) {
  return value < Scalar::integer(0);
}

static Scalar negate(const Scalar &value) {
  return Scalar::subtract(Scalar::integer(0), value);
}

static Scalar absolute(const Scalar &value) {
  return isNegative(value) ? negate(value) : value;
}

static Scalar copySign(const Scalar &value, const Scalar &sign) {
  return isNegative(value) == isNegative(sign) ? value : negate(value);
}

namespace {
/// Where a number that lies between two integers goes.
enum class Rounding { Down, Up, TowardsZero, HalfAwayFromZero, HalfToEven };
} // namespace

static double roundDouble(Rounding rounding, double value) {
  switch (rounding) {
  case Rounding::Down:
    return std::floor(value);
  case Rounding::Up:
    return std::ceil(value);
  case Rounding::TowardsZero:
    return std::trunc(value);
  case Rounding::HalfAwayFromZero:
    return std::round(value);
  case Rounding::HalfToEven:
    return std::nearbyint(value);
  }
  llvm_unreachable("unknown rounding");
}

template <Rounding rounding>
static Scalar rounded(const Scalar &value) {
  if (!value.isExact())
    return Scalar::number(roundDouble(rounding, value.getDouble()));
  int64_t denominator = value.getDenominator();
  int64_t floor = value.getNumerator() / denominator;
  int64_t rest = value.getNumerator() % denominator;
  if (rest < 0) {
    rest += denominator;
    --floor;
  }
  if (rest == 0)
    return Scalar::fraction(floor, 1);
  bool negative = floor < 0;
  int64_t half = denominator - rest;
  bool up = false;
  switch (rounding) {
  case Rounding::Down:
    break;
  case Rounding::Up:
    up = true;
    break;
  case Rounding::TowardsZero:
    up = negative;
    break;
  case Rounding::HalfAwayFromZero:
    up = rest > half || (rest == half && !negative);
    break;
  case Rounding::HalfToEven:
    up = rest > half || (rest == half && floor % 2 != 0);
    break;
  }
  return Scalar::fraction(floor + up, 1);
}

/// The integer whose square is `value`, if there is one.
static std::optional<int64_t> exactRoot(int64_t value) {
  auto root = int64_t(std::sqrt(double(value)));
  for (int64_t candidate : {root - 1, root, root + 1}) {
    int64_t square;
    if (candidate >= 0 &&
        !__builtin_mul_overflow(candidate, candidate, &square) &&
        square == value)
      return candidate;
  }
  return std::nullopt;
}

static FailureOr<Scalar> squareRoot(const Scalar &value, std::string &reason) {
  if (isNegative(value)) {
    reason = "the square root of a negative number";
    return failure();
  }
  if (value.isExact()) {
    std::optional<int64_t> numerator = exactRoot(value.getNumerator());
    std::optional<int64_t> denominator = exactRoot(value.getDenominator());
    if (numerator && denominator)
      return Scalar::fraction(*numerator, *denominator);
  }
  return finite(std::sqrt(value.getDouble()), reason);
}

static FailureOr<Scalar> evaluateSqrt(math::SqrtOp, ArrayRef<Scalar> operands,
                                      std::string &reason) {
  return squareRoot(operands[0], reason);
}

static FailureOr<Scalar> evaluateRsqrt(math::RsqrtOp, ArrayRef<Scalar> operands,
                                       std::string &reason) {
  FailureOr<Scalar> root = squareRoot(operands[0], reason);
  if (failed(root))
    return failure();
  if (*root == Scalar::integer(0)) {
    reason = "division by zero";
    return failure();
  }
  return finite(Scalar::divide(Scalar::integer(1), *root), reason);
}

static FailureOr<Scalar> evaluateFma(math::FmaOp, ArrayRef<Scalar> operands,
                                     std::string &reason) {
  Scalar product = Scalar::multiply(operands[0], operands[1]);
  if (product.isExact() && operands[2].isExact())
    return finite(Scalar::add(product, operands[2]), reason);
  return finite(std::fma(operands[0].getDouble(), operands[1].getDouble(),
                         operands[2].getDouble()),
                reason);
}

static FailureOr<Scalar>
evaluateClamp(math::ClampFOp, ArrayRef<Scalar> operands, std::string &) {
  return std::max(std::min(operands[0], operands[2]), operands[1]);
}

//===----------------------------------------------------------------------===//
// Powers
//===----------------------------------------------------------------------===//

/// `base` to the power of `exponent`, exact where it fits.
static FailureOr<Scalar> power(const Scalar &base, const Scalar &exponent,
                               std::string &reason) {
  if (base == Scalar::integer(0) && isNegative(exponent)) {
    reason = "division by zero";
    return failure();
  }
  bool isWhole = exponent.isExact() && exponent.getDenominator() == 1;
  // Every base but 0, 1 and -1 leaves 64 bits at the 63rd power.
  if (base.isExact() && isWhole && std::abs(exponent.getDouble()) < 64) {
    Scalar result = Scalar::fraction(1, 1);
    int64_t count = exponent.getNumerator();
    for (int64_t step = 0; step < std::abs(count) && result.isExact(); ++step)
      result = Scalar::multiply(result, base);
    if (result.isExact())
      return count < 0 ? Scalar::divide(Scalar::integer(1), result) : result;
  }
  return finite(std::pow(base.getDouble(), exponent.getDouble()), reason);
}

static FailureOr<Scalar> evaluatePower(Operation *, ArrayRef<Scalar> operands,
                                       std::string &reason) {
  return power(operands[0], operands[1], reason);
}

static FailureOr<APInt> integerPower(const APInt &base, const APInt &exponent,
                                     std::string &reason) {
  if (exponent.isNegative()) {
    if (base.isZero()) {
      reason = "division by zero";
      return failure();
    }
    // Rounded towards zero, only 1 and -1 have an inverse that is not 0.
    if (!base.isOne() && !base.isAllOnes())
      return APInt(base.getBitWidth(), 0);
  }
  if (base.isOne() || base.isAllOnes())
    return exponent[0] ? base : APInt(base.getBitWidth(), 1);
  if (base.isZero())
    return APInt(base.getBitWidth(), exponent.isZero());
  APInt result(base.getBitWidth(), 1);
  bool overflow = false;
  for (APInt step(exponent.getBitWidth(), 0); step != exponent && !overflow;
       ++step)
    result = result.smul_ov(base, overflow);
  if (!overflow)
    return result;
  reason = "integer overflow";
  return failure();
}

//===----------------------------------------------------------------------===//
// Functions of doubles
//===----------------------------------------------------------------------===//

template <double (*function)(double)>
static FailureOr<Scalar> real(Operation *, ArrayRef<Scalar> operands,
                              std::string &reason) {
  return finite(function(operands[0].getDouble()), reason);
}

static FailureOr<Scalar> evaluateAtan2(math::Atan2Op, ArrayRef<Scalar> operands,
                                       std::string &reason) {
  return finite(std::atan2(operands[0].getDouble(), operands[1].getDouble()),
                reason);
}

template <bool result>
static FailureOr<Scalar> always(Operation *, ArrayRef<Scalar>, std::string &) {
  return Scalar::boolean(result);
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

static FailureOr<Scalar> evaluateAbsI(math::AbsIOp, ArrayRef<Scalar> operands,
                                      std::string &reason) {
  APInt bits = toBits(operands[0]);
  if (bits.getBitWidth() > 1 && bits.isMinSignedValue()) {
    reason = "integer overflow";
    return failure();
  }
  return fromBits(bits.abs());
}

template <unsigned (APInt::*count)() const>
static FailureOr<Scalar> countBits(Operation *, ArrayRef<Scalar> operands,
                                   std::string &) {
  APInt bits = toBits(operands[0]);
  return fromBits(APInt(bits.getBitWidth(), (bits.*count)(), /*isSigned=*/false,
                        /*implicitTrunc=*/true));
}

void mlir::rasp::registerMathModels(MLIRContext *context) {
  using namespace math;
  attach<AbsFOp, numberUnary<absolute>>(context);
  attach<CopySignOp, numberBinary<copySign>>(context);
  attach<FloorOp, numberUnary<rounded<Rounding::Down>>>(context);
  attach<CeilOp, numberUnary<rounded<Rounding::Up>>>(context);
  attach<TruncOp, numberUnary<rounded<Rounding::TowardsZero>>>(context);
  attach<RoundOp, numberUnary<rounded<Rounding::HalfAwayFromZero>>>(context);
  attach<RoundEvenOp, numberUnary<rounded<Rounding::HalfToEven>>>(context);
  attach<SqrtOp, evaluateSqrt>(context);
  attach<RsqrtOp, evaluateRsqrt>(context);
  attach<FmaOp, evaluateFma>(context);
  attach<ClampFOp, evaluateClamp>(context);
  attach<PowFOp, evaluatePower>(context);
  attach<FPowIOp, evaluatePower>(context);
  attach<IsFiniteOp, always<true>>(context);
  attach<IsInfOp, always<false>>(context);
  attach<IsNaNOp, always<false>>(context);

  attach<AcosOp, real<std::acos>>(context);
  attach<AcoshOp, real<std::acosh>>(context);
  attach<AsinOp, real<std::asin>>(context);
  attach<AsinhOp, real<std::asinh>>(context);
  attach<AtanOp, real<std::atan>>(context);
  attach<Atan2Op, evaluateAtan2>(context);
  attach<AtanhOp, real<std::atanh>>(context);
  attach<CbrtOp, real<std::cbrt>>(context);
  attach<CosOp, real<std::cos>>(context);
  attach<CoshOp, real<std::cosh>>(context);
  attach<ErfOp, real<std::erf>>(context);
  attach<ErfcOp, real<std::erfc>>(context);
  attach<ExpOp, real<std::exp>>(context);
  attach<Exp2Op, real<std::exp2>>(context);
  attach<ExpM1Op, real<std::expm1>>(context);
  attach<LogOp, real<std::log>>(context);
  attach<Log10Op, real<std::log10>>(context);
  attach<Log1pOp, real<std::log1p>>(context);
  attach<Log2Op, real<std::log2>>(context);
  attach<SinOp, real<std::sin>>(context);
  attach<SinhOp, real<std::sinh>>(context);
  attach<TanOp, real<std::tan>>(context);
  attach<TanhOp, real<std::tanh>>(context);

  attach<AbsIOp, evaluateAbsI>(context);
  attach<IPowIOp, integerBinary<integerPower>>(context);
  attach<CountLeadingZerosOp, countBits<&APInt::countl_zero>>(context);
  attach<CountTrailingZerosOp, countBits<&APInt::countr_zero>>(context);
  attach<CtPopOp, countBits<&APInt::popcount>>(context);
}
