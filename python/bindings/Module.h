//===- Module.h - A module of MLIR in Python --------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_MODULE_H
#define RASP_PYTHON_BINDINGS_MODULE_H

#include "Storage.h"

#include <nanobind/nanobind.h>

#include <string>
#include <vector>

namespace mlir::rasp::python {

/// A module with programs at some stage. Not changed once made.
class Module {
public:
  explicit Module(std::shared_ptr<Storage> storage);

  const std::shared_ptr<Storage> &getStorage() const { return storage; }
  /// The programs and compiled functions, in order.
  const std::vector<std::string> &getPrograms() const { return programs; }

  /// `name`, or the only program if it is empty. Raises ValueError if there is
  /// no such program.
  std::string choose(const std::string &name) const;

private:
  std::shared_ptr<Storage> storage;
  std::vector<std::string> programs;
};

/// The program called `name` of `storage`, which has one, and of which the
/// caller holds the lock.
Operation *findProgram(Storage &storage, StringRef name);

// Each adds methods to the class of modules.
void bindPrograms(nb::class_<Module> &moduleClass);
void bindWeights(nb::class_<Module> &moduleClass);

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_MODULE_H
