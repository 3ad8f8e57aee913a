//===- rasp-lsp-server.cpp - The language server ----------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/InitAll.h"
#include "rasp/Tools/RaspLspServerMain.h"

#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/LogicalResult.h"

int main(int argc, char **argv) {
  mlir::rasp::hideOptionsOfLLVM();
  mlir::DialectRegistry registry;
  mlir::rasp::registerAllDialects(registry);
  return llvm::failed(mlir::rasp::raspLspServerMain(argc, argv, registry));
}
