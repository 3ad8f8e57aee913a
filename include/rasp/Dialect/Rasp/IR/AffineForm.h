//===- AffineForm.h - Affine functions in the region of a map - -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_IR_AFFINEFORM_H
#define RASP_DIALECT_RASP_IR_AFFINEFORM_H

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "llvm/ADT/DenseMap.h"

namespace mlir::rasp {

/// A number in the region of a map as an affine combination of the region's
/// arguments. Booleans count as 0 and 1.
struct AffineForm {
  /// A factor for each argument.
  SmallVector<Scalar> factors;
  Scalar offset;

  unsigned getNumArgumentsUsed() const;
};

/// The affine forms of the values in the region of a `rasp.map`. Exact on real
/// numbers, which is what numbers stand for in the rasp dialect.
class AffineForms {
public:
  explicit AffineForms(Block &body);

  /// The form of `value`, or null if it is not affine or not a number.
  const AffineForm *lookup(Value value) const {
    auto found = forms.find(value);
    return found == forms.end() ? nullptr : &found->second;
  }

private:
  std::optional<AffineForm> infer(Operation *op) const;

  unsigned numArguments;
  llvm::DenseMap<Value, AffineForm> forms;
};

/// The affine form of `value`, a value in the region of a `rasp.map`, or
/// nothing if it is not affine or not a number.
std::optional<AffineForm> getAffineForm(Value value);

/// The affine form of what `map` yields.
std::optional<AffineForm> getAffineForm(MapOp map);

} // namespace mlir::rasp

#endif // RASP_DIALECT_RASP_IR_AFFINEFORM_H
