//===- CompiledFunction.h - A model compiled to machine code ----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_COMPILEDFUNCTION_H
#define RASP_PYTHON_BINDINGS_COMPILEDFUNCTION_H

#include "Storage.h"

#include "rasp/Execution/CompiledModel.h"

namespace mlir::rasp::python {

/// A model, and the context in which it reports errors.
struct CompiledFunction {
  std::shared_ptr<Storage> storage;
  std::unique_ptr<CompiledModel> model;
};

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_COMPILEDFUNCTION_H
