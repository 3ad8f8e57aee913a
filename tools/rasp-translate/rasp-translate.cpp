//===- rasp-translate.cpp - What leaves the compiler ------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/InitAll.h"

#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

int main(int argc, char **argv) {
  mlir::rasp::hideOptionsOfLLVM();
  mlir::rasp::registerAllTranslations();
  return mlir::failed(
      mlir::mlirTranslateMain(argc, argv, "RASP translation tool"));
}
