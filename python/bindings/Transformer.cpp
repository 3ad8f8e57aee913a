//===- Transformer.cpp - A forward pass over NumPy arrays -----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arrays.h"
#include "Bindings.h"
#include "InterpreterExit.h"
#include "Scalars.h"

#include "rasp/Execution/ForwardPass.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

namespace {

using WeightArray = nb::ndarray<const float, nb::c_contig, nb::device::cpu>;

/// A forward pass, and the arrays that it reads.
struct Transformer {
  std::vector<WeightArray> arrays;
  ForwardPass pass;
};

/// A size of a model under its name in the metadata of docs/abi.md.
struct ShapeEntry {
  const char *key;
  const char *place;
  int64_t craft::TransformerShape::*size;
};

} // namespace

static constexpr ShapeEntry shapeEntries[] = {
    {"layers", "shape['layers']", &craft::TransformerShape::numLayers},
    {"heads", "shape['heads']", &craft::TransformerShape::numHeads},
    {"d_model", "shape['d_model']", &craft::TransformerShape::modelDimension},
    {"d_head", "shape['d_head']", &craft::TransformerShape::headDimension},
    {"d_mlp", "shape['d_mlp']", &craft::TransformerShape::numHiddenUnits},
    {"vocab_size", "shape['vocab_size']", &craft::TransformerShape::vocabSize},
    {"outputs", "shape['outputs']", &craft::TransformerShape::numOutputs},
    {"max_seq_len", "shape['max_seq_len']",
     &craft::TransformerShape::maxSeqLen}};

static void checkMapping(nb::handle object, const char *name) {
  if (!PyMapping_Check(object.ptr()) || !nb::hasattr(object, "items"))
    throw nb::type_error(
        (name + (": expected a mapping, found " + describe(object))).c_str());
}

//===----------------------------------------------------------------------===//
// Construction
//===----------------------------------------------------------------------===//

static craft::TransformerShape shapeFromPython(nb::handle mapping,
                                               bool causal) {
  checkMapping(mapping, "shape");
  craft::TransformerShape shape;
  shape.causal = causal;
  for (const ShapeEntry &entry : shapeEntries) {
    if (!nb::cast<bool>(mapping.attr("__contains__")(entry.key)))
      throw nb::value_error((std::string("shape: expected an entry '") +
                             entry.key + "', found none")
                                .c_str());
    shape.*entry.size = integerFromPython(mapping[entry.key], entry.place);
  }
  return shape;
}

static WeightArray weightFromPython(nb::handle object,
                                    const std::string &name) {
  WeightArray array;
  if (nb::try_cast(object, array, /*convert=*/false))
    return array;
  std::string expected =
      "weights: expected a C-contiguous array of float32 for '" + name + "'";
  if (!nb::hasattr(object, "dtype"))
    throw nb::type_error((expected + ", found " + describe(object)).c_str());
  nb::object dtype = object.attr("dtype");
  std::string found = nb::str(dtype).c_str();
  if (found == "float32")
    found += " in another order: numpy.ascontiguousarray makes one";
  throw nb::value_error((expected + ", found one of " + found).c_str());
}

static void create(Transformer *transformer, nb::handle shapeMapping,
                   bool causal, nb::handle weightMapping) {
  craft::TransformerShape shape = shapeFromPython(shapeMapping, causal);
  checkMapping(weightMapping, "weights");
  std::vector<WeightArray> arrays;
  std::vector<WeightView> views;
  for (nb::handle item :
       tupleFromPython(weightMapping.attr("items")(), "weights")) {
    nb::tuple pair = tupleFromPython(item, "weights");
    if (pair.size() != 2)
      throw nb::type_error("weights: expected pairs of a name and an array");
    WeightView &view = views.emplace_back();
    view.name = stringFromPython(pair[0], "weights");
    const WeightArray &array =
        arrays.emplace_back(weightFromPython(pair[1], view.name));
    for (size_t dimension = 0; dimension < array.ndim(); ++dimension)
      view.shape.push_back(array.shape(dimension));
    view.data = array.data();
  }
  llvm::Expected<ForwardPass> pass = ForwardPass::create(shape, views);
  if (!pass)
    throw nb::value_error(llvm::toString(pass.takeError()).c_str());
  new (transformer) Transformer{std::move(arrays), std::move(*pass)};
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// Runs without the GIL, and looks for signals from time to time.
static FloatArray run(const ForwardPass &pass, const IdArray &ids,
                      ArrayRef<float *> activations) {
  int64_t batch = ids.shape(0), sequence = ids.shape(1);
  FloatArray logits = makeArray({batch, sequence, pass.getShape().numOutputs});
  auto hasSignal = [] {
    nb::gil_scoped_acquire acquire;
    return PyErr_CheckSignals() != 0;
  };
  llvm::Error error = [&] {
    GilRelease release;
    return pass.run(ArrayRef<int32_t>(ids.data(), ids.size()), batch, sequence,
                    MutableArrayRef<float>(logits.data(), logits.size()),
                    activations, hasSignal);
  }();
  if (PyErr_Occurred()) {
    llvm::consumeError(std::move(error));
    throw nb::python_error();
  }
  if (error)
    throw nb::value_error(llvm::toString(std::move(error)).c_str());
  return logits;
}

/// Ids for `pass`. An array of results for others could be of any size.
static IdArray idsFromPython(nb::handle object, const ForwardPass &pass) {
  IdArray ids = python::idsFromPython(object);
  int64_t numPositions = pass.getShape().getNumPositions();
  if (static_cast<int64_t>(ids.shape(1)) > numPositions)
    throw nb::value_error(
        ("ids: expected at most " + std::to_string(numPositions) +
         " positions with BOS, found " + std::to_string(ids.shape(1)))
            .c_str());
  return ids;
}

static FloatArray forward(const Transformer &transformer, nb::handle object) {
  return run(transformer.pass, idsFromPython(object, transformer.pass), {});
}

static nb::tuple runWithCache(const Transformer &transformer,
                              nb::handle object) {
  IdArray ids = idsFromPython(object, transformer.pass);
  llvm::Expected<std::vector<Activation>> activations =
      transformer.pass.getActivations(ids.shape(0), ids.shape(1));
  if (!activations)
    throw nb::value_error(llvm::toString(activations.takeError()).c_str());
  nb::dict cache;
  std::vector<float *> targets;
  for (const Activation &activation : *activations) {
    FloatArray array = makeArray(activation.shape);
    targets.push_back(array.data());
    cache[stringToPython(activation.name)] = array;
  }
  FloatArray logits = run(transformer.pass, ids, targets);
  return nb::make_tuple(logits, cache);
}

void mlir::rasp::python::bindTransformer(nb::module_ &module) {
  nb::class_<Transformer>(
      module, "Transformer", nb::is_final(),
      "A forward pass over weights that stand in NumPy arrays.\n\n"
      "Reads the arrays it was given at each call: a change of a weight takes "
      "effect in the next. Needs no compilation. Thread safe.")
      .def("__init__", &create, nb::arg("shape"), nb::arg("causal"),
           nb::arg("weights"),
           "`shape` as in the metadata of docs/abi.md (layers, heads, d_model, "
           "d_head, d_mlp, vocab_size, outputs, max_seq_len); `weights` by the "
           "names there, float32 and C-contiguous. Raises ValueError that "
           "names a weight which is missing, unknown, or of a wrong shape or "
           "dtype, and TypeError for what is no array.")
      .def("forward", &forward, nb::arg("ids"),
           "[batch, position] ids, BOS first -> logits [batch, position, "
           "outputs] float32. Raises ValueError for other shapes or too many "
           "positions, TypeError for what are no integers.")
      .def("run_with_cache", &runWithCache, nb::arg("ids"),
           "The logits as `forward` gives them, and every activation by the "
           "name of TransformerLens' hook, float32; those of heads and hidden "
           "units are left out where there are none.");
}
