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

/// What is known of the scores of a head in penalty form: selected keys score
/// 0, all others at most -penalty.
struct ScoreBounds {
  bool isPenaltyForm = true;
  double penalty = std::numeric_limits<double>::infinity();
  /// How far the score of a selected key may be off 0.
  double error = 0;

  /// Bounds for sums of scores of two kinds, independent of one another.
  void add(const ScoreBounds &other) {
    isPenaltyForm &= other.isPenaltyForm;
    penalty = std::min(penalty, other.penalty);
    error += other.error;
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
/// products add up to 0, one factor of each is 0.
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
        image[placeOf.at(entry.column)] += vector[entry.row] * entry.value;
    images.insert(std::move(image));
  }
  return images;
}

/// Bounds from the scores of all pairs of images, or nothing if they are too
/// many.
static std::optional<ScoreBounds> enumerateScores(const ScoreSide &query,
                                                  const ScoreSide &key,
                                                  const ScoreBlock &block) {
  auto queries = enumerateImages(query, block.queryInputs, block.directions);
  auto keys = enumerateImages(key, block.keyInputs, block.directions);
  if (!queries || !keys)
    return std::nullopt;
  SmallVector<double> queryErrors, keyErrors;
  double productOfErrors = 0;
  for (int64_t direction : block.directions) {
    bool matchesExactly = isExactForMatches(query, key, direction);
    queryErrors.push_back(
        matchesExactly ? 0 : query.bounds.directions[direction].error);
    keyErrors.push_back(
        matchesExactly ? 0 : key.bounds.directions[direction].error);
    productOfErrors += queryErrors.back() * keyErrors.back();
  }

  SmallVector<double> errorOfKey;
  for (ArrayRef<double> k : *keys)
    errorOfKey.push_back(weighErrors(k, queryErrors, query.bounds.totalError));

  BinaryGrid grid = query.bounds.grid * key.bounds.grid;
  bool exact = query.bounds.exact && key.bounds.exact;
  ScoreBounds bounds;
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
      double score = 0, magnitude = 0;
      for (size_t place : places) {
        double product = q[place] * k[place];
        score += product;
        magnitude += std::abs(product);
      }
      double tiny = 1e-9 * std::max(1.0, magnitude);
      if (score > tiny)
        bounds.isPenaltyForm = false;
      if (score < -tiny) {
        bounds.penalty = std::min(bounds.penalty, -score);
        continue;
      }
      double error = errorOfQuery + errorOfKey[index] + productOfErrors;
      if (!exact || !grid.holds(magnitude))
        error += roundingOfSum(places.size(), magnitude);
      bounds.error = std::max(bounds.error, error);
    }
  }
  return bounds;
}

/// Bounds where scores are too many to list. By convention no entry is greater
/// than the penalty.
static ScoreBounds boundByConvention(const ScoreSide &query,
                                     const ScoreSide &key,
                                     const ScoreBlock &block) {
  ScoreBounds bounds;
  double magnitude = 0;
  bounds.penalty = 0;
  for (int64_t direction : block.directions) {
    const DirectionBounds &q = query.bounds.directions[direction];
    const DirectionBounds &k = key.bounds.directions[direction];
    bounds.penalty = std::max({bounds.penalty, q.greatest(), k.greatest()});
    if (isExactForMatches(query, key, direction))
      continue;
    magnitude += q.greatest() * k.greatest();
    bounds.error +=
        q.greatest() * k.error + k.greatest() * q.error + q.error * k.error;
  }
  if (!query.bounds.exact || !key.bounds.exact ||
      !(query.bounds.grid * key.bounds.grid).holds(magnitude))
    bounds.error += roundingOfSum(block.directions.size(), magnitude);
  return bounds;
}

/// The scores of a head or a selector width.
template <typename OpTy>
static ScoreBounds boundScores(OpTy op, ErrorOfValue errorOf) {
  ScoreSide query(op.getQuery(), op.getQueryInputs(), errorOf);
  ScoreSide key(op.getKey(), op.getKeyInputs(), errorOf);
  ScoreBounds bounds;
  for (const ScoreBlock &block : splitIntoBlocks(query, key)) {
    std::optional<ScoreBounds> listed = enumerateScores(query, key, block);
    bounds.add(listed ? *listed : boundByConvention(query, key, block));
  }
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
  double missed = n * std::exp(-scores.penalty);
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
  bounds.leak = missed;
  if (bosScore < 0) {
    bounds.leak += std::exp(bosScore);
    // With BOS well above the penalty, it stands for empty rows.
    if (bosScore > -0.75 * scores.penalty)
      bounds.leak =
          std::max(bounds.leak, n * std::exp(-scores.penalty - bosScore));
  }
  return bounds;
}

ErrorBound mlir::craft::errorOfHead(HeadOp head, ErrorOfValue errorOf,
                                    uint64_t maxSeqLen) {
  ScoreBounds scores = boundScores(head, errorOf);
  if (!scores.isPenaltyForm)
    return ErrorBound::unknown();
  ErroneousInputs valueInputs(head.getValueInputs(), errorOf);
  AttentionBounds attention =
      boundAttention(head, scores, valueInputs, static_cast<double>(maxSeqLen));
  bool isLinear = head.getBosScore().convertToDouble() > 0;

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
  ScoreBounds scores = boundScores(width, errorOf);
  if (!scores.isPenaltyForm)
    return ErrorBound::unknown();
  double error = n * ((n + 8) * unitRoundoff + std::expm1(scores.error) +
                      std::exp(-scores.penalty));
  return {error, error * static_cast<double>(getDimension(width.getType()))};
}
