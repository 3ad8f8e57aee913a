//===- SetContract.cpp - Changes the contract of programs -----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/Transforms/Passes.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"

namespace mlir::rasp {
#define GEN_PASS_DEF_SETCONTRACT
#include "rasp/Dialect/Rasp/Transforms/Passes.h.inc"
} // namespace mlir::rasp

using namespace mlir;
using namespace mlir::rasp;

/// The attribute that the value `text` of an s-op of `elementType` is in a
/// vocabulary, or null if it is none.
static Attribute parseToken(StringRef text, Type elementType) {
  Builder builder(elementType.getContext());
  if (isa<StringType>(elementType))
    return builder.getStringAttr(text);
  if (elementType.isInteger(1)) {
    if (text == "true" || text == "false")
      return builder.getBoolAttr(text == "true");
    return nullptr;
  }
  if (elementType.isInteger(64)) {
    int64_t value;
    return text.getAsInteger(10, value) ? nullptr
                                        : builder.getI64IntegerAttr(value);
  }
  double value;
  if (!elementType.isF64() || text.getAsDouble(value))
    return nullptr;
  return builder.getF64FloatAttr(value);
}

namespace {
struct SetContract : public rasp::impl::SetContractBase<SetContract> {
  using SetContractBase::SetContractBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (causal != "true" && causal != "false" && causal != "keep")
      return emitError(UnknownLoc::get(context))
             << "rasp-set-contract: expected causal to be true, false or keep, "
                "found '"
             << causal << "'";
    if (output != "categorical" && output != "numerical" && output != "keep")
      return emitError(UnknownLoc::get(context))
             << "rasp-set-contract: expected output to be categorical, "
                "numerical or "
                "keep, found '"
             << output << "'";
    if (maxSeqLen < -1)
      return emitError(UnknownLoc::get(context))
             << "rasp-set-contract: expected max-seq-len to be at least 1, "
                "found "
             << maxSeqLen.getValue();
    return success();
  }

  void runOnOperation() override {
    WalkResult result = getOperation()->walk([&](ProgramOp program) {
      return succeeded(changeContract(program)) ? WalkResult::skip()
                                                : WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  LogicalResult changeContract(ProgramOp program) {
    Builder builder(&getContext());
    if (!vocab.empty()) {
      // The pass may meet a program whose argument the verifier has accepted:
      // one s-op.
      Type elementType =
          cast<SOpType>(program.getArgumentTypes().front()).getElementType();
      SmallVector<Attribute> tokens;
      for (const std::string &text : vocab) {
        Attribute token = parseToken(text, elementType);
        if (!token)
          return program.emitOpError()
                 << "takes tokens of type " << elementType << ", and '" << text
                 << "', which rasp-set-contract was given, is none";
        tokens.push_back(token);
      }
      program.setVocabAttr(builder.getArrayAttr(tokens));
    }
    if (maxSeqLen != -1)
      program.setMaxSeqLenAttr(builder.getI64IntegerAttr(maxSeqLen));
    if (causal != "keep")
      program.setCausal(causal == "true");
    if (output != "keep")
      program.setOutputAttr(builder.getStringAttr(output));
    return success();
  }
};
} // namespace
