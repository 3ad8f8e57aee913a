//===- UnionLowering.cpp - Unions of selectors as tables ------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MapBuilder.h"
#include "ProgramBuilder.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

/// A union becomes a table of at most so many pairs of a key and a query.
static constexpr size_t maxPairs = 1 << 16;

namespace {
/// A selector as a function of the s-ops that it compares.
struct SelectorTree {
  /// The nodes, operands before what reads them.
  std::vector<Node *> nodes;
  /// The s-ops that are compared, without constants.
  SmallVector<Node *> keys, queries;
  bool hasUnion = false;

  /// Fails where a selector is more than a function of them.
  LogicalResult collect(Node *root);
  FailureOr<bool> evaluate(ArrayRef<Scalar> key, ArrayRef<Scalar> query) const;
};
} // namespace

LogicalResult SelectorTree::collect(Node *root) {
  DenseMap<Node *, bool> isListed;
  SmallVector<Node *> wanted = {root};
  auto addInput = [](SmallVectorImpl<Node *> &inputs, Node *input) {
    if (input->kind != Node::Kind::Constant && !is_contained(inputs, input))
      inputs.push_back(input);
  };
  while (!wanted.empty()) {
    Node *node = wanted.back();
    if (isListed.contains(node)) {
      wanted.pop_back();
      if (!std::exchange(isListed[node], true))
        nodes.push_back(node);
      continue;
    }
    isListed[node] = false;
    switch (node->kind) {
    case Node::Kind::Select:
      addInput(keys, node->operands[0]);
      addInput(queries, node->operands[1]);
      break;
    case Node::Kind::Not:
      // Of an intersection it is a union.
      hasUnion |= node->operands[0]->kind != Node::Kind::Select;
      wanted.push_back(node->operands[0]);
      break;
    case Node::Kind::Or:
      hasUnion = true;
      [[fallthrough]];
    case Node::Kind::And:
      for (Node *operand : node->operands)
        if (!isListed.contains(operand))
          wanted.push_back(operand);
      break;
    default:
      return failure();
    }
  }
  return success();
}

/// Whether the key is selected for the query; fails where the two cannot be
/// compared.
FailureOr<bool> SelectorTree::evaluate(ArrayRef<Scalar> key,
                                       ArrayRef<Scalar> query) const {
  DenseMap<Node *, bool> results;
  auto getScalar = [](ArrayRef<Node *> inputs, ArrayRef<Scalar> values,
                      Node *input) {
    return input->kind == Node::Kind::Constant
               ? input->scalar
               : values[llvm::find(inputs, input) - inputs.begin()];
  };
  for (Node *node : nodes) {
    bool &result = results[node];
    auto operand = [&](unsigned i) {
      return results.find(node->operands[i])->second;
    };
    if (node->kind == Node::Kind::Select) {
      FailureOr<bool> holds =
          evaluatePredicate(getPredicate(node->comparison),
                            getScalar(keys, key, node->operands[0]),
                            getScalar(queries, query, node->operands[1]));
      if (failed(holds))
        return failure();
      result = *holds;
    } else if (node->kind == Node::Kind::Not) {
      result = !operand(0);
    } else if (node->kind == Node::Kind::And) {
      result = operand(0) && operand(1);
    } else {
      result = operand(0) || operand(1);
    }
  }
  return results.lookup(nodes.back());
}

Value ProgramBuilder::makeCode(ArrayRef<Node *> inputs,
                               ArrayRef<SmallVector<Scalar>> combinations,
                               std::vector<Scalar> &codes, Location location) {
  codes.clear();
  for (const SmallVector<Scalar> &combination : combinations)
    codes.push_back(inputs.size() == 1 ? combination.front()
                                       : Scalar::integer(codes.size()));
  if (inputs.empty())
    return makeConstant(codes.front(), location);
  if (inputs.size() == 1)
    return getValue(inputs.front());
  SmallVector<Value> values;
  for (Node *input : inputs)
    values.push_back(getValue(input));
  return makeLookup(values, combinations, codes, /*isComplete=*/true,
                    builder.getI64Type(), /*label=*/StringAttr(), location);
}

/// One select for a union of selectors on different operands, which no single
/// attention head computes otherwise: a table of what its keys and its queries
/// can be. Null where the selector is no such union, or the table too large.
Value ProgramBuilder::lowerUnion(Node *selector) {
  SelectorTree tree;
  if (failed(tree.collect(selector)) || !tree.hasUnion)
    return nullptr;
  auto listInputs = [&](ArrayRef<Node *> inputs) {
    return inputs.empty() ? Combinations{{}} : listCombinations(inputs);
  };
  std::optional<Combinations> keys = listInputs(tree.keys);
  std::optional<Combinations> queries = listInputs(tree.queries);
  if (!keys || !queries || keys->empty() || queries->empty() ||
      keys->size() > maxPairs / queries->size())
    return nullptr;

  Location location = selector->location;
  std::vector<Scalar> keyCodes, queryCodes;
  Value key = makeCode(tree.keys, *keys, keyCodes, location);
  Value query = makeCode(tree.queries, *queries, queryCodes, location);
  SmallVector<TableAttr::Entry> entries;
  for (auto [keyCode, keyValues] : llvm::zip_equal(keyCodes, *keys)) {
    for (auto [queryCode, queryValues] :
         llvm::zip_equal(queryCodes, *queries)) {
      FailureOr<bool> isSelected = tree.evaluate(keyValues, queryValues);
      if (failed(isSelected))
        return nullptr;
      if (*isSelected)
        entries.push_back({{getScalarAttribute(context, keyCode),
                            getScalarAttribute(context, queryCode)},
                           builder.getBoolAttr(true)});
    }
  }
  auto table =
      TableAttr::getSorted([&] { return emitError(location); }, context, 2,
                           entries, builder.getBoolAttr(false));
  if (!table || !key || !query)
    return nullptr;
  if (!selector->name.empty())
    location = NameLoc::get(StringAttr::get(context, selector->name), location);
  return add(
      SelectOp::create(builder, location, key, query, PredicateAttr(), table));
}
