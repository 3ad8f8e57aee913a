//===- Facts.h - What is known of a value -----------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_FACTS_H
#define RASP_PYTHON_BINDINGS_FACTS_H

#include "Storage.h"

#include "rasp/Dialect/Rasp/IR/Domain.h"

namespace mlir::rasp::python {

/// What is known of an s-op, and what keeps its strings alive.
struct Facts {
  std::shared_ptr<Storage> storage;
  SOpFacts facts;
};

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_FACTS_H
