//===- ReadOutError.cpp - Whether an output is read surely ----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageBounds.h"

#include "rasp/Dialect/Craft/Analysis/ErrorAnalysis.h"

using namespace mlir;
using namespace mlir::craft;
using rasp::Scalar;

/// The most pairs of a value and a logit that are compared one by one.
static constexpr uint64_t maxPairs = uint64_t(1) << 24;

/// The error of the difference of two logits: inputs err alike in both, and
/// each logit is rounded by itself.
static double errorOfDifference(ArrayRef<SparseMatrix> weights,
                                const ErroneousInputs &inputs,
                                const ImageBounds &bounds, size_t left,
                                size_t right) {
  double error = 0;
  for (auto [matrix, inputError] : llvm::zip_equal(weights, inputs.errors))
    for (int64_t row = 0; row < matrix.getNumRows(); ++row)
      error += std::abs(matrix.at(row, left) - matrix.at(row, right)) *
               inputError.entry;
  for (size_t logit : {left, right}) {
    const DirectionBounds &direction = bounds.directions[logit];
    error += direction.error - direction.inputError;
  }
  return error;
}

static std::optional<ReadOutFault> findLogitFault(UnembedOp unembed,
                                                  const ErroneousInputs &inputs,
                                                  const ImageBounds &bounds) {
  ArrayAttr outputs = *unembed.getOutputs();
  auto combinations = enumerateVectors(inputs.types, maxPairs);
  auto valueOf = [&](size_t logit) { return *rasp::getScalar(outputs[logit]); };
  double infinity = std::numeric_limits<double>::infinity();
  if (!combinations || combinations->size() * outputs.size() > maxPairs) {
    // A one-hot as it is: its columns are far apart.
    AffineAttr map = unembed.getMap();
    bool isIdentity =
        map.getWeights().size() == 1 && map.getWeights().front().isIdentity();
    double error = inputs.errors.empty() ? 0 : inputs.errors.front().entry;
    if (isIdentity && 2 * error < 0.5)
      return std::nullopt;
    return ReadOutFault{Scalar::none(), Scalar::none(), infinity, 0};
  }

  SmallVector<SparseMatrix> weights;
  for (MatrixAttr matrix : unembed.getMap().getWeights())
    weights.push_back(SparseMatrix(matrix));
  for (const auto &combination : *combinations) {
    SmallVector<ArrayRef<double>> vectors(combination.begin(),
                                          combination.end());
    SmallVector<double> logits = unembed.getMap().apply(vectors);
    size_t best = llvm::max_element(logits) - logits.begin();
    // The runner-up is the first that could be taken for it.
    std::optional<size_t> second;
    for (size_t logit = 0; logit < logits.size(); ++logit)
      if (logit != best && (!second || logits[logit] > logits[*second]))
        second = logit;
    if (!second)
      continue;
    double margin = logits[best] - logits[*second];
    double error = errorOfDifference(weights, inputs, bounds, best, *second);
    if (!(error < margin))
      return ReadOutFault{valueOf(best), valueOf(*second), error, margin};
  }
  return std::nullopt;
}

static std::optional<ReadOutFault>
findNumberFault(UnembedOp unembed, const ErroneousInputs &inputs,
                const ImageBounds &bounds) {
  const DirectionBounds &number = bounds.directions.front();
  bool isIntegral = unembed.getNoneCode().has_value();
  // The domain of the number is that of its only input, read as it is.
  if (inputs.types.size() == 1 && unembed.getMap().getWeights()[0].isIdentity())
    isIntegral |= inputs.types[0].getValueDomain().isIntegral();
  double limit = isIntegral ? 0.5 : std::ldexp(number.greatest(), -10);
  if (number.error == 0 || number.error < limit)
    return std::nullopt;
  return ReadOutFault{Scalar::none(), Scalar::none(), number.error, limit};
}

std::optional<ReadOutFault> mlir::craft::findReadOutFault(
    UnembedOp unembed, llvm::function_ref<ErrorBound(Value)> errorOfInput) {
  ErroneousInputs inputs(unembed.getInputs(), errorOfInput);
  ImageBounds bounds(unembed.getMap(), inputs);
  return unembed.getNumerical() ? findNumberFault(unembed, inputs, bounds)
                                : findLogitFault(unembed, inputs, bounds);
}
