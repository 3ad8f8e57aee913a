//===- EvaluationValue.h - What the interpreter computes with ---*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_REFERENCE_EVALUATIONVALUE_H
#define RASP_REFERENCE_EVALUATIONVALUE_H

#include "rasp/Reference/Scalar.h"

#include <variant>
#include <vector>

namespace mlir::rasp {

/// The value of an s-op: one scalar at every position of the input.
using Sequence = std::vector<Scalar>;

/// The value of a selector: a row for every query, a column for every key.
class SelectorMatrix {
public:
  explicit SelectorMatrix(size_t length)
      : length(length), selected(length * length, false) {}
  size_t getLength() const { return length; }
  bool get(size_t query, size_t key) const {
    return selected[query * length + key];
  }
  void set(size_t query, size_t key, bool value) {
    selected[query * length + key] = value;
  }

private:
  size_t length;
  std::vector<bool> selected;
};

/// The value of a subspace of the residual stream: a vector of doubles at
/// every position, where position 0 is BOS and position p+1 holds the p-th
/// token of the input.
class Activations {
public:
  Activations() = default;
  Activations(size_t numPositions, size_t dimension)
      : numPositions(numPositions), dimension(dimension),
        data(numPositions * dimension, 0.0) {}
  size_t getNumPositions() const { return numPositions; }
  size_t getDimension() const { return dimension; }
  MutableArrayRef<double> operator[](size_t position) {
    return {data.data() + position * dimension, dimension};
  }
  ArrayRef<double> operator[](size_t position) const {
    return {data.data() + position * dimension, dimension};
  }

private:
  size_t numPositions = 0;
  size_t dimension = 0;
  std::vector<double> data;
};

using EvaluationValue = std::variant<Sequence, SelectorMatrix, Activations>;

/// What an op may know of the run besides its operands.
struct EvaluationContext {
  /// The input sequence, without BOS.
  ArrayRef<Scalar> tokens;
  /// The index of each token in the vocabulary.
  ArrayRef<int64_t> tokenIds;
  bool causal = false;
};

} // namespace mlir::rasp

#endif // RASP_REFERENCE_EVALUATIONVALUE_H
