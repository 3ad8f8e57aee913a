//===- ProgramBuilder.h - Programs built op by op ---------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_PROGRAMBUILDER_H
#define RASP_PYTHON_BINDINGS_PROGRAMBUILDER_H

#include "InterpreterExit.h"
#include "ProgramState.h"

namespace mlir::rasp::python {

/// An s-op or a selector of a program that is being built.
struct ProgramValue {
  std::shared_ptr<ProgramState> state;
  Value value;
  bool isSelector;
  /// Empty for a selector.
  std::string elementType;
};

/// A program that is being built, as Python holds it.
struct ProgramBuilder {
  std::shared_ptr<ProgramState> state;
  ProgramValue tokens;
};

// Each adds methods to the class of builders.
void bindSOps(nb::class_<ProgramBuilder> &builderClass);
void bindSelectors(nb::class_<ProgramBuilder> &builderClass);

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// (file, line, column), a sequence of such, or None. Raises TypeError,
/// ValueError or OverflowError.
SourceLocation locationFromPython(nb::handle object);

/// What all methods that add an op take, read while the GIL is held.
struct OpArguments {
  explicit OpArguments(nb::handle location, nb::handle label = nb::none());

  SourceLocation location;
  std::optional<std::string> label;
};

enum class ValueKind { SOp, Selector, Any };

/// The value that `object` is. Raises TypeError if it is none or of another
/// kind, and ValueError if it is of another builder.
Value valueFromPython(const ProgramBuilder &builder, nb::handle object,
                      ValueKind kind, const Place &place);
/// A sequence of s-ops.
SmallVector<Value> sopsFromPython(const ProgramBuilder &builder,
                                  nb::handle objects);

/// A table as Python gives it.
struct TableArguments {
  std::vector<std::vector<DetachedScalar>> keys;
  std::vector<DetachedScalar> values;
  std::optional<DetachedScalar> fallback;
};

/// Raises ValueError unless there is a value for each key.
TableArguments tableFromPython(nb::handle keys, const char *keysName,
                               nb::handle values, const char *valuesName);
/// The attribute for `table`; null after an error at `loc`.
TableAttr getTable(const TableArguments &table, size_t numInputs, Location loc);

//===----------------------------------------------------------------------===//
// Running without the GIL
//===----------------------------------------------------------------------===//

/// What `function` returns of a program that is not finished, called without
/// the GIL and while nobody else uses the program.
template <typename Function>
auto access(const ProgramBuilder &builder, Function function) {
  std::shared_ptr<ProgramState> state = builder.state;
  GilRelease release;
  std::lock_guard lock(state->mutex);
  state->checkUnfinished();
  return function(*state);
}

/// The value of `state` for Python.
ProgramValue wrap(std::shared_ptr<ProgramState> state, Value value);

/// Adds the op that `create` makes of the state, a builder, a location and a
/// label.
template <typename Create>
ProgramValue add(const ProgramBuilder &builder, const OpArguments &arguments,
                 Create create) {
  std::vector<Report> warnings;
  ProgramValue result = access(builder, [&](ProgramState &state) {
    StringAttr label;
    if (arguments.label)
      label = StringAttr::get(state.getContext(), *arguments.label);
    Value value = state.add(
        arguments.location,
        [&](OpBuilder &opBuilder, Location loc) -> Operation * {
          return create(state, opBuilder, loc, label);
        },
        warnings);
    return wrap(builder.state, value);
  });
  warn(warnings);
  return result;
}

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_PROGRAMBUILDER_H
