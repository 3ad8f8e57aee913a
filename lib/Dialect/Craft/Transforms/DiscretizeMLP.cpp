//===- DiscretizeMLP.cpp - Makes an MLP of each map -----------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Transforms/Passes.h"

#include "rasp/Dialect/Craft/Analysis/ErrorAnalysis.h"
#include "rasp/Dialect/Craft/IR/CheckedAttributes.h"
#include "rasp/Dialect/Craft/Transforms/Discretization.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace mlir::craft;

namespace mlir::craft {
#define GEN_PASS_DEF_DISCRETIZEMLP
#include "rasp/Dialect/Craft/Transforms/Passes.h.inc"
} // namespace mlir::craft

/// The table of `map`, with the errors of its inputs.
static TabulatedFunction getTable(MapOp map,
                                  const DenseMap<Value, ErrorBound> &errors) {
  TabulatedFunction function;
  for (Value input : map.getInputs()) {
    function.inputs.push_back(cast<SubspaceTypeInterface>(input.getType()));
    function.errors.push_back(errors.lookup(input));
  }
  function.result = cast<SubspaceTypeInterface>(map.getType());
  for (Attribute value : map.getValues())
    function.values.push_back(*rasp::getScalar(value));
  function.exactZero = map.getExactZero();
  return function;
}

/// An MLP in place of `map`, or null after an error.
static MLPOp createMLP(RewriterBase &rewriter, MapOp map,
                       const DenseMap<Value, ErrorBound> &errors,
                       uint64_t maxHiddenUnits) {
  FailureOr<HiddenLayer> layer =
      discretize(getTable(map, errors), maxHiddenUnits, [&] {
        InFlightDiagnostic diagnostic = map.emitOpError();
        for (auto [index, input] : llvm::enumerate(map.getInputs()))
          diagnostic.attachNote(input.getLoc())
              << "input " << index << " is computed here";
        return diagnostic;
      });
  if (failed(layer))
    return nullptr;
  AffineAttr input =
      getCheckedAffine(map, layer->inputWeights, layer->inputBias);
  if (!input)
    return nullptr;
  AffineAttr output =
      getCheckedAffine(map, layer->outputWeights, layer->outputBias);
  if (!output)
    return nullptr;
  rewriter.setInsertionPoint(map);
  return rewriter.replaceOpWithNewOp<MLPOp>(map, map.getType(), map.getInputs(),
                                            input, output,
                                            map.getExactZeroAttr(),
                                            /*layer=*/IntegerAttr());
}

namespace {
struct DiscretizeMLPPass
    : public craft::impl::DiscretizeMLPBase<DiscretizeMLPPass> {
  using DiscretizeMLPBase::DiscretizeMLPBase;

  void runOnOperation() override {
    WalkResult result = getOperation()->walk([&](ProgramOp program) {
      return WalkResult(discretizeProgram(program));
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

  /// Replaces the maps in order, so that the errors of what they read are
  /// those of the MLPs before them.
  LogicalResult discretizeProgram(ProgramOp program) {
    IRRewriter rewriter(program.getContext());
    DenseMap<Value, ErrorBound> errors;
    // A count over long inputs has a map for each of its steps, all from one
    // place.
    DenseSet<Attribute> refused;
    auto getPlace = [](MapOp map) -> Attribute {
      LocationAttr location = map.getLoc();
      if (auto place = location.findInstanceOf<FileLineColLoc>())
        return place;
      return location;
    };
    for (Operation &next :
         llvm::make_early_inc_range(program.getProgramBody())) {
      Operation *op = &next;
      auto map = dyn_cast<MapOp>(op);
      if (map && !refused.contains(getPlace(map))) {
        if (MLPOp mlp = createMLP(rewriter, map, errors, maxHiddenUnits)) {
          op = mlp;
          ++numMaps;
          numHiddenUnits += mlp.getNumHiddenUnits();
          remark::passed(mlp.getLoc(), remark::RemarkOpts::name("mlp").category(
                                           "craft-discretize-mlp"))
              << "a layer of ReLU units"
              << remark::metric("HiddenUnits", mlp.getNumHiddenUnits());
        } else {
          refused.insert(getPlace(map));
        }
      }
      for (OpResult value : op->getResults())
        errors[value] = ErrorAnalysis::errorOf(
            op, [&](Value operand) { return errors.lookup(operand); },
            program.getMaxSeqLen());
    }
    return success(refused.empty());
  }
};
} // namespace
