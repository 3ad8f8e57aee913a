//===- CubePartition.h - Tables as few products of sets ---------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_TRANSFORMS_CUBEPARTITION_H
#define RASP_DIALECT_CRAFT_TRANSFORMS_CUBEPARTITION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mlir::craft {

/// A function from a product of finite sets {0, ..., size-1} to classes; the
/// last input varies fastest.
struct ClassTable {
  llvm::SmallVector<int64_t> sizes;
  std::vector<int64_t> classes;
};

/// A product of subsets on which a table has one class. An input without a
/// constraint may have any value.
struct Cube {
  struct Constraint {
    unsigned input;
    llvm::SmallVector<int64_t> values;
  };
  llvm::SmallVector<Constraint> constraints;
  int64_t classIndex = 0;
};

/// A partition of a table's inputs into cubes, and the sum of their costs.
struct CubePartition {
  std::vector<Cube> cubes;
  uint64_t cost = 0;
};

/// Partitions `table` by a decision tree: each node groups the values of one
/// input that leave the same function of the others. On small tables the tree
/// of least cost is found, on large ones each node takes the input with the
/// fewest groups. `costOfClass` says what a cube of a class costs. Gives up
/// where the cost exceeds `maxCost`.
std::optional<CubePartition>
partitionIntoCubes(const ClassTable &table,
                   llvm::function_ref<uint64_t(int64_t)> costOfClass,
                   uint64_t maxCost);

} // namespace mlir::craft

#endif // RASP_DIALECT_CRAFT_TRANSFORMS_CUBEPARTITION_H
