//===- MergeAggregates.cpp - One mean of an affine combination ------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/AffineForm.h"
#include "rasp/Dialect/Rasp/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::rasp {
#define GEN_PASS_DEF_MERGEAGGREGATES
#include "rasp/Dialect/Rasp/Transforms/Passes.h.inc"
} // namespace mlir::rasp

using namespace mlir;
using namespace mlir::rasp;

/// The means that `map` combines, one for each operand, if they commute with
/// it: all over one selector, and used by nothing else.
static FailureOr<SmallVector<AggregateOp>> getMeans(MapOp map) {
  SmallVector<AggregateOp> means;
  for (Value input : map.getInputs()) {
    auto mean = input.getDefiningOp<AggregateOp>();
    bool isUsedElsewhere = llvm::any_of(
        input.getUsers(), [&](Operation *user) { return user != map; });
    if (!mean || mean.isGather() || isUsedElsewhere)
      return failure();
    if (!means.empty() && (mean.getSelector() != means.front().getSelector() ||
                           mean.getDefaultScalar().isNone() !=
                               means.front().getDefaultScalar().isNone()))
      return failure();
    means.push_back(mean);
  }
  if (means.size() < 2)
    return failure();
  return means;
}

/// The region of `map` on `values` in the place of their means.
static void cloneBody(OpBuilder &builder, MapOp map, ValueRange values,
                      Region &body) {
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&body);
  IRMapping mapping;
  Block &original = map.getBody().front();
  for (auto [argument, input] :
       llvm::zip_equal(original.getArguments(), values)) {
    Type type = cast<SOpType>(input.getType()).getElementType();
    Value value = block->addArgument(type, argument.getLoc());
    if (type.isInteger(1))
      value = arith::UIToFPOp::create(builder, argument.getLoc(),
                                      builder.getF64Type(), value);
    else if (type.isInteger())
      value = arith::SIToFPOp::create(builder, argument.getLoc(),
                                      builder.getF64Type(), value);
    mapping.map(argument, value);
  }
  for (Operation &op : original)
    builder.clone(op, mapping);
}

namespace {
/// map(mean(s, x), mean(s, y)) -> mean(s, map(x, y)) for an affine map.
struct MergeMeans : public OpRewritePattern<MapOp> {
  MergeMeans(MLIRContext *context, Pass::Statistic &numMerged)
      : OpRewritePattern(context), numMerged(numMerged) {}

  LogicalResult matchAndRewrite(MapOp map,
                                PatternRewriter &rewriter) const override {
    if (!map.getType().getElementType().isF64())
      return rewriter.notifyMatchFailure(map, "its result is not f64");
    FailureOr<SmallVector<AggregateOp>> means = getMeans(map);
    if (failed(means))
      return rewriter.notifyMatchFailure(
          map, "its operands are not several means over one selector of which "
               "it is the only user");
    std::optional<AffineForm> form = getAffineForm(map);
    if (!form)
      return rewriter.notifyMatchFailure(map, "it is not affine");

    Attribute defaultValue;
    if (!means->front().getDefaultScalar().isNone()) {
      Scalar sum = form->offset;
      for (auto [factor, mean] : llvm::zip_equal(form->factors, *means))
        sum =
            Scalar::add(sum, Scalar::multiply(factor, mean.getDefaultScalar()));
      defaultValue = getScalarAttribute(map.getContext(), sum);
    }

    SmallVector<Value> values;
    for (AggregateOp mean : *means)
      values.push_back(mean.getValues());
    // The new map stands where the aggregate will: after all operands.
    auto combined = MapOp::create(rewriter, map.getLoc(), map.getType(), values,
                                  /*label=*/StringAttr());
    cloneBody(rewriter, map, values, combined.getBody());
    auto merged = AggregateOp::create(
        rewriter, map.getLoc(), map.getType(), means->front().getSelector(),
        combined, defaultValue, /*unique=*/false, map.getLabelAttr());
    rewriter.replaceOp(map, merged);
    for (AggregateOp mean :
         llvm::SetVector<AggregateOp>(means->begin(), means->end())) {
      rewriter.eraseOp(mean);
      ++numMerged;
    }
    return success();
  }

  Pass::Statistic &numMerged;
};

struct MergeAggregates
    : public rasp::impl::MergeAggregatesBase<MergeAggregates> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<MergeMeans>(&getContext(), numMerged);
    GreedyRewriteConfig config;
    // Only this rewrite: what else could be simplified is the canonicalizer's.
    config.enableFolding(false);
    config.enableConstantCSE(false);
    config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};
} // namespace
