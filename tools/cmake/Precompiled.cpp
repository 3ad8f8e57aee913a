//===- Precompiled.cpp - Owner of the precompiled header --------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A precompiled header belongs to a target, and a target needs a source. This
// is it; the header comes in by the compiler's command line.
//
//===----------------------------------------------------------------------===//
