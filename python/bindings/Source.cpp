//===- Source.cpp - RASP source in Python ---------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Source.h"
#include "Bindings.h"
#include "Module.h"
#include "ProgramBuilder.h"

#include "rasp/Import/Library.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;
using frontend::Environment;
using frontend::FunctionValue;
using frontend::Node;
using frontend::StaticValue;

/// So many places tell where a node comes from.
static constexpr size_t maxPlaces = 16;

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static SharedSource readSource(nb::handle text, nb::handle filename,
                               nb::handle searchPaths) {
  ImportOptions options;
  for (nb::handle path : tupleFromPython(searchPaths, "search_paths"))
    options.searchPaths.push_back(fileNameFromPython(path, "search_paths"));
  return runInBackground(
      [options = std::move(options), text = stringFromPython(text, "text"),
       name = fileNameFromPython(filename, "filename")](Task &task) {
        auto source = std::make_shared<Source>(options, text, name);
        BusySource busy(*source, task);
        DiagnosticCapture &capture = busy.getCapture();
        source->storage->context
            .loadDialect<RaspDialect, arith::ArithDialect, math::MathDialect>();
        bool hasFailed = failed(source->session.loadLibrary());
        hasFailed |= failed(source->settings.readComments());
        hasFailed |= failed(source->session.runFile(source->buffer));
        if (hasFailed)
          capture.fail(ErrorKind::Parse);
        source->contract.maxSeqLen = 0;
        auto contract = source->settings.getContract(&source->contract);
        capture.check(contract, ErrorKind::Parse);
        source->contract = std::move(*contract);
        task.addWarnings(capture.take());
        return source;
      });
}

/// The names that the statements of the file set, in order.
static std::vector<std::string> getNames(const SharedSource &source) {
  auto locked = lock(*source);
  std::vector<std::string> names;
  for (const auto &[name, value] : source->session.getGlobals().getVariables())
    if (name != "out" && !value.isUnknown())
      names.push_back(name.str());
  return names;
}

/// What a name stands for in the file or in the library.
static nb::object lookUp(const SharedSource &source, const std::string &name) {
  StaticValue value;
  {
    auto locked = lock(*source);
    if (const StaticValue *found = source->session.getGlobals().lookup(name))
      value = *found;
  }
  if (value.isUnknown())
    throw nb::key_error(name.c_str());
  return toPython(source, value);
}

/// A name of the file or of the library that `name` may be a misspelling of.
static std::optional<std::string> findSimilar(const SharedSource &source,
                                              const std::string &name) {
  auto locked = lock(*source);
  auto similar = source->session.getGlobals().findSimilar(name);
  return similar ? std::optional(similar->str()) : std::nullopt;
}

/// What the comments of the file say, without what they leave open.
static nb::dict getSettings(const SharedSource &source) {
  const frontend::ProgramContract &contract = source->contract;
  nb::dict result;
  if (!contract.vocab.empty())
    result["vocab"] = toPython(contract.vocab);
  if (contract.maxSeqLen != 0)
    result["max_seq_len"] = contract.maxSeqLen;
  result["causal"] = contract.causal;
  result["name"] = stringToPython(contract.name);
  result["bos"] = stringToPython(contract.bos);
  result["pad"] = stringToPython(contract.pad);
  if (!contract.outputKind.empty())
    result["output_kind"] = stringToPython(contract.outputKind);
  return result;
}

static SourceNode getOutput(const SharedSource &source) {
  return runInBackground([source](Task &task) {
    BusySource busy(*source, task);
    DiagnosticCapture &capture = busy.getCapture();
    FailureOr<Node *> output = source->settings.getOutput();
    capture.check(output, ErrorKind::Parse);
    return SourceNode{source, *output};
  });
}

static SourceNode makeForeign(const SharedSource &source, bool isSelector) {
  auto locked = lock(*source);
  return {source, source->session.makeForeign(
                      isSelector, UnknownLoc::get(&source->storage->context))};
}

/// The program that computes an s-op of the file.
static Module lowerNode(const SourceNode &output, const std::string &name,
                        nb::handle vocab, uint64_t maxSeqLen, bool causal,
                        const std::string &bos, const std::string &pad,
                        const std::string &outputKind) {
  frontend::ProgramContract contract;
  contract.name = name;
  contract.maxSeqLen = maxSeqLen;
  contract.causal = causal;
  contract.bos = bos;
  contract.pad = pad;
  contract.outputKind = outputKind;
  return Module(runInBackground(
      [output, contract = std::move(contract),
       tokens = scalarsFromPython(vocab, "vocab")](Task &task) mutable {
        Source &source = *output.source;
        BusySource busy(source, task);
        DiagnosticCapture &capture = busy.getCapture();
        MLIRContext *context = &source.storage->context;
        contract.vocab = attach(tokens, context);
        source.storage->module =
            lowerToProgram(output.node, contract, output.node->location);
        if (!source.storage->module)
          capture.fail(ErrorKind::Compilation);
        task.addWarnings(capture.take());
        std::shared_ptr<Storage> copy = Storage::copy(*source.storage);
        source.storage->module = nullptr;
        return copy;
      }));
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// The value of `function(arguments)` in RASP, all of it located at `places`.
static FailureOr<StaticValue> evaluateCall(Source &source,
                                           const FunctionValue *function,
                                           ArrayRef<DetachedValue> arguments,
                                           const SourceLocation &places) {
  Environment environment(&source.session.getGlobals());
  std::vector<std::string> names;
  for (size_t i = 1; i <= arguments.size(); ++i)
    names.push_back("argument_" + std::to_string(i));
  for (auto [name, argument] : llvm::zip_equal(names, arguments))
    environment.set(name, attach(source, argument));
  environment.set("function", function);
  unsigned buffer =
      source.files.addText("function(" + llvm::join(names, ", ") + ")",
                           getLocation(places, &source.storage->context));
  const frontend::Expr *expr =
      frontend::Parser(source.files, source.session.getAST(),
                       source.files.getText(buffer))
          .parseWholeExpression();
  if (!expr)
    return failure();
  return source.session.evaluate(expr, environment);
}

static nb::object call(const SourceFunction &self, nb::handle arguments,
                       nb::handle location) {
  SharedSource source = self.source;
  const FunctionValue *function = self.function;
  std::vector<DetachedValue> detached;
  for (nb::handle argument : tupleFromPython(arguments, "arguments"))
    detached.push_back(valueFromPython(*source, argument, "arguments"));
  StaticValue result =
      runInBackground([function, source, detached = std::move(detached),
                       places = locationFromPython(location)](Task &task) {
        BusySource busy(*source, task);
        DiagnosticCapture &capture = busy.getCapture();
        FailureOr<StaticValue> value =
            evaluateCall(*source, function, detached, places);
        capture.check(value, ErrorKind::Compilation);
        task.addWarnings(capture.take());
        return *value;
      });
  nb::object value = toPython(source, result);
  bool hasSeveral =
      function->definition && function->definition->results.size() > 1;
  return hasSeveral ? nb::tuple(value) : value;
}

static std::vector<std::string> getParameters(const SourceFunction &self) {
  std::vector<std::string> names;
  for (StringRef parameter : self.function->getParameters())
    names.push_back(parameter.str());
  return names;
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

static const char *getKindName(Node::Kind kind) {
  switch (kind) {
  case Node::Kind::Tokens:
    return "tokens";
  case Node::Kind::Indices:
    return "indices";
  case Node::Kind::Constant:
    return "constant";
  case Node::Kind::Elementwise:
    return "elementwise";
  case Node::Kind::Aggregate:
    return "aggregate";
  case Node::Kind::SelectorWidth:
    return "selector_width";
  case Node::Kind::Select:
    return "select";
  case Node::Kind::And:
    return "and";
  case Node::Kind::Or:
    return "or";
  case Node::Kind::Not:
    return "not";
  case Node::Kind::Best:
    return "best";
  case Node::Kind::ForeignSOp:
  case Node::Kind::ForeignSelector:
    return "foreign";
  }
  llvm_unreachable("a kind that is not listed");
}

static std::vector<SourceNode> getOperands(const SourceNode &self) {
  std::vector<SourceNode> operands;
  for (Node *operand : self.node->operands)
    operands.push_back({self.source, operand});
  return operands;
}

/// The value at one position. Raises ValueError where it is undefined.
static nb::object computeValue(const SourceNode &self, nb::handle values) {
  std::vector<DetachedScalar> detached = scalarsFromPython(values, "values");
  if (self.node->kind != Node::Kind::Elementwise ||
      detached.size() != self.node->operands.size())
    throw nb::type_error(
        "expected an elementwise node, and a value for each operand");
  MLIRContext *context = &self.source->storage->context;
  std::string reason;
  FailureOr<Scalar> result = failure();
  {
    auto locked = lock(*self.source);
    result = frontend::compute(*self.node, attach(detached, context), context,
                               reason);
  }
  if (failed(result))
    throw nb::value_error(reason.c_str());
  return toPython(*result);
}

/// Where the node was written, and the calls that it was made in.
static nb::list getPlaces(const SourceNode &self) {
  nb::list places;
  auto add = [&](LocationAttr location) {
    if (auto place = dyn_cast<FileLineColLoc>(location))
      places.append(nb::make_tuple(stringToPython(place.getFilename()),
                                   place.getLine(), place.getColumn()));
  };
  // Of a deep recursion the innermost calls are enough.
  LocationAttr location = self.node->location;
  auto call = dyn_cast<CallSiteLoc>(location);
  for (; call && places.size() < maxPlaces;
       call = dyn_cast<CallSiteLoc>(location)) {
    add(call.getCallee());
    location = call.getCaller();
  }
  if (!call)
    add(location);
  return places;
}

//===----------------------------------------------------------------------===//
// Classes
//===----------------------------------------------------------------------===//

void mlir::rasp::python::bindSource(nb::module_ &module) {
  nb::class_<SourceNode>(module, "SourceNode", nb::is_final(),
                         "An s-op or a selector of RASP source.")
      .def_prop_ro(
          "key",
          [](const SourceNode &self) {
            return reinterpret_cast<uintptr_t>(self.node);
          },
          "A number that no other node of the file has.")
      .def_prop_ro(
          "kind",
          [](const SourceNode &self) { return getKindName(self.node->kind); },
          "What computes it: \"tokens\", \"indices\", \"constant\", "
          "\"elementwise\", \"aggregate\", \"selector_width\", \"select\", "
          "\"and\", \"or\", \"not\", \"best\", or \"foreign\".")
      .def_prop_ro(
          "is_selector",
          [](const SourceNode &self) { return self.node->isSelector(); },
          "Whether it is a selector.")
      .def_prop_ro(
          "name",
          [](const SourceNode &self) {
            // A call in another thread may give it one.
            std::string name;
            {
              auto locked = lock(*self.source);
              name = self.node->name.str();
            }
            return stringToPython(name);
          },
          "The variable that it was assigned to, or an empty string.")
      .def_prop_ro("places", &getPlaces,
                   "The file, line and column that it was written at, then "
                   "those of the calls that it was made in.")
      .def_prop_ro("operands", &getOperands, "The nodes that it is made of.")
      .def_prop_ro(
          "function",
          [](const SourceNode &self) {
            return frontend::getSpelling(self.node->function).str();
          },
          "Of an elementwise node: its operator, as RASP writes it.")
      .def_prop_ro(
          "scalar",
          [](const SourceNode &self) { return toPython(self.node->scalar); },
          "The value of a constant, or the default of an aggregate.")
      .def_prop_ro(
          "comparison",
          [](const SourceNode &self) {
            return frontend::getSpelling(self.node->comparison).str();
          },
          "Of a select: the operator between key and query.")
      .def("compute", &computeValue, nb::arg("values"),
           "The value of an elementwise node, given those of its operands. "
           "Raises ValueError where it is undefined.")
      .def("lower", &lowerNode, nb::arg("name"), nb::arg("vocab"),
           nb::arg("max_seq_len"), nb::kw_only(), nb::arg("causal") = false,
           nb::arg("bos") = "BOS", nb::arg("pad") = "PAD",
           nb::arg("output_kind") = "",
           "The program that computes this s-op. Raises CompilationError.");

  nb::class_<SourceFunction>(module, "SourceFunction", nb::is_final(),
                             "A function of RASP source.")
      .def_prop_ro(
          "name",
          [](const SourceFunction &self) {
            return stringToPython(self.function->name);
          },
          "The name that it was defined with.")
      .def_prop_ro("parameters", &getParameters, "The names of its parameters.")
      .def("call", &call, nb::arg("arguments"), nb::arg("location").none(),
           "What it gives for values of RASP: nodes and functions of the same "
           "file, numbers, strings, lists and dicts; a tuple of several "
           "results. Raises CompilationError, with the location of the call.");

  nb::class_<Source>(module, "Source", nb::is_final(),
                     "A file of RASP source that was read.")
      .def_static("read", &readSource, nb::arg("text"), nb::arg("filename"),
                  nb::arg("search_paths"),
                  "Reads and evaluates a text. Raises ParseError.")
      .def_static(
          "library",
          [] {
            return nb::make_tuple(stringToPython(frontend::libraryName),
                                  stringToPython(frontend::getLibraryText()));
          },
          "What the file of the library is called in locations, and its text.")
      .def_prop_ro(
          "names", [](const SharedSource &self) { return getNames(self); },
          "The names that its statements set, in order.")
      .def(
          "get",
          [](const SharedSource &self, const std::string &name) {
            return lookUp(self, name);
          },
          nb::arg("name"),
          "What a name of the file or the library stands for: a node, a "
          "function, a number, a string, a "
          "list or a dict. Raises KeyError.")
      .def("find_similar", &findSimilar, nb::arg("name"),
           "A name of the file or of the library that `name` may be a "
           "misspelling of, or None.")
      .def_prop_ro(
          "settings",
          [](const SharedSource &self) { return getSettings(self); },
          "What its comments say: \"vocab\" and \"max_seq_len\" if they do, "
          "\"causal\", \"name\", \"bos\" and \"pad\", \"output_kind\" if they "
          "do.")
      .def(
          "get_output",
          [](const SharedSource &self) { return getOutput(self); },
          "The s-op that it computes, evaluated anew. Raises ParseError.")
      .def(
          "make_foreign",
          [](const SharedSource &self, bool isSelector) {
            return makeForeign(self, isSelector);
          },
          nb::arg("is_selector"),
          "A node that stands for an s-op or a selector from elsewhere.");
}
