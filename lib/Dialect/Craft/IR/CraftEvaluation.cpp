//===- CraftEvaluation.cpp - What the craft ops compute -------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// The definition of every craft op, in doubles. Position 0 is BOS. Over
// subspaces nothing is defined there, and zero is written; over the residual
// stream it is computed as a transformer computes it.
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

#include <cmath>

using namespace mlir;
using namespace mlir::craft;
using rasp::Activations;
using rasp::EvaluationContext;
using rasp::EvaluationValue;
using rasp::Scalar;
using rasp::Sequence;

//===----------------------------------------------------------------------===//
// Building blocks
//===----------------------------------------------------------------------===//

/// Appends `activations` to `results` unless a number in it overflowed.
static LogicalResult finish(Operation *op, Activations activations,
                            SmallVectorImpl<EvaluationValue> &results) {
  for (size_t position = 0; position < activations.getNumPositions();
       ++position)
    for (double number : std::as_const(activations)[position])
      if (!std::isfinite(number))
        return op->emitOpError()
               << "overflows: its value at position " << position
               << " (0 being BOS) is no finite number";
  results.push_back(std::move(activations));
  return success();
}

/// The image of the vectors of `inputs` at `position` under `map`.
static SmallVector<double>
applyAt(AffineAttr map, ArrayRef<EvaluationValue> inputs, size_t position) {
  SmallVector<ArrayRef<double>> vectors;
  for (const EvaluationValue &input : inputs)
    vectors.push_back(std::get<Activations>(input)[position]);
  return map.apply(vectors);
}

/// The images of `inputs` under `map`, from position `first` on; zero before.
static Activations applyEverywhere(AffineAttr map,
                                   ArrayRef<EvaluationValue> inputs,
                                   size_t numPositions, size_t first) {
  Activations result(numPositions, map.getOutputDimension());
  for (size_t position = first; position < numPositions; ++position)
    llvm::copy(applyAt(map, inputs, position), result[position].begin());
  return result;
}

static void relu(Activations &activations) {
  for (size_t position = 0; position < activations.getNumPositions();
       ++position)
    for (double &number : activations[position])
      number = std::max(number, 0.0);
}

/// The image of `activations` under `matrix`.
static Activations multiply(const Activations &activations, MatrixAttr matrix) {
  Activations result(activations.getNumPositions(), matrix.getColumns());
  for (size_t position = 0; position < activations.getNumPositions();
       ++position) {
    ArrayRef<double> source = activations[position];
    MutableArrayRef<double> target = result[position];
    for (const MatrixEntry &entry : matrix.getEntries())
      target[entry.column] += source[entry.row] * entry.value;
  }
  return result;
}

static double innerProduct(ArrayRef<double> lhs, ArrayRef<double> rhs) {
  double sum = 0;
  for (auto [left, right] : llvm::zip_equal(lhs, rhs))
    sum += left * right;
  return sum;
}

/// The mean of the rows of `values` weighted by the softmax of `scores`, which
/// belong to the first positions.
static SmallVector<double> attend(ArrayRef<double> scores,
                                  const Activations &values) {
  SmallVector<double> mean(values.getDimension(), 0.0);
  double greatest = *llvm::max_element(scores);
  double total = 0;
  for (auto [position, score] : llvm::enumerate(scores)) {
    double weight = std::exp(score - greatest);
    total += weight;
    for (auto [sum, number] : llvm::zip_equal(mean, values[position]))
      sum += weight * number;
  }
  for (double &number : mean)
    number /= total;
  return mean;
}

/// The number of positions of the run, with BOS.
static size_t countPositions(const EvaluationContext &context) {
  return context.tokens.size() + 1;
}

/// The number of positions that `query` sees, BOS among them.
static size_t countVisible(size_t query, const EvaluationContext &context) {
  return context.causal ? query + 1 : countPositions(context);
}

//===----------------------------------------------------------------------===//
// Values and blocks
//===----------------------------------------------------------------------===//

LogicalResult EmbedOp::evaluate(ArrayRef<EvaluationValue> operands,
                                const EvaluationContext &context,
                                SmallVectorImpl<EvaluationValue> &results) {
  Activations activations(countPositions(context), getDimension(getType()));
  auto addRow = [](MatrixAttr matrix, int64_t row,
                   MutableArrayRef<double> target) {
    for (const MatrixEntry &entry : matrix.getEntries())
      if (entry.row == row)
        target[entry.column] += entry.value;
  };
  for (auto [index, token] : llvm::enumerate(context.tokenIds)) {
    if (MatrixAttr tokens = getTokensAttr())
      addRow(tokens, token, activations[index + 1]);
    if (MatrixAttr positions = getPositionsAttr())
      addRow(positions, index, activations[index + 1]);
  }
  return finish(*this, std::move(activations), results);
}

LogicalResult LinearOp::evaluate(ArrayRef<EvaluationValue> operands,
                                 const EvaluationContext &context,
                                 SmallVectorImpl<EvaluationValue> &results) {
  return finish(*this,
                applyEverywhere(getMap(), operands, countPositions(context), 1),
                results);
}

LogicalResult MapOp::evaluate(ArrayRef<EvaluationValue> operands,
                              const EvaluationContext &context,
                              SmallVectorImpl<EvaluationValue> &results) {
  auto resultType = cast<SubspaceTypeInterface>(getType());
  Activations activations(countPositions(context), resultType.getDimension());
  for (size_t position = 1; position < countPositions(context); ++position) {
    size_t row = 0;
    for (auto [operand, type] :
         llvm::zip_equal(operands, getInputs().getTypes())) {
      auto inputType = cast<SubspaceTypeInterface>(type);
      const rasp::Domain &domain = inputType.getValueDomain();
      Scalar value = inputType.decode(std::get<Activations>(operand)[position]);
      ArrayRef<Scalar> values = domain.getValues();
      size_t index = value.isNone() ? 0
                                    : llvm::lower_bound(values, value) -
                                          values.begin() + domain.mayBeNone();
      row = row * (values.size() + domain.mayBeNone()) + index;
    }
    llvm::copy(resultType.encode(*rasp::getScalar(getValues()[row])),
               activations[position].begin());
  }
  return finish(*this, std::move(activations), results);
}

/// Splits the operands of an op with query, key and further inputs.
template <typename OpTy>
static std::tuple<ArrayRef<EvaluationValue>, ArrayRef<EvaluationValue>,
                  ArrayRef<EvaluationValue>>
splitOperands(OpTy op, ArrayRef<EvaluationValue> operands) {
  size_t numQueries = op.getQueryInputs().size();
  size_t numKeys = op.getKeyInputs().size();
  return {operands.take_front(numQueries), operands.slice(numQueries, numKeys),
          operands.drop_front(numQueries + numKeys)};
}

LogicalResult HeadOp::evaluate(ArrayRef<EvaluationValue> operands,
                               const EvaluationContext &context,
                               SmallVectorImpl<EvaluationValue> &results) {
  size_t numPositions = countPositions(context);
  auto [queryInputs, keyInputs, valueInputs] = splitOperands(*this, operands);
  Activations queries =
      applyEverywhere(getQuery(), queryInputs, numPositions, 1);
  Activations keys = applyEverywhere(getKey(), keyInputs, numPositions, 1);
  Activations values =
      applyEverywhere(getValue(), valueInputs, numPositions, 1);
  llvm::copy(getBosValue(), values[0].begin());

  Activations means(numPositions, getValueDimension());
  // BOS attends to itself only.
  llvm::copy(getBosValue(), means[0].begin());
  SmallVector<double> scores;
  for (size_t query = 1; query < numPositions; ++query) {
    scores.assign({getBosScore().convertToDouble()});
    for (size_t key = 1; key < countVisible(query, context); ++key)
      scores.push_back(innerProduct(std::as_const(queries)[query],
                                    std::as_const(keys)[key]));
    llvm::copy(attend(scores, values), means[query].begin());
  }
  return finish(*this, multiply(means, getOutput()), results);
}

LogicalResult
SelectorWidthOp::evaluate(ArrayRef<EvaluationValue> operands,
                          const EvaluationContext &context,
                          SmallVectorImpl<EvaluationValue> &results) {
  size_t numPositions = countPositions(context);
  auto [queryInputs, keyInputs, rest] = splitOperands(*this, operands);
  Activations queries =
      applyEverywhere(getQuery(), queryInputs, numPositions, 1);
  Activations keys = applyEverywhere(getKey(), keyInputs, numPositions, 1);
  double threshold = -getPenalty().convertToDouble() / 2;

  auto type = cast<SubspaceTypeInterface>(getType());
  Activations widths(numPositions, type.getDimension());
  for (size_t query = 1; query < numPositions; ++query) {
    int64_t width = 0;
    for (size_t key = 1; key < countVisible(query, context); ++key)
      width += innerProduct(std::as_const(queries)[query],
                            std::as_const(keys)[key]) > threshold;
    if (!type.getValueDomain().contains(Scalar::integer(width)))
      return emitOpError() << "selects " << width << " keys at position "
                           << query << " (0 being BOS), which is not in the "
                           << "domain of the result, " << type;
    llvm::copy(type.encode(Scalar::integer(width)), widths[query].begin());
  }
  return finish(*this, std::move(widths), results);
}

LogicalResult MLPOp::evaluate(ArrayRef<EvaluationValue> operands,
                              const EvaluationContext &context,
                              SmallVectorImpl<EvaluationValue> &results) {
  size_t numPositions = countPositions(context);
  Activations hidden = applyEverywhere(getInput(), operands, numPositions, 1);
  relu(hidden);
  return finish(
      *this,
      applyEverywhere(getOutput(), EvaluationValue(hidden), numPositions, 1),
      results);
}

/// The output of a program that reads `inputs` at its end.
template <typename OpTy>
static LogicalResult readOutput(OpTy op, ArrayRef<EvaluationValue> inputs,
                                const EvaluationContext &context,
                                SmallVectorImpl<EvaluationValue> &results) {
  SmallVector<Scalar> values;
  if (std::optional<ArrayAttr> outputs = op.getOutputs())
    for (Attribute output : *outputs)
      values.push_back(*rasp::getScalar(output));
  std::optional<double> noneCode;
  if (std::optional<APFloat> code = op.getNoneCode())
    noneCode = code->convertToDouble();
  Sequence sequence;
  for (size_t position = 1; position < countPositions(context); ++position) {
    SmallVector<double> image = applyAt(op.getMap(), inputs, position);
    if (!llvm::all_of(image,
                      [](double number) { return std::isfinite(number); }))
      return op.emitOpError()
             << "overflows at position " << position << " (0 being BOS)";
    if (!op.getNumerical())
      sequence.push_back(values[llvm::max_element(image) - image.begin()]);
    else
      sequence.push_back(readNumber(image.front(), noneCode));
  }
  results.push_back(std::move(sequence));
  return success();
}

LogicalResult UnembedOp::evaluate(ArrayRef<EvaluationValue> operands,
                                  const EvaluationContext &context,
                                  SmallVectorImpl<EvaluationValue> &results) {
  return readOutput(*this, operands, context, results);
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

LogicalResult EmbeddingOp::evaluate(ArrayRef<EvaluationValue> operands,
                                    const EvaluationContext &context,
                                    SmallVectorImpl<EvaluationValue> &results) {
  size_t numPositions = countPositions(context);
  // BOS comes after the vocabulary.
  int64_t bos = getTokens().getRows() - 2;
  auto tokenAt = [&](size_t position) {
    return position == 0 ? bos : context.tokenIds[position - 1];
  };
  SmallVector<SmallVector<const MatrixEntry *>> tokenRows(
      getTokens().getRows());
  for (const MatrixEntry &entry : getTokens().getEntries())
    tokenRows[entry.row].push_back(&entry);

  Activations stream(numPositions, getType().getDimension());
  for (size_t position = 0; position < numPositions; ++position)
    for (const MatrixEntry *entry : tokenRows[tokenAt(position)])
      stream[position][entry->column] += entry->value;
  for (const MatrixEntry &entry : getPositions().getEntries())
    if (entry.row < static_cast<int64_t>(numPositions))
      stream[entry.row][entry.column] += entry.value;
  return finish(*this, std::move(stream), results);
}

/// Adds `summand` to `stream`.
static void addTo(Activations &stream, const Activations &summand) {
  for (size_t position = 0; position < stream.getNumPositions(); ++position)
    for (auto [sum, number] :
         llvm::zip_equal(stream[position], summand[position]))
      sum += number;
}

LogicalResult LayerOp::evaluate(ArrayRef<EvaluationValue> operands,
                                const EvaluationContext &context,
                                SmallVectorImpl<EvaluationValue> &results) {
  size_t numPositions = countPositions(context);
  EvaluationValue stream = operands.front();
  for (ResidualHeadOp head : getHeads()) {
    Activations queries =
        applyEverywhere(head.getQuery(), operands, numPositions, 0);
    Activations keys =
        applyEverywhere(head.getKey(), operands, numPositions, 0);
    Activations values =
        applyEverywhere(head.getValue(), operands, numPositions, 0);
    Activations means(numPositions, head.getValueDimension());
    SmallVector<double> scores;
    for (size_t query = 0; query < numPositions; ++query) {
      scores.clear();
      for (size_t key = 0; key < countVisible(query, context); ++key)
        scores.push_back(innerProduct(std::as_const(queries)[query],
                                      std::as_const(keys)[key]));
      llvm::copy(attend(scores, values), means[query].begin());
    }
    addTo(std::get<Activations>(stream), multiply(means, head.getOutput()));
  }
  if (ResidualMLPOp mlp = getMLP()) {
    Activations hidden =
        applyEverywhere(mlp.getInput(), stream, numPositions, 0);
    relu(hidden);
    addTo(std::get<Activations>(stream),
          applyEverywhere(mlp.getOutput(), EvaluationValue(std::move(hidden)),
                          numPositions, 0));
  }
  return finish(*this, std::get<Activations>(std::move(stream)), results);
}

LogicalResult
UnembeddingOp::evaluate(ArrayRef<EvaluationValue> operands,
                        const EvaluationContext &context,
                        SmallVectorImpl<EvaluationValue> &results) {
  return readOutput(*this, operands, context, results);
}
