//===- Progress.cpp - What takes so long ------------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Progress.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::rasp;

static constexpr std::chrono::seconds interval(2);

Progress::Progress()
    : start(std::chrono::steady_clock::now()), watcher([this] { watch(); }) {}

Progress::~Progress() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    stop = true;
  }
  stopped.notify_all();
  watcher.join();
}

void Progress::begin(const Twine &newTask, size_t newTotal) {
  std::lock_guard<std::mutex> lock(mutex);
  task = newTask.str();
  count = 0;
  total = newTotal;
  start = std::chrono::steady_clock::now();
}

void Progress::advance(size_t done) {
  std::lock_guard<std::mutex> lock(mutex);
  count += done;
}

void Progress::watch() {
  std::unique_lock<std::mutex> lock(mutex);
  while (!stopped.wait_for(lock, interval, [this] { return stop; })) {
    auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::steady_clock::now() - start);
    if (task.empty() || elapsed < interval)
      continue;
    llvm::errs() << "rasp-run: " << task;
    if (total)
      llvm::errs() << ", " << count << " of " << total;
    llvm::errs() << " (" << elapsed.count() << " s)\n";
  }
}
