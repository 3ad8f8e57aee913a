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
    result =
        lowerFunction(*function, getNamedLoc(sop), getScalarType(sop));
  }
  if (succeeded(result) && isa<craft::OneHotType>(result->getType()))
    result = convertToScalar(*result, sop);
  if (succeeded(result))
    scalars[sop] = *result;
  return result;
}

/// The affine map from one subspace in which each value of `domain`, which
/// `input` encodes, goes to its element of `images`; null if there is none.
static AffineAttr getAffineMap(craft::SubspaceTypeInterface input,
                               ArrayRef<Scalar> domain,
                               ArrayRef<SmallVector<double>> images,
                               MLIRContext *context) {
  size_t numColumns = images.front().size();
  SmallVector<double> bias(numColumns, 0.0);
  SparseMatrix matrix(input.getDimension(), numColumns);
  if (isa<craft::OneHotType>(input)) {
    for (auto [value, image] : llvm::zip_equal(domain, images)) {
      SmallVector<double> code = input.encode(value);
      size_t row = llvm::find(code, 1.0) - code.begin();
      for (auto [column, entry] : llvm::enumerate(image))
        matrix.set(row, column, entry);
    }
    return AffineAttr::get(context, matrix.get(context),
                           DenseF64ArrayAttr::get(context, bias));
  }

  SmallVector<double> points;
  for (const Scalar &value : domain)
    points.push_back(input.encode(value).front());
  for (size_t column = 0; column < numColumns; ++column) {
    double slope = 0.0;
    if (points.size() > 1)
      slope = (images.back()[column] - images.front()[column]) /
              (points.back() - points.front());
    bias[column] = images.front()[column] - slope * points.front();
    for (auto [point, image] : llvm::zip_equal(points, images)) {
      double expected = image[column];
      double tolerance =
          1e-12 * std::max({1.0, std::abs(expected), std::abs(slope * point)});
      if (std::abs(slope * point + bias[column] - expected) > tolerance)
        return {};
    }
    matrix.set(0, column, slope);
  }
  return AffineAttr::get(context, matrix.get(context),
                         DenseF64ArrayAttr::get(context, bias));
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

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// The values of the function with those that cannot occur filled in: what is
/// there is never read, and equal neighbours cost least.
static std::vector<Scalar> fillImpossible(const ElementwiseFunction &function) {
  Scalar last = Scalar::none();
  for (const std::optional<Scalar> &value : function.table) {
    if (value) {
      last = *value;
      break;
    }
  }
  std::vector<Scalar> values;
  for (const std::optional<Scalar> &value : function.table) {
    if (value)
      last = *value;
    values.push_back(last);
  }
  return values;
}

FailureOr<Value>
ProgramLowering::lowerFunction(const ElementwiseFunction &function,
                               Location loc, Type type) {
  auto subspaceType = cast<craft::SubspaceTypeInterface>(type);
  std::vector<Scalar> values = fillImpossible(function);
  if (function.roots.empty())
    return createConstant(loc, values.front(), type);
  if (function.roots.size() > 1) {
    FailureOr<Value> additive = lowerAdditive(function, loc, type);
    if (failed(additive) || *additive)
      return additive;
    return lowerTable(function, loc, type);
  }

  Value root = function.roots.front();
  FailureOr<Value> input =
      isOneHotAvailable(root) ? getOneHot(root) : getSubspace(root);
  if (failed(input))
    return failure();
  SmallVector<SmallVector<double>> images;
  for (const Scalar &value : values)
    images.push_back(subspaceType.encode(value));
  if (AffineAttr map =
          getAffineMap(cast<craft::SubspaceTypeInterface>(input->getType()),
                       function.domains.front(), images, context))
    return craft::LinearOp::create(builder, loc, type, *input, map)
        .getResult();
  return lowerTable(function, loc, type);
}

FailureOr<Value>
ProgramLowering::lowerAdditive(const ElementwiseFunction &function,
                               Location loc, Type type) {
  if (!isa<craft::ScalarType>(type) ||
      llvm::any_of(function.table, [](const std::optional<Scalar> &value) {
        return !value || !value->isNumeric();
      }))
    return Value();
  // g_i(x) = f(..., x, ...) - f(first values), all other roots at their first.
  Scalar origin = *function.table.front();
  SmallVector<std::vector<Scalar>> parts;
  size_t stride = function.table.size();
  for (const std::vector<Scalar> &values : function.domains) {
    stride /= values.size();
    std::vector<Scalar> &part = parts.emplace_back();
    for (size_t i = 0; i < values.size(); ++i)
      part.push_back(Scalar::subtract(*function.table[i * stride], origin));
  }
  for (size_t index = 0; index < function.table.size(); ++index) {
    Scalar sum = origin;
    for (auto [part, i] :
         llvm::zip_equal(parts, function.getCombination(index)))
      sum = Scalar::add(sum, part[i]);
    if (sum != *function.table[index])
      return Value();
  }

  SmallVector<Value> inputs;
  SmallVector<MatrixAttr> weights;
  double offset = origin.getDouble();
  for (auto [root, values, part] :
       llvm::zip_equal(function.roots, function.domains, parts)) {
    FailureOr<Value> input =
        isOneHotAvailable(root) ? getOneHot(root) : getSubspace(root);
    if (failed(input))
      return failure();
    SmallVector<SmallVector<double>> images;
    for (const Scalar &value : part)
      images.push_back({value.getDouble()});
    AffineAttr map =
        getAffineMap(cast<craft::SubspaceTypeInterface>(input->getType()),
                     values, images, context);
    if (!map)
      return Value();
    inputs.push_back(*input);
    weights.push_back(map.getWeights().front());
    offset += map.getBiasValues().front();
  }
  AffineAttr affine = AffineAttr::get(context, weights,
                                      DenseF64ArrayAttr::get(context, offset));
  return craft::LinearOp::create(builder, loc, type, inputs,
                                 affine)
      .getResult();
}

/// Numbers the values of the root at `place` by the functions of the other
/// roots that they leave, in the order of their first members.
static std::vector<size_t> getClasses(const ElementwiseFunction &function,
                                      ArrayRef<Scalar> table, size_t place) {
  size_t stride = 1;
  for (size_t i = place + 1; i < function.domains.size(); ++i)
    stride *= function.domains[i].size();
  size_t size = function.domains[place].size();
  std::map<std::vector<Scalar>, size_t> numbers;
  std::vector<size_t> classes;
  for (size_t value = 0; value < size; ++value) {
    std::vector<Scalar> rest;
    for (size_t high = 0; high < table.size(); high += stride * size)
      for (size_t low = 0; low < stride; ++low)
        rest.push_back(table[high + value * stride + low]);
    classes.push_back(numbers.try_emplace(rest, numbers.size()).first->second);
  }
  return classes;
}

FailureOr<ProgramLowering::Classifier>
ProgramLowering::getClassifier(Value sop, ArrayRef<Scalar> values,
                               ArrayRef<size_t> classes) {
  Classifier classifier;
  size_t numClasses = *llvm::max_element(classes) + 1;
  if (isOneHotAvailable(sop) || numClasses == values.size()) {
    FailureOr<Value> oneHot = getOneHot(sop);
    if (failed(oneHot))
      return failure();
    classifier.subspace = *oneHot;
    for (size_t i = 0; i < values.size(); ++i)
      classifier.columns.push_back(i);
    return classifier;
  }

  auto [it, inserted] = classifiers.try_emplace(
      {sop.getAsOpaquePointer(),
       std::vector<size_t>(classes.begin(), classes.end())});
  if (!inserted)
    return it->second;
  FailureOr<Value> scalar = getScalarSubspace(sop);
  if (failed(scalar)) {
    classifiers.erase(it);
    return failure();
  }
  // Two classes are a bit, whose one-hot is affine.
  SmallVector<Attribute> table;
  Location loc = sop.getLoc();
  Domain domain = numClasses == 2 ? Domain::booleans()
                                  : Domain::integers(0, numClasses - 1);
  for (size_t number : classes)
    table.push_back(getScalarAttribute(context, domain.getValues()[number]));
  Type type = getOneHotType(domain);
  if (numClasses == 2)
    type = craft::ScalarType::get(context, DomainAttr::get(context, domain),
                                  FloatAttr());
  ++numMaps;
  Value subspace = craft::MapOp::create(builder, loc, type, *scalar,
                                        builder.getArrayAttr(table));
  if (numClasses == 2) {
    SmallVector<SmallVector<double>> images = {{1.0, 0.0}, {0.0, 1.0}};
    AffineAttr map = getAffineMap(cast<craft::SubspaceTypeInterface>(type),
                                  domain.getValues(), images, context);
    subspace = craft::LinearOp::create(builder, loc, getOneHotType(domain),
                                       subspace, map);
  }
  classifier.subspace = subspace;
  classifier.columns.assign(classes.begin(), classes.end());
  it->second = classifier;
  return classifier;
}

FailureOr<Value>
ProgramLowering::lowerTable(const ElementwiseFunction &function, Location loc,
                            Type type) {
  std::vector<Scalar> table = fillImpossible(function);
  // An MLP computes steps of one number; others are put into classes first.
  size_t numScalars = llvm::count_if(
      function.roots, [&](Value root) { return !isOneHotAvailable(root); });

  SmallVector<Value> inputs;
  // For each root, a value that stands for each value of the input.
  SmallVector<std::vector<size_t>> representatives;
  for (auto [place, root] : llvm::enumerate(function.roots)) {
    const std::vector<Scalar> &values = function.domains[place];
    std::vector<size_t> &members = representatives.emplace_back();
    if (!isOneHotAvailable(root) && numScalars == 1) {
      FailureOr<Value> scalar = getScalarSubspace(root);
      if (failed(scalar))
        return failure();
      inputs.push_back(*scalar);
      for (size_t i = 0; i < values.size(); ++i)
        members.push_back(i);
      continue;
    }
    std::vector<size_t> classes = getClasses(function, table, place);
    FailureOr<Classifier> classifier = getClassifier(root, values, classes);
    if (failed(classifier))
      return failure();
    Value subspace = classifier->subspace;
    size_t numColumns = craft::getDimension(subspace.getType());
    size_t numClasses = *llvm::max_element(classes) + 1;
    if (numClasses < numColumns) {
      // Fewer columns make a smaller table; merging them is affine.
      SparseMatrix matrix(numColumns, numClasses);
      for (auto [column, number] :
           llvm::zip_equal(classifier->columns, classes))
        matrix.set(column, number, 1.0);
      AffineAttr map =
          AffineAttr::get(context, matrix.get(context),
                          DenseF64ArrayAttr::get(
                              context, SmallVector<double>(numClasses, 0.0)));
      subspace = craft::LinearOp::create(
          builder, root.getLoc(),
          getOneHotType(Domain::integers(0, numClasses - 1)), subspace, map);
      for (size_t number = 0; number < numClasses; ++number)
        members.push_back(llvm::find(classes, number) - classes.begin());
    } else {
      for (size_t column = 0; column < numColumns; ++column)
        members.push_back(llvm::find(classifier->columns, column) -
                          classifier->columns.begin());
    }
    inputs.push_back(subspace);
  }

  SmallVector<Attribute> values;
  SmallVector<size_t> combination(inputs.size(), 0);
  while (true) {
    size_t entry = 0;
    for (size_t i = 0; i < inputs.size(); ++i)
      entry = entry * function.domains[i].size() +
              representatives[i][combination[i]];
    values.push_back(getScalarAttribute(context, table[entry]));
    size_t i = inputs.size();
    while (i > 0 && ++combination[i - 1] == representatives[i - 1].size())
      combination[--i] = 0;
    if (i == 0)
      break;
  }
  ++numMaps;
  return craft::MapOp::create(builder, loc, type, inputs,
                              builder.getArrayAttr(values))
      .getResult();
}
