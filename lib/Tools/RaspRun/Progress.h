//===- Progress.h - What takes so long --------------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPRUN_PROGRESS_H
#define RASP_LIB_TOOLS_RASPRUN_PROGRESS_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/Twine.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace mlir::rasp {

/// Says on the standard error what is being done, every two seconds and not
/// before.
class Progress {
public:
  Progress();
  ~Progress();

  /// From now on `task` is done, `total` times if that is not 0.
  void begin(const Twine &task, size_t total = 0);
  void advance(size_t count = 1);
  /// Nothing worth a word is done from now on.
  void end() { begin(""); }

private:
  void watch();

  std::mutex mutex;
  std::condition_variable stopped;
  bool stop = false;
  std::string task;
  size_t count = 0, total = 0;
  std::chrono::steady_clock::time_point start;
  std::thread watcher;
};

} // namespace mlir::rasp

#endif // RASP_LIB_TOOLS_RASPRUN_PROGRESS_H
