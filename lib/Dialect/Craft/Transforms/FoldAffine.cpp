//===- FoldAffine.cpp - Folds affine values into their readers ------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Transforms/Passes.h"

#include "rasp/Dialect/Craft/IR/CheckedAttributes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::craft;

namespace mlir::craft {
#define GEN_PASS_DEF_FOLDAFFINE
#include "rasp/Dialect/Craft/Transforms/Passes.h.inc"
} // namespace mlir::craft

namespace {
/// An affine map under composition: each input once, in order of appearance.
struct AffineExpression {
  llvm::MapVector<Value, SparseMatrix> terms;
  SmallVector<double> bias;

  AffineExpression(ValueRange inputs, AffineAttr map)
      : bias(map.getBiasValues()) {
    for (auto [input, weight] : llvm::zip_equal(inputs, map.getWeights()))
      addTerm(input, SparseMatrix(weight));
  }

  void addTerm(Value input, const SparseMatrix &weight) {
    auto [it, inserted] = terms.insert({input, weight});
    if (!inserted)
      it->second = it->second + weight;
  }

  /// Replaces the inputs that are affine values by what these read. Returns
  /// how many there were.
  unsigned substitute() {
    unsigned numSubstituted = 0;
    llvm::MapVector<Value, SparseMatrix> old = std::move(terms);
    terms.clear();
    for (auto &[input, weight] : old) {
      auto linear = input.getDefiningOp<LinearOp>();
      if (!linear) {
        addTerm(input, weight);
        continue;
      }
      ++numSubstituted;
      AffineAttr map = linear.getMap();
      for (auto [inner, innerWeight] :
           llvm::zip_equal(linear.getInputs(), map.getWeights()))
        addTerm(inner, SparseMatrix(innerWeight) * weight);
      SmallVector<double> offset = weight.applyTo(map.getBiasValues());
      for (auto [sum, term] : llvm::zip_equal(bias, offset))
        sum += term;
    }
    return numSubstituted;
  }

  /// The map, or null after an error at `op`.
  AffineAttr getMap(Operation *op) const {
    SmallVector<SparseMatrix> weights;
    for (const auto &[input, weight] : terms)
      weights.push_back(weight);
    return getCheckedAffine(op, weights, bias);
  }

  SmallVector<Value> getInputs() const {
    SmallVector<Value> inputs;
    for (const auto &[input, weight] : terms)
      inputs.push_back(input);
    return inputs;
  }
};

struct FoldAffine : public craft::impl::FoldAffineBase<FoldAffine> {
  using FoldAffineBase::FoldAffineBase;

  void runOnOperation() override {
    WalkResult result = getOperation()->walk([&](ProgramOp program) {
      Block &block = program.getBody().front();
      if ((embed && failed(embedAffineValues(block))) ||
          failed(foldIntoReaders(block)))
        return WalkResult::interrupt();
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  /// Composes every affine value into its readers, in program order, so that
  /// what a reader reads is never itself a composition still to come.
  LogicalResult foldIntoReaders(Block &block) {
    for (Operation &op : block) {
      auto reader = dyn_cast<AffineReaderOpInterface>(op);
      if (!reader)
        continue;
      for (size_t index = 0; index < reader.getAffineReads().size(); ++index) {
        // Afresh each time: what one read takes moves the operands of the next.
        AffineRead read = reader.getAffineReads()[index];
        auto map = op.getAttrOfType<AffineAttr>(read.attribute);
        AffineExpression expression(ValueRange(read.inputs), map);
        unsigned numSubstituted = expression.substitute();
        if (numSubstituted == 0)
          continue;
        AffineAttr folded = expression.getMap(&op);
        if (!folded)
          return failure();
        if (!isa<LinearOp>(op))
          numFolded += numSubstituted;
        read.inputs.assign(expression.getInputs());
        op.setAttr(read.attribute, folded);
      }
    }
    eraseDead<LinearOp>(block);
    eraseDead<EmbedOp>(block);
    return success();
  }

  template <typename OpTy>
  void eraseDead(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (isa<OpTy>(op) && op.use_empty())
        op.erase();
  }

  /// Whether `linear` hangs on the token and the position alone.
  static bool isEmbeddable(LinearOp linear) {
    return !linear.getInputs().empty() &&
           llvm::all_of(linear.getInputs(), [](Value input) {
             return input.getDefiningOp<EmbedOp>() != nullptr;
           });
  }

  /// An affine value of the token and the position can be written by the
  /// embedding itself. Does so where the columns that then nobody reads are
  /// more than those it takes.
  LogicalResult embedAffineValues(Block &block) {
    while (true) {
      FailureOr<bool> hasEmbedded = embedOneGroup(block);
      if (failed(hasEmbedded))
        return failure();
      if (!*hasEmbedded)
        return success();
      eraseDead<EmbedOp>(block);
    }
  }

  /// Whether there was something to embed, or failure after an error.
  FailureOr<bool> embedOneGroup(Block &block) {
    for (Operation &op : block) {
      // All readers of an embedding together ...
      if (auto embed = dyn_cast<EmbedOp>(op)) {
        llvm::SetVector<Operation *> users(embed->user_begin(),
                                           embed->user_end());
        int64_t numColumns = 0;
        bool allEmbeddable = llvm::all_of(users, [&](Operation *user) {
          auto linear = dyn_cast<LinearOp>(user);
          if (!linear || !isEmbeddable(linear))
            return false;
          numColumns += getDimension(linear.getType());
          return true;
        });
        if (users.empty() || !allEmbeddable ||
            numColumns >= getDimension(embed.getType()))
          continue;
        // Users are listed last first.
        for (Operation *user : llvm::reverse(users))
          if (failed(moveIntoEmbedding(cast<LinearOp>(user))))
            return failure();
        return true;
      }
      // ... or one reader of several.
      auto linear = dyn_cast<LinearOp>(op);
      if (!linear || !isEmbeddable(linear))
        continue;
      int64_t numFreed = 0;
      for (Value input : llvm::SetVector<Value>(linear.getInputs().begin(),
                                                linear.getInputs().end()))
        if (llvm::all_of(input.getUsers(),
                         [&](Operation *user) { return user == &op; }))
          numFreed += getDimension(input.getType());
      if (getDimension(linear.getType()) < numFreed) {
        if (failed(moveIntoEmbedding(linear)))
          return failure();
        return true;
      }
    }
    return false;
  }

  LogicalResult moveIntoEmbedding(LinearOp linear) {
    int64_t dimension = getDimension(linear.getType());
    std::optional<SparseMatrix> tokens, positions;
    auto accumulate = [](std::optional<SparseMatrix> &sum,
                         const SparseMatrix &term) {
      sum = sum ? *sum + term : term;
    };
    for (auto [input, weight] :
         llvm::zip_equal(linear.getInputs(), linear.getMap().getWeights())) {
      auto embed = input.getDefiningOp<EmbedOp>();
      if (MatrixAttr matrix = embed.getTokensAttr())
        accumulate(tokens, SparseMatrix(matrix) * SparseMatrix(weight));
      if (MatrixAttr matrix = embed.getPositionsAttr())
        accumulate(positions, SparseMatrix(matrix) * SparseMatrix(weight));
    }
    // Each position has one token, so that either matrix can carry the bias.
    std::optional<SparseMatrix> &carrier = tokens ? tokens : positions;
    for (int64_t row = 0; row < carrier->getNumRows(); ++row)
      for (int64_t column = 0; column < dimension; ++column)
        carrier->add(row, column, linear.getMap().getBiasValues()[column]);

    OpBuilder builder(linear);
    auto toAttribute = [&](const std::optional<SparseMatrix> &matrix) {
      return matrix ? getCheckedMatrix(linear, *matrix) : MatrixAttr();
    };
    MatrixAttr ofTokens = toAttribute(tokens);
    MatrixAttr ofPositions = toAttribute(positions);
    if ((tokens && !ofTokens) || (positions && !ofPositions))
      return failure();
    auto embed = EmbedOp::create(builder, linear.getLoc(), linear.getType(),
                                 ofTokens, ofPositions);
    remark::passed(
        linear.getLoc(),
        remark::RemarkOpts::name("embedded").category("craft-fold-affine"))
        << "written by the embedding" << remark::metric("Columns", dimension);
    linear.replaceAllUsesWith(embed.getResult());
    linear.erase();
    ++numEmbedded;
    return success();
  }
};
} // namespace
