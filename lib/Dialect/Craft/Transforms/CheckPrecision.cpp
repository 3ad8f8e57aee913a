//===- CheckPrecision.cpp - Refuses what f32 cannot tell ------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/Analysis/ErrorAnalysis.h"
#include "rasp/Dialect/Craft/Transforms/Passes.h"

#include "mlir/IR/Remarks.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::craft;

namespace mlir::craft {
#define GEN_PASS_DEF_CHECKPRECISION
#include "rasp/Dialect/Craft/Transforms/Passes.h.inc"
} // namespace mlir::craft

namespace {
struct CheckPrecision : public craft::impl::CheckPrecisionBase<CheckPrecision> {
  using CheckPrecisionBase::CheckPrecisionBase;

  void runOnOperation() override {
    WalkResult result = getOperation()->walk(
        [&](ProgramOp program) { return WalkResult(check(program)); });
    if (result.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult check(ProgramOp program) {
    auto unembed =
        dyn_cast<UnembedOp>(program.getProgramBody().getTerminator());
    if (!unembed)
      return success();
    ErrorAnalysis errors(program);
    auto errorOf = [&](Value value) { return errors.getError(value); };
    std::optional<ReadOutFault> fault = findReadOutFault(unembed, errorOf);
    if (!fault) {
      double greatest = 0;
      for (Value input : unembed.getInputs())
        greatest = std::max(greatest, errorOf(input).entry);
      remark::analysis(unembed.getLoc(), remark::RemarkOpts::name("precision")
                                             .category("craft-check-precision"))
          << "the output is read surely in f32"
          << remark::metric("Error", static_cast<float>(greatest));
      return success();
    }

    InFlightDiagnostic diagnostic = unembed.emitError();
    if (unembed.getNumerical())
      diagnostic << "the output is a number that f32 does not hold well "
                    "enough: expected an error below "
                 << shorten(fault->limit) << ", found up to "
                 << shorten(fault->error);
    else
      diagnostic << "the output " << fault->value.str() << " may be read as "
                 << fault->other.str()
                 << " in f32: expected logits to be off by less than "
                 << shorten(fault->limit) << ", found up to "
                 << shorten(fault->error);
    diagnostic.attachNote()
        << "a smaller max_seq_len, or numbers that are smaller or of like "
           "magnitudes, make the error smaller";
    return diagnostic;
  }

  /// A number with three digits.
  static std::string shorten(double number) {
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format("%.3g", number);
    return text;
  }
};
} // namespace
