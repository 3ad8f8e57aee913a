//===- ScalarRanges.h - The values in the region of a map -------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_DIALECT_RASP_IR_SCALARRANGES_H
#define RASP_LIB_DIALECT_RASP_IR_SCALARRANGES_H

#include "ElementwiseInference.h"

namespace mlir::rasp::inference {

/// The domain of every value in the region of a map, op by op: affine
/// combinations as sums of sets, other ops on the product of their operands'
/// domains where that can be listed, and by intervals where it cannot.
class ScalarRanges {
public:
  ScalarRanges(Block &body, const ElementwiseInputs &inputs,
               const DomainContext &context);

  /// The domain of what is yielded.
  const Domain &getResult() const { return result.domain; }
  /// Whether exactly the values of the result occur.
  bool isExact() const { return result.isExact; }
  /// An op that can fail, or that cannot be shown not to.
  const std::optional<ScalarFailure> &getFailure() const { return failure; }

private:
  struct Range {
    Domain domain;
    /// Every value of the domain occurs.
    bool isExact = true;
    /// The inputs that the value hangs on.
    llvm::SmallBitVector variables;
  };

  Range inferAffine(const AffineForm &form) const;
  Range infer(ScalarOpInterface op);
  Domain inferInterval(ScalarOpInterface op);
  void setFailure(Operation *op, ArrayRef<Scalar> operands,
                  const llvm::Twine &reason);
  bool areIndependent(ArrayRef<const Range *> ranges) const;

  const ElementwiseInputs &inputs;
  const DomainContext &context;
  llvm::DenseMap<Value, Range> ranges;
  Range result;
  std::optional<ScalarFailure> failure;
};

} // namespace mlir::rasp::inference

#endif // RASP_LIB_DIALECT_RASP_IR_SCALARRANGES_H
