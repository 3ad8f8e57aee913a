//===- AttentionError.cpp - Errors of attention heads ---------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageBounds.h"

#include "llvm/ADT/EquivalenceClasses.h"

#include <set>

using namespace mlir;
using namespace mlir::craft;
using rasp::Scalar;

namespace {

/// The most multiplications that scores are enumerated with.
constexpr uint64_t maxWork = uint64_t(1) << 25;

/// The most different scores that keys by themselves are listed with.
constexpr size_t maxKeyScores = size_t(1) << 20;

/// What is known of the scores of keys in penalty form. None is above 0. Of
/// the keys that are selected, some may be preferred to others; those that are
/// not selected score far below.
struct ScoreBounds {
  bool isPenaltyForm = true;
  /// The least score of a selected key, and the least difference of two that
  /// are not equal.
  double least = 0, gap = std::numeric_limits<double>::infinity();
  /// The greatest score of a key that is not selected.
  double greatestMiss = -std::numeric_limits<double>::infinity();
  /// How far the score of a selected key, and of any other, may be off.
  double error = 0, missError = 0;
  /// The sum of the magnitudes of what makes a score.
  double magnitude = 0;

  static ScoreBounds unknown() {
    ScoreBounds bounds;
    bounds.isPenaltyForm = false;
    return bounds;
  }

  /// Takes in the scores of selected keys, which ascend.
  void setSelected(ArrayRef<double> scores) {
    least = scores.empty() ? 0 : scores.front();
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
    least += other.least;
    gap = std::min(gap, other.gap);
    greatestMiss = std::max(greatestMiss, other.greatestMiss);
    error += other.error;
    missError += other.missError;
    magnitude += other.magnitude;
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

/// One side of the scores, the queries or the keys.
struct ScoreSide {
  AffineAttr map;
  ErroneousInputs inputs;
  ImageBounds bounds;

  ScoreSide(AffineAttr map, ValueRange values, ErrorOfValue errorOf)
      : map(map), inputs(values, errorOf), bounds(map, inputs) {}
};

/// Some directions of the scores and the inputs that they read on both sides;
/// no other directions read them.
struct ScoreBlock {
  SmallVector<int64_t> directions;
  SmallVector<unsigned> queryInputs, keyInputs;
};

} // namespace

/// Whether the product of query and key in `direction` is exactly 0 for a
/// match. No product is positive in penalty form, so that for a match, whose
/// products add up to 0, one factor of each is 0. Where it is not, because
/// another key is preferred, the error counts.
static bool isExactForMatches(const ScoreSide &query, const ScoreSide &key,
                              int64_t direction) {
  return query.bounds.directions[direction].exactAtZero &&
         key.bounds.directions[direction].exactAtZero;
}

static SmallVector<ScoreBlock> splitIntoBlocks(const ScoreSide &query,
                                               const ScoreSide &key) {
  // Directions are numbered from 0, inputs with negative numbers.
  llvm::EquivalenceClasses<int64_t> classes;
  int64_t numDirections = query.bounds.directions.size();
  for (int64_t direction = 0; direction < numDirections; ++direction)
    classes.insert(direction);
  int64_t numQueryInputs = query.inputs.types.size();
  auto unite = [&](const ScoreSide &side, int64_t offset) {
    for (auto [index, matrix] : llvm::enumerate(side.map.getWeights()))
      for (const MatrixEntry &entry : matrix.getEntries())
        classes.unionSets(entry.column,
                          -1 - offset - static_cast<int64_t>(index));
  };
  unite(query, 0);
  unite(key, numQueryInputs);

  SmallVector<ScoreBlock> blocks;
  std::map<int64_t, size_t> blockOf;
  for (int64_t direction = 0; direction < numDirections; ++direction) {
    int64_t leader = classes.getLeaderValue(direction);
    auto [found, isNew] = blockOf.try_emplace(leader, blocks.size());
    if (isNew)
      blocks.emplace_back();
    blocks[found->second].directions.push_back(direction);
  }
  int64_t numInputs = numQueryInputs + key.inputs.types.size();
  for (int64_t input = 0; input < numInputs; ++input) {
    auto leader = classes.findLeader(-1 - input);
    if (leader == classes.member_end())
      continue;
    ScoreBlock &block = blocks[blockOf.at(*leader)];
    if (input < numQueryInputs)
      block.queryInputs.push_back(input);
    else
      block.keyInputs.push_back(input - numQueryInputs);
  }
  return blocks;
}

/// The different images in `directions` of all values of `inputs`.
static std::optional<std::set<SmallVector<double>>>
enumerateImages(const ScoreSide &side, ArrayRef<unsigned> inputs,
                ArrayRef<int64_t> directions) {
  SmallVector<SubspaceTypeInterface> types;
  for (unsigned input : inputs)
    types.push_back(side.inputs.types[input]);
  auto combinations = enumerateVectors(types, maxWork / 16);
  if (!combinations || combinations->size() * directions.size() > maxWork / 4)
    return std::nullopt;
  DenseMap<int64_t, size_t> placeOf;
  for (auto [place, direction] : llvm::enumerate(directions))
    placeOf[direction] = place;
  std::set<SmallVector<double>> images;
  for (const auto &combination : *combinations) {
    SmallVector<double> image;
    for (int64_t direction : directions)
      image.push_back(side.map.getBiasValues()[direction]);
    for (auto [input, vector] : llvm::zip_equal(inputs, combination))
      for (const MatrixEntry &entry : side.map.getWeights()[input].getEntries())
        if (auto place = placeOf.find(entry.column); place != placeOf.end())
          image[place->second] += vector[entry.row] * entry.value;
    images.insert(std::move(image));
  }
  return images;
}

/// Bounds from the scores of all pairs of images, or nothing if they are too
/// many. Keys that score more than `threshold`, or 0, are selected.
static std::optional<ScoreBounds> enumerateScores(const ScoreSide &query,
                                                  const ScoreSide &key,
                                                  const ScoreBlock &block,
                                                  double threshold) {
  auto queries = enumerateImages(query, block.queryInputs, block.directions);
  auto keys = enumerateImages(key, block.keyInputs, block.directions);
  if (!queries || !keys)
    return std::nullopt;
  SmallVector<double> queryErrors, keyErrors;
  /// The errors of what is exact for matches, where it is not 0.
  SmallVector<double> queryErrorsBeside, keyErrorsBeside;
  double productOfErrors = 0;
  for (int64_t direction : block.directions) {
    bool matchesExactly = isExactForMatches(query, key, direction);
    double queryError = query.bounds.directions[direction].error;
    double keyError = key.bounds.directions[direction].error;
    queryErrors.push_back(matchesExactly ? 0 : queryError);
    keyErrors.push_back(matchesExactly ? 0 : keyError);
    queryErrorsBeside.push_back(matchesExactly ? queryError : 0);
    keyErrorsBeside.push_back(matchesExactly ? keyError : 0);
    productOfErrors += queryErrors.back() * keyErrors.back();
  }

  SmallVector<double> errorOfKey;
  for (ArrayRef<double> k : *keys)
    errorOfKey.push_back(weighErrors(k, queryErrors, query.bounds.totalError));

  BinaryGrid grid = query.bounds.grid * key.bounds.grid;
  bool exact = query.bounds.exact && key.bounds.exact;
  ScoreBounds bounds;
  std::set<double> selected;
  uint64_t work = 0;
  for (ArrayRef<double> q : *queries) {
    double errorOfQuery = weighErrors(q, keyErrors, key.bounds.totalError);
    SmallVector<size_t> places;
    for (size_t place = 0; place < q.size(); ++place)
      if (q[place] != 0)
        places.push_back(place);
    work += (places.size() + 1) * keys->size();
    if (work > maxWork)
      return std::nullopt;
    for (auto [index, k] : llvm::enumerate(*keys)) {
      double score = 0, magnitude = 0, errorBeside = 0;
      for (size_t place : places) {
        double product = q[place] * k[place];
        score += product;
        magnitude += std::abs(product);
        if (product != 0)
          errorBeside += std::abs(q[place]) * keyErrorsBeside[place] +
                         std::abs(k[place]) * queryErrorsBeside[place] +
                         keyErrorsBeside[place] * queryErrorsBeside[place];
      }
      if (score > ScoreBounds::getTolerance(magnitude))
        bounds.isPenaltyForm = false;
      double error = errorOfQuery + errorOfKey[index] + productOfErrors;
      error += errorBeside;
      if (!exact || !grid.holds(magnitude))
        error += roundingOfSum(places.size(), magnitude);
      bounds.magnitude = std::max(bounds.magnitude, magnitude);
      if (ScoreBounds::isSelected(score, threshold, magnitude)) {
        selected.insert(std::min(score, 0.0));
        bounds.error = std::max(bounds.error, error);
        continue;
      }
      bounds.greatestMiss = std::max(bounds.greatestMiss, score);
      bounds.missError = std::max(bounds.missError, error);
    }
  }
  bounds.setSelected(SmallVector<double>(selected.begin(), selected.end()));
  return bounds;
}

/// The different numbers that `weights` times a vector of `type` can be.
static std::optional<std::set<double>>
enumerateNumbers(SubspaceTypeInterface type, ArrayRef<double> weights) {
  std::set<double> numbers;
  if (isa<OneHotType>(Type(type))) {
    numbers.insert(weights.begin(), weights.end());
    return numbers;
  }
  if (!type.getValueDomain().isFinite())
    return std::nullopt;
  for (const Scalar &value : type.getValueDomain().getValuesAndNone())
    numbers.insert(weights.front() * type.encode(value).front());
  return numbers;
}

/// Adds to `bounds` those for keys that all are selected and score `bias` and
/// `weight` times a number of `type`, of which there are too many to list.
static ScoreBounds boundUnlisted(ScoreBounds bounds, SubspaceTypeInterface type,
                                 double weight, double bias,
                                 double threshold) {
  const rasp::Domain &domain = type.getValueDomain();
  double atLow = bias + weight * domain.getLow();
  double atHigh = bias + weight * domain.getHigh();
  bounds.least = std::min(atLow, atHigh);
  bounds.gap = std::abs(weight) * domain.getLeastGap();
  if (domain.mayBeNone() ||
      std::max(atLow, atHigh) > ScoreBounds::getTolerance(bounds.magnitude) ||
      !ScoreBounds::isSelected(bounds.least, threshold, bounds.magnitude))
    return ScoreBounds::unknown();
  return bounds;
}

/// Bounds from what keys score in `directions`, where all queries are the
/// same.
static ScoreBounds boundKeyScores(const ScoreSide &query, const ScoreSide &key,
                                  ArrayRef<int64_t> directions,
                                  double threshold) {
  ScoreBounds bounds;
  DenseMap<int64_t, double> factors;
  // All directions added up.
  double bias = 0;
  for (int64_t direction : directions) {
    double factor = query.map.getBiasValues()[direction];
    factors[direction] = factor;
    bias += factor * key.map.getBiasValues()[direction];
    const DirectionBounds &k = key.bounds.directions[direction];
    bounds.magnitude += std::abs(factor) * k.magnitude;
    bounds.error += std::abs(factor) * k.error +
                    query.bounds.directions[direction].error * k.greatest();
  }
  if (!key.bounds.exact ||
      !(query.bounds.grid * key.bounds.grid).holds(bounds.magnitude))
    bounds.error += roundingOfSum(directions.size(), bounds.magnitude);
  bounds.missError = bounds.error;

  std::set<double> scores = {bias};
  SmallVector<std::pair<SubspaceTypeInterface, SmallVector<double>>> inputs;
  for (auto [type, matrix] :
       llvm::zip_equal(key.inputs.types, key.map.getWeights())) {
    SmallVector<double> weights(matrix.getRows(), 0.0);
    for (const MatrixEntry &entry : matrix.getEntries())
      weights[entry.row] += factors.lookup(entry.column) * entry.value;
    if (llvm::any_of(weights, [](double weight) { return weight != 0; }))
      inputs.push_back({type, std::move(weights)});
  }
  for (const auto &[type, weights] : inputs) {
    std::optional<std::set<double>> numbers = enumerateNumbers(type, weights);
    if (!numbers && inputs.size() == 1)
      return boundUnlisted(bounds, type, weights.front(), bias, threshold);
    if (!numbers || scores.size() * numbers->size() > maxKeyScores)
      return ScoreBounds::unknown();
    std::set<double> sums;
    for (double score : scores)
      for (double number : *numbers)
        sums.insert(score + number);
    scores = std::move(sums);
  }

  SmallVector<double> selected;
  for (double score : scores) {
    if (score > ScoreBounds::getTolerance(bounds.magnitude))
      return ScoreBounds::unknown();
    if (ScoreBounds::isSelected(score, threshold, bounds.magnitude))
      selected.push_back(std::min(score, 0.0));
    else
      bounds.greatestMiss = score;
  }
  bounds.setSelected(selected);
  return bounds;
}

/// Bounds where scores are too many to list. By convention no entry is greater
/// than the penalty.
static ScoreBounds boundByConvention(const ScoreSide &query,
                                     const ScoreSide &key,
                                     const ScoreBlock &block) {
  ScoreBounds bounds;
  bounds.greatestMiss = 0;
  for (int64_t direction : block.directions) {
    const DirectionBounds &q = query.bounds.directions[direction];
    const DirectionBounds &k = key.bounds.directions[direction];
    bounds.greatestMiss =
        std::min({bounds.greatestMiss, -q.greatest(), -k.greatest()});
    bounds.magnitude += q.greatest() * k.greatest();
    double error =
        q.greatest() * k.error + k.greatest() * q.error + q.error * k.error;
    bounds.missError += error;
    if (!isExactForMatches(query, key, direction))
      bounds.error += error;
  }
  if (!query.bounds.exact || !key.bounds.exact ||
      !(query.bounds.grid * key.bounds.grid).holds(bounds.magnitude)) {
    double rounding =
        roundingOfSum(block.directions.size(), bounds.magnitude);
    bounds.error += rounding;
    bounds.missError += rounding;
  }
  return bounds;
}

/// The directions of `block` in which all queries are the same, which are
/// taken out of it.
static SmallVector<int64_t> takeKeyDirections(const ScoreSide &query,
                                              ScoreBlock &block) {
  DenseSet<int64_t> queried;
  for (MatrixAttr matrix : query.map.getWeights())
    for (const MatrixEntry &entry : matrix.getEntries())
      queried.insert(entry.column);
  SmallVector<int64_t> taken;
  llvm::copy_if(block.directions, std::back_inserter(taken),
                [&](int64_t direction) { return !queried.contains(direction); });
  llvm::erase_if(block.directions, [&](int64_t direction) {
    return !queried.contains(direction);
  });
  return taken;
}

/// Bounds for the scores of `block`.
static ScoreBounds boundBlock(const ScoreSide &query, const ScoreSide &key,
                              ScoreBlock block, double threshold) {
  if (auto listed = enumerateScores(query, key, block, threshold))
    return *listed;
  // No product is positive, so that each direction can be seen by itself.
  ScoreBounds bounds;
  SmallVector<int64_t> ofKeys = takeKeyDirections(query, block);
  if (!ofKeys.empty())
    bounds = boundKeyScores(query, key, ofKeys, threshold);
  if (block.directions.empty())
    return bounds;
  auto listed = enumerateScores(query, key, block, threshold);
  bounds.add(listed ? *listed : boundByConvention(query, key, block));
  return bounds;
}

/// The scores of a head or a selector width. Keys that score more than
/// `threshold`, or 0, are selected.
template <typename OpTy>
static ScoreBounds boundScores(OpTy op, ErrorOfValue errorOf,
                               double threshold) {
  ScoreSide query(op.getQuery(), op.getQueryInputs(), errorOf);
  ScoreSide key(op.getKey(), op.getKeyInputs(), errorOf);
  ScoreBounds bounds;
  for (const ScoreBlock &block : splitIntoBlocks(query, key))
    bounds.add(boundBlock(query, key, block, threshold));
  // Adding up the blocks rounds where what they add is off a grid. A match
  // adds up zeros.
  double numTerms = query.bounds.directions.size();
  if (bounds.error > 0 && bounds.least < 0)
    bounds.error += roundingOfSum(numTerms, -bounds.least);
  bounds.missError += roundingOfSum(numTerms, bounds.magnitude);
  return bounds;
}

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
  return std::expm1(std::abs(score - static_cast<float>(score))) +
         2 * unitRoundoff;
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
    // Of the scores that involve BOS only that of the worst key is off.
    double fallback = scores.least - bosScore;
    bounds.leak += std::exp(scores.error - fallback);
    // With BOS well above the penalty, it stands for empty rows.
    if (fallback < 0.75 * penalty)
      bounds.leak = std::max(
          bounds.leak, n * std::exp(scores.missError + fallback - penalty));
  }
  return bounds;
}

ErrorBound mlir::craft::errorOfHead(HeadOp head, ErrorOfValue errorOf,
                                    uint64_t maxSeqLen) {
  // Selected is what outweighs BOS, or where BOS is counted, what matches.
  double bosScore = head.getBosScore().convertToDouble();
  ScoreBounds scores = boundScores(head, errorOf, std::min(bosScore, 0.0));
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
  ScoreBounds scores = boundScores(width, errorOf, /*threshold=*/0);
  if (!scores.isPenaltyForm)
    return ErrorBound::unknown();
  double error = n * ((n + 8) * unitRoundoff + std::expm1(scores.error) +
                      std::exp(scores.greatestMiss + scores.missError));
  return {error, error * static_cast<double>(getDimension(width.getType()))};
}
