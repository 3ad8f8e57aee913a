//===- ForwardPassRefusalTests.cpp - What forward passes refuse -----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ForwardPassTesting.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::test;
using craft::TransformerShape;
using craft::WeightTensor;

namespace {

TEST(ForwardPassTest, RefusesWrongWeights) {
  std::mt19937 random(9);
  TransformerShape shape = getDenseShapes()[0];
  DenseWeights weights(shape, random);
  auto create = [&](ArrayRef<WeightView> views) {
    return getMessage(ForwardPass::create(shape, views));
  };
  std::vector<WeightView> views = weights.getViews();
  EXPECT_EQ(create(views), "");
  std::reverse(views.begin(), views.end());
  EXPECT_EQ(create(views), "");

  WeightView last = views.back();
  ASSERT_EQ(last.name, "embedding.tokens");
  views.pop_back();
  EXPECT_EQ(create(views), "expected a weight 'embedding.tokens' of shape "
                           "[7, 13], and found none");
  views.push_back(last);
  views.push_back(last);
  EXPECT_EQ(create(views),
            "expected one weight 'embedding.tokens', and found two");
  views.back().name = "embedding.token";
  EXPECT_EQ(create(views), "expected no weight 'embedding.token' in a model of "
                           "this shape, and found one of shape [7, 13]");
  views.pop_back();
  views.back().shape = {13, 7};
  EXPECT_EQ(create(views), "expected the weight 'embedding.tokens' to have the "
                           "shape [7, 13], and found [13, 7]");
}

TEST(ForwardPassTest, RefusesWrongShapes) {
  auto create = [](const TransformerShape &shape) {
    return getMessage(ForwardPass::create(shape, {}));
  };
  EXPECT_EQ(create(getShape(1, 1, -1, 1, 1, 1, false)),
            "expected 'd_model' to lie in 0 ... 2147483645, and found -1");
  EXPECT_EQ(create(getShape(1, 1, 1, 1, int64_t(1) << 40, 1, false)),
            "expected 'd_mlp' to lie in 0 ... 2147483645, and found "
            "1099511627776");
  EXPECT_EQ(create(getShape(int64_t(1) << 40, 0, 0, 0, 0, 1, false)),
            "expected 'layers' to lie in 0 ... 1048576, and found "
            "1099511627776");
}

TEST(ForwardPassTest, RefusesWrongSizes) {
  std::mt19937 random(10);
  TransformerShape shape = getDenseShapes()[5];
  DenseWeights weights(shape, random);
  ForwardPass pass =
      llvm::cantFail(ForwardPass::create(shape, weights.getViews()));
  SmallVector<int32_t> ids(8, 0);
  std::vector<float> logits(24);
  std::vector<float *> activations(3);
  EXPECT_EQ(getMessage(pass.run(ids, 2, 3, logits)),
            "expected 2 x 3 token ids, and found 8");
  EXPECT_EQ(getMessage(pass.run(ids, 1, 8, logits)),
            "expected at most 7 positions with BOS, and found 8");
  EXPECT_EQ(getMessage(pass.run(ids, -2, -4, logits)),
            "expected a batch of rows of positions, and found -2 x -4");
  EXPECT_EQ(getMessage(pass.run(ids, int64_t(1) << 62, 4, logits)),
            "expected 4611686018427387904 x 4 token ids, and found 8");
  EXPECT_EQ(getMessage(pass.run(ids, 2, 4,
                                MutableArrayRef<float>(logits).drop_back())),
            "expected room for 2 x 4 x 3 logits, and found room for 23");
  EXPECT_EQ(getMessage(pass.run(ids, 2, 4, logits, activations)),
            "expected arrays for 24 activations or for none, and found 3");
  EXPECT_EQ(getMessage(pass.getActivations(1, 8)),
            "expected at most 7 positions with BOS, and found 8");
  EXPECT_EQ(getMessage(pass.getActivations(int64_t(1) << 60, 4)),
            "the activation 'hook_embed' of shape [1152921504606846976, 4, 9] "
            "has too many elements");
  // Nothing to do, and done at once.
  EXPECT_EQ(getMessage(pass.run({}, 0, 7, {})), "");
  EXPECT_EQ(getMessage(pass.run({}, int64_t(1) << 62, 0, {})), "");
}

} // namespace
