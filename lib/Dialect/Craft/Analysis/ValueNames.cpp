//===- ValueNames.cpp - What the values of a program are called -----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Analysis/ValueNames.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/Twine.h"

using namespace mlir;
using namespace mlir::craft;

std::string UniqueNames::claim(StringRef name) {
  std::string result = name.str();
  for (unsigned suffix = 1; !claimed.insert(result).second; ++suffix)
    result = (name + "_" + Twine(suffix)).str();
  return result;
}

ValueNames::ValueNames(ProgramOp program) {
  UniqueNames unique;
  llvm::StringMap<unsigned> counts;
  for (Operation &op : program.getProgramBody()) {
    StringRef kind = op.getName().stripDialect();
    unsigned number = counts[kind]++;
    for (Value result : op.getResults()) {
      StringRef name = getValueName(&op);
      names[result] = unique.claim(name.empty() ? (kind + Twine(number)).str()
                                                : name.str());
    }
  }
}

std::vector<std::string> ValueNames::getColumnLabels(Value value) const {
  auto type = cast<SubspaceTypeInterface>(value.getType());
  std::vector<std::string> labels;
  for (int64_t column = 0; column < type.getDimension(); ++column) {
    std::string within = type.getColumnLabel(column);
    labels.push_back(within.empty() ? getName(value).str()
                                    : (getName(value) + ":" + within).str());
  }
  return labels;
}
