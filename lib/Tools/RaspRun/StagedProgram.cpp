//===- StagedProgram.cpp - One program at every stage -----------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StagedProgram.h"
#include "Interruption.h"
#include "rasp/Dialect/Craft/IR/CraftDialect.h"
#include "rasp/Reference/ScalarAttrInterface.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace mlir::rasp;

/// How many inputs a compiled model is given between two reports of progress.
static constexpr size_t inputsPerCall = 1024;

//===----------------------------------------------------------------------===//
// Finding the program
//===----------------------------------------------------------------------===//

StagedProgram::StagedProgram(ModuleOp module, Operation *program, Stage stage,
                             StringRef options, Progress &progress)
    : original(module), name(SymbolTable::getSymbolName(program).str()),
      loc(program->getLoc()), firstStage(stage), options(options),
      progress(&progress) {}

FailureOr<StagedProgram> StagedProgram::create(ModuleOp module, StringRef name,
                                               StringRef options,
                                               Progress &progress) {
  SmallVector<Operation *> programs;
  for (Operation &op : *module.getBody())
    if (getStage(&op))
      programs.push_back(&op);
  SmallVector<Operation *> chosen;
  llvm::copy_if(programs, std::back_inserter(chosen), [&](Operation *program) {
    return name.empty() || SymbolTable::getSymbolName(program) == name;
  });
  if (chosen.size() != 1) {
    InFlightDiagnostic diagnostic = module.emitError();
    if (programs.empty())
      diagnostic << "expected a program (rasp.program, craft.program, "
                    "craft.transformer, or a function that "
                    "convert-craft-to-linalg made), and found none";
    else if (chosen.empty())
      diagnostic << "there is no program '" << name << "'";
    else
      diagnostic << "there are " << programs.size()
                 << " programs; choose one with --program";
    for (Operation *program : programs)
      diagnostic.attachNote(program->getLoc())
          << "program '" << SymbolTable::getSymbolName(program).getValue()
          << "'";
    return failure();
  }
  Operation *program = chosen.front();
  StagedProgram result(module, program, *getStage(program), options, progress);

  // Others would only be lowered for nothing, or be refused.
  for (Operation *other : programs)
    if (other != program)
      other->erase();

  if (auto function = dyn_cast<func::FuncOp>(program)) {
    FailureOr<ModelContract> contract = ModelContract::get(function);
    if (failed(contract))
      return failure();
    result.vocab = contract->getVocab().vec();
    result.maxSeqLen = contract->getShape().maxSeqLen;
    return result;
  }
  auto interface = cast<ProgramOpInterface>(program);
  for (Attribute token : interface.getVocab()) {
    std::optional<Scalar> value = getScalar(token);
    if (!value)
      return program->emitError()
             << "expected a value in the vocabulary, and found " << token;
    result.vocab.push_back(*value);
  }
  result.maxSeqLen = interface.getMaxSeqLen();
  return result;
}

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

ProgramOpInterface StagedProgram::getOriginal() {
  return dyn_cast_or_null<ProgramOpInterface>(
      SymbolTable::lookupSymbolIn(original, name));
}

FailureOr<ModuleOp> StagedProgram::getModule(Stage stage) {
  auto it = modules.find(stage);
  if (it != modules.end())
    return it->second.get();
  // A program of blocks alone is a program of values too.
  bool isBlocks =
      firstStage == Stage::CraftBlocks && stage == Stage::CraftValues;
  if (stage < firstStage && !isBlocks)
    return emitError(loc)
           << "the program is at stage " << getStageName(firstStage)
           << ", from which stage " << getStageName(stage)
           << " cannot be made; expected a stage that is not earlier";

  OwningOpRef<ModuleOp> module = original.clone();
  if (stage <= firstStage && stage != Stage::Rasp)
    return (modules[stage] = std::move(module)).get();
  if (stage > firstStage) {
    // Each stage is made from the one before it.
    FailureOr<ModuleOp> previous =
        getModule(static_cast<Stage>(static_cast<int>(stage) - 1));
    if (failed(previous))
      return failure();
    module = previous->clone();
  }
  LowerToTransformerOptions pipelineOptions;
  if (failed(pipelineOptions.parseFromString(options)))
    return emitError(loc) << "invalid options of the pipeline: '" << options
                          << "'";
  pipelineOptions.to = stage;
  // Constants would have to go through the compiler.
  pipelineOptions.weights = "argument";
  PassManager passManager(module->getContext(), ModuleOp::getOperationName());
  buildLowerToTransformerPipeline(passManager, pipelineOptions);
  progress->begin("lowering '" + name + "' to " + getStageName(stage));
  LogicalResult result = passManager.run(*module);
  progress->end();
  if (failed(result) || Interruptible::isInterrupted())
    return failure();
  return (modules[stage] = std::move(module)).get();
}

FailureOr<ProgramOpInterface> StagedProgram::getProgram(Stage stage) {
  FailureOr<ModuleOp> module = getModule(stage);
  if (failed(module))
    return failure();
  auto program = dyn_cast_or_null<ProgramOpInterface>(
      SymbolTable::lookupSymbolIn(*module, name));
  if (!program)
    return emitError(loc)
           << "the program has no form that can be interpreted at "
              "stage "
           << getStageName(stage);
  return program;
}

FailureOr<const CompiledModel *> StagedProgram::getCompiled() {
  if (compiled)
    return compiled.get();
  FailureOr<ModuleOp> module = getModule(Stage::Linalg);
  if (failed(module))
    return failure();
  progress->begin("compiling '" + name + "' to machine code");
  FailureOr<std::unique_ptr<CompiledModel>> model =
      CompiledModel::create(*module, name);
  progress->end();
  if (failed(model) || Interruptible::isInterrupted())
    return failure();
  compiled = std::move(*model);
  return compiled.get();
}

FailureOr<craft::TransformerShape> StagedProgram::getShape() {
  if (firstStage == Stage::Linalg) {
    FailureOr<ModelContract> contract = ModelContract::get(
        cast<func::FuncOp>(SymbolTable::lookupSymbolIn(original, name)));
    if (failed(contract))
      return failure();
    return contract->getShape();
  }
  FailureOr<ProgramOpInterface> program = getProgram(Stage::CraftLayers);
  if (failed(program))
    return failure();
  return craft::TransformerShape::get(
      cast<craft::TransformerOp>(program->getOperation()));
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

FailureOr<std::vector<Sequence>>
StagedProgram::interpretAll(ProgramOpInterface program, const Twine &stage,
                            ArrayRef<Sequence> inputs) {
  std::vector<Sequence> outputs;
  progress->begin("interpreting '" + name + "' at " + stage, inputs.size());
  llvm::scope_exit end([&] { progress->end(); });
  for (const Sequence &input : inputs) {
    FailureOr<Sequence> output = interpret(program, input);
    if (failed(output) || Interruptible::isInterrupted())
      return failure();
    outputs.push_back(std::move(*output));
    progress->advance();
  }
  return outputs;
}

FailureOr<std::vector<Sequence>> StagedProgram::run(Stage stage,
                                                    ArrayRef<Sequence> inputs) {
  if (stage != Stage::Linalg) {
    FailureOr<ProgramOpInterface> program = getProgram(stage);
    if (failed(program))
      return failure();
    return interpretAll(*program, getStageName(stage), inputs);
  }
  FailureOr<const CompiledModel *> model = getCompiled();
  if (failed(model))
    return failure();
  std::vector<Sequence> outputs;
  progress->begin("running '" + name + "'", inputs.size());
  llvm::scope_exit end([&] { progress->end(); });
  while (!inputs.empty()) {
    ArrayRef<Sequence> some =
        inputs.take_front(std::min(inputs.size(), inputsPerCall));
    FailureOr<std::vector<Sequence>> results = (*model)->run(some);
    if (failed(results) || Interruptible::isInterrupted())
      return failure();
    llvm::append_range(outputs, *results);
    progress->advance(some.size());
    inputs = inputs.drop_front(some.size());
  }
  return outputs;
}

FailureOr<bool> StagedProgram::isRounded(Stage stage) {
  if (stage == Stage::Rasp)
    return false;
  if (stage == Stage::Linalg) {
    FailureOr<const CompiledModel *> model = getCompiled();
    if (failed(model))
      return failure();
    return (*model)->getContract().isNumerical();
  }
  FailureOr<ProgramOpInterface> program = getProgram(stage);
  if (failed(program))
    return failure();
  Operation *terminator = program->getProgramBody().getTerminator();
  if (auto unembed = dyn_cast<craft::UnembedOp>(terminator))
    return unembed.getNumerical();
  return cast<craft::UnembeddingOp>(terminator).getNumerical();
}
