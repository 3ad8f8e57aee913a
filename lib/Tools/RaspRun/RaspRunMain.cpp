//===- RaspRunMain.cpp - The program runner ---------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Tools/RaspRunMain.h"
#include "Check.h"
#include "Inputs.h"
#include "Repl/Repl.h"
#include "Trace.h"

#include "rasp/Import/ImportCommandLine.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

#include <functional>

using namespace mlir;
using namespace mlir::rasp;
namespace cl = llvm::cl;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

namespace {

enum class Format { Text, JSON };

/// The command line. Registered when the tool starts, and not when the library
/// is loaded.
struct Options {
  cl::OptionCategory category{"rasp-run options"};

  cl::opt<std::string> file{cl::Positional,
                            cl::desc("<program.mlir or program.rasp>"),
                            cl::init("-"), cl::cat(category)};
  cl::opt<std::string> program{
      "program", cl::desc("The program to run, where the file has several"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<Stage> stage{
      "stage", cl::desc("The stage to run the program at:"),
      cl::init(Stage::Linalg),
      cl::values(
          clEnumValN(Stage::Rasp, "rasp", "The program itself, interpreted"),
          clEnumValN(Stage::CraftValues, "craft-values",
                     "Affine values, maps and heads, interpreted"),
          clEnumValN(Stage::CraftBlocks, "craft-blocks",
                     "Embeddings, heads and MLPs, interpreted"),
          clEnumValN(Stage::CraftLayers, "craft-layers",
                     "Layers over one residual stream, interpreted"),
          clEnumValN(Stage::CraftLayers, "craft", "The same as craft-layers"),
          clEnumValN(Stage::Linalg, "linalg",
                     "The transformer, compiled to machine code (default)")),
      cl::cat(category)};
  cl::opt<std::string> pipeline{
      "pipeline",
      cl::desc("Options of lower-to-transformer, such as "
               "\"selector-width=reciprocal\""),
      cl::value_desc("options"), cl::cat(category)};

  cl::list<std::string> inputs{
      "input",
      cl::desc("An input: tokens between commas or spaces, strings bare or in "
               "quotes, a word of one-letter tokens, or a JSON array; may be "
               "given several times"),
      cl::value_desc("tokens"), cl::cat(category)};
  cl::list<std::string> inputFiles{
      "inputs", cl::desc("A file of inputs, one a line (- is standard input)"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<uint64_t> allUpTo{
      "all-up-to", cl::desc("All inputs of up to this many tokens"),
      cl::value_desc("length"), cl::init(0), cl::cat(category)};
  cl::opt<uint64_t> random{
      "random", cl::desc("This many random inputs of all allowed lengths"),
      cl::value_desc("count"), cl::init(0), cl::cat(category)};
  cl::opt<uint64_t> seed{"seed", cl::desc("The seed of the random inputs"),
                         cl::value_desc("number"), cl::init(1),
                         cl::cat(category)};
  cl::opt<uint64_t> maxInputs{
      "max-inputs",
      cl::desc("The most inputs that --all-up-to makes (default: 100000)"),
      cl::value_desc("count"), cl::init(100000), cl::cat(category)};

  cl::opt<bool> check{
      "check",
      cl::desc(
          "Run the inputs at every stage, and fail at the first value that "
          "differs; without inputs, all of up to 3 tokens and 50 random ones. "
          "Numbers that were computed agree within 1e-4 of the greatest in the "
          "output or 1e-7 of the greatest of all; integers have to round to "
          "the same"),
      cl::cat(category)};
  cl::opt<bool> trace{"trace",
                      cl::desc("Show each named value at each position"),
                      cl::cat(category)};
  cl::opt<bool> repl{
      "repl",
      cl::desc("Answer statements of RASP that are typed or piped in, after "
               "those of the file, if one is given"),
      cl::cat(category)};
  cl::opt<bool> printShape{"print-shape",
                           cl::desc("Print the sizes of the transformer"),
                           cl::cat(category)};
  cl::opt<Format> format{
      "format", cl::desc("The form of the output, one line for each input:"),
      cl::init(Format::Text),
      cl::values(clEnumValN(Format::Text, "text", "3 1 2 -> 1 2 3"),
                 clEnumValN(Format::JSON, "json",
                            "{\"input\":[3,1,2],\"output\":[1,2,3]}")),
      cl::cat(category)};
  cl::opt<std::string> output{"o", cl::desc("Where the output goes"),
                              cl::value_desc("file"), cl::init("-"),
                              cl::cat(category)};
  ImportCommandLine source{category};
};

} // namespace

static constexpr StringLiteral overview =
    "Runs a RASP program on input sequences.\n\n"
    "The program is RASP source, where the name of the file ends in .rasp, or\n"
    "at any stage of the compiler: a rasp.program, a craft.program, a\n"
    "craft.transformer, or a function that convert-craft-to-linalg made.\n"
    "It is lowered to the stage that is asked for, by default all the way to\n"
    "a transformer in machine code.\n";

static constexpr StringLiteral examples = R"(
EXAMPLES:

  Run the transformer that a program compiles to:
    rasp-run sort.mlir --input 3,1,2

  See what each value is, as the program says and in the residual stream:
    rasp-run sort.mlir --input 3,1,2 --trace --stage=rasp
    rasp-run sort.mlir --input 3,1,2 --trace --stage=craft-layers

  Many inputs, one a line, and JSON for another program to read:
    rasp-run sort.mlir --inputs inputs.txt --format=json

  Try RASP out, with what a file defines or with nothing:
    rasp-run --repl sort.rasp

  Show that all stages compute the same:
    rasp-run sort.mlir --check --all-up-to 3 --random 100
)";

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

static LogicalResult readInputs(const Options &options,
                                const StagedProgram &program,
                                std::vector<Sequence> &inputs) {
  InputParser parser(program.getVocab(), program.getMaxSeqLen());
  for (const std::string &text : options.inputs)
    if (failed(parser.parse(text, "--input " + text, inputs)))
      return failure();
  for (const std::string &file : options.inputFiles) {
    if (file == "-" && options.file == "-")
      return reportError(
          "the program and the inputs cannot both be on the standard input");
    if (failed(parser.parseFile(file, inputs)))
      return failure();
  }
  bool useDefaults = options.check && options.inputs.empty() &&
                     options.inputFiles.empty() &&
                     options.allUpTo.getNumOccurrences() == 0 &&
                     options.random.getNumOccurrences() == 0;
  if (!parser.addAll(useDefaults ? 3 : options.allUpTo, options.maxInputs,
                     inputs))
    llvm::WithColor::remark()
        << "there are more inputs than --max-inputs=" << options.maxInputs
        << "; the shortest are taken\n";
  if (options.random > options.maxInputs)
    return reportError(
        "expected at most --max-inputs=" + Twine(options.maxInputs) +
        " random inputs, found " + Twine(options.random));
  parser.addRandom(useDefaults ? 50 : options.random, options.seed, inputs);
  if (inputs.empty() && !options.printShape)
    return reportError("there is no input; give one by --input, --inputs, "
                       "--all-up-to or --random");
  return success();
}

static LogicalResult printShape(StagedProgram &program, Format format,
                                raw_ostream &os) {
  FailureOr<craft::TransformerShape> shape = program.getShape();
  if (failed(shape))
    return failure();
  if (format == Format::Text) {
    os << program.getName() << ": ";
    shape->print(os);
    os << '\n';
    return success();
  }
  os << llvm::json::Value(llvm::json::Object{
            {"program", program.getName()},
            {"shape",
             llvm::json::Object{
                 {"layers", shape->numLayers},
                 {"heads", shape->numHeads},
                 {"d_model", shape->modelDimension},
                 {"d_head", shape->headDimension},
                 {"d_mlp", shape->numHiddenUnits},
                 {"max_seq_len", shape->maxSeqLen},
                 {"causal", shape->causal},
                 {"parameters", shape->numParameters},
                 {"unpadded", shape->numUnpaddedParameters},
                 {"non_zeros", shape->numNonZeros},
                 {"unembedding", shape->numUnembeddingParameters}}}})
     << '\n';
  return success();
}

static LogicalResult runAndTrace(StagedProgram &program, Stage stage,
                                 ArrayRef<Sequence> inputs, Format format,
                                 raw_ostream &os) {
  if (stage == Stage::Linalg) {
    if (program.getFirstStage() == Stage::Linalg)
      return emitError(program.getLoc()) << "a compiled model keeps no values "
                                            "to trace; expected the program "
                                            "at an earlier stage";
    stage = Stage::CraftLayers;
    llvm::WithColor::remark()
        << "a compiled model keeps no values; this is stage craft-layers of "
           "the same model (--stage=rasp shows the values of the program)\n";
  }
  FailureOr<ProgramOpInterface> lowered = stage == program.getFirstStage()
                                              ? program.getOriginal()
                                              : program.getProgram(stage);
  FailureOr<bool> isRounded = program.isRounded(stage);
  if (failed(lowered) || failed(isRounded))
    return failure();
  bool isFirst = true;
  for (const Sequence &input : inputs) {
    FailureOr<Trace> trace = interpretAndTrace(*lowered, input);
    if (failed(trace))
      return failure();
    if (format == Format::Text) {
      // A blank line sets the tables apart.
      if (!std::exchange(isFirst, false))
        os << '\n';
      printTable(*trace, *isRounded, os);
      continue;
    }
    llvm::json::Array values;
    for (TracedValue &value : trace->values)
      values.push_back(
          llvm::json::Object{{"name", llvm::json::fixUTF8(value.name)},
                             {"values", std::move(value.json)}});
    os << llvm::json::Value(llvm::json::Object{
              {"input", formatJSON(ArrayRef(input))},
              {"trace", std::move(values)},
              {"output", formatJSON(ArrayRef(trace->output))}})
       << '\n';
  }
  return success();
}

static LogicalResult runAndPrint(StagedProgram &program, Stage stage,
                                 ArrayRef<Sequence> inputs, Format format,
                                 raw_ostream &os) {
  FailureOr<std::vector<Sequence>> outputs = program.run(stage, inputs);
  if (failed(outputs))
    return failure();
  FailureOr<bool> isRounded = program.isRounded(stage);
  if (failed(isRounded))
    return failure();
  for (auto [input, output] : llvm::zip_equal(inputs, *outputs)) {
    if (format == Format::Text)
      os << formatText(ArrayRef(input)) << " -> "
         << formatText(ArrayRef(output), *isRounded) << '\n';
    else
      os << llvm::json::Value(
                llvm::json::Object{{"input", formatJSON(ArrayRef(input))},
                                   {"output", formatJSON(ArrayRef(output))}})
         << '\n';
  }
  return success();
}

static LogicalResult run(const Options &options, ModuleOp module,
                         raw_ostream &os) {
  Progress progress;
  FailureOr<StagedProgram> program = StagedProgram::create(
      module, options.program, options.pipeline, progress);
  if (failed(program))
    return failure();
  std::vector<Sequence> inputs;
  if (failed(readInputs(options, *program, inputs)))
    return failure();
  if (options.printShape && failed(printShape(*program, options.format, os)))
    return failure();
  if (options.check)
    return checkStages(*program, std::move(inputs), progress, os);
  if (inputs.empty())
    return success();
  if (options.trace)
    return runAndTrace(*program, options.stage, inputs, options.format, os);
  return runAndPrint(*program, options.stage, inputs, options.format, os);
}

static LogicalResult runRepl(const Options &options,
                             const DialectRegistry &registry) {
  std::reference_wrapper<const cl::Option> ofOtherModes[] = {
      options.program, options.stage,      options.inputs, options.inputFiles,
      options.allUpTo, options.random,     options.seed,   options.check,
      options.trace,   options.printShape, options.format, options.output};
  for (const cl::Option &option : ofOtherModes)
    if (option.getNumOccurrences() > 0)
      return reportError("--repl does not go with --" + Twine(option.ArgStr) +
                         "; enter ':help' to see what can be asked");
  bool hasFile = options.file.getNumOccurrences() > 0;
  if (hasFile && !isRaspFile(options.file))
    return reportError("--repl expects RASP source, a file whose name ends in "
                       ".rasp, found '" +
                       options.file + "'");
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  // Errors stand where they belong among the answers.
  llvm::errs().tie(&llvm::outs());
  Repl repl(&context, options.source.get(), options.pipeline, llvm::outs());
  if (failed(repl.load(hasFile ? options.file.getValue() : "")))
    return failure();
  return repl.run();
}

LogicalResult mlir::rasp::raspRunMain(int argc, char **argv,
                                      DialectRegistry &registry) {
  llvm::InitLLVM initialized(argc, argv);
  Options options;
  cl::extrahelp moreHelp(examples);
  cl::HideUnrelatedOptions(options.category);
  cl::ParseCommandLineOptions(argc, argv, overview);

  if (options.repl)
    return runRepl(options, registry);
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer =
      openInputFile(options.file, &message);
  if (!buffer)
    return reportError(message);
  MLIRContext context(registry);
  // The line of the program says it.
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(sources, &context);
  OwningOpRef<ModuleOp> module =
      parseProgramFile(sources, &context, options.source.get());
  if (!module)
    return failure();

  // Output appears when it is complete, and not at all if something failed.
  std::string text;
  llvm::raw_string_ostream os(text);
  if (failed(run(options, *module, os)))
    return failure();
  std::unique_ptr<llvm::ToolOutputFile> output =
      openOutputFile(options.output, &message);
  if (!output)
    return reportError(message);
  output->os() << text;
  output->keep();
  return success();
}
