//===- SparseMatrix.cpp - Sparse matrices between directions --------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

using namespace mlir;
using namespace mlir::craft;

SparseMatrix::SparseMatrix(MatrixAttr matrix)
    : rows(matrix.getRows()), columns(matrix.getColumns()) {
  for (const MatrixEntry &entry : matrix.getEntries())
    entries.emplace_hint(entries.end(), std::make_pair(entry.row, entry.column),
                         entry.value);
}

SparseMatrix SparseMatrix::identity(int64_t size) {
  SparseMatrix result(size, size);
  for (int64_t index = 0; index < size; ++index)
    result.set(index, index, 1.0);
  return result;
}

double SparseMatrix::at(int64_t row, int64_t column) const {
  auto found = entries.find({row, column});
  return found == entries.end() ? 0.0 : found->second;
}

void SparseMatrix::set(int64_t row, int64_t column, double value) {
  assert(row >= 0 && row < rows && column >= 0 && column < columns &&
         "entry outside of the matrix");
  if (value == 0)
    entries.erase({row, column});
  else
    entries[{row, column}] = value;
}

void SparseMatrix::add(int64_t row, int64_t column, double value) {
  set(row, column, at(row, column) + value);
}

void SparseMatrix::addBlock(int64_t row, int64_t column,
                            const SparseMatrix &matrix) {
  for (const auto &[place, value] : matrix.entries)
    add(row + place.first, column + place.second, value);
}

SparseMatrix SparseMatrix::operator*(const SparseMatrix &rhs) const {
  assert(columns == rhs.rows && "inner dimensions differ");
  SparseMatrix result(rows, rhs.columns);
  for (const auto &[place, value] : entries) {
    auto entry = rhs.entries.lower_bound({place.second, 0});
    for (; entry != rhs.entries.end() && entry->first.first == place.second;
         ++entry)
      result.add(place.first, entry->first.second, value * entry->second);
  }
  return result;
}

SparseMatrix SparseMatrix::operator+(const SparseMatrix &rhs) const {
  assert(rows == rhs.rows && columns == rhs.columns && "shapes differ");
  SparseMatrix result = *this;
  result.addBlock(0, 0, rhs);
  return result;
}

SparseMatrix SparseMatrix::scaled(double factor) const {
  SparseMatrix result(rows, columns);
  for (const auto &[place, value] : entries)
    result.set(place.first, place.second, value * factor);
  return result;
}

SparseMatrix SparseMatrix::transposed() const {
  SparseMatrix result(columns, rows);
  for (const auto &[place, value] : entries)
    result.set(place.second, place.first, value);
  return result;
}

llvm::SmallVector<double>
SparseMatrix::applyTo(llvm::ArrayRef<double> vector) const {
  assert(static_cast<int64_t>(vector.size()) == rows && "wrong dimension");
  llvm::SmallVector<double> result(columns, 0.0);
  for (const auto &[place, value] : entries)
    result[place.second] += vector[place.first] * value;
  return result;
}

MatrixAttr SparseMatrix::get(MLIRContext *context) const {
  llvm::SmallVector<MatrixEntry> list;
  list.reserve(entries.size());
  for (const auto &[place, value] : entries)
    list.push_back({place.first, place.second, value});
  return MatrixAttr::get(context, rows, columns, list);
}
