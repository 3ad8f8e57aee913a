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

#include "llvm/ADT/SmallPtrSet.h"

namespace mlir::rasp {
#define GEN_PASS_DEF_EXPANDBEST
#include "rasp/Dialect/Rasp/Transforms/Passes.h.inc"
} // namespace mlir::rasp

using namespace mlir;
using namespace mlir::rasp;

/// Whether maps of one input and affine maps make `sop` of tokens and
/// positions, so that no error of an attention head is in it.
static bool isOfTokensAndPositions(Value sop) {
  SmallVector<Value> worklist = {sop};
  SmallPtrSet<Value, 8> visited;
  while (!worklist.empty()) {
    Value current = worklist.pop_back_val();
    Operation *op = current.getDefiningOp();
    if (!visited.insert(current).second || !op ||
        isa<IndicesOp, ConstantOp>(op))
      continue;
    if (!isa<MapOp, LookupOp>(op))
      return false;
    if (op->getNumOperands() > 1) {
      auto map = dyn_cast<MapOp>(op);
      if (!map || !getAffineForm(map))
        return false;
    }
    worklist.append(op->operand_begin(), op->operand_end());
  }
  return true;
}

namespace {
struct ExpandBest : public rasp::impl::ExpandBestBase<ExpandBest> {
  void runOnOperation() override {
    getOperation()->walk([&](ProgramOp program) {
      SmallVector<BestOp> bests;
      program.walk([&](BestOp best) { bests.push_back(best); });
      if (bests.empty())
        return;
      DomainAnalysis domains(program);
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
           isOfTokensAndPositions(best.getScores());
  }

  /// The location of what is made on the way to the selector that takes the
  /// place, and the name, of `best`; with a name of its own if `role` is one.
  static Location getStepLoc(BestOp best, StringRef role = "") {
    StringRef name = getValueName(best.getLoc());
    if (name.empty())
      return best.getLoc();
    // The outermost name counts, even where it is empty.
    std::string stepName = role.empty() ? "" : (role + " of " + name).str();
    return NameLoc::get(StringAttr::get(best.getContext(), stepName),
                        best.getLoc());
  }

  /// The domain analysis knows the facts of a best of what it selects in the
  /// form that is made here (`getBestOf` in RaspDomainInference.cpp,
  /// `inferFromGathered` in SelectInference.cpp).
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
      keys = IndicesOp::create(builder, getStepLoc(best),
                               /*label=*/StringAttr());
    Value greatest = AggregateOp::create(
        builder, getStepLoc(best, isSingle ? "position" : "greatest"),
        keys.getType(), best.getResult(), keys, /*default_value=*/Attribute(),
        /*unique=*/false, /*label=*/StringAttr());
    Value selector = SelectOp::create(
        builder, isSingle ? loc : getStepLoc(best), keys, greatest,
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
