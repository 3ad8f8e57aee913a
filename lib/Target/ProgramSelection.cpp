//===- ProgramSelection.cpp - The one model that is exported --------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramSelection.h"

#include "rasp/Conversion/CraftToLinalg/ModelAttributes.h"
#include "rasp/Pipelines/Pipelines.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::rasp;

/// Emits the error for a module without programs.
static InFlightDiagnostic emitNoProgram(ModuleOp module) {
  // At the location alone: the op would be printed with all its weights.
  for (auto function : module.getOps<FunctionOpInterface>())
    if (craft::isModel(function))
      return mlir::emitError(function.getLoc())
             << "'" << SymbolTable::getSymbolName(function).getValue()
             << "' is already a compiled function; export the program or its "
                "craft-layers stage";
  return mlir::emitError(module.getLoc()) << "there is no program to export";
}

/// The program called `name`, or the only one; null after an error.
static ProgramOpInterface findProgram(ModuleOp module, StringRef name) {
  auto programs = llvm::to_vector(module.getOps<ProgramOpInterface>());
  if (programs.empty()) {
    emitNoProgram(module);
    return nullptr;
  }
  if (name.empty() && programs.size() == 1)
    return programs.front();
  for (ProgramOpInterface program : programs)
    if (!name.empty() && SymbolTable::getSymbolName(program) == name)
      return program;

  InFlightDiagnostic diagnostic = module.emitError();
  if (name.empty())
    diagnostic << "expected one program and found " << programs.size()
               << "; choose one with --program=<name>";
  else
    diagnostic << "there is no program called '" << name << "'";
  for (ProgramOpInterface program : programs)
    diagnostic.attachNote(program.getLoc())
        << "'" << SymbolTable::getSymbolName(program).getValue() << "'";
  return nullptr;
}

namespace {
/// Shows an observer the module before each pass over all of it.
class ObservePasses : public PassInstrumentation {
public:
  explicit ObservePasses(LoweringObserver &observer) : observer(observer) {}

  void runBeforePass(Pass *, Operation *op) override {
    if (auto module = dyn_cast<ModuleOp>(op))
      observer.beginPass(module);
  }

private:
  LoweringObserver &observer;
};
} // namespace

FailureOr<SelectedTransformer>
mlir::rasp::selectTransformer(ModuleOp module, StringRef name,
                              const LowerToTransformerOptions *options,
                              LoweringObserver *observer) {
  ProgramOpInterface program = findProgram(module, name);
  if (!program)
    return failure();
  if (auto transformer = dyn_cast<craft::TransformerOp>(*program))
    return SelectedTransformer{transformer, nullptr};

  // The program alone, with the functions that it may call.
  SelectedTransformer selected;
  selected.owner = module.clone();
  StringAttr programName = SymbolTable::getSymbolName(program);
  for (auto other :
       llvm::make_early_inc_range(selected.owner->getOps<ProgramOpInterface>()))
    if (SymbolTable::getSymbolName(other) != programName)
      other->erase();

  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  LowerToTransformerOptions toLayers;
  if (options)
    toLayers.copyOptionValuesFrom(*options);
  toLayers.to = Stage::CraftLayers;
  buildLowerToTransformerPipeline(manager, toLayers);
  if (observer) {
    if (failed(observer->beginLowering(*selected.owner)))
      return failure();
    manager.addInstrumentation(std::make_unique<ObservePasses>(*observer));
  }
  if (failed(manager.run(*selected.owner)))
    return failure();
  selected.transformer =
      selected.owner->lookupSymbol<craft::TransformerOp>(programName);
  if (!selected.transformer)
    return program.emitError() << "'" << programName.getValue()
                               << "' was not lowered to a craft.transformer";
  return selected;
}

llvm::cl::opt<std::string> &mlir::rasp::getProgramOption() {
  static llvm::cl::opt<std::string> program(
      "program", llvm::cl::value_desc("name"),
      llvm::cl::desc("The program to export, where a module has several"));
  return program;
}
