//===- Discretization.cpp - Tables as layers of ReLU units ----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Transforms/Discretization.h"

#include "TablePlans.h"
#include "UnitPrecision.h"

#include "rasp/Dialect/Craft/Transforms/ScalarFunction.h"

#include "llvm/Support/Format.h"

#include <cmath>

using namespace mlir;
using namespace mlir::craft;
using rasp::Scalar;

namespace {

/// The greatest error of a gate, of which half may be missing to be shut.
constexpr double maxGateError = 1.0 / 8;

/// A number in few digits, for a diagnostic.
std::string shortDigits(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.3g", value);
  return text;
}

/// Says in a note what lowers the errors of inputs.
InFlightDiagnostic withHelp(InFlightDiagnostic diagnostic) {
  diagnostic.attachNote()
      << "help: a smaller max_seq_len or vocabulary, values further apart, or "
         "for counts the other way of computing them (option selector-width)";
  return diagnostic;
}

/// What a plan costs, where there is one.
std::optional<uint64_t> costOf(const std::optional<Plan> &plan) {
  if (!plan)
    return std::nullopt;
  return plan->partition.cost;
}

class Discretizer {
public:
  Discretizer(const TabulatedFunction &function, uint64_t maxHiddenUnits,
              llvm::function_ref<InFlightDiagnostic()> emitError)
      : function(function), table(function), maxHiddenUnits(maxHiddenUnits),
        emitError(emitError) {}

  FailureOr<HiddenLayer> run();

private:
  FailureOr<HiddenLayer> planWithNumber(unsigned number);
  FailureOr<HiddenLayer> planOfNumber(const TableInput &input,
                                      ArrayRef<CodedPoint> points);
  void emitNumber(const TableInput &input, const ReluSum &sum);
  FailureOr<HiddenLayer> planWithoutNumbers();
  /// The layer of the units emitted so far, which are forgotten, unless f32
  /// cancels values in it.
  std::optional<HiddenLayer> takeIfPrecise();

  /// An affine form that is `strength` times the number of constraints of
  /// `cube` that do not hold, negated.
  UnitForm gate(const Plan &plan, const Cube &cube, double strength) const;
  void addConstant(const Plan &plan, const Cube &cube, ArrayRef<double> output);
  /// The same in two units, whose difference takes in the error of the gate.
  void addSteppedConstant(const Plan &plan, const Cube &cube,
                          ArrayRef<double> output);
  void emitConstantPlan(const Plan &plan, bool stepped = false);
  void emitReadingPlan(const Plan &plan, ArrayRef<double> numberOf,
                       ArrayRef<double> direction);
  void emitColumnPlans(ArrayRef<ColumnPlan> columns);
  void emitGatedStaircases(const Plan &plan);

  LogicalResult checkGates(const Plan &plan) const;
  /// Checks that no more units are needed than the limit allows; nothing
  /// stands for more than are counted.
  LogicalResult checkNumberOfUnits(std::optional<uint64_t> cost) const;
  SmallVector<CodedPoint> pointsOf(const TableInput &input,
                                   ArrayRef<int64_t> row) const;
  SmallVector<double> difference(int64_t value, int64_t from) const;

  const TabulatedFunction &function;
  const ReducedTable table;
  uint64_t maxHiddenUnits;
  llvm::function_ref<InFlightDiagnostic()> emitError;

  UnitCollector units;
  SmallVector<double> bias;
  /// Why the last layer was not taken.
  std::optional<PrecisionFault> fault;
};

} // namespace

/// Adds `factor` times `rhs` to `lhs`.
static void addTo(SmallVector<double> &lhs, double factor,
                  ArrayRef<double> rhs) {
  for (auto [sum, number] : llvm::zip_equal(lhs, rhs))
    sum += factor * number;
}

SmallVector<double> Discretizer::difference(int64_t value, int64_t from) const {
  SmallVector<double> result = table.vectors[value];
  addTo(result, -1, table.vectors[from]);
  return result;
}

//===----------------------------------------------------------------------===//
// Emitting units
//===----------------------------------------------------------------------===//

UnitForm Discretizer::gate(const Plan &plan, const Cube &cube,
                           double strength) const {
  UnitForm form;
  form.constant = -strength * static_cast<double>(cube.constraints.size());
  for (const Cube::Constraint &constraint : cube.constraints)
    form.add(table.inputs[plan.others[constraint.input]].indicator(
                 constraint.values),
             strength);
  return form;
}

/// The least power of two that is at least `value`.
static double powerOfTwoAbove(double value) {
  double power = std::ldexp(1.0, std::ilogb(value));
  return power < value ? 2 * power : power;
}

void Discretizer::addConstant(const Plan &plan, const Cube &cube,
                              ArrayRef<double> output) {
  // At most -1 outside of the cube.
  UnitForm form = gate(plan, cube, 2);
  form.constant += 1;
  units.addUnit(form, output);
}

void Discretizer::addSteppedConstant(const Plan &plan, const Cube &cube,
                                     ArrayRef<double> output) {
  // At most -4 outside of the cube, where both have to be shut.
  UnitForm form = gate(plan, cube, 4);
  form.constant += 2;
  units.addUnit(form, output);
  form.constant -= 1;
  SmallVector<double> back(output.size(), 0.0);
  addTo(back, -1, output);
  units.addUnit(form, back);
}

void Discretizer::emitConstantPlan(const Plan &plan, bool stepped) {
  bias = table.vectors[plan.defaultValue];
  for (const Cube &cube : plan.partition.cubes) {
    int64_t value = plan.rows[cube.classIndex].front();
    if (value == plan.defaultValue)
      continue;
    SmallVector<double> output = difference(value, plan.defaultValue);
    if (stepped)
      addSteppedConstant(plan, cube, output);
    else
      addConstant(plan, cube, output);
  }
}

void Discretizer::emitReadingPlan(const Plan &plan, ArrayRef<double> numberOf,
                                  ArrayRef<double> direction) {
  const TableInput &read = table.inputs[*plan.read];
  addTo(bias, numberOf[plan.defaultValue], direction);
  for (const Cube &cube : plan.partition.cubes)
    for (double sign : {1.0, -1.0}) {
      // What the values in this cube exceed the default by, or fall short.
      UnitForm excess;
      double greatest = 0;
      for (auto [index, value] : llvm::enumerate(plan.rows[cube.classIndex])) {
        double number = sign * (numberOf[value] - numberOf[plan.defaultValue]);
        if (number <= 0)
          continue;
        greatest = std::max(greatest, number);
        excess.add(read.indicator(index), number);
      }
      if (greatest == 0)
        continue;
      excess.add(gate(plan, cube, powerOfTwoAbove(2 * greatest)), 1);
      SmallVector<double> output(direction);
      for (double &number : output)
        number *= sign;
      units.addUnit(excess, output);
    }
}

void Discretizer::emitColumnPlans(ArrayRef<ColumnPlan> columns) {
  int64_t dimension = function.result.getDimension();
  bias.assign(dimension, 0.0);
  if (dimension > 1)
    bias.back() = 1;
  for (auto [column, planned] : llvm::enumerate(columns)) {
    SmallVector<double> direction(dimension, 0.0);
    direction[column] = 1;
    if (dimension > 1)
      direction.back() = -1;
    emitReadingPlan(planned.plan, planned.numberOf, direction);
  }
}

SmallVector<CodedPoint> Discretizer::pointsOf(const TableInput &input,
                                              ArrayRef<int64_t> row) const {
  SmallVector<CodedPoint> points;
  for (auto [code, value] : llvm::zip_equal(input.codes, row))
    points.push_back({code, value});
  llvm::sort(points, [](const CodedPoint &lhs, const CodedPoint &rhs) {
    return lhs.code < rhs.code;
  });
  return points;
}

void Discretizer::emitGatedStaircases(const Plan &plan) {
  const TableInput &read = table.inputs[*plan.read];
  bias = table.vectors[plan.defaultValue];
  for (const Cube &cube : plan.partition.cubes) {
    ArrayRef<int64_t> row = plan.rows[cube.classIndex];
    SmallVector<CodedPoint> points = pointsOf(read, row);
    std::optional<int64_t> baseValue;
    if (llvm::is_contained(row, plan.defaultValue))
      baseValue = plan.defaultValue;
    ReluSum staircase =
        makeStaircase(points, table.vectors, read.error.entry, baseValue);
    addTo(staircase.base, -1, table.vectors[plan.defaultValue]);
    if (llvm::any_of(staircase.base, [](double number) { return number != 0; }))
      addConstant(plan, cube, staircase.base);
    for (const ReluSum::Term &term : staircase.terms) {
      double greatest = 0;
      for (const CodedPoint &point : points)
        greatest = std::max(greatest, term.weight * point.code + term.bias);
      UnitForm form = gate(plan, cube, powerOfTwoAbove(1.5 * greatest));
      form.weights[{read.operand, 0}] = term.weight;
      form.constant += term.bias;
      units.addUnit(form, term.output);
    }
  }
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

LogicalResult Discretizer::checkGates(const Plan &plan) const {
  for (const Cube &cube : plan.partition.cubes) {
    double total = 0;
    for (const Cube::Constraint &constraint : cube.constraints)
      total += table.inputs[plan.others[constraint.input]].indicatorError(
          constraint.values.size());
    if (total <= maxGateError)
      continue;
    for (const Cube::Constraint &constraint : cube.constraints) {
      const TableInput &input = table.inputs[plan.others[constraint.input]];
      if (!input.codes.empty() &&
          2 * input.indicatorError(constraint.values.size()) > maxGateError)
        return withHelp(emitError()
                        << "values " << input.values[0].str() << " and "
                        << input.values[1].str() << " of input "
                        << input.operand
                        << " are closer than f32 tells apart here (error up to "
                        << shortDigits(input.error.entry) << ")");
    }
    return withHelp(emitError()
                    << "the inputs are not known well enough to "
                       "tell their values apart (errors add up to "
                    << shortDigits(total) << ", where "
                    << shortDigits(maxGateError) << " is the most)");
  }
  return success();
}

LogicalResult
Discretizer::checkNumberOfUnits(std::optional<uint64_t> cost) const {
  if (!cost)
    return emitError() << "needs more than " << maxCost << " hidden units";
  if (*cost > maxHiddenUnits)
    return emitError() << "needs " << *cost
                       << " hidden units, more than the limit of "
                       << maxHiddenUnits << " (max-hidden-units)";
  return success();
}

//===----------------------------------------------------------------------===//
// Discretizing
//===----------------------------------------------------------------------===//

std::optional<HiddenLayer> Discretizer::takeIfPrecise() {
  HiddenLayer layer = units.finish(function.inputs, std::move(bias));
  units = UnitCollector();
  bias.clear();
  fault = findPrecisionFault(function, layer);
  if (fault)
    return std::nullopt;
  return layer;
}

void Discretizer::emitNumber(const TableInput &input, const ReluSum &sum) {
  bias = sum.base;
  for (const ReluSum::Term &term : sum.terms) {
    UnitForm form;
    form.weights[{input.operand, 0}] = term.weight;
    form.constant = term.bias;
    units.addUnit(form, term.output);
  }
}

FailureOr<HiddenLayer> Discretizer::planOfNumber(const TableInput &input,
                                                 ArrayRef<CodedPoint> points) {
  auto makeSteps = [&](std::optional<int64_t> base) {
    return makeStaircase(points, table.vectors, input.error.entry, base);
  };
  std::vector<ReluSum> sums;
  if (function.exactZero) {
    // No unit is active on the side of false.
    sums.push_back(makeSteps(table.getSmallestValue()));
  } else {
    // What a reader of a number does not notice; a reader of a one-hot sums
    // over columns.
    double greatest = 0;
    for (const SmallVector<double> &vector : table.vectors)
      greatest = std::max(greatest, std::abs(vector.front()));
    double maxError =
        isa<ScalarType>(function.result) ? std::ldexp(greatest, -20) : 0.0;
    std::optional<ReluSum> interpolation =
        makeInterpolation(points, table.vectors, input.error.entry, maxError);
    if (interpolation && interpolation->terms.size() < 2 * countSteps(points))
      sums.push_back(std::move(*interpolation));
    sums.push_back(makeSteps(std::nullopt));
    sums.push_back(makeSteps(table.getSmallestValue()));
  }
  for (const ReluSum &sum : sums) {
    if (!fault && failed(checkNumberOfUnits(sum.terms.size())))
      return failure();
    if (sum.terms.size() > maxHiddenUnits)
      break;
    emitNumber(input, sum);
    if (std::optional<HiddenLayer> layer = takeIfPrecise())
      return std::move(*layer);
  }
  return reportPrecisionFault(*fault, emitError);
}

FailureOr<HiddenLayer> Discretizer::planWithNumber(unsigned number) {
  const TableInput &input = table.inputs[number];
  auto [rows, classes] = table.makeRows(number);
  for (ArrayRef<int64_t> row : rows.rows) {
    SmallVector<CodedPoint> points = pointsOf(input, row);
    std::optional<size_t> place = findIndistinct(points, input.error.entry);
    if (!place)
      continue;
    double lower = points[*place].code, upper = points[*place + 1].code;
    auto valueOf = [&](double code) {
      return input.values[llvm::find(input.codes, code) - input.codes.begin()];
    };
    return withHelp(emitError()
                    << "values " << valueOf(lower).str() << " and "
                    << valueOf(upper).str() << " of input " << input.operand
                    << " are " << shortDigits(upper - lower)
                    << " apart, closer than f32 tells apart here (error up to "
                    << shortDigits(input.error.entry) << ")");
  }

  if (table.inputs.size() == 1)
    return planOfNumber(input, pointsOf(input, rows.rows.front()));

  auto costOfRow = [&](ArrayRef<int64_t> row,
                       int64_t defaultValue) -> uint64_t {
    return 2 * countSteps(pointsOf(input, row)) +
           !llvm::is_contained(row, defaultValue);
  };
  std::optional<Plan> plan = table.findPlan(number, costOfRow);
  if (failed(checkNumberOfUnits(costOf(plan))) || failed(checkGates(*plan)))
    return failure();
  emitGatedStaircases(*plan);
  if (std::optional<HiddenLayer> layer = takeIfPrecise())
    return std::move(*layer);
  plan = table.findPlan(number, costOfRow, table.getSmallestValue());
  if (plan && plan->partition.cost <= maxHiddenUnits) {
    emitGatedStaircases(*plan);
    if (std::optional<HiddenLayer> layer = takeIfPrecise())
      return std::move(*layer);
  }
  return reportPrecisionFault(*fault, emitError);
}

FailureOr<HiddenLayer> Discretizer::planWithoutNumbers() {
  std::optional<Plan> constant = table.findConstantPlan();
  std::optional<std::vector<ColumnPlan>> columns =
      table.findColumnPlans(costOf(constant).value_or(maxCost));
  if (columns) {
    uint64_t cost = 0;
    for (const ColumnPlan &column : *columns) {
      cost += column.plan.partition.cost;
      if (failed(checkGates(column.plan)))
        return failure();
    }
    if (failed(checkNumberOfUnits(cost)))
      return failure();
    emitColumnPlans(*columns);
  } else {
    if (failed(checkNumberOfUnits(costOf(constant))) ||
        failed(checkGates(*constant)))
      return failure();
    emitConstantPlan(*constant);
  }
  if (std::optional<HiddenLayer> layer = takeIfPrecise())
    return std::move(*layer);

  // Where large numbers cancel small ones, every value apart, from a small one.
  constant = table.findConstantPlan(table.getSmallestValue());
  for (bool stepped : {false, true}) {
    if (!constant ||
        (stepped ? 2 : 1) * constant->partition.cost > maxHiddenUnits)
      break;
    if (failed(checkGates(*constant)))
      return failure();
    emitConstantPlan(*constant, stepped);
    if (std::optional<HiddenLayer> layer = takeIfPrecise())
      return std::move(*layer);
  }
  return reportPrecisionFault(*fault, emitError);
}

FailureOr<HiddenLayer> Discretizer::run() {
  if (table.inputs.empty())
    return units.finish(function.inputs, table.vectors[table.cells.front()]);
  std::optional<unsigned> number;
  for (auto [index, input] : llvm::enumerate(table.inputs)) {
    if (!input.error.isFinite())
      return emitError() << "no bound on the error of input " << input.operand
                         << " can be shown, so that its values cannot be told "
                            "apart";
    if (!input.isNumber())
      continue;
    if (number)
      return emitError() << "depends on inputs "
                         << table.inputs[*number].operand << " and "
                         << input.operand
                         << ", which are both numbers with more than two "
                            "values; all but one of them must be one-hot";
    number = index;
  }
  if (function.exactZero)
    number = 0;
  return number ? planWithNumber(*number) : planWithoutNumbers();
}

FailureOr<HiddenLayer>
mlir::craft::discretize(const TabulatedFunction &function,
                        uint64_t maxHiddenUnits,
                        llvm::function_ref<InFlightDiagnostic()> emitError) {
  return Discretizer(function, maxHiddenUnits, emitError).run();
}
