//===- RaspCanonicalization.cpp - Canonical forms of s-ops ----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CanonicalizationUtils.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rasp;

//===----------------------------------------------------------------------===//
// Facts
//===----------------------------------------------------------------------===//

static bool hasNone(TableAttr table) {
  return llvm::any_of(table.getValues(), llvm::IsaPred<NoneAttr>) ||
         isa_and_present<NoneAttr>(table.getFallback());
}

bool mlir::rasp::cannotBeNone(Value sop) {
  constexpr size_t maxOpsVisited = 256;
  SmallVector<Value> worklist = {sop};
  llvm::SmallPtrSet<Value, 8> visited;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (!visited.insert(value).second)
      continue;
    // Patterns ask this of each op: in a long chain it takes too long to know.
    if (visited.size() > maxOpsVisited)
      return false;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      // A token has a value; the argument of a function may be anything.
      if (!isa<ProgramOp>(argument.getOwner()->getParentOp()))
        return false;
      continue;
    }
    bool known =
        TypeSwitch<Operation *, bool>(value.getDefiningOp())
            .Case<IndicesOp, SelectorWidthOp>([](auto) { return true; })
            .Case([](ConstantOp op) { return !isa<NoneAttr>(op.getValue()); })
            .Case([&](MapOp op) {
              llvm::append_range(worklist, op.getInputs());
              return true;
            })
            .Case([&](LookupOp op) {
              llvm::append_range(worklist, op.getInputs());
              return !hasNone(op.getTable());
            })
            .Case([&](AggregateOp op) {
              worklist.push_back(op.getValues());
              return !op.getDefaultScalar().isNone();
            })
            .Default([](Operation *) { return false; });
    if (!known)
      return false;
  }
  return true;
}

bool mlir::rasp::selectsNothing(Value selector) {
  if (auto select = selector.getDefiningOp<SelectOp>())
    return select.getPredicate() == Predicate::False;
  if (auto inverted = selector.getDefiningOp<NotOp>())
    return selectsEverything(inverted.getInput());
  return false;
}

bool mlir::rasp::selectsEverything(Value selector) {
  if (auto select = selector.getDefiningOp<SelectOp>())
    return select.getPredicate() == Predicate::True &&
           cannotBeNone(select.getKeys()) && cannotBeNone(select.getQueries());
  if (auto inverted = selector.getDefiningOp<NotOp>())
    return selectsNothing(inverted.getInput());
  return false;
}

/// Whether each query selects itself and nothing else.
static bool selectsItself(Value selector) {
  auto select = selector.getDefiningOp<SelectOp>();
  return select && select.getPredicate() == Predicate::EQ &&
         select.getKeys().getDefiningOp<IndicesOp>() &&
         select.getQueries().getDefiningOp<IndicesOp>();
}

//===----------------------------------------------------------------------===//
// Replacement that keeps names
//===----------------------------------------------------------------------===//

/// Replaces `op` by `value`, which takes over the name of `op` if it has none.
/// Fails where a name would be lost.
static LogicalResult replaceKeepingLabel(PatternRewriter &rewriter,
                                         LabeledOpInterface op, Value value) {
  if (StringAttr label = op.getLabelAttr()) {
    auto source = value.getDefiningOp<LabeledOpInterface>();
    if (!source || source.getLabelAttr())
      return rewriter.notifyMatchFailure(op, "the name would be lost");
    rewriter.modifyOpInPlace(source, [&] { source.setLabelAttr(label); });
  }
  rewriter.replaceOp(op, value);
  return success();
}

/// Replaces `op` by a constant of the same name.
static void replaceByConstant(PatternRewriter &rewriter, LabeledOpInterface op,
                              const Scalar &value) {
  rewriter.replaceOpWithNewOp<ConstantOp>(
      op, op->getResult(0).getType(),
      getScalarAttribute(op.getContext(), value), op.getLabelAttr());
}

/// The value of a constant s-op.
static std::optional<Scalar> getConstant(Value sop) {
  auto constant = sop.getDefiningOp<ConstantOp>();
  return constant ? getScalar(constant.getValue()) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Maps and lookups
//===----------------------------------------------------------------------===//

namespace {
/// Folds a map or a lookup of constants that has a name.
template <typename OpTy>
struct FoldNamedElementwise : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Scalar> arguments;
    for (Value input : op.getInputs()) {
      std::optional<Scalar> argument = getConstant(input);
      if (argument && argument->isNone()) {
        replaceByConstant(rewriter, op, Scalar::none());
        return success();
      }
      if (argument)
        arguments.push_back(*argument);
    }
    if (arguments.size() != op.getInputs().size())
      return failure();
    FailureOr<Scalar> value = evaluate(op, arguments);
    if (failed(value))
      return failure();
    replaceByConstant(rewriter, op, *value);
    return success();
  }

private:
  static FailureOr<Scalar> evaluate(MapOp op, ArrayRef<Scalar> arguments) {
    return evaluateScalarRegion(op.getBody(), arguments, /*diagnose=*/false);
  }
  static FailureOr<Scalar> evaluate(LookupOp op, ArrayRef<Scalar> arguments) {
    return op.getTable().lookup(arguments);
  }
};

/// Makes the inputs of a map few: one for each s-op, none that is a constant,
/// and none that is unused and has a value everywhere.
struct ReduceMapInputs : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MapOp op,
                                PatternRewriter &rewriter) const override {
    Block &body = op.getBody().front();
    llvm::BitVector dropped(op.getInputs().size());
    for (unsigned index = 0; index < dropped.size(); ++index) {
      if (dropped.count() + 1 == dropped.size())
        break;
      Value input = op.getInputs()[index];
      BlockArgument argument = body.getArgument(index);
      auto first = llvm::find(op.getInputs(), input) - op.getInputs().begin();
      if (first != index && !dropped[first]) {
        rewriter.replaceAllUsesWith(argument, body.getArgument(first));
        dropped.set(index);
      } else if (argument.use_empty()) {
        if (cannotBeNone(input))
          dropped.set(index);
      } else if (Value constant = materialize(rewriter, op, input)) {
        rewriter.replaceAllUsesWith(argument, constant);
        dropped.set(index);
      }
    }
    if (dropped.none())
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      body.eraseArguments(dropped);
      op->eraseOperands(dropped);
    });
    return success();
  }

private:
  /// The value of the constant s-op `input` as a scalar in the region of `op`.
  static Value materialize(PatternRewriter &rewriter, MapOp op, Value input) {
    auto constant = input.getDefiningOp<ConstantOp>();
    if (!constant || isa<NoneAttr, FractionAttr>(constant.getValue()))
      return {};
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(&op.getBody().front());
    Type type = cast<SOpType>(input.getType()).getElementType();
    Operation *scalar = op->getDialect()->materializeConstant(
        rewriter, constant.getValue(), type, constant.getLoc());
    return scalar ? scalar->getResult(0) : Value();
  }
};

/// A map that yields one of its inputs is that input, and one that yields a
/// constant is that constant, if none cannot come in by another input.
struct ReplaceTrivialMap : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MapOp op,
                                PatternRewriter &rewriter) const override {
    Block &body = op.getBody().front();
    Value yielded = cast<YieldOp>(body.getTerminator()).getValue();
    auto argument = dyn_cast<BlockArgument>(yielded);
    for (auto [index, input] : llvm::enumerate(op.getInputs()))
      if (!(argument && argument.getArgNumber() == index) &&
          !cannotBeNone(input))
        return failure();
    if (argument)
      return replaceKeepingLabel(rewriter, op,
                                 op.getInputs()[argument.getArgNumber()]);
    Attribute constant;
    if (!matchPattern(yielded, m_Constant(&constant)))
      return failure();
    std::optional<Scalar> value = getScalar(constant);
    if (!value)
      return failure();
    replaceByConstant(rewriter, op, *value);
    return success();
  }
};

/// Moves the code of a map into its only user, another map, where that makes
/// no function of more inputs than there were: their values multiply. A map
/// with a name stays: someone wants to see its value.
struct FuseMaps : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MapOp op,
                                PatternRewriter &rewriter) const override {
    for (auto [index, input] : llvm::enumerate(op.getInputs())) {
      auto producer = input.getDefiningOp<MapOp>();
      if (!producer || producer.getLabelAttr() || !input.hasOneUse() ||
          isLong(producer) || hasMoreInputs(op, producer))
        continue;
      fuse(rewriter, op, index, producer);
      return success();
    }
    return failure();
  }

private:
  /// All that a map has is moved, each time that it is.
  static bool isLong(MapOp op) {
    constexpr unsigned maxOpsMoved = 256;
    return llvm::hasNItemsOrMore(op.getBody().front(), maxOpsMoved);
  }

  static bool hasMoreInputs(MapOp op, MapOp producer) {
    llvm::SmallSetVector<Value, 8> inputs(op.getInputs().begin(),
                                          op.getInputs().end());
    inputs.remove(producer.getResult());
    inputs.insert_range(producer.getInputs());
    return inputs.size() >
           std::max(op.getInputs().size(), producer.getInputs().size());
  }

  static void fuse(PatternRewriter &rewriter, MapOp op, unsigned index,
                   MapOp producer) {
    Block &body = op.getBody().front();
    rewriter.modifyOpInPlace(op, [&] {
      SmallVector<Value> arguments;
      for (BlockArgument argument : producer.getBody().getArguments())
        arguments.push_back(
            body.addArgument(argument.getType(), argument.getLoc()));
      Operation *yield = producer.getBody().front().getTerminator();
      Value yielded = cast<YieldOp>(yield).getValue();
      if (auto argument = dyn_cast<BlockArgument>(yielded))
        yielded = arguments[argument.getArgNumber()];
      rewriter.inlineBlockBefore(&producer.getBody().front(), &body,
                                 body.begin(), arguments);
      rewriter.eraseOp(yield);
      rewriter.replaceAllUsesWith(body.getArgument(index), yielded);
      body.eraseArgument(index);
      SmallVector<Value> inputs(op.getInputs());
      inputs.erase(inputs.begin() + index);
      llvm::append_range(inputs, producer.getInputs());
      op.getInputsMutable().assign(inputs);
    });
    rewriter.eraseOp(producer);
  }
};
} // namespace

void MapOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<FoldNamedElementwise<MapOp>, ReduceMapInputs, ReplaceTrivialMap,
               FuseMaps>(context);
}

void LookupOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<FoldNamedElementwise<LookupOp>>(context);
}

//===----------------------------------------------------------------------===//
// Aggregates and widths
//===----------------------------------------------------------------------===//

namespace {
/// An aggregate over no key, or of one value, is a constant.
struct FoldConstantAggregate : OpRewritePattern<AggregateOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AggregateOp op,
                                PatternRewriter &rewriter) const override {
    Scalar defaultValue = op.getDefaultScalar();
    if (selectsNothing(op.getSelector())) {
      replaceByConstant(rewriter, op, defaultValue);
      return success();
    }
    std::optional<Scalar> value = getConstant(op.getValues());
    if (!value)
      return failure();
    if (value->isNumeric() && op.getType().getElementType().isF64())
      value = mean(*value);
    bool sameWhereEmpty = *value == defaultValue;
    if (!sameWhereEmpty && !selectsEverything(op.getSelector()))
      return failure();
    replaceByConstant(rewriter, op, *value);
    return success();
  }
};

/// An aggregate of each position alone is what it aggregates.
struct ReplaceIdentityAggregate : OpRewritePattern<AggregateOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(AggregateOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getValues().getType() != op.getType() ||
        !selectsItself(op.getSelector()))
      return failure();
    return replaceKeepingLabel(rewriter, op, op.getValues());
  }
};

/// Nothing has width 0, and a position alone has width 1.
struct FoldConstantWidth : OpRewritePattern<SelectorWidthOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SelectorWidthOp op,
                                PatternRewriter &rewriter) const override {
    if (selectsNothing(op.getSelector()))
      replaceByConstant(rewriter, op, Scalar::integer(0));
    else if (selectsItself(op.getSelector()))
      replaceByConstant(rewriter, op, Scalar::integer(1));
    else
      return failure();
    return success();
  }
};
} // namespace

void AggregateOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<FoldConstantAggregate, ReplaceIdentityAggregate>(context);
}

void SelectorWidthOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                  MLIRContext *context) {
  patterns.add<FoldConstantWidth>(context);
}
