//===- CircuitGraph.cpp - The parts of a transformer and their edges ------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A column is no wire from one writer to its readers: `bos` is 1 at BOS, and is
// given to another value once no head reads it any more. Whether what was
// written reaches a reader depends on where: at BOS, or at the other positions.
// The output is read at the latter only, so that what stands at BOS matters as
// far as a head can still attend to it.
//
//===----------------------------------------------------------------------===//

#include "CircuitGraph.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"

#include <map>

using namespace mlir;
using namespace mlir::rasp;
using Kind = CircuitComponent::Kind;

//===----------------------------------------------------------------------===//
// Matrices
//===----------------------------------------------------------------------===//

/// Whether `weight` is none in f32, in which the model has it.
static bool isZero(double weight) { return static_cast<float>(weight) == 0; }

static SmallVector<int64_t> listBits(const llvm::BitVector &bits) {
  SmallVector<int64_t> list;
  for (unsigned bit : bits.set_bits())
    list.push_back(bit);
  return list;
}

/// The columns of the stream that `matrix` writes from the rows of `rows`.
static llvm::BitVector getWritten(craft::MatrixAttr matrix,
                                  llvm::function_ref<bool(int64_t)> rows) {
  llvm::BitVector columns(matrix.getColumns());
  for (const craft::MatrixEntry &entry : matrix.getEntries())
    if (rows(entry.row) && !isZero(entry.value))
      columns.set(entry.column);
  return columns;
}

/// The columns of the stream that `map` reads.
static SmallVector<int64_t> getRead(craft::AffineAttr map) {
  craft::MatrixAttr matrix = map.getWeights().front();
  llvm::BitVector columns(matrix.getRows());
  for (const craft::MatrixEntry &entry : matrix.getEntries())
    if (!isZero(entry.value))
      columns.set(entry.row);
  return listBits(columns);
}

//===----------------------------------------------------------------------===//
// Components
//===----------------------------------------------------------------------===//

namespace {

/// Classes of positions, as the bits of a set.
enum Positions : unsigned { None = 0, AtBOS = 1, AfterBOS = 2, All = 3 };

/// Collects the parts of a transformer and connects them.
class GraphBuilder {
public:
  GraphBuilder(CircuitGraph &graph, int64_t modelDimension)
      : graph(graph), modelDimension(modelDimension) {}

  void addEmbedding(craft::EmbeddingOp embedding);
  void addLayer(int64_t layer, craft::LayerOp op);
  void addUnembedding(craft::UnembeddingOp unembedding);
  void connect();

private:
  CircuitComponent &add(Kind kind, const Twine &id, const Twine &hook);
  void addEmbeddingMatrix(StringRef id, craft::MatrixAttr matrix,
                          int64_t bosRow, int64_t numRows);
  void addNeurons(int64_t layer, craft::ResidualMLPOp mlp);

  /// Where `component` writes `column`.
  unsigned getWriteClasses(size_t component, int64_t column) const;
  /// Finds where each component computes what reaches the output.
  void findLive();
  /// Where what `component` reads by `input` can reach the output.
  unsigned getReadClasses(size_t component, StringRef input) const;

  CircuitGraph &graph;
  int64_t modelDimension;
  bool causal = false;
  /// Components with the same number do not read each other.
  std::vector<unsigned> steps;
  unsigned numSteps = 0;
  /// What the embeddings write at BOS, and elsewhere.
  std::vector<llvm::BitVector> embeddedAtBOS, embeddedAfterBOS;
  /// Where each component computes what reaches the output.
  std::vector<unsigned> live;
};

} // namespace

CircuitComponent &GraphBuilder::add(Kind kind, const Twine &id,
                                    const Twine &hook) {
  CircuitComponent &component = graph.components.emplace_back();
  component.kind = kind;
  component.id = id.str();
  component.hook = hook.str();
  steps.push_back(numSteps);
  return component;
}

/// Rows from `numRows` on are those of no position that is ever read.
void GraphBuilder::addEmbeddingMatrix(StringRef id, craft::MatrixAttr matrix,
                                      int64_t bosRow, int64_t numRows) {
  CircuitComponent &component = add(Kind::Embedding, id, "hook_" + id);
  component.writes = listBits(getWritten(matrix, [](int64_t) { return true; }));
  embeddedAtBOS.push_back(
      getWritten(matrix, [&](int64_t row) { return row == bosRow; }));
  embeddedAfterBOS.push_back(getWritten(
      matrix, [&](int64_t row) { return row != bosRow && row < numRows; }));
}

void GraphBuilder::addEmbedding(craft::EmbeddingOp embedding) {
  // Nothing attends to PAD, the last row.
  int64_t vocabSize = embedding.getTokens().getRows() - 2;
  addEmbeddingMatrix("embed", embedding.getTokens(), /*bosRow=*/vocabSize,
                     /*numRows=*/vocabSize + 1);
  addEmbeddingMatrix("pos_embed", embedding.getPositions(), /*bosRow=*/0,
                     embedding.getPositions().getRows());
  ++numSteps;
}

void GraphBuilder::addNeurons(int64_t layer, craft::ResidualMLPOp mlp) {
  // The units of one label, in the order of the first of each.
  llvm::MapVector<StringRef, SmallVector<int64_t>> groups;
  std::optional<ArrayAttr> labels = mlp.getUnitLabels();
  for (int64_t unit = 0; unit < mlp.getNumHiddenUnits(); ++unit)
    groups[labels ? cast<StringAttr>((*labels)[unit]).getValue() : ""]
        .push_back(unit);

  craft::MatrixAttr input = mlp.getInput().getWeights().front();
  craft::MatrixAttr output = mlp.getOutput().getWeights().front();
  SmallVector<size_t> groupOfUnit(mlp.getNumHiddenUnits());
  for (auto [number, group] : llvm::enumerate(groups))
    for (int64_t unit : group.second)
      groupOfUnit[unit] = number;
  llvm::BitVector none(modelDimension);
  std::vector<llvm::BitVector> read(groups.size(), none);
  std::vector<llvm::BitVector> written(groups.size(), none);
  for (const craft::MatrixEntry &entry : input.getEntries())
    if (!isZero(entry.value))
      read[groupOfUnit[entry.column]].set(entry.row);
  for (const craft::MatrixEntry &entry : output.getEntries())
    if (!isZero(entry.value))
      written[groupOfUnit[entry.row]].set(entry.column);

  std::string prefix = ("blocks." + Twine(layer)).str();
  for (auto [number, group] : llvm::enumerate(groups)) {
    CircuitComponent &neurons =
        add(Kind::Neurons, prefix + ".mlp.neurons." + Twine(number),
            prefix + ".mlp.hook_post");
    neurons.layer = layer;
    neurons.units = group.second;
    neurons.label = group.first.str();
    neurons.location = mlp.getLoc();
    neurons.reads.push_back({"input", listBits(read[number])});
    neurons.writes = listBits(written[number]);
  }

  llvm::BitVector biased(modelDimension);
  for (auto [column, bias] : llvm::enumerate(mlp.getOutput().getBiasValues()))
    if (!isZero(bias))
      biased.set(column);
  if (biased.none())
    return;
  CircuitComponent &bias = add(Kind::Bias, prefix + ".mlp.bias", "");
  bias.layer = layer;
  bias.writes = listBits(biased);
}

void GraphBuilder::addLayer(int64_t layer, craft::LayerOp op) {
  std::string prefix = ("blocks." + Twine(layer)).str();
  for (auto [number, head] : llvm::enumerate(op.getHeads())) {
    CircuitComponent &component =
        add(Kind::Head, prefix + ".attn.head." + Twine(number),
            prefix + ".attn.hook_z");
    component.layer = layer;
    component.head = number;
    component.label = head.getLabel().value_or("").str();
    component.location = head.getLoc();
    component.reads.push_back({"query", getRead(head.getQuery())});
    component.reads.push_back({"key", getRead(head.getKey())});
    component.reads.push_back({"value", getRead(head.getValue())});
    component.writes =
        listBits(getWritten(head.getOutput(), [](int64_t) { return true; }));
  }
  ++numSteps;
  if (craft::ResidualMLPOp mlp = op.getMLP())
    addNeurons(layer, mlp);
  ++numSteps;
}

void GraphBuilder::addUnembedding(craft::UnembeddingOp unembedding) {
  causal = unembedding->getParentOfType<craft::TransformerOp>().getCausal();
  CircuitComponent &component = add(Kind::Unembedding, "unembed", "");
  component.location = unembedding.getLoc();
  component.reads.push_back({"input", getRead(unembedding.getMap())});
}

//===----------------------------------------------------------------------===//
// Edges
//===----------------------------------------------------------------------===//

unsigned GraphBuilder::getWriteClasses(size_t component, int64_t column) const {
  if (graph.components[component].kind != Kind::Embedding)
    return All;
  return (embeddedAtBOS[component].test(column) ? AtBOS : None) |
         (embeddedAfterBOS[component].test(column) ? AfterBOS : None);
}

unsigned GraphBuilder::getReadClasses(size_t component, StringRef input) const {
  unsigned classes = live[component];
  if (graph.components[component].kind != Kind::Head || input == "query")
    return classes;
  // Keys and values are those of BOS as well; to BOS itself, in a causal
  // program, those of BOS alone.
  if (classes & AfterBOS)
    return All;
  return classes & AtBOS ? (causal ? AtBOS : All) : None;
}

void GraphBuilder::findLive() {
  llvm::BitVector atBOS(modelDimension), afterBOS(modelDimension);
  live.assign(graph.components.size(), None);
  live.back() = AfterBOS;
  for (size_t end = graph.components.size(), begin; end > 0; end = begin) {
    // The components of one step, whose reads do not concern each other.
    begin = end - 1;
    while (begin > 0 && steps[begin - 1] == steps[end - 1])
      --begin;
    for (size_t number = begin; number < end; ++number)
      for (int64_t column : graph.components[number].writes) {
        unsigned classes = getWriteClasses(number, column);
        if ((classes & AtBOS) && atBOS.test(column))
          live[number] |= AtBOS;
        if ((classes & AfterBOS) && afterBOS.test(column))
          live[number] |= AfterBOS;
      }
    for (size_t number = begin; number < end; ++number)
      for (const auto &[input, columns] : graph.components[number].reads) {
        unsigned classes = getReadClasses(number, input);
        for (int64_t column : columns) {
          if (classes & AtBOS)
            atBOS.set(column);
          if (classes & AfterBOS)
            afterBOS.set(column);
        }
      }
  }
}

void GraphBuilder::connect() {
  findLive();
  std::vector<SmallVector<size_t>> writersOfColumn(modelDimension);
  size_t numKnown = 0;
  for (auto [number, component] : llvm::enumerate(graph.components)) {
    for (; steps[numKnown] < steps[number]; ++numKnown)
      for (int64_t column : graph.components[numKnown].writes)
        writersOfColumn[column].push_back(numKnown);
    for (const auto &[input, columns] : component.reads) {
      unsigned classes = getReadClasses(number, input);
      std::map<size_t, SmallVector<int64_t>> columnsOfWriter;
      for (int64_t column : columns)
        for (size_t writer : writersOfColumn[column]) {
          // What a bias adds to all scores alike, the softmax cancels.
          if (graph.components[writer].kind == Kind::Bias && input == "key")
            continue;
          if (getWriteClasses(writer, column) & classes)
            columnsOfWriter[writer].push_back(column);
        }
      for (auto &[writer, shared] : columnsOfWriter)
        graph.edges.push_back({writer, number, input, std::move(shared)});
    }
  }
}

//===----------------------------------------------------------------------===//
// Graph
//===----------------------------------------------------------------------===//

CircuitGraph::CircuitGraph(craft::TransformerOp transformer) {
  GraphBuilder builder(*this, transformer.getModelDimension());
  int64_t layer = 0;
  for (Operation &op : transformer.getProgramBody()) {
    if (auto embedding = dyn_cast<craft::EmbeddingOp>(op))
      builder.addEmbedding(embedding);
    else if (auto layerOp = dyn_cast<craft::LayerOp>(op))
      builder.addLayer(layer++, layerOp);
    else if (auto unembedding = dyn_cast<craft::UnembeddingOp>(op))
      builder.addUnembedding(unembedding);
  }
  builder.connect();
}

/// The number of the first of `components` that `isWanted`.
static std::optional<size_t>
find(ArrayRef<CircuitComponent> components,
     llvm::function_ref<bool(const CircuitComponent &)> isWanted) {
  const CircuitComponent *found = llvm::find_if(components, isWanted);
  if (found == components.end())
    return std::nullopt;
  return found - components.begin();
}

std::optional<size_t> CircuitGraph::findHead(int64_t layer,
                                             int64_t head) const {
  return find(components, [&](const CircuitComponent &component) {
    return component.layer == layer && component.head == head;
  });
}

std::optional<size_t> CircuitGraph::findNeurons(int64_t layer,
                                                StringRef label) const {
  return find(components, [&](const CircuitComponent &component) {
    return component.kind == Kind::Neurons && component.layer == layer &&
           component.label == label;
  });
}

std::optional<size_t> CircuitGraph::findBias(int64_t layer) const {
  return find(components, [&](const CircuitComponent &component) {
    return component.kind == Kind::Bias && component.layer == layer;
  });
}
