//===- Interruption.h - Ctrl-C that ends the work ---------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPRUN_INTERRUPTION_H
#define RASP_LIB_TOOLS_RASPRUN_INTERRUPTION_H

#include "mlir/IR/Diagnostics.h"

namespace mlir::rasp {

/// While one is alive, a first Ctrl-C only asks for an end of what is done in
/// the context: its passes are skipped from then on, and what errors that leads
/// to is not said. A second one ends the process, as always.
class Interruptible {
public:
  explicit Interruptible(MLIRContext *context);
  Interruptible(const Interruptible &) = delete;
  ~Interruptible();

  /// Whether an end was asked for since the last one was made. Loops that may
  /// take long ask from time to time.
  static bool isInterrupted();

private:
  MLIRContext *context;
  ScopedDiagnosticHandler silence;
};

} // namespace mlir::rasp

#endif // RASP_LIB_TOOLS_RASPRUN_INTERRUPTION_H
