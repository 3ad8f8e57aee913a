//===- CheckedAttributes.h - Computed matrices and affine maps --*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a pass computes may exceed the largest number, which no attribute can
// hold. These functions report it at an op instead.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_IR_CHECKEDATTRIBUTES_H
#define RASP_DIALECT_CRAFT_IR_CHECKEDATTRIBUTES_H

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

namespace mlir::craft {

/// What row `row` of matrix `matrix` is for, in an error.
using DescribeRow =
    llvm::function_ref<std::string(unsigned matrix, int64_t row)>;

/// The attribute of `matrix`, or null after an error at `op` where it is too
/// large or an entry is no finite number.
MatrixAttr getCheckedMatrix(Operation *op, const SparseMatrix &matrix,
                            DescribeRow describeRow = nullptr);

/// The attribute of the affine map with `weights` and `bias`, or null after an
/// error at `op` where one of them cannot be in it.
AffineAttr getCheckedAffine(Operation *op, ArrayRef<SparseMatrix> weights,
                            ArrayRef<double> bias,
                            DescribeRow describeRow = nullptr);

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_IR_CHECKEDATTRIBUTES_H
