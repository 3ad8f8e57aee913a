//===- CraftOps.cpp - Ops of the craft dialect ----------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::craft;

#define GET_OP_CLASSES
#include "rasp/Dialect/Craft/IR/CraftOps.cpp.inc"

/// Suggests the name of the value for the result of `op`.
static void suggestName(Operation *op, OpAsmSetValueNameFn setName) {
  if (StringRef name = getValueName(op); !name.empty())
    setName(op->getResult(0), name);
}

void EmbedOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  suggestName(*this, setName);
}
void LinearOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  suggestName(*this, setName);
}
void MapOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  suggestName(*this, setName);
}
void HeadOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  suggestName(*this, setName);
}
void SelectorWidthOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  suggestName(*this, setName);
}
void MLPOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  suggestName(*this, setName);
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

Block &ProgramOp::getProgramBody() { return getBody().front(); }
Block &TransformerOp::getProgramBody() { return getBody().front(); }

std::vector<ResidualHeadOp> LayerOp::getHeads() {
  auto heads = getBody().getOps<ResidualHeadOp>();
  return {heads.begin(), heads.end()};
}

ResidualMLPOp LayerOp::getMLP() {
  auto mlps = getBody().getOps<ResidualMLPOp>();
  return mlps.empty() ? ResidualMLPOp() : *mlps.begin();
}

//===----------------------------------------------------------------------===//
// Folders
//===----------------------------------------------------------------------===//

OpFoldResult LinearOp::fold(FoldAdaptor) {
  AffineAttr map = getMap();
  if (getInputs().size() == 1 && getInputs().front().getType() == getType() &&
      map.getWeights().front().isIdentity() &&
      llvm::all_of(map.getBiasValues(), [](double bias) { return bias == 0; }))
    return getInputs().front();
  return {};
}

//===----------------------------------------------------------------------===//
// BlockOpInterface
//===----------------------------------------------------------------------===//

/// A layer as an attribute.
static IntegerAttr layerAttribute(MLIRContext *context, uint64_t layer) {
  return Builder(context).getI64IntegerAttr(layer);
}

bool HeadOp::isAttention() { return true; }
std::optional<uint64_t> HeadOp::getAllocatedLayer() { return getLayer(); }
void HeadOp::setAllocatedLayer(uint64_t layer) {
  setLayerAttr(layerAttribute(getContext(), layer));
}
int64_t HeadOp::getOutputDimension() { return getDimension(getType()); }
int64_t HeadOp::getBlockWidth() {
  return std::max(getQueryKeyDimension() + 1, getValueDimension());
}

bool MLPOp::isAttention() { return false; }
std::optional<uint64_t> MLPOp::getAllocatedLayer() { return getLayer(); }
void MLPOp::setAllocatedLayer(uint64_t layer) {
  setLayerAttr(layerAttribute(getContext(), layer));
}
int64_t MLPOp::getOutputDimension() { return getDimension(getType()); }
int64_t MLPOp::getBlockWidth() { return getNumHiddenUnits(); }
