//===- ElementwiseLowering.cpp - Elementwise functions as maps and tables -===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MapBuilder.h"
#include "ProgramBuilder.h"

#include <map>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

Value ProgramBuilder::lowerElementwise(Node *node) {
  // The s-ops among the operands, each once.
  SmallVector<Node *> inputs;
  for (Node *operand : node->operands)
    if (operand->kind != Node::Kind::Constant && !is_contained(inputs, operand))
      inputs.push_back(operand);
  if (inputs.empty()) {
    SmallVector<Scalar> operands;
    for (Node *operand : node->operands)
      operands.push_back(operand->scalar);
    std::string reason;
    FailureOr<Scalar> result = compute(*node, operands, context, reason);
    if (succeeded(result))
      return makeConstant(*result, node->location);
    emitError(node->location) << reason;
    return nullptr;
  }
  // What is a string already is not made one.
  if (node->function == ScalarFunction::ToString &&
      isa<StringType>(getElementType(getValue(inputs.front()))))
    return getValue(inputs.front());
  if (Value value = lowerToMap(node, inputs))
    return value;
  if (auto combinations = listCombinations(inputs))
    return lowerToTable(node, inputs, *combinations);
  // Constants that scalar code cannot write may be s-ops.
  SmallVector<Node *> all;
  for (Node *operand : node->operands)
    if (!is_contained(all, operand))
      all.push_back(operand);
  if (Value value = lowerToMap(node, all))
    return value;
  return emitTooMany(node, inputs);
}

/// Scalar code on `inputs`, or null where there is none for the function.
Value ProgramBuilder::lowerToMap(Node *node, ArrayRef<Node *> inputs) {
  Region body;
  Block &block = body.emplaceBlock();
  SmallVector<Value> values;
  for (Node *input : inputs) {
    values.push_back(getValue(input));
    Type type = getElementType(values.back());
    if (isa<AnyType>(type))
      return nullptr;
    block.addArgument(type, node->location);
  }
  SmallVector<MapOperand> operands;
  for (Node *operand : node->operands) {
    const auto *input = llvm::find(inputs, operand);
    if (input == inputs.end())
      operands.push_back({nullptr, operand->scalar});
    else
      operands.push_back({block.getArgument(input - inputs.begin()), {}});
  }
  OpBuilder inner(context);
  inner.setInsertionPointToEnd(&block);
  Value result =
      MapBuilder(inner, node->location).build(node->function, operands);
  if (!result)
    return nullptr;
  YieldOp::create(inner, node->location, result);
  auto map =
      MapOp::create(builder, node->location, SOpType::get(result.getType()),
                    values, getLabel(node));
  map.getBody().takeBody(body);
  return add(map);
}

std::optional<ProgramBuilder::Combinations>
ProgramBuilder::listCombinations(ArrayRef<Node *> inputs) {
  SmallVector<Value> values;
  for (Node *input : inputs)
    values.push_back(getValue(input));
  return inference.listCombinations(values, maxTableEntries);
}

Value ProgramBuilder::emitTooMany(Node *node, ArrayRef<Node *> inputs) {
  InFlightDiagnostic error = emitError(node->location);
  error << "this is no arithmetic on numbers alone, and would take a table of "
           "more than "
        << maxTableEntries << " combinations of values";
  for (Node *input : inputs)
    error.attachNote(input->location) << "the values of this operand are "
                                      << toString(getDomain(getValue(input)));
  return nullptr;
}

/// A table of what the function is on all values that can occur.
Value ProgramBuilder::lowerToTable(Node *node, ArrayRef<Node *> inputs,
                                   const Combinations &combinations) {
  SmallVector<Value> values;
  for (Node *input : inputs)
    values.push_back(getValue(input));
  std::vector<SmallVector<Scalar>> keys;
  std::vector<Scalar> results;
  std::string firstReason, firstValues;
  for (const SmallVector<Scalar> &combination : combinations) {
    SmallVector<Scalar> operands;
    for (Node *operand : node->operands) {
      const auto *input = llvm::find(inputs, operand);
      if (input == inputs.end()) {
        operands.push_back(operand->scalar);
        continue;
      }
      // A domain does not tell 2 and 2.0 apart, their text does.
      size_t index = input - inputs.begin();
      operands.push_back(
          convertTo(combination[index], getElementType(values[index])));
    }
    std::string reason;
    FailureOr<Scalar> result = compute(*node, operands, context, reason);
    if (succeeded(result)) {
      keys.push_back(combination);
      results.push_back(*result);
    } else if (firstReason.empty()) {
      firstReason = reason;
      llvm::raw_string_ostream os(firstValues);
      llvm::interleaveComma(combination, os, [&](const Scalar &value) {
        os << describe(StaticValue(value));
      });
    }
  }
  if (results.empty() && !combinations.empty()) {
    emitError(node->location) << firstReason;
    return nullptr;
  }
  bool isComplete = results.size() == combinations.size();
  if (!isComplete)
    emitWarning(node->location) << "this is undefined on " << firstValues
                                << ", which may occur here: " << firstReason;
  return makeLookup(values, keys, results, isComplete,
                    frontend::getElementType(context, results), getLabel(node),
                    node->location);
}

/// The table of `values` on `keys`. In a complete one the most frequent value
/// needs no entries.
Value ProgramBuilder::makeLookup(ArrayRef<Value> inputs,
                                 ArrayRef<SmallVector<Scalar>> keys,
                                 ArrayRef<Scalar> values, bool isComplete,
                                 Type type, StringAttr label,
                                 Location location) {
  std::map<Scalar, size_t> counts;
  const Scalar *frequent = nullptr;
  for (const Scalar &value : values) {
    size_t count = ++counts[value];
    if (!frequent || count > counts[*frequent])
      frequent = &value;
  }
  Attribute fallback;
  if (isComplete && frequent && counts[*frequent] > 1)
    fallback = getScalarAttribute(context, convertTo(*frequent, type));
  // A table without entries needs one.
  if (values.empty())
    fallback = getScalarAttribute(context, convertTo(Scalar::integer(0), type));
  SmallVector<TableAttr::Entry> entries;
  for (auto [key, value] : llvm::zip_equal(keys, values)) {
    Attribute result = getScalarAttribute(context, convertTo(value, type));
    if (result == fallback)
      continue;
    SmallVector<Attribute> attributes;
    for (const Scalar &part : key)
      attributes.push_back(getScalarAttribute(context, part));
    entries.push_back({attributes, result});
  }
  auto table = TableAttr::getSorted([&] { return emitError(location); },
                                    context, inputs.size(), entries, fallback);
  if (!table)
    return nullptr;
  return add(LookupOp::create(builder, location, SOpType::get(type), inputs,
                              table, label));
}

/// The same values in an s-op of `elementType`, or null if they are too many.
Value ProgramBuilder::recode(Value sop, Type elementType, Location location) {
  if (getElementType(sop) == elementType)
    return sop;
  auto combinations = inference.listCombinations(sop, maxTableEntries);
  if (!combinations) {
    emitError(location) << "expected values of one kind, or few enough to "
                           "list, found "
                        << toString(getDomain(sop));
    return nullptr;
  }
  std::vector<Scalar> values;
  for (const SmallVector<Scalar> &combination : *combinations)
    values.push_back(combination.front());
  return makeLookup(sop, *combinations, values, /*isComplete=*/true,
                    elementType, /*label=*/StringAttr(), location);
}
