//===- Module.cpp - A module of MLIR in Python ----------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Module.h"

#include "BackgroundWork.h"
#include "Bindings.h"
#include "CompiledFunction.h"
#include "Lowering.h"
#include "Scalars.h"

#include "rasp/Pipelines/Pipelines.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/SymbolTable.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

Module::Module(std::shared_ptr<Storage> storage) : storage(std::move(storage)) {
  for (Operation &op : *this->storage->module->getBody())
    if (getStage(&op))
      programs.push_back(SymbolTable::getSymbolName(&op).str());
}

std::string Module::choose(const std::string &name) const {
  if (name.empty() && programs.size() == 1)
    return programs.front();
  if (!name.empty() && llvm::is_contained(programs, name))
    return name;
  if (programs.empty())
    throw nb::value_error("the module has no program");
  std::string names = llvm::join(programs, ", ");
  if (name.empty())
    throw nb::value_error(
        ("program: expected one of " + names + ", since there are several")
            .c_str());
  throw nb::value_error(
      ("program: expected one of " + names + ", found '" + name + "'").c_str());
}

Operation *mlir::rasp::python::findProgram(Storage &storage, StringRef name) {
  for (Operation &op : *storage.module->getBody())
    if (getStage(&op) && SymbolTable::getSymbolName(&op).getValue() == name)
      return &op;
  llvm_unreachable("a program that was chosen is in the module");
}

//===----------------------------------------------------------------------===//
// Text and bytecode
//===----------------------------------------------------------------------===//

static Module parse(nb::handle source, nb::handle filename) {
  std::string text = nb::isinstance<nb::bytes>(source)
                         ? std::string(nb::borrow<nb::bytes>(source).c_str(),
                                       nb::borrow<nb::bytes>(source).size())
                         : stringFromPython(source, "source");
  return Module(runInBackground(
      [text = std::move(text), name = fileNameFromPython(filename, "filename")](
          Task &task) { return Storage::parse(text, name, task); }));
}

static nb::str toText(const Module &module, bool locations, bool elideWeights) {
  return stringToPython(runInBackground(
      [storage = module.getStorage(), locations, elideWeights](Task &) {
        OpPrintingFlags flags;
        flags.enableDebugInfo(locations);
        if (elideWeights) {
          flags.elideLargeElementsAttrs();
          flags.elideLargeResourceString();
        }
        std::string text;
        llvm::raw_string_ostream os(text);
        std::lock_guard lock(storage->mutex);
        storage->module->print(os, flags);
        return text;
      }));
}

static nb::bytes toBytecode(const Module &module) {
  std::string bytecode =
      runInBackground([storage = module.getStorage()](Task &) {
        std::string bytecode;
        llvm::raw_string_ostream os(bytecode);
        std::lock_guard lock(storage->mutex);
        DiagnosticCapture capture(&storage->context);
        capture.check(writeBytecodeToFile(*storage->module, os),
                      ErrorKind::Compilation);
        return bytecode;
      });
  return nb::bytes(bytecode.data(), bytecode.size());
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

static Module lowerModule(const Module &module, const std::string &stage,
                          nb::handle options) {
  return Module(
      runInBackground([storage = module.getStorage(), stage,
                       options = optionsFromPython(options)](Task &task) {
        return lower(*storage, stage, options, task);
      }));
}

static Module runPassesOnModule(const Module &module,
                                const std::string &pipeline) {
  return Module(
      runInBackground([storage = module.getStorage(), pipeline](Task &task) {
        return runPasses(*storage, pipeline, task);
      }));
}

static CompiledFunction compile(const Module &module,
                                const std::string &program) {
  return runInBackground([storage = module.getStorage(),
                          name = module.choose(program)](Task &task) {
    CompiledFunction function{copyModule(*storage), nullptr};
    if (!isa<func::FuncOp>(findProgram(*function.storage, name)))
      throw nb::value_error(
          ("program: '" + name + "' is not at stage linalg").c_str());
    DiagnosticCapture capture(&function.storage->context);
    FailureOr<std::unique_ptr<CompiledModel>> model =
        runCancellable(function.storage->context, task, [&] {
          return CompiledModel::create(*function.storage->module, name);
        });
    capture.check(model, ErrorKind::Compilation);
    function.model = std::move(*model);
    // All that it runs on is its own.
    function.storage->module = nullptr;
    return function;
  });
}

//===----------------------------------------------------------------------===//
// Class
//===----------------------------------------------------------------------===//

void mlir::rasp::python::bindModule(nb::module_ &module) {
  nb::class_<Module> moduleClass(
      module, "Module", nb::is_final(),
      "A module of MLIR with programs at some stage. Not changed once made.");
  moduleClass
      .def_static("parse", &parse, nb::arg("source").none(),
                  nb::arg("filename").none() = "<string>",
                  "Parses and verifies text or bytecode. Raises ParseError.")
      .def("__str__",
           [](const Module &self) { return toText(self, false, false); })
      .def("to_text", &toText, nb::kw_only(), nb::arg("locations") = false,
           nb::arg("elide_weights") = false,
           "The textual IR, with locations or with large weights left out.")
      .def("to_bytecode", &toBytecode, "The module as MLIR's bytecode.")
      .def("__getstate__", &toBytecode)
      .def("__setstate__",
           [](Module &self, nb::bytes bytecode) {
             new (&self) Module(parse(bytecode, nb::str("<pickle>")));
           })
      .def_prop_ro("programs", &Module::getPrograms,
                   "The symbol names of the programs and compiled functions, "
                   "in order.")
      .def("lower", &lowerModule, nb::arg("stage") = "linalg",
           nb::arg("options") = nb::none(),
           "A new module, lowered to `stage` with `options` of the compiler.")
      .def("run_passes", &runPassesOnModule, nb::arg("pipeline"),
           "A new module, after a textual pass pipeline.")
      .def("jit", &compile, nb::arg("program") = "",
           "Compiles a function of a module at stage \"linalg\" to machine "
           "code.");
  bindPrograms(moduleClass);
  bindWeights(moduleClass);
}
