//===- Lowering.h - Passes run on a copy of a module ------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_LOWERING_H
#define RASP_PYTHON_BINDINGS_LOWERING_H

#include "BackgroundWork.h"
#include "Storage.h"

#include "rasp/Pipelines/Pipelines.h"

#include "mlir/Pass/Pass.h"

#include <string>
#include <utility>
#include <vector>

namespace mlir::rasp::python {

/// A copy of `source`, made while nobody else uses it.
std::shared_ptr<Storage> copyModule(Storage &source);

/// What `function` returns. Once `task` is cancelled, the passes in `context`
/// that are left do nothing.
template <typename Function>
auto runCancellable(MLIRContext &context, Task &task, Function function) {
  context.registerActionHandler(
      [&task](function_ref<void()> action, const tracing::Action &description) {
        if (!isa<PassExecutionAction>(description) || !task.isCancelled())
          action();
      });
  auto result = function();
  context.registerActionHandler(nullptr);
  return result;
}

/// Names and values of options of `--lower-to-transformer`.
using OptionList = std::vector<std::pair<std::string, std::string>>;

/// What a mapping in Python holds; a number is as good as its text, and None is
/// an empty mapping. Raises TypeError.
OptionList optionsFromPython(nb::handle mapping);

/// Sets `options` in `result`. Raises ValueError for an option that there is
/// not, or a value that it does not take.
void setOptions(LowerToTransformerOptions &result, const OptionList &options);

/// A copy of `source`, lowered to the stage called `stage`. Stops between
/// passes if `task` is cancelled. Throws ValueError for a stage or an option
/// that there is not, and CompilerError.
std::shared_ptr<Storage> lower(Storage &source, const std::string &stage,
                               const OptionList &options, Task &task);

/// A copy of `source` after the passes of a textual pipeline; likewise.
std::shared_ptr<Storage> runPasses(Storage &source, const std::string &pipeline,
                                   Task &task);

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_LOWERING_H
