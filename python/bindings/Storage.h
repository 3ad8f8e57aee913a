//===- Storage.h - A module and the context it lives in ---------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_STORAGE_H
#define RASP_PYTHON_BINDINGS_STORAGE_H

#include "BackgroundWork.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <memory>
#include <mutex>

namespace mlir::rasp::python {

/// A module and its context, which belongs to it alone: what is derived from a
/// module has a context of its own, so that nothing waits for another module
/// and nothing grows for ever. Of one thread at a time, the one that holds the
/// lock; the GIL is not waited for meanwhile.
struct Storage {
  Storage();

  /// Copies `other`, of which the caller holds the lock.
  static std::shared_ptr<Storage> copy(Storage &other);

  /// Parses text or bytecode. Throws a ParseError.
  static std::shared_ptr<Storage> parse(StringRef source, StringRef filename,
                                        Task &task);

  std::mutex mutex;
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_STORAGE_H
