//===- BlockForm.h - Programs of embeddings, heads and MLPs -----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_TRANSFORMS_BLOCKFORM_H
#define RASP_DIALECT_CRAFT_TRANSFORMS_BLOCKFORM_H

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

namespace mlir::craft {

/// Emits an error at the first op of `program` that is no embedding, head, MLP
/// or unembedding, and says which pass turns it into some.
LogicalResult verifyBlockForm(ProgramOp program);

/// Erases what nothing reads, so that it takes no layer and no columns.
void eraseUnreadValues(ProgramOp program);

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_TRANSFORMS_BLOCKFORM_H
