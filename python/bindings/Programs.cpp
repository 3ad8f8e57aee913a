//===- Programs.cpp - What the programs of a module are and compute -------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BackgroundWork.h"
#include "Lowering.h"
#include "Module.h"
#include "Scalars.h"

#include "rasp/Execution/ModelContract.h"
#include "rasp/Reference/Interpreter.h"
#include "rasp/Reference/ScalarAttrInterface.h"
#include "rasp/Target/Circuit.h"
#include "rasp/Target/Safetensors.h"

#include <nanobind/stl/string.h>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

//===----------------------------------------------------------------------===//
// Contract
//===----------------------------------------------------------------------===//

namespace {
/// What the inputs of a program may be. The values are of the module's context.
struct Contract {
  Sequence vocab;
  uint64_t maxSeqLen;
  bool causal;
  std::string bos, pad;
};
} // namespace

static Contract getContract(ProgramOpInterface program) {
  Sequence vocab;
  for (Attribute token : program.getVocab())
    vocab.push_back(*getScalar(token));
  return {std::move(vocab), program.getMaxSeqLen(), program.getCausal(),
          program.getBos().str(), program.getPad().str()};
}

/// That of a compiled function; throws a CompilerError if it has none.
static Contract getContract(Storage &storage, func::FuncOp function) {
  DiagnosticCapture capture(&storage.context);
  FailureOr<ModelContract> contract = ModelContract::get(function);
  capture.check(contract, ErrorKind::Compilation);
  return {contract->getVocab().vec(),
          static_cast<uint64_t>(contract->getShape().maxSeqLen),
          contract->getShape().causal, contract->getBos().str(),
          contract->getPad().str()};
}

static nb::dict contractOf(const Module &module, const std::string &program) {
  std::string name = module.choose(program);
  const std::shared_ptr<Storage> &storage = module.getStorage();
  Contract contract = runInBackground([storage, name](Task &) {
    std::lock_guard lock(storage->mutex);
    Operation *op = findProgram(*storage, name);
    if (auto program = dyn_cast<ProgramOpInterface>(op))
      return getContract(program);
    return getContract(*storage, cast<func::FuncOp>(op));
  });
  nb::dict result;
  result["name"] = stringToPython(name);
  result["vocab"] = toPython(contract.vocab);
  result["max_seq_len"] = contract.maxSeqLen;
  result["causal"] = contract.causal;
  result["bos"] = stringToPython(contract.bos);
  result["pad"] = stringToPython(contract.pad);
  return result;
}

//===----------------------------------------------------------------------===//
// Interpreter
//===----------------------------------------------------------------------===//

static nb::list interpretProgram(const Module &module, nb::handle tokens,
                                 const std::string &program) {
  const std::shared_ptr<Storage> &storage = module.getStorage();
  return toPython(runInBackground([storage, name = module.choose(program),
                                   input = scalarsFromPython(tokens, "tokens")](
                                      Task &task) {
    std::lock_guard lock(storage->mutex);
    auto program = dyn_cast<ProgramOpInterface>(findProgram(*storage, name));
    if (!program)
      throw nb::value_error(
          ("program: '" + name +
           "' is at stage linalg, and the interpreter runs those before it")
              .c_str());
    DiagnosticCapture capture(&storage->context);
    FailureOr<Sequence> result =
        interpret(program, attach(input, &storage->context));
    capture.check(result, ErrorKind::Evaluation);
    task.addWarnings(capture.take());
    return std::move(*result);
  }));
}

//===----------------------------------------------------------------------===//
// Exports
//===----------------------------------------------------------------------===//

using Exporter = LogicalResult (*)(ModuleOp module, raw_ostream &os,
                                   StringRef program,
                                   const LowerToTransformerOptions *options);

/// What `rasp-translate --export-FORMAT` writes with.
static Exporter getExporter(const std::string &format) {
  const std::pair<StringRef, Exporter> exporters[] = {
      {"circuit", exportCircuit}, {"safetensors", exportSafetensors}};
  for (auto [name, exporter] : exporters)
    if (name == format)
      return exporter;
  throw nb::value_error(
      ("format: expected circuit or safetensors, found '" + format + "'")
          .c_str());
}

static nb::bytes exportProgram(const Module &module, const std::string &format,
                               const std::string &program, nb::handle options) {
  std::string contents = runInBackground(
      [storage = module.getStorage(), name = module.choose(program),
       exporter = getExporter(format),
       options = optionsFromPython(options)](Task &task) {
        LowerToTransformerOptions pipelineOptions;
        setOptions(pipelineOptions, options);
        // A program that is not lowered so far is lowered on the way.
        std::shared_ptr<Storage> copy = copyModule(*storage);
        std::string contents;
        llvm::raw_string_ostream os(contents);
        DiagnosticCapture capture(&copy->context);
        capture.check(runCancellable(copy->context, task,
                                     [&] {
                                       return exporter(*copy->module, os, name,
                                                       &pipelineOptions);
                                     }),
                      ErrorKind::Compilation);
        task.addWarnings(capture.take());
        return contents;
      });
  return nb::bytes(contents.data(), contents.size());
}

void mlir::rasp::python::bindPrograms(nb::class_<Module> &moduleClass) {
  moduleClass
      .def("contract", &contractOf, nb::arg("program") = "",
           "name, vocab (list), max_seq_len, causal, bos and pad of a program.")
      .def("interpret", &interpretProgram, nb::arg("tokens").none(),
           nb::arg("program") = "",
           "Runs the reference interpreter, at any stage before linalg, on one "
           "input without BOS. Raises EvaluationError.")
      .def("export", &exportProgram, nb::arg("format"), nb::arg("program") = "",
           nb::arg("options") = nb::none(),
           "What `rasp-translate --export-FORMAT` writes: \"circuit\" or "
           "\"safetensors\". `options` as in `lower`, for what is not lowered "
           "that far.");
}
