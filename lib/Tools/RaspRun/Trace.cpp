//===- Trace.cpp - The values of a run --------------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Trace.h"
#include "Inputs.h"
#include "rasp/Dialect/Craft/IR/CraftDialect.h"
#include "rasp/Reference/ScalarJSON.h"

#include "mlir/IR/AsmState.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::rasp;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

namespace {

/// Collects the values of one run.
class Tracer {
public:
  Tracer(ProgramOpInterface program, Trace &trace)
      : program(program), trace(trace), names(program) {}

  void add(Operation *op, ArrayRef<EvaluationValue> results);

private:
  /// The name that the printed program has for `value`, without its sign; of a
  /// value without one, the op and its line.
  std::string getName(Value value);
  void addSequence(Value value, Sequence sequence);
  void addSelector(Value value, const SelectorMatrix &matrix);
  /// Adds a value for each column that `op` has changed.
  void addColumns(Operation *op, const Activations &stream);

  ProgramOpInterface program;
  Trace &trace;
  AsmState names;
  /// The stream before the current op, and the layers before it.
  Activations before;
  unsigned numLayers = 0;
};

} // namespace

std::string Tracer::getName(Value value) {
  std::string name;
  llvm::raw_string_ostream os(name);
  value.printAsOperand(os, names);
  StringRef bare = StringRef(name).ltrim('%');
  auto place = value.getLoc()->findInstanceOf<FileLineColLoc>();
  if (!llvm::all_of(bare, llvm::isDigit) || !place)
    return bare.str();
  return (value.getDefiningOp()->getName().stripDialect() + " at line " +
          Twine(place.getLine()))
      .str();
}

void Tracer::add(Operation *op, ArrayRef<EvaluationValue> results) {
  // Ops in functions that the program calls have no name in it.
  if (op->getBlock() != &program.getProgramBody())
    return;
  for (auto [value, result] : llvm::zip(op->getResults(), results)) {
    if (const auto *sequence = std::get_if<Sequence>(&result)) {
      addSequence(value, *sequence);
    } else if (const auto *matrix = std::get_if<SelectorMatrix>(&result)) {
      addSelector(value, *matrix);
    } else if (auto type =
                   dyn_cast<craft::SubspaceTypeInterface>(value.getType())) {
      const auto &activations = std::get<Activations>(result);
      Sequence decoded;
      for (size_t position = 1; position < activations.getNumPositions();
           ++position)
        decoded.push_back(type.decode(activations[position]));
      addSequence(value, std::move(decoded));
    } else {
      addColumns(op, std::get<Activations>(result));
    }
  }
}

void Tracer::addSequence(Value value, Sequence sequence) {
  TracedValue &traced = trace.values.emplace_back();
  traced.name = getName(value);
  traced.op = value.getDefiningOp();
  for (const Scalar &scalar : sequence)
    traced.cells.push_back(formatText(scalar));
  traced.json = formatJSON(sequence);
  traced.values = std::move(sequence);
}

void Tracer::addSelector(Value value, const SelectorMatrix &matrix) {
  TracedValue &traced = trace.values.emplace_back();
  traced.name = getName(value);
  traced.op = value.getDefiningOp();
  for (size_t query = 0; query < matrix.getLength(); ++query) {
    std::string cell;
    llvm::raw_string_ostream os(cell);
    llvm::json::Array keys;
    for (size_t key = 0; key < matrix.getLength(); ++key)
      if (matrix.get(query, key))
        keys.push_back(static_cast<int64_t>(key));
    os << '{';
    llvm::interleave(
        keys, os, [&](const llvm::json::Value &key) { os << key; }, ",");
    os << '}';
    traced.cells.push_back(std::move(cell));
    traced.json.push_back(std::move(keys));
  }
}

void Tracer::addColumns(Operation *op, const Activations &stream) {
  auto transformer = cast<craft::TransformerOp>(program.getOperation());
  trace.hasBos = true;
  std::string writer = isa<craft::LayerOp>(op)
                           ? "layer " + std::to_string(numLayers++)
                           : op->getName().stripDialect().str();
  for (auto [column, label] : llvm::enumerate(
           transformer.getResidualLabels().getAsValueRange<StringAttr>())) {
    // The stream is zero before the embedding.
    bool changed = false;
    for (size_t position = 0; position < stream.getNumPositions(); ++position)
      changed |=
          stream[position][column] !=
          (before.getNumPositions() ? std::as_const(before)[position][column]
                                    : 0.0);
    if (!changed)
      continue;
    TracedValue &traced = trace.values.emplace_back();
    traced.name = (writer + " " + label).str();
    traced.op = op;
    for (size_t position = 0; position < stream.getNumPositions(); ++position) {
      Scalar number = Scalar::number(stream[position][column]);
      traced.cells.push_back(formatText(number, /*isRounded=*/true));
      traced.json.push_back(toJSON(number));
    }
  }
  before = stream;
}

FailureOr<Trace> mlir::rasp::interpretAndTrace(ProgramOpInterface program,
                                               ArrayRef<Scalar> input) {
  Trace trace;
  trace.input.assign(input.begin(), input.end());
  Tracer tracer(program, trace);
  FailureOr<Sequence> output = interpret(
      program, input, [&](Operation *op, ArrayRef<EvaluationValue> results) {
        tracer.add(op, results);
      });
  if (failed(output))
    return failure();
  trace.output = std::move(*output);
  return trace;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

void mlir::rasp::printTable(const Trace &trace, bool isRounded,
                            raw_ostream &os) {
  // The rows: the input, the values, the output.
  std::vector<std::vector<std::string>> rows;
  auto addSequence = [&](StringRef name, ArrayRef<Scalar> sequence,
                         bool rounded) {
    std::vector<std::string> &row = rows.emplace_back();
    row.push_back(name.str());
    if (trace.hasBos)
      row.push_back(name == "input" ? "BOS" : "");
    for (const Scalar &value : sequence)
      row.push_back(formatText(value, rounded));
  };
  addSequence("input", trace.input, false);
  for (const TracedValue &value : trace.values) {
    std::vector<std::string> &row = rows.emplace_back();
    row.push_back(value.name);
    llvm::append_range(row, value.cells);
  }
  addSequence("output", trace.output, isRounded);

  std::vector<size_t> widths;
  for (const std::vector<std::string> &row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (auto [width, cell] : llvm::zip(widths, row))
      width = std::max(width, cell.size());
  }
  for (const std::vector<std::string> &row : rows) {
    std::string line;
    for (auto [index, cell] : llvm::enumerate(row)) {
      line += cell;
      line.append(widths[index] - cell.size() + 2, ' ');
    }
    os << StringRef(line).rtrim() << '\n';
  }
}
