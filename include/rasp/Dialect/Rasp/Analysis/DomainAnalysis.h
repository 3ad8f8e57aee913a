//===- DomainAnalysis.h - The values that s-ops can take -*- C++ -*-===//
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

private:
  Operation *program;
  uint64_t maxCombinations;
  DenseMap<Value, AbstractValue> values;
};

} // namespace mlir::rasp

#endif // RASP_DIALECT_RASP_ANALYSIS_DOMAINANALYSIS_H
