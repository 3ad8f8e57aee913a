//===- DecomposeMaps.cpp - Splits maps of several inputs ------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/AffineForm.h"
#include "rasp/Dialect/Rasp/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::rasp;

namespace mlir::rasp {
#define GEN_PASS_DEF_DECOMPOSEMAPS
#include "rasp/Dialect/Rasp/Transforms/Passes.h.inc"
} // namespace mlir::rasp

namespace {
/// The region arguments that each value of a map's region hangs on.
class ArgumentUses {
public:
  explicit ArgumentUses(MapOp map) {
    Block &body = map.getBody().front();
    unsigned numArguments = body.getNumArguments();
    for (BlockArgument argument : body.getArguments()) {
      llvm::SmallBitVector bits(numArguments);
      bits.set(argument.getArgNumber());
      uses[argument] = bits;
    }
    for (Operation &op : body.without_terminator()) {
      llvm::SmallBitVector bits(numArguments);
      for (Value operand : op.getOperands())
        bits |= uses.lookup(operand);
      for (Value result : op.getResults())
        uses[result] = bits;
    }
  }

  const llvm::SmallBitVector &get(Value value) const { return uses.at(value); }

private:
  DenseMap<Value, llvm::SmallBitVector> uses;
};

/// Whether `value` of a map's region is worth a map of its own: a function of
/// one argument that may take fewer values than the argument, or an affine
/// combination of several.
bool isPart(Value value, const ArgumentUses &uses) {
  if (!value.getDefiningOp() ||
      !(value.getType().isIntOrFloat() || isa<StringType>(value.getType())))
    return false;
  unsigned numArguments = uses.get(value).count();
  if (numArguments == 0)
    return false;
  bool isAffine = getAffineForm(value).has_value();
  return numArguments == 1 ? !isAffine : isAffine;
}

struct DecomposeMap : public OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MapOp map,
                                PatternRewriter &rewriter) const override {
    if (map.getInputs().size() < 2)
      return rewriter.notifyMatchFailure(map, "has one input");
    Block &body = map.getBody().front();
    auto yield = cast<YieldOp>(body.getTerminator());
    ArgumentUses uses(map);
    if (isPart(yield.getValue(), uses))
      return rewriter.notifyMatchFailure(map, "is one part");

    // The greatest parts: those that something outside of a part reads. A part
    // of one argument inside a part of the same argument belongs to it.
    llvm::SetVector<Value> parts;
    for (Operation &op : body) {
      bool readerIsPart =
          op.getNumResults() == 1 && isPart(op.getResult(0), uses);
      for (Value operand : op.getOperands())
        if (!readerIsPart && isPart(operand, uses))
          parts.insert(operand);
    }
    if (parts.empty())
      return rewriter.notifyMatchFailure(map, "has no parts");

    IRMapping outer;
    SmallVector<Value> inputs(map.getInputs());
    for (Value part : parts)
      inputs.push_back(createPart(map, part, uses.get(part), rewriter));

    SmallVector<Type> argumentTypes(body.getArgumentTypes());
    SmallVector<Location> argumentLocs;
    for (BlockArgument argument : body.getArguments())
      argumentLocs.push_back(argument.getLoc());
    for (Value part : parts) {
      argumentTypes.push_back(part.getType());
      argumentLocs.push_back(part.getLoc());
    }
    auto rest = MapOp::create(rewriter, map.getLoc(), map.getType(), inputs,
                              map.getLabelAttr());
    Block *block =
        rewriter.createBlock(&rest.getBody(), {}, argumentTypes, argumentLocs);
    outer.map(body.getArguments(),
              block->getArguments().take_front(body.getNumArguments()));
    outer.map(parts.getArrayRef(),
              block->getArguments().drop_front(body.getNumArguments()));
    cloneSlice(yield.getValue(), outer, rewriter);
    YieldOp::create(rewriter, yield.getLoc(), outer.lookup(yield.getValue()));
    dropUnusedInputs(rest, rewriter);
    rewriter.replaceOp(map, rest);
    return success();
  }

private:
  /// Clones what `value` is computed from, as far as `mapping` lacks it.
  static void cloneSlice(Value value, IRMapping &mapping,
                         PatternRewriter &rewriter) {
    if (mapping.contains(value))
      return;
    Operation *op = value.getDefiningOp();
    for (Value operand : op->getOperands())
      cloneSlice(operand, mapping, rewriter);
    rewriter.clone(*op, mapping);
  }

  static Value createPart(MapOp map, Value part,
                          const llvm::SmallBitVector &uses,
                          PatternRewriter &rewriter) {
    Block &body = map.getBody().front();
    SmallVector<Value> inputs;
    SmallVector<Type> types;
    SmallVector<Location> locs;
    for (unsigned argument : uses.set_bits()) {
      inputs.push_back(map.getInputs()[argument]);
      types.push_back(body.getArgument(argument).getType());
      locs.push_back(body.getArgument(argument).getLoc());
    }
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(map);
    auto result =
        MapOp::create(rewriter, part.getLoc(), SOpType::get(part.getType()),
                      inputs, StringAttr());
    Block *block = rewriter.createBlock(&result.getBody(), {}, types, locs);
    IRMapping mapping;
    for (auto [index, argument] : llvm::enumerate(uses.set_bits()))
      mapping.map(body.getArgument(argument), block->getArgument(index));
    cloneSlice(part, mapping, rewriter);
    YieldOp::create(rewriter, part.getLoc(), mapping.lookup(part));
    return result;
  }

  /// Drops inputs that the region of `map` does not read and that another
  /// input hangs on: where the one is none, so is the other.
  static void dropUnusedInputs(MapOp map, PatternRewriter &rewriter) {
    Block &block = map.getBody().front();
    llvm::SmallSetVector<Value, 8> covered;
    for (Value input : map.getInputs())
      if (auto part = input.getDefiningOp<MapOp>())
        covered.insert_range(part.getInputs());
    for (unsigned i = block.getNumArguments(); i-- > 0;) {
      if (!block.getArgument(i).use_empty() ||
          !covered.contains(map.getInputs()[i]))
        continue;
      block.eraseArgument(i);
      map.getInputsMutable().erase(i);
    }
  }
};

struct DecomposeMaps : public rasp::impl::DecomposeMapsBase<DecomposeMaps> {
  using DecomposeMapsBase::DecomposeMapsBase;

  LogicalResult initialize(MLIRContext *context) override {
    RewritePatternSet set(context);
    set.add<DecomposeMap>(context);
    patterns = FrozenRewritePatternSet(std::move(set));
    return success();
  }

  void runOnOperation() override {
    SmallVector<MapOp> maps;
    getOperation()->walk([&](MapOp map) { maps.push_back(map); });
    unsigned before = maps.size();
    walkAndApplyPatterns(getOperation(), patterns);
    unsigned after = 0;
    getOperation()->walk([&](MapOp) { ++after; });
    numSplit += after - before;
  }

private:
  FrozenRewritePatternSet patterns;
};
} // namespace
