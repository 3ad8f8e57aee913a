//===- InterpreterExit.h - Threads at the exit ---------------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The exit of the interpreter is where threads crash. Threads of the compiler
// would go on in libraries that are being torn down: the exit waits for them.
// And a daemon thread that takes the GIL after the end is ended by Python
// through the frames of C++, which terminates the process: such a thread stays
// where it is instead.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_INTERPRETEREXIT_H
#define RASP_PYTHON_BINDINGS_INTERPRETEREXIT_H

#include <nanobind/nanobind.h>

namespace mlir::rasp::python {

/// Releases the GIL for as long as it lives.
class GilRelease {
public:
  GilRelease();
  GilRelease(const GilRelease &) = delete;
  ~GilRelease();

private:
  PyThreadState *state;
};

/// Whether the interpreter has begun to exit.
bool isInterpreterExiting();

/// Counts a thread that Python knows nothing of, from before its start. Needs
/// the GIL.
void beginThread();
/// The last thing that such a thread does.
void endThread();

/// Makes the interpreter wait for threads at its exit.
void registerExitHandler();

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_INTERPRETEREXIT_H
