//===- Lowering.cpp - Passes run on a copy of a module --------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"

#include "Scalars.h"

#include "rasp/InitAll.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/StringExtras.h"

#include <nanobind/stl/string.h>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

[[noreturn]] static void raiseValueError(const Twine &message) {
  throw nb::value_error(message.str().c_str());
}

static void run(PassManager &manager, Storage &storage, Task &task) {
  DiagnosticCapture capture(&storage.context);
  capture.check(runCancellable(storage.context, task,
                               [&] { return manager.run(*storage.module); }),
                ErrorKind::Compilation);
  task.addWarnings(capture.take());
}

std::shared_ptr<Storage> mlir::rasp::python::copyModule(Storage &source) {
  std::lock_guard lock(source.mutex);
  return Storage::copy(source);
}

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

OptionList mlir::rasp::python::optionsFromPython(nb::handle mapping) {
  OptionList options;
  if (mapping.is_none())
    return options;
  if (!PyMapping_Check(mapping.ptr()) || !nb::hasattr(mapping, "items"))
    throw nb::type_error(
        ("options: expected a mapping, found " + describe(mapping)).c_str());
  for (nb::handle item : tupleFromPython(mapping.attr("items")(), "options")) {
    nb::tuple pair = tupleFromPython(item, "options");
    if (pair.size() != 2)
      throw nb::type_error("options: expected pairs of a name and a value");
    nb::object value = pair[1];
    if (PyLong_Check(value.ptr()) && !PyBool_Check(value.ptr()))
      value = nb::str(value);
    options.emplace_back(stringFromPython(pair[0], "options"),
                         stringFromPython(value, "options"));
  }
  return options;
}

/// Sets the option called `name`.
static void setOption(LowerToTransformerOptions &options,
                      const std::string &name, const std::string &value) {
  std::string names;
  auto isMeant = [&](llvm::cl::Option &option) {
    names += (names.empty() ? "" : ", ") + option.ArgStr.str();
    return option.ArgStr == name;
  };
  auto setText = [&](auto &option) {
    bool found = isMeant(option);
    if (found)
      option = value;
    return found;
  };
  auto setNumber = [&](auto &option, auto number) {
    bool found = isMeant(option);
    if (found && !llvm::to_integer(value, number, 10))
      raiseValueError("the option '" + Twine(name) +
                      "': expected an integer of 64 bits, found '" + value +
                      "'");
    if (found)
      option = number;
    return found;
  };
  if (setText(options.selectorWidth) || setText(options.weights) ||
      setNumber(options.maxCombinations, uint64_t()) ||
      setNumber(options.maxMatrixEntries, uint64_t()) ||
      setNumber(options.maxHiddenUnits, uint64_t()) ||
      setNumber(options.batch, int64_t()) ||
      setNumber(options.sequence, int64_t()))
    return;
  raiseValueError("expected an option of the compiler (" + Twine(names) +
                  "), found '" + name + "'");
}

void mlir::rasp::python::setOptions(LowerToTransformerOptions &result,
                                    const OptionList &options) {
  for (const auto &[name, value] : options)
    setOption(result, name, value);
}

//===----------------------------------------------------------------------===//
// The compiler's own pipeline
//===----------------------------------------------------------------------===//

static Stage parseStage(const std::string &name) {
  std::string names;
  for (Stage stage : allStages) {
    if (name == getStageName(stage))
      return stage;
    names += (names.empty() ? "" : ", ") + getStageName(stage).str();
  }
  raiseValueError("stage: expected one of " + Twine(names) + ", found '" +
                  name + "'");
}

std::shared_ptr<Storage> mlir::rasp::python::lower(Storage &source,
                                                   const std::string &stage,
                                                   const OptionList &options,
                                                   Task &task) {
  LowerToTransformerOptions pipelineOptions;
  Stage last = parseStage(stage);
  pipelineOptions.to = last;
  setOptions(pipelineOptions, options);

  std::shared_ptr<Storage> lowered = copyModule(source);
  for (Operation &op : *lowered->module->getBody()) {
    std::optional<Stage> found = rasp::getStage(&op);
    // A program of blocks alone is a program of values too.
    if (!found || *found <= last ||
        (*found == Stage::CraftBlocks && last == Stage::CraftValues))
      continue;
    raiseValueError("stage: '" + SymbolTable::getSymbolName(&op).getValue() +
                    "' is at stage " + getStageName(*found) +
                    " already, from which stage " + stage + " cannot be made");
  }
  PassManager manager(&lowered->context, ModuleOp::getOperationName());
  buildLowerToTransformerPipeline(manager, pipelineOptions);
  run(manager, *lowered, task);
  return lowered;
}

//===----------------------------------------------------------------------===//
// Any pipeline
//===----------------------------------------------------------------------===//

std::shared_ptr<Storage>
mlir::rasp::python::runPasses(Storage &source, const std::string &pipeline,
                              Task &task) {
  static std::once_flag registered;
  std::call_once(registered, registerAllPasses);
  // The name of the op that the passes run on may be left out.
  StringRef passes = StringRef(pipeline).trim();
  if (passes.consume_front("builtin.module(") && !passes.consume_back(")"))
    raiseValueError("pipeline: expected a closing parenthesis at the end of '" +
                    pipeline + "'");
  std::shared_ptr<Storage> result = copyModule(source);
  PassManager manager(&result->context, ModuleOp::getOperationName());
  std::string message;
  llvm::raw_string_ostream os(message);
  if (failed(parsePassPipeline(passes, manager, os)))
    raiseValueError("pipeline: '" + pipeline +
                    "' is none: " + StringRef(message).trim());
  run(manager, *result, task);
  return result;
}
