//===- Check.cpp - Comparison of the stages of a program --------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check.h"
#include "Inputs.h"
#include "Trace.h"
#include "rasp/Dialect/Craft/Analysis/ValueNames.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;

namespace {

/// Tells whether outputs agree. Numbers that were computed in f32 are off by
/// some part of the greatest number beside them.
class Comparison {
public:
  /// Takes into account how large numbers in `sequence` are.
  void add(ArrayRef<Scalar> sequence) {
    range = std::max(range, findGreatest(sequence));
  }

  /// The first position at which two sequences differ, if there is one.
  std::optional<size_t> findDifference(ArrayRef<Scalar> expected,
                                       ArrayRef<Scalar> found,
                                       bool isNumerical) const;

private:
  /// What f32 tells apart among numbers of that size, and what attention gives
  /// to keys that are not selected.
  static constexpr double rangeTolerance = 1e-7;
  /// A multiple of that for numbers of one sequence, for rounding adds up.
  static constexpr double sequenceTolerance = 1e-4;

  /// The greatest magnitude of a number in `sequence`.
  static double findGreatest(ArrayRef<Scalar> sequence) {
    double greatest = 0;
    for (const Scalar &value : sequence)
      if (value.isNumeric())
        greatest = std::max(greatest, std::abs(value.getDouble()));
    return greatest;
  }

  /// The greatest magnitude of a number in any sequence.
  double range = 0;
};

} // namespace

/// Whether `found` is `expected` up to `tolerance`.
static bool agree(const Scalar &expected, const Scalar &found,
                  double tolerance) {
  if (!expected.isNumeric() || !found.isNumeric())
    return expected == found;
  double number = expected.getDouble(), other = found.getDouble();
  // What counts or chooses is read by rounding.
  if (expected.getKind() != Scalar::Kind::Number)
    return std::nearbyint(other) == number;
  return std::abs(number - other) <= tolerance;
}

std::optional<size_t> Comparison::findDifference(ArrayRef<Scalar> expected,
                                                 ArrayRef<Scalar> found,
                                                 bool isNumerical) const {
  double tolerance = std::max(sequenceTolerance * findGreatest(expected),
                              rangeTolerance * (range > 0 ? range : 1.0));
  for (size_t position = 0; position < expected.size(); ++position) {
    if (position >= found.size())
      return position;
    if (isNumerical ? !agree(expected[position], found[position], tolerance)
                    : expected[position] != found[position])
      return position;
  }
  if (found.size() > expected.size())
    return expected.size();
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// The reference
//===----------------------------------------------------------------------===//

/// Interprets the program as it was given. Moves the inputs that violate a
/// `unique` out of `inputs`, and returns how many these are.
static FailureOr<size_t> runReference(StagedProgram &program,
                                      std::vector<Sequence> &inputs,
                                      std::vector<Sequence> &outputs,
                                      Progress &progress) {
  ProgramOpInterface original = program.getOriginal();
  std::vector<Sequence> kept;
  size_t numOutside = 0;
  progress.begin("interpreting '" + program.getName() + "'", inputs.size());
  for (Sequence &input : inputs) {
    // Errors are held back until it is known that they are none of ours.
    std::vector<Diagnostic> diagnostics;
    bool violatesUnique = false;
    FailureOr<Sequence> output = failure();
    {
      ScopedDiagnosticHandler handler(
          original->getContext(), [&](Diagnostic &diagnostic) {
            for (Diagnostic &note : diagnostic.getNotes())
              violatesUnique |=
                  StringRef(note.str()).starts_with("`unique` asserts");
            diagnostics.push_back(std::move(diagnostic));
            return success();
          });
      output = interpret(original, input);
    }
    progress.advance();
    if (succeeded(output)) {
      kept.push_back(std::move(input));
      outputs.push_back(std::move(*output));
      continue;
    }
    if (!violatesUnique) {
      for (Diagnostic &diagnostic : diagnostics) {
        diagnostic.attachNote(program.getLoc())
            << "on the input " << formatText(input);
        original->getContext()->getDiagEngine().emit(std::move(diagnostic));
      }
      return failure();
    }
    ++numOutside;
  }
  progress.end();
  inputs = std::move(kept);
  return numOutside;
}

//===----------------------------------------------------------------------===//
// Differences
//===----------------------------------------------------------------------===//

namespace {

/// The place where a run at a later stage leaves the run before.
struct Divergence {
  const TracedValue *value = nullptr;
  size_t position = 0;
  Scalar expected, found;
};

} // namespace

/// The first value of `expected` that `found` has too and differently.
static std::optional<Divergence> findDivergence(const Trace &expected,
                                                const Trace &found) {
  llvm::StringMap<const TracedValue *> byName;
  for (const TracedValue &value : found.values)
    if (!value.values.empty())
      byName.try_emplace(value.name, &value);
  Comparison comparison;
  for (const TracedValue &value : expected.values)
    comparison.add(value.values);
  for (const TracedValue &value : expected.values) {
    const TracedValue *other = byName.lookup(value.name);
    if (!other || value.values.empty())
      continue;
    // Scalars are decoded to the nearest value, but those of large domains
    // stand for themselves.
    if (std::optional<size_t> position =
            comparison.findDifference(value.values, other->values,
                                      /*isNumerical=*/true))
      return Divergence{
          &value, *position,
          *position < value.values.size() ? value.values[*position]
                                          : Scalar::none(),
          *position < other->values.size() ? other->values[*position]
                                           : Scalar::none()};
  }
  return std::nullopt;
}

/// The values of the blocks of a program, read from the columns that they have
/// in the residual stream of `transformer` at the end of a run.
static Trace readColumns(craft::ProgramOp blocks,
                         craft::TransformerOp transformer,
                         ArrayRef<Scalar> input) {
  Activations stream;
  Trace trace;
  FailureOr<Sequence> output =
      interpret(cast<ProgramOpInterface>(transformer.getOperation()), input,
                [&](Operation *, ArrayRef<EvaluationValue> results) {
                  if (!results.empty())
                    if (const auto *activations =
                            std::get_if<Activations>(&results.front()))
                      stream = *activations;
                });
  if (failed(output))
    return trace;
  llvm::StringMap<size_t> columns;
  for (auto [column, label] : llvm::enumerate(
           transformer.getResidualLabels().getAsValueRange<StringAttr>()))
    // A column that was used twice has the names of both uses.
    for (StringRef name : llvm::split(label, '|'))
      columns[name] = column;

  craft::ValueNames names(blocks);
  for (Operation &op : blocks.getProgramBody()) {
    for (Value value : op.getResults()) {
      std::vector<std::string> labels = names.getColumnLabels(value);
      if (!llvm::all_of(labels,
                        [&](StringRef label) { return columns.count(label); }))
        continue;
      TracedValue &traced = trace.values.emplace_back();
      traced.name = names.getName(value).str();
      auto type = cast<craft::SubspaceTypeInterface>(value.getType());
      for (size_t position = 1; position < stream.getNumPositions();
           ++position) {
        SmallVector<double> vector;
        for (const std::string &label : labels)
          vector.push_back(std::as_const(stream)[position][columns[label]]);
        traced.values.push_back(type.decode(vector));
      }
    }
  }
  return trace;
}

/// Says where the run of `stage` on `input` leaves that of the stage before.
static void attachDivergence(InFlightDiagnostic &diagnostic,
                             StagedProgram &program,
                             ProgramOpInterface reference, Stage stage,
                             ArrayRef<Scalar> input) {
  if (stage == Stage::Linalg || !reference)
    return;
  FailureOr<ProgramOpInterface> later = program.getProgram(stage);
  if (failed(later))
    return;
  FailureOr<Trace> expected = failure(), found = failure();
  if (auto transformer =
          dyn_cast<craft::TransformerOp>(later->getOperation())) {
    // Columns are named after the values of the blocks.
    FailureOr<ProgramOpInterface> before =
        program.getFirstStage() < Stage::CraftLayers
            ? program.getProgram(Stage::CraftBlocks)
            : FailureOr<ProgramOpInterface>(failure());
    if (failed(before))
      return;
    expected = interpretAndTrace(*before, input);
    found = readColumns(cast<craft::ProgramOp>(before->getOperation()),
                        transformer, input);
  } else {
    expected = interpretAndTrace(reference, input);
    found = interpretAndTrace(*later, input);
  }
  if (failed(expected) || failed(found))
    return;
  std::optional<Divergence> divergence = findDivergence(*expected, *found);
  if (!divergence)
    return;
  Operation *op = divergence->value->op;
  diagnostic.attachNote(op ? op->getLoc() : program.getLoc())
      << "the first value that differs is '" << divergence->value->name
      << "' at position " << divergence->position << ": expected "
      << formatText(divergence->expected) << ", found "
      << formatText(divergence->found);
}

//===----------------------------------------------------------------------===//
// The check
//===----------------------------------------------------------------------===//

LogicalResult mlir::rasp::checkStages(StagedProgram &program,
                                      std::vector<Sequence> inputs,
                                      Progress &progress, raw_ostream &os) {
  if (program.getFirstStage() == Stage::Linalg)
    return emitError(program.getLoc())
           << "there is nothing to compare: the program is at stage linalg, "
              "which is the last; expected one at an earlier stage";
  std::vector<Sequence> expected;
  FailureOr<size_t> numOutside =
      runReference(program, inputs, expected, progress);
  if (failed(numOutside))
    return failure();

  Comparison comparison;
  for (const Sequence &output : expected)
    comparison.add(output);
  ProgramOpInterface reference = program.getOriginal();
  StringRef referenceName = getStageName(program.getFirstStage());
  SmallVector<StringRef> stages = {referenceName};
  for (Stage stage : getStages()) {
    // A rasp program is compared with its canonical form too.
    if (stage < program.getFirstStage() ||
        (stage == program.getFirstStage() && stage != Stage::Rasp))
      continue;
    FailureOr<std::vector<Sequence>> found = program.run(stage, inputs);
    if (failed(found))
      return failure();
    FailureOr<bool> isNumerical = program.isRounded(stage);
    if (failed(isNumerical))
      return failure();
    size_t numDifferent = 0, firstIndex = 0, firstPosition = 0;
    for (auto [index, output] : llvm::enumerate(*found)) {
      std::optional<size_t> position =
          comparison.findDifference(expected[index], output, *isNumerical);
      if (position && numDifferent++ == 0) {
        firstIndex = index;
        firstPosition = *position;
      }
    }
    if (numDifferent == 0) {
      if (stage != Stage::Rasp)
        stages.push_back(getStageName(stage));
      continue;
    }
    auto show = [&](const Sequence &sequence, bool isRounded) {
      return firstPosition < sequence.size()
                 ? formatText(sequence[firstPosition], isRounded)
                 : std::string("nothing");
    };
    std::string wanted = show(expected[firstIndex], *isNumerical);
    std::string other = show((*found)[firstIndex], *isNumerical);
    // Rounded they may look the same.
    if (wanted == other)
      other = show((*found)[firstIndex], /*isRounded=*/false);
    InFlightDiagnostic diagnostic =
        emitError(program.getLoc())
        << "stage " << getStageName(stage)
        << (stage == program.getFirstStage() ? " in canonical form" : "")
        << " differs from stage " << referenceName << " on " << numDifferent
        << " of " << inputs.size() << " inputs, first on "
        << formatText(inputs[firstIndex]) << " at position " << firstPosition
        << ": expected " << wanted << ", found " << other;
    attachDivergence(diagnostic, program, reference, stage, inputs[firstIndex]);
    return diagnostic;
  }
  os << program.getName() << ": " << inputs.size() << " inputs agree at ";
  llvm::interleaveComma(stages, os);
  if (*numOutside)
    os << "; " << *numOutside
       << " more violate what the program asserts, and were left out";
  os << '\n';
  return success();
}
