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
#include "llvm/Support/CommandLine.h"

#include <string>

namespace mlir::rasp {

struct LowerToTransformerOptions;

/// A transformer, and the module that was made for it.
struct SelectedTransformer {
  craft::TransformerOp transformer;
  /// Null if the transformer stands in the module that it was asked of.
  OwningOpRef<ModuleOp> owner;
};

/// Sees a program on its way to a transformer. It may change the locations of
/// ops, and nothing else.
class LoweringObserver {
public:
  virtual ~LoweringObserver() = default;
  /// Sees the program alone in its module, but for functions that it may call.
  /// Emits an error where it fails.
  virtual LogicalResult beginLowering(ModuleOp module) = 0;
  /// Sees it before each pass.
  virtual void beginPass(ModuleOp module) = 0;
};

/// The program of `module` called `name`, or the only one if `name` is empty,
/// lowered to a transformer, with `options` where they are given. Other
/// programs are not compiled, and `module` is left as it is.
FailureOr<SelectedTransformer>
selectTransformer(ModuleOp module, StringRef name,
                  const LowerToTransformerOptions *options = nullptr,
                  LoweringObserver *observer = nullptr);

/// The option `--program` of translations: the program to export. To be called
/// where a translation is registered.
llvm::cl::opt<std::string> &getProgramOption();

} // namespace mlir::rasp

#endif // RASP_LIB_TARGET_PROGRAMSELECTION_H
