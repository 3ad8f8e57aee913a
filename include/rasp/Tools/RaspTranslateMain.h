//===- RaspTranslateMain.h - The translator ------------------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_TOOLS_RASPTRANSLATEMAIN_H
#define RASP_TOOLS_RASPTRANSLATEMAIN_H

#include "llvm/Support/LogicalResult.h"

namespace mlir::rasp {

/// The main function of rasp-translate: upstream's, which also takes files of
/// RASP source wherever it takes MLIR.
llvm::LogicalResult raspTranslateMain(int argc, char **argv);

} // namespace mlir::rasp

#endif // RASP_TOOLS_RASPTRANSLATEMAIN_H
