//===- Interruption.cpp - Ctrl-C that ends the work, not the process ------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Interruption.h"

#include "mlir/IR/MLIRContext.h"

#include <atomic>
#include <csignal>

using namespace mlir;
using namespace mlir::rasp;

static std::atomic<bool> interrupted;
static_assert(std::atomic<bool>::is_always_lock_free,
              "a signal handler sets it");

static void interrupt(int) {
  interrupted = true;
  std::signal(SIGINT, SIG_DFL);
}

bool Interruptible::isInterrupted() { return interrupted; }

Interruptible::Interruptible(MLIRContext *context)
    : context(context),
      silence(context, [](Diagnostic &) { return success(isInterrupted()); }) {
  interrupted = false;
  // What is left of a pass that was skipped is thrown away.
  context->registerActionHandler(
      [](function_ref<void()> transform, const tracing::Action &) {
        if (!isInterrupted())
          transform();
      });
  std::signal(SIGINT, interrupt);
}

Interruptible::~Interruptible() {
  std::signal(SIGINT, SIG_DFL);
  context->registerActionHandler(nullptr);
}
