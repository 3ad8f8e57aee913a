//===- EvaluableOpInterface.h - What an op computes ----------- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_REFERENCE_EVALUABLEOPINTERFACE_H
#define RASP_REFERENCE_EVALUABLEOPINTERFACE_H

#include "rasp/Reference/EvaluationValue.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/OpDefinition.h"

#include "rasp/Reference/EvaluableOpInterface.h.inc"

#endif // RASP_REFERENCE_EVALUABLEOPINTERFACE_H
