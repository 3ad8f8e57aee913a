//===- ScalarBody.h - The region of a map or a select -----------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_SCALARBODY_H
#define RASP_PYTHON_BINDINGS_SCALARBODY_H

#include "ProgramState.h"

namespace mlir::rasp::python {

/// A scalar op as Python describes it: (name, operands, attribute, element type
/// of the result).
struct ScalarOp {
  std::string name;
  /// The inputs have the numbers from 0, the ops those that follow.
  std::vector<unsigned> operands;
  DetachedScalar attribute;
  std::string elementType;
};

/// The ops of a body on `numInputs` inputs. Raises TypeError or ValueError
/// where they are described wrong.
std::vector<ScalarOp> bodyFromPython(nb::handle body, size_t numInputs);

/// Fills `region` with ops on the values of `inputs`, s-ops. Raises ValueError
/// for an op or an attribute that there is not.
void buildBody(Region &region, ValueRange inputs, ArrayRef<ScalarOp> body,
               ProgramState &state, Location loc);

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_SCALARBODY_H
