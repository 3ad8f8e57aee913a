//===- ModelContract.cpp - The inputs and outputs of a model ----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Execution/ModelContract.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::rasp;

/// Reads the values in `array`; emits an error at `function` if one is no
/// value.
static FailureOr<std::vector<Scalar>>
readScalars(func::FuncOp function, StringRef name, ArrayAttr array) {
  std::vector<Scalar> values;
  for (Attribute attribute : array) {
    std::optional<Scalar> value = craft::getPortableScalar(attribute);
    if (!value)
      return function.emitError()
             << "expected a value in '" << name << "', and found " << attribute;
    values.push_back(*value);
  }
  return values;
}

/// Whether `function` is from ids [batch, position] and weights to one result
/// [batch, position, `numOutputs`].
static bool hasModelType(func::FuncOp function, int64_t numOutputs) {
  FunctionType type = function.getFunctionType();
  if (type.getNumInputs() < 1 || type.getNumResults() != 1)
    return false;
  auto tokens = dyn_cast<RankedTensorType>(type.getInput(0));
  auto result = dyn_cast<RankedTensorType>(type.getResult(0));
  return tokens && tokens.getRank() == 2 &&
         tokens.getElementType().isInteger(32) && result &&
         result.getRank() == 3 && result.getElementType().isF32() &&
         result.getDimSize(2) == numOutputs;
}

/// Whether `index` is computed from a token id, an integer, and not only from
/// the indices of loops.
static bool isOfToken(Value index) {
  SmallVector<Value> worklist = {index};
  DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (value.getType().isInteger())
      return true;
    if (Operation *op = value.getDefiningOp(); op && seen.insert(value).second)
      llvm::append_range(worklist, op->getOperands());
  }
  return false;
}

/// Checks that the tables from which `function` takes a row by token or by
/// position have the rows that `shape` says. A function may be edited.
static LogicalResult verifyTables(func::FuncOp function,
                                  const craft::TransformerShape &shape) {
  auto verifyTable = [&](tensor::ExtractOp extract) -> LogicalResult {
    RankedTensorType type = extract.getTensor().getType();
    if (type.getRank() != 2)
      return success();
    int64_t numRows = type.getDimSize(0);
    // Rows of positions that no input reaches do no harm; the ids of BOS and
    // PAD depend on the number of tokens.
    Value index = extract.getIndices().front();
    bool isToken = isOfToken(index);
    std::optional<int64_t> constant = getConstantIntValue(index);
    if (constant  ? *constant < numRows
        : isToken ? numRows == shape.vocabSize + 2
                  : numRows > shape.maxSeqLen)
      return success();
    InFlightDiagnostic diagnostic = function.emitError();
    diagnostic << "'" << function.getSymName()
               << "' does not fit its weights: ";
    if (isToken)
      diagnostic << "'" << craft::vocabAttrName << "' has " << shape.vocabSize
                 << " tokens, for which the embedding of tokens has to have "
                 << shape.vocabSize + 2 << " rows, with BOS and PAD";
    else
      diagnostic << "'" << craft::shapeAttrName
                 << "' says max_seq_len = " << shape.maxSeqLen
                 << ", for which the embedding of positions has to have more "
                    "rows than that, with BOS";
    diagnostic.attachNote(extract.getLoc()) << "found a table of type " << type;
    return diagnostic;
  };
  WalkResult result = function.walk([&](tensor::ExtractOp extract) {
    return failed(verifyTable(extract)) ? WalkResult::interrupt()
                                        : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

FailureOr<ModelContract> ModelContract::get(func::FuncOp function) {
  auto shape = function->getAttrOfType<DictionaryAttr>(craft::shapeAttrName);
  auto vocab = function->getAttrOfType<ArrayAttr>(craft::vocabAttrName);
  auto bos = function->getAttrOfType<StringAttr>(craft::bosAttrName);
  auto pad = function->getAttrOfType<StringAttr>(craft::padAttrName);
  auto outputs = function->getAttrOfType<ArrayAttr>(craft::outputsAttrName);
  bool numerical = function->hasAttr(craft::numericalAttrName);
  std::optional<craft::TransformerShape> readShape;
  if (shape)
    readShape = craft::getTransformerShape(shape);
  if (!readShape || !vocab || vocab.empty() || !bos || !pad ||
      bool(outputs) == numerical || (outputs && outputs.empty())) {
    InFlightDiagnostic diagnostic = function.emitError()
                                    << "'" << function.getSymName()
                                    << "' does not describe itself as a model";
    diagnostic.attachNote()
        << "expected the attributes '" << craft::shapeAttrName << "', '"
        << craft::vocabAttrName << "', '" << craft::bosAttrName << "', '"
        << craft::padAttrName << "', and '" << craft::outputsAttrName
        << "' or '" << craft::numericalAttrName
        << "' of convert-craft-to-linalg";
    return failure();
  }

  ModelContract contract(function.getLoc());
  contract.name = function.getSymName().str();
  contract.shape = *readShape;
  contract.bos = bos.str();
  contract.pad = pad.str();
  FailureOr<std::vector<Scalar>> vocabValues =
      readScalars(function, craft::vocabAttrName, vocab);
  if (failed(vocabValues))
    return failure();
  contract.vocab = std::move(*vocabValues);
  if (outputs) {
    FailureOr<std::vector<Scalar>> outputValues =
        readScalars(function, craft::outputsAttrName, outputs);
    if (failed(outputValues))
      return failure();
    contract.outputs = std::move(*outputValues);
  }
  if (auto code = function->getAttrOfType<FloatAttr>(craft::noneCodeAttrName))
    contract.noneCode = code.getValueAsDouble();
  contract.shape.vocabSize = contract.vocab.size();
  contract.shape.numOutputs = numerical ? 1 : contract.outputs.size();

  if (!hasModelType(function, contract.shape.numOutputs))
    return function.emitError()
           << "expected a function from tensor<?x?xi32> to tensor<?x?x"
           << contract.shape.numOutputs << "xf32>, and found "
           << function.getFunctionType();
  if (failed(verifyTables(function, contract.shape)))
    return failure();
  return contract;
}

LogicalResult ModelContract::encode(ArrayRef<Scalar> tokens, size_t sequence,
                                    SmallVectorImpl<int32_t> &ids) const {
  if (tokens.empty() || tokens.size() > static_cast<size_t>(shape.maxSeqLen))
    return emitError(loc) << "expected an input of 1 to " << shape.maxSeqLen
                          << " tokens, and found " << tokens.size();
  ids.push_back(shape.getBosId());
  for (const Scalar &token : tokens) {
    const auto *it = llvm::find(ArrayRef<Scalar>(vocab), token);
    if (it == ArrayRef<Scalar>(vocab).end())
      return emitError(loc) << "the token '" << token.str()
                            << "' is not in the vocabulary of '" << name << "'";
    ids.push_back(it - ArrayRef<Scalar>(vocab).begin());
  }
  ids.append(sequence - tokens.size() - 1, shape.getPadId());
  return success();
}

Scalar ModelContract::decode(ArrayRef<float> logits) const {
  if (!isNumerical())
    return outputs[llvm::max_element(logits) - logits.begin()];
  return craft::readNumber(logits.front(), noneCode);
}
