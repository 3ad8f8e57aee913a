//===- SparseMatrix.h - Sparse matrices between directions ---- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_IR_SPARSEMATRIX_H
#define RASP_DIALECT_CRAFT_IR_SPARSEMATRIX_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/bit.h"

#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

namespace mlir {
class MLIRContext;

namespace craft {

class MatrixAttr;

/// The greatest number of rows, or columns, of a matrix.
inline constexpr int64_t maxMatrixSize = int64_t(1) << 24;

/// An entry of a sparse matrix.
struct MatrixEntry {
  int64_t row = 0;
  int64_t column = 0;
  double value = 0;

  bool operator==(const MatrixEntry &other) const {
    return row == other.row && column == other.column && value == other.value;
  }
};

inline llvm::hash_code hash_value(const MatrixEntry &entry) {
  return llvm::hash_combine(entry.row, entry.column,
                            llvm::bit_cast<uint64_t>(entry.value));
}

/// A sparse matrix under construction; `get` freezes it into an attribute.
/// Zero entries are dropped.
class SparseMatrix {
public:
  SparseMatrix(int64_t rows, int64_t columns) : rows(rows), columns(columns) {}
  explicit SparseMatrix(MatrixAttr matrix);
  static SparseMatrix identity(int64_t size);

  int64_t getNumRows() const { return rows; }
  int64_t getNumColumns() const { return columns; }
  double at(int64_t row, int64_t column) const;
  void set(int64_t row, int64_t column, double value);
  void add(int64_t row, int64_t column, double value);
  /// Adds `matrix` with its top left corner at (row, column).
  void addBlock(int64_t row, int64_t column, const SparseMatrix &matrix);

  SparseMatrix operator*(const SparseMatrix &rhs) const;
  SparseMatrix operator+(const SparseMatrix &rhs) const;
  SparseMatrix scaled(double factor) const;
  SparseMatrix transposed() const;
  /// The row vector `vector` times this matrix.
  llvm::SmallVector<double> applyTo(llvm::ArrayRef<double> vector) const;

  /// The entries by row, then column.
  const std::map<std::pair<int64_t, int64_t>, double> &getEntries() const {
    return entries;
  }
  MatrixAttr get(MLIRContext *context) const;

private:
  int64_t rows, columns;
  std::map<std::pair<int64_t, int64_t>, double> entries;
};

} // namespace craft
} // namespace mlir

#endif // RASP_DIALECT_CRAFT_IR_SPARSEMATRIX_H
