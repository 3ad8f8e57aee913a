//===- CraftAffineReads.cpp - What ops read through affine maps -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

using namespace mlir;
using namespace mlir::craft;

SmallVector<AffineRead> LinearOp::getAffineReads() {
  return {{getInputsMutable(), getMapAttrName()}};
}

SmallVector<AffineRead> HeadOp::getAffineReads() {
  return {{getQueryInputsMutable(), getQueryAttrName()},
          {getKeyInputsMutable(), getKeyAttrName()},
          {getValueInputsMutable(), getValueAttrName()}};
}

SmallVector<AffineRead> SelectorWidthOp::getAffineReads() {
  return {{getQueryInputsMutable(), getQueryAttrName()},
          {getKeyInputsMutable(), getKeyAttrName()}};
}

SmallVector<AffineRead> MLPOp::getAffineReads() {
  return {{getInputsMutable(), getInputAttrName()}};
}

SmallVector<AffineRead> UnembedOp::getAffineReads() {
  return {{getInputsMutable(), getMapAttrName()}};
}
