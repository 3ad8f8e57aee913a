//===- RaspArithModels.cpp - Evaluation of arith ops on scalars -----------===//
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
// Integers
//===----------------------------------------------------------------------===//

/// Integers of the language have no 65th bit: what does not fit is an error.
/// Booleans compute modulo 2, as arith does.
template <APInt (APInt::*signedOp)(const APInt &, bool &) const>
static FailureOr<APInt> checked(const APInt &lhs, const APInt &rhs,
                                std::string &reason) {
  bool overflow = false;
  APInt result = (lhs.*signedOp)(rhs, overflow);
  if (!overflow || lhs.getBitWidth() == 1)
    return result;
  reason = "integer overflow";
  return failure();
}

/// Division and remainder: the divisor must not be zero.
template <auto function>
static FailureOr<APInt> divided(const APInt &lhs, const APInt &rhs,
                                std::string &reason) {
  if (rhs.isZero()) {
    reason = "division by zero";
    return failure();
  }
  return function(lhs, rhs, reason);
}

static FailureOr<APInt> divideSigned(const APInt &lhs, const APInt &rhs,
                                     std::string &reason) {
  return checked<&APInt::sdiv_ov>(lhs, rhs, reason);
}

static FailureOr<APInt> floorDivideSigned(const APInt &lhs, const APInt &rhs,
                                          std::string &reason) {
  FailureOr<APInt> quotient = divideSigned(lhs, rhs, reason);
  if (succeeded(quotient) && !lhs.srem(rhs).isZero() &&
      lhs.isNegative() != rhs.isNegative())
    return *quotient - 1;
  return quotient;
}

static FailureOr<APInt> ceilDivideSigned(const APInt &lhs, const APInt &rhs,
                                         std::string &reason) {
  FailureOr<APInt> quotient = divideSigned(lhs, rhs, reason);
  if (succeeded(quotient) && !lhs.srem(rhs).isZero() &&
      lhs.isNegative() == rhs.isNegative())
    return *quotient + 1;
  return quotient;
}

static FailureOr<APInt> ceilDivideUnsigned(const APInt &lhs, const APInt &rhs,
                                           std::string &) {
  APInt quotient = lhs.udiv(rhs);
  return lhs.urem(rhs).isZero() ? quotient : quotient + 1;
}

static FailureOr<APInt> divideUnsigned(const APInt &lhs, const APInt &rhs,
                                       std::string &) {
  return lhs.udiv(rhs);
}

static FailureOr<APInt> remainderSigned(const APInt &lhs, const APInt &rhs,
                                        std::string &) {
  return lhs.srem(rhs);
}

static FailureOr<APInt> remainderUnsigned(const APInt &lhs, const APInt &rhs,
                                          std::string &) {
  return lhs.urem(rhs);
}

/// Ops that are defined on all operands.
template <typename Function>
static FailureOr<APInt> total(const APInt &lhs, const APInt &rhs,
                              std::string &) {
  return Function()(lhs, rhs);
}

namespace {
struct MaxSigned {
  APInt operator()(const APInt &lhs, const APInt &rhs) const {
    return llvm::APIntOps::smax(lhs, rhs);
  }
};
struct MinSigned {
  APInt operator()(const APInt &lhs, const APInt &rhs) const {
    return llvm::APIntOps::smin(lhs, rhs);
  }
};
struct MaxUnsigned {
  APInt operator()(const APInt &lhs, const APInt &rhs) const {
    return llvm::APIntOps::umax(lhs, rhs);
  }
};
struct MinUnsigned {
  APInt operator()(const APInt &lhs, const APInt &rhs) const {
    return llvm::APIntOps::umin(lhs, rhs);
  }
};
} // namespace

/// Shifts by less than the width.
template <auto function>
static FailureOr<APInt> shifted(const APInt &lhs, const APInt &rhs,
                                std::string &reason) {
  if (rhs.uge(rhs.getBitWidth())) {
    reason = "shift by more than the width";
    return failure();
  }
  return function(lhs, rhs, reason);
}

static FailureOr<APInt> shiftRightSigned(const APInt &lhs, const APInt &rhs,
                                         std::string &) {
  return lhs.ashr(rhs);
}

static FailureOr<APInt> shiftRightUnsigned(const APInt &lhs, const APInt &rhs,
                                           std::string &) {
  return lhs.lshr(rhs);
}

static FailureOr<Scalar>
compareIntegers(arith::CmpIOp op, ArrayRef<Scalar> operands, std::string &) {
  return Scalar::boolean(arith::applyCmpPredicate(
      op.getPredicate(), toBits(operands[0]), toBits(operands[1])));
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static FailureOr<Scalar> divideNumbers(arith::DivFOp, ArrayRef<Scalar> operands,
                                       std::string &reason) {
  if (operands[1] == Scalar::integer(0)) {
    reason = "division by zero";
    return failure();
  }
  return finite(Scalar::divide(operands[0], operands[1]), reason);
}

static FailureOr<Scalar> remainderOfNumbers(arith::RemFOp,
                                            ArrayRef<Scalar> operands,
                                            std::string &reason) {
  const Scalar &lhs = operands[0], &rhs = operands[1];
  if (rhs == Scalar::integer(0)) {
    reason = "division by zero";
    return failure();
  }
  Scalar quotient = Scalar::divide(lhs, rhs);
  if (quotient.isExact()) {
    // The quotient is cut off towards zero, as C's fmod does.
    Scalar whole = Scalar::fraction(
        quotient.getNumerator() / quotient.getDenominator(), 1);
    Scalar result = Scalar::subtract(lhs, Scalar::multiply(whole, rhs));
    if (result.isExact())
      return result;
  }
  return finite(std::fmod(lhs.getDouble(), rhs.getDouble()), reason);
}

static Scalar negate(const Scalar &value) {
  return Scalar::subtract(Scalar::integer(0), value);
}

static Scalar maximum(const Scalar &lhs, const Scalar &rhs) {
  return lhs < rhs ? rhs : lhs;
}

static Scalar minimum(const Scalar &lhs, const Scalar &rhs) {
  return rhs < lhs ? rhs : lhs;
}

/// No number of the language is NaN, so that ordered and unordered predicates
/// agree.
static FailureOr<Scalar>
compareNumbers(arith::CmpFOp op, ArrayRef<Scalar> operands, std::string &) {
  int order = operands[0].compare(operands[1]);
  switch (op.getPredicate()) {
  case arith::CmpFPredicate::AlwaysFalse:
  case arith::CmpFPredicate::UNO:
    return Scalar::boolean(false);
  case arith::CmpFPredicate::AlwaysTrue:
  case arith::CmpFPredicate::ORD:
    return Scalar::boolean(true);
  case arith::CmpFPredicate::OEQ:
  case arith::CmpFPredicate::UEQ:
    return Scalar::boolean(order == 0);
  case arith::CmpFPredicate::ONE:
  case arith::CmpFPredicate::UNE:
    return Scalar::boolean(order != 0);
  case arith::CmpFPredicate::OLT:
  case arith::CmpFPredicate::ULT:
    return Scalar::boolean(order < 0);
  case arith::CmpFPredicate::OLE:
  case arith::CmpFPredicate::ULE:
    return Scalar::boolean(order <= 0);
  case arith::CmpFPredicate::OGT:
  case arith::CmpFPredicate::UGT:
    return Scalar::boolean(order > 0);
  case arith::CmpFPredicate::OGE:
  case arith::CmpFPredicate::UGE:
    return Scalar::boolean(order >= 0);
  }
  llvm_unreachable("unknown comparison");
}

//===----------------------------------------------------------------------===//
// Constants, choice and casts
//===----------------------------------------------------------------------===//

static FailureOr<Scalar> constant(arith::ConstantOp op, ArrayRef<Scalar>,
                                  std::string &reason) {
  if (std::optional<Scalar> value = getScalar(op.getValue()))
    return *value;
  reason = "is no value of the language";
  return failure();
}

static FailureOr<Scalar> choose(arith::SelectOp, ArrayRef<Scalar> operands,
                                std::string &) {
  return operands[0].getBool() ? operands[1] : operands[2];
}

/// Casts between integers. Only i1 and i64 are types of the language.
template <bool isSigned>
static FailureOr<Scalar> resize(Operation *op, ArrayRef<Scalar> operands,
                                std::string &) {
  unsigned width = op->getResult(0).getType().getIntOrFloatBitWidth();
  APInt bits = toBits(operands[0]);
  return fromBits(isSigned ? bits.sextOrTrunc(width) : bits.zextOrTrunc(width));
}

template <bool isSigned>
static FailureOr<Scalar> integerToNumber(Operation *, ArrayRef<Scalar> operands,
                                         std::string &) {
  APInt bits = toBits(operands[0]);
  if (isSigned || bits.isIntN(63))
    return Scalar::fraction(
        isSigned ? bits.getSExtValue() : int64_t(bits.getZExtValue()), 1);
  return Scalar::number(double(bits.getZExtValue()));
}

template <bool isSigned>
static FailureOr<Scalar>
numberToInteger(Operation *op, ArrayRef<Scalar> operands, std::string &reason) {
  unsigned width = op->getResult(0).getType().getIntOrFloatBitWidth();
  const Scalar &value = operands[0];
  // The integer towards zero, in more bits than any that fits.
  APInt bits(128, 0);
  bool fits = true;
  if (value.isExact()) {
    bits = APInt(128, value.getNumerator() / value.getDenominator(),
                 /*isSigned=*/true);
  } else {
    fits = std::abs(value.getDouble()) < 0x1p64;
    if (fits) {
      bits = APInt(128, uint64_t(std::abs(value.getDouble())));
      if (value.getDouble() < 0)
        bits.negate();
    }
  }
  if (fits && (isSigned ? bits.isSignedIntN(width) : bits.isIntN(width)))
    return fromBits(bits.trunc(width));
  llvm::raw_string_ostream(reason)
      << "the number does not fit " << op->getResult(0).getType();
  return failure();
}

void mlir::rasp::registerArithModels(MLIRContext *context) {
  using namespace arith;
  attach<AddIOp, integerBinary<checked<&APInt::sadd_ov>>>(context);
  attach<SubIOp, integerBinary<checked<&APInt::ssub_ov>>>(context);
  attach<MulIOp, integerBinary<checked<&APInt::smul_ov>>>(context);
  attach<DivSIOp, integerBinary<divided<divideSigned>>>(context);
  attach<FloorDivSIOp, integerBinary<divided<floorDivideSigned>>>(context);
  attach<CeilDivSIOp, integerBinary<divided<ceilDivideSigned>>>(context);
  attach<RemSIOp, integerBinary<divided<remainderSigned>>>(context);
  attach<DivUIOp, integerBinary<divided<divideUnsigned>>>(context);
  attach<CeilDivUIOp, integerBinary<divided<ceilDivideUnsigned>>>(context);
  attach<RemUIOp, integerBinary<divided<remainderUnsigned>>>(context);
  attach<AndIOp, integerBinary<total<std::bit_and<APInt>>>>(context);
  attach<OrIOp, integerBinary<total<std::bit_or<APInt>>>>(context);
  attach<XOrIOp, integerBinary<total<std::bit_xor<APInt>>>>(context);
  attach<MaxSIOp, integerBinary<total<MaxSigned>>>(context);
  attach<MinSIOp, integerBinary<total<MinSigned>>>(context);
  attach<MaxUIOp, integerBinary<total<MaxUnsigned>>>(context);
  attach<MinUIOp, integerBinary<total<MinUnsigned>>>(context);
  attach<ShLIOp, integerBinary<shifted<checked<&APInt::sshl_ov>>>>(context);
  attach<ShRSIOp, integerBinary<shifted<shiftRightSigned>>>(context);
  attach<ShRUIOp, integerBinary<shifted<shiftRightUnsigned>>>(context);
  attach<CmpIOp, compareIntegers>(context);

  attach<AddFOp, numberBinary<Scalar::add>>(context);
  attach<SubFOp, numberBinary<Scalar::subtract>>(context);
  attach<MulFOp, numberBinary<Scalar::multiply>>(context);
  attach<DivFOp, divideNumbers>(context);
  attach<RemFOp, remainderOfNumbers>(context);
  attach<NegFOp, numberUnary<negate>>(context);
  attach<MaximumFOp, numberBinary<maximum>>(context);
  attach<MaxNumFOp, numberBinary<maximum>>(context);
  attach<MinimumFOp, numberBinary<minimum>>(context);
  attach<MinNumFOp, numberBinary<minimum>>(context);
  attach<CmpFOp, compareNumbers>(context);

  attach<arith::ConstantOp, constant>(context);
  attach<arith::SelectOp, choose>(context);
  attach<ExtSIOp, resize<true>>(context);
  attach<ExtUIOp, resize<false>>(context);
  attach<TruncIOp, resize<false>>(context);
  attach<SIToFPOp, integerToNumber<true>>(context);
  attach<UIToFPOp, integerToNumber<false>>(context);
  attach<FPToSIOp, numberToInteger<true>>(context);
  attach<FPToUIOp, numberToInteger<false>>(context);
}
