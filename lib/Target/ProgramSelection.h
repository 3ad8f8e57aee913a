//===- ProgramSelection.h - The one model that is exported ------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TARGET_PROGRAMSELECTION_H
#define RASP_LIB_TARGET_PROGRAMSELECTION_H

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlir::rasp {

/// A transformer, and the module that was made for it.
struct SelectedTransformer {
  craft::TransformerOp transformer;
  /// Null if the transformer stands in the module that it was asked of.
  OwningOpRef<ModuleOp> owner;
};

/// The program of `module` called `name`, or the only one if `name` is empty,
/// lowered to a transformer. Other programs are not compiled, and `module` is
/// left as it is.
FailureOr<SelectedTransformer> selectTransformer(ModuleOp module,
                                                 StringRef name);

} // namespace mlir::rasp

#endif // RASP_LIB_TARGET_PROGRAMSELECTION_H
