//===- BuilderSOps.cpp - Builder methods that make s-ops ------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"
#include "ScalarBody.h"

#include <nanobind/stl/string.h>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

static ProgramValue addIndices(const ProgramBuilder &self, nb::handle label,
                               nb::handle location) {
  return add(
      self, OpArguments(location, label),
      [](ProgramState &, OpBuilder &builder, Location loc, StringAttr label) {
        return IndicesOp::create(builder, loc,
                                 SOpType::get(builder.getI64Type()), label);
      });
}

static ProgramValue addConstant(const ProgramBuilder &self, nb::handle object,
                                const std::string &elementType,
                                nb::handle label, nb::handle location) {
  DetachedScalar value = DetachedScalar::fromPython(object, "value");
  return add(self, OpArguments(location, label),
             [&](ProgramState &state, OpBuilder &builder, Location loc,
                 StringAttr label) {
               return ConstantOp::create(
                   builder, loc, state.getSOpType(elementType),
                   getScalarAttribute(state.getContext(),
                                      value.get(state.getContext())),
                   label);
             });
}

static ProgramValue addLookup(const ProgramBuilder &self, nb::handle inputs,
                              nb::handle keys, nb::handle values,
                              nb::handle fallback,
                              const std::string &elementType, nb::handle label,
                              nb::handle location) {
  SmallVector<Value> sops = sopsFromPython(self, inputs);
  TableArguments table = tableFromPython(keys, "keys", values, "values");
  if (!fallback.is_none()) {
    std::vector<DetachedScalar> parts = scalarsFromPython(fallback, "fallback");
    if (parts.size() != 1)
      throw nb::value_error(("fallback: expected a tuple of one value, found " +
                             describe(fallback))
                                .c_str());
    table.fallback = parts.front();
  }
  return add(self, OpArguments(location, label),
             [&](ProgramState &state, OpBuilder &builder, Location loc,
                 StringAttr label) -> LookupOp {
               SOpType type = state.getSOpType(elementType);
               TableAttr attribute = getTable(table, sops.size(), loc);
               if (!attribute)
                 return nullptr;
               return LookupOp::create(builder, loc, type, sops, attribute,
                                       label);
             });
}

static ProgramValue addMap(const ProgramBuilder &self, nb::handle inputs,
                           nb::handle body, const std::string &elementType,
                           nb::handle label, nb::handle location) {
  SmallVector<Value> sops = sopsFromPython(self, inputs);
  if (sops.empty())
    throw nb::value_error("inputs: expected at least one s-op");
  std::vector<ScalarOp> ops = bodyFromPython(body, sops.size());
  return add(self, OpArguments(location, label),
             [&](ProgramState &state, OpBuilder &builder, Location loc,
                 StringAttr label) {
               SOpType type = state.getSOpType(elementType);
               Region region;
               buildBody(region, sops, ops, state, loc);
               auto map = MapOp::create(builder, loc, type, sops, label);
               map.getBody().takeBody(region);
               return map;
             });
}

static ProgramValue addAggregate(const ProgramBuilder &self,
                                 nb::handle selector, nb::handle values,
                                 nb::handle defaultValue,
                                 const std::string &elementType, bool unique,
                                 nb::handle label, nb::handle location) {
  Value selectorValue =
      valueFromPython(self, selector, ValueKind::Selector, "selector");
  Value sop = valueFromPython(self, values, ValueKind::SOp, "values");
  DetachedScalar scalar = DetachedScalar::fromPython(defaultValue, "default");
  return add(self, OpArguments(location, label),
             [&](ProgramState &state, OpBuilder &builder, Location loc,
                 StringAttr label) {
               SOpType type = state.getSOpType(elementType);
               Attribute attribute;
               if (Scalar value = scalar.get(state.getContext());
                   !value.isNone())
                 attribute = getScalarAttribute(state.getContext(), value);
               return AggregateOp::create(builder, loc, type, selectorValue,
                                          sop, attribute, unique, label);
             });
}

static ProgramValue addSelectorWidth(const ProgramBuilder &self,
                                     nb::handle selector, nb::handle label,
                                     nb::handle location) {
  Value value =
      valueFromPython(self, selector, ValueKind::Selector, "selector");
  return add(
      self, OpArguments(location, label),
      [&](ProgramState &, OpBuilder &builder, Location loc, StringAttr label) {
        return SelectorWidthOp::create(
            builder, loc, SOpType::get(builder.getI64Type()), value, label);
      });
}

void mlir::rasp::python::bindSOps(nb::class_<ProgramBuilder> &builderClass) {
  builderClass
      .def("indices", &addIndices, nb::kw_only(), nb::arg("label") = nb::none(),
           nb::arg("location") = nb::none(), "A `rasp.indices`.")
      .def("constant", &addConstant, nb::arg("value").none(),
           nb::arg("element_type"), nb::kw_only(),
           nb::arg("label") = nb::none(), nb::arg("location") = nb::none(),
           "A `rasp.constant`.")
      .def("lookup", &addLookup, nb::arg("inputs").none(),
           nb::arg("keys").none(), nb::arg("values").none(),
           nb::arg("fallback").none(), nb::arg("element_type"), nb::kw_only(),
           nb::arg("label") = nb::none(), nb::arg("location") = nb::none(),
           "A `rasp.lookup`: `values[i]` for the key `keys[i]`, one scalar for "
           "each input; `fallback` is a tuple of one scalar, or None for no "
           "fallback.")
      .def("map", &addMap, nb::arg("inputs").none(), nb::arg("body").none(),
           nb::arg("element_type"), nb::kw_only(),
           nb::arg("label") = nb::none(), nb::arg("location") = nb::none(),
           "A `rasp.map`. `body` lists the scalar ops in order: the name, the "
           "numbers of the operands (the inputs come first, then the ops), an "
           "attribute and the element type of the result. The last result is "
           "yielded; an empty body yields input 0.")
      .def("aggregate", &addAggregate, nb::arg("selector").none(),
           nb::arg("values").none(), nb::arg("default").none(),
           nb::arg("element_type"), nb::kw_only(), nb::arg("unique") = false,
           nb::arg("label") = nb::none(), nb::arg("location") = nb::none(),
           "A `rasp.aggregate`.")
      .def("selector_width", &addSelectorWidth, nb::arg("selector").none(),
           nb::kw_only(), nb::arg("label") = nb::none(),
           nb::arg("location") = nb::none(), "A `rasp.selector_width`.");
}
