//===- ForwardPassTests.cpp - Forward passes as compiled models -----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A forward pass is compared with the compiled models of the library.
//
//===----------------------------------------------------------------------===//

#include "ForwardPassTesting.h"
#include "rasp/Execution/CompiledModel.h"
#include "rasp/InitAll.h"
#include "rasp/Pipelines/Pipelines.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::test;
using craft::TransformerShape;
using craft::WeightTensor;

namespace {

struct Contract {
  const char *program;
  int64_t maxSeqLen;
  bool causal;

  std::string getName() const {
    return program + std::string("_") + std::to_string(maxSeqLen) +
           (causal ? "_causal" : "");
  }
  friend void PrintTo(const Contract &contract, std::ostream *os) {
    *os << contract.getName();
  }
};

class LibraryForwardPassTest : public ::testing::TestWithParam<Contract> {
protected:
  LibraryForwardPassTest() {
    DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
  }

  void SetUp() override {
    const char *root = std::getenv("RASP_SOURCE_ROOT");
    ASSERT_TRUE(root) << "set RASP_SOURCE_ROOT to the checkout, as lit does";
    SmallString<128> file(root);
    llvm::sys::path::append(file, "test", "Integration", "Library",
                            GetParam().program + Twine(".mlir"));
    ParserConfig config(&context);
    module = parseSourceFile<ModuleOp>(file, config);
    ASSERT_TRUE(module);
    for (auto program : module->getOps<ProgramOp>()) {
      program.setMaxSeqLen(GetParam().maxSeqLen);
      program.setCausal(GetParam().causal);
    }
    lowerTo(Stage::CraftLayers);
    FailureOr<craft::ModelWeights> weights = craft::ModelWeights::get(
        *module->getOps<craft::TransformerOp>().begin());
    ASSERT_TRUE(succeeded(weights));
    shape = weights->shape;
    tensors = std::move(weights->tensors);
    lowerTo(Stage::Linalg);
    function = *module->getOps<func::FuncOp>().begin();
  }

  void lowerTo(Stage stage) {
    LowerToTransformerOptions options;
    options.to = stage;
    options.weights = "argument";
    PassManager passes(&context, ModuleOp::getOperationName());
    buildLowerToTransformerPipeline(passes, options);
    ASSERT_TRUE(succeeded(passes.run(*module)));
  }

  /// Changes each weight that is not zero. The compiled model does not read
  /// those of layers that consist of padding.
  void perturb(std::mt19937 &random) {
    std::uniform_real_distribution<float> factor(0.5f, 1.5f);
    NamedAttrList values(
        function->getAttrOfType<DictionaryAttr>(craft::weightsAttrName));
    for (WeightTensor &tensor : tensors) {
      for (float &weight : tensor.data)
        weight *= factor(random);
      if (!values.get(tensor.name))
        continue;
      auto type =
          RankedTensorType::get(tensor.shape, Float32Type::get(&context));
      values.set(tensor.name, DenseElementsAttr::get(
                                  type, ArrayRef<float>(tensor.data)));
    }
    function->setAttr(craft::weightsAttrName, values.getDictionary(&context));
  }

  /// Expects the logits of the compiled model, in batches of any size.
  void compare(std::mt19937 &random) {
    FailureOr<std::unique_ptr<CompiledModel>> model =
        CompiledModel::create(*module);
    ASSERT_TRUE(succeeded(model));
    std::vector<WeightView> views = getViews(tensors);
    ForwardPass pass = llvm::cantFail(ForwardPass::create(shape, views));
    for (int64_t batch : {1, 2, 7, 70})
      for (int64_t sequence : {int64_t(2), shape.getNumPositions() / 2 + 1,
                               shape.getNumPositions()}) {
        SCOPED_TRACE(std::to_string(batch) + " x " + std::to_string(sequence));
        for (auto getIds : {getRandomIds, getStrangeIds}) {
          SmallVector<int32_t> ids = getIds(shape, batch, sequence, random);
          SmallVector<float> expected;
          ASSERT_TRUE(succeeded((*model)->run(ids, batch, sequence, expected)));
          Result found = run(pass, ids, batch, /*withActivations=*/false);
          expectNear(found.logits, expected);
        }
      }
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  TransformerShape shape;
  std::vector<WeightTensor> tensors;
};

TEST_P(LibraryForwardPassTest, EqualsCompiledModel) {
  std::mt19937 random(1);
  compare(random);
}

TEST_P(LibraryForwardPassTest, EqualsCompiledModelWithChangedWeights) {
  std::mt19937 random(2);
  perturb(random);
  compare(random);
}

INSTANTIATE_TEST_SUITE_P(
    Library, LibraryForwardPassTest,
    ::testing::Values(Contract{"reverse", 10, false},
                      Contract{"sort", 10, false}, Contract{"sort", 10, true},
                      Contract{"hist", 32, false}, Contract{"hist", 7, true},
                      Contract{"frac_prevs", 10, true},
                      Contract{"frac_prevs", 16, false},
                      Contract{"shuffle_dyck2", 8, false},
                      Contract{"detect_pattern_ab", 10, false},
                      Contract{"nary_sum", 5, false},
                      Contract{"length", 70, false}),
    [](const ::testing::TestParamInfo<Contract> &info) {
      return info.param.getName();
    });

} // namespace
