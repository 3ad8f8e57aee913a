//===- ScoreBounds.h - Bounds on the scores of attention heads --*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_DIALECT_CRAFT_ANALYSIS_SCOREBOUNDS_H
#define RASP_LIB_DIALECT_CRAFT_ANALYSIS_SCOREBOUNDS_H

#include "ImageBounds.h"

namespace mlir::craft {

/// What is known of the scores of keys in penalty form. The greatest is 0. Of
/// the keys that are selected, some may be preferred to others; those that are
/// not selected score far below.
struct ScoreBounds {
  bool isPenaltyForm = true;
  /// What all scores have been lowered by, so that the greatest is 0.
  double offset = 0;
  /// The least score of a selected key, and the least difference of two that
  /// are not equal.
  double least = 0, gap = std::numeric_limits<double>::infinity();
  /// The greatest score of a key that is not selected.
  double greatestMiss = -std::numeric_limits<double>::infinity();
  /// How far the score of a selected key, and of any other, may be off.
  double error = 0, missError = 0;
  /// The sum of the magnitudes of what makes the score of a selected key, and
  /// of any key.
  double selectedMagnitude = 0, magnitude = 0;

  static ScoreBounds unknown() {
    ScoreBounds bounds;
    bounds.isPenaltyForm = false;
    return bounds;
  }

  /// Takes in the scores of selected keys, which ascend. Where all are about
  /// 0, they are taken to be 0 and the rest to be an error.
  void setSelected(ArrayRef<double> scores) {
    least = scores.empty() ? 0 : scores.front();
    if (std::abs(least) <= getTolerance(magnitude)) {
      error += std::abs(least);
      least = 0;
    }
    for (size_t i = 1; i < scores.size(); ++i) {
      double difference = scores[i] - scores[i - 1];
      if (difference > getTolerance(scores[i]))
        gap = std::min(gap, difference);
    }
  }

  /// Bounds for sums of scores of two kinds, independent of one another.
  void add(const ScoreBounds &other) {
    // Sums of several scores on both sides may come close to one another.
    isPenaltyForm &= other.isPenaltyForm && (least == 0 || other.least == 0);
    offset += other.offset;
    least += other.least;
    gap = std::min(gap, other.gap);
    greatestMiss = std::max(greatestMiss, other.greatestMiss);
    error += other.error;
    missError += other.missError;
    selectedMagnitude += other.selectedMagnitude;
    magnitude += other.magnitude;
  }

  /// Raises scores back by the offset, which must not be above 0.
  void undoOffset() {
    if (std::abs(offset) <= getTolerance(magnitude))
      return;
    isPenaltyForm &= offset < 0;
    least += offset;
    greatestMiss += offset;
  }

  /// Scores that differ by less are equal, but for the rounding of doubles.
  static double getTolerance(double magnitude) {
    return 1e-9 * std::max(1.0, std::abs(magnitude));
  }
  /// Whether a score is above `threshold`, or, as a match is, about 0.
  static bool isSelected(double score, double threshold, double magnitude) {
    double tolerance = getTolerance(magnitude);
    return score > std::min(threshold + tolerance, -tolerance);
  }
};

/// The scores of the keys of a head or a selector width, as its matrices give
/// them. Keys that score more than `threshold`, or 0, are selected.
ScoreBounds boundScores(AffineAttr queryMap, ValueRange queryInputs,
                        AffineAttr keyMap, ValueRange keyInputs,
                        double threshold, ErrorOfValue errorOf);

} // namespace mlir::craft

#endif // RASP_LIB_DIALECT_CRAFT_ANALYSIS_SCOREBOUNDS_H
