//===- DomainAnalysis.h - The values that s-ops can take ------ -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_ANALYSIS_DOMAINANALYSIS_H
#define RASP_DIALECT_RASP_ANALYSIS_DOMAINANALYSIS_H

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "llvm/ADT/DenseMap.h"

namespace mlir::rasp {

/// Infers what is known of the values of a program op by op, in their order:
/// for a program that is being built. DomainAnalysis does so for a whole one.
class DomainInference {
public:
  /// `maxCombinations` bounds the combinations of values that one op tries.
  /// With `diagnose`, emits an error at an op that can fail on a value that can
  /// occur.
  explicit DomainInference(
      ProgramOp program,
      uint64_t maxCombinations = DomainContext().maxCombinations,
      bool diagnose = false);

  /// Infers the results of `op`, whose operands are inferred already.
  void infer(Operation *op);

  /// What is known of `value`, which is inferred already.
  const AbstractValue &get(Value value) const;

  /// Whether an error was emitted.
  bool hasFailed() const { return context.failed; }

  /// The combinations of values of `inputs`, s-ops that are inferred already,
  /// that can stand at one position, without those that hold none; each has a
  /// value for each input. Nothing if they are more than `limit`, or cannot be
  /// listed.
  std::optional<std::vector<SmallVector<Scalar>>>
  listCombinations(ValueRange inputs, uint64_t limit) const;

private:
  /// What an op may know, of the values inferred so far.
  DomainContext getContext() const;

  /// Without a lookup, which would have to move along.
  DomainContext context;
  DenseMap<Value, AbstractValue> values;
};

/// For every s-op of a program the values that it can take, and for every
/// selector how many keys a row selects, on any input that the program's
/// contract allows. Sound: what the interpreter computes is always covered.
///
/// Usable as a pass analysis: `getAnalysis<DomainAnalysis>()` in a pass on
/// `rasp.program`, or constructed for one.
class DomainAnalysis {
public:
  /// `maxCombinations` bounds the combinations of values that one op tries.
  explicit DomainAnalysis(
      Operation *program,
      uint64_t maxCombinations = DomainContext().maxCombinations);

  /// Runs the analysis once more and emits an error at every op that can
  /// fail on a value that can occur.
  LogicalResult diagnose() const;

  const SOpFacts &getFacts(Value sop) const;
  const Domain &getDomain(Value sop) const { return getFacts(sop).domain; }
  const SelectorFacts &getSelectorFacts(Value selector) const;

  /// The combinations of values of the s-ops `inputs` that can stand at one
  /// position, without those that hold none. Nothing if they are more than
  /// `limit`, or cannot be listed.
  std::optional<std::vector<SmallVector<Scalar>>>
  listCombinations(ValueRange inputs, uint64_t limit) const {
    return inference.listCombinations(inputs, limit);
  }

private:
  ProgramOp program;
  uint64_t maxCombinations;
  DomainInference inference;
};

} // namespace mlir::rasp

#endif // RASP_DIALECT_RASP_ANALYSIS_DOMAINANALYSIS_H
