//===- CheckedAttributes.cpp - Computed matrices and affine maps ----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/IR/CheckedAttributes.h"

#include <cmath>

using namespace mlir;
using namespace mlir::craft;

/// The error that `what` is not finite.
static void reportNotFinite(Operation *op, const Twine &what) {
  InFlightDiagnostic diagnostic =
      op->emitOpError() << "needs " << what << " that is no finite number";
  diagnostic.attachNote()
      << "help: numbers of a lesser magnitude, or values further apart";
}

static MatrixAttr getChecked(Operation *op, const SparseMatrix &matrix,
                             unsigned index, DescribeRow describeRow) {
  for (int64_t size : {matrix.getNumRows(), matrix.getNumColumns()})
    if (size > maxMatrixSize) {
      op->emitOpError() << "needs a matrix of " << size
                        << " rows or columns, more than the limit of "
                        << maxMatrixSize;
      return {};
    }
  for (const auto &[place, value] : matrix.getEntries())
    if (!std::isfinite(value)) {
      reportNotFinite(
          op, "a weight on " +
                  (describeRow ? describeRow(index, place.first)
                               : "row " + std::to_string(place.first) +
                                     " of matrix " + std::to_string(index)));
      return {};
    }
  return matrix.get(op->getContext());
}

MatrixAttr mlir::craft::getCheckedMatrix(Operation *op,
                                         const SparseMatrix &matrix,
                                         DescribeRow describeRow) {
  return getChecked(op, matrix, 0, describeRow);
}

AffineAttr mlir::craft::getCheckedAffine(Operation *op,
                                         ArrayRef<SparseMatrix> weights,
                                         ArrayRef<double> bias,
                                         DescribeRow describeRow) {
  SmallVector<MatrixAttr> matrices;
  for (auto [index, matrix] : llvm::enumerate(weights)) {
    matrices.push_back(getChecked(op, matrix, index, describeRow));
    if (!matrices.back())
      return {};
  }
  if (!llvm::all_of(bias,
                    [](double number) { return std::isfinite(number); })) {
    reportNotFinite(op, "a bias");
    return {};
  }
  MLIRContext *context = op->getContext();
  return AffineAttr::get(context, matrices,
                         DenseF64ArrayAttr::get(context, bias));
}
