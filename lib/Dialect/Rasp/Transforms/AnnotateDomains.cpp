//===- AnnotateDomains.cpp - Writes domains onto the ops ------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/Analysis/DomainAnalysis.h"
#include "rasp/Dialect/Rasp/Transforms/Passes.h"

namespace mlir::rasp {
#define GEN_PASS_DEF_ANNOTATEDOMAINS
#include "rasp/Dialect/Rasp/Transforms/Passes.h.inc"
} // namespace mlir::rasp

using namespace mlir;
using namespace mlir::rasp;

namespace {
struct AnnotateDomains
    : public rasp::impl::AnnotateDomainsBase<AnnotateDomains> {
  void runOnOperation() override {
    WalkResult result = getOperation()->walk([](ProgramOp program) {
      DomainAnalysis analysis(program);
      if (failed(analysis.diagnose()))
        return WalkResult::interrupt();
      annotate(program, analysis);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  static void annotate(ProgramOp program, const DomainAnalysis &analysis) {
    Builder builder(program.getContext());
    for (DomainOpInterface op :
         program.getProgramBody().getOps<DomainOpInterface>()) {
      Value result = op->getResult(0);
      if (isa<SOpType>(result.getType())) {
        op->setAttr("rasp.domain", DomainAttr::get(op->getContext(),
                                                   analysis.getDomain(result)));
        continue;
      }
      const SelectorFacts &facts = analysis.getSelectorFacts(result);
      op->setAttr("rasp.width", builder.getDenseI64ArrayAttr(
                                    {static_cast<int64_t>(facts.minWidth),
                                     static_cast<int64_t>(facts.maxWidth)}));
    }
  }
};
} // namespace
