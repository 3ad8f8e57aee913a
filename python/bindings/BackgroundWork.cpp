//===- BackgroundWork.cpp - Work that Ctrl-C interrupts -------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackgroundWork.h"

#include "InterpreterExit.h"

#include <chrono>
#include <pthread.h>
#include <system_error>

using namespace mlir::rasp::python;

/// How long a signal waits to be seen.
static constexpr std::chrono::milliseconds pollInterval(20);
/// Room for the recursion of the parser and of the passes, whatever the default
/// of the machine is.
static constexpr size_t stackSize = size_t(64) << 20;

Task::Task() : startedAtExit(isInterpreterExiting()) {}

bool Task::isCancelled() const {
  return cancelled || (isInterpreterExiting() && !startedAtExit);
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

static void *runBody(void *argument) {
  auto *body = static_cast<llvm::unique_function<void()> *>(argument);
  (*body)();
  delete body;
  endThread();
  return nullptr;
}

/// Starts `body` on a thread for which nobody has to wait.
static void startThread(llvm::unique_function<void()> body) {
  beginThread();
  auto *argument = new llvm::unique_function<void()>(std::move(body));
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stackSize);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  int error = pthread_create(&thread, &attributes, runBody, argument);
  pthread_attr_destroy(&attributes);
  if (!error)
    return;
  delete argument;
  endThread();
  throw std::system_error(error, std::generic_category(),
                          "cannot start a thread for the compiler");
}

//===----------------------------------------------------------------------===//
// Task
//===----------------------------------------------------------------------===//

void Task::execute(std::shared_ptr<Task> task,
                   llvm::unique_function<void()> work) {
  std::exception_ptr error;
  try {
    work();
  } catch (...) {
    error = std::current_exception();
  }
  // Whoever waits may end the process next: what the work owns goes first.
  work = nullptr;
  std::lock_guard lock(task->mutex);
  task->error = std::move(error);
  task->hasEnded = true;
  task->ended.notify_all();
}

bool Task::waitAWhile() {
  GilRelease release;
  std::unique_lock lock(mutex);
  return ended.wait_for(lock, pollInterval, [&] { return hasEnded; });
}

void Task::run(std::shared_ptr<Task> task, llvm::unique_function<void()> work) {
  startThread([task, work = std::move(work)]() mutable {
    execute(std::move(task), std::move(work));
  });
  while (!task->waitAWhile()) {
    if (PyErr_CheckSignals() == 0)
      continue;
    task->cancelled = true;
    throw nb::python_error();
  }
  if (task->error)
    std::rethrow_exception(task->error);
  warn(task->warnings);
}
