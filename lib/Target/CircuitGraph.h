//===- CircuitGraph.h - Parts of a transformer and their edges --*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TARGET_CIRCUITGRAPH_H
#define RASP_LIB_TARGET_CIRCUITGRAPH_H

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::rasp {

/// What writes to the residual stream or reads from it.
struct CircuitComponent {
  enum class Kind { Embedding, Head, Neurons, Bias, Unembedding };
  /// The columns that have a weight in one of the matrices that read.
  struct Read {
    StringRef input;
    SmallVector<int64_t> columns;
  };

  Kind kind;
  std::string id;
  /// The hook at which its activations are found, or empty.
  std::string hook;
  std::optional<int64_t> layer, head;
  /// The hidden units of a group of neurons.
  SmallVector<int64_t> units;
  std::string label;
  /// What it is computed for, where that is known.
  std::optional<Location> location;
  SmallVector<Read> reads;
  /// The columns that have a weight in the matrix that writes, or a bias.
  SmallVector<int64_t> writes;
};

/// That `to` reads by `input` what `from` wrote into `columns`.
struct CircuitEdge {
  size_t from, to;
  StringRef input;
  SmallVector<int64_t> columns;
};

/// The parts of a transformer, in the order of the computation, and the edges
/// between them, by reader, input and writer.
struct CircuitGraph {
  std::vector<CircuitComponent> components;
  std::vector<CircuitEdge> edges;

  explicit CircuitGraph(craft::TransformerOp transformer);

  /// The embeddings of the tokens and of the positions.
  static constexpr size_t tokens = 0, positions = 1;
  /// The head of that number in `layer`.
  std::optional<size_t> findHead(int64_t layer, int64_t head) const;
  /// The neurons with `label` in `layer`, if there are any.
  std::optional<size_t> findNeurons(int64_t layer, StringRef label) const;
  /// The bias of what the MLP of `layer` writes, if it is not zero.
  std::optional<size_t> findBias(int64_t layer) const;
};

} // namespace mlir::rasp

#endif // RASP_LIB_TARGET_CIRCUITGRAPH_H
