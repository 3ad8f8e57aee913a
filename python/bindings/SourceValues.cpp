//===- SourceValues.cpp - Values of RASP source in Python -----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InterpreterExit.h"
#include "Source.h"

#include <chrono>
#include <map>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;
using frontend::FunctionValue;
using frontend::Node;
using frontend::StaticValue;

/// A function is given so many elements at most: one list may occur in others
/// more often than can be counted.
static constexpr size_t maxElements = size_t(1) << 22;

std::unique_lock<std::timed_mutex> mlir::rasp::python::lock(Source &source) {
  constexpr std::chrono::milliseconds pollInterval(20);
  std::unique_lock result(source.mutex, std::try_to_lock);
  while (!result) {
    {
      GilRelease release;
      if (result.try_lock_for(pollInterval))
        break;
    }
    if (PyErr_CheckSignals() != 0)
      throw nb::python_error();
  }
  return result;
}

namespace {

/// Raises RecursionError where values are nested too deep for the stack.
struct RecursiveCall {
  RecursiveCall() {
    if (Py_EnterRecursiveCall(" in a value of RASP"))
      throw nb::python_error();
  }
  RecursiveCall(const RecursiveCall &) = delete;
  ~RecursiveCall() { Py_LeaveRecursiveCall(); }
};

/// Makes objects of values.
class Converter {
public:
  explicit Converter(SharedSource source) : source(std::move(source)) {}

  nb::object convert(const StaticValue &value) {
    RecursiveCall call;
    if (const Scalar *atom = value.getAtom())
      return toPython(*atom);
    if (Node *node = value.getNode())
      return nb::cast(SourceNode{source, node});
    if (const FunctionValue *function = value.getFunction())
      return nb::cast(SourceFunction{source, function});
    const frontend::ListValue *list = value.getList();
    const frontend::DictValue *dict = value.getDict();
    const void *key = list ? static_cast<const void *>(list) : dict;
    if (!key)
      return nb::none();
    auto known = containers.find(key);
    if (known != containers.end())
      return known->second;
    return containers[key] = list ? makeList(*list) : makeDict(*dict);
  }

private:
  nb::object makeList(const frontend::ListValue &list) {
    nb::list elements;
    for (const StaticValue &element : list.elements)
      elements.append(convert(element));
    return elements;
  }
  nb::object makeDict(const frontend::DictValue &dict) {
    nb::dict items;
    for (const auto &[key, item] : dict.items)
      items[toPython(key)] = convert(item);
    return items;
  }

  SharedSource source;
  std::map<const void *, nb::object> containers;
};

} // namespace

nb::object mlir::rasp::python::toPython(const SharedSource &source,
                                        const StaticValue &value) {
  return Converter(source).convert(value);
}

namespace {

/// Takes objects apart.
class Detacher {
public:
  Detacher(const Source &source, const Place &place)
      : source(source), place(place) {}

  DetachedValue detach(nb::handle object) {
    RecursiveCall call;
    if (++count > maxElements)
      throw nb::value_error((place.str() + ": expected at most " +
                             std::to_string(maxElements) +
                             " elements, found more")
                                .c_str());
    if (nb::isinstance<SourceNode>(object)) {
      const auto &node = nb::cast<const SourceNode &>(object);
      checkFile(node.source, "a value");
      return {node.node};
    }
    if (nb::isinstance<SourceFunction>(object)) {
      const auto &function = nb::cast<const SourceFunction &>(object);
      checkFile(function.source, "a function");
      return {function.function};
    }
    if (nb::isinstance<nb::list>(object) || nb::isinstance<nb::tuple>(object)) {
      std::vector<DetachedValue> elements;
      for (nb::handle element : object)
        elements.push_back(detach(element));
      return {std::move(elements)};
    }
    if (nb::isinstance<nb::dict>(object)) {
      std::vector<std::pair<DetachedScalar, DetachedValue>> items;
      for (auto [key, value] : nb::borrow<nb::dict>(object))
        items.emplace_back(DetachedScalar::fromPython(key, place),
                           detach(value));
      return {std::move(items)};
    }
    if (object.is_none())
      throw nb::type_error(
          (place.str() + ": expected a value of RASP, found None").c_str());
    return {DetachedScalar::fromPython(object, place)};
  }

private:
  void checkFile(const SharedSource &other, const char *what) {
    if (other.get() != &source)
      throw nb::value_error((place.str() + ": expected " + what +
                             " of this file, found one of another")
                                .c_str());
  }

  const Source &source;
  const Place &place;
  size_t count = 0;
};

} // namespace

DetachedValue mlir::rasp::python::valueFromPython(const Source &source,
                                                  nb::handle object,
                                                  const Place &place) {
  return Detacher(source, place).detach(object);
}

StaticValue mlir::rasp::python::attach(Source &source,
                                       const DetachedValue &value) {
  struct Visitor {
    Source &source;
    StaticValue operator()(const DetachedScalar &scalar) const {
      return scalar.get(&source.storage->context);
    }
    StaticValue operator()(Node *node) const { return node; }
    StaticValue operator()(const FunctionValue *function) const {
      return function;
    }
    StaticValue operator()(const std::vector<DetachedValue> &elements) const {
      std::vector<StaticValue> attached;
      for (const DetachedValue &element : elements)
        attached.push_back(attach(source, element));
      return source.session.makeList(std::move(attached));
    }
    StaticValue operator()(
        const std::vector<std::pair<DetachedScalar, DetachedValue>> &items)
        const {
      std::vector<std::pair<Scalar, StaticValue>> attached;
      for (const auto &[key, item] : items)
        attached.emplace_back(key.get(&source.storage->context),
                              attach(source, item));
      return source.session.makeDict(std::move(attached));
    }
  };
  return std::visit(Visitor{source}, value.data);
}
