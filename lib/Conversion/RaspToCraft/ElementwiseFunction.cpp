//===- ElementwiseFunction.cpp - S-ops as functions of others -------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Conversion/RaspToCraft/ElementwiseFunction.h"

#include "rasp/Dialect/Rasp/IR/AffineForm.h"

using namespace mlir;
using namespace mlir::rasp;

/// Maps of several inputs are composed with their readers up to this many
/// combinations: a function of three bits is cheaper as one than as two.
static constexpr uint64_t maxComposedCombinations = 4096;

SmallVector<size_t> ElementwiseFunction::getCombination(size_t index) const {
  SmallVector<size_t> combination(roots.size());
  for (size_t i = roots.size(); i-- > 0;) {
    combination[i] = index % domains[i].size();
    index /= domains[i].size();
  }
  return combination;
}

std::optional<Scalar> rasp::evaluateElementwise(Operation *op,
                                                ArrayRef<Scalar> arguments) {
  if (llvm::any_of(arguments,
                   [](const Scalar &value) { return value.isNone(); }))
    return Scalar::none();
  FailureOr<Scalar> result = failure();
  if (auto map = dyn_cast<MapOp>(op))
    result = evaluateScalarRegion(map.getBody(), arguments, /*diagnose=*/false);
  else if (auto lookup = dyn_cast<LookupOp>(op))
    result = lookup.getTable().lookup(arguments);
  if (failed(result))
    return std::nullopt;
  return *result;
}

bool ElementwiseFunctions::isAffineRoot(Value sop) const {
  auto map = sop.getDefiningOp<MapOp>();
  if (!map)
    return false;
  std::optional<AffineForm> form = getAffineForm(map);
  if (!form || form->getNumArgumentsUsed() < 2)
    return false;
  // None has no place in a sum, and a sum of values of one root is a function
  // of that root.
  Value firstRoot;
  bool several = false;
  for (auto [input, factor] : llvm::zip_equal(map.getInputs(), form->factors)) {
    if (domains.getDomain(input).mayBeNone())
      return false;
    if (factor == Scalar::integer(0))
      continue;
    Value root = input;
    while (!isRoot(root) && root.getDefiningOp() &&
           root.getDefiningOp()->getNumOperands() == 1)
      root = root.getDefiningOp()->getOperand(0);
    several |= firstRoot && root != firstRoot;
    firstRoot = root;
  }
  return several;
}

bool ElementwiseFunctions::isRoot(Value sop) const {
  Operation *op = sop.getDefiningOp();
  return !isa_and_nonnull<MapOp, LookupOp, ConstantOp>(op) || isAffineRoot(sop);
}

FailureOr<ElementwiseFunction> ElementwiseFunctions::get(Value sop) {
  // Operands first, without recursion: chains may be long.
  SmallVector<Value> wanted = {sop};
  while (!wanted.empty()) {
    Value value = wanted.back();
    if (cache.contains(value)) {
      wanted.pop_back();
      continue;
    }
    size_t numWanted = wanted.size();
    if (!isRoot(value) && !value.getDefiningOp<ConstantOp>())
      for (Value operand : llvm::reverse(value.getDefiningOp()->getOperands()))
        if (!isRoot(operand) && !cache.contains(operand))
          wanted.push_back(operand);
    if (wanted.size() > numWanted)
      continue;
    FailureOr<ElementwiseFunction> function = compute(value);
    if (failed(function))
      return failure();
    cache.try_emplace(value, std::move(*function));
    wanted.pop_back();
  }
  return cache.find(sop)->second;
}

FailureOr<ElementwiseFunction>
ElementwiseFunctions::getIdentity(Value sop, Operation *reader) {
  const Domain &domain = domains.getDomain(sop);
  if (!domain.isFinite()) {
    InFlightDiagnostic diagnostic =
        reader->emitOpError(
            "needs the values of an operand one by one, but they "
            "are too many to list: expected at most ")
        << Domain::maxValues << " values";
    std::string text;
    llvm::raw_string_ostream(text) << domain;
    diagnostic.attachNote(sop.getLoc())
        << "the operand's domain is " << text
        << "; a smaller max_seq_len or vocabulary makes it smaller";
    return diagnostic;
  }
  ElementwiseFunction function;
  std::vector<Scalar> values = domain.getValuesAndNone();
  function.table.assign(values.begin(), values.end());
  // What has one value only is a constant.
  if (values.size() > 1) {
    function.roots.push_back(sop);
    function.domains.push_back(std::move(values));
  }
  return function;
}

std::optional<ElementwiseFunction> ElementwiseFunctions::compose(
    Operation *op, ArrayRef<ElementwiseFunction> operands, uint64_t limit) {
  ElementwiseFunction function;
  // For each operand, where its roots stand among all roots.
  SmallVector<SmallVector<size_t>> places;
  uint64_t numCombinations = 1;
  for (const ElementwiseFunction &operand : operands) {
    SmallVector<size_t> &place = places.emplace_back();
    for (auto [root, values] :
         llvm::zip_equal(operand.roots, operand.domains)) {
      auto *it = llvm::find(function.roots, root);
      place.push_back(it - function.roots.begin());
      if (it != function.roots.end())
        continue;
      if (numCombinations > limit / values.size())
        return std::nullopt;
      numCombinations *= values.size();
      function.roots.push_back(root);
      function.domains.push_back(values);
    }
  }

  const Domain &resultDomain = domains.getDomain(op->getResult(0));
  function.table.resize(numCombinations);
  SmallVector<Scalar> arguments;
  for (size_t index = 0; index < numCombinations; ++index) {
    SmallVector<size_t> combination = function.getCombination(index);
    arguments.clear();
    bool possible = true;
    for (auto [operand, place] : llvm::zip_equal(operands, places)) {
      size_t entry = 0;
      for (auto [values, position] : llvm::zip_equal(operand.domains, place))
        entry = entry * values.size() + combination[position];
      const std::optional<Scalar> &value = operand.table[entry];
      possible &= value.has_value();
      arguments.push_back(value.value_or(Scalar::none()));
    }
    if (!possible)
      continue;
    // The analysis may know that a combination cannot occur: the domain of the
    // result, which covers all that can, tells.
    std::optional<Scalar> result = evaluateElementwise(op, arguments);
    if (result && resultDomain.contains(*result))
      function.table[index] = result;
  }
  return function;
}

FailureOr<ElementwiseFunction> ElementwiseFunctions::compute(Value sop) {
  Operation *op = sop.getDefiningOp();
  if (auto constant = dyn_cast_if_present<ConstantOp>(op)) {
    ElementwiseFunction function;
    function.table.push_back(getScalar(constant.getValue()));
    return function;
  }
  if (isRoot(sop))
    return getIdentity(sop, op ? op : sop.getParentBlock()->getParentOp());

  SmallVector<ElementwiseFunction> composed, direct;
  for (Value operand : op->getOperands()) {
    FailureOr<ElementwiseFunction> function = failure();
    if (isRoot(operand) && !operand.getDefiningOp<ConstantOp>())
      function = getIdentity(operand, op);
    else
      function = get(operand);
    if (failed(function))
      return failure();
    composed.push_back(*function);
    // A function of one root stays composed: it is never larger.
    if (function->roots.size() > 1) {
      function = getIdentity(operand, op);
      if (failed(function))
        return failure();
    }
    direct.push_back(*function);
  }
  if (std::optional<ElementwiseFunction> function =
          compose(op, composed, maxComposedCombinations))
    return *function;
  if (std::optional<ElementwiseFunction> function =
          compose(op, direct, maxCombinations))
    return *function;
  InFlightDiagnostic diagnostic =
      op->emitOpError(
          "is a function of too many combinations of values: expected at most ")
      << maxCombinations;
  for (const ElementwiseFunction &operand : direct)
    for (auto [root, values] : llvm::zip_equal(operand.roots, operand.domains))
      diagnostic.attachNote(root.getLoc())
          << "this operand has " << values.size() << " values";
  diagnostic.attachNote() << "compute it in steps of fewer operands, or raise "
                             "the limit (max-combinations)";
  return diagnostic;
}
