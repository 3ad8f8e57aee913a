//===- VectorizeLoops.cpp - Linalg on buffers as vector loops ---*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lowers a linalg.generic on buffers to loops over vectors. The loop that runs
// over contiguous elements of the output is taken in blocks; sums stay in
// registers while the loops of the reduction run inside of a block. Each
// element is the same sum in the same order as in the scalar loops, so that the
// results are equal bit by bit.
//
// A model has few forms of loops and many instances of them. Emitting vectors
// here takes milliseconds; LLVM's own loop vectorizer, which would find the
// same, takes most of a second for a layer.
//
//===----------------------------------------------------------------------===//

#include "ExecutionPipeline.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace mlir::rasp;

/// The lanes of a block of a loop of unknown length, the rest of which is done
/// one by one.
static constexpr int64_t dynamicBlockSize = 16;
/// The most lanes of a block of a loop of known length: eight registers of
/// AVX2, four of AVX-512.
static constexpr int64_t staticBlockSize = 64;

namespace {

/// How a value in the body differs between the lanes of a block.
enum class Lanes {
  /// It is the same in all.
  Uniform,
  /// It is the index of the loop that is taken in blocks.
  Index,
  /// It is a vector.
  Vector,
};

/// Emits the loops of one op.
class LoopEmitter {
public:
  LoopEmitter(RewriterBase &rewriter, linalg::GenericOp op)
      : rewriter(rewriter), op(op), loc(op.getLoc()),
        indices(op.getNumLoops()) {}

  /// Whether the op has the form that `emit` handles.
  static bool isSupported(linalg::GenericOp op);
  void emit();

private:
  /// The value of `operand`, or the place where it is stored, at `indices`.
  SmallVector<Value> getIndices(OpOperand &operand);
  /// Whether `operand` is contiguous over the lanes of a block.
  bool isContiguous(OpOperand &operand);
  bool canTakeInBlocks(unsigned loop);

  void emitLoops(ArrayRef<unsigned> loops);
  void emitBlocks();
  void emitBlock(int64_t numLanes);
  SmallVector<Value> emitReduction(ArrayRef<unsigned> loops, ValueRange sums);
  SmallVector<Value> emitBody(ValueRange sums);
  Value load(OpOperand &operand);
  /// `value`, of which `lanes` says how it differs between lanes, as a vector.
  Value getVector(Value value, Lanes lanes);
  Value getConstant(int64_t value) {
    return arith::ConstantIndexOp::create(rewriter, loc, value);
  }
  Type getVectorType(Type type) { return VectorType::get(numLanes, type); }

  RewriterBase &rewriter;
  linalg::GenericOp op;
  Location loc;
  /// The bounds of each loop.
  SmallVector<Value> bounds;
  SmallVector<int64_t> staticBounds;
  /// The index of each loop around the current insertion point.
  SmallVector<Value> indices;
  /// The loop that is taken in blocks, if any, and the lanes of the current
  /// block; 0 where the elements are taken one by one.
  std::optional<unsigned> blockLoop;
  int64_t numLanes = 0;
  SmallVector<unsigned> reductionLoops;
};

} // namespace

//===----------------------------------------------------------------------===//
// Analysis
//===----------------------------------------------------------------------===//

bool LoopEmitter::isSupported(linalg::GenericOp op) {
  if (!op.hasPureBufferSemantics())
    return false;
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    AffineMap map = op.getMatchingIndexingMap(&operand);
    bool indexedByLoops = llvm::all_of(map.getResults(), [](AffineExpr result) {
      return isa<AffineDimExpr>(result);
    });
    // A scalar operand has a map without results.
    if (!indexedByLoops || (!type && map.getNumResults() != 0))
      return false;
  }
  return true;
}

bool LoopEmitter::isContiguous(OpOperand &operand) {
  ArrayRef<AffineExpr> results =
      op.getMatchingIndexingMap(&operand).getResults();
  return blockLoop && !results.empty() &&
         cast<AffineDimExpr>(results.back()).getPosition() == *blockLoop;
}

/// Whether the elements of `type` along its last dimension are neighbours.
static bool hasUnitStride(MemRefType type) {
  return type.isLastDimUnitStride() &&
         VectorType::isValidElementType(type.getElementType());
}

bool LoopEmitter::canTakeInBlocks(unsigned loop) {
  // Operands are uniform, or run along the loop in their last dimension.
  DenseMap<Value, Lanes> lanesOf;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    AffineExpr expression = rewriter.getAffineDimExpr(loop);
    auto uses = llvm::count(map.getResults(), expression);
    if (uses > 1 ||
        (uses == 1 &&
         (map.getResults().back() != expression ||
          !hasUnitStride(cast<MemRefType>(operand.get().getType())))))
      return false;
    lanesOf[argument] = uses ? Lanes::Vector : Lanes::Uniform;
  }
  for (OpOperand &init : op.getDpsInitsMutable())
    lanesOf[op.getMatchingBlockArgument(&init)] = Lanes::Vector;

  auto getLanes = [&](Value value) {
    auto it = lanesOf.find(value);
    return it == lanesOf.end() ? Lanes::Uniform : it->second;
  };
  for (Operation &bodyOp : op.getBody()->without_terminator()) {
    bool uniform = llvm::all_of(bodyOp.getOperands(), [&](Value operand) {
      return getLanes(operand) == Lanes::Uniform;
    });
    Lanes lanes = Lanes::Uniform;
    if (auto index = dyn_cast<linalg::IndexOp>(bodyOp)) {
      if (index.getDim() == loop)
        lanes = Lanes::Index;
    } else if (auto read = dyn_cast<memref::LoadOp>(bodyOp)) {
      if (!uniform) {
        if (!hasUnitStride(read.getMemRefType()) ||
            getLanes(read.getIndices().back()) != Lanes::Index ||
            llvm::any_of(read.getIndices().drop_back(), [&](Value index) {
              return getLanes(index) != Lanes::Uniform;
            }))
          return false;
        lanes = Lanes::Vector;
      }
    } else if (!uniform) {
      if (!OpTrait::hasElementwiseMappableTraits(&bodyOp) ||
          bodyOp.getNumResults() != 1 || bodyOp.getNumRegions() != 0)
        return false;
      lanes = Lanes::Vector;
    } else if (!isMemoryEffectFree(&bodyOp) || bodyOp.getNumRegions() != 0) {
      return false;
    }
    for (Value result : bodyOp.getResults())
      lanesOf[result] = lanes;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void LoopEmitter::emit() {
  rewriter.setInsertionPoint(op);
  staticBounds = op.getStaticLoopRanges();
  auto linalgOp = cast<linalg::LinalgOp>(op.getOperation());
  for (Range range : linalgOp.createLoopRanges(rewriter, loc))
    bounds.push_back(
        getValueOrCreateConstantIndexOp(rewriter, loc, range.size));

  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  // All outputs have to run along the loop that is taken in blocks.
  OpOperand &firstInit = *op.getDpsInitsMutable().begin();
  ArrayRef<AffineExpr> results =
      op.getMatchingIndexingMap(&firstInit).getResults();
  if (!results.empty()) {
    unsigned innermost = cast<AffineDimExpr>(results.back()).getPosition();
    bool sharedByAll =
        llvm::all_of(op.getDpsInitsMutable(), [&](OpOperand &init) {
          AffineMap map = op.getMatchingIndexingMap(&init);
          return map.getNumResults() != 0 &&
                 map.getResults().back() == results.back();
        });
    if (sharedByAll && iterators[innermost] == utils::IteratorType::parallel &&
        canTakeInBlocks(innermost))
      blockLoop = innermost;
  }
  SmallVector<unsigned> outerLoops;
  for (auto [loop, iterator] : llvm::enumerate(iterators)) {
    if (iterator == utils::IteratorType::reduction)
      reductionLoops.push_back(loop);
    else if (loop != blockLoop)
      outerLoops.push_back(loop);
  }
  emitLoops(outerLoops);
}

void LoopEmitter::emitLoops(ArrayRef<unsigned> loops) {
  if (loops.empty())
    return emitBlocks();
  unsigned loop = loops.front();
  auto forOp = scf::ForOp::create(rewriter, loc, getConstant(0), bounds[loop],
                                  getConstant(1));
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointToStart(forOp.getBody());
  indices[loop] = forOp.getInductionVar();
  emitLoops(loops.drop_front());
}

void LoopEmitter::emitBlocks() {
  if (!blockLoop)
    return emitBlock(0);
  int64_t bound = staticBounds[*blockLoop];
  bool isStatic = !ShapedType::isDynamic(bound);
  int64_t blockSize = isStatic ? staticBlockSize : dynamicBlockSize;
  auto emitLoop = [&](Value from, Value to, int64_t size) {
    auto forOp = scf::ForOp::create(rewriter, loc, from, to,
                                    getConstant(std::max<int64_t>(size, 1)));
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(forOp.getBody());
    indices[*blockLoop] = forOp.getInductionVar();
    emitBlock(size);
  };
  if (!isStatic) {
    Value rest = arith::RemUIOp::create(rewriter, loc, bounds[*blockLoop],
                                        getConstant(blockSize));
    Value end = arith::SubIOp::create(rewriter, loc, bounds[*blockLoop], rest);
    emitLoop(getConstant(0), end, blockSize);
    emitLoop(end, bounds[*blockLoop], 0);
    return;
  }
  int64_t end = bound / blockSize * blockSize;
  if (end > 0)
    emitLoop(getConstant(0), getConstant(end), blockSize);
  if (end < bound) {
    indices[*blockLoop] = getConstant(end);
    emitBlock(bound - end);
  }
}

void LoopEmitter::emitBlock(int64_t lanes) {
  numLanes = lanes;
  SmallVector<Value> sums;
  for (OpOperand &init : op.getDpsInitsMutable())
    sums.push_back(!reductionLoops.empty() ||
                           op.payloadUsesValueFromOperand(&init)
                       ? load(init)
                       : Value());
  sums = emitReduction(reductionLoops, sums);
  for (auto [init, sum] : llvm::zip_equal(op.getDpsInitsMutable(), sums)) {
    if (numLanes)
      vector::StoreOp::create(rewriter, loc, sum, init.get(), getIndices(init));
    else
      memref::StoreOp::create(rewriter, loc, sum, init.get(), getIndices(init));
  }
}

SmallVector<Value> LoopEmitter::emitReduction(ArrayRef<unsigned> loops,
                                              ValueRange sums) {
  if (loops.empty())
    return emitBody(sums);
  unsigned loop = loops.front();
  auto forOp = scf::ForOp::create(rewriter, loc, getConstant(0), bounds[loop],
                                  getConstant(1), sums);
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointToStart(forOp.getBody());
  indices[loop] = forOp.getInductionVar();
  SmallVector<Value> results =
      emitReduction(loops.drop_front(), forOp.getRegionIterArgs());
  scf::YieldOp::create(rewriter, loc, results);
  return llvm::to_vector_of<Value>(forOp.getResults());
}

//===----------------------------------------------------------------------===//
// Body
//===----------------------------------------------------------------------===//

SmallVector<Value> LoopEmitter::getIndices(OpOperand &operand) {
  SmallVector<Value> result;
  for (AffineExpr expression : op.getMatchingIndexingMap(&operand).getResults())
    result.push_back(indices[cast<AffineDimExpr>(expression).getPosition()]);
  return result;
}

Value LoopEmitter::load(OpOperand &operand) {
  auto type = dyn_cast<MemRefType>(operand.get().getType());
  if (!type)
    return operand.get();
  if (numLanes && isContiguous(operand))
    return vector::LoadOp::create(
        rewriter, loc, cast<VectorType>(getVectorType(type.getElementType())),
        operand.get(), getIndices(operand));
  return memref::LoadOp::create(rewriter, loc, operand.get(),
                                getIndices(operand));
}

Value LoopEmitter::getVector(Value value, Lanes lanes) {
  if (lanes == Lanes::Vector)
    return value;
  auto type = cast<VectorType>(getVectorType(value.getType()));
  Value broadcast = vector::BroadcastOp::create(rewriter, loc, type, value);
  if (lanes == Lanes::Uniform)
    return broadcast;
  Value steps = vector::StepOp::create(rewriter, loc, type);
  return arith::AddIOp::create(rewriter, loc, broadcast, steps);
}

SmallVector<Value> LoopEmitter::emitBody(ValueRange sums) {
  IRMapping mapping;
  DenseMap<Value, Lanes> lanesOf;
  auto define = [&](Value original, Value value, Lanes lanes) {
    mapping.map(original, value);
    lanesOf[original] = lanes;
  };
  auto getLanes = [&](Value original) {
    auto it = lanesOf.find(original);
    return it == lanesOf.end() ? Lanes::Uniform : it->second;
  };
  for (OpOperand *input : op.getDpsInputOperands())
    define(op.getMatchingBlockArgument(input), load(*input),
           numLanes && isContiguous(*input) ? Lanes::Vector : Lanes::Uniform);
  for (auto [init, sum] : llvm::zip_equal(op.getDpsInitsMutable(), sums))
    if (sum)
      define(op.getMatchingBlockArgument(&init), sum,
             numLanes ? Lanes::Vector : Lanes::Uniform);

  for (Operation &bodyOp : op.getBody()->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(bodyOp)) {
      bool inBlocks = numLanes && index.getDim() == *blockLoop;
      define(index, indices[index.getDim()],
             inBlocks ? Lanes::Index : Lanes::Uniform);
      continue;
    }
    bool uniform = llvm::all_of(bodyOp.getOperands(), [&](Value operand) {
      return getLanes(operand) == Lanes::Uniform;
    });
    if (uniform) {
      rewriter.clone(bodyOp, mapping);
      continue;
    }
    if (auto read = dyn_cast<memref::LoadOp>(bodyOp)) {
      SmallVector<Value> places;
      for (Value index : read.getIndices())
        places.push_back(mapping.lookupOrDefault(index));
      Value vector = vector::LoadOp::create(
          rewriter, loc, cast<VectorType>(getVectorType(read.getType())),
          mapping.lookupOrDefault(read.getMemRef()), places);
      define(read, vector, Lanes::Vector);
      continue;
    }
    SmallVector<Value> operands;
    for (Value operand : bodyOp.getOperands())
      operands.push_back(
          getVector(mapping.lookupOrDefault(operand), getLanes(operand)));
    Operation *vectorOp = rewriter.create(
        loc, bodyOp.getName().getIdentifier(), operands,
        getVectorType(bodyOp.getResult(0).getType()), bodyOp.getAttrs());
    define(bodyOp.getResult(0), vectorOp->getResult(0), Lanes::Vector);
  }
  SmallVector<Value> results;
  for (Value yielded : op.getBody()->getTerminator()->getOperands()) {
    Value value = mapping.lookupOrDefault(yielded);
    results.push_back(numLanes ? getVector(value, getLanes(yielded)) : value);
  }
  return results;
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct VectorizeLoopsPass
    : PassWrapper<VectorizeLoopsPass, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VectorizeLoopsPass)

  StringRef getArgument() const override { return "rasp-vectorize-loops"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, memref::MemRefDialect, scf::SCFDialect,
                    vector::VectorDialect>();
  }
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::GenericOp> ops;
    getOperation().walk([&](linalg::GenericOp op) {
      if (LoopEmitter::isSupported(op))
        ops.push_back(op);
    });
    for (linalg::GenericOp op : ops) {
      LoopEmitter(rewriter, op).emit();
      rewriter.eraseOp(op);
    }
  }
};

} // namespace

std::unique_ptr<Pass> mlir::rasp::createVectorizeLoopsPass() {
  return std::make_unique<VectorizeLoopsPass>();
}
