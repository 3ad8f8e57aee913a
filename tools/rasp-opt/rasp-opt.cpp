//===- rasp-opt.cpp - The optimizer driver ----------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/InitAll.h"
#include "rasp/Tools/RaspOptMain.h"

#include "mlir/IR/DialectRegistry.h"

static constexpr char description[] =
    R"(compiles RASP programs to transformers, and runs single passes

  rasp-opt --lower-to-transformer prog.mlir            a function on tensors
  rasp-opt --lower-to-transformer=to=craft-layers prog.mlir
                                                       stop at an earlier stage
  rasp-opt --rasp-annotate-domains prog.mlir           what each value can be
  rasp-opt --convert-rasp-to-craft --mlir-print-debuginfo prog.mlir
                                                       one pass; keep the names

Where the name of the file ends in .rasp, it is RASP source. Programs are run by
rasp-run, and exported by rasp-translate.
)";

int main(int argc, char **argv) {
  mlir::rasp::hideOptionsOfLLVM();
  mlir::rasp::printNoOperationOnDiagnostic();
  mlir::DialectRegistry registry;
  mlir::rasp::registerAllDialects(registry);
  mlir::rasp::registerAllPasses();
  return llvm::failed(
      mlir::rasp::raspOptMain(argc, argv, description, registry));
}
