//===- BuilderArguments.cpp - What the methods of a builder take ----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

static Report::Place placeFromPython(nb::handle object,
                                     const nb::tuple &parts) {
  if (parts.size() != 3)
    throw nb::type_error(("location: expected a file, a line and a column, "
                          "found " +
                          describe(object))
                             .c_str());
  auto getNumber = [&](size_t part) {
    int64_t number = integerFromPython(parts[part], "location");
    if (number < 0 || number > std::numeric_limits<int32_t>::max())
      throw nb::value_error(("location: expected the number of a line and of a "
                             "column, found " +
                             std::to_string(number))
                                .c_str());
    return static_cast<unsigned>(number);
  };
  return {fileNameFromPython(parts[0], "location"), getNumber(1), getNumber(2)};
}

SourceLocation mlir::rasp::python::locationFromPython(nb::handle object) {
  if (object.is_none())
    return {};
  nb::tuple parts = tupleFromPython(object, "location");
  if (parts.size() == 0 || !nb::isinstance<nb::tuple>(parts[0]))
    return {placeFromPython(object, parts)};
  SourceLocation places;
  for (nb::handle part : parts)
    places.push_back(placeFromPython(part, tupleFromPython(part, "location")));
  return places;
}

OpArguments::OpArguments(nb::handle location, nb::handle label)
    : location(locationFromPython(location)) {
  if (!label.is_none())
    this->label = stringFromPython(label, "label");
}

Value mlir::rasp::python::valueFromPython(const ProgramBuilder &builder,
                                          nb::handle object, ValueKind kind,
                                          const Place &place) {
  const ProgramValue *found = nullptr;
  if (!nb::try_cast(object, found, /*convert=*/false) || !found)
    throw nb::type_error(
        (place.str() + ": expected a Value, found " + describe(object))
            .c_str());
  if (found->state != builder.state)
    throw nb::value_error((place.str() +
                           ": expected a value of this builder, found one of "
                           "another")
                              .c_str());
  if (kind != ValueKind::Any &&
      found->isSelector != (kind == ValueKind::Selector))
    throw nb::type_error(
        (place.str() + (found->isSelector ? ": expected an s-op, found a "
                                            "selector"
                                          : ": expected a selector, found "
                                            "an s-op"))
            .c_str());
  return found->value;
}

SmallVector<Value>
mlir::rasp::python::sopsFromPython(const ProgramBuilder &builder,
                                   nb::handle objects) {
  SmallVector<Value> values;
  for (nb::handle object : tupleFromPython(objects, "inputs"))
    values.push_back(valueFromPython(builder, object, ValueKind::SOp,
                                     Place("inputs")[values.size()]));
  return values;
}

ProgramValue mlir::rasp::python::wrap(std::shared_ptr<ProgramState> state,
                                      Value value) {
  auto type = dyn_cast<SOpType>(value.getType());
  std::string elementType;
  if (type)
    elementType = ProgramState::getElementTypeName(type.getElementType()).str();
  return {std::move(state), value, /*isSelector=*/!type,
          std::move(elementType)};
}

TableArguments mlir::rasp::python::tableFromPython(nb::handle keys,
                                                   const char *keysName,
                                                   nb::handle values,
                                                   const char *valuesName) {
  TableArguments table;
  Place place(keysName);
  for (nb::handle key : tupleFromPython(keys, place)) {
    Place keyPlace = place[table.keys.size()];
    std::vector<DetachedScalar> &parts = table.keys.emplace_back();
    for (nb::handle part : tupleFromPython(key, keyPlace))
      parts.push_back(DetachedScalar::fromPython(part, keyPlace[parts.size()]));
  }
  table.values = scalarsFromPython(values, valuesName);
  if (table.keys.size() != table.values.size())
    throw nb::value_error((std::string(valuesName) +
                           ": expected one for each "
                           "of " +
                           std::to_string(table.keys.size()) + " " + keysName +
                           ", found " + std::to_string(table.values.size()))
                              .c_str());
  return table;
}

TableAttr mlir::rasp::python::getTable(const TableArguments &table,
                                       size_t numInputs, Location loc) {
  MLIRContext *context = loc.getContext();
  auto getAttribute = [&](const DetachedScalar &value) {
    return getScalarAttribute(context, value.get(context));
  };
  std::vector<TableAttr::Entry> entries;
  for (auto [key, value] : llvm::zip_equal(table.keys, table.values))
    entries.emplace_back(llvm::map_to_vector(key, getAttribute),
                         getAttribute(value));
  return TableAttr::getSorted(
      [&] { return emitError(loc); }, context, numInputs, entries,
      table.fallback ? getAttribute(*table.fallback) : Attribute());
}
