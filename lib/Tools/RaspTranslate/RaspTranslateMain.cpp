//===- RaspTranslateMain.cpp - The translator -----------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Tools/RaspTranslateMain.h"
#include "rasp/Import/RaspImport.h"
#include "rasp/InitAll.h"

#include "mlir/Tools/mlir-translate/MlirTranslateMain.h"

using namespace mlir;
using namespace mlir::rasp;

LogicalResult mlir::rasp::raspTranslateMain(int argc, char **argv) {
  hideOptionsOfLLVM();
  registerAllTranslations();
  // RASP source is a program for every translation: it is imported first.
  static char import[] = "--import-rasp";
  SmallVector<char *> arguments(argv, argv + argc);
  bool isSource = false, isImported = false;
  for (StringRef argument : ArrayRef(arguments).drop_front()) {
    isSource |= isRaspFile(argument) && !argument.starts_with("-");
    isImported |= argument.ltrim('-') == "import-rasp";
  }
  if (isSource && !isImported)
    arguments.insert(arguments.begin() + 1, import);
  arguments.push_back(nullptr);
  return mlirTranslateMain(arguments.size() - 1, arguments.data(),
                           "RASP translation tool");
}
