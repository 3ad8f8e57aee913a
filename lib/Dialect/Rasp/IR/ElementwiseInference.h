//===- ElementwiseInference.h - Domains of functions ---------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_DIALECT_RASP_IR_ELEMENTWISEINFERENCE_H
#define RASP_LIB_DIALECT_RASP_IR_ELEMENTWISEINFERENCE_H

#include "DomainInference.h"

namespace mlir::rasp::inference {

/// The inputs of an elementwise op: each s-op once, with what is known of it
/// alone and of all together.
class ElementwiseInputs {
public:
  ElementwiseInputs(ValueRange inputs, ArrayRef<AbstractValue> operands,
                    const DomainContext &context);

  /// A function of the values of the op's operands.
  using Function = function_ref<FailureOr<Scalar>(ArrayRef<Scalar>)>;

  /// An s-op that is an input, maybe several times.
  struct Variable {
    Value value;
    const SOpFacts *facts;
    /// Its values other than none.
    Domain domain;
  };

  ArrayRef<Variable> getVariables() const { return variables; }
  /// The variable that an operand of the op is.
  unsigned getVariable(unsigned operand) const {
    return variableOfOperand[operand];
  }
  bool mayBeNone() const;
  /// One of the inputs is none wherever it is anything.
  bool isAlwaysNone() const;

  /// All positions of an input have the same inputs.
  bool areSamePerPosition() const;

  /// Whether the values of a variable are known to depend on those of another.
  bool isRelated(unsigned variable) const { return related[variable]; }

  /// A bound on the number of combinations that `enumerate` goes through.
  uint64_t getNumCombinations() const;

  /// Evaluates `function` on every combination of values that can occur, none
  /// excepted. Calls `onFailure` with the first one on which it fails. Must
  /// not be called for more combinations than memory can hold.
  SOpFacts enumerate(Function function,
                     function_ref<void(ArrayRef<Scalar>)> onFailure) const;

  /// The facts of an affine function.
  SOpFacts inferAffine(const AffineForm &form) const;

private:
  using Tuple = SmallVector<int64_t, 4>;

  void findRelations();
  std::vector<Tuple> listRelated() const;
  bool isDistinct(const PositionForm &numerators, int64_t denominator,
                  ArrayRef<std::pair<unsigned, Scalar>> terms) const;

  const DomainContext &context;
  SmallVector<Variable> variables;
  SmallVector<unsigned> variableOfOperand;
  /// The variables that relations tie together.
  llvm::SmallBitVector related;
  /// Of these, the ones that are no form of length and position but bounded by
  /// one; in groups whose sum has the bound of each member.
  SmallVector<SmallVector<unsigned>> boundedGroups;
  /// A bound on the combinations of the related variables.
  uint64_t numRelated = 1;
};

} // namespace mlir::rasp::inference

#endif // RASP_LIB_DIALECT_RASP_IR_ELEMENTWISEINFERENCE_H
