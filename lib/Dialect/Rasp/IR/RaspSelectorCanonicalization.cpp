//===- RaspSelectorCanonicalization.cpp - Canonical forms of selectors ----===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CanonicalizationUtils.h"

#include "mlir/IR/Matchers.h"

#include <array>

using namespace mlir;
using namespace mlir::rasp;

//===----------------------------------------------------------------------===//
// Predicates as sets of outcomes
//===----------------------------------------------------------------------===//

/// A predicate is the set of the outcomes of a comparison for which it holds.
enum Outcome : unsigned { Less = 1, Equal = 2, Greater = 4 };

static constexpr std::array<Predicate, 8> predicateOfOutcomes = {
    Predicate::False, Predicate::LT, Predicate::EQ, Predicate::LE,
    Predicate::GT,    Predicate::NE, Predicate::GE, Predicate::True};

static unsigned outcomesOf(Predicate predicate) {
  return llvm::find(predicateOfOutcomes, predicate) -
         predicateOfOutcomes.begin();
}

static Predicate complementOf(Predicate predicate) {
  return predicateOfOutcomes[(Less | Equal | Greater) ^ outcomesOf(predicate)];
}

/// The predicate that holds for (query, key) where `predicate` does for (key,
/// query).
static Predicate converseOf(Predicate predicate) {
  unsigned outcomes = outcomesOf(predicate);
  return predicateOfOutcomes[(outcomes & Equal) |
                             (outcomes & Less ? Greater : 0) |
                             (outcomes & Greater ? Less : 0)];
}

/// Whether the values of `sop` can be ordered with others of their type.
static bool isOrdered(Value sop) {
  return !isa<AnyType>(cast<SOpType>(sop.getType()).getElementType());
}

//===----------------------------------------------------------------------===//
// Selects
//===----------------------------------------------------------------------===//

/// Gives `op` the predicate `predicate` in place of what it has.
static void setPredicate(PatternRewriter &rewriter, SelectOp op,
                         Predicate predicate) {
  rewriter.replaceOpWithNewOp<SelectOp>(
      op, op.getKeys(), op.getQueries(),
      PredicateAttr::get(op.getContext(), predicate), TableAttr());
}

namespace {
/// A select of constants selects everything or nothing.
struct FoldConstantSelect : OpRewritePattern<SelectOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SelectOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getPredicate() == Predicate::True ||
        op.getPredicate() == Predicate::False)
      return failure();
    Attribute key, query;
    if (!matchPattern(op.getKeys(), m_Constant(&key)) ||
        !matchPattern(op.getQueries(), m_Constant(&query)))
      return failure();
    FailureOr<bool> selected = op.evaluatePredicate(
        *getScalar(key), *getScalar(query), /*diagnose=*/false);
    if (failed(selected))
      return failure();
    setPredicate(rewriter, op, *selected ? Predicate::True : Predicate::False);
    return success();
  }
};

/// A region that compares the key with the query, or yields a constant, is a
/// predicate.
struct ReplaceRegionByPredicate : OpRewritePattern<SelectOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SelectOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getBody().empty())
      return failure();
    Value yielded =
        cast<YieldOp>(op.getBody().front().getTerminator()).getValue();
    BoolAttr constant;
    if (matchPattern(yielded, m_Constant(&constant))) {
      setPredicate(rewriter, op,
                   constant.getValue() ? Predicate::True : Predicate::False);
      return success();
    }
    Operation *comparison = yielded.getDefiningOp();
    std::optional<Predicate> predicate = getComparison(comparison);
    if (!predicate)
      return failure();
    BlockArgument key = op.getBody().getArgument(0);
    BlockArgument query = op.getBody().getArgument(1);
    Value lhs = comparison->getOperand(0), rhs = comparison->getOperand(1);
    if (lhs == query && rhs == key)
      predicate = converseOf(*predicate);
    else if (lhs != key || rhs != query)
      return failure();
    setPredicate(rewriter, op, *predicate);
    return success();
  }

private:
  /// The comparison that `op` makes of its two operands.
  static std::optional<Predicate> getComparison(Operation *op) {
    if (auto compare = dyn_cast_or_null<CompareStringsOp>(op))
      return compare.getPredicate();
    if (auto compare = dyn_cast_or_null<arith::CmpFOp>(op)) {
      switch (compare.getPredicate()) {
      case arith::CmpFPredicate::OEQ:
      case arith::CmpFPredicate::UEQ:
        return Predicate::EQ;
      case arith::CmpFPredicate::ONE:
      case arith::CmpFPredicate::UNE:
        return Predicate::NE;
      case arith::CmpFPredicate::OLT:
      case arith::CmpFPredicate::ULT:
        return Predicate::LT;
      case arith::CmpFPredicate::OLE:
      case arith::CmpFPredicate::ULE:
        return Predicate::LE;
      case arith::CmpFPredicate::OGT:
      case arith::CmpFPredicate::UGT:
        return Predicate::GT;
      case arith::CmpFPredicate::OGE:
      case arith::CmpFPredicate::UGE:
        return Predicate::GE;
      default:
        return std::nullopt;
      }
    }
    auto compare = dyn_cast_or_null<arith::CmpIOp>(op);
    if (!compare)
      return std::nullopt;
    // As a signed number, true is -1.
    bool isSigned = !compare.getLhs().getType().isInteger(1);
    switch (compare.getPredicate()) {
    case arith::CmpIPredicate::eq:
      return Predicate::EQ;
    case arith::CmpIPredicate::ne:
      return Predicate::NE;
    case arith::CmpIPredicate::slt:
      return isSigned ? Predicate::LT : Predicate::GT;
    case arith::CmpIPredicate::sle:
      return isSigned ? Predicate::LE : Predicate::GE;
    case arith::CmpIPredicate::sgt:
      return isSigned ? Predicate::GT : Predicate::LT;
    case arith::CmpIPredicate::sge:
      return isSigned ? Predicate::GE : Predicate::LE;
    default:
      break;
    }
    if (isSigned)
      return std::nullopt;
    switch (compare.getPredicate()) {
    case arith::CmpIPredicate::ult:
      return Predicate::LT;
    case arith::CmpIPredicate::ule:
      return Predicate::LE;
    case arith::CmpIPredicate::ugt:
      return Predicate::GT;
    case arith::CmpIPredicate::uge:
      return Predicate::GE;
    default:
      return std::nullopt;
    }
  }
};
} // namespace

void SelectOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *context) {
  patterns.add<FoldConstantSelect, ReplaceRegionByPredicate>(context);
}

//===----------------------------------------------------------------------===//
// And, or
//===----------------------------------------------------------------------===//

/// A selector of everything, or of nothing.
static Value createConstantSelector(PatternRewriter &rewriter, Location loc,
                                    bool everything) {
  Value indices = IndicesOp::create(rewriter, loc, /*label=*/StringAttr());
  auto predicate = PredicateAttr::get(
      rewriter.getContext(), everything ? Predicate::True : Predicate::False);
  return SelectOp::create(rewriter, loc, indices, indices, predicate,
                          TableAttr());
}

static bool areComplements(Value lhs, Value rhs) {
  auto isInverse = [](Value inverse, Value selector) {
    auto inverted = inverse.getDefiningOp<NotOp>();
    return inverted && inverted.getInput() == selector;
  };
  return isInverse(lhs, rhs) || isInverse(rhs, lhs);
}

/// The predicate of one select that does what `lhs` and `rhs` do together, if
/// both compare the same key with the same query.
static std::optional<Predicate> mergePredicates(Value lhs, Value rhs,
                                                bool isAnd) {
  auto first = lhs.getDefiningOp<SelectOp>();
  auto second = rhs.getDefiningOp<SelectOp>();
  if (!first || !second || first.getKeys() != second.getKeys() ||
      first.getQueries() != second.getQueries() || !first.getPredicate() ||
      !second.getPredicate())
    return std::nullopt;
  // An order that is undefined on some values must stay so.
  if (!isOrdered(first.getKeys()) || !isOrdered(first.getQueries()))
    return std::nullopt;
  unsigned outcomes = outcomesOf(*first.getPredicate());
  unsigned others = outcomesOf(*second.getPredicate());
  return predicateOfOutcomes[isAnd ? outcomes & others : outcomes | others];
}

namespace {
/// Simplifies a tree of `and`s, or one of `or`s, by its leaves: equal ones,
/// constants, complements, and comparisons of the same key and query.
template <typename OpTy>
struct SimplifyJunction : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  static constexpr bool isAnd = std::is_same_v<OpTy, AndOp>;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    // The root of a tree sees all of it.
    if (op->hasOneUse() && isa<OpTy>(*op->user_begin()))
      return failure();
    SmallVector<Value> leaves, kept;
    collectLeaves(op, leaves);
    for (Value leaf : leaves) {
      if (isAnd ? selectsNothing(leaf) : selectsEverything(leaf)) {
        rewriter.replaceOp(op, leaf);
        return success();
      }
      if (llvm::is_contained(kept, leaf) ||
          (isAnd ? selectsEverything(leaf) : selectsNothing(leaf)))
        continue;
      if (llvm::any_of(
              kept, [&](Value other) { return areComplements(leaf, other); })) {
        rewriter.replaceOp(
            op, createConstantSelector(rewriter, op.getLoc(), !isAnd));
        return success();
      }
      if (!mergeInto(kept, leaf, rewriter))
        kept.push_back(leaf);
    }
    if (kept.size() == leaves.size())
      return failure();
    // Nothing but neutral elements: any of them.
    Value result = kept.empty() ? leaves.front() : kept.front();
    for (Value leaf : llvm::drop_begin(kept, kept.empty() ? 0 : 1))
      result = OpTy::create(rewriter, op.getLoc(), result, leaf);
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  static void collectLeaves(OpTy op, SmallVectorImpl<Value> &leaves) {
    for (Value operand : {op.getLhs(), op.getRhs()}) {
      auto inner = operand.getDefiningOp<OpTy>();
      if (inner && operand.hasOneUse())
        collectLeaves(inner, leaves);
      else
        leaves.push_back(operand);
    }
  }

  static bool mergeInto(MutableArrayRef<Value> kept, Value leaf,
                        PatternRewriter &rewriter) {
    for (Value &other : kept) {
      std::optional<Predicate> predicate = mergePredicates(other, leaf, isAnd);
      if (!predicate)
        continue;
      auto select = leaf.getDefiningOp<SelectOp>();
      Location loc = rewriter.getFusedLoc({other.getLoc(), leaf.getLoc()});
      other = SelectOp::create(
          rewriter, loc, select.getKeys(), select.getQueries(),
          PredicateAttr::get(rewriter.getContext(), *predicate), TableAttr());
      return true;
    }
    return false;
  }
};

/// or(not a, not b) -> not(and(a, b)): one op fewer, and `and` is the one that
/// a single attention head computes.
struct PullNotOutOfOr : OpRewritePattern<OrOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(OrOp op,
                                PatternRewriter &rewriter) const override {
    auto lhs = op.getLhs().getDefiningOp<NotOp>();
    auto rhs = op.getRhs().getDefiningOp<NotOp>();
    if (!lhs || !rhs || !lhs->hasOneUse() || !rhs->hasOneUse())
      return failure();
    Value both =
        AndOp::create(rewriter, op.getLoc(), lhs.getInput(), rhs.getInput());
    rewriter.replaceOpWithNewOp<NotOp>(op, both);
    return success();
  }
};
} // namespace

void AndOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<SimplifyJunction<AndOp>>(context);
}

void OrOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                       MLIRContext *context) {
  patterns.add<SimplifyJunction<OrOp>, PullNotOutOfOr>(context);
}

//===----------------------------------------------------------------------===//
// Not
//===----------------------------------------------------------------------===//

namespace {
/// Inverts the predicate or the table of a select. Only where no value is
/// none: a select never matches none, while `not` of it does.
struct InvertSelect : OpRewritePattern<NotOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(NotOp op,
                                PatternRewriter &rewriter) const override {
    auto select = op.getInput().getDefiningOp<SelectOp>();
    if (!select)
      return failure();
    if (select.getPredicate() == Predicate::False) {
      rewriter.replaceOp(op, createConstantSelector(rewriter, op.getLoc(),
                                                    /*everything=*/true));
      return success();
    }
    if (!cannotBeNone(select.getKeys()) || !cannotBeNone(select.getQueries()))
      return failure();
    PredicateAttr predicate;
    if (select.getPredicate())
      predicate = PredicateAttr::get(op.getContext(),
                                     complementOf(*select.getPredicate()));
    TableAttr table;
    if (select.getTableAttr())
      table = invert(select.getTableAttr());
    if (!predicate && !table)
      return failure();
    rewriter.replaceOpWithNewOp<SelectOp>(
        op, select.getKeys(), select.getQueries(), predicate, table);
    return success();
  }

private:
  static Attribute invert(Attribute boolean) {
    return BoolAttr::get(boolean.getContext(),
                         !cast<BoolAttr>(boolean).getValue());
  }
  static TableAttr invert(TableAttr table) {
    SmallVector<Attribute> values;
    for (Attribute value : table.getValues())
      values.push_back(invert(value));
    Attribute fallback = table.getFallback();
    return TableAttr::get(table.getContext(), table.getNumInputs(),
                          table.getKeys(), values,
                          fallback ? invert(fallback) : fallback);
  }
};

/// not(or(a, b)) -> and(not a, not b): `and` is what one attention head
/// computes, and the inverses often merge into selects.
struct PushNotIntoOr : OpRewritePattern<NotOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(NotOp op,
                                PatternRewriter &rewriter) const override {
    auto either = op.getInput().getDefiningOp<OrOp>();
    if (!either || !either->hasOneUse())
      return failure();
    Value lhs = NotOp::create(rewriter, op.getLoc(), either.getLhs());
    Value rhs = NotOp::create(rewriter, op.getLoc(), either.getRhs());
    rewriter.replaceOpWithNewOp<AndOp>(op, lhs, rhs);
    return success();
  }
};
} // namespace

void NotOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<InvertSelect, PushNotIntoOr>(context);
}
