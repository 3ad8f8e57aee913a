//===- FunctionLowering.cpp - Subspaces for functions of s-ops ------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramLowering.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;
using craft::AffineAttr;
using craft::MatrixAttr;
using craft::SparseMatrix;

AffineAttr ProgramLowering::getAffineMap(craft::SubspaceTypeInterface input,
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
    return craft::LinearOp::create(builder, loc, type, *input, map).getResult();
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
  return craft::LinearOp::create(builder, loc, type, inputs, affine)
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
