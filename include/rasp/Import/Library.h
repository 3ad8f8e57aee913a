//===- Library.h - The library of RASP, written in RASP ---------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_IMPORT_LIBRARY_H
#define RASP_IMPORT_LIBRARY_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"

namespace mlir::rasp::frontend {

/// What locations in the library call it.
inline constexpr llvm::StringLiteral libraryName = "rasplib.rasp";

/// The text of rasplib.rasp, as it was when this was built.
StringRef getLibraryText();

} // namespace mlir::rasp::frontend

#endif // RASP_IMPORT_LIBRARY_H
