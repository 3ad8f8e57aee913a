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

  ScoreSide(AffineAttr map, ValueRange values,
            llvm::function_ref<double(Value)> errorOf)
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
    keyErrors.push_back(matchesExactly ? 0
                                       : key.bounds.directions[direction].error);
    productOfErrors += queryErrors.back() * keyErrors.back();
  }
  auto weigh = [](ArrayRef<double> image, ArrayRef<double> errors) {
    double sum = 0;
    for (auto [number, error] : llvm::zip_equal(image, errors))
      sum += std::abs(number) * error;
    return sum;
  };
  SmallVector<double> errorOfKey;
  for (ArrayRef<double> k : *keys)
    errorOfKey.push_back(weigh(k, queryErrors));

  BinaryGrid grid = query.bounds.grid * key.bounds.grid;
  bool exact = query.bounds.exact && key.bounds.exact;
  ScoreBounds bounds;
  uint64_t work = 0;
  for (ArrayRef<double> q : *queries) {
    double errorOfQuery = weigh(q, keyErrors);
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
static ScoreBounds boundScores(OpTy op,
                               llvm::function_ref<double(Value)> errorOf) {
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

double mlir::craft::errorOfHead(HeadOp head,
                                llvm::function_ref<double(Value)> errorOf,
                                uint64_t maxSeqLen) {
  double n = static_cast<double>(maxSeqLen);
  double bosScore = head.getBosScore().convertToDouble();
  ScoreBounds scores = boundScores(head, errorOf);
  if (!scores.isPenaltyForm)
    return std::numeric_limits<double>::infinity();

  // What unselected keys and BOS weigh, relative to the rest.
  double missed = n * std::exp(-scores.penalty);
  double leak = missed;
  // The greatest weight of all selected keys together.
  double weight = 1;
  ErroneousInputs valueInputs(head.getValueInputs(), errorOf);
  // How far the weights of selected keys may be off, relative to one another;
  // where their values are equal that makes no difference.
  double weightError = (n + 4) * unitRoundoff;
  if (bosScore > 0) {
    // A linear head: BOS takes nearly all, and the keys their number in
    // proportion to exp(-bosScore), but for the square of that.
    weight = std::min(1.0, n * std::exp(-bosScore));
    leak = missed / n + weight;
    weightError += std::expm1(scores.error) + roundingOfExp(bosScore);
  } else if (!isGather(head, valueInputs)) {
    weightError += std::expm1(2 * scores.error);
  }
  if (bosScore < 0) {
    leak += std::exp(bosScore);
    // With BOS well above the penalty, it stands for empty rows.
    if (bosScore > -0.75 * scores.penalty)
      leak = std::max(leak, n * std::exp(-scores.penalty - bosScore));
  }

  ImageBounds values(head.getValue(), valueInputs);
  SmallVector<DirectionBounds> means;
  for (auto [value, bos] :
       llvm::zip_equal(values.directions, head.getBosValue())) {
    DirectionBounds mean;
    double spread = std::max(value.high, bos) - std::min(value.low, bos);
    double greatest = std::max(value.greatest(), std::abs(bos));
    mean.magnitude = weight * value.greatest() + std::abs(bos);
    mean.error =
        weight * (value.error + leak * spread + weightError * greatest);
    if (bosScore > 0 && bos != 0)
      mean.error += 4 * unitRoundoff * std::abs(bos);
    means.push_back(mean);
  }

  SmallVector<double> errors(head.getOutput().getColumns(), 0.0);
  SmallVector<double> magnitudes(errors.size(), 0.0);
  for (const MatrixEntry &entry : head.getOutput().getEntries()) {
    const DirectionBounds &mean = means[entry.row];
    errors[entry.column] += std::abs(entry.value) * mean.error;
    magnitudes[entry.column] += std::abs(entry.value) * mean.magnitude;
  }
  double greatest = 0;
  bool isRounded = !head.getOutput().isIdentity();
  for (auto [error, magnitude] : llvm::zip_equal(errors, magnitudes))
    greatest = std::max(greatest,
                        error + (isRounded ? roundingOfSum(1, magnitude) : 0));
  return greatest;
}

double mlir::craft::errorOfWidth(SelectorWidthOp width,
                                 llvm::function_ref<double(Value)> errorOf,
                                 uint64_t maxSeqLen) {
  double n = static_cast<double>(maxSeqLen);
  ScoreBounds scores = boundScores(width, errorOf);
  if (!scores.isPenaltyForm)
    return std::numeric_limits<double>::infinity();
  return n * ((n + 8) * unitRoundoff + std::expm1(scores.error) +
              std::exp(-scores.penalty));
}
