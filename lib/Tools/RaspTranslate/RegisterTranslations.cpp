//===- RegisterTranslations.cpp - Registration of translations ------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/RaspImport.h"
#include "rasp/InitAll.h"
#include "rasp/Target/Circuit.h"
#include "rasp/Target/Safetensors.h"

void mlir::rasp::registerAllTranslations() {
  registerCircuitTranslation();
  registerRaspImportTranslation();
  registerSafetensorsTranslation();
}
