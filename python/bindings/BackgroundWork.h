//===- BackgroundWork.h - Work that Ctrl-C interrupts -----------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pass of the compiler, or LLVM's code generator, cannot be stopped from
// outside. So what may take long runs on a thread of its own, on data of its
// own, while the caller waits without the GIL and looks for signals. After a
// Ctrl-C nobody waits any more: the work is told to stop, does so at the next
// place where it can, and is dropped. The interpreter does not exit before
// that, since the libraries that the work uses would be torn down under it.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_BACKGROUNDWORK_H
#define RASP_PYTHON_BINDINGS_BACKGROUNDWORK_H

#include "Diagnostics.h"

#include "llvm/ADT/FunctionExtras.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

namespace mlir::rasp::python {

/// What a piece of work has in common with who waits for it.
class Task {
public:
  Task();

  /// Whether nobody waits for the result any more. The work may ask from time
  /// to time.
  bool isCancelled() const;

  /// Warnings to be issued when the work has succeeded.
  void addWarnings(std::vector<Report> reports) {
    warnings = std::move(reports);
  }

  /// Runs `work` on a thread of its own and waits for its end; issues the
  /// warnings. Throws what the work throws, and what a signal handler raises.
  /// The work is destroyed on its thread. Needs the GIL; the work has none.
  static void run(std::shared_ptr<Task> task,
                  llvm::unique_function<void()> work);

private:
  static void execute(std::shared_ptr<Task> task,
                      llvm::unique_function<void()> work);
  /// Whether the work has ended, after a while at most.
  bool waitAWhile();

  std::atomic<bool> cancelled{false};
  /// Whether it was begun by who exits, and is waited for.
  const bool startedAtExit;
  std::mutex mutex;
  std::condition_variable ended;
  bool hasEnded = false;
  std::exception_ptr error;
  std::vector<Report> warnings;
};

/// Runs `function(task)` as `Task::run` does and returns its result. The
/// function has to own what it uses: it may outlive this call.
template <typename Function>
std::invoke_result_t<Function, Task &> runInBackground(Function function) {
  using Result = std::invoke_result_t<Function, Task &>;
  auto task = std::make_shared<Task>();
  auto result = std::make_shared<std::optional<Result>>();
  Task::run(task,
            [&task = *task, result, function = std::move(function)]() mutable {
              result->emplace(function(task));
            });
  return std::move(**result);
}

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_BACKGROUNDWORK_H
