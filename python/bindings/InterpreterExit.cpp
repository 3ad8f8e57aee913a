//===- InterpreterExit.cpp - Threads at the exit of the interpreter -------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InterpreterExit.h"

#include <atomic>
#include <csignal>
#include <thread>
#include <unistd.h>

namespace nb = nanobind;
using namespace mlir::rasp::python;

/// The threads that are to be waited for: those of the compiler, and those
/// without the GIL that have not come to rest.
static std::atomic<int> numThreads{0}, numReleased{0};
/// The process in which they are: one that is forked has none of them.
static std::atomic<pid_t> process{0};
/// Set by the thread that exits, which goes on.
static std::atomic<bool> isExiting{false};
static std::atomic<std::thread::id> exitingThread{};

bool mlir::rasp::python::isInterpreterExiting() { return isExiting; }

/// Forgets what was counted in another process. Needs the GIL.
static void enterProcess() {
  if (process.exchange(getpid()) == getpid())
    return;
  numThreads = 0;
  numReleased = 0;
}

void mlir::rasp::python::beginThread() {
  enterProcess();
  ++numThreads;
}

void mlir::rasp::python::endThread() { --numThreads; }

GilRelease::GilRelease() {
  enterProcess();
  ++numReleased;
  state = PyEval_SaveThread();
}

GilRelease::~GilRelease() {
  if (isExiting && exitingThread.load() != std::this_thread::get_id()) {
    --numReleased;
    while (true)
      pause();
  }
  PyEval_RestoreThread(state);
  --numReleased;
}

static void waitForThreads() {
  exitingThread = std::this_thread::get_id();
  isExiting = true;
  enterProcess();
  if (numThreads == 0 && numReleased == 0)
    return;
  // Whoever does not want to wait for the end of a pass can press Ctrl-C once
  // more.
  PyOS_setsig(SIGINT, SIG_DFL);
  nb::gil_scoped_release release;
  while (numThreads > 0 || numReleased > 0)
    usleep(1000);
}

void mlir::rasp::python::registerExitHandler() {
  enterProcess();
  nb::module_::import_("atexit").attr("register")(
      nb::cpp_function(waitForThreads));
}
