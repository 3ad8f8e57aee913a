//===- TracedValues.cpp - What has become of the values of a program ------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ValueTrace.h"

#include "rasp/Dialect/Craft/Analysis/ValueNames.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;
using craft::SparseMatrix;
using Status = CircuitValue::Status;

size_t ValueTrace::getFirstSource(size_t source) const {
  while (sources[source].equal)
    source = *sources[source].equal;
  return source;
}

size_t ValueTrace::getFirstSubspace(size_t subspace) const {
  while (subspaces[subspace].equal)
    subspace = *subspaces[subspace].equal;
  return subspace;
}

//===----------------------------------------------------------------------===//
// Encodings
//===----------------------------------------------------------------------===//

/// The subspace as a function of the columns, or nothing where it is read from
/// what no longer has columns, or has weights beyond the range of numbers.
std::optional<ValueTrace::StreamFunction>
ValueTrace::getStreamFunction(size_t number) {
  number = getFirstSubspace(number);
  auto [it, isNew] = streamFunctions.try_emplace(number, std::nullopt);
  if (!isNew)
    return it->second;
  const Subspace &subspace = subspaces[number];
  int64_t dimension = subspace.type.getDimension();
  StreamFunction function{SparseMatrix(numColumns, dimension), {}};
  if (subspace.block) {
    function.weights.addBlock(blocks[*subspace.block].firstColumn, 0,
                              SparseMatrix::identity(dimension));
    function.bias.assign(dimension, 0.0);
    return streamFunctions[number] = function;
  }
  if (!subspace.map)
    return std::nullopt;
  function.bias.assign(subspace.map.getBiasValues().begin(),
                       subspace.map.getBiasValues().end());
  for (auto [input, weight] :
       llvm::zip_equal(subspace.inputs, subspace.map.getWeights())) {
    std::optional<StreamFunction> inner = getStreamFunction(input);
    if (!inner)
      return std::nullopt;
    SparseMatrix matrix(weight);
    function.weights = function.weights + inner->weights * matrix;
    for (auto [sum, term] :
         llvm::zip_equal(function.bias, matrix.applyTo(inner->bias)))
      sum += term;
  }
  auto isFinite = [](double number) { return std::isfinite(number); };
  if (!llvm::all_of(function.bias, isFinite) ||
      !llvm::all_of(llvm::make_second_range(function.weights.getEntries()),
                    isFinite))
    return std::nullopt;
  return streamFunctions[number] = function;
}

std::optional<ValueEncoding> ValueTrace::getEncoding(size_t number) {
  const Subspace &subspace = subspaces[getFirstSubspace(number)];
  std::optional<StreamFunction> function = getStreamFunction(number);
  if (!function)
    return std::nullopt;
  ValueEncoding encoding;
  encoding.type = subspace.type;
  if (subspace.block) {
    const TracedBlock &block = blocks[*subspace.block];
    for (int64_t i = 0; i < block.type.getDimension(); ++i)
      encoding.columns.push_back(block.firstColumn + i);
    encoding.writers.push_back(*subspace.block);
    return encoding;
  }

  for (const auto &[place, weight] : function->weights.getEntries())
    if (encoding.columns.empty() || encoding.columns.back() != place.first)
      encoding.columns.push_back(place.first);
  encoding.weights.emplace(encoding.columns.size(),
                           subspace.type.getDimension());
  for (const auto &[place, weight] : function->weights.getEntries())
    encoding.weights->set(llvm::lower_bound(encoding.columns, place.first) -
                              encoding.columns.begin(),
                          place.second, weight);
  encoding.bias = function->bias;
  for (auto [index, block] : llvm::enumerate(blocks)) {
    const int64_t *column =
        llvm::lower_bound(encoding.columns, block.firstColumn);
    if (column != encoding.columns.end() &&
        *column < block.firstColumn + block.type.getDimension())
      encoding.writers.push_back(index);
  }
  return encoding;
}

//===----------------------------------------------------------------------===//
// S-ops
//===----------------------------------------------------------------------===//

void ValueTrace::addBlock(size_t number, CircuitValue &value) const {
  if (!value.blocks.insert(number).second)
    return;
  std::optional<size_t> source = subspaces[blocks[number].subspace].source;
  for (size_t input : blocks[number].inputs)
    if (source && subspaces[blocks[input].subspace].source == source)
      addBlock(input, value);
}

void ValueTrace::addHolder(size_t source, size_t number, CircuitValue &value) {
  const Subspace &subspace = subspaces[number];
  std::optional<ValueEncoding> encoding = getEncoding(number);
  if (subspace.block)
    addBlock(*subspace.block, value);
  else if (encoding)
    for (size_t writer : encoding->writers)
      if (subspaces[blocks[writer].subspace].source == source)
        addBlock(writer, value);
  if (encoding && !encoding->writers.empty()) {
    value.encodings.push_back(std::move(*encoding));
    value.constant.reset();
  } else if (encoding && value.encodings.empty()) {
    // What is affine in nothing is a constant, which no column holds.
    value.constant = encoding->type.decode(encoding->bias);
  }

  // Made for another value that it holds as well?
  std::optional<size_t> maker = subspace.source;
  if (!maker || maker == source || !subspace.holds.contains(*maker)) {
    value.status = subspace.block ? Status::Computed : Status::Folded;
    value.mergedWith.clear();
  } else if (value.status == Status::Unused) {
    value.status = Status::Merged;
    value.mergedWith = sources[*maker].uniqueName;
  }
}

CircuitValue ValueTrace::traceSequence(size_t number) {
  const Source &source = sources[number];
  CircuitValue value = getUntraced(number);
  // What has no columns was folded into its readers if it is affine; anything
  // else was read by nothing.
  for (bool inColumns : {true, false})
    if (value.status == Status::Unused)
      for (auto [index, subspace] : llvm::enumerate(subspaces))
        if (!subspace.equal && subspace.holds.contains(number) &&
            (inColumns ? subspace.block.has_value() : bool(subspace.map)))
          addHolder(number, index, value);
  if (!value.encodings.empty() && !value.encodings.front().weights)
    return value;

  if (source.constant)
    value.constant = source.constant;
  if (value.constant) {
    value.status = Status::Constant;
    value.mergedWith.clear();
    value.encodings.clear();
    value.blocks.clear();
    return value;
  }
  if (value.status != Status::Unused)
    return value;

  if (size_t first = getFirstSource(number); first != number) {
    value = traceSequence(first);
    if (value.status == Status::Computed || value.status == Status::Folded) {
      value.status = Status::Merged;
      value.mergedWith = value.name;
    }
    value.name = source.uniqueName;
    value.location = source.location;
    return value;
  }
  if (source.isPresent || isInMean(source.value))
    value.status = Status::Folded;
  return value;
}

/// Whether the mean `value` was merged with others: in the place of a map that
/// reads it is an aggregate.
bool ValueTrace::isInMean(Value value) const {
  return value && llvm::any_of(value.getUsers(), [&](Operation *user) {
           return isa<MapOp>(user) &&
                  sources[sourceOfValue.at(user->getResult(0))].isAggregate;
         });
}

//===----------------------------------------------------------------------===//
// Selectors
//===----------------------------------------------------------------------===//

void ValueTrace::addHeads(size_t number, CircuitValue &value) const {
  const Source &source = sources[number];
  if (source.constant)
    return;
  bool hasHeads = false;
  for (auto [index, block] : llvm::enumerate(blocks)) {
    const Subspace &own = subspaces[block.subspace];
    const Subspace &first = subspaces[getFirstSubspace(block.subspace)];
    if (block.kind != TracedBlock::Kind::Head ||
        !(own.source == number || first.holds.contains(number)))
      continue;
    value.blocks.insert(index);
    hasHeads = true;
  }
  if (hasHeads)
    return;
  if (size_t first = getFirstSource(number); first != number)
    return addHeads(first, value);
  // A mean that was merged with others is in the head of a map that reads it.
  if (source.isPresent || !source.value)
    return;
  for (Operation *user : source.value.getUsers())
    if (isa<MapOp>(user))
      addHeads(sourceOfValue.at(user->getResult(0)), value);
}

CircuitValue ValueTrace::traceSelector(size_t number) const {
  CircuitValue value = getUntraced(number);
  // Whoever reads the selector, by itself or combined with others, and what a
  // pass has made of it.
  llvm::SetVector<Value> selectors;
  selectors.insert(sources[number].value);
  for (size_t i = 0; i < selectors.size(); ++i) {
    addHeads(sourceOfValue.at(selectors[i]), value);
    for (Operation *user : selectors[i].getUsers())
      for (Value result : user->getResults())
        if (isa<SelectorType>(result.getType()))
          selectors.insert(result);
        else if (isa<AggregateOp, SelectorWidthOp>(user))
          addHeads(sourceOfValue.at(result), value);
  }
  if (!value.blocks.empty())
    value.status = Status::Computed;
  return value;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

bool ValueTrace::isSelector(const Source &source) const {
  return source.value && isa<SelectorType>(source.value.getType());
}

/// The value, of which nothing is known but what the program says.
CircuitValue ValueTrace::getUntraced(size_t number) const {
  CircuitValue value;
  value.name = sources[number].uniqueName;
  value.isSelector = isSelector(sources[number]);
  value.location = sources[number].location;
  return value;
}

void ValueTrace::nameUniquely() {
  // S-ops first: what computes them bears their names.
  craft::UniqueNames names;
  for (bool ofSelectors : {false, true})
    for (Source &source : sources)
      if (!source.name.empty() && isSelector(source) == ofSelectors)
        source.uniqueName = names.claim(source.name);
}

std::vector<CircuitValue> ValueTrace::getValues() {
  streamFunctions.clear();
  nameUniquely();
  for (auto [number, block] : llvm::enumerate(blocks)) {
    Subspace &subspace = subspaces[getFirstSubspace(block.subspace)];
    if (!subspace.block)
      subspace.block = number;
  }
  std::vector<CircuitValue> values;
  for (auto [number, source] : llvm::enumerate(sources)) {
    if (source.name.empty())
      continue;
    if (!source.isRead)
      values.push_back(getUntraced(number));
    else if (isSelector(source))
      values.push_back(traceSelector(number));
    else
      values.push_back(traceSequence(number));
  }
  return values;
}
