//===- ScalarAttrInterface.h - Attributes that hold a scalar ----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_REFERENCE_SCALARATTRINTERFACE_H
#define RASP_REFERENCE_SCALARATTRINTERFACE_H

#include "rasp/Reference/Scalar.h"

#include "rasp/Reference/ScalarAttrInterface.h.inc"

namespace mlir::rasp {

/// The value that `attribute` holds (a BoolAttr, an i64 IntegerAttr, a finite
/// f64 FloatAttr, a StringAttr, or an attribute with ScalarAttrInterface), or
/// nothing if it holds none.
std::optional<Scalar> getScalar(Attribute attribute);

} // namespace mlir::rasp

#endif // RASP_REFERENCE_SCALARATTRINTERFACE_H
