//===- ProgramBuilder.cpp - Programs built op by op -----------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"

#include "Bindings.h"
#include "Facts.h"
#include "Module.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

/// Makes `self`, which Python has allocated.
static void construct(ProgramBuilder *self, nb::handle name, nb::handle vocab,
                      nb::handle elementType, nb::handle maxSeqLen, bool causal,
                      nb::handle bos, nb::handle pad, nb::handle location) {
  ProgramContract contract{stringFromPython(name, "name"),
                           scalarsFromPython(vocab, "vocab"),
                           stringFromPython(elementType, "element_type"),
                           integerFromPython(maxSeqLen, "max_seq_len"),
                           causal,
                           stringFromPython(bos, "bos"),
                           stringFromPython(pad, "pad")};
  if (contract.name.empty())
    throw nb::value_error("name: expected a name that is not empty");
  SourceLocation place = locationFromPython(location);
  std::shared_ptr<ProgramState> state;
  {
    GilRelease release;
    state = std::make_shared<ProgramState>(contract, place);
  }
  new (self) ProgramBuilder{state, wrap(state, state->getTokens())};
}

//===----------------------------------------------------------------------===//
// Facts
//===----------------------------------------------------------------------===//

static Facts getFacts(const ProgramBuilder &self, nb::handle object) {
  Value value = valueFromPython(self, object, ValueKind::SOp, "value");
  return access(self, [&](ProgramState &state) {
    return Facts{state.getStorage(), state.getFacts(value)};
  });
}

static SelectorFacts getSelectorFacts(const ProgramBuilder &self,
                                      nb::handle object) {
  Value value = valueFromPython(self, object, ValueKind::Selector, "value");
  return access(
      self, [&](ProgramState &state) { return state.getSelectorFacts(value); });
}

static nb::object getCombinations(const ProgramBuilder &self, nb::handle inputs,
                                  nb::handle limit) {
  SmallVector<Value> sops = sopsFromPython(self, inputs);
  if (sops.empty())
    throw nb::value_error("inputs: expected at least one s-op");
  int64_t greatest = integerFromPython(limit, "limit");
  if (greatest < 0)
    throw nb::value_error(
        ("limit: expected a number from 0, found " + std::to_string(greatest))
            .c_str());
  // What keeps the strings among the values alive.
  std::shared_ptr<Storage> storage;
  auto combinations = access(self, [&](ProgramState &state) {
    storage = state.getStorage();
    return state.getInference().listCombinations(sops, greatest);
  });
  if (!combinations)
    return nb::none();
  nb::list result;
  for (ArrayRef<Scalar> combination : *combinations)
    result.append(nb::tuple(toPython(combination)));
  return result;
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

static void setInput(const ProgramBuilder &self, nb::handle tokens) {
  std::vector<DetachedScalar> input = scalarsFromPython(tokens, "tokens");
  access(self, [&](ProgramState &state) { state.setInput(input); });
}

static nb::list toPython(const SelectorMatrix &matrix) {
  nb::list rows;
  for (size_t query = 0; query < matrix.getLength(); ++query) {
    nb::list row;
    for (size_t key = 0; key < matrix.getLength(); ++key)
      row.append(nb::bool_(matrix.get(query, key)));
    rows.append(row);
  }
  return rows;
}

static nb::list evaluate(const ProgramBuilder &self, nb::handle object) {
  Value value = valueFromPython(self, object, ValueKind::Any, "value");
  std::shared_ptr<Storage> storage;
  EvaluationValue result = access(self, [&](ProgramState &state) {
    storage = state.getStorage();
    return state.evaluate(value);
  });
  if (auto *matrix = std::get_if<SelectorMatrix>(&result))
    return toPython(*matrix);
  return python::toPython(std::get<Sequence>(result));
}

//===----------------------------------------------------------------------===//
// End
//===----------------------------------------------------------------------===//

static Module finish(const ProgramBuilder &self, nb::handle output,
                     const std::optional<std::string> &outputKind) {
  Value value = valueFromPython(self, output, ValueKind::SOp, "output");
  if (outputKind && *outputKind != "categorical" && *outputKind != "numerical")
    throw nb::value_error(("output_kind: expected categorical, numerical or "
                           "None, found '" +
                           *outputKind + "'")
                              .c_str());
  return Module(access(self, [&](ProgramState &state) {
    return state.finish(value, outputKind.value_or(""));
  }));
}

void mlir::rasp::python::bindProgramBuilder(nb::module_ &module) {
  nb::class_<ProgramValue>(module, "Value", nb::is_final(),
                           "An s-op or a selector in a `ProgramBuilder`.")
      .def_ro("is_selector", &ProgramValue::isSelector)
      .def_ro("element_type", &ProgramValue::elementType,
              "\"i1\", \"i64\", \"f64\", \"str\" or \"any\"; \"\" for a "
              "selector.");

  nb::class_<ProgramBuilder> builderClass(
      module, "ProgramBuilder", nb::is_final(),
      "Builds one `rasp.program`, op by op, in order.");
  builderClass
      .def("__init__", &construct, nb::arg("name").none(),
           nb::arg("vocab").none(), nb::arg("element_type").none(),
           nb::arg("max_seq_len").none(), nb::kw_only(),
           nb::arg("causal") = false, nb::arg("bos").none() = "BOS",
           nb::arg("pad").none() = "PAD", nb::arg("location") = nb::none())
      .def_ro("tokens", &ProgramBuilder::tokens)
      .def("facts", &getFacts, nb::arg("value").none(), "Of an s-op.")
      .def("selector_facts", &getSelectorFacts, nb::arg("value").none(),
           "Of a selector.")
      .def("combinations", &getCombinations, nb::arg("inputs").none(),
           nb::arg("limit").none(),
           "The combinations of values, one for each s-op of `inputs`, that "
           "can stand at one position, without those that hold none. None if "
           "they cannot be listed, or are more than `limit`.")
      .def("set_input", &setInput, nb::arg("tokens").none(),
           "The input that `evaluate` evaluates on.")
      .def("evaluate", &evaluate, nb::arg("value").none(),
           "The value of an s-op, or the rows of a selector "
           "(matrix[query][key]), on the input. Each op is evaluated once. "
           "Raises EvaluationError.")
      .def("finish", &finish, nb::arg("output").none(), nb::kw_only(),
           nb::arg("output_kind") = nb::none(),
           "Ends the program and gives it away; the builder is of no use "
           "afterwards.");
  bindSOps(builderClass);
  bindSelectors(builderClass);
}
