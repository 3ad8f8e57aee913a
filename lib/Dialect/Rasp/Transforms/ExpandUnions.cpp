//===- ExpandUnions.cpp - Unions under an aggregate, as tables ------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/Analysis/DomainAnalysis.h"
#include "rasp/Dialect/Rasp/Transforms/Passes.h"

#include "llvm/ADT/SetVector.h"

#include <map>

namespace mlir::rasp {
#define GEN_PASS_DEF_EXPANDUNIONS
#include "rasp/Dialect/Rasp/Transforms/Passes.h.inc"
} // namespace mlir::rasp

using namespace mlir;
using namespace mlir::rasp;

namespace {

using Combinations = std::vector<SmallVector<Scalar>>;

/// Of each key the queries that select it, or of each query the keys.
using Rows = std::vector<std::vector<bool>>;

/// A selector as a function of the s-ops that its selects compare.
class SelectorTree {
public:
  /// Fails where the selector is more than a function of s-ops.
  LogicalResult collect(Value root);

  /// Whether it is a union of selects over different operands, which does not
  /// become one select by the laws of De Morgan.
  bool hasUnion() const;

  /// The s-ops that are compared, without constants.
  ArrayRef<Value> getKeys() const { return keys.getArrayRef(); }
  ArrayRef<Value> getQueries() const { return queries.getArrayRef(); }
  size_t getNumOps() const { return ops.size(); }

  /// Whether the key is selected for the query, each a value for each s-op
  /// that is compared; fails where the two cannot be compared.
  FailureOr<bool> evaluate(ArrayRef<Scalar> key, ArrayRef<Scalar> query) const;

private:
  bool comparesOnePair(Value selector) const;
  static Scalar getScalar(const llvm::SetVector<Value> &inputs,
                          ArrayRef<Scalar> values, Value input);

  /// Operands before what reads them.
  llvm::SetVector<Operation *> ops;
  llvm::SetVector<Value> keys, queries;
};

} // namespace

/// The value of a constant, or null.
static Attribute getConstant(Value sop) {
  auto constant = sop.getDefiningOp<ConstantOp>();
  return constant ? constant.getValue() : Attribute();
}

LogicalResult SelectorTree::collect(Value root) {
  SmallVector<Value> wanted = {root};
  while (!wanted.empty()) {
    Operation *op = wanted.back().getDefiningOp();
    if (!isa_and_nonnull<SelectOp, AndOp, OrOp, NotOp>(op))
      return failure();
    if (auto select = dyn_cast<SelectOp>(op)) {
      if (!getConstant(select.getKeys()))
        keys.insert(select.getKeys());
      if (!getConstant(select.getQueries()))
        queries.insert(select.getQueries());
    } else {
      size_t numWanted = wanted.size();
      for (Value operand : llvm::reverse(op->getOperands()))
        if (!ops.contains(operand.getDefiningOp()))
          wanted.push_back(operand);
      if (wanted.size() > numWanted)
        continue;
    }
    ops.insert(op);
    wanted.pop_back();
  }
  return success();
}

/// Whether all selects that `selector` is made of have the same operands.
bool SelectorTree::comparesOnePair(Value selector) const {
  SelectOp first;
  SmallVector<Value> wanted = {selector};
  llvm::SmallDenseSet<Value> seen;
  while (!wanted.empty()) {
    Value current = wanted.pop_back_val();
    if (!seen.insert(current).second)
      continue;
    auto select = current.getDefiningOp<SelectOp>();
    if (!select) {
      llvm::append_range(wanted, current.getDefiningOp()->getOperands());
      continue;
    }
    if (!first)
      first = select;
    if (first.getKeys() != select.getKeys() ||
        first.getQueries() != select.getQueries())
      return false;
  }
  return true;
}

bool SelectorTree::hasUnion() const {
  // The ops, and whether what reads them is a complement of theirs.
  SmallVector<std::pair<Value, bool>> wanted = {
      {ops.back()->getResult(0), false}};
  llvm::SmallDenseSet<std::pair<Value, unsigned>> seen;
  while (!wanted.empty()) {
    auto [selector, isNegated] = wanted.pop_back_val();
    if (!seen.insert({selector, unsigned(isNegated)}).second)
      continue;
    Operation *op = selector.getDefiningOp();
    if (isa<SelectOp>(op))
      continue;
    if (!isa<NotOp>(op) && isa<OrOp>(op) != isNegated &&
        !comparesOnePair(selector))
      return true;
    for (Value operand : op->getOperands())
      wanted.push_back({operand, isNegated != isa<NotOp>(op)});
  }
  return false;
}

Scalar SelectorTree::getScalar(const llvm::SetVector<Value> &inputs,
                               ArrayRef<Scalar> values, Value input) {
  if (Attribute constant = getConstant(input))
    return *rasp::getScalar(constant);
  const auto *place = llvm::find(inputs.getArrayRef(), input);
  return values[place - inputs.getArrayRef().begin()];
}

FailureOr<bool> SelectorTree::evaluate(ArrayRef<Scalar> key,
                                       ArrayRef<Scalar> query) const {
  llvm::SmallDenseMap<Value, bool> results;
  for (Operation *op : ops) {
    bool result;
    if (auto select = dyn_cast<SelectOp>(op)) {
      FailureOr<bool> holds = select.evaluatePredicate(
          getScalar(keys, key, select.getKeys()),
          getScalar(queries, query, select.getQueries()), /*diagnose=*/false);
      if (failed(holds))
        return failure();
      result = *holds;
    } else if (auto complement = dyn_cast<NotOp>(op)) {
      result = !results.lookup(complement.getInput());
    } else {
      bool lhs = results.lookup(op->getOperand(0));
      bool rhs = results.lookup(op->getOperand(1));
      result = isa<AndOp>(op) ? lhs && rhs : lhs || rhs;
    }
    results[op->getResult(0)] = result;
  }
  return results.lookup(ops.back()->getResult(0));
}

/// Numbers rows so that equal ones have the same number.
static std::vector<size_t> numberClasses(const Rows &rows) {
  std::map<std::vector<bool>, size_t> numbers;
  std::vector<size_t> classes;
  for (const std::vector<bool> &row : rows)
    classes.push_back(numbers.try_emplace(row, numbers.size()).first->second);
  return classes;
}

namespace {
struct ExpandUnions : public rasp::impl::ExpandUnionsBase<ExpandUnions> {
  using ExpandUnionsBase::ExpandUnionsBase;

  void runOnOperation() override {
    getOperation()->walk([&](ProgramOp program) {
      SmallVector<AggregateOp> aggregates;
      program.walk(
          [&](AggregateOp aggregate) { aggregates.push_back(aggregate); });
      std::optional<DomainAnalysis> domains;
      llvm::SmallDenseMap<Value, Value> tables;
      for (AggregateOp aggregate : aggregates) {
        // What is selected of the best is no function of s-ops.
        auto best = aggregate.getSelector().getDefiningOp<BestOp>();
        OpOperand &use =
            best ? best.getSelectorMutable() : aggregate.getSelectorMutable();
        SelectorTree tree;
        if (failed(tree.collect(use.get())) || !tree.hasUnion())
          continue;
        if (!domains)
          domains.emplace(program);
        auto [entry, isNew] = tables.try_emplace(use.get());
        if (isNew)
          entry->second = makeSelect(use.get(), tree, *domains);
        if (entry->second)
          use.set(entry->second);
      }
    });
  }

  /// The combinations of values of `inputs`; nothing where they cannot be
  /// listed, or one may be none, which only those selects miss that compare it.
  static std::optional<Combinations>
  list(ArrayRef<Value> inputs, uint64_t limit, const DomainAnalysis &domains) {
    if (inputs.empty())
      return Combinations{{}};
    for (Value input : inputs)
      if (domains.getDomain(input).mayBeNone())
        return std::nullopt;
    return domains.listCombinations(inputs, limit);
  }

  /// An s-op that tells those combinations of values of `inputs` apart whose
  /// classes differ, by one of `codes` for each.
  static Value encode(OpBuilder &builder, Location loc, ArrayRef<Value> inputs,
                      const Combinations &combinations,
                      ArrayRef<size_t> classes, std::vector<Attribute> &codes) {
    MLIRContext *context = builder.getContext();
    if (inputs.size() == 1) {
      for (const SmallVector<Scalar> &combination : combinations)
        codes.push_back(getScalarAttribute(context, combination.front()));
      return inputs.front();
    }
    std::vector<TableAttr::Entry> entries;
    for (auto [combination, number] : llvm::zip_equal(combinations, classes)) {
      codes.push_back(builder.getI64IntegerAttr(number));
      SmallVector<Attribute> key;
      for (const Scalar &value : combination)
        key.push_back(getScalarAttribute(context, value));
      entries.emplace_back(std::move(key), codes.back());
    }
    auto type = SOpType::get(builder.getI64Type());
    if (inputs.empty())
      return ConstantOp::create(builder, loc, type, codes.front(),
                                /*label=*/StringAttr());
    TableAttr table =
        TableAttr::getSorted([&] { return emitError(loc); }, context,
                             inputs.size(), entries, /*fallback=*/Attribute());
    assert(table && "combinations of values differ");
    return LookupOp::create(builder, loc, type, inputs, table,
                            /*label=*/StringAttr());
  }

  /// One select that is the selector `tree`, or null.
  Value makeSelect(Value selector, const SelectorTree &tree,
                   const DomainAnalysis &domains) {
    std::optional<Combinations> keys = list(tree.getKeys(), maxPairs, domains);
    std::optional<Combinations> queries =
        list(tree.getQueries(), maxPairs, domains);
    if (!keys || !queries || keys->empty() || queries->empty() ||
        keys->size() > maxPairs / queries->size())
      return nullptr;
    // Each pair goes through all of the tree.
    constexpr uint64_t maxOpsPerPair = 256;
    if (tree.getNumOps() > maxOpsPerPair)
      return nullptr;
    Rows ofKeys(keys->size(), std::vector<bool>(queries->size()));
    Rows ofQueries(queries->size(), std::vector<bool>(keys->size()));
    for (size_t key = 0; key < keys->size(); ++key) {
      for (size_t query = 0; query < queries->size(); ++query) {
        FailureOr<bool> isSelected =
            tree.evaluate((*keys)[key], (*queries)[query]);
        if (failed(isSelected))
          return nullptr;
        ofKeys[key][query] = ofQueries[query][key] = *isSelected;
      }
    }

    OpBuilder builder(&getContext());
    builder.setInsertionPointAfterValue(selector);
    Location loc = selector.getLoc();
    // What is made on the way has no name in the program.
    Location stepLoc = NameLoc::get(builder.getStringAttr(""), loc);
    std::vector<Attribute> keyCodes, queryCodes;
    Value keyCode = encode(builder, stepLoc, tree.getKeys(), *keys,
                           numberClasses(ofKeys), keyCodes);
    Value queryCode = encode(builder, stepLoc, tree.getQueries(), *queries,
                             numberClasses(ofQueries), queryCodes);
    std::vector<TableAttr::Entry> entries;
    llvm::SmallDenseSet<std::pair<Attribute, Attribute>> listed;
    for (size_t key = 0; key < keys->size(); ++key)
      for (size_t query = 0; query < queries->size(); ++query)
        if (ofKeys[key][query] &&
            listed.insert({keyCodes[key], queryCodes[query]}).second)
          entries.push_back(
              {{keyCodes[key], queryCodes[query]}, builder.getBoolAttr(true)});
    TableAttr table = TableAttr::getSorted([&] { return emitError(loc); },
                                           &getContext(), /*numInputs=*/2,
                                           entries, builder.getBoolAttr(false));
    assert(table && "codes differ");
    ++numExpanded;
    return SelectOp::create(builder, loc, keyCode, queryCode, PredicateAttr(),
                            table);
  }
};
} // namespace
