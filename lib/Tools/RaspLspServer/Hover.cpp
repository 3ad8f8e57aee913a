//===- Hover.cpp - What a name stands for ---------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RaspDocument.h"

#include "rasp/Conversion/CraftToLinalg/ModelWeights.h"
#include "rasp/Dialect/Craft/IR/CraftDialect.h"
#include "rasp/Dialect/Rasp/Analysis/DomainAnalysis.h"
#include "rasp/Pipelines/Pipelines.h"

#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::lsp;
using namespace mlir::rasp::frontend;

/// Models of longer inputs take too long for who only looks.
static constexpr uint64_t maxCostedLength = 128;

/// Texts of values are at most so long.
static constexpr size_t maxText = 300;

static std::string cutOff(std::string text) {
  if (text.size() > maxText)
    text.replace(maxText, std::string::npos, "...");
  return text;
}

static StringRef describeKind(const Definition &definition) {
  switch (definition.kind) {
  case Definition::Kind::Variable:
    return "variable of a function";
  case Definition::Kind::Function:
    return "function in a function";
  case Definition::Kind::Parameter:
    return "parameter";
  case Definition::Kind::Loop:
    return "variable of a loop";
  }
  llvm_unreachable("unknown kind of definition");
}

std::optional<llvm::lsp::Hover>
RaspDocument::findHover(llvm::lsp::Position position) {
  const Occurrence *occurrence = findName(position);
  if (!occurrence)
    return std::nullopt;
  llvm::lsp::Hover hover(getRange(occurrence->range));
  const StaticValue *value = getValue(*occurrence);
  if (value && !value->isUnknown())
    hover.contents.value = describe(occurrence->name, *value);
  else if (occurrence->definition &&
           !names.getDefinitions()[*occurrence->definition].isGlobal)
    hover.contents.value =
        ("**" + describeKind(names.getDefinitions()[*occurrence->definition]) +
         "** `" + occurrence->name + "`")
            .str();
  else
    return std::nullopt;
  return hover;
}

std::string RaspDocument::describe(StringRef name, const StaticValue &value) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (const FunctionValue *function = value.getFunction()) {
    os << "**function**\n\n```rasp\n";
    if (const FunctionStmt *definition = function->definition) {
      SMRange range = definition->getRange();
      const char *start = range.Start.getPointer();
      os << cutOff(std::string(start, range.End.getPointer()));
    } else {
      os << name << '(';
      llvm::interleaveComma(function->getParameters(), os);
      os << ')';
    }
    os << "\n```";
    return text;
  }
  if (Node *node = value.getNode()) {
    os << (node->isSelector() ? "**selector**" : "**s-op**") << "\n\n```rasp\n"
       << name << " = " << cutOff(describeComputation(node)) << "\n```";
    if (!node->isSelector()) {
      auto [model, isNew] = models.try_emplace(node);
      if (isNew)
        model->second = describeModel(node);
      os << "\n\n" << model->second;
    }
    return text;
  }
  os << (value.getList()   ? "**list**"
         : value.getDict() ? "**dict**"
                           : "**value**")
     << "\n\n```rasp\n"
     << name << " = ";
  frontend::print(os, value);
  os << "\n```";
  return text;
}

/// Lowers a program as far as its sizes are known.
static FailureOr<craft::TransformerShape> getShape(ModuleOp module) {
  LowerToTransformerOptions options;
  options.to = Stage::CraftLayers;
  PassManager passManager(module.getContext(), ModuleOp::getOperationName());
  buildLowerToTransformerPipeline(passManager, options);
  if (failed(passManager.run(module)))
    return failure();
  auto transformers = module.getOps<craft::TransformerOp>();
  if (transformers.empty())
    return failure();
  return craft::TransformerShape::get(*transformers.begin());
}

/// What values an s-op can have, and what a model of it costs.
std::string RaspDocument::describeModel(Node *sop) const {
  if (!contract)
    return "Its values and the cost of a model are known in a file that begins "
           "with the settings `# rasp: vocab = [...], max_seq_len = ...`";
  std::string reason;
  ScopedDiagnosticHandler capture(context, [&](mlir::Diagnostic &diagnostic) {
    if (reason.empty() &&
        diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error)
      reason = diagnostic.str();
    return success();
  });
  std::string text;
  llvm::raw_string_ostream os(text);
  OwningOpRef<ModuleOp> module = lowerToProgram(sop, *contract, sop->location);
  if (!module) {
    os << "No program: " << reason;
    return text;
  }
  ProgramOp program = *module->getOps<ProgramOp>().begin();
  std::string domain;
  llvm::raw_string_ostream(domain) << DomainAnalysis(program).getDomain(
      program.getProgramBody().getTerminator()->getOperand(0));
  os << "Values: `" << cutOff(std::move(domain)) << "`\n\n";
  if (contract->maxSeqLen > maxCostedLength) {
    os << "Cost: `rasp-run --print-shape` tells, for inputs as long as these";
    return text;
  }
  FailureOr<craft::TransformerShape> shape = getShape(*module);
  if (failed(shape)) {
    os << "No model: " << reason;
    return text;
  }
  os << "Cost: layers " << shape->numLayers << ", heads " << shape->numHeads
     << ", d_model " << shape->modelDimension << ", d_mlp "
     << shape->numHiddenUnits << ", parameters " << shape->numParameters;
  return text;
}
