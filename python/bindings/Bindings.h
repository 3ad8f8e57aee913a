//===- Bindings.h - The parts of the extension module -----------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_BINDINGS_H
#define RASP_PYTHON_BINDINGS_BINDINGS_H

#include <nanobind/nanobind.h>

namespace mlir::rasp::python {

// Each adds its classes to the extension module.
void bindModule(nanobind::module_ &module);
void bindCompiledFunction(nanobind::module_ &module);
void bindFacts(nanobind::module_ &module);
void bindProgramBuilder(nanobind::module_ &module);
void bindSource(nanobind::module_ &module);
void bindTransformer(nanobind::module_ &module);

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_BINDINGS_H
