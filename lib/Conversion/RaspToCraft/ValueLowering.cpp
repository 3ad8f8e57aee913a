//===- ValueLowering.cpp - Subspaces for s-ops ----------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramLowering.h"

#include "rasp/Dialect/Rasp/IR/AffineForm.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;
using craft::AffineAttr;
using craft::MatrixAttr;
using craft::SparseMatrix;

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

bool ProgramLowering::isBit(Value sop) {
  const Domain &domain = domains.getDomain(sop);
  return domain.isFinite() && domain.isNumeric() && !domain.mayBeNone() &&
         domain.getValues().size() <= 2;
}

bool ProgramLowering::isOnlyReadAsNumber(Value sop) {
  return llvm::all_of(sop.getUsers(), [&](Operation *user) {
    if (isa<ReturnOp>(user))
      return program.isOutputNumerical();
    if (auto aggregate = dyn_cast<AggregateOp>(user))
      return !aggregate.isGather();
    if (isa<BestOp>(user))
      return isPreferenceOfNumber(domains.getDomain(sop), greatestPenalty);
    auto map = dyn_cast<MapOp>(user);
    if (!map || !getAffineForm(map))
      return false;
    return functions.isRoot(map.getResult()) ||
           isOnlyReadAsNumber(map.getResult());
  });
}

ProgramLowering::Layout ProgramLowering::getLayout(Value sop) {
  const Domain &domain = domains.getDomain(sop);
  Operation *op = sop.getDefiningOp();
  if (!op || isa<IndicesOp>(op))
    return Layout::OneHot;
  if (isa<SelectorWidthOp>(op) || functions.isAffineRoot(sop) ||
      !domain.isFinite())
    return Layout::Scalar;
  auto aggregate = dyn_cast<AggregateOp>(op);
  if (aggregate && !aggregate.isGather() &&
      !domains.getSelectorFacts(aggregate.getSelector()).atMostOne())
    return Layout::Scalar;
  if (!domain.isNumeric())
    return Layout::OneHot;
  if (isBit(sop) || (isOnlyReadAsNumber(sop) && !domain.mayBeNone()))
    return Layout::Scalar;
  // A gathered number stays one: its reader can tell the values apart later.
  if (aggregate && !isOneHotAvailable(aggregate.getValues()))
    return Layout::Scalar;
  return Layout::OneHot;
}

bool ProgramLowering::isOneHotAvailable(Value sop) {
  if (isBit(sop) || oneHots.contains(sop))
    return true;
  if (!functions.isRoot(sop)) {
    FailureOr<ElementwiseFunction> function = functions.get(sop);
    if (succeeded(function) && function->roots.size() == 1 &&
        function->roots.front() != sop)
      return isOneHotAvailable(function->roots.front());
  }
  return getLayout(sop) == Layout::OneHot;
}

craft::OneHotType ProgramLowering::getOneHotType(const Domain &domain) {
  return craft::OneHotType::get(context, DomainAttr::get(context, domain));
}

craft::ScalarType ProgramLowering::getScalarType(Value sop) {
  const Domain &domain = domains.getDomain(sop);
  FloatAttr noneCode;
  if (domain.mayBeNone()) {
    double high =
        domain.withoutNone().isUninitialized() ? 0.0 : domain.getHigh();
    if (domain.isFinite() && domain.getValues().empty())
      high = 0.0;
    // Far enough away that f32 tells it from the greatest number.
    noneCode = builder.getF64FloatAttr(
        std::ceil(high) + std::max(1.0, std::ceil(std::abs(high) / 1024)));
  }
  return craft::ScalarType::get(context, DomainAttr::get(context, domain),
                                noneCode);
}

//===----------------------------------------------------------------------===//
// Subspaces
//===----------------------------------------------------------------------===//

FailureOr<Value> ProgramLowering::getSubspace(Value sop) {
  if (Value known = subspaces.lookup(sop))
    return known;
  FailureOr<Value> result = failure();
  Operation *op = sop.getDefiningOp();
  if (!op || isa<IndicesOp>(op)) {
    // Of the tokens that the contract allows, and the positions.
    const Domain &domain = domains.getDomain(sop);
    if (!domain.isFinite()) {
      InFlightDiagnostic diagnostic = mlir::emitError(sop.getLoc())
                                      << "expected at most "
                                      << Domain::maxValues;
      if (op)
        return diagnostic << " positions to tell apart, and max_seq_len is "
                          << program.getMaxSeqLen();
      return diagnostic << " tokens to tell apart, and the vocabulary has "
                        << program.getVocab().size();
    }
    craft::OneHotType type = getOneHotType(domain);
    MatrixAttr tokens, positions;
    if (op) {
      positions = SparseMatrix::identity(program.getMaxSeqLen()).get(context);
    } else {
      SparseMatrix matrix(program.getVocab().size(), type.getDimension());
      for (auto [row, token] : llvm::enumerate(program.getVocab())) {
        SmallVector<double> code = type.encode(*getScalar(token));
        for (auto [column, entry] : llvm::enumerate(code))
          matrix.set(row, column, entry);
      }
      tokens = matrix.get(context);
    }
    result = craft::EmbedOp::create(builder, getNamedLoc(sop), type, tokens,
                                    positions)
                 .getResult();
  } else if (auto aggregate = dyn_cast<AggregateOp>(op)) {
    result = lowerAggregate(aggregate);
  } else if (auto width = dyn_cast<SelectorWidthOp>(op)) {
    result = lowerSelectorWidth(width);
  } else if (functions.isAffineRoot(sop)) {
    result = lowerAffine(sop);
  } else {
    FailureOr<ElementwiseFunction> function = functions.get(sop);
    if (failed(function))
      return failure();
    Type type = getLayout(sop) == Layout::OneHot
                    ? Type(getOneHotType(domains.getDomain(sop)))
                    : Type(getScalarType(sop));
    result = lowerFunction(*function, getNamedLoc(sop), type);
  }
  if (succeeded(result))
    subspaces[sop] = *result;
  return result;
}

FailureOr<Value> ProgramLowering::getOneHot(Value sop) {
  if (Value known = oneHots.lookup(sop))
    return known;
  FailureOr<Value> result = failure();
  if (functions.isRoot(sop) || subspaces.contains(sop)) {
    result = getSubspace(sop);
    if (succeeded(result) && isa<craft::ScalarType>(result->getType()))
      result = convertToOneHot(*result, sop);
  } else {
    FailureOr<ElementwiseFunction> function = functions.get(sop);
    if (failed(function))
      return failure();
    bool affineInOneHot =
        function->roots.empty() || (function->roots.size() == 1 &&
                                    isOneHotAvailable(function->roots.front()));
    if (isBit(sop) && !affineInOneHot) {
      // One column computes a bit, and its one-hot is affine in that.
      result = getScalarSubspace(sop);
      if (succeeded(result))
        result = convertToOneHot(*result, sop);
    } else {
      result = lowerFunction(*function, getNamedLoc(sop),
                             getOneHotType(domains.getDomain(sop)));
    }
  }
  if (succeeded(result))
    oneHots[sop] = *result;
  return result;
}

LogicalResult ProgramLowering::checkMagnitude(Value sop) {
  // Squares and products with penalties have to stay inside f32.
  constexpr double greatest = 0x1p60, least = 0x1p-60;
  const Domain &domain = domains.getDomain(sop).withoutNone();
  if (domain.isUninitialized() || !domain.isNumeric() ||
      (domain.isFinite() && domain.getValues().empty()))
    return success();
  auto isHeld = [&](double number) {
    return number == 0 ||
           (std::abs(number) <= greatest && std::abs(number) >= least);
  };
  std::optional<double> offender;
  if (domain.isFinite()) {
    for (const Scalar &value : domain.getValues())
      if (!isHeld(value.getDouble()))
        offender = value.getDouble();
  } else {
    for (double end : {domain.getLow(), domain.getHigh()})
      if (!isHeld(end))
        offender = end;
  }
  if (!offender)
    return success();
  InFlightDiagnostic diagnostic =
      mlir::emitError(sop.getLoc())
      << "takes the value " << Scalar::number(*offender).str()
      << " as a number, which the arithmetic of a model in f32 does not hold: "
         "expected 0 or a magnitude from 2^-60 to 2^60";
  diagnostic.attachNote()
      << "scale the numbers, or use them as categories only";
  return diagnostic;
}

FailureOr<Value> ProgramLowering::getScalarSubspace(Value sop) {
  if (Value known = scalars.lookup(sop))
    return known;
  if (failed(checkMagnitude(sop)))
    return failure();
  FailureOr<Value> result = Value();
  auto map = sop.getDefiningOp<MapOp>();
  std::optional<AffineForm> form = map ? getAffineForm(map) : std::nullopt;
  if (functions.isRoot(sop) || subspaces.contains(sop))
    result = getSubspace(sop);
  else if (Value oneHot = oneHots.lookup(sop))
    result = oneHot;
  else if (form && form->getNumArgumentsUsed() == 1 &&
           map.getInputs().size() == 1)
    result = lowerAffine(sop);
  if (failed(result))
    return failure();
  if (!*result && getLayout(sop) == Layout::OneHot) {
    // Another reader may want it one-hot, and its number is affine in that.
    result = getOneHot(sop);
  } else if (!*result) {
    FailureOr<ElementwiseFunction> function = functions.get(sop);
    if (failed(function))
      return failure();
    result = lowerFunction(*function, getNamedLoc(sop), getScalarType(sop));
  }
  if (succeeded(result) && isa<craft::OneHotType>(result->getType()))
    result = convertToScalar(*result, sop);
  if (succeeded(result))
    scalars[sop] = *result;
  return result;
}

Value ProgramLowering::convertToScalar(Value oneHot, Value sop) {
  auto type = cast<craft::OneHotType>(oneHot.getType());
  craft::ScalarType scalarType = getScalarType(sop);
  std::vector<Scalar> values = type.getValueDomain().getValuesAndNone();
  SmallVector<SmallVector<double>> images;
  for (const Scalar &value : values)
    images.push_back(scalarType.encode(value));
  AffineAttr map =
      getAffineMap(cast<craft::SubspaceTypeInterface>(oneHot.getType()), values,
                   images, context);
  return craft::LinearOp::create(builder, getNamedLoc(sop), scalarType, oneHot,
                                 map);
}

Value ProgramLowering::convertToOneHot(Value scalar, Value sop) {
  auto type = cast<craft::ScalarType>(scalar.getType());
  std::vector<Scalar> values = type.getValueDomain().getValuesAndNone();
  craft::OneHotType oneHotType = getOneHotType(type.getValueDomain());
  SmallVector<SmallVector<double>> images;
  SmallVector<Attribute> table;
  for (const Scalar &value : values) {
    images.push_back(oneHotType.encode(value));
    table.push_back(getScalarAttribute(context, value));
  }
  if (values.size() <= 2)
    if (AffineAttr map =
            getAffineMap(cast<craft::SubspaceTypeInterface>(scalar.getType()),
                         values, images, context))
      return craft::LinearOp::create(builder, getNamedLoc(sop), oneHotType,
                                     scalar, map);
  ++numMaps;
  return craft::MapOp::create(builder, getNamedLoc(sop), oneHotType, scalar,
                              builder.getArrayAttr(table));
}

/// Null where what stands for none would come too close to the numbers.
FailureOr<Value> ProgramLowering::lowerAffine(Value sop) {
  auto map = sop.getDefiningOp<MapOp>();
  AffineForm form = *getAffineForm(map);
  SmallVector<Value> inputs;
  SmallVector<MatrixAttr> weights;
  FloatAttr noneCode;
  for (auto [input, factor] : llvm::zip_equal(map.getInputs(), form.factors)) {
    if (factor == Scalar::integer(0))
      continue;
    FailureOr<Value> subspace = getScalarSubspace(input);
    if (failed(subspace))
      return failure();
    SparseMatrix matrix(1, 1);
    matrix.set(0, 0, factor.getDouble());
    inputs.push_back(*subspace);
    weights.push_back(matrix.get(context));
    // The image of a number outside the range is outside the range again.
    FloatAttr code = cast<craft::ScalarType>(subspace->getType()).getNoneCode();
    if (!code)
      continue;
    if (std::abs(factor.getDouble()) < 1)
      return Value();
    noneCode = builder.getF64FloatAttr(
        factor.getDouble() * code.getValueAsDouble() + form.offset.getDouble());
  }
  auto type = craft::ScalarType::get(
      context, DomainAttr::get(context, domains.getDomain(sop)), noneCode);
  AffineAttr affine =
      AffineAttr::get(context, weights,
                      DenseF64ArrayAttr::get(context, form.offset.getDouble()));
  return craft::LinearOp::create(builder, getNamedLoc(sop), type, inputs,
                                 affine)
      .getResult();
}

FailureOr<Value> ProgramLowering::keepNoneApart(Value values,
                                                AggregateOp aggregate) {
  auto type = cast<craft::ScalarType>(values.getType());
  const Domain &domain = domains.getDomain(aggregate.getResult());
  const Scalar &defaultValue = aggregate.getDefaultScalar();
  if (!type.getNoneCode() || !domain.mayBeNone() || defaultValue.isNone())
    return values;
  double code = type.getNoneCode().getValueAsDouble();
  double number = defaultValue.getDouble();
  const Domain &valueDomain = type.getValueDomain();
  bool onlyNone = valueDomain.isFinite() && valueDomain.getValues().empty();
  double high = onlyNone ? number : std::max(valueDomain.getHigh(), number);
  double low = onlyNone ? number : std::min(valueDomain.getLow(), number);
  if (code >= high + 1 || code <= low - 1)
    return values;
  if (!valueDomain.isFinite()) {
    InFlightDiagnostic diagnostic =
        aggregate.emitOpError("needs the default ")
        << defaultValue.str() << " to be told from none, which "
        << Scalar::number(code).str() << " stands for";
    diagnostic.attachNote() << "choose a default that the values can be";
    return diagnostic;
  }
  SmallVector<Attribute> table;
  for (const Scalar &value : valueDomain.getValuesAndNone())
    table.push_back(getScalarAttribute(context, value));
  auto apart =
      craft::ScalarType::get(context, DomainAttr::get(context, valueDomain),
                             builder.getF64FloatAttr(std::ceil(high) + 1.0));
  ++numMaps;
  return craft::MapOp::create(builder, getNamedLoc(aggregate.getValues()),
                              apart, values, builder.getArrayAttr(table))
      .getResult();
}
