//===- ExpandBest.cpp - Bests that no head computes, as other selectors ---===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/Analysis/DomainAnalysis.h"
#include "rasp/Dialect/Rasp/IR/AffineForm.h"
#include "rasp/Dialect/Rasp/Transforms/Passes.h"

namespace mlir::rasp {
#define GEN_PASS_DEF_EXPANDBEST
#include "rasp/Dialect/Rasp/Transforms/Passes.h.inc"
} // namespace mlir::rasp

using namespace mlir;
using namespace mlir::rasp;

/// Whether a transformer computes the number `sop` without rounding: it is a
/// function of the token or of the position, or affine in such functions.
static bool isExact(Value sop) {
  while (Operation *op = sop.getDefiningOp()) {
    if (isa<IndicesOp, ConstantOp>(op))
      return true;
    if (!isa<MapOp, LookupOp>(op))
      return false;
    if (op->getNumOperands() > 1) {
      auto map = dyn_cast<MapOp>(op);
      return map && getAffineForm(map) &&
             llvm::all_of(map.getInputs(), isExact);
    }
    sop = op->getOperand(0);
  }
  return true;
}

namespace {
struct ExpandBest : public rasp::impl::ExpandBestBase<ExpandBest> {
  void runOnOperation() override {
    getOperation()->walk([&](ProgramOp program) {
      DomainAnalysis domains(program);
      SmallVector<BestOp> bests;
      program.walk([&](BestOp best) { bests.push_back(best); });
      for (BestOp best : bests)
        expand(best, domains);
    });
  }

  /// Whether the head that computes `user` can prefer the keys of `best`.
  static bool canPrefer(Operation *user, BestOp best,
                        const DomainAnalysis &domains) {
    auto aggregate = dyn_cast<AggregateOp>(user);
    if (!aggregate)
      return false;
    // Errors of scores tip the scales between keys that should be equal, which
    // makes a difference if their values differ.
    return aggregate.isGather() || aggregate.getUnique() ||
           aggregate.getValues() == best.getScores() ||
           domains.getSelectorFacts(best).atMostOne() ||
           isExact(best.getScores());
  }

  void expand(BestOp best, const DomainAnalysis &domains) {
    auto needsExpansion = [&](OpOperand &use) {
      return !canPrefer(use.getOwner(), best, domains);
    };
    if (llvm::none_of(best->getUses(), needsExpansion))
      return;
    OpBuilder builder(best);
    builder.setInsertionPointAfter(best);
    Location loc = best.getLoc();
    // Where scores are all different, the position is the better known key.
    bool isSingle = domains.getFacts(best.getScores()).distinctPerPosition;
    Value keys = best.getScores();
    if (isSingle)
      keys = IndicesOp::create(builder, loc, /*label=*/StringAttr());
    Value greatest = AggregateOp::create(
        builder, loc, keys.getType(), best.getResult(), keys,
        /*default_value=*/Attribute(), /*unique=*/false,
        /*label=*/StringAttr());
    Value selector = SelectOp::create(
        builder, loc, keys, greatest,
        PredicateAttr::get(&getContext(), Predicate::EQ), TableAttr());
    if (!isSingle)
      selector = AndOp::create(builder, loc, best.getSelector(), selector);
    Operation *own = greatest.getDefiningOp();
    best.getResult().replaceUsesWithIf(selector, [&](OpOperand &use) {
      return use.getOwner() != own && needsExpansion(use);
    });
    ++numExpanded;
  }
};
} // namespace
