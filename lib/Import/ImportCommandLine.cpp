//===- ImportCommandLine.cpp - Options for RASP source --------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/ImportCommandLine.h"
#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "mlir/Tools/mlir-translate/Translation.h"

#include <memory>

using namespace mlir;
using namespace mlir::rasp;
namespace cl = llvm::cl;

ImportCommandLine::ImportCommandLine(cl::OptionCategory &category)
    : output("output",
             cl::desc("Of RASP source: the s-op to compile, a variable or "
                      "another expression (default: the one assigned last)"),
             cl::value_desc("expression"), cl::cat(category)),
      outputKind("output-kind",
                 cl::desc("Of RASP source: how the output is read, one logit "
                          "for each value (categorical) or as a number "
                          "(numerical)"),
                 cl::value_desc("kind"), cl::cat(category)),
      vocab("vocab",
            cl::desc("Of RASP source: the tokens that may occur, between "
                     "commas or as a list"),
            cl::value_desc("tokens"), cl::cat(category)),
      maxSeqLen("max-seq-len",
                cl::desc("Of RASP source: the greatest length of an input"),
                cl::value_desc("length"), cl::init(0), cl::cat(category)),
      causal("causal",
             cl::desc("Of RASP source: a position sees none after it"),
             cl::cat(category)),
      searchPaths("load-path",
                  cl::desc("Of RASP source: a folder to search for files that "
                           "are loaded; may be given several times"),
                  cl::value_desc("folder"), cl::cat(category)) {}

ImportOptions ImportCommandLine::get() const {
  ImportOptions options;
  options.output = output;
  options.outputKind = outputKind;
  options.vocab = vocab;
  if (maxSeqLen.getNumOccurrences() > 0)
    options.maxSeqLen = maxSeqLen;
  if (causal != cl::BOU_UNSET)
    options.causal = causal == cl::BOU_TRUE;
  options.searchPaths.assign(searchPaths.begin(), searchPaths.end());
  return options;
}

void mlir::rasp::registerRaspImportTranslation() {
  // Of a tool that translates, for as long as it runs.
  static ImportCommandLine commandLine;
  TranslateToMLIRRegistration registration(
      "import-rasp", "import RASP source as a program of the rasp dialect",
      [](llvm::SourceMgr &sources,
         MLIRContext *context) -> OwningOpRef<Operation *> {
        return importRasp(sources, context, commandLine.get())
            .release()
            .getOperation();
      },
      [](DialectRegistry &registry) {
        registry.insert<RaspDialect, arith::ArithDialect, math::MathDialect>();
      });
}
