//===- Pipelines.cpp - Pipelines from programs to transformers ------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Pipelines/Pipelines.h"

#include "rasp/Conversion/Passes.h"
#include "rasp/Dialect/Craft/Transforms/Passes.h"
#include "rasp/Dialect/Rasp/Transforms/Passes.h"

#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::rasp;

/// The program as its author means it, in the form that converts best.
static void addRaspPasses(OpPassManager &manager) {
  manager.addPass(createInlinerPass());
  manager.addPass(createSymbolDCEPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addPass(createMergeAggregates());
  manager.addPass(createDecomposeMaps());
  manager.addPass(createExpandBest());
  manager.addPass(createExpandUnions());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

static void addBlockPasses(OpPassManager &manager,
                           const LowerToTransformerOptions &options) {
  craft::ExpandSelectorWidthOptions widthOptions;
  widthOptions.method = options.selectorWidth;
  manager.addPass(craft::createExpandSelectorWidth(widthOptions));
  manager.addPass(createCSEPass());
  craft::DiscretizeMLPOptions mlpOptions;
  mlpOptions.maxHiddenUnits = options.maxHiddenUnits;
  manager.addPass(craft::createDiscretizeMLP(mlpOptions));
  manager.addPass(craft::createCheckPrecision());
  manager.addPass(craft::createFoldAffine());
  manager.addPass(createCSEPass());
}

void rasp::buildLowerToTransformerPipeline(
    OpPassManager &manager, const LowerToTransformerOptions &options) {
  addRaspPasses(manager);
  if (options.to == Stage::Rasp)
    return;
  ConvertRaspToCraftOptions conversionOptions;
  conversionOptions.maxCombinations = options.maxCombinations;
  conversionOptions.maxMatrixEntries = options.maxMatrixEntries;
  manager.addPass(createConvertRaspToCraft(conversionOptions));
  manager.addPass(createCSEPass());
  if (options.to == Stage::CraftValues)
    return;
  addBlockPasses(manager, options);
  if (options.to == Stage::CraftBlocks)
    return;
  manager.addPass(craft::createAllocateLayers());
  manager.addPass(craft::createAllocateResidual());
  if (options.to == Stage::CraftLayers)
    return;
  ConvertCraftToLinalgOptions linalgOptions;
  linalgOptions.batch = options.batch;
  linalgOptions.sequence = options.sequence;
  linalgOptions.weights = options.weights;
  manager.addPass(createConvertCraftToLinalg(linalgOptions));
  manager.addPass(createCSEPass());
}

void rasp::registerPipelines() {
  PassPipelineRegistration<LowerToTransformerOptions>(
      "lower-to-transformer",
      "Compiles every rasp program of the module to a transformer: functions "
      "of linalg and tensor ops with the weights as constants",
      buildLowerToTransformerPipeline);
}
