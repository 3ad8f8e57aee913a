//===- ProgramLowering.h - Lowering of programs to craft --------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_CONVERSION_RASPTOCRAFT_PROGRAMLOWERING_H
#define RASP_LIB_CONVERSION_RASPTOCRAFT_PROGRAMLOWERING_H

#include "rasp/Conversion/RaspToCraft/ElementwiseFunction.h"
#include "rasp/Conversion/RaspToCraft/QuadrantCover.h"
#include "rasp/Conversion/RaspToCraft/SelectorForm.h"
#include "rasp/Dialect/Craft/IR/CraftDialect.h"
#include "rasp/Dialect/Rasp/Analysis/DomainAnalysis.h"

#include "llvm/ADT/SetVector.h"

namespace mlir::rasp {

/// Lowers one `rasp.program` to a `craft.program` in values form.
///
/// Subspaces are made on demand, from the output backwards: what nobody reads
/// is never made. An s-op that is an elementwise function is not a subspace of
/// its own unless a reader needs it as one; readers ask for it one-hot or as a
/// number, and get an affine value where the function is affine in subspaces
/// that exist (every function of a one-hot is), and a `craft.map` otherwise.
class ProgramLowering {
public:
  struct Limits {
    uint64_t maxCombinations;
    uint64_t maxMatrixEntries;
  };

  ProgramLowering(ProgramOp program, OpBuilder &builder, Limits limits);

  /// Builds the craft program before the source. Emits an error at the op that
  /// cannot be compiled and leaves nothing behind on failure.
  FailureOr<craft::ProgramOp> run();

  unsigned getNumHeads() const { return numHeads; }
  unsigned getNumMaps() const { return numMaps; }

private:
  /// How a value is laid out in the residual stream.
  enum class Layout { OneHot, Scalar };

  /// A pair of a key and a query that relations are on; a null value is a
  /// constant.
  struct RelationPair {
    Value key, query;
    std::vector<Scalar> keyValues, queryValues;
  };

  /// The query and key halves of a head.
  struct QueryKey {
    SmallVector<Value> queryInputs, keyInputs;
    craft::AffineAttr query, key;
  };

  /// One of these halves under construction.
  class HalfBuilder;

  /// What the keys of a head score by themselves, so that of those that a row
  /// selects only the best count: 0 for the best of all, less for the others.
  struct Preference {
    /// The number that keys score `factor` times, plus `bias`. Null where all
    /// keys score 0.
    Value input;
    double factor = 0, bias = 0;
    /// How far at most the worst of all keys is below the best.
    double range = 0;
  };

  /// A subspace with a column for each class of values of an s-op.
  struct Classifier {
    Value subspace;
    /// The column of each value, in the order of `Domain::getValuesAndNone`.
    std::vector<size_t> columns;
  };

  // Values (ValueLowering.cpp, FunctionLowering.cpp).

  /// The layout that costs least for `sop` and suits its readers.
  Layout getLayout(Value sop);
  /// Whether every reader of `sop` wants its number.
  bool isOnlyReadAsNumber(Value sop);
  /// Whether a one-hot of `sop` exists or is affine in what exists.
  bool isOneHotAvailable(Value sop);
  /// Whether `sop` is a number with at most two values, none not among them.
  bool isBit(Value sop);
  craft::OneHotType getOneHotType(const Domain &domain);
  /// The scalar type for `sop`; none, where possible, gets a code outside the
  /// range of the numbers.
  craft::ScalarType getScalarType(Value sop);

  /// Refuses numbers that arithmetic in f32 cannot hold.
  LogicalResult checkMagnitude(Value sop);
  FailureOr<Value> getOneHot(Value sop);
  FailureOr<Value> getScalarSubspace(Value sop);
  /// The subspace of a root or of a table in its own layout.
  FailureOr<Value> getSubspace(Value sop);
  /// The affine map from one subspace in which each value of `domain`, which
  /// `input` encodes, goes to its element of `images`; null if there is none.
  static craft::AffineAttr getAffineMap(craft::SubspaceTypeInterface input,
                                        ArrayRef<Scalar> domain,
                                        ArrayRef<SmallVector<double>> images,
                                        MLIRContext *context);
  FailureOr<Value> lowerFunction(const ElementwiseFunction &function,
                                 Location loc, Type type);
  FailureOr<Value> lowerTable(const ElementwiseFunction &function, Location loc,
                              Type type);
  /// An affine value over the roots' subspaces if `function` is additive in
  /// them, null otherwise.
  FailureOr<Value> lowerAdditive(const ElementwiseFunction &function,
                                 Location loc, Type type);
  FailureOr<Value> lowerAffine(Value sop);
  /// `values`, the scalar subspace of what `aggregate` gathers, with another
  /// number for none where that is too close to the aggregate's default.
  FailureOr<Value> keepNoneApart(Value values, AggregateOp aggregate);
  Value convertToOneHot(Value scalar, Value sop);
  Value convertToScalar(Value oneHot, Value sop);
  /// One-hot classes of the values of `sop`.
  FailureOr<Classifier> getClassifier(Value sop, ArrayRef<Scalar> values,
                                      ArrayRef<size_t> classes);

  // Heads (SelectorLowering.cpp, HeadLowering.cpp).

  FailureOr<SelectorForm> getSelectorForm(Value selector);
  FailureOr<SelectorForm> getSelectForm(SelectOp select);
  /// The keys at which `sop` is not none.
  FailureOr<SelectorForm> getPresentForm(Value sop);
  /// The number of the pair that relations between two functions are on.
  unsigned getPairNumber(const ElementwiseFunction &key,
                         const ElementwiseFunction &query);
  /// What a key or query is a function of, for a relation.
  FailureOr<ElementwiseFunction> getRelationSide(Value sop);
  /// The matrices of a head that selects `term`. Where matches are counted, an
  /// error of their scores multiplies the count, so that numbers of many values
  /// are compared step by step, which is exact for matches. Keys score
  /// `preference` besides.
  FailureOr<QueryKey> getQueryKey(const Conjunction &term, double penalty,
                                  bool isCounted, const Preference &preference);
  /// Appends to `queries` and `keys` what scores 0 where the relation holds and
  /// at most -`penalty` elsewhere: by classes of values, or by half-lines. By
  /// classes, the result must be added to that for all pairs; it is 0 unless
  /// `mayHaveCommon`.
  FailureOr<double> appendClasses(const RelationPair &pair,
                                  const Relation &relation, double penalty,
                                  HalfBuilder &queries, HalfBuilder &keys,
                                  bool mayHaveCommon);
  LogicalResult appendQuadrants(const RelationPair &pair,
                                ArrayRef<Quadrant> quadrants, double penalty,
                                HalfBuilder &queries, HalfBuilder &keys);
  /// Whether `sop` is a number that takes many values and is not one-hot.
  bool isManyValued(Value sop);
  /// Whether there is a column or a step for each half-line of the values of
  /// `sop`: what stands for none is not in order with the numbers.
  bool hasSteps(Value sop);
  /// Whether the value of `sop` lies in `half`, as a number.
  FailureOr<Value> getStep(Value sop, ArrayRef<Scalar> values, HalfLine half);
  /// exp of anything below the negative of this is 0 in f32.
  static constexpr double greatestPenalty = 105.0;
  /// The penalty of a key that is not selected, such that all of them together
  /// take less than half a unit in the last place of an f32 from what is read:
  /// length * exp(-penalty) <= 2^-25 / contrast, where the contrast is how many
  /// times greater what leaks may be than what it would blur. Whole numbers
  /// cancel exactly in f32.
  static double getPenalty(uint64_t length, double contrast = 1.0);
  FailureOr<Value> lowerAggregate(AggregateOp aggregate);
  FailureOr<Value> lowerSelectorWidth(SelectorWidthOp width);

  // Scores of `rasp.best` (PreferenceLowering.cpp).

  /// A preference in which different scores are at least `margin` apart.
  FailureOr<Preference> getPreference(BestOp best, double margin);
  /// Whether `margin` times the steps of a number of `domain` can be told apart
  /// in f32, so that a preference reads the number as it is.
  static bool isPreferenceOfNumber(const Domain &domain, double margin);
  /// The rank of the value of `scores` among all that it can have, as a number
  /// from 0; 0 for none.
  FailureOr<Value> getRank(Value scores);

  // The program (RaspToCraft.cpp).

  LogicalResult lowerOutput(ReturnOp output);
  /// Whether the nearest of `codes` to a number can be told by logits in f32.
  static bool canReadNearest(ArrayRef<double> codes);
  Value createConstant(Location loc, const Scalar &value, Type type);
  Location getNamedLoc(Value sop);

  ProgramOp program;
  OpBuilder &builder;
  MLIRContext *context;
  Limits limits;
  DomainAnalysis domains;
  ElementwiseFunctions functions;
  std::vector<RelationPair> pairs;
  DenseMap<Value, SelectorForm> selectorForms;
  DenseMap<Value, Value> oneHots, scalars, subspaces;
  std::map<std::pair<void *, std::vector<size_t>>, Classifier> classifiers;
  std::map<std::pair<void *, HalfLine>, Value> steps;
  DenseMap<Value, Value> ranks;
  unsigned numHeads = 0, numMaps = 0;
};

} // namespace mlir::rasp

#endif // RASP_LIB_CONVERSION_RASPTOCRAFT_PROGRAMLOWERING_H
