//===- StagedProgram.h - One program at every stage -------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPRUN_STAGEDPROGRAM_H
#define RASP_LIB_TOOLS_RASPRUN_STAGEDPROGRAM_H

#include "Progress.h"
#include "rasp/Execution/CompiledModel.h"
#include "rasp/Pipelines/Pipelines.h"
#include "rasp/Reference/Interpreter.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <map>

namespace mlir::rasp {

/// One program of a module, lowered to further stages when they are asked for.
class StagedProgram {
public:
  /// Finds the program `name` of `module`, or the only one. Emits an error and
  /// fails if there is none, or several and no name is given. `options` are
  /// those of the pipeline.
  static FailureOr<StagedProgram> create(ModuleOp module, StringRef name,
                                         StringRef options, Progress &progress);

  StringRef getName() const { return name; }
  /// Where errors about the program as a whole are reported.
  Location getLoc() const { return loc; }
  ArrayRef<Scalar> getVocab() const { return vocab; }
  uint64_t getMaxSeqLen() const { return maxSeqLen; }
  /// The stage that the program was given at.
  Stage getFirstStage() const { return firstStage; }

  /// The program as it was given; null if that is at stage linalg.
  ProgramOpInterface getOriginal();
  /// The program at `stage`, which is not linalg. Emits an error and fails if
  /// it cannot be lowered so far, or was given at a later stage.
  FailureOr<ProgramOpInterface> getProgram(Stage stage);
  /// The module with the program at `stage`; likewise.
  FailureOr<ModuleOp> getModule(Stage stage);
  /// The program at stage linalg, compiled.
  FailureOr<const CompiledModel *> getCompiled();
  /// The sizes of the model. Lowers the program as far as needed.
  FailureOr<craft::TransformerShape> getShape();

  /// Runs the program at `stage` on `inputs`; at stage rasp in its canonical
  /// form.
  FailureOr<std::vector<Sequence>> run(Stage stage, ArrayRef<Sequence> inputs);
  /// Whether numbers that the program computes at `stage` have been rounded.
  FailureOr<bool> isRounded(Stage stage);

private:
  StagedProgram(ModuleOp module, Operation *original, Stage stage,
                StringRef options, Progress &progress);
  FailureOr<std::vector<Sequence>> interpretAll(ProgramOpInterface program,
                                                const Twine &stage,
                                                ArrayRef<Sequence> inputs);

  ModuleOp original;
  std::string name;
  Location loc;
  Stage firstStage;
  std::string options;
  Progress *progress;
  std::vector<Scalar> vocab;
  uint64_t maxSeqLen = 0;
  std::map<Stage, OwningOpRef<ModuleOp>> modules;
  std::unique_ptr<CompiledModel> compiled;
};

} // namespace mlir::rasp

#endif // RASP_LIB_TOOLS_RASPRUN_STAGEDPROGRAM_H
