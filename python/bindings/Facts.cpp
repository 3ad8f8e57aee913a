//===- Facts.cpp - What is known of a value -------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Facts.h"

#include "Bindings.h"
#include "Scalars.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

/// The three factors of a form of length and position.
using FormTuple = std::optional<std::tuple<int64_t, int64_t, int64_t>>;

static FormTuple toTuple(const std::optional<PositionForm> &form) {
  if (!form)
    return std::nullopt;
  return std::make_tuple(form->lengthFactor, form->indexFactor, form->offset);
}

static const char *getKindName(const Domain &domain) {
  switch (domain.getKind()) {
  // Nothing reaches it: no values.
  case Domain::Kind::Uninitialized:
  case Domain::Kind::Finite:
    return "finite";
  case Domain::Kind::Grid:
    return "grid";
  case Domain::Kind::Interval:
    return "interval";
  case Domain::Kind::Any:
    return "any";
  }
  llvm_unreachable("a kind that is not listed");
}

/// A number that a numeric domain has.
static std::optional<double> getNumber(const Domain &domain,
                                       double (Domain::*get)() const) {
  if (!domain.isNumeric())
    return std::nullopt;
  return (domain.*get)();
}

static std::string print(const Domain &domain) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << domain;
  return text;
}

void mlir::rasp::python::bindFacts(nb::module_ &module) {
  nb::class_<Domain>(module, "Domain", nb::is_final(),
                     "The values that an s-op can take.")
      .def_prop_ro("kind", &getKindName,
                   "\"finite\", \"grid\", \"interval\" or \"any\".")
      .def_prop_ro(
          "values",
          [](const Domain &self) { return toPython(self.getValues()); },
          "Of a finite domain, in order, without none; a new list each time.")
      .def_prop_ro("may_be_none", &Domain::mayBeNone)
      .def_prop_ro(
          "low",
          [](const Domain &self) { return getNumber(self, &Domain::getLow); },
          "The least value of a numeric domain; None of another.")
      .def_prop_ro(
          "high",
          [](const Domain &self) { return getNumber(self, &Domain::getHigh); },
          "The greatest value of a numeric domain; None of another.")
      .def_prop_ro(
          "gap",
          [](const Domain &self) {
            return getNumber(self, &Domain::getLeastGap);
          },
          "The least distance of two values of a numeric domain, 0 if it is "
          "not known; None of another.")
      .def_prop_ro("max_denominator", &Domain::getMaxDenominator,
                   "Of a grid: the fractions p/q with q up to it.")
      .def("__str__",
           [](const Domain &self) { return stringToPython(print(self)); });

  nb::class_<Facts>(module, "Facts", nb::is_final(),
                    "What the domain analysis knows of an s-op.")
      .def_prop_ro(
          "domain",
          [](const Facts &self) -> const Domain & { return self.facts.domain; },
          nb::rv_policy::reference_internal)
      .def_prop_ro(
          "position",
          [](const Facts &self) { return toTuple(self.facts.position); },
          "(length_factor, index_factor, offset): the value is length * "
          "length_factor + index * index_factor + offset at each position.")
      .def_prop_ro(
          "upper_bound",
          [](const Facts &self) { return toTuple(self.facts.upperBound); },
          "The same, as an upper bound.")
      .def_prop_ro(
          "same_per_position",
          [](const Facts &self) { return self.facts.samePerPosition; },
          "All positions of an input have the same value.")
      .def_prop_ro(
          "distinct_per_position",
          [](const Facts &self) { return self.facts.distinctPerPosition; },
          "No two positions of an input have the same value.");

  nb::class_<SelectorFacts>(module, "SelectorFacts", nb::is_final(),
                            "What is known of every row of a selector.")
      .def_ro("min_width", &SelectorFacts::minWidth)
      .def_ro("max_width", &SelectorFacts::maxWidth)
      .def_ro("reflexive", &SelectorFacts::reflexive)
      .def_ro("irreflexive", &SelectorFacts::irreflexive)
      .def_ro("same_rows", &SelectorFacts::sameRows);
}
