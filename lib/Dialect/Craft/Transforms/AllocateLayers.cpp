//===- AllocateLayers.cpp - Allocate heads and MLPs to layers -------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Analysis/LayerSchedule.h"
#include "rasp/Dialect/Craft/Analysis/ValueNames.h"
#include "rasp/Dialect/Craft/Transforms/BlockForm.h"
#include "rasp/Dialect/Craft/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Debug.h"

#include <tuple>

#define DEBUG_TYPE "craft-allocate-layers"

namespace mlir::craft {
#define GEN_PASS_DEF_ALLOCATELAYERS
#include "rasp/Dialect/Craft/Transforms/Passes.h.inc"
} // namespace mlir::craft

using namespace mlir;
using namespace mlir::craft;

namespace {

struct AllocateLayersPass
    : public craft::impl::AllocateLayersBase<AllocateLayersPass> {
  using AllocateLayersBase::AllocateLayersBase;

  void runOnOperation() override {
    WalkResult result = getOperation()->walk([&](ProgramOp program) {
      if (failed(allocate(program)))
        return WalkResult::interrupt();
      return WalkResult::skip();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  LogicalResult allocate(ProgramOp program);
};

} // namespace

/// The columns that the values of `program` take, and thereby the dimension of
/// the model: the one column that is added for BOS gets a value after its last
/// reader.
static uint64_t countColumns(ProgramOp program) {
  uint64_t columns = 0;
  for (Operation &op : program.getProgramBody())
    for (Value result : op.getResults())
      if (!result.use_empty())
        columns += getDimension(result.getType());
  return std::max<uint64_t>(columns, 1);
}

/// The graph of `blocks`.
static std::vector<ScheduleBlock>
buildSchedule(ArrayRef<BlockOpInterface> blocks) {
  std::vector<ScheduleBlock> schedule;
  DenseMap<Operation *, unsigned> numbers;
  for (BlockOpInterface block : blocks) {
    numbers[block] = schedule.size();
    ScheduleBlock &entry = schedule.emplace_back();
    entry.isAttention = block.isAttention();
    entry.width = block.getBlockWidth();
    for (Value operand : block->getOperands())
      if (auto writer = operand.getDefiningOp<BlockOpInterface>())
        entry.dependencies.push_back(numbers.at(writer));
    llvm::sort(entry.dependencies);
    entry.dependencies.erase(llvm::unique(entry.dependencies),
                             entry.dependencies.end());
  }
  return schedule;
}

/// Puts the ops of `program` into the order embeddings, layers, unembedding.
static void sortByLayer(ProgramOp program, ArrayRef<BlockOpInterface> blocks) {
  SmallVector<std::tuple<uint64_t, bool, size_t>> order;
  for (auto [number, block] : llvm::enumerate(blocks)) {
    BlockOpInterface op = block;
    order.emplace_back(*op.getAllocatedLayer(), !op.isAttention(), number);
  }
  llvm::sort(order);
  Operation *terminator = program.getProgramBody().getTerminator();
  for (auto [layer, inMLP, number] : order)
    blocks[number]->moveBefore(terminator);
}

/// What the allocation came to, and why it needs that many layers.
static std::string describe(const LayerSchedule &schedule,
                            ArrayRef<BlockOpInterface> blocks,
                            const ValueNames &names) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << schedule.depth << (schedule.depth == 1 ? " layer" : " layers");
  if (schedule.depth > 0) {
    os << ", the least for the program's selectors: ";
    llvm::interleave(
        schedule.chain, os,
        [&](unsigned number) {
          BlockOpInterface block = blocks[number];
          os << (block.isAttention() ? "head '" : "MLP '")
             << names.getName(block->getResult(0)) << "'";
        },
        " -> ");
  }
  os << "; " << schedule.numParameters << " parameters in padded layers, ";
  if (schedule.isLeast())
    os << "the least at this depth";
  else
    os << "at least " << schedule.leastParameters << " at this depth";
  return text;
}

LogicalResult AllocateLayersPass::allocate(ProgramOp program) {
  if (failed(verifyBlockForm(program)))
    return failure();
  eraseUnreadValues(program);

  SmallVector<BlockOpInterface> blocks(
      program.getProgramBody().getOps<BlockOpInterface>());
  LayerSchedule schedule =
      scheduleLayers(buildSchedule(blocks), countColumns(program), maxSearch);
  for (auto [block, layer] : llvm::zip_equal(blocks, schedule.layers))
    block.setAllocatedLayer(layer);
  sortByLayer(program, blocks);
  numLayers += schedule.depth;

  auto describeSchedule = [&] {
    return describe(schedule, blocks, ValueNames(program));
  };
  LLVM_DEBUG(llvm::dbgs() << program.getSymName() << ": " << describeSchedule()
                          << ", " << schedule.numExamined
                          << " placements examined\n");
  if (remark::detail::InFlightRemark remark =
          remark::passed(program.getLoc(), remark::RemarkOpts::name("layers")
                                               .category(DEBUG_TYPE)
                                               .function(program.getSymName())))
    remark << describeSchedule();
  return success();
}
