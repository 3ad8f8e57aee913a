//===- BuilderSelectors.cpp - Builder methods that make selectors ---------===//
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

/// Adds the selector that `create` makes of the state, a builder and a
/// location, which holds the selector's name.
template <typename Create>
static ProgramValue addSelector(const ProgramBuilder &self, nb::handle label,
                                nb::handle location, Create create) {
  return add(self, OpArguments(location, label),
             [&](ProgramState &state, OpBuilder &builder, Location loc,
                 StringAttr name) -> Operation * {
               return create(state, builder,
                             name ? Location(NameLoc::get(name, loc)) : loc);
             });
}

static ProgramValue addSelect(const ProgramBuilder &self, nb::handle keys,
                              nb::handle queries, const std::string &name,
                              nb::handle label, nb::handle location) {
  Value keyValue = valueFromPython(self, keys, ValueKind::SOp, "keys");
  Value queryValue = valueFromPython(self, queries, ValueKind::SOp, "queries");
  std::optional<Predicate> predicate = symbolizePredicate(name);
  if (!predicate)
    throw nb::value_error(("predicate: expected eq, ne, lt, le, gt, ge, true "
                           "or false, found '" +
                           name + "'")
                              .c_str());
  return addSelector(
      self, label, location,
      [&](ProgramState &state, OpBuilder &builder, Location loc) {
        return SelectOp::create(
            builder, loc, SelectorType::get(state.getContext()), keyValue,
            queryValue, PredicateAttr::get(state.getContext(), *predicate),
            /*table=*/nullptr);
      });
}

static ProgramValue addSelectTable(const ProgramBuilder &self, nb::handle keys,
                                   nb::handle queries, nb::handle pairs,
                                   nb::handle selected, nb::handle fallback,
                                   nb::handle label, nb::handle location) {
  Value keyValue = valueFromPython(self, keys, ValueKind::SOp, "keys");
  Value queryValue = valueFromPython(self, queries, ValueKind::SOp, "queries");
  TableArguments table = tableFromPython(pairs, "pairs", selected, "selected");
  if (!fallback.is_none())
    table.fallback = DetachedScalar::fromPython(fallback, "fallback");
  return addSelector(
      self, label, location,
      [&](ProgramState &state, OpBuilder &builder, Location loc) -> SelectOp {
        TableAttr attribute = getTable(table, /*numInputs=*/2, loc);
        if (!attribute)
          return nullptr;
        return SelectOp::create(builder, loc,
                                SelectorType::get(state.getContext()), keyValue,
                                queryValue, /*predicate=*/nullptr, attribute);
      });
}

static ProgramValue addSelectMap(const ProgramBuilder &self, nb::handle keys,
                                 nb::handle queries, nb::handle body,
                                 nb::handle label, nb::handle location) {
  Value keyValue = valueFromPython(self, keys, ValueKind::SOp, "keys");
  Value queryValue = valueFromPython(self, queries, ValueKind::SOp, "queries");
  std::vector<ScalarOp> ops = bodyFromPython(body, /*numInputs=*/2);
  return addSelector(
      self, label, location,
      [&](ProgramState &state, OpBuilder &builder, Location loc) {
        Region region;
        buildBody(region, {keyValue, queryValue}, ops, state, loc);
        auto select = SelectOp::create(
            builder, loc, SelectorType::get(state.getContext()), keyValue,
            queryValue, /*predicate=*/nullptr,
            /*table=*/nullptr);
        select.getBody().takeBody(region);
        return select;
      });
}

template <typename OpTy>
static ProgramValue addBinary(const ProgramBuilder &self, nb::handle lhs,
                              nb::handle rhs, nb::handle label,
                              nb::handle location) {
  Value lhsValue = valueFromPython(self, lhs, ValueKind::Selector, "lhs");
  Value rhsValue = valueFromPython(self, rhs, ValueKind::Selector, "rhs");
  return addSelector(self, label, location,
                     [&](ProgramState &, OpBuilder &builder, Location loc) {
                       return OpTy::create(builder, loc, lhsValue, rhsValue);
                     });
}

static ProgramValue addNot(const ProgramBuilder &self, nb::handle selector,
                           nb::handle label, nb::handle location) {
  Value value =
      valueFromPython(self, selector, ValueKind::Selector, "selector");
  return addSelector(self, label, location,
                     [&](ProgramState &, OpBuilder &builder, Location loc) {
                       return NotOp::create(builder, loc, value);
                     });
}

static ProgramValue addBest(const ProgramBuilder &self, nb::handle selector,
                            nb::handle scores, nb::handle label,
                            nb::handle location) {
  Value selectorValue =
      valueFromPython(self, selector, ValueKind::Selector, "selector");
  Value scoresValue = valueFromPython(self, scores, ValueKind::SOp, "scores");
  return addSelector(self, label, location,
                     [&](ProgramState &, OpBuilder &builder, Location loc) {
                       return BestOp::create(builder, loc, selectorValue,
                                             scoresValue);
                     });
}

void mlir::rasp::python::bindSelectors(
    nb::class_<ProgramBuilder> &builderClass) {
  builderClass
      .def("select", &addSelect, nb::arg("keys").none(),
           nb::arg("queries").none(), nb::arg("predicate"), nb::kw_only(),
           nb::arg("label") = nb::none(), nb::arg("location") = nb::none(),
           "A `rasp.select`; `predicate` is one of eq ne lt le gt ge true "
           "false.")
      .def("select_table", &addSelectTable, nb::arg("keys").none(),
           nb::arg("queries").none(), nb::arg("pairs").none(),
           nb::arg("selected").none(), nb::arg("fallback").none(),
           nb::kw_only(), nb::arg("label") = nb::none(),
           nb::arg("location") = nb::none(),
           "A select by a table of (key, query).")
      .def("select_map", &addSelectMap, nb::arg("keys").none(),
           nb::arg("queries").none(), nb::arg("body").none(), nb::kw_only(),
           nb::arg("label") = nb::none(), nb::arg("location") = nb::none(),
           "A select by a region; `body` as in `map`, 0 is the key, 1 the "
           "query.")
      .def("selector_and", &addBinary<AndOp>, nb::arg("lhs").none(),
           nb::arg("rhs").none(), nb::kw_only(), nb::arg("label") = nb::none(),
           nb::arg("location") = nb::none(), "A `rasp.and`.")
      .def("selector_or", &addBinary<OrOp>, nb::arg("lhs").none(),
           nb::arg("rhs").none(), nb::kw_only(), nb::arg("label") = nb::none(),
           nb::arg("location") = nb::none(), "A `rasp.or`.")
      .def("selector_not", &addNot, nb::arg("selector").none(), nb::kw_only(),
           nb::arg("label") = nb::none(), nb::arg("location") = nb::none(),
           "A `rasp.not`.")
      .def("best", &addBest, nb::arg("selector").none(),
           nb::arg("scores").none(), nb::kw_only(),
           nb::arg("label") = nb::none(), nb::arg("location") = nb::none(),
           "A `rasp.best`.");
}
