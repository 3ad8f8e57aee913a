//===- PreferenceLowering.cpp - Scores of rasp.best in a head -------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramLowering.h"

#include "rasp/Dialect/Craft/Analysis/Rounding.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;

/// Up to here what f32 rounds off a score is far less than a margin.
static constexpr double maxRoundedScore = 1 << 20;

/// The same for whole numbers, which are exact; penalties come on top.
static constexpr double maxExactScore = 1 << 22;

/// The least number of eight significant bits that is not less than `number`:
/// products with it are exact where few bits more are.
static double roundUp(double number) {
  int exponent;
  double fraction = std::frexp(number, &exponent);
  return std::ldexp(std::ceil(std::ldexp(fraction, 8)), exponent - 8);
}

bool ProgramLowering::isPreferenceOfNumber(const Domain &domain,
                                           double margin) {
  if (domain.mayBeNone() || !domain.isNumeric() || domain.isUninitialized())
    return false;
  double gap = domain.getLeastGap();
  if (!(gap > 0) || !std::isfinite(gap))
    return false;
  double factor = roundUp(margin / gap);
  double greatest =
      factor * std::max({std::abs(domain.getLow()), std::abs(domain.getHigh()),
                         domain.getHigh() - domain.getLow()});
  craft::BinaryGrid grid;
  grid.add(factor);
  bool isExact = domain.isIntegral() && greatest <= maxExactScore &&
                 grid.holds(4 * greatest);
  return isExact || greatest <= maxRoundedScore;
}

FailureOr<Value> ProgramLowering::getRank(Value scores) {
  if (Value known = ranks.lookup(scores))
    return known;
  FailureOr<ElementwiseFunction> function = functions.get(scores);
  if (failed(function))
    return failure();
  ArrayRef<Scalar> values = domains.getDomain(scores).getValues();
  for (std::optional<Scalar> &value : function->table)
    if (value)
      value = Scalar::integer(value->isNone()
                                  ? 0
                                  : llvm::lower_bound(values, *value) -
                                        values.begin());
  Location loc = getNamedLoc(scores);
  if (auto nameLoc = dyn_cast<NameLoc>(loc))
    loc = NameLoc::get(
        builder.getStringAttr("rank of " + nameLoc.getName().getValue()),
        nameLoc.getChildLoc());
  auto type = craft::ScalarType::get(
      context, DomainAttr::get(context, Domain::integers(0, values.size() - 1)),
      FloatAttr());
  FailureOr<Value> rank = lowerFunction(*function, loc, type);
  if (succeeded(rank))
    ranks[scores] = *rank;
  return rank;
}

FailureOr<ProgramLowering::Preference>
ProgramLowering::getPreference(BestOp best, double margin) {
  Value scores = best.getScores();
  const Domain &domain = domains.getDomain(scores);
  Preference preference;
  // Where all scores are equal, none is preferred.
  if (domain.isFinite() && domain.getValues().size() <= 1)
    return preference;

  // Any function of a one-hot is free, and ranks are one apart.
  bool isFree = false;
  if (domain.isFinite()) {
    FailureOr<ElementwiseFunction> function = functions.get(scores);
    if (failed(function))
      return failure();
    isFree = function->roots.size() == 1 &&
             isOneHotAvailable(function->roots.front());
  }
  bool ofNumber = !isFree && isPreferenceOfNumber(domain, margin);
  double numRanks = domain.isFinite() ? domain.getValues().size() : 0;
  if (!ofNumber && (numRanks == 0 || margin * numRanks > maxExactScore)) {
    InFlightDiagnostic diagnostic =
        best.emitOpError("needs scores that the logits of a head in f32 tell "
                         "apart: expected at most ")
        << Domain::maxValues << " different values, or numbers of at most "
        << static_cast<uint64_t>(maxRoundedScore / margin)
        << " times their least difference";
    std::string text;
    llvm::raw_string_ostream(text) << domain;
    diagnostic.attachNote(scores.getLoc())
        << "the scores' domain is " << text
        << "; rounding them, or a smaller max_seq_len, makes it smaller";
    return diagnostic;
  }

  FailureOr<Value> number =
      ofNumber ? getScalarSubspace(scores) : getRank(scores);
  if (failed(number))
    return failure();
  double low = ofNumber ? domain.getLow() : 0;
  double high = ofNumber ? domain.getHigh() : numRanks - 1;
  double factor = roundUp(margin / (ofNumber ? domain.getLeastGap() : 1));
  preference.input = *number;
  preference.factor = factor;
  preference.bias = -factor * high;
  // Margins are whole numbers too, so that f32 holds what BOS scores.
  preference.range = std::ceil(factor * (high - low));
  return preference;
}
