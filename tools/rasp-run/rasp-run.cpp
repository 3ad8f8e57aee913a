//===- rasp-run.cpp - The program runner ------------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/InitAll.h"
#include "rasp/Tools/RaspRunMain.h"

#include "mlir/IR/DialectRegistry.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::rasp::registerAllDialects(registry);
  return mlir::succeeded(mlir::rasp::raspRunMain(argc, argv, registry)) ? 0 : 1;
}
