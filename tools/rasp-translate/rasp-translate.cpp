//===- rasp-translate.cpp - What leaves the compiler ------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Tools/RaspTranslateMain.h"

int main(int argc, char **argv) {
  return llvm::failed(mlir::rasp::raspTranslateMain(argc, argv));
}
