//===- EvaluableOpInterface.td - What an op computes -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_REFERENCE_EVALUABLEOPINTERFACE_TD
#define RASP_REFERENCE_EVALUABLEOPINTERFACE_TD

include "mlir/IR/OpBase.td"

def EvaluableOpInterface : OpInterface<"EvaluableOpInterface"> {
  let cppNamespace = "::mlir::rasp";
  let description = [{
    An op that the reference interpreter can run on one input sequence. The
    implementation *is* the definition of the op; the interpreter only walks
    the block and hands results to users.
  }];
  let methods = [
    InterfaceMethod<[{
      Computes the results of the op from `operands` (one value for each
      operand) and appends them to `results`. Emits an error at the op and
      fails where the op is undefined on these values.
    }], "::llvm::LogicalResult", "evaluate",
    (ins "::llvm::ArrayRef<::mlir::rasp::EvaluationValue>":$operands,
         "const ::mlir::rasp::EvaluationContext &":$context,
         "::llvm::SmallVectorImpl<::mlir::rasp::EvaluationValue> &":$results)>
  ];
}

def ProgramOpInterface : OpInterface<"ProgramOpInterface"> {
  let cppNamespace = "::mlir::rasp";
  let description = [{
    A program at some stage of the compiler, with its contract: what its
    inputs may be. Its body is one block without arguments or with the input
    tokens as its only argument; the result of the terminator's evaluation, a
    `Sequence`, is the output.
  }];
  let methods = [
    InterfaceMethod<"The input tokens that are allowed, in the order of their ids.",
      "::mlir::ArrayAttr", "getVocab">,
    InterfaceMethod<"The greatest length of an input, without BOS.",
      "uint64_t", "getMaxSeqLen">,
    InterfaceMethod<"Whether a query sees only keys at or before it.",
      "bool", "getCausal">,
    InterfaceMethod<"The name of the token that stands before the input.",
      "::llvm::StringRef", "getBos">,
    InterfaceMethod<"The name of the token that fills a batch.",
      "::llvm::StringRef", "getPad">,
    InterfaceMethod<"The block that computes.",
      "::mlir::Block &", "getProgramBody">
  ];
}

#endif // RASP_REFERENCE_EVALUABLEOPINTERFACE_TD
