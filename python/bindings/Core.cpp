//===- Core.cpp - The extension module rasp_mlir._core --------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bindings.h"
#include "Diagnostics.h"
#include "InterpreterExit.h"

using namespace mlir::rasp::python;

NB_MODULE(_core, module) {
  module.doc() =
      "The compiler in process: an extension module over the C++ API.";
  // Objects that live until the interpreter exits are no leaks of a library.
  nb::set_leak_warnings(false);
  registerCompilerError();
  registerExitHandler();
  bindModule(module);
  bindCompiledFunction(module);
  bindFacts(module);
  bindProgramBuilder(module);
  bindSource(module);
  bindTransformer(module);
}
