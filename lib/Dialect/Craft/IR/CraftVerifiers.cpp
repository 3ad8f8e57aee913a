//===- CraftVerifiers.cpp - Verifiers of the craft ops --------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

#include "llvm/ADT/StringSet.h"

#include <cmath>
#include <set>

using namespace mlir;
using namespace mlir::craft;
using rasp::Domain;
using rasp::Scalar;

//===----------------------------------------------------------------------===//
// Shapes of maps
//===----------------------------------------------------------------------===//

/// The directions of a value: a subspace's, or the residual stream's columns.
static int64_t getDirections(Type type) {
  if (auto residual = dyn_cast<ResidualType>(type))
    return residual.getDimension();
  return getDimension(type);
}

/// Checks that `map`, which the op calls `name`, has a matrix for each of
/// `inputs` with a row for each of its directions.
static LogicalResult verifyInputs(Operation *op, StringRef name, AffineAttr map,
                                  TypeRange inputs) {
  if (map.getWeights().size() != inputs.size())
    return op->emitOpError() << "needs a matrix for each of its "
                             << inputs.size() << " inputs in `" << name
                             << "`, but found " << map.getWeights().size();
  for (auto [index, matrix, type] : llvm::enumerate(map.getWeights(), inputs))
    if (matrix.getRows() != getDirections(type))
      return op->emitOpError()
             << "matrix " << index << " of `" << name << "` has "
             << matrix.getRows() << " rows, but the input has "
             << getDirections(type) << " directions";
  return success();
}

/// Checks that `columns` is the number of directions of `result`.
static LogicalResult verifyColumns(Operation *op, StringRef name,
                                   int64_t columns, int64_t expected,
                                   StringRef what = "the result") {
  if (columns != expected)
    return op->emitOpError()
           << "`" << name << "` has " << columns << " columns, but " << what
           << " has " << expected << " directions";
  return success();
}

static LogicalResult verifyRows(Operation *op, StringRef name, int64_t rows,
                                int64_t expected, StringRef what) {
  if (rows != expected)
    return op->emitOpError() << "`" << name << "` has " << rows << " rows, but "
                             << what << " number " << expected;
  return success();
}

//===----------------------------------------------------------------------===//
// Values and blocks
//===----------------------------------------------------------------------===//

LogicalResult EmbedOp::verify() {
  // Constraint 1.
  if (!getTokens() && !getPositions())
    return emitOpError("needs `tokens` or `positions`");
  // Constraint 2.
  auto program =
      dyn_cast_if_present<rasp::ProgramOpInterface>((*this)->getParentOp());
  int64_t dimension = getDimension(getType());
  if (MatrixAttr tokens = getTokensAttr()) {
    if (failed(verifyColumns(*this, "tokens", tokens.getColumns(), dimension)))
      return failure();
    if (program && failed(verifyRows(*this, "tokens", tokens.getRows(),
                                     program.getVocab().size(),
                                     "the vocabulary's tokens")))
      return failure();
  }
  if (MatrixAttr positions = getPositionsAttr()) {
    if (failed(verifyColumns(*this, "positions", positions.getColumns(),
                             dimension)))
      return failure();
    if (program &&
        failed(verifyRows(*this, "positions", positions.getRows(),
                          program.getMaxSeqLen(), "the program's positions")))
      return failure();
  }
  return success();
}

LogicalResult LinearOp::verify() {
  // Constraint 1.
  if (failed(verifyInputs(*this, "map", getMap(), getInputs().getTypes())))
    return failure();
  return verifyColumns(*this, "map", getMap().getOutputDimension(),
                       getDimension(getType()));
}

LogicalResult MapOp::verify() {
  // Constraint 1.
  if (getInputs().empty())
    return emitOpError("needs at least one input; a constant is a "
                       "craft.linear without inputs");
  uint64_t combinations = 1;
  bool tooMany = false;
  for (auto [index, type] : llvm::enumerate(getInputs().getTypes())) {
    const Domain &domain = cast<SubspaceTypeInterface>(type).getValueDomain();
    if (!domain.isFinite())
      return emitOpError() << "input " << index
                           << " must have a finite domain, but it is " << type;
    uint64_t size = domain.getValues().size() + domain.mayBeNone();
    tooMany |= size != 0 && combinations > getValues().size();
    combinations = tooMany ? combinations : combinations * size;
  }
  // Constraint 2.
  if (tooMany || combinations != getValues().size())
    return emitOpError() << "needs a value for each combination of values of "
                            "the inputs, "
                         << (tooMany ? "more than " : "") << combinations
                         << ", but found " << getValues().size();
  // Constraint 3.
  const Domain &domain =
      cast<SubspaceTypeInterface>(getType()).getValueDomain();
  for (auto [index, attribute] : llvm::enumerate(getValues())) {
    std::optional<Scalar> value = rasp::getScalar(attribute);
    if (!value)
      return emitOpError() << "value " << index
                           << " is no scalar: " << attribute;
    if (!domain.contains(*value))
      return emitOpError() << "value " << index << ", " << value->str()
                           << ", is not in the domain of the result, "
                           << getType();
  }
  // Constraint 4.
  if (!getExactZero())
    return success();
  auto isBoolean = [](Attribute value) { return isa<BoolAttr>(value); };
  auto input = dyn_cast<ScalarType>(getInputs().front().getType());
  if (getInputs().size() != 1 || !input || input.getNoneCode() ||
      !isa<ScalarType>(getType()) || !llvm::all_of(getValues(), isBoolean))
    return emitOpError("with exact_zero maps one scalar without none to a "
                       "scalar of booleans");
  unsigned numSteps = 0;
  for (auto [left, right] :
       llvm::zip(getValues(), getValues().getValue().drop_front()))
    numSteps += left != right;
  if (numSteps != 1)
    return emitOpError("with exact_zero is one step, but found ")
           << numSteps << " steps";
  return success();
}

/// Checks `query` and `key` of a head or a selector width.
static LogicalResult verifyQueryKey(Operation *op, AffineAttr query,
                                    AffineAttr key, TypeRange queryInputs,
                                    TypeRange keyInputs) {
  if (failed(verifyInputs(op, "query", query, queryInputs)) ||
      failed(verifyInputs(op, "key", key, keyInputs)))
    return failure();
  if (query.getOutputDimension() != key.getOutputDimension())
    return op->emitOpError()
           << "`query` and `key` must have the same output dimension, but "
              "found "
           << query.getOutputDimension() << " and " << key.getOutputDimension();
  return success();
}

LogicalResult HeadOp::verify() {
  // Constraint 1.
  if (failed(verifyQueryKey(*this, getQuery(), getKey(),
                            getQueryInputs().getTypes(),
                            getKeyInputs().getTypes())) ||
      failed(verifyInputs(*this, "value", getValue(),
                          getValueInputs().getTypes())))
    return failure();
  // Constraint 2.
  if (failed(verifyRows(*this, "output", getOutput().getRows(),
                        getValueDimension(), "the directions of `value`")) ||
      failed(verifyColumns(*this, "output", getOutput().getColumns(),
                           getDimension(getType()))))
    return failure();
  if (static_cast<int64_t>(getBosValue().size()) != getValueDimension())
    return emitOpError() << "the value at BOS has " << getBosValue().size()
                         << " elements, but the directions of `value` number "
                         << getValueDimension();
  // Constraint 3.
  if (!std::isfinite(getBosScore().convertToDouble()) ||
      !llvm::all_of(getBosValue(), [](double v) { return std::isfinite(v); }))
    return emitOpError("the score and the value at BOS must be finite");
  return success();
}

LogicalResult SelectorWidthOp::verify() {
  // Constraint 1.
  if (failed(verifyQueryKey(*this, getQuery(), getKey(),
                            getQueryInputs().getTypes(),
                            getKeyInputs().getTypes())))
    return failure();
  // Constraint 2.
  double penalty = getPenalty().convertToDouble();
  if (!std::isfinite(penalty) || penalty <= 0)
    return emitOpError("`penalty` must be finite and positive");
  // Constraint 3.
  auto scalar = dyn_cast<ScalarType>(getType());
  auto program =
      dyn_cast_if_present<rasp::ProgramOpInterface>((*this)->getParentOp());
  double greatest = program ? static_cast<double>(program.getMaxSeqLen())
                            : std::numeric_limits<double>::infinity();
  if (!scalar || !scalar.getValueDomain().isIntegral() ||
      scalar.getValueDomain().mayBeNone() ||
      scalar.getValueDomain().getLow() < 0 ||
      scalar.getValueDomain().getHigh() > greatest) {
    InFlightDiagnostic diagnostic =
        emitOpError("must give a scalar of integers from 0 to ");
    if (program)
      diagnostic << program.getMaxSeqLen() << ", the program's max_seq_len";
    else
      diagnostic << "the program's max_seq_len";
    return diagnostic << ", without none, but found " << getType();
  }
  return success();
}

/// Checks that `output` has one matrix with a row for each hidden unit.
static LogicalResult verifyHiddenUnits(Operation *op, AffineAttr input,
                                       AffineAttr output) {
  if (output.getWeights().size() != 1)
    return op->emitOpError() << "`output` must have one matrix, but found "
                             << output.getWeights().size();
  return verifyRows(op, "output", output.getWeights().front().getRows(),
                    input.getOutputDimension(), "the hidden units");
}

LogicalResult MLPOp::verify() {
  // Constraint 1.
  if (failed(
          verifyInputs(*this, "input", getInput(), getInputs().getTypes())) ||
      failed(verifyHiddenUnits(*this, getInput(), getOutput())))
    return failure();
  return verifyColumns(*this, "output", getOutput().getOutputDimension(),
                       getDimension(getType()));
}

/// Checks constraints 2 to 4 of an unembedding.
template <typename OpTy>
static LogicalResult verifyOutputs(OpTy op) {
  // Constraint 2.
  std::optional<ArrayAttr> outputs = op.getOutputs();
  if (outputs.has_value() == op.getNumerical())
    return op.emitOpError("needs either `outputs` or `numerical`");
  // Constraint 4.
  if (std::optional<APFloat> noneCode = op.getNoneCode()) {
    if (!op.getNumerical())
      return op.emitOpError("`none_code` is for numerical outputs; a "
                            "categorical one lists none among `outputs`");
    if (!isFiniteInF32(noneCode->convertToDouble()))
      return op.emitOpError("`none_code` must be finite in f32");
  }
  // Constraint 3.
  int64_t columns = op.getMap().getOutputDimension();
  if (op.getNumerical()) {
    if (columns != 1)
      return op.emitOpError()
             << "a numerical output is one column, but found " << columns;
    return success();
  }
  if (outputs->empty())
    return op.emitOpError("needs at least one output value");
  std::set<Scalar> seen;
  for (Attribute attribute : *outputs) {
    std::optional<Scalar> value = rasp::getScalar(attribute);
    if (!value)
      return op.emitOpError() << "output " << attribute << " is no scalar";
    if (!seen.insert(*value).second)
      return op.emitOpError() << "output " << value->str() << " stands twice";
  }
  if (columns != static_cast<int64_t>(outputs->size()))
    return op.emitOpError()
           << "the map has " << columns << " columns, but there are "
           << outputs->size() << " output values";
  return success();
}

LogicalResult UnembedOp::verify() {
  // Constraint 1.
  if (failed(verifyInputs(*this, "map", getMap(), getInputs().getTypes())))
    return failure();
  return verifyOutputs(*this);
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// Checks the vocabulary and the length of a program.
static LogicalResult verifyContract(Operation *op) {
  auto program = cast<rasp::ProgramOpInterface>(op);
  if (program.getVocab().empty())
    return op->emitOpError("needs at least one token in its vocabulary");
  std::set<Scalar> seen;
  for (StringRef special : {program.getBos(), program.getPad()})
    if (!seen.insert(Scalar::string(StringAttr::get(op->getContext(), special)))
             .second)
      return op->emitOpError()
             << "BOS and PAD must differ, but both are \"" << special << "\"";
  for (Attribute attribute : program.getVocab()) {
    std::optional<Scalar> token = rasp::getScalar(attribute);
    if (!token || token->isNone())
      return op->emitOpError() << "token " << attribute
                               << " of the vocabulary must be a scalar other "
                                  "than none";
    if (!seen.insert(*token).second)
      return op->emitOpError() << "token " << token->str()
                               << " stands twice among the vocabulary, "
                               << "BOS and PAD";
  }
  uint64_t longest = 65536;
  if (program.getMaxSeqLen() < 1 || program.getMaxSeqLen() > longest)
    return op->emitOpError() << "max_seq_len must be from 1 to " << longest
                             << ", but found " << program.getMaxSeqLen();
  return success();
}

LogicalResult ProgramOp::verifyRegions() {
  // Constraints 1 and 2.
  if (failed(verifyContract(*this)))
    return failure();
  // Constraint 3.
  Block &body = getBody().front();
  if (body.getNumArguments() != 0)
    return emitOpError("the body must have no arguments");
  if (body.empty() || !isa<UnembedOp>(body.back()))
    return emitOpError("the body must end in craft.unembed");
  return success();
}

LogicalResult TransformerOp::verifyRegions() {
  // Constraint 3.
  if (failed(verifyContract(*this)))
    return failure();
  // Constraint 1.
  Block &body = getBody().front();
  if (body.getNumArguments() != 0)
    return emitOpError("the body must have no arguments");
  if (body.empty() || !isa<EmbeddingOp>(body.front()))
    return emitOpError("the body must start with craft.embedding");
  if (!isa<UnembeddingOp>(body.back()))
    return emitOpError("the body must end in craft.unembedding");
  Value stream = body.front().getResult(0);
  for (Operation &op : llvm::drop_begin(body)) {
    if (!isa<LayerOp>(op) && &op != &body.back())
      return op.emitOpError("must not stand between craft.embedding and "
                            "craft.unembedding, only layers may");
    if (op.getOperand(0) != stream) {
      InFlightDiagnostic diagnostic =
          op.emitOpError("must read the stream that the op before it writes");
      diagnostic.attachNote(stream.getLoc()) << "which is this one";
      return diagnostic;
    }
    if (&op != &body.back())
      stream = op.getResult(0);
  }
  // Constraint 2.
  int64_t columns = getDirections(stream.getType());
  if (getModelDimension() != columns)
    return emitOpError() << "needs a label for each of the " << columns
                         << " columns, but found " << getModelDimension();
  llvm::StringSet<> seen;
  for (auto label : getResidualLabels().getAsValueRange<StringAttr>())
    if (!seen.insert(label).second)
      return emitOpError() << "label \"" << label << "\" stands twice";
  return success();
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

LogicalResult EmbeddingOp::verify() {
  // Constraint 1.
  int64_t columns = getType().getDimension();
  auto program = cast<rasp::ProgramOpInterface>((*this)->getParentOp());
  if (failed(verifyRows(*this, "tokens", getTokens().getRows(),
                        program.getVocab().size() + 2,
                        "the vocabulary, BOS and PAD")) ||
      failed(verifyRows(*this, "positions", getPositions().getRows(),
                        program.getMaxSeqLen() + 1,
                        "BOS and the program's positions")) ||
      failed(verifyColumns(*this, "tokens", getTokens().getColumns(), columns,
                           "the stream")))
    return failure();
  return verifyColumns(*this, "positions", getPositions().getColumns(), columns,
                       "the stream");
}

LogicalResult LayerOp::verifyRegions() {
  // Constraint 1.
  bool afterMLP = false;
  for (Operation &op : getBody().front()) {
    if (afterMLP || !isa<ResidualHeadOp, ResidualMLPOp>(op))
      return op.emitOpError("must not stand here: a layer is heads, then at "
                            "most one MLP");
    afterMLP = isa<ResidualMLPOp>(op);
  }
  return success();
}

LogicalResult ResidualHeadOp::verify() {
  // Constraint 1.
  Type stream = cast<LayerOp>((*this)->getParentOp()).getType();
  if (failed(verifyQueryKey(*this, getQuery(), getKey(), stream, stream)) ||
      failed(verifyInputs(*this, "value", getValue(), stream)) ||
      failed(verifyRows(*this, "output", getOutput().getRows(),
                        getValueDimension(), "the directions of `value`")))
    return failure();
  return verifyColumns(*this, "output", getOutput().getColumns(),
                       getDirections(stream), "the stream");
}

LogicalResult ResidualMLPOp::verify() {
  // Constraint 1.
  Type stream = cast<LayerOp>((*this)->getParentOp()).getType();
  if (failed(verifyInputs(*this, "input", getInput(), stream)) ||
      failed(verifyHiddenUnits(*this, getInput(), getOutput())) ||
      failed(verifyColumns(*this, "output", getOutput().getOutputDimension(),
                           getDirections(stream), "the stream")))
    return failure();
  if (std::optional<ArrayAttr> labels = getUnitLabels())
    if (static_cast<int64_t>(labels->size()) != getNumHiddenUnits())
      return emitOpError() << "needs a label for each of its "
                           << getNumHiddenUnits() << " units, but found "
                           << labels->size();
  return success();
}

LogicalResult UnembeddingOp::verify() {
  // Constraint 1.
  if (failed(verifyInputs(*this, "map", getMap(), getStream().getType())))
    return failure();
  return verifyOutputs(*this);
}
