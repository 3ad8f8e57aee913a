//===- ExpandSelectorWidth.cpp - Makes a head of each selector width ------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

#include <cmath>

using namespace mlir;
using namespace mlir::craft;

namespace mlir::craft {
#define GEN_PASS_DEF_EXPANDSELECTORWIDTH
#include "rasp/Dialect/Craft/Transforms/Passes.h.inc"
} // namespace mlir::craft

/// The score of BOS above a match in a linear width: N = exp(24) is 2.6e10, so
/// that a width of w is off by w/N, far below the rounding of f32.
static constexpr double linearBosScore = 24.0;

namespace {
/// What both ways of computing a width share.
struct WidthPattern : public OpRewritePattern<SelectorWidthOp> {
  using OpRewritePattern::OpRewritePattern;

  /// A head that attends to what the width counts and to BOS.
  static HeadOp createHead(PatternRewriter &rewriter, SelectorWidthOp width,
                           Type type, double value, double scale,
                           double bosScore, double bosValue) {
    MLIRContext *context = rewriter.getContext();
    AffineAttr constant =
        AffineAttr::get(context, ArrayRef<MatrixAttr>(),
                        DenseF64ArrayAttr::get(context, value));
    SparseMatrix output(1, 1);
    output.set(0, 0, scale);
    return HeadOp::create(
        rewriter, width.getLoc(), type, width.getQueryInputs(),
        width.getKeyInputs(), ValueRange(), width.getQuery(), width.getKey(),
        constant, output.get(context), rewriter.getF64FloatAttr(bosScore),
        DenseF64ArrayAttr::get(context, bosValue), IntegerAttr());
  }
};

/// BOS scores ln N above a match and has the value 0: the head's mean is
/// w/(N + w), and N times that is w, up to w/N.
struct ExpandLinear : public WidthPattern {
  using WidthPattern::WidthPattern;

  LogicalResult matchAndRewrite(SelectorWidthOp width,
                                PatternRewriter &rewriter) const override {
    HeadOp head = createHead(rewriter, width, width.getType(), /*value=*/1.0,
                             /*scale=*/std::exp(linearBosScore), linearBosScore,
                             /*bosValue=*/0.0);
    rewriter.replaceOp(width, head);
    return success();
  }
};

/// The values that a width can have.
const rasp::Domain &getWidths(SelectorWidthOp width) {
  return cast<ScalarType>(width.getType()).getValueDomain();
}

/// BOS scores as a match does and alone has the value 1: the head's mean is
/// 1/(w + 1), and a map inverts it. The widths must be few enough to list.
struct ExpandReciprocal : public WidthPattern {
  using WidthPattern::WidthPattern;

  LogicalResult matchAndRewrite(SelectorWidthOp width,
                                PatternRewriter &rewriter) const override {
    MLIRContext *context = rewriter.getContext();
    const rasp::Domain &widths = getWidths(width);
    SmallVector<rasp::Scalar> reciprocals;
    for (const rasp::Scalar &value : widths.getValues())
      reciprocals.push_back(rasp::Scalar::fraction(1, value.getInteger() + 1));
    auto domain = rasp::Domain::finite(reciprocals);
    auto type = ScalarType::get(context, rasp::DomainAttr::get(context, domain),
                                FloatAttr());
    HeadOp head =
        createHead(rewriter, width, type, /*value=*/0.0, /*scale=*/1.0,
                   /*bosScore=*/0.0, /*bosValue=*/1.0);
    if (StringRef name = getValueName(width); !name.empty())
      head->setLoc(NameLoc::get(
          rewriter.getStringAttr("1/(" + name + " + 1)"), width.getLoc()));
    // The reciprocals ascend as the widths descend.
    SmallVector<Attribute> inverse;
    for (const rasp::Scalar &value : llvm::reverse(widths.getValues()))
      inverse.push_back(rasp::getScalarAttribute(context, value));
    rewriter.replaceOpWithNewOp<MapOp>(width, width.getType(), head.getResult(),
                                       rewriter.getArrayAttr(inverse));
    return success();
  }
};

struct ExpandSelectorWidth
    : public craft::impl::ExpandSelectorWidthBase<ExpandSelectorWidth> {
  using ExpandSelectorWidthBase::ExpandSelectorWidthBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (method != "auto" && method != "linear" && method != "reciprocal")
      return emitError(UnknownLoc::get(context))
             << "unknown method '" << method
             << "' for craft-expand-selector-width: expected auto, linear or "
                "reciprocal";
    RewritePatternSet linear(context), reciprocal(context);
    linear.add<ExpandLinear>(context);
    reciprocal.add<ExpandReciprocal>(context);
    linearPatterns = FrozenRewritePatternSet(std::move(linear));
    reciprocalPatterns = FrozenRewritePatternSet(std::move(reciprocal));
    return success();
  }

  void runOnOperation() override {
    WalkResult result = getOperation()->walk([&](ProgramOp program) {
      // A sum of n equal terms in f32 is off by at most n units in the last
      // place: n * n * 2^-24, which a count stands as long as it is < 1/4.
      double length = program.getMaxSeqLen();
      bool linear = method == "linear" ||
                    (method == "auto" && length * length * 0x1p-24 < 0.25);
      if (!linear && failed(checkReciprocals(program)))
        return WalkResult::interrupt();
      unsigned numWidths = 0;
      program.walk([&](SelectorWidthOp width) {
        ++numWidths;
        remark::passed(width.getLoc(),
                       remark::RemarkOpts::name("width").category(
                           "craft-expand-selector-width"))
            << (linear ? "linear: the head writes the width itself"
                       : "reciprocal: the head writes 1/(width + 1), an MLP "
                         "inverts it")
            << remark::metric("MaxSeqLen", program.getMaxSeqLen());
      });
      (linear ? numLinear : numReciprocal) += numWidths;
      walkAndApplyPatterns(program,
                           linear ? linearPatterns : reciprocalPatterns);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  /// Checks that the map after each head can list its values.
  static LogicalResult checkReciprocals(ProgramOp program) {
    bool allListed = true;
    program.walk([&](SelectorWidthOp width) {
      const rasp::Domain &widths = getWidths(width);
      if (widths.isFinite())
        return;
      allListed = false;
      InFlightDiagnostic diagnostic = width.emitOpError()
                                      << "has more widths than the map that "
                                         "inverts reciprocals can list: "
                                         "expected at most "
                                      << rasp::Domain::maxValues << ", found "
                                      << width.getType();
      diagnostic.attachNote()
          << "help: a smaller max_seq_len, or the linear method, which needs "
             "no map but rounds the more the longer the input is";
    });
    return success(allListed);
  }

  FrozenRewritePatternSet linearPatterns, reciprocalPatterns;
};
} // namespace
