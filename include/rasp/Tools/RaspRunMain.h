//===- RaspRunMain.h - The program runner -----------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_TOOLS_RASPRUNMAIN_H
#define RASP_TOOLS_RASPRUNMAIN_H

#include "llvm/Support/LogicalResult.h"

namespace mlir {
class DialectRegistry;

namespace rasp {

/// The main function of rasp-run: runs programs at any stage of the compiler,
/// and compares the stages with one another.
llvm::LogicalResult raspRunMain(int argc, char **argv,
                                DialectRegistry &registry);

} // namespace rasp
} // namespace mlir

#endif // RASP_TOOLS_RASPRUNMAIN_H
