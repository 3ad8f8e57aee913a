//===- StatisticsAsInMLIR.h - Layout of pass statistics ---------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Included before everything else where this project keeps its assertions and the
// MLIR found was built without: a pass statistic has another layout with NDEBUG
// than without, and its constructor is in MLIR's library.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_STATISTICSASINMLIR_H
#define RASP_STATISTICSASINMLIR_H

#ifdef __cplusplus
#ifndef NDEBUG
#define NDEBUG
#include "llvm/ADT/Statistic.h"
#undef NDEBUG
#endif
#endif

#endif // RASP_STATISTICSASINMLIR_H
