//===- ElementwiseFunction.h - S-ops as functions of others --- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_CONVERSION_RASPTOCRAFT_ELEMENTWISEFUNCTION_H
#define RASP_CONVERSION_RASPTOCRAFT_ELEMENTWISEFUNCTION_H

#include "rasp/Dialect/Rasp/Analysis/DomainAnalysis.h"

#include "llvm/ADT/MapVector.h"

namespace mlir::rasp {

/// An s-op as an elementwise function of other s-ops, its roots, listed over
/// all combinations of their values.
struct ElementwiseFunction {
  /// Distinct s-ops with finite domains of at least two values.
  SmallVector<Value> roots;
  /// The values of each root, as `Domain::getValuesAndNone` gives them.
  SmallVector<std::vector<Scalar>> domains;
  /// The function's value for each combination, the last root varying fastest;
  /// nothing where the combination cannot occur.
  std::vector<std::optional<Scalar>> table;

  size_t getNumCombinations() const { return table.size(); }
  /// The index of each root's value in combination `index`.
  SmallVector<size_t> getCombination(size_t index) const;
};

/// Finds for each s-op the roots that it is a function of, composing
/// elementwise ops on the way, so that a chain of them costs what one costs.
///
/// A root is the program's argument, the indices, what a head computes
/// (aggregates and selector widths), or an affine combination of several
/// values, which costs nothing and is a single number. Maps of several inputs
/// are composed with their readers as long as few combinations result.
class ElementwiseFunctions {
public:
  ElementwiseFunctions(const DomainAnalysis &domains, uint64_t maxCombinations)
      : domains(domains), maxCombinations(maxCombinations) {}

  /// Whether `sop` has a subspace of its own rather than being a function.
  bool isRoot(Value sop) const;
  /// Whether `sop` is an affine combination of several numbers.
  bool isAffineRoot(Value sop) const;

  /// The function for `sop`; a root is the identity of itself. Emits an error
  /// and fails if a domain is not finite, or there are too many combinations.
  FailureOr<ElementwiseFunction> get(Value sop);

  /// The identity of `sop`, for `reader` to list. Emits an error at the reader
  /// and fails if the domain is not finite.
  FailureOr<ElementwiseFunction> getIdentity(Value sop, Operation *reader);

private:
  FailureOr<ElementwiseFunction> compute(Value sop);
  /// The function of `op` over the functions of its operands, or nothing if
  /// it has more than `limit` combinations.
  std::optional<ElementwiseFunction>
  compose(Operation *op, ArrayRef<ElementwiseFunction> operands,
          uint64_t limit);

  const DomainAnalysis &domains;
  uint64_t maxCombinations;
  DenseMap<Value, ElementwiseFunction> cache;
};

/// The value of an elementwise op (a map or a lookup) on `arguments`; none if
/// one of them is none, nothing where the op is undefined.
std::optional<Scalar> evaluateElementwise(Operation *op,
                                          ArrayRef<Scalar> arguments);

} // namespace mlir::rasp

#endif // RASP_CONVERSION_RASPTOCRAFT_ELEMENTWISEFUNCTION_H
