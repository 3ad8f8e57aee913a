//===- Scalars.h - Values of the language and of Python ---------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_SCALARS_H
#define RASP_PYTHON_BINDINGS_SCALARS_H

#include "rasp/Reference/EvaluationValue.h"

#include <nanobind/nanobind.h>

#include <string>
#include <variant>
#include <vector>

namespace mlir::rasp::python {
namespace nb = nanobind;

/// Where a Python value was found, for an error about it: "keys[3][0]".
struct Place {
  Place(const char *name) : name(name) {}
  Place operator[](int64_t index) const {
    Place item = *this;
    (item.first < 0 ? item.first : item.second) = index;
    return item;
  }
  std::string str() const;

private:
  const char *name;
  int64_t first = -1, second = -1;
};

/// A value of the language that belongs to no context: what a Python value is
/// turned into while the GIL is held, before there is a context to use.
class DetachedScalar {
public:
  DetachedScalar() = default;

  /// The value that `object` stands for. Raises TypeError, ValueError (inf,
  /// nan, a string with lone surrogates) or OverflowError (more than 64 bits).
  static DetachedScalar fromPython(nb::handle object, const Place &place);

  Scalar get(MLIRContext *context) const;

private:
  struct Fraction {
    int64_t numerator, denominator;
  };
  explicit DetachedScalar(nb::handle object, const Place &place, bool isItem);

  std::variant<std::monostate, bool, int64_t, double, Fraction, std::string>
      value;
};

/// The values of a Python sequence or iterable; raises as `fromPython` does.
std::vector<DetachedScalar> scalarsFromPython(nb::handle objects,
                                              const Place &place);

/// The scalars that `values` are in `context`.
Sequence attach(ArrayRef<DetachedScalar> values, MLIRContext *context);

/// None, a bool, an int, a float, a Fraction where no float holds the number
/// exactly, or a str.
nb::object toPython(const Scalar &value);
nb::list toPython(ArrayRef<Scalar> values);

//===----------------------------------------------------------------------===//
// Other arguments
//===----------------------------------------------------------------------===//

/// `object` as a tuple, which nobody changes while it is gone through. Raises
/// TypeError if it is no iterable, or text.
nb::tuple tupleFromPython(nb::handle object, const Place &place);

/// The UTF-8 of a str. Raises TypeError or ValueError.
std::string stringFromPython(nb::handle object, const Place &place);

/// The bytes of a file's name. Raises TypeError or ValueError.
std::string fileNameFromPython(nb::handle object, const Place &place);

/// Raises TypeError or OverflowError.
int64_t integerFromPython(nb::handle object, const Place &place);

/// Bytes that are UTF-8 but for what a file may hold; others are escaped as
/// Python escapes those of file names.
nb::str stringToPython(StringRef text);

/// "an int: 3", for an error about `object`.
std::string describe(nb::handle object);

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_SCALARS_H
