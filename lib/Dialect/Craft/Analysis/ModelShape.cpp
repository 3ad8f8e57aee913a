//===- ModelShape.cpp - The size of a transformer -------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Analysis/ModelShape.h"

#include "rasp/Dialect/Craft/Analysis/LayerSchedule.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::craft;

static uint64_t countNonZeros(MatrixAttr matrix) {
  return SparseMatrix(matrix).getEntries().size();
}

static uint64_t countNonZeros(AffineAttr map) {
  uint64_t count = llvm::count_if(map.getBiasValues(),
                                  [](double value) { return value != 0; });
  for (MatrixAttr matrix : map.getWeights())
    count += countNonZeros(matrix);
  return count;
}

ModelShape::ModelShape(TransformerOp transformer)
    : modelDimension(transformer.getModelDimension()) {
  uint64_t d = modelDimension;
  for (Operation &op : transformer.getProgramBody()) {
    if (auto embedding = dyn_cast<EmbeddingOp>(op)) {
      MatrixAttr tokens = embedding.getTokens();
      MatrixAttr positions = embedding.getPositions();
      uint64_t size = (tokens.getRows() + positions.getRows()) * d;
      numParameters += size;
      numUnpaddedParameters += size;
      numNonZeros += countNonZeros(tokens) + countNonZeros(positions);
    } else if (auto unembedding = dyn_cast<UnembeddingOp>(op)) {
      numUnembeddingParameters +=
          unembedding.getMap().getOutputDimension() * (d + 1);
    } else if (auto layer = dyn_cast<LayerOp>(op)) {
      ++numLayers;
      // The output biases of attention and MLP.
      numUnpaddedParameters += 2 * d;
      std::vector<ResidualHeadOp> heads = layer.getHeads();
      numHeads = std::max<uint64_t>(numHeads, heads.size());
      for (ResidualHeadOp head : heads) {
        headDimension =
            std::max<uint64_t>(headDimension, head.getHeadDimension());
        uint64_t queryKey = head.getQueryKeyDimension();
        uint64_t value = head.getValueDimension();
        numUnpaddedParameters +=
            2 * d * (queryKey + value) + 2 * queryKey + value;
        numNonZeros +=
            countNonZeros(head.getQuery()) + countNonZeros(head.getKey()) +
            countNonZeros(head.getValue()) + countNonZeros(head.getOutput());
      }
      if (ResidualMLPOp mlp = layer.getMLP()) {
        uint64_t units = mlp.getNumHiddenUnits();
        numHiddenUnits = std::max(numHiddenUnits, units);
        numUnpaddedParameters += units * (2 * d + 1);
        numNonZeros +=
            countNonZeros(mlp.getInput()) + countNonZeros(mlp.getOutput());
      }
    }
  }
  numParameters += getNumLayerParameters(numLayers, numHeads, d, headDimension,
                                         numHiddenUnits);
}

void ModelShape::print(raw_ostream &os) const {
  os << "layers " << numLayers << ", heads " << numHeads << ", d_model "
     << modelDimension << ", d_head " << headDimension << ", d_mlp "
     << numHiddenUnits << ", parameters " << numParameters << ", unpadded "
     << numUnpaddedParameters << ", non-zero " << numNonZeros
     << ", unembedding " << numUnembeddingParameters;
}
