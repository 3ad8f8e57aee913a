//===- RaspLspServerMain.cpp - The language server ------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Tools/RaspLspServerMain.h"
#include "Forwarding.h"
#include "LspServer.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/LSP/Logging.h"
#include "llvm/Support/Program.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::lsp;
namespace cl = llvm::cl;

/// With this as the first argument it is upstream's server, for MLIR only.
static constexpr StringLiteral onlyMLIR = "--language=mlir";

namespace {
/// The options of upstream's server. Registered when this one starts.
struct Options {
  cl::OptionCategory category{"rasp-lsp-server options"};
  cl::opt<llvm::lsp::JSONStreamStyle> inputStyle{
      "input-style",
      cl::desc("Input JSON stream encoding"),
      cl::values(clEnumValN(llvm::lsp::JSONStreamStyle::Standard, "standard",
                            "usual LSP protocol"),
                 clEnumValN(llvm::lsp::JSONStreamStyle::Delimited, "delimited",
                            "messages delimited by `// -----` lines, with // "
                            "comment support")),
      cl::init(llvm::lsp::JSONStreamStyle::Standard),
      cl::Hidden,
      cl::cat(category)};
  cl::opt<bool> litTest{
      "lit-test",
      cl::desc("Abbreviation for -input-style=delimited -pretty -log=verbose. "
               "Intended to simplify lit tests"),
      cl::cat(category)};
  cl::opt<llvm::lsp::Logger::Level> log{
      "log", cl::desc("Verbosity of log messages written to stderr"),
      cl::values(clEnumValN(llvm::lsp::Logger::Level::Error, "error",
                            "Error messages only"),
                 clEnumValN(llvm::lsp::Logger::Level::Info, "info",
                            "High level execution tracing"),
                 clEnumValN(llvm::lsp::Logger::Level::Debug, "verbose",
                            "Low level details")),
      cl::init(llvm::lsp::Logger::Level::Info), cl::cat(category)};
  cl::opt<bool> pretty{"pretty", cl::desc("Pretty-print JSON output"),
                       cl::cat(category)};
  cl::opt<std::string> language{
      "language",
      cl::desc("\"rasp\": serve RASP source only; \"mlir\", as the first "
               "argument: MLIR only. Neither starts another process"),
      cl::cat(category)};
};
} // namespace

/// The level as the option `--log` names it.
static StringRef getName(llvm::lsp::Logger::Level level) {
  switch (level) {
  case llvm::lsp::Logger::Level::Debug:
    return "verbose";
  case llvm::lsp::Logger::Level::Info:
    return "info";
  case llvm::lsp::Logger::Level::Error:
    return "error";
  }
  llvm_unreachable("unknown level");
}

static constexpr StringLiteral overview =
    "A language server for RASP source (.rasp) and for MLIR with the dialects\n"
    "of this project. An editor starts it and speaks to it through its\n"
    "standard input and output; docs/editors.md tells how.\n";

LogicalResult mlir::rasp::raspLspServerMain(int argc, char **argv,
                                            DialectRegistry &registry) {
  if (argc > 1 && argv[1] == onlyMLIR) {
    argv[1] = argv[0];
    return MlirLspServerMain(argc - 1, argv + 1, registry);
  }
  llvm::InitLLVM initialized(argc, argv);
  Options options;
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(argc, argv, overview);
  bool isOnlyRasp = options.language == "rasp";
  if (!isOnlyRasp && !options.language.empty()) {
    llvm::errs() << "error: expected '--language=rasp', or '" << onlyMLIR
                 << "' as the first argument, found '--language="
                 << options.language << "'\n";
    return failure();
  }
  // Of the server for MLIR.
  std::vector<std::string> command = {
      llvm::sys::fs::getMainExecutable(
          argv[0], reinterpret_cast<void *>(&raspLspServerMain)),
      onlyMLIR.str()};
  if (options.litTest) {
    options.inputStyle = llvm::lsp::JSONStreamStyle::Delimited;
    options.log = llvm::lsp::Logger::Level::Debug;
    options.pretty = true;
    // Files of tests are nowhere on a disk.
    llvm::lsp::URIForFile::registerSupportedScheme("test");
    command.push_back("--lit-test");
  } else {
    if (options.inputStyle == llvm::lsp::JSONStreamStyle::Delimited)
      command.push_back("--input-style=delimited");
    command.push_back("--log=" + getName(options.log).str());
  }
  if (isOnlyRasp)
    command.clear();
  llvm::lsp::Logger::setLogLevel(options.log);

  llvm::sys::ChangeStdinToBinary();
  auto input = std::make_unique<ForwardingInput>(stdin, options.inputStyle,
                                                 std::move(command));
  ForwardingInput &forwarding = *input;
  llvm::lsp::JSONTransport transport(std::move(input), llvm::outs(),
                                     options.pretty);
  forwarding.setOutput(&transport);
  llvm::lsp::MessageHandler messages(transport);
  LspServer server(registry, messages);
  if (llvm::Error error = transport.run(messages)) {
    llvm::lsp::Logger::error("{0}", llvm::toString(std::move(error)));
    return failure();
  }
  return success();
}
