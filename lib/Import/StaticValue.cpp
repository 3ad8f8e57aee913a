//===- StaticValue.cpp - What is known while reading RASP -----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/StaticValue.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

void DictValue::set(const Scalar &key, StaticValue value) {
  auto [position, isNew] = positions.try_emplace(key, items.size());
  if (isNew)
    items.push_back({key, std::move(value)});
  else
    items[position->second].second = std::move(value);
}

const StaticValue *DictValue::find(const Scalar &key) const {
  auto position = positions.find(key);
  return position == positions.end() ? nullptr
                                     : &items[position->second].second;
}

std::vector<StringRef> FunctionValue::getParameters() const {
  std::vector<StringRef> names;
  if (definition) {
    for (const Binding &parameter : definition->parameters)
      names.push_back(parameter.name);
    return names;
  }
  switch (native) {
  case NativeFunction::SelectorWidth:
    return {"selector"};
  case NativeFunction::Best:
    return {"selector", "score"};
  }
  llvm_unreachable("unknown native function");
}

Node *StaticValue::getSOp() const {
  Node *node = getNode();
  return node && !node->isSelector() ? node : nullptr;
}

Node *StaticValue::getSelector() const {
  Node *node = getNode();
  return node && node->isSelector() ? node : nullptr;
}

static void printAtom(raw_ostream &os, const Scalar &atom) {
  if (atom.isString())
    os << '"' << atom.getString() << '"';
  else if (atom.getKind() == Scalar::Kind::Bool)
    os << (atom.getBool() ? "True" : "False");
  else
    os << atom;
}

std::string mlir::rasp::frontend::describe(const StaticValue &value) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (const Scalar *atom = value.getAtom()) {
    if (atom->isString())
      os << "the string ";
    else if (atom->getKind() == Scalar::Kind::Integer)
      os << "the integer ";
    else if (atom->getKind() == Scalar::Kind::Number)
      os << "the number ";
    printAtom(os, *atom);
  } else if (const ListValue *list = value.getList()) {
    os << "a list of " << list->elements.size();
  } else if (value.getDict()) {
    os << "a dict";
  } else if (const FunctionValue *function = value.getFunction()) {
    os << "the function '" << function->name << "'";
  } else if (const Node *node = value.getNode()) {
    os << (node->isSelector() ? "a selector" : "an s-op");
  } else {
    os << "no value";
  }
  return text;
}

/// Prints `value`, with lists and dicts inside one another up to `depth`.
static void printNested(raw_ostream &os, const StaticValue &value,
                        unsigned depth) {
  constexpr size_t maxElements = 20;
  auto printAll = [&](StringRef open, StringRef close, size_t size,
                      function_ref<void(size_t)> printElement) {
    os << open;
    for (size_t i = 0; i < std::min(size, maxElements); ++i) {
      if (i > 0)
        os << ", ";
      printElement(i);
    }
    os << (size > maxElements ? ", ..." : "") << close;
  };

  if (const Scalar *atom = value.getAtom()) {
    printAtom(os, *atom);
  } else if (depth == 0 && (value.getList() || value.getDict())) {
    os << "...";
  } else if (const ListValue *list = value.getList()) {
    printAll("[", "]", list->elements.size(),
             [&](size_t i) { printNested(os, list->elements[i], depth - 1); });
  } else if (const DictValue *dict = value.getDict()) {
    printAll("{", "}", dict->items.size(), [&](size_t i) {
      printAtom(os, dict->items[i].first);
      os << ": ";
      printNested(os, dict->items[i].second, depth - 1);
    });
  } else if (const Node *node = value.getNode()) {
    if (node->name.empty())
      os << (node->isSelector() ? "selector" : "s-op");
    else
      os << node->name;
  } else if (const FunctionValue *function = value.getFunction()) {
    os << function->name;
  } else {
    os << "?";
  }
}

void mlir::rasp::frontend::print(raw_ostream &os, const StaticValue &value) {
  printNested(os, value, /*depth=*/4);
}
