//===- rasp-import-fuzzer.cpp - Fuzzes the reader of RASP source ----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An input is a .rasp file. It is read, and where it is a program, that is
// verified and interpreted. All of it has to end soon and without a crash; what
// it says is of no interest.
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"
#include "rasp/Import/ProgramSettings.h"
#include "rasp/Reference/Interpreter.h"

#include "mlir/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

/// Longer inputs find nothing that shorter ones do not.
static constexpr size_t maxSize = 1 << 14;

/// Runs the program on a few inputs; errors are as good as values.
static void interpretSome(ProgramOp program) {
  SmallVector<Scalar> vocab;
  for (Attribute token : program.getVocab())
    vocab.push_back(*getScalar(token));
  for (size_t length : {1, 3}) {
    Sequence tokens;
    for (size_t i = 0; i < std::min<size_t>(length, program.getMaxSeqLen());
         ++i)
      tokens.push_back(vocab[i % vocab.size()]);
    (void)interpret(program, tokens);
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > maxSize)
    return 0;
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<RaspDialect, arith::ArithDialect, math::MathDialect>();
  ScopedDiagnosticHandler silence(&context,
                                  [](Diagnostic &) { return success(); });
  llvm::SourceMgr sources;
  SourceFiles files(sources, &context);
  // What an input does must not depend on the folder that it is in.
  files.setReader([](StringRef) { return nullptr; });
  unsigned buffer = files.addText(
      StringRef(reinterpret_cast<const char *>(data), size), "fuzz.rasp");
  SessionLimits limits;
  limits.steps = 1 << 12;
  limits.inputSize = 8;
  Session session(files, limits);
  if (failed(session.loadLibrary()))
    std::abort();
  ImportOptions options;
  ProgramSettings settings(session, buffer, options);
  (void)settings.readComments();
  (void)session.runFile(buffer);

  // What is wrong in one statement leaves the others to be lowered.
  ProgramContract defaults;
  defaults.maxSeqLen = 3;
  for (StringRef token : {"a", "1"})
    defaults.vocab.push_back(Scalar::string(StringAttr::get(&context, token)));
  FailureOr<ProgramContract> contract = settings.getContract(&defaults);
  FailureOr<Node *> output = settings.getOutput();
  if (failed(contract) || failed(output))
    return 0;
  // Tables of a large vocabulary take their time.
  contract->maxSeqLen = std::min<uint64_t>(contract->maxSeqLen, 8);
  if (contract->vocab.size() > 16)
    contract->vocab.resize(16);
  OwningOpRef<ModuleOp> module =
      lowerToProgram(*output, *contract, (*output)->location);
  if (!module)
    return 0;
  if (failed(verify(*module)))
    std::abort();
  for (ProgramOp program : module->getOps<ProgramOp>())
    interpretSome(program);
  return 0;
}
