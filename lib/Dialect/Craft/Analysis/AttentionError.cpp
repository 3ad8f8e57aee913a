//===- AttentionError.cpp - Errors of attention heads ---------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScoreBounds.h"

using namespace mlir;
using namespace mlir::craft;
using rasp::Scalar;

/// Whether every value of the result is the image of one value of the inputs,
/// or of BOS. The result of a mean of different values has others as well, so
/// that each row of this head selects equal values only.
static bool isGather(HeadOp head, const ErroneousInputs &inputs) {
  auto type = cast<SubspaceTypeInterface>(head.getType());
  auto combinations = enumerateVectors(inputs.types, maxWork / 16);
  if (!combinations || !type.getValueDomain().isFinite() ||
      combinations->size() * type.getDimension() > maxWork)
    return false;
  SparseMatrix output(head.getOutput());
  std::vector<SmallVector<double>> images = {
      output.applyTo(head.getBosValue())};
  for (const auto &combination : *combinations) {
    SmallVector<ArrayRef<double>> vectors(combination.begin(),
                                          combination.end());
    images.push_back(output.applyTo(head.getValue().apply(vectors)));
  }
  llvm::sort(images);
  return llvm::all_of(type.getValueDomain().getValuesAndNone(),
                      [&](const Scalar &value) {
                        return llvm::binary_search(images, type.encode(value));
                      });
}

/// What rounding `score` to f32 does to its exponential, in relation to it.
static double roundingOfExp(double score) {
  return std::expm1(roundingOfNumber(score)) + 2 * unitRoundoff;
}

namespace {

/// How a head in penalty form spreads its attention.
struct AttentionBounds {
  /// The greatest weight of all keys together.
  double weight = 1;
  /// What unselected keys and BOS weigh, relative to that.
  double leak = 0;
  /// How far the weights of selected keys may be off, relative to themselves.
  double weightError = 0;
};

} // namespace

static AttentionBounds boundAttention(HeadOp head, const ScoreBounds &scores,
                                      const ErroneousInputs &valueInputs,
                                      double n) {
  double bosScore = head.getBosScore().convertToDouble();
  // What keys that are not selected weigh beside one that is.
  double missError = scores.missError + scores.error;
  double penalty = scores.least - scores.greatestMiss;
  double missed = n * std::exp(missError - penalty);
  AttentionBounds bounds;
  bounds.weightError = (n + 4) * unitRoundoff;
  if (bosScore > 0) {
    // A linear head: BOS takes nearly all, and the keys their number in
    // proportion to exp(-bosScore), but for the square of that.
    bounds.weight = std::min(1.0, n * std::exp(-bosScore));
    bounds.leak = missed / n + bounds.weight;
    bounds.weightError += std::expm1(scores.error) + roundingOfExp(bosScore);
    return bounds;
  }
  // Where all selected values are equal, their weights make no difference.
  if (!isGather(head, valueInputs))
    bounds.weightError += std::expm1(2 * scores.error);
  // Selected keys to which others are preferred weigh no more than missed ones.
  bounds.leak = missed + n * std::exp(2 * scores.error - scores.gap);
  if (bosScore < 0) {
    double fallback = scores.least - bosScore;
    double bosError = roundingOfNumber(bosScore);
    bounds.leak += std::exp(scores.error + bosError - fallback);
    // With BOS well above the penalty, it stands for empty rows.
    if (fallback < 0.75 * penalty)
      bounds.leak = std::max(bounds.leak,
                             n * std::exp(scores.missError + bosError +
                                          fallback - penalty));
  }
  return bounds;
}

ErrorBound mlir::craft::errorOfHead(HeadOp head, ErrorOfValue errorOf,
                                    uint64_t maxSeqLen) {
  // Selected is what outweighs BOS, or where BOS is counted, what matches.
  double bosScore = head.getBosScore().convertToDouble();
  ScoreBounds scores = boundScores(
      head.getQuery(), head.getQueryInputs(), head.getKey(),
      head.getKeyInputs(), std::min(bosScore, 0.0), errorOf);
  if (!scores.isPenaltyForm)
    return ErrorBound::unknown();
  ErroneousInputs valueInputs(head.getValueInputs(), errorOf);
  AttentionBounds attention =
      boundAttention(head, scores, valueInputs, static_cast<double>(maxSeqLen));
  bool isLinear = bosScore > 0;

  // The means, before the output.
  ImageBounds values(head.getValue(), valueInputs);
  SmallVector<DirectionBounds> means;
  double bosNorm = 0;
  for (auto [value, bos] :
       llvm::zip_equal(values.directions, head.getBosValue())) {
    DirectionBounds mean;
    double spread = std::max(value.high, bos) - std::min(value.low, bos);
    double greatest = std::max(value.greatest(), std::abs(bos));
    mean.magnitude = attention.weight * value.greatest() + std::abs(bos);
    mean.error = attention.weight * (value.error + attention.leak * spread +
                                     attention.weightError * greatest);
    if (isLinear)
      mean.error += 4 * unitRoundoff * std::abs(bos);
    means.push_back(mean);
    bosNorm += std::abs(bos);
  }
  // The same for the sum of all directions.
  double total =
      attention.weight *
          (values.totalError + (2 * attention.leak + attention.weightError) *
                                   (values.norm + bosNorm)) +
      (isLinear ? 4 * unitRoundoff * bosNorm : 0);

  MatrixAttr output = head.getOutput();
  SmallVector<double> errors(output.getColumns(), 0.0);
  SmallVector<double> magnitudes(errors.size(), 0.0);
  SmallVector<double> rowSums(output.getRows(), 0.0);
  for (const MatrixEntry &entry : output.getEntries()) {
    const DirectionBounds &mean = means[entry.row];
    errors[entry.column] += std::abs(entry.value) * mean.error;
    magnitudes[entry.column] += std::abs(entry.value) * mean.magnitude;
    rowSums[entry.row] += std::abs(entry.value);
  }
  ErrorBound bound;
  double sumOfErrors = 0;
  for (auto [error, magnitude] : llvm::zip_equal(errors, magnitudes)) {
    double rounding = output.isIdentity() ? 0 : roundingOfSum(1, magnitude);
    bound.entry = std::max(bound.entry, error + rounding);
    sumOfErrors += error;
    bound.total += rounding;
  }
  double greatestRow = 0;
  for (double sum : rowSums)
    greatestRow = std::max(greatestRow, sum);
  bound.total += std::min(sumOfErrors, greatestRow * total);
  return bound;
}

ErrorBound mlir::craft::errorOfWidth(SelectorWidthOp width,
                                     ErrorOfValue errorOf, uint64_t maxSeqLen) {
  double n = static_cast<double>(maxSeqLen);
  ScoreBounds scores = boundScores(
      width.getQuery(), width.getQueryInputs(), width.getKey(),
      width.getKeyInputs(), /*threshold=*/0, errorOf);
  if (!scores.isPenaltyForm)
    return ErrorBound::unknown();
  double error = n * ((n + 8) * unitRoundoff + std::expm1(scores.error) +
                      std::exp(scores.greatestMiss + scores.missError));
  return {error, error * static_cast<double>(getDimension(width.getType()))};
}
