//===- RaspOptMain.h - The optimizer driver ---------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_TOOLS_RASPOPTMAIN_H
#define RASP_TOOLS_RASPOPTMAIN_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/LogicalResult.h"

namespace mlir {
class DialectRegistry;

namespace rasp {

/// The main function of rasp-opt: that of mlir-opt, for RASP source too.
llvm::LogicalResult raspOptMain(int argc, char **argv,
                                llvm::StringRef description,
                                DialectRegistry &registry);

} // namespace rasp
} // namespace mlir

#endif // RASP_TOOLS_RASPOPTMAIN_H
