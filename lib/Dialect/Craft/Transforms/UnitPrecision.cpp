//===- UnitPrecision.cpp - What f32 leaves of a layer's values ------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UnitPrecision.h"

#include "rasp/Dialect/Craft/Analysis/Rounding.h"

#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::craft;
using rasp::Scalar;

/// Values that differ by less, in relation to them, may be taken for another.
static constexpr double relativeTolerance = 0x1p-20;

/// Whether f32 has all numbers of `layer`.
static bool isInRange(const HiddenLayer &layer) {
  auto inRange = [](double number) {
    return std::abs(number) <= greatestNumber;
  };
  auto entriesInRange = [&](const SparseMatrix &matrix) {
    return llvm::all_of(matrix.getEntries(), [&](const auto &entry) {
      return inRange(entry.second);
    });
  };
  return llvm::all_of(layer.inputWeights, entriesInRange) &&
         entriesInRange(layer.outputWeights) &&
         llvm::all_of(layer.inputBias, inRange) &&
         llvm::all_of(layer.outputBias, inRange);
}

/// How far the number `code`, one of the sorted `codes`, may be off.
static double limitOf(double code, ArrayRef<double> codes) {
  double tolerance = std::abs(code) * relativeTolerance;
  double limit = std::max(tolerance, leastNormal);
  auto next = llvm::upper_bound(codes, code + tolerance);
  auto previous = llvm::lower_bound(codes, code - tolerance);
  double gap = std::numeric_limits<double>::infinity();
  if (next != codes.end())
    gap = std::min(gap, *next - code);
  if (previous != codes.begin())
    gap = std::min(gap, code - *std::prev(previous));
  return std::max(limit, gap / 4);
}

static AffineAttr getAffine(MLIRContext *context,
                            ArrayRef<SparseMatrix> matrices,
                            ArrayRef<double> bias) {
  SmallVector<MatrixAttr> weights;
  for (const SparseMatrix &matrix : matrices)
    weights.push_back(matrix.get(context));
  return AffineAttr::get(context, weights,
                         DenseF64ArrayAttr::get(context, bias));
}

std::optional<PrecisionFault>
mlir::craft::findPrecisionFault(const TabulatedFunction &function,
                                const HiddenLayer &layer) {
  bool isNumber = isa<ScalarType>(function.result);
  if (!isInRange(layer))
    return PrecisionFault{function.values.front(),
                          std::numeric_limits<double>::infinity(), 0};
  MLIRContext *context = Type(function.result).getContext();
  std::optional<std::vector<ErrorBound>> errors =
      errorsOfUnits(getAffine(context, layer.inputWeights, layer.inputBias),
                    getAffine(context, layer.outputWeights, layer.outputBias),
                    function.inputs, function.errors);
  if (!errors)
    return std::nullopt;

  SmallVector<double> codes;
  if (isNumber) {
    for (const Scalar &value : function.values)
      codes.push_back(function.result.encode(value).front());
    llvm::sort(codes);
  }
  for (auto [value, error] : llvm::zip_equal(function.values, *errors)) {
    double limit =
        isNumber ? limitOf(function.result.encode(value).front(), codes) : 0.25;
    if (!(error.entry <= limit))
      return PrecisionFault{value, error.entry, limit};
  }
  return std::nullopt;
}

/// A number in few digits, for a diagnostic.
static llvm::format_object<double> shortly(double number) {
  return llvm::format("%.3g", number);
}

LogicalResult mlir::craft::reportPrecisionFault(
    const PrecisionFault &fault,
    llvm::function_ref<InFlightDiagnostic()> emitError) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (std::isfinite(fault.error))
    stream << "the value " << fault.value.str() << " may be off by "
           << shortly(fault.error)
           << " in f32: expected at most a quarter of its distance to the next "
              "value, "
           << shortly(fault.limit);
  else
    stream << "needs numbers beyond the range of f32, "
           << shortly(greatestNumber);
  InFlightDiagnostic diagnostic = emitError() << text;
  diagnostic.attachNote()
      << "help: values of similar magnitude, as from one map for the large "
         "values and another for the small ones, or inputs with smaller errors";
  return diagnostic;
}
