//===- InitAll.h - Registration of everything -------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place of registration. The header includes nothing generated, so that
// the mains of the tools compile fast.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_INITALL_H
#define RASP_INITALL_H

namespace mlir {
class DialectRegistry;

namespace rasp {

/// Registers the dialects of this project, and upstream's with their
/// extensions (the inliner of `func`, for one): the compiler makes upstream
/// IR, and reads it back at any stage of its own lowering.
void registerAllDialects(DialectRegistry &registry);

/// Registers the passes and pipelines of this project, and upstream's general
/// transformations (`canonicalize`, `cse`, `inline`, ...).
void registerAllPasses();

/// Registers the translations of this project: what enters and what leaves the
/// compiler. In the library MLIRRaspTranslate.
void registerAllTranslations();

/// Leaves the options that LLVM registers for itself when it is loaded, those
/// of its code generators, out of `--help`; `--help-hidden` lists them. For a
/// main to call first.
void hideOptionsOfLLVM();

/// Makes false the default of `--mlir-print-op-on-diagnostic`: the error shows
/// the line already, and the op in generic form would hide the notes below it.
/// For a main to call next.
void printNoOperationOnDiagnostic();

} // namespace rasp
} // namespace mlir

#endif // RASP_INITALL_H
