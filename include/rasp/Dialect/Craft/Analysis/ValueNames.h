//===- ValueNames.h - What the values of a program are called ---*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_ANALYSIS_VALUENAMES_H
#define RASP_DIALECT_CRAFT_ANALYSIS_VALUENAMES_H

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"

#include <string>
#include <vector>

namespace mlir::craft {

/// Strings no two of which are equal.
class UniqueNames {
public:
  /// `name`, with a number appended if it has been given out before.
  std::string claim(StringRef name);

private:
  llvm::StringSet<> claimed;
};

/// A name for every value of a `craft.program`: that of its location, and
/// otherwise one made of the op's name and a number, as in `head3`. No two
/// values have the same name.
class ValueNames {
public:
  explicit ValueNames(ProgramOp program);

  StringRef getName(Value value) const { return names.find(value)->second; }

  /// Labels for the columns of `value`: its name, followed by that of the
  /// column within the subspace where it has more than one.
  std::vector<std::string> getColumnLabels(Value value) const;

private:
  llvm::DenseMap<Value, std::string> names;
};

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_ANALYSIS_VALUENAMES_H
