//===- ValueTrace.h - Where the named values of a program go ----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A named value is followed through the passes by locations. Each op of the
// program, once the functions that it calls are inlined, has a location of its
// own, which what is made of the op inherits. From the conversion to craft on,
// each subspace has a number in its location: whatever takes its place bears
// the number, so that an affine value can be written over the columns of the
// stream even after it has been folded into its readers.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TARGET_VALUETRACE_H
#define RASP_LIB_TARGET_VALUETRACE_H

#include "ProgramSelection.h"
#include "rasp/Dialect/Craft/IR/SparseMatrix.h"

#include "llvm/ADT/SetVector.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mlir::rasp {

/// What computes one subspace of the stream.
struct TracedBlock {
  enum class Kind { Embedding, Head, MLP };

  Kind kind = Kind::Embedding;
  /// The name that labels it.
  std::string name;
  std::optional<Location> location;
  /// Of an embedding: what it is of.
  bool ofTokens = false, ofPositions = false;
  /// Of a head or an MLP; `number` counts the heads of the layer.
  int64_t layer = 0, number = 0;
  /// The subspace, the first of its columns with the label that it has to have
  /// in the transformer, and its number in locations.
  craft::SubspaceTypeInterface type;
  int64_t firstColumn = 0;
  std::string firstLabel;
  size_t subspace = 0;
  /// The blocks whose subspaces it reads.
  SmallVector<size_t> inputs;
};

/// A way to read a value off the stream: what `columns` hold, times `weights`
/// plus `bias`, is the value's code in `type`. Without weights the columns hold
/// the code itself.
struct ValueEncoding {
  craft::SubspaceTypeInterface type;
  SmallVector<int64_t> columns;
  std::optional<craft::SparseMatrix> weights;
  SmallVector<double> bias;
  /// The blocks that write the columns, one at least.
  SmallVector<size_t> writers;
};

/// A named value of the program. No two have the same name.
struct CircuitValue {
  enum class Status {
    /// Parts of the transformer compute it.
    Computed,
    /// They compute another value, to which it is equal.
    Merged,
    /// It is the same at every position of every input.
    Constant,
    /// It has no part of its own: what reads it reads what it is made of.
    Folded,
    /// The output does not depend on it.
    Unused
  };

  std::string name;
  bool isSelector = false;
  std::optional<Location> location;
  Status status = Status::Unused;
  /// The name of the value that it is merged with.
  std::string mergedWith;
  std::optional<Scalar> constant;
  std::vector<ValueEncoding> encodings;
  /// The blocks that compute it, in order.
  std::set<size_t> blocks;
};

/// Follows the named values of one program.
class ValueTrace : public LoweringObserver {
public:
  LogicalResult beginLowering(ModuleOp module) override;
  void beginPass(ModuleOp module) override;

  /// What computes the stream: embeddings, then layer by layer.
  ArrayRef<TracedBlock> getBlocks() const { return blocks; }
  /// The named values in the order of the program.
  std::vector<CircuitValue> getValues();

private:
  /// A value of the program as it is written.
  struct Source {
    std::string name;
    /// The name by which it is told from others of its name.
    std::string uniqueName;
    std::optional<Location> location;
    /// Null in a `craft.program`, whose ops pass away.
    Value value;
    /// Whether the output is computed from it.
    bool isRead = true;
    /// Whether the program still has an op of this name for it.
    bool isPresent = false;
    /// Whether what stands in its place is an aggregate.
    bool isAggregate = false;
    std::optional<Scalar> constant;
    /// Another value that is computed in the same way.
    std::optional<size_t> equal;
  };

  /// A value of a `craft.program`.
  struct Subspace {
    craft::SubspaceTypeInterface type;
    /// The value of the program that it was made for, and those that it holds.
    std::optional<size_t> source;
    llvm::SmallSetVector<size_t, 2> holds;
    /// Of an affine value: the subspaces that it reads, and how.
    SmallVector<size_t> inputs;
    craft::AffineAttr map;
    /// Another subspace that is computed in the same way.
    std::optional<size_t> equal;
    /// The block that computes it or an equal one.
    std::optional<size_t> block;
  };

  /// An affine function of the columns of the stream.
  struct StreamFunction {
    craft::SparseMatrix weights;
    SmallVector<double> bias;
  };

  // Along the way (ValueTrace.cpp).

  LogicalResult collectSources(ModuleOp module, ProgramOp program);
  void collectSources(craft::ProgramOp program);
  void observe(ProgramOp program);
  void observe(craft::ProgramOp program);
  /// Numbers the subspaces of `program` in the locations of its ops.
  void numberSubspaces(craft::ProgramOp program);
  /// Lists the blocks of a program whose layers are allocated.
  void collectBlocks(craft::ProgramOp program);
  std::optional<size_t> findSource(Location loc) const;
  /// The values that an op called `name`, made for `source`, holds.
  SmallVector<size_t> findHeld(std::optional<size_t> source,
                               StringRef name) const;

  // At the end (TracedValues.cpp).

  /// The first of the sources, or of the subspaces, that equal each other.
  size_t getFirstSource(size_t source) const;
  size_t getFirstSubspace(size_t subspace) const;
  void nameUniquely();
  bool isSelector(const Source &source) const;
  std::optional<StreamFunction> getStreamFunction(size_t subspace);
  std::optional<ValueEncoding> getEncoding(size_t subspace);
  CircuitValue getUntraced(size_t source) const;
  CircuitValue traceSequence(size_t source);
  CircuitValue traceSelector(size_t source) const;
  bool isInMean(Value value) const;
  /// Adds a subspace that holds `source`.
  void addHolder(size_t source, size_t subspace, CircuitValue &value);
  /// Adds `block` and what it reads that was made for the same source.
  void addBlock(size_t block, CircuitValue &value) const;
  /// Adds the heads that were made for an aggregate or a selector width.
  void addHeads(size_t source, CircuitValue &value) const;

  /// The program with its calls inlined, and nothing else done to it.
  OwningOpRef<ModuleOp> view;
  std::vector<Source> sources;
  DenseMap<Attribute, size_t> sourceOfLocation;
  DenseMap<Value, size_t> sourceOfValue;
  std::vector<Subspace> subspaces;
  std::vector<TracedBlock> blocks;
  int64_t numColumns = 0;
  std::map<size_t, std::optional<StreamFunction>> streamFunctions;
};

} // namespace mlir::rasp

#endif // RASP_LIB_TARGET_VALUETRACE_H
