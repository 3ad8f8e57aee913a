//===- RaspLspServerMain.h - The language server -------------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_TOOLS_RASPLSPSERVERMAIN_H
#define RASP_TOOLS_RASPLSPSERVERMAIN_H

#include "llvm/Support/LogicalResult.h"

namespace mlir {
class DialectRegistry;

namespace rasp {

/// The main function of rasp-lsp-server: serves editors with what they show of
/// RASP source, and has upstream's server do so for MLIR.
llvm::LogicalResult raspLspServerMain(int argc, char **argv,
                                      DialectRegistry &registry);

} // namespace rasp
} // namespace mlir

#endif // RASP_TOOLS_RASPLSPSERVERMAIN_H
