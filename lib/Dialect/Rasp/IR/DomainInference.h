//===- DomainInference.h - What domain inference shares ---------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_DIALECT_RASP_IR_DOMAININFERENCE_H
#define RASP_LIB_DIALECT_RASP_IR_DOMAININFERENCE_H

#include "rasp/Dialect/Rasp/IR/AffineForm.h"
#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

namespace mlir::rasp::inference {

//===----------------------------------------------------------------------===//
// Forms of length and position
//===----------------------------------------------------------------------===//

/// How many keys a query sees: the length, or in a causal program the position
/// and one more.
PositionForm getVisibleKeys(const DomainContext &context);

/// factor * form, and lhs + rhs, or nothing if the factors grow out of bounds.
std::optional<PositionForm> scale(const PositionForm &form, int64_t factor);
std::optional<PositionForm> add(const PositionForm &lhs,
                                const PositionForm &rhs);

/// The least and greatest value of a form on inputs of up to `maxSeqLen`.
std::pair<int64_t, int64_t> getExtremes(const PositionForm &form,
                                        uint64_t maxSeqLen);

/// The values of a form on inputs of up to `maxSeqLen`: all of them exactly as
/// long as they are not too many to list.
Domain getDomain(const PositionForm &form, uint64_t maxSeqLen);

/// The number of pairs of a length up to `maxSeqLen` and a position.
inline uint64_t getNumPositions(uint64_t maxSeqLen) {
  return maxSeqLen * (maxSeqLen + 1) / 2;
}

/// Finds the integer affine form of a function of length and position, if it
/// is one, from its values at all of them.
class PositionFormFitter {
public:
  /// Adds a value. Lengths come in increasing order, and so do the positions
  /// of a length.
  void add(int64_t length, int64_t index, const Scalar &value);
  /// The form, if all values added fit one.
  std::optional<PositionForm> getForm() const;

private:
  bool fits = true;
  unsigned numAdded = 0;
  PositionForm form;
};

//===----------------------------------------------------------------------===//
// Facts
//===----------------------------------------------------------------------===//

const SOpFacts &getSOpFacts(const AbstractValue &value);
const SelectorFacts &getSelectorFacts(const AbstractValue &value);

/// Adds what follows from what is set.
SOpFacts complete(SOpFacts facts, const DomainContext &context);
SelectorFacts complete(SelectorFacts facts, const DomainContext &context);

/// The selector of every visible key, and of none.
SelectorFacts getFullSelector(const DomainContext &context);
SelectorFacts getEmptySelector(const DomainContext &context);
bool isFull(const SelectorFacts &facts, const DomainContext &context);

/// Whether no row of the two selectors can have a key in common, seen from how
/// they are built.
bool areDisjoint(Value lhs, Value rhs);

//===----------------------------------------------------------------------===//
// Regions of scalar ops
//===----------------------------------------------------------------------===//

/// Where the evaluation of a region failed.
struct ScalarFailure {
  Operation *op = nullptr;
  SmallVector<Scalar> operands;
  std::string reason;
};

/// The region of a map or a select, prepared for many evaluations.
class RegionEvaluator {
public:
  explicit RegionEvaluator(Block &body);
  /// The yielded value; on failure says where in `failure`, if it is given.
  FailureOr<Scalar> evaluate(ArrayRef<Scalar> arguments,
                             ScalarFailure *failure = nullptr);

private:
  struct Step {
    ScalarOpInterface op;
    SmallVector<unsigned> operands;
  };
  SmallVector<Step> steps;
  unsigned numArguments, result;
  SmallVector<Scalar> slots;
};

/// "(1, a)".
std::string describe(ArrayRef<Scalar> values);
/// The domain for a diagnostic: its text, or the number of its values.
std::string describe(const Domain &domain);

/// Emits the error that `parent`, whose region failed as `failure` says, can
/// fail on `arguments`, values that can occur.
void reportFailure(Operation *parent, const ScalarFailure &failure,
                   ArrayRef<Scalar> arguments);

} // namespace mlir::rasp::inference

#endif // RASP_LIB_DIALECT_RASP_IR_DOMAININFERENCE_H
