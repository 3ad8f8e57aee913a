//===- AllocateResidual.cpp - Assign columns of the residual stream -------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the stream holds at BOS is a constant in every column, because BOS
// attends to itself only and no embedding writes there. The column `bos` is 1
// at BOS and 0 elsewhere; through its row a matrix can map BOS wherever it has
// to, without a change at the other positions. Heads that way get the scores
// and values at BOS that they state, and MLPs write nothing but their biases.
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Analysis/ValueNames.h"
#include "rasp/Dialect/Craft/IR/CheckedAttributes.h"
#include "rasp/Dialect/Craft/Transforms/BlockForm.h"
#include "rasp/Dialect/Craft/Transforms/Passes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <optional>

namespace mlir::craft {
#define GEN_PASS_DEF_ALLOCATERESIDUAL
#include "rasp/Dialect/Craft/Transforms/Passes.h.inc"
} // namespace mlir::craft

using namespace mlir;
using namespace mlir::craft;

/// What BOS scores for itself; everything else scores 0 for it, so that a part
/// of e^-64 of what it reads comes from elsewhere, which no precision shows.
static constexpr double bosSelfScore = 64;

namespace {

/// The blocks of one layer.
struct LayerBlocks {
  SmallVector<HeadOp> heads;
  SmallVector<MLPOp> mlps;
};

/// Which columns of the stream hold what.
struct StreamLayout {
  SmallVector<std::string> labels;
  /// The first column of each value; its others follow.
  DenseMap<Value, int64_t> firstColumns;
  /// The column that marks BOS, if anything has to be marked.
  std::optional<int64_t> bosColumn;
  /// The value that has the BOS column as its first, if any has.
  Value sharedWith;

  int64_t getDimension() const { return labels.size(); }
};

/// Makes a transformer of one program.
class ResidualAllocator {
public:
  ResidualAllocator(ProgramOp program, bool reuse, uint64_t maxModelDimension)
      : program(program), context(program.getContext()), names(program),
        reuse(reuse), maxModelDimension(maxModelDimension) {}

  /// Puts the transformer before the program, or nothing after an error.
  LogicalResult run();
  const StreamLayout &getLayout() const { return layout; }

private:
  LogicalResult collectLayers();
  Value findSharing();
  LogicalResult assignColumns();

  /// `map`, which reads `inputs`, over the columns of the stream, with
  /// `numAdded` further columns of its own.
  SparseMatrix overStream(ValueRange inputs, AffineAttr map,
                          int64_t numAdded = 0) const;
  /// Makes `matrix` and `bias` map BOS to `target`.
  void mapBOS(SparseMatrix &matrix, ArrayRef<double> bias,
              ArrayRef<double> target) const;
  /// Makes all units that `matrix` and `bias` feed inactive at BOS.
  void silenceBOS(SparseMatrix &matrix, ArrayRef<double> bias) const;
  /// The attribute, or null after an error at `op`.
  AffineAttr getAffine(Operation *op, const SparseMatrix &matrix,
                       ArrayRef<double> bias) const;

  Value createEmbedding(OpBuilder &builder);
  LogicalResult createBody(OpBuilder &builder);
  FailureOr<Value> createLayer(OpBuilder &builder, const LayerBlocks &blocks,
                               bool readAtBOS, Value stream);
  LogicalResult createHead(OpBuilder &builder, HeadOp head);
  LogicalResult createMLP(OpBuilder &builder, ArrayRef<MLPOp> mlps,
                          bool readAtBOS);
  LogicalResult createUnembedding(OpBuilder &builder, Value stream);

  ProgramOp program;
  MLIRContext *context;
  ValueNames names;
  bool reuse;
  uint64_t maxModelDimension;

  SmallVector<LayerBlocks> layers;
  /// The last layer with a head: after its attention nothing reads the stream
  /// at BOS.
  std::optional<uint64_t> lastHeadLayer;
  StreamLayout layout;
  /// What the columns hold at BOS, but for the one that marks it.
  SmallVector<double> constants;
};

struct AllocateResidualPass
    : public craft::impl::AllocateResidualBase<AllocateResidualPass> {
  using AllocateResidualBase::AllocateResidualBase;

  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](ProgramOp program) {
      if (failed(verifyBlockForm(program)))
        return WalkResult::interrupt();
      eraseUnreadValues(program);
      ResidualAllocator allocator(
          program, reuse, std::min<uint64_t>(maxModelDimension, maxMatrixSize));
      if (failed(allocator.run()))
        return WalkResult::interrupt();
      numColumns += allocator.getLayout().getDimension();
      numReused += allocator.getLayout().sharedWith ? 1 : 0;
      remark::passed(program.getLoc(),
                     remark::RemarkOpts::name("columns")
                         .category("craft-allocate-residual")
                         .function(program.getSymName()))
          << (allocator.getLayout().sharedWith
                  ? "a value takes over the column of BOS"
                  : "no column is used twice")
          << remark::metric("Columns", allocator.getLayout().getDimension());
      program.erase();
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

/// Sorts the blocks into layers, and checks that each can be in its layer.
LogicalResult ResidualAllocator::collectLayers() {
  SmallVector<BlockOpInterface> blocks(
      program.getProgramBody().getOps<BlockOpInterface>());
  for (BlockOpInterface block : blocks) {
    std::optional<uint64_t> layer = block.getAllocatedLayer();
    if (!layer)
      return block->emitOpError(
          "has no layer; run craft-allocate-layers first");
    if (*layer >= blocks.size())
      return block->emitOpError()
             << "is in layer " << *layer << ", but the program's "
             << blocks.size() << " heads and MLPs take at most as many layers; "
             << "run craft-allocate-layers to number them from 0";
    for (Value operand : block->getOperands()) {
      auto writer = operand.getDefiningOp<BlockOpInterface>();
      if (!writer)
        continue;
      bool sameLayer = writer.isAttention() && !block.isAttention();
      if (*writer.getAllocatedLayer() + (sameLayer ? 0 : 1) <= *layer)
        continue;
      InFlightDiagnostic diagnostic =
          block->emitOpError()
          << "is in layer " << *layer << ", where it cannot read '"
          << names.getName(operand) << "'; run craft-allocate-layers first";
      diagnostic.attachNote(writer->getLoc())
          << "which is written by "
          << (writer.isAttention() ? "a head" : "an MLP") << " of layer "
          << *writer.getAllocatedLayer();
      return diagnostic;
    }

    if (layers.size() <= *layer)
      layers.resize(*layer + 1);
    if (auto head = dyn_cast<HeadOp>(*block)) {
      layers[*layer].heads.push_back(head);
      lastHeadLayer = std::max(lastHeadLayer.value_or(0), *layer);
    } else {
      layers[*layer].mlps.push_back(cast<MLPOp>(*block));
    }
  }
  return success();
}

/// The value that can have the BOS column: it is written when nothing reads
/// that column any more, which is zero wherever the output is read. The last
/// such value, and rather a scalar than a subspace of several columns.
Value ResidualAllocator::findSharing() {
  Value shared;
  for (auto block : program.getProgramBody().getOps<BlockOpInterface>()) {
    Value result = block->getResult(0);
    if (*block.getAllocatedLayer() < *lastHeadLayer)
      continue;
    if (!shared || getDimension(shared.getType()) > 1 ||
        getDimension(result.getType()) == 1)
      shared = result;
  }
  return shared;
}

LogicalResult ResidualAllocator::assignColumns() {
  SmallVector<Value> values;
  uint64_t dimension = 0;
  Value widest;
  for (Operation &op : program.getProgramBody())
    for (Value result : op.getResults()) {
      values.push_back(result);
      dimension += getDimension(result.getType());
      if (!widest ||
          getDimension(result.getType()) > getDimension(widest.getType()))
        widest = result;
    }

  // A stream without columns is no tensor that anyone could run on.
  bool hasBOS = lastHeadLayer || values.empty();
  if (reuse && lastHeadLayer)
    layout.sharedWith = findSharing();
  dimension += hasBOS && !layout.sharedWith;
  if (dimension > maxModelDimension) {
    InFlightDiagnostic diagnostic =
        program.emitOpError()
        << "needs " << dimension
        << " columns of the residual stream, more than the limit of "
        << maxModelDimension << " (max-model-dimension)";
    if (widest)
      diagnostic.attachNote(widest.getLoc())
          << "the widest value, '" << names.getName(widest) << "', takes "
          << getDimension(widest.getType()) << " of them";
    return diagnostic;
  }

  UniqueNames labels;
  std::string bosLabel = labels.claim("bos");
  for (Value value : values) {
    layout.firstColumns[value] = layout.getDimension();
    for (std::string &label : names.getColumnLabels(value))
      layout.labels.push_back(labels.claim(label));
    if (value == layout.sharedWith) {
      layout.bosColumn = layout.firstColumns[value];
      std::string &label = layout.labels[*layout.bosColumn];
      label = labels.claim(bosLabel + "|" + label);
    }
  }
  if (hasBOS && !layout.bosColumn) {
    layout.bosColumn = layout.getDimension();
    layout.labels.push_back(bosLabel);
  }
  constants.assign(layout.getDimension(), 0.0);
  return success();
}

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

SparseMatrix ResidualAllocator::overStream(ValueRange inputs, AffineAttr map,
                                           int64_t numAdded) const {
  SparseMatrix matrix(layout.getDimension(),
                      map.getOutputDimension() + numAdded);
  for (auto [input, weight] : llvm::zip_equal(inputs, map.getWeights()))
    matrix.addBlock(layout.firstColumns.at(input), 0, SparseMatrix(weight));
  return matrix;
}

void ResidualAllocator::mapBOS(SparseMatrix &matrix, ArrayRef<double> bias,
                               ArrayRef<double> target) const {
  SmallVector<double> image = matrix.applyTo(constants);
  for (size_t column = 0; column < target.size(); ++column)
    matrix.set(*layout.bosColumn, column,
               target[column] - (image[column] + bias[column]));
}

void ResidualAllocator::silenceBOS(SparseMatrix &matrix,
                                   ArrayRef<double> bias) const {
  SmallVector<double> image = matrix.applyTo(constants);
  SmallVector<double> magnitudes(bias.size());
  for (auto [unit, number] : llvm::enumerate(bias))
    magnitudes[unit] = std::abs(number);
  for (auto [place, number] : matrix.getEntries())
    magnitudes[place.second] += std::abs(constants[place.first] * number);
  // Units that are clearly inactive at BOS stay as they are. The others get
  // what no rounding can bring back above zero.
  for (size_t unit = 0; unit < bias.size(); ++unit)
    if (image[unit] + bias[unit] > -magnitudes[unit] / 1024)
      matrix.set(*layout.bosColumn, unit, -2 * magnitudes[unit]);
}

AffineAttr ResidualAllocator::getAffine(Operation *op,
                                        const SparseMatrix &matrix,
                                        ArrayRef<double> bias) const {
  return getCheckedAffine(op, matrix, bias, [&](unsigned, int64_t column) {
    return "column '" + layout.labels[column] + "' of the residual stream";
  });
}

/// `values` with `last` after them.
static SmallVector<double> append(ArrayRef<double> values, double last) {
  SmallVector<double> result(values);
  result.push_back(last);
  return result;
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

Value ResidualAllocator::createEmbedding(OpBuilder &builder) {
  int64_t bosToken = program.getVocab().size();
  SparseMatrix tokens(bosToken + 2, layout.getDimension());
  SparseMatrix positions(program.getMaxSeqLen() + 1, layout.getDimension());
  SmallVector<Location> locations;
  for (auto embed : program.getProgramBody().getOps<EmbedOp>()) {
    int64_t first = layout.firstColumns.at(embed.getResult());
    if (MatrixAttr matrix = embed.getTokensAttr())
      tokens.addBlock(0, first, SparseMatrix(matrix));
    if (MatrixAttr matrix = embed.getPositionsAttr())
      positions.addBlock(1, first, SparseMatrix(matrix));
    locations.push_back(embed.getLoc());
  }
  if (layout.bosColumn)
    tokens.set(bosToken, *layout.bosColumn, 1);
  return EmbeddingOp::create(builder, FusedLoc::get(context, locations),
                             ResidualType::get(context, layout.getDimension()),
                             tokens.get(context), positions.get(context));
}

LogicalResult ResidualAllocator::createHead(OpBuilder &builder, HeadOp head) {
  // One more direction for the scores that involve BOS: keys have it at BOS
  // alone, queries ask for the score of BOS with it, and BOS for itself.
  int64_t dimension = head.getQueryKeyDimension();
  SparseMatrix query =
      overStream(head.getQueryInputs(), head.getQuery(), /*numAdded=*/1);
  SmallVector<double> queryBias = append(head.getQuery().getBiasValues(),
                                         head.getBosScore().convertToDouble());
  SmallVector<double> zeros(dimension, 0.0);
  mapBOS(query, queryBias, append(zeros, bosSelfScore));

  SparseMatrix key =
      overStream(head.getKeyInputs(), head.getKey(), /*numAdded=*/1);
  SmallVector<double> keyBias = append(head.getKey().getBiasValues(), 0.0);
  mapBOS(key, keyBias, append(zeros, 1.0));

  SparseMatrix value = overStream(head.getValueInputs(), head.getValue());
  mapBOS(value, head.getValue().getBiasValues(), head.getBosValue());

  AffineAttr queryMap = getAffine(head, query, queryBias);
  AffineAttr keyMap = getAffine(head, key, keyBias);
  AffineAttr valueMap = getAffine(head, value, head.getValue().getBiasValues());
  if (!queryMap || !keyMap || !valueMap)
    return failure();

  SparseMatrix output(head.getValueDimension(), layout.getDimension());
  output.addBlock(0, layout.firstColumns.at(head.getResult()),
                  SparseMatrix(head.getOutput()));
  ResidualHeadOp::create(
      builder, head.getLoc(), queryMap, keyMap, valueMap, output.get(context),
      builder.getStringAttr(names.getName(head.getResult())));
  return success();
}

LogicalResult ResidualAllocator::createMLP(OpBuilder &builder,
                                           ArrayRef<MLPOp> mlps,
                                           bool readAtBOS) {
  int64_t numUnits = 0;
  SmallVector<Location> locations;
  for (MLPOp mlp : mlps) {
    numUnits += mlp.getNumHiddenUnits();
    if (numUnits > maxMatrixSize)
      return mlp.emitOpError() << "shares its layer with MLPs of together more "
                               << "than " << maxMatrixSize << " hidden units";
    locations.push_back(mlp.getLoc());
  }
  Location location = FusedLoc::get(context, locations);

  SparseMatrix input(layout.getDimension(), numUnits);
  SparseMatrix output(numUnits, layout.getDimension());
  SmallVector<double> inputBias;
  SmallVector<double> outputBias(layout.getDimension(), 0.0);
  SmallVector<StringRef> labels;
  for (MLPOp mlp : mlps) {
    int64_t firstUnit = inputBias.size();
    int64_t firstColumn = layout.firstColumns.at(mlp.getResult());
    ArrayRef<double> bias = mlp.getInput().getBiasValues();
    SparseMatrix part = overStream(mlp.getInputs(), mlp.getInput());
    if (readAtBOS)
      silenceBOS(part, bias);
    if (!getAffine(mlp, part, bias))
      return failure();
    input.addBlock(0, firstUnit, part);
    llvm::append_range(inputBias, bias);
    output.addBlock(firstUnit, firstColumn,
                    SparseMatrix(mlp.getOutput().getWeights().front()));
    llvm::copy(mlp.getOutput().getBiasValues(),
               outputBias.begin() + firstColumn);
    labels.append(bias.size(), names.getName(mlp.getResult()));
  }
  ResidualMLPOp::create(
      builder, location,
      AffineAttr::get(context, input.get(context),
                      DenseF64ArrayAttr::get(context, inputBias)),
      AffineAttr::get(context, output.get(context),
                      DenseF64ArrayAttr::get(context, outputBias)),
      builder.getStrArrayAttr(labels));
  return success();
}

FailureOr<Value> ResidualAllocator::createLayer(OpBuilder &builder,
                                                const LayerBlocks &blocks,
                                                bool readAtBOS, Value stream) {
  SmallVector<Location> locations;
  for (HeadOp head : blocks.heads)
    locations.push_back(head.getLoc());
  for (MLPOp mlp : blocks.mlps)
    locations.push_back(mlp.getLoc());
  LayerOp layer = LayerOp::create(builder, FusedLoc::get(context, locations),
                                  stream.getType(), stream);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&layer.getBody().emplaceBlock());

  for (HeadOp head : blocks.heads)
    if (failed(createHead(builder, head)))
      return failure();
  // The heads of a layer all read the stream as it was before.
  for (HeadOp head : blocks.heads) {
    int64_t first = layout.firstColumns.at(head.getResult());
    SmallVector<double> written =
        SparseMatrix(head.getOutput()).applyTo(head.getBosValue());
    if (!llvm::all_of(written, [](double n) { return std::isfinite(n); }))
      return head.emitOpError("what it writes at BOS is no finite number");
    llvm::copy(written, constants.begin() + first);
  }

  if (!blocks.mlps.empty() &&
      failed(createMLP(builder, blocks.mlps, readAtBOS)))
    return failure();
  for (MLPOp mlp : blocks.mlps)
    llvm::copy(mlp.getOutput().getBiasValues(),
               constants.begin() + layout.firstColumns.at(mlp.getResult()));
  return layer.getResult();
}

LogicalResult ResidualAllocator::createUnembedding(OpBuilder &builder,
                                                   Value stream) {
  auto unembed = cast<UnembedOp>(program.getProgramBody().getTerminator());
  AffineAttr map =
      getAffine(unembed, overStream(unembed.getInputs(), unembed.getMap()),
                unembed.getMap().getBiasValues());
  if (!map)
    return failure();
  UnembeddingOp::create(builder, unembed.getLoc(), stream, map,
                        unembed.getOutputsAttr(), unembed.getNumericalAttr(),
                        unembed.getNoneCodeAttr());
  return success();
}

LogicalResult ResidualAllocator::createBody(OpBuilder &builder) {
  Value stream = createEmbedding(builder);
  for (auto [number, blocks] : llvm::enumerate(layers)) {
    bool readAtBOS = lastHeadLayer && number < *lastHeadLayer;
    FailureOr<Value> next = createLayer(builder, blocks, readAtBOS, stream);
    if (failed(next))
      return failure();
    stream = *next;
  }
  return createUnembedding(builder, stream);
}

LogicalResult ResidualAllocator::run() {
  if (failed(collectLayers()) || failed(assignColumns()))
    return failure();

  OpBuilder builder(program);
  SmallVector<StringRef> labels(layout.labels.begin(), layout.labels.end());
  TransformerOp transformer = TransformerOp::create(
      builder, program.getLoc(), program.getSymNameAttr(),
      program.getVocabAttr(), program.getMaxSeqLenAttr(),
      program.getCausalAttr(), program.getBosAttr(), program.getPadAttr(),
      builder.getStrArrayAttr(labels));
  transformer->setDiscardableAttrs(program->getDiscardableAttrDictionary());
  builder.setInsertionPointToStart(&transformer.getBody().emplaceBlock());
  LogicalResult result = createBody(builder);
  if (failed(result))
    transformer.erase();
  return result;
}
