//===- ScalarBody.cpp - The region of a map or a select -------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarBody.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

[[noreturn]] static void raiseValueError(const Twine &message) {
  throw nb::value_error(message.str().c_str());
}

std::vector<ScalarOp> mlir::rasp::python::bodyFromPython(nb::handle body,
                                                         size_t numInputs) {
  std::vector<ScalarOp> ops;
  for (nb::handle item : tupleFromPython(body, "body")) {
    Place place = Place("body")[ops.size()];
    nb::tuple parts = tupleFromPython(item, place);
    if (parts.size() != 4)
      raiseValueError(place.str() +
                      ": expected a name, the operands, an attribute and an "
                      "element type, found " +
                      describe(item));
    ScalarOp op;
    op.name = stringFromPython(parts[0], place);
    auto numValues = static_cast<int64_t>(numInputs + ops.size());
    for (nb::handle operand : tupleFromPython(parts[1], place)) {
      int64_t number = integerFromPython(operand, place);
      if (number < 0 || number >= numValues)
        raiseValueError(place.str() + ": expected operands from 0 to " +
                        Twine(numValues - 1) + ", found " + Twine(number));
      op.operands.push_back(number);
    }
    op.attribute = DetachedScalar::fromPython(parts[2], place);
    op.elementType = stringFromPython(parts[3], place);
    ops.push_back(std::move(op));
  }
  return ops;
}

/// The attribute that `op`, whose name is `name`, has, if it has one.
static std::optional<NamedAttribute>
getAttribute(const ScalarOp &op, OperationName name, MLIRContext *context) {
  Scalar value = op.attribute.get(context);
  auto raise = [&](const Twine &expected) {
    raiseValueError("body: expected " + expected + " as the attribute of " +
                    op.name + ", found " +
                    (value.isNone() ? "None" : value.str()));
  };
  auto getPredicate = [&](auto symbolize, StringRef example) {
    auto predicate =
        symbolize(value.isString() ? value.getString() : StringRef());
    if (!predicate)
      raise("a predicate such as " + example);
    return *predicate;
  };
  StringRef kind = name.getStringRef();
  if (kind == arith::ConstantOp::getOperationName()) {
    auto constant = dyn_cast<TypedAttr>(getScalarAttribute(context, value));
    if (value.isString() || !constant)
      raise("a bool, an int or a number that a float holds");
    return NamedAttribute(arith::ConstantOp::getValueAttrName(name), constant);
  }
  if (kind == StringOp::getOperationName()) {
    if (!value.isString())
      raise("a str");
    return NamedAttribute(StringOp::getValueAttrName(name),
                          value.getStringAttr());
  }
  if (kind == arith::CmpIOp::getOperationName()) {
    auto symbolize = [](StringRef text) {
      return arith::symbolizeCmpIPredicate(text);
    };
    return NamedAttribute(
        arith::CmpIOp::getPredicateAttrName(name),
        arith::CmpIPredicateAttr::get(context, getPredicate(symbolize, "slt")));
  }
  if (kind == arith::CmpFOp::getOperationName()) {
    auto symbolize = [](StringRef text) {
      return arith::symbolizeCmpFPredicate(text);
    };
    return NamedAttribute(
        arith::CmpFOp::getPredicateAttrName(name),
        arith::CmpFPredicateAttr::get(context, getPredicate(symbolize, "olt")));
  }
  if (kind == CompareStringsOp::getOperationName()) {
    auto symbolize = [](StringRef text) { return symbolizePredicate(text); };
    return NamedAttribute(
        CompareStringsOp::getPredicateAttrName(name),
        PredicateAttr::get(context, getPredicate(symbolize, "lt")));
  }
  if (!value.isNone())
    raise("None");
  return std::nullopt;
}

void mlir::rasp::python::buildBody(Region &region, ValueRange inputs,
                                   ArrayRef<ScalarOp> body, ProgramState &state,
                                   Location loc) {
  Block &block = region.emplaceBlock();
  SmallVector<Value> values;
  for (Value input : inputs)
    values.push_back(block.addArgument(
        cast<SOpType>(input.getType()).getElementType(), loc));
  // The region has no op yet that a builder could take the context from.
  OpBuilder builder(state.getContext());
  builder.setInsertionPointToEnd(&block);
  for (const ScalarOp &op : body) {
    OperationName name(op.name, state.getContext());
    if (!name.isRegistered() || !name.hasInterface<ScalarOpInterface>())
      raiseValueError("body: expected a scalar op, found '" + op.name + "'");
    OperationState opState(loc, name);
    for (unsigned operand : op.operands)
      opState.operands.push_back(values[operand]);
    if (std::optional<NamedAttribute> attribute =
            getAttribute(op, name, state.getContext()))
      opState.attributes.push_back(*attribute);
    opState.types.push_back(state.getElementType(op.elementType));
    values.push_back(builder.create(opState)->getResult(0));
  }
  YieldOp::create(builder, loc, values[body.empty() ? 0 : values.size() - 1]);
}
