//===- Circuit.cpp - Where a transformer computes each value --------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Target/Circuit.h"

#include "CircuitGraph.h"
#include "ProgramSelection.h"
#include "ValueTrace.h"
#include "rasp/Conversion/CraftToLinalg/ModelWeights.h"
#include "rasp/InitAll.h"
#include "rasp/Reference/ScalarJSON.h"

#include "mlir/Tools/mlir-translate/Translation.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::rasp;
namespace json = llvm::json;

namespace {

/// A way to read a value, and the hook from which on it can be read.
struct HookedEncoding {
  ValueEncoding encoding;
  std::string hook;
};

/// A value of the program and the components that compute it.
struct ValueEntry {
  CircuitValue value;
  std::set<size_t> components;
  std::vector<HookedEncoding> encodings;
};

/// The circuit of one transformer, to be written.
class Circuit {
public:
  explicit Circuit(craft::TransformerOp transformer)
      : transformer(transformer),
        shape(craft::TransformerShape::get(transformer)), graph(transformer) {}

  /// Adds the values that were followed on the way to the transformer. Emits an
  /// error and fails if their columns are not those of the transformer.
  LogicalResult addValues(ValueTrace &trace);
  /// Adds the values that the labels of the transformer name.
  void addValuesByLabel();
  void write(raw_ostream &os);

private:
  SmallVector<size_t> findComponents(const TracedBlock &block) const;
  /// The hook at which the stream first has what heads, or an MLP, of `layer`
  /// write, or the embeddings.
  std::string getStreamHook(TracedBlock::Kind kind, int64_t layer) const;

  void writeComponent(json::OStream &writer, size_t number) const;
  void writeEncoding(json::OStream &writer, const HookedEncoding &hooked) const;
  void writeValue(json::OStream &writer, const ValueEntry &entry) const;
  void writeEdge(json::OStream &writer, const CircuitEdge &edge) const;

  craft::TransformerOp transformer;
  craft::TransformerShape shape;
  CircuitGraph graph;
  std::vector<ValueEntry> values;
};

} // namespace

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

std::string Circuit::getStreamHook(TracedBlock::Kind kind,
                                   int64_t layer) const {
  if (shape.numLayers == 0)
    return "";
  StringRef place = kind == TracedBlock::Kind::Embedding ? "pre" : "post";
  // Without an MLP there is nothing between the two.
  if (kind == TracedBlock::Kind::Head && shape.numHiddenUnits > 0)
    place = "mid";
  return ("blocks." + Twine(layer) + ".hook_resid_" + place).str();
}

SmallVector<size_t> Circuit::findComponents(const TracedBlock &block) const {
  SmallVector<size_t> found;
  auto add = [&](std::optional<size_t> component) {
    if (component)
      found.push_back(*component);
  };
  switch (block.kind) {
  case TracedBlock::Kind::Embedding:
    if (block.ofTokens)
      add(CircuitGraph::tokens);
    if (block.ofPositions)
      add(CircuitGraph::positions);
    break;
  case TracedBlock::Kind::Head:
    add(graph.findHead(block.layer, block.number));
    break;
  case TracedBlock::Kind::MLP:
    add(graph.findNeurons(block.layer, block.name));
    // The bias is that of all the MLPs of the layer.
    if (std::optional<size_t> bias = graph.findBias(block.layer)) {
      ArrayRef<int64_t> biased = graph.components[*bias].writes;
      const int64_t *column = llvm::lower_bound(biased, block.firstColumn);
      if (column != biased.end() &&
          *column < block.firstColumn + block.type.getDimension())
        add(bias);
    }
    break;
  }
  return found;
}

/// Emits an error unless each block has its columns where the labels of the
/// transformer say.
static LogicalResult checkColumns(craft::TransformerOp transformer,
                                  ArrayRef<TracedBlock> blocks) {
  ArrayRef<Attribute> labels = transformer.getResidualLabels().getValue();
  for (const TracedBlock &block : blocks) {
    if (block.type.getDimension() == 0)
      continue;
    StringRef label = "nothing";
    if (block.firstColumn < static_cast<int64_t>(labels.size()))
      label = cast<StringAttr>(labels[block.firstColumn]).getValue();
    // A value may share the column that marks BOS.
    StringRef shared = label;
    if (label == block.firstLabel ||
        (shared.consume_front("bos|") && shared.starts_with(block.firstLabel)))
      continue;
    // At the location alone: the op would be printed with all its weights.
    return mlir::emitError(transformer.getLoc())
           << "expected column " << block.firstColumn
           << " of the residual stream to hold '" << block.firstLabel
           << "', in the order of the values, and found '" << label << "'";
  }
  return success();
}

LogicalResult Circuit::addValues(ValueTrace &trace) {
  ArrayRef<TracedBlock> blocks = trace.getBlocks();
  if (failed(checkColumns(transformer, blocks)))
    return failure();
  // Those of embeddings and biases would be several.
  for (const TracedBlock &block : blocks)
    for (size_t component : findComponents(block))
      if (graph.components[component].location)
        graph.components[component].location = block.location;

  for (CircuitValue &value : trace.getValues()) {
    ValueEntry &entry = values.emplace_back();
    for (size_t block : value.blocks)
      for (size_t component : findComponents(blocks[block]))
        entry.components.insert(component);
    for (ValueEncoding &encoding : value.encodings) {
      const TracedBlock &last = blocks[encoding.writers.back()];
      entry.encodings.push_back(
          {std::move(encoding), getStreamHook(last.kind, last.layer)});
    }
    entry.value = std::move(value);
  }
  return success();
}

/// Whether `label` is that of a column of the value called `name`.
static bool isLabelOf(StringRef label, StringRef name) {
  return label.consume_front(name) && (label.empty() || label.front() == ':');
}

void Circuit::addValuesByLabel() {
  SmallVector<StringRef> labels;
  for (auto label : transformer.getResidualLabels().getAsRange<StringAttr>())
    labels.push_back(label.getValue());

  // In the order of the components; one may have several values, and a value
  // several components.
  llvm::MapVector<StringRef, ValueEntry> entries;
  std::map<StringRef, std::set<int64_t>> columns;
  auto add = [&](StringRef name, size_t component, int64_t column) {
    ValueEntry &entry = entries[name];
    entry.value.name = name.str();
    entry.value.status = CircuitValue::Status::Computed;
    entry.value.location = graph.components[component].location;
    entry.components.insert(component);
    columns[name].insert(column);
  };
  for (auto [number, component] : llvm::enumerate(graph.components)) {
    if (component.kind == CircuitComponent::Kind::Embedding) {
      // What marks BOS is no value of the program.
      for (int64_t column : component.writes)
        if (!isLabelOf(labels[column].split('|').first, "bos"))
          add(labels[column].split(':').first, number, column);
    } else if (!component.label.empty()) {
      for (int64_t column : component.writes)
        add(component.label, number, column);
    }
  }

  for (auto &[name, entry] : entries) {
    HookedEncoding &hooked = entry.encodings.emplace_back();
    for (auto [column, label] : llvm::enumerate(labels))
      if (isLabelOf(label, name))
        columns[name].insert(column);
    hooked.encoding.columns.assign(columns[name].begin(), columns[name].end());
    const CircuitComponent &last =
        graph.components[*entry.components.rbegin()];
    TracedBlock::Kind kind = TracedBlock::Kind::MLP;
    if (last.kind == CircuitComponent::Kind::Embedding)
      kind = TracedBlock::Kind::Embedding;
    else if (last.kind == CircuitComponent::Kind::Head)
      kind = TracedBlock::Kind::Head;
    hooked.hook = getStreamHook(kind, last.layer.value_or(0));
    values.push_back(std::move(entry));
  }
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

/// `text` in JSON, or null if there is none.
static json::Value toText(StringRef text) {
  if (text.empty())
    return nullptr;
  return json::fixUTF8(text);
}

static json::Value toNumber(std::optional<int64_t> number) {
  return number ? json::Value(*number) : json::Value(nullptr);
}

/// Writes the place in a file that `loc` stands for: of inlined code, where it
/// is written.
static void writeLocation(json::OStream &writer, std::optional<Location> loc) {
  writer.attributeBegin("location");
  FileLineColRange place;
  if (loc)
    place = (*loc)->findInstanceOf<FileLineColRange>();
  if (place)
    writer.object([&] {
      writer.attribute("file", json::fixUTF8(place.getFilename().getValue()));
      writer.attribute("line", place.getStartLine());
      writer.attribute("column", place.getStartColumn());
    });
  else
    writer.value(nullptr);
  writer.attributeEnd();
}

static StringRef stringify(CircuitComponent::Kind kind) {
  switch (kind) {
  case CircuitComponent::Kind::Embedding:
    return "embedding";
  case CircuitComponent::Kind::Head:
    return "head";
  case CircuitComponent::Kind::Neurons:
    return "neurons";
  case CircuitComponent::Kind::Bias:
    return "bias";
  case CircuitComponent::Kind::Unembedding:
    return "unembedding";
  }
  llvm_unreachable("a kind that is not listed");
}

static StringRef stringify(CircuitValue::Status status) {
  switch (status) {
  case CircuitValue::Status::Computed:
    return "computed";
  case CircuitValue::Status::Merged:
    return "merged";
  case CircuitValue::Status::Constant:
    return "constant";
  case CircuitValue::Status::Folded:
    return "folded";
  case CircuitValue::Status::Unused:
    return "unused";
  }
  llvm_unreachable("a status that is not listed");
}

void Circuit::writeComponent(json::OStream &writer, size_t number) const {
  const CircuitComponent &component = graph.components[number];
  writer.object([&] {
    writer.attribute("id", component.id);
    writer.attribute("kind", stringify(component.kind));
    writer.attribute("layer", toNumber(component.layer));
    writer.attribute("head", toNumber(component.head));
    writer.attribute("units", json::Array(component.units));
    writer.attribute("hook", toText(component.hook));
    writer.attribute("label", toText(component.label));
    writer.attributeArray("values", [&] {
      for (const ValueEntry &entry : values)
        if (entry.components.count(number))
          writer.value(json::fixUTF8(entry.value.name));
    });
    writer.attributeObject("reads", [&] {
      for (const CircuitComponent::Read &read : component.reads)
        writer.attribute(read.input, json::Array(read.columns));
    });
    writer.attribute("writes", json::Array(component.writes));
    writeLocation(writer, component.location);
  });
}

void Circuit::writeEncoding(json::OStream &writer,
                            const HookedEncoding &hooked) const {
  const ValueEncoding &encoding = hooked.encoding;
  json::Value layout = nullptr, categories = nullptr, noneCode = nullptr;
  if (auto oneHot = dyn_cast_if_present<craft::OneHotType>(encoding.type)) {
    layout = "one-hot";
    json::Array list;
    for (const Scalar &value : oneHot.getValueDomain().getValuesAndNone())
      list.push_back(toExactJSON(value));
    categories = std::move(list);
  } else if (auto scalar =
                 dyn_cast_if_present<craft::ScalarType>(encoding.type)) {
    layout = "number";
    if (FloatAttr code = scalar.getNoneCode())
      noneCode = code.getValueAsDouble();
  }
  writer.object([&] {
    writer.attribute("hook", toText(hooked.hook));
    writer.attribute("columns", json::Array(encoding.columns));
    writer.attributeBegin("weights");
    if (!encoding.weights)
      writer.value(nullptr);
    else
      writer.array([&] {
        for (int64_t row = 0; row < encoding.weights->getNumRows(); ++row)
          writer.array([&] {
            for (int64_t i = 0; i < encoding.weights->getNumColumns(); ++i)
              writer.value(encoding.weights->at(row, i));
          });
      });
    writer.attributeEnd();
    writer.attribute("bias", encoding.weights
                                 ? json::Value(json::Array(encoding.bias))
                                 : json::Value(nullptr));
    writer.attribute("layout", std::move(layout));
    writer.attribute("categories", std::move(categories));
    writer.attribute("none_code", std::move(noneCode));
  });
}

void Circuit::writeValue(json::OStream &writer, const ValueEntry &entry) const {
  const CircuitValue &value = entry.value;
  writer.object([&] {
    writer.attribute("name", json::fixUTF8(value.name));
    writer.attribute("kind", value.isSelector ? "selector" : "s-op");
    writer.attribute("status", stringify(value.status));
    writer.attribute("merged_with", toText(value.mergedWith));
    writer.attribute("constant", value.constant ? toExactJSON(*value.constant)
                                                : json::Value(nullptr));
    writer.attributeArray("components", [&] {
      for (size_t component : entry.components)
        writer.value(graph.components[component].id);
    });
    writer.attributeArray("encodings", [&] {
      for (const HookedEncoding &encoding : entry.encodings)
        writeEncoding(writer, encoding);
    });
    writeLocation(writer, value.location);
  });
}

void Circuit::writeEdge(json::OStream &writer, const CircuitEdge &edge) const {
  writer.object([&] {
    writer.attribute("from", graph.components[edge.from].id);
    writer.attribute("to", graph.components[edge.to].id);
    writer.attribute("input", edge.input);
    writer.attribute("columns", json::Array(edge.columns));
  });
}

void Circuit::write(raw_ostream &os) {
  json::OStream writer(os, /*IndentSize=*/2);
  // An element to a line.
  auto writeLine = [&](llvm::function_ref<void(json::OStream &)> writeElement) {
    writer.rawValue([&](raw_ostream &line) {
      json::OStream inner(line);
      writeElement(inner);
    });
  };
  writer.object([&] {
    writer.attribute("format_version", 1);
    writer.attribute("program", json::fixUTF8(transformer.getSymName()));
    writer.attributeBegin("shape");
    writeLine([&](json::OStream &inner) {
      inner.object([&] {
        inner.attribute("layers", shape.numLayers);
        inner.attribute("heads", shape.numHeads);
        inner.attribute("d_model", shape.modelDimension);
        inner.attribute("d_head", shape.headDimension);
        inner.attribute("d_mlp", shape.numHiddenUnits);
      });
    });
    writer.attributeEnd();
    writer.attributeBegin("residual_labels");
    writeLine([&](json::OStream &inner) {
      inner.array([&] {
        for (auto label :
             transformer.getResidualLabels().getAsRange<StringAttr>())
          inner.value(json::fixUTF8(label.getValue()));
      });
    });
    writer.attributeEnd();
    writer.attributeArray("components", [&] {
      for (size_t number = 0; number < graph.components.size(); ++number)
        writeLine([&](json::OStream &inner) { writeComponent(inner, number); });
    });
    writer.attributeArray("values", [&] {
      for (const ValueEntry &entry : values)
        writeLine([&](json::OStream &inner) { writeValue(inner, entry); });
    });
    writer.attributeArray("edges", [&] {
      for (const CircuitEdge &edge : graph.edges)
        writeLine([&](json::OStream &inner) { writeEdge(inner, edge); });
    });
  });
  os << '\n';
}

//===----------------------------------------------------------------------===//
// Export
//===----------------------------------------------------------------------===//

LogicalResult
mlir::rasp::exportCircuit(ModuleOp module, raw_ostream &os, StringRef program,
                          const LowerToTransformerOptions *options) {
  ValueTrace trace;
  FailureOr<SelectedTransformer> selected =
      selectTransformer(module, program, options, &trace);
  if (failed(selected))
    return failure();
  Circuit circuit(selected->transformer);
  if (!selected->owner)
    circuit.addValuesByLabel();
  else if (failed(circuit.addValues(trace)))
    return failure();
  circuit.write(os);
  return success();
}

void mlir::rasp::registerCircuitTranslation() {
  llvm::cl::opt<std::string> &program = getProgramOption();
  TranslateFromMLIRRegistration registration(
      "export-circuit",
      "where a program's transformer computes each value, in JSON",
      [&](ModuleOp module, raw_ostream &os) {
        return exportCircuit(module, os, program);
      },
      registerAllDialects);
}
