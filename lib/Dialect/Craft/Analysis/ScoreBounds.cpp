//===- ScoreBounds.cpp - Bounds on the scores of attention heads ----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScoreBounds.h"

#include "llvm/ADT/EquivalenceClasses.h"

#include <map>
#include <set>

using namespace mlir;
using namespace mlir::craft;
using rasp::Scalar;

namespace {

/// The most different scores that keys by themselves are listed with.
constexpr size_t maxKeyScores = size_t(1) << 20;

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

/// Whether the product of query and key in `direction` is exactly 0 wherever it
/// is 0. Where no product is positive, one factor of each is 0 for a match,
/// whose products add up to 0.
static bool isExactAtZero(const ScoreSide &query, const ScoreSide &key,
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
  // The errors of what is exact where it is 0, where it is not.
  SmallVector<double> queryErrorsBeside, keyErrorsBeside;
  double productOfErrors = 0;
  for (int64_t direction : block.directions) {
    bool exactAtZero = isExactAtZero(query, key, direction);
    double queryError = query.bounds.directions[direction].error;
    double keyError = key.bounds.directions[direction].error;
    queryErrors.push_back(exactAtZero ? 0 : queryError);
    keyErrors.push_back(exactAtZero ? 0 : keyError);
    queryErrorsBeside.push_back(exactAtZero ? queryError : 0);
    keyErrorsBeside.push_back(exactAtZero ? keyError : 0);
    productOfErrors += queryErrors.back() * keyErrors.back();
  }

  SmallVector<double> errorOfKey;
  for (ArrayRef<double> k : *keys)
    errorOfKey.push_back(weighErrors(k, queryErrors, query.bounds.totalError));

  BinaryGrid grid = query.bounds.grid * key.bounds.grid;
  bool exact = query.bounds.exact && key.bounds.exact;
  // Where queries are not 0.
  std::vector<SmallVector<size_t>> placesOfQueries;
  uint64_t work = 0;
  for (ArrayRef<double> q : *queries) {
    SmallVector<size_t> &places = placesOfQueries.emplace_back();
    for (size_t place = 0; place < q.size(); ++place)
      if (q[place] != 0)
        places.push_back(place);
    work += (places.size() + 1) * keys->size();
    if (work > maxWork)
      return std::nullopt;
  }
  ScoreBounds bounds;
  bounds.offset = -std::numeric_limits<double>::infinity();
  for (auto [q, places] : llvm::zip_equal(*queries, placesOfQueries))
    for (ArrayRef<double> k : *keys) {
      double score = 0;
      for (size_t place : places)
        score += q[place] * k[place];
      bounds.offset = std::max(bounds.offset, score);
    }

  std::set<double> selected;
  for (auto [q, places] : llvm::zip_equal(*queries, placesOfQueries)) {
    double errorOfQuery = weighErrors(q, keyErrors, key.bounds.totalError);
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
      double error = errorOfQuery + errorOfKey[index] + productOfErrors;
      error += errorBeside;
      if (!exact || !grid.holds(magnitude))
        error += roundingOfSum(places.size(), magnitude);
      bounds.magnitude = std::max(bounds.magnitude, magnitude);
      score -= bounds.offset;
      if (ScoreBounds::isSelected(score, threshold, magnitude)) {
        selected.insert(score);
        bounds.error = std::max(bounds.error, error);
        bounds.selectedMagnitude =
            std::max(bounds.selectedMagnitude, magnitude);
        continue;
      }
      bounds.greatestMiss = std::max(bounds.greatestMiss, score);
      bounds.missError = std::max(bounds.missError, error);
    }
  }
  bounds.setSelected(SmallVector<double>(selected.begin(), selected.end()));
  return bounds;
}

/// Adds to `bounds` those for keys that all are selected and score `bias` and
/// `weight` times a number of `type`, of which there are too many to list.
static ScoreBounds boundUnlisted(ScoreBounds bounds, SubspaceTypeInterface type,
                                 double weight, double bias,
                                 double threshold) {
  const rasp::Domain &domain = type.getValueDomain();
  double atLow = bias + weight * domain.getLow();
  double atHigh = bias + weight * domain.getHigh();
  bounds.offset = std::max(atLow, atHigh);
  bounds.least = std::min(atLow, atHigh) - bounds.offset;
  bounds.gap = std::abs(weight) * domain.getLeastGap();
  if (domain.mayBeNone() ||
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
  bounds.selectedMagnitude = bounds.magnitude;

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
  bounds.offset = *scores.rbegin();
  for (double score : scores) {
    score -= bounds.offset;
    if (ScoreBounds::isSelected(score, threshold, bounds.magnitude))
      selected.push_back(score);
    else
      bounds.greatestMiss = score;
  }
  bounds.setSelected(selected);
  return bounds;
}

/// Whether the product of query and key in a direction is never positive.
static bool isNeverPositive(const DirectionBounds &query,
                            const DirectionBounds &key) {
  double tolerance =
      ScoreBounds::getTolerance(query.greatest() * key.greatest());
  auto isSigned = [&](const DirectionBounds &above,
                      const DirectionBounds &below) {
    return std::min(above.low, 0.0) * below.greatest() >= -tolerance &&
           std::max(below.high, 0.0) * above.greatest() <= tolerance;
  };
  return isSigned(query, key) || isSigned(key, query);
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
    if (!isNeverPositive(q, k))
      return ScoreBounds::unknown();
    bounds.greatestMiss =
        std::min({bounds.greatestMiss, -q.greatest(), -k.greatest()});
    bounds.magnitude += q.greatest() * k.greatest();
    double error =
        q.greatest() * k.error + k.greatest() * q.error + q.error * k.error;
    bounds.missError += error;
    if (!isExactAtZero(query, key, direction))
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
  auto isOfKeys = [&](int64_t direction) {
    return !queried.contains(direction);
  };
  SmallVector<int64_t> taken;
  llvm::copy_if(block.directions, std::back_inserter(taken), isOfKeys);
  llvm::erase_if(block.directions, isOfKeys);
  return taken;
}

/// Bounds for the scores of `block`.
static ScoreBounds boundBlock(const ScoreSide &query, const ScoreSide &key,
                              ScoreBlock block, double threshold) {
  if (auto listed = enumerateScores(query, key, block, threshold))
    return *listed;
  // Keys and queries are independent of what keys score by themselves.
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

ScoreBounds mlir::craft::boundScores(AffineAttr queryMap,
                                     ValueRange queryInputs, AffineAttr keyMap,
                                     ValueRange keyInputs, double threshold,
                                     ErrorOfValue errorOf) {
  ScoreSide query(queryMap, queryInputs, errorOf);
  ScoreSide key(keyMap, keyInputs, errorOf);
  ScoreBounds bounds;
  for (const ScoreBlock &block : splitIntoBlocks(query, key))
    bounds.add(boundBlock(query, key, block, threshold));
  bounds.undoOffset();
  // Adding up the blocks rounds where what they add is off a grid.
  double numTerms = query.bounds.directions.size();
  if (bounds.error > 0 ||
      !(query.bounds.grid * key.bounds.grid).holds(bounds.selectedMagnitude))
    bounds.error += roundingOfSum(numTerms, bounds.selectedMagnitude);
  bounds.missError += roundingOfSum(numTerms, bounds.magnitude);
  return bounds;
}
