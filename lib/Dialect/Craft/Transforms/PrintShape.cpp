//===- PrintShape.cpp - Print the shape of transformers -------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Analysis/ModelShape.h"
#include "rasp/Dialect/Craft/Transforms/Passes.h"

#include "llvm/Support/raw_ostream.h"

namespace mlir::craft {
#define GEN_PASS_DEF_PRINTSHAPE
#include "rasp/Dialect/Craft/Transforms/Passes.h.inc"
} // namespace mlir::craft

using namespace mlir;
using namespace mlir::craft;

namespace {

struct PrintShapePass : public craft::impl::PrintShapeBase<PrintShapePass> {
  void runOnOperation() override {
    getOperation()->walk([](TransformerOp transformer) {
      llvm::errs() << transformer.getSymName() << ": "
                   << ModelShape(transformer) << "\n";
    });
    markAllAnalysesPreserved();
  }
};

} // namespace
