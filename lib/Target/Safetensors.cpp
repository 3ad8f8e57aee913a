//===- Safetensors.cpp - Weights as a safetensors file --------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Target/Safetensors.h"

#include "ProgramSelection.h"
#include "rasp/Conversion/CraftToLinalg/ModelWeights.h"
#include "rasp/InitAll.h"
#include "rasp/Reference/ScalarJSON.h"

#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::rasp;
namespace json = llvm::json;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// The values in `attributes`, or nothing if one is a string that is not UTF-8:
/// JSON has no other, and a changed token would be another one.
static std::optional<json::Array> toJSON(ArrayAttr attributes) {
  json::Array values;
  for (Attribute attribute : attributes) {
    Scalar value = *getScalar(attribute);
    if (value.isString() && !json::isUTF8(value.getString()))
      return std::nullopt;
    values.push_back(toExactJSON(value));
  }
  return values;
}

/// The labels in `attributes`, in which bytes that are not UTF-8 are replaced.
static json::Array getLabels(ArrayAttr attributes) {
  json::Array labels;
  for (auto label : attributes.getAsRange<StringAttr>())
    labels.push_back(json::fixUTF8(label.getValue()));
  return labels;
}

//===----------------------------------------------------------------------===//
// Metadata
//===----------------------------------------------------------------------===//

using Metadata = std::vector<std::pair<std::string, std::string>>;

/// Adds an entry as JSON text.
static void add(Metadata &metadata, StringRef key, json::Value value) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << value;
  metadata.emplace_back(key.str(), std::move(text));
}

static json::Object getShape(const craft::TransformerShape &shape) {
  return json::Object{
      {"layers", shape.numLayers},        {"heads", shape.numHeads},
      {"d_model", shape.modelDimension},  {"d_head", shape.headDimension},
      {"d_mlp", shape.numHiddenUnits},    {"vocab_size", shape.vocabSize},
      {"outputs", shape.numOutputs},      {"max_seq_len", shape.maxSeqLen},
      {"parameters", shape.numParameters}};
}

/// What a forward pass has to know and cannot see in the weights.
static json::Object getConventions() {
  return json::Object{
      {"vectors", "rows: a vector times a weight, plus the bias"},
      {"embedding", "the token's row plus the position's"},
      {"layer", "adds its heads to the residual stream, then its MLP"},
      {"attention", "softmax of query times key, not scaled"},
      {"activation", "relu"},
      {"layer_norm", false},
      {"bos", "stands at position 0 of every input"},
      {"pad", "fills a batch at the end and is never attended to"},
      {"absent_tensor", "has no elements"}};
}

/// Describes `transformer`; fails after an error.
static FailureOr<Metadata> getMetadata(craft::TransformerOp transformer,
                                       const craft::TransformerShape &shape) {
  auto unembedding =
      *transformer.getBody().getOps<craft::UnembeddingOp>().begin();
  std::optional<json::Array> vocab = toJSON(transformer.getVocab());
  std::optional<json::Array> outputs;
  if (std::optional<ArrayAttr> values = unembedding.getOutputs())
    outputs = toJSON(*values);
  if (!vocab || bool(outputs) != bool(unembedding.getOutputs()) ||
      !json::isUTF8(transformer.getBos()) ||
      !json::isUTF8(transformer.getPad()) ||
      !json::isUTF8(transformer.getSymName()))
    return transformer.emitError()
           << "expected the name and the tokens of the program to be UTF-8, "
              "the text of safetensors metadata";

  Metadata metadata;
  add(metadata, "format_version", 1);
  add(metadata, "name", transformer.getSymName());
  add(metadata, "shape", getShape(shape));
  add(metadata, "causal", shape.causal);
  add(metadata, "vocab", std::move(*vocab));
  add(metadata, "bos",
      json::Object{{"token", transformer.getBos()}, {"id", shape.getBosId()}});
  add(metadata, "pad",
      json::Object{{"token", transformer.getPad()}, {"id", shape.getPadId()}});
  add(metadata, "output",
      unembedding.getNumerical() ? "numerical" : "categorical");
  if (outputs)
    add(metadata, "outputs", std::move(*outputs));
  if (FloatAttr noneCode = unembedding.getNoneCodeAttr())
    add(metadata, "none_code", noneCode.getValueAsDouble());
  add(metadata, "residual_labels", getLabels(transformer.getResidualLabels()));

  json::Array headLabels, unitLabels;
  for (auto layer : transformer.getBody().getOps<craft::LayerOp>()) {
    json::Array heads, units;
    for (craft::ResidualHeadOp head : layer.getHeads())
      heads.push_back(json::fixUTF8(head.getLabel().value_or("")));
    if (craft::ResidualMLPOp mlp = layer.getMLP()) {
      if (std::optional<ArrayAttr> labels = mlp.getUnitLabels())
        units = getLabels(*labels);
      else
        units = json::Array(std::vector<StringRef>(mlp.getNumHiddenUnits()));
    }
    headLabels.push_back(std::move(heads));
    unitLabels.push_back(std::move(units));
  }
  add(metadata, "head_labels", std::move(headLabels));
  add(metadata, "unit_labels", std::move(unitLabels));
  add(metadata, "conventions", getConventions());
  return metadata;
}

//===----------------------------------------------------------------------===//
// File
//===----------------------------------------------------------------------===//

/// The header: JSON, filled up with spaces so that the data is aligned.
static std::string getHeader(const Metadata &metadata,
                             ArrayRef<craft::WeightTensor> tensors) {
  std::string header;
  llvm::raw_string_ostream os(header);
  json::OStream writer(os);
  writer.object([&] {
    writer.attributeObject("__metadata__", [&] {
      for (const auto &[key, text] : metadata)
        writer.attribute(key, text);
    });
    uint64_t offset = 0;
    for (const craft::WeightTensor &tensor : tensors) {
      uint64_t end = offset + tensor.data.size() * sizeof(float);
      writer.attributeObject(tensor.name, [&] {
        writer.attribute("dtype", "F32");
        writer.attribute("shape", json::Array(tensor.shape));
        writer.attribute("data_offsets", json::Array{offset, end});
      });
      offset = end;
    }
  });
  header.resize(llvm::alignTo(header.size(), 8), ' ');
  return header;
}

FailureOr<SafetensorsContents>
mlir::rasp::getSafetensorsContents(ModuleOp module, StringRef program,
                                   const LowerToTransformerOptions *options) {
  FailureOr<SelectedTransformer> selected =
      selectTransformer(module, program, options);
  if (failed(selected))
    return failure();
  FailureOr<craft::ModelWeights> weights =
      craft::ModelWeights::get(selected->transformer);
  if (failed(weights))
    return failure();
  FailureOr<Metadata> metadata =
      getMetadata(selected->transformer, weights->shape);
  if (failed(metadata))
    return failure();
  return SafetensorsContents{std::move(*weights), std::move(*metadata)};
}

LogicalResult
mlir::rasp::exportSafetensors(ModuleOp module, raw_ostream &os,
                              StringRef program,
                              const LowerToTransformerOptions *options) {
  FailureOr<SafetensorsContents> contents =
      getSafetensorsContents(module, program, options);
  if (failed(contents))
    return failure();

  // Nothing fails from here on: either all is written or nothing.
  ArrayRef<craft::WeightTensor> tensors = contents->weights.tensors;
  std::string header = getHeader(contents->metadata, tensors);
  llvm::support::endian::Writer writer(os, llvm::endianness::little);
  writer.write<uint64_t>(header.size());
  os << header;
  for (const craft::WeightTensor &tensor : tensors)
    writer.write(ArrayRef<float>(tensor.data));
  return success();
}

void mlir::rasp::registerSafetensorsTranslation() {
  llvm::cl::opt<std::string> &program = getProgramOption();
  TranslateFromMLIRRegistration registration(
      "export-safetensors",
      "the weights of a program's transformer in the safetensors format",
      [&](ModuleOp module, raw_ostream &os) {
        return exportSafetensors(module, os, program);
      },
      registerAllDialects);
}
