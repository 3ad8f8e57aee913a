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

static ProgramValue addSelect(const ProgramBuilder &self, nb::handle keys,
                              nb::handle queries, const std::string &name,
                              nb::handle location) {
  Value keyValue = valueFromPython(self, keys, ValueKind::SOp, "keys");
  Value queryValue = valueFromPython(self, queries, ValueKind::SOp, "queries");
  std::optional<Predicate> predicate = symbolizePredicate(name);
  if (!predicate)
    throw nb::value_error(("predicate: expected eq, ne, lt, le, gt, ge, true "
                           "or false, found '" +
                           name + "'")
                              .c_str());
  return add(self, OpArguments(location),
             [&](ProgramState &state, OpBuilder &builder, Location loc,
                 StringAttr) {
               return SelectOp::create(
                   builder, loc, SelectorType::get(state.getContext()),
                   keyValue, queryValue,
                   PredicateAttr::get(state.getContext(), *predicate),
                   /*table=*/nullptr);
             });
}

static ProgramValue addSelectTable(const ProgramBuilder &self, nb::handle keys,
                                   nb::handle queries, nb::handle pairs,
                                   nb::handle selected, nb::handle fallback,
                                   nb::handle location) {
  Value keyValue = valueFromPython(self, keys, ValueKind::SOp, "keys");
  Value queryValue = valueFromPython(self, queries, ValueKind::SOp, "queries");
  TableArguments table = tableFromPython(pairs, "pairs", selected, "selected");
  if (!fallback.is_none())
    table.fallback = DetachedScalar::fromPython(fallback, "fallback");
  return add(self, OpArguments(location),
             [&](ProgramState &state, OpBuilder &builder, Location loc,
                 StringAttr) -> SelectOp {
               TableAttr attribute = getTable(table, /*numInputs=*/2, loc);
               if (!attribute)
                 return nullptr;
               return SelectOp::create(
                   builder, loc, SelectorType::get(state.getContext()),
                   keyValue, queryValue, /*predicate=*/nullptr, attribute);
             });
}

static ProgramValue addSelectMap(const ProgramBuilder &self, nb::handle keys,
                                 nb::handle queries, nb::handle body,
                                 nb::handle location) {
  Value keyValue = valueFromPython(self, keys, ValueKind::SOp, "keys");
  Value queryValue = valueFromPython(self, queries, ValueKind::SOp, "queries");
  std::vector<ScalarOp> ops = bodyFromPython(body, /*numInputs=*/2);
  return add(self, OpArguments(location),
             [&](ProgramState &state, OpBuilder &builder, Location loc,
                 StringAttr) {
               Region region;
               buildBody(region, {keyValue, queryValue}, ops, state, loc);
               auto select = SelectOp::create(
                   builder, loc, SelectorType::get(state.getContext()),
                   keyValue, queryValue, /*predicate=*/nullptr,
                   /*table=*/nullptr);
               select.getBody().takeBody(region);
               return select;
             });
}

template <typename OpTy>
static ProgramValue addBinary(const ProgramBuilder &self, nb::handle lhs,
                              nb::handle rhs, nb::handle location) {
  Value lhsValue = valueFromPython(self, lhs, ValueKind::Selector, "lhs");
  Value rhsValue = valueFromPython(self, rhs, ValueKind::Selector, "rhs");
  return add(self, OpArguments(location),
             [&](ProgramState &, OpBuilder &builder, Location loc, StringAttr) {
               return OpTy::create(builder, loc, lhsValue, rhsValue);
             });
}

static ProgramValue addNot(const ProgramBuilder &self, nb::handle selector,
                           nb::handle location) {
  Value value =
      valueFromPython(self, selector, ValueKind::Selector, "selector");
  return add(self, OpArguments(location),
             [&](ProgramState &, OpBuilder &builder, Location loc, StringAttr) {
               return NotOp::create(builder, loc, value);
             });
}

static ProgramValue addBest(const ProgramBuilder &self, nb::handle selector,
                            nb::handle scores, nb::handle location) {
  Value selectorValue =
      valueFromPython(self, selector, ValueKind::Selector, "selector");
  Value scoresValue = valueFromPython(self, scores, ValueKind::SOp, "scores");
  return add(self, OpArguments(location),
             [&](ProgramState &, OpBuilder &builder, Location loc, StringAttr) {
               return BestOp::create(builder, loc, selectorValue, scoresValue);
             });
}

void mlir::rasp::python::bindSelectors(
    nb::class_<ProgramBuilder> &builderClass) {
  builderClass
      .def("select", &addSelect, nb::arg("keys"), nb::arg("queries"),
           nb::arg("predicate"), nb::kw_only(),
           nb::arg("location") = nb::none(),
           "A `rasp.select`; `predicate` is one of eq ne lt le gt ge true "
           "false.")
      .def("select_table", &addSelectTable, nb::arg("keys"), nb::arg("queries"),
           nb::arg("pairs"), nb::arg("selected"), nb::arg("fallback").none(),
           nb::kw_only(), nb::arg("location") = nb::none(),
           "A select by a table of (key, query).")
      .def("select_map", &addSelectMap, nb::arg("keys"), nb::arg("queries"),
           nb::arg("body"), nb::kw_only(), nb::arg("location") = nb::none(),
           "A select by a region; `body` as in `map`, 0 is the key, 1 the "
           "query.")
      .def("selector_and", &addBinary<AndOp>, nb::arg("lhs"), nb::arg("rhs"),
           nb::kw_only(), nb::arg("location") = nb::none(), "A `rasp.and`.")
      .def("selector_or", &addBinary<OrOp>, nb::arg("lhs"), nb::arg("rhs"),
           nb::kw_only(), nb::arg("location") = nb::none(), "A `rasp.or`.")
      .def("selector_not", &addNot, nb::arg("selector"), nb::kw_only(),
           nb::arg("location") = nb::none(), "A `rasp.not`.")
      .def("best", &addBest, nb::arg("selector"), nb::arg("scores"),
           nb::kw_only(), nb::arg("location") = nb::none(), "A `rasp.best`.");
}
