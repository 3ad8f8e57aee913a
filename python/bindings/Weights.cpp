//===- Weights.cpp - The weights of the programs of a module --------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arrays.h"
#include "BackgroundWork.h"
#include "Lowering.h"
#include "Module.h"
#include "Scalars.h"

#include "rasp/Conversion/CraftToLinalg/ModelAttributes.h"
#include "rasp/Target/Safetensors.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AsmState.h"

#include <nanobind/stl/string.h>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static nb::tuple weightsOf(const Module &module, const std::string &program,
                           nb::handle options) {
  auto contents = std::make_shared<SafetensorsContents>(runInBackground(
      [storage = module.getStorage(), name = module.choose(program),
       options = optionsFromPython(options)](Task &task) {
        LowerToTransformerOptions pipelineOptions;
        setOptions(pipelineOptions, options);
        std::shared_ptr<Storage> copy = copyModule(*storage);
        DiagnosticCapture capture(&copy->context);
        FailureOr<SafetensorsContents> contents =
            runCancellable(copy->context, task, [&] {
              return getSafetensorsContents(*copy->module, name,
                                            &pipelineOptions);
            });
        capture.check(contents, ErrorKind::Compilation);
        task.addWarnings(capture.take());
        return std::move(*contents);
      }));
  nb::dict arrays, metadata;
  for (craft::WeightTensor &tensor : contents->weights.tensors)
    arrays[stringToPython(tensor.name)] =
        makeArray(tensor.data.data(), tensor.shape, contents);
  for (const auto &[key, text] : contents->metadata)
    metadata[stringToPython(key)] = stringToPython(text);
  return nb::make_tuple(arrays, metadata);
}

//===----------------------------------------------------------------------===//
// Replacing
//===----------------------------------------------------------------------===//

namespace {
struct NewWeight {
  std::string name;
  SmallVector<int64_t> shape;
  std::vector<float> data;
};
} // namespace

static std::vector<NewWeight> weightsFromPython(nb::handle mapping) {
  if (!PyMapping_Check(mapping.ptr()) || !nb::hasattr(mapping, "items"))
    throw nb::type_error(
        ("weights: expected a mapping, found " + describe(mapping)).c_str());
  std::vector<NewWeight> weights;
  for (nb::handle item : tupleFromPython(mapping.attr("items")(), "weights")) {
    nb::tuple pair = tupleFromPython(item, "weights");
    if (pair.size() != 2)
      throw nb::type_error("weights: expected pairs of a name and an array");
    NewWeight &weight = weights.emplace_back();
    weight.name = stringFromPython(pair[0], "weights");
    nb::ndarray<const float, nb::device::cpu> array;
    if (!nb::try_cast(pair[1], array, /*convert=*/false))
      throw nb::type_error(("weights: expected an array of float32 for '" +
                            weight.name + "', found " + describe(pair[1]))
                               .c_str());
    nb::ndarray<const float, nb::c_contig, nb::device::cpu> contiguous;
    if (!nb::try_cast(pair[1], contiguous, /*convert=*/true))
      throw nb::type_error(
          ("weights: cannot read the array for '" + weight.name + "'").c_str());
    for (size_t dimension = 0; dimension < contiguous.ndim(); ++dimension)
      weight.shape.push_back(contiguous.shape(dimension));
    weight.data.assign(contiguous.data(),
                       contiguous.data() + contiguous.size());
  }
  return weights;
}

/// Replaces values in `rasp.weights` of `function`. Throws ValueError where
/// there is none to replace.
static void replaceWeights(func::FuncOp function,
                           std::vector<NewWeight> weights) {
  auto old = function->getAttrOfType<DictionaryAttr>(craft::weightsAttrName);
  if (!old)
    throw nb::value_error(
        ("'" + function.getSymName() +
         "' does not take its weights as "
         "arguments: lower its program with the option weights=argument")
            .str()
            .c_str());
  NamedAttrList values(old);
  for (NewWeight &weight : weights) {
    auto value = old.getAs<ElementsAttr>(weight.name);
    if (!value) {
      std::string names;
      for (NamedAttribute known : old)
        names += (names.empty() ? "" : ", ") + known.getName().str();
      throw nb::value_error(("weights: expected one of " + names + ", found '" +
                             weight.name + "'")
                                .c_str());
    }
    ShapedType type = value.getShapedType();
    if (type.getShape() != ArrayRef<int64_t>(weight.shape)) {
      std::string message;
      llvm::raw_string_ostream os(message);
      os << "weights: expected shape [";
      llvm::interleaveComma(type.getShape(), os);
      os << "] for '" << weight.name << "', found [";
      llvm::interleaveComma(weight.shape, os);
      os << "]";
      throw nb::value_error(message.c_str());
    }
    values.set(weight.name, DenseResourceElementsAttr::get(
                                type, weight.name,
                                HeapAsmResourceBlob::allocateAndCopyInferAlign(
                                    ArrayRef<float>(weight.data))));
  }
  function->setAttr(craft::weightsAttrName,
                    values.getDictionary(function.getContext()));
}

static Module withWeights(const Module &module, nb::handle mapping,
                          const std::string &program) {
  return Module(runInBackground(
      [storage = module.getStorage(), name = module.choose(program),
       weights = weightsFromPython(mapping)](Task &) mutable {
        std::shared_ptr<Storage> copy = copyModule(*storage);
        auto function = dyn_cast<func::FuncOp>(findProgram(*copy, name));
        if (!function)
          throw nb::value_error(
              ("program: '" + name + "' is not at stage linalg").c_str());
        replaceWeights(function, std::move(weights));
        return copy;
      }));
}

void mlir::rasp::python::bindWeights(nb::class_<Module> &moduleClass) {
  moduleClass
      .def("weights", &weightsOf, nb::arg("program") = "",
           nb::arg("options") = nb::none(),
           "The dense weights of a program's transformer, lowered that far if "
           "it is not yet with `options` as in `lower`, as writable float32 "
           "arrays without copies; and the "
           "metadata of the safetensors file: JSON texts by key.")
      .def("with_weights", &withWeights, nb::arg("weights").none(),
           nb::arg("program") = "",
           "A copy of a module at stage \"linalg\" (option weights=argument) "
           "with these weights. Raises ValueError if a name or a shape is not "
           "that of the model.");
}
