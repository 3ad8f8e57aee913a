//===- MapBuilder.cpp - Elementwise functions as scalar code --------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MapBuilder.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

using Kind = Scalar::Kind;

/// An exponent up to this is as many multiplications.
static constexpr int64_t maxExponent = 64;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static Type getElementType(MLIRContext *context, Kind kind) {
  switch (kind) {
  case Kind::None:
    return AnyType::get(context);
  case Kind::Bool:
    return IntegerType::get(context, 1);
  case Kind::Integer:
    return IntegerType::get(context, 64);
  case Kind::Number:
    return Float64Type::get(context);
  case Kind::String:
    return StringType::get(context);
  }
  llvm_unreachable("unknown kind of scalar");
}

Type mlir::rasp::frontend::getElementType(MLIRContext *context,
                                          ArrayRef<Scalar> values) {
  if (values.empty())
    return IntegerType::get(context, 64);
  Kind kind = values.front().getKind();
  for (const Scalar &value : values) {
    if (value.isString() != (kind == Kind::String))
      return AnyType::get(context);
    // Booleans are integers, and integers are numbers.
    kind = std::max(kind, value.getKind());
  }
  return ::getElementType(context, kind);
}

Scalar mlir::rasp::frontend::convertTo(const Scalar &value, Type elementType) {
  if (!value.isNumeric() || !elementType.isIntOrFloat())
    return value;
  if (elementType.isF64())
    return value.isExact()
               ? Scalar::fraction(value.getNumerator(), value.getDenominator())
               : value;
  if (elementType.isInteger(1))
    return Scalar::boolean(value.getNumerator() != 0);
  return Scalar::integer(value.getNumerator());
}

Type MapBuilder::getType(const MapOperand &operand) const {
  return operand.isConstant() ? ::getElementType(builder.getContext(),
                                                 operand.constant.getKind())
                              : operand.value.getType();
}

bool MapBuilder::isNumeric(const MapOperand &operand) const {
  return getType(operand).isIntOrFloat();
}

bool MapBuilder::isString(const MapOperand &operand) const {
  return isa<StringType>(getType(operand));
}

Type MapBuilder::getNumberType(ArrayRef<MapOperand> operands) const {
  for (const MapOperand &operand : operands)
    if (getType(operand).isF64())
      return builder.getF64Type();
  return builder.getI64Type();
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Value MapBuilder::getConstant(const Scalar &value, Type type) {
  if (isa<StringType>(type))
    return StringOp::create(builder, location, value.getStringAttr());
  Attribute attribute =
      getScalarAttribute(builder.getContext(), convertTo(value, type));
  // A fraction that no double equals is none of scalar code.
  auto typed = dyn_cast<TypedAttr>(attribute);
  if (!typed || typed.getType() != type)
    return nullptr;
  return arith::ConstantOp::create(builder, location, typed);
}

Value MapBuilder::get(const MapOperand &operand, Type type) {
  if (operand.isConstant())
    return getConstant(operand.constant, type);
  Type from = operand.value.getType();
  if (from == type)
    return operand.value;
  if (type.isInteger(64) && from.isInteger(1))
    return arith::ExtUIOp::create(builder, location, type, operand.value);
  if (type.isF64() && from.isInteger(1))
    return arith::UIToFPOp::create(builder, location, type, operand.value);
  if (type.isF64() && from.isInteger(64))
    return arith::SIToFPOp::create(builder, location, type, operand.value);
  return nullptr;
}

/// Whether the operand counts as true, as an i1.
Value MapBuilder::getTruth(const MapOperand &operand) {
  Type type = getType(operand);
  if (operand.isConstant())
    return getConstant(Scalar::boolean(isTrue(operand.constant)),
                       builder.getI1Type());
  if (type.isInteger(1))
    return operand.value;
  if (isa<StringType>(type))
    return CompareStringsOp::create(
        builder, location, Predicate::NE, operand.value,
        StringOp::create(builder, location, builder.getStringAttr("")));
  if (type.isInteger(64))
    return arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne,
                                 operand.value,
                                 getConstant(Scalar::integer(0), type));
  if (type.isF64())
    return arith::CmpFOp::create(builder, location, arith::CmpFPredicate::ONE,
                                 operand.value,
                                 getConstant(Scalar::number(0), type));
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

Value MapBuilder::build(ScalarFunction function,
                        ArrayRef<MapOperand> operands) {
  switch (function) {
  case ScalarFunction::Index:
  case ScalarFunction::Member:
    return nullptr;
  case ScalarFunction::Conditional:
    return buildConditional(operands[0], operands[1], operands[2]);
  case ScalarFunction::Not:
  case ScalarFunction::Negate:
  case ScalarFunction::Plus:
  case ScalarFunction::Round:
  case ScalarFunction::Indicator:
  case ScalarFunction::ToString:
  case ScalarFunction::ToInteger:
  case ScalarFunction::ToFloat:
  case ScalarFunction::ToBoolean:
    return buildUnary(function, operands[0]);
  case ScalarFunction::Equal:
  case ScalarFunction::LessEqual:
  case ScalarFunction::GreaterEqual:
  case ScalarFunction::Greater:
  case ScalarFunction::Less:
    return buildComparison(function, operands[0], operands[1]);
  case ScalarFunction::And:
  case ScalarFunction::Or: {
    Value lhs = getTruth(operands[0]), rhs = getTruth(operands[1]);
    if (!lhs || !rhs)
      return nullptr;
    if (function == ScalarFunction::And)
      return arith::AndIOp::create(builder, location, lhs, rhs);
    return arith::OrIOp::create(builder, location, lhs, rhs);
  }
  default:
    return buildBinary(function, operands[0], operands[1]);
  }
}

Value MapBuilder::buildUnary(ScalarFunction function,
                             const MapOperand &operand) {
  switch (function) {
  case ScalarFunction::ToBoolean:
    return getTruth(operand);
  case ScalarFunction::Not: {
    Value truth = getTruth(operand);
    if (!truth)
      return nullptr;
    return arith::XOrIOp::create(
        builder, location, truth,
        getConstant(Scalar::boolean(true), truth.getType()));
  }
  case ScalarFunction::Indicator: {
    Value truth = getTruth(operand);
    if (!truth)
      return nullptr;
    return arith::ExtUIOp::create(builder, location, builder.getI64Type(),
                                  truth);
  }
  case ScalarFunction::ToString:
    return isString(operand) ? operand.value : nullptr;
  default:
    break;
  }
  if (!isNumeric(operand))
    return nullptr;
  switch (function) {
  case ScalarFunction::Round:
    return buildRounded("math.roundeven", operand);
  case ScalarFunction::ToInteger:
    return buildRounded("math.trunc", operand);
  case ScalarFunction::ToFloat:
    return get(operand, builder.getF64Type());
  case ScalarFunction::Plus:
    return get(operand, getNumberType(operand));
  case ScalarFunction::Negate: {
    Type type = getNumberType(operand);
    Value value = get(operand, type);
    if (type.isF64())
      return arith::NegFOp::create(builder, location, value);
    return arith::SubIOp::create(builder, location,
                                 getConstant(Scalar::integer(0), type), value);
  }
  default:
    llvm_unreachable("not a function of one operand");
  }
}

/// The operand as an integer, an f64 rounded by the op called `name`.
Value MapBuilder::buildRounded(StringRef name, const MapOperand &operand) {
  Type type = builder.getI64Type();
  if (!getType(operand).isF64())
    return get(operand, type);
  OperationState state(location, name, operand.value, builder.getF64Type());
  Value rounded = builder.create(state)->getResult(0);
  return arith::FPToSIOp::create(builder, location, type, rounded);
}

Value MapBuilder::buildBinary(ScalarFunction function, const MapOperand &lhs,
                              const MapOperand &rhs) {
  if (function == ScalarFunction::Add && isString(lhs) && isString(rhs)) {
    Type type = StringType::get(builder.getContext());
    return ConcatStringsOp::create(builder, location, type, get(lhs, type),
                                   get(rhs, type));
  }
  if (!isNumeric(lhs) || !isNumeric(rhs))
    return nullptr;
  if (function == ScalarFunction::Power)
    return rhs.isConstant() ? buildPower(lhs, rhs.constant) : nullptr;

  bool isDivision = function == ScalarFunction::Divide;
  if ((isDivision || function == ScalarFunction::Modulo) && rhs.isConstant() &&
      rhs.constant == Scalar::integer(0))
    return nullptr;
  Type type = isDivision ? builder.getF64Type() : getNumberType({lhs, rhs});
  Value x = get(lhs, type), y = get(rhs, type);
  if (!x || !y)
    return nullptr;
  bool isFloat = type.isF64();
  switch (function) {
  case ScalarFunction::Add:
    if (isFloat)
      return arith::AddFOp::create(builder, location, x, y);
    return arith::AddIOp::create(builder, location, x, y);
  case ScalarFunction::Subtract:
    if (isFloat)
      return arith::SubFOp::create(builder, location, x, y);
    return arith::SubIOp::create(builder, location, x, y);
  case ScalarFunction::Multiply:
    if (isFloat)
      return arith::MulFOp::create(builder, location, x, y);
    return arith::MulIOp::create(builder, location, x, y);
  case ScalarFunction::Divide:
    return arith::DivFOp::create(builder, location, x, y);
  case ScalarFunction::Modulo:
    return buildModulo(x, y);
  default:
    llvm_unreachable("not a function of two numbers");
  }
}

/// The remainder with the sign of the divisor.
Value MapBuilder::buildModulo(Value lhs, Value rhs) {
  if (lhs.getType().isF64()) {
    Value quotient = arith::DivFOp::create(builder, location, lhs, rhs);
    Value whole = math::FloorOp::create(builder, location, quotient);
    Value product = arith::MulFOp::create(builder, location, whole, rhs);
    return arith::SubFOp::create(builder, location, lhs, product);
  }
  Value whole = arith::FloorDivSIOp::create(builder, location, lhs, rhs);
  Value product = arith::MulIOp::create(builder, location, whole, rhs);
  return arith::SubIOp::create(builder, location, lhs, product);
}

Value MapBuilder::buildPower(const MapOperand &base, const Scalar &exponent) {
  if (base.isConstant() || exponent.getKind() == Kind::Number ||
      exponent.getNumerator() < 0 || exponent.getNumerator() > maxExponent)
    return nullptr;
  Type type = getNumberType(base);
  Value factor = get(base, type);
  if (exponent.getNumerator() == 0)
    return getConstant(Scalar::integer(1), type);
  Value result = factor;
  for (int64_t i = 1; i < exponent.getNumerator(); ++i)
    result = type.isF64()
                 ? arith::MulFOp::create(builder, location, result, factor)
                       .getResult()
                 : arith::MulIOp::create(builder, location, result, factor)
                       .getResult();
  return result;
}

Value MapBuilder::buildComparison(ScalarFunction function,
                                  const MapOperand &lhs,
                                  const MapOperand &rhs) {
  struct Predicates {
    Predicate onStrings;
    arith::CmpIPredicate onIntegers;
    arith::CmpFPredicate onFloats;
  };
  Predicates predicates = [&]() -> Predicates {
    switch (function) {
    case ScalarFunction::Equal:
      return {Predicate::EQ, arith::CmpIPredicate::eq,
              arith::CmpFPredicate::OEQ};
    case ScalarFunction::LessEqual:
      return {Predicate::LE, arith::CmpIPredicate::sle,
              arith::CmpFPredicate::OLE};
    case ScalarFunction::GreaterEqual:
      return {Predicate::GE, arith::CmpIPredicate::sge,
              arith::CmpFPredicate::OGE};
    case ScalarFunction::Greater:
      return {Predicate::GT, arith::CmpIPredicate::sgt,
              arith::CmpFPredicate::OGT};
    case ScalarFunction::Less:
      return {Predicate::LT, arith::CmpIPredicate::slt,
              arith::CmpFPredicate::OLT};
    default:
      llvm_unreachable("not a comparison");
    }
  }();

  if (isString(lhs) && isString(rhs)) {
    Type type = StringType::get(builder.getContext());
    return CompareStringsOp::create(builder, location, predicates.onStrings,
                                    get(lhs, type), get(rhs, type));
  }
  if (!isNumeric(lhs) || !isNumeric(rhs))
    return nullptr;
  Type type = getNumberType({lhs, rhs});
  // Of a truth value with another, no number has to be made.
  if (function == ScalarFunction::Equal && getType(lhs).isInteger(1) &&
      getType(rhs).isInteger(1))
    type = builder.getI1Type();
  Value x = get(lhs, type), y = get(rhs, type);
  if (!x || !y)
    return nullptr;
  if (type.isF64())
    return arith::CmpFOp::create(builder, location, predicates.onFloats, x, y);
  return arith::CmpIOp::create(builder, location, predicates.onIntegers, x, y);
}

Value MapBuilder::buildConditional(const MapOperand &then,
                                   const MapOperand &condition,
                                   const MapOperand &otherwise) {
  Type type = getType(then);
  if (type != getType(otherwise)) {
    if (!isNumeric(then) || !isNumeric(otherwise))
      return nullptr;
    type = getNumberType({then, otherwise});
  }
  Value truth = getTruth(condition);
  if (!truth)
    return nullptr;
  Value x = get(then, type), y = get(otherwise, type);
  if (!x || !y)
    return nullptr;
  return arith::SelectOp::create(builder, location, truth, x, y);
}
