//===- Scalars.cpp - Values of the language and of Python -----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Scalars.h"

#include <nanobind/stl/string.h>

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

std::string Place::str() const {
  std::string text = name;
  for (int64_t index : {first, second})
    if (index >= 0)
      text += "[" + std::to_string(index) + "]";
  return text;
}

/// Raises `type`, saying what was expected and what was found.
[[noreturn]] static void raise(PyObject *type, const Place &place,
                               const char *expected, nb::handle found) {
  std::string message =
      place.str() + ": expected " + expected + ", found " + describe(found);
  PyErr_SetString(type, message.c_str());
  throw nb::python_error();
}

std::string mlir::rasp::python::describe(nb::handle object) {
  std::string type = nb::cast<std::string>(nb::type_name(object.type()));
  bool isVowel = StringRef("aeiouAEIOU").contains(type.front());
  std::string text = (isVowel ? "an " : "a ") + type;
  // The value of an object may be too long to show, or refuse to be shown.
  PyObject *shown = PyObject_ASCII(object.ptr());
  if (!shown) {
    PyErr_Clear();
    return text;
  }
  std::string value = nb::cast<std::string>(nb::steal(shown));
  constexpr size_t maxShown = 200;
  if (value.size() > maxShown)
    value = value.substr(0, maxShown) + "...";
  return text + ": " + value;
}

nb::tuple mlir::rasp::python::tupleFromPython(nb::handle object,
                                              const Place &place) {
  if (!PyUnicode_Check(object.ptr()) && !PyBytes_Check(object.ptr()))
    if (PyObject *items = PySequence_Tuple(object.ptr()))
      return nb::steal<nb::tuple>(items);
  // What an iterator raises is more telling than that it is none.
  if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_TypeError))
    throw nb::python_error();
  PyErr_Clear();
  raise(PyExc_TypeError, place, "a sequence", object);
}

std::string mlir::rasp::python::stringFromPython(nb::handle object,
                                                 const Place &place) {
  if (!PyUnicode_Check(object.ptr()))
    raise(PyExc_TypeError, place, "a str", object);
  Py_ssize_t size;
  const char *data = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
  if (data)
    return std::string(data, size);
  if (!PyErr_ExceptionMatches(PyExc_UnicodeError))
    throw nb::python_error();
  PyErr_Clear();
  raise(PyExc_ValueError, place, "text that UTF-8 can encode", object);
}

std::string mlir::rasp::python::fileNameFromPython(nb::handle object,
                                                   const Place &place) {
  if (!PyUnicode_Check(object.ptr()))
    raise(PyExc_TypeError, place, "a str", object);
  PyObject *encoded = PyUnicode_EncodeFSDefault(object.ptr());
  if (!encoded) {
    PyErr_Clear();
    raise(PyExc_ValueError, place, "the name of a file", object);
  }
  auto bytes = nb::steal<nb::bytes>(encoded);
  return std::string(bytes.c_str(), bytes.size());
}

int64_t mlir::rasp::python::integerFromPython(nb::handle object,
                                              const Place &place) {
  nb::object index = nb::steal(PyNumber_Index(object.ptr()));
  if (!index.is_valid()) {
    if (!PyErr_ExceptionMatches(PyExc_TypeError))
      throw nb::python_error();
    PyErr_Clear();
    raise(PyExc_TypeError, place, "an int", object);
  }
  int overflow;
  int64_t value = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
  if (overflow)
    raise(PyExc_OverflowError, place, "an int of 64 bits", object);
  return value;
}

nb::str mlir::rasp::python::stringToPython(StringRef text) {
  return nb::steal<nb::str>(
      PyUnicode_DecodeUTF8(text.data(), text.size(), "surrogateescape"));
}

//===----------------------------------------------------------------------===//
// From Python
//===----------------------------------------------------------------------===//

/// Whether `object` is a scalar of NumPy, which is imported if there is one.
static bool isNumPyScalar(nb::handle object) {
  nb::object numpy =
      nb::borrow(PyDict_GetItemString(PyImport_GetModuleDict(), "numpy"));
  return numpy.is_valid() && nb::hasattr(numpy, "generic") &&
         PyObject_IsInstance(object.ptr(),
                             nb::getattr(numpy, "generic").ptr()) == 1;
}

static nb::object getFractionType() {
  return nb::module_::import_("fractions").attr("Fraction");
}

DetachedScalar::DetachedScalar(nb::handle object, const Place &place,
                               bool isItem) {
  PyObject *pointer = object.ptr();
  if (object.is_none())
    return;
  if (PyBool_Check(pointer)) {
    value = pointer == Py_True;
  } else if (PyLong_Check(pointer)) {
    value = integerFromPython(object, place);
  } else if (PyFloat_Check(pointer)) {
    double number = PyFloat_AS_DOUBLE(pointer);
    if (!std::isfinite(number))
      raise(PyExc_ValueError, place, "a finite number", object);
    value = number;
  } else if (PyUnicode_Check(pointer)) {
    value = stringFromPython(object, place);
  } else if (!isItem && isNumPyScalar(object)) {
    nb::object item = object.attr("item")();
    value = DetachedScalar(item, place, /*isItem=*/true).value;
  } else if (PyObject_IsInstance(pointer, getFractionType().ptr()) == 1) {
    // Python keeps it in lowest terms, with a positive denominator.
    int64_t numerator = integerFromPython(object.attr("numerator"), place);
    int64_t denominator = integerFromPython(object.attr("denominator"), place);
    if (denominator < 1)
      raise(PyExc_ValueError, place, "a positive denominator", object);
    value = Fraction{numerator, denominator};
  } else {
    PyErr_Clear();
    raise(PyExc_TypeError, place,
          "None, a bool, an int, a float, a Fraction or a str", object);
  }
}

DetachedScalar DetachedScalar::fromPython(nb::handle object,
                                          const Place &place) {
  return DetachedScalar(object, place, /*isItem=*/false);
}

std::vector<DetachedScalar>
mlir::rasp::python::scalarsFromPython(nb::handle objects, const Place &place) {
  std::vector<DetachedScalar> values;
  for (nb::handle object : tupleFromPython(objects, place))
    values.push_back(DetachedScalar::fromPython(object, place[values.size()]));
  return values;
}

Scalar DetachedScalar::get(MLIRContext *context) const {
  struct Visitor {
    MLIRContext *context;
    Scalar operator()(std::monostate) const { return Scalar::none(); }
    Scalar operator()(bool value) const { return Scalar::boolean(value); }
    Scalar operator()(int64_t value) const { return Scalar::integer(value); }
    Scalar operator()(double value) const { return Scalar::number(value); }
    Scalar operator()(Fraction value) const {
      return Scalar::fraction(value.numerator, value.denominator);
    }
    Scalar operator()(const std::string &value) const {
      return Scalar::string(StringAttr::get(context, value));
    }
  };
  return std::visit(Visitor{context}, value);
}

Sequence mlir::rasp::python::attach(ArrayRef<DetachedScalar> values,
                                    MLIRContext *context) {
  Sequence scalars;
  scalars.reserve(values.size());
  for (const DetachedScalar &value : values)
    scalars.push_back(value.get(context));
  return scalars;
}

//===----------------------------------------------------------------------===//
// To Python
//===----------------------------------------------------------------------===//

nb::object mlir::rasp::python::toPython(const Scalar &value) {
  switch (value.getKind()) {
  case Scalar::Kind::None:
    return nb::none();
  case Scalar::Kind::Bool:
    return nb::bool_(value.getBool());
  case Scalar::Kind::Integer:
    return nb::int_(value.getInteger());
  case Scalar::Kind::Number:
    if (double nearest = value.getDouble(); Scalar::number(nearest) == value)
      return nb::float_(nearest);
    return getFractionType()(value.getNumerator(), value.getDenominator());
  case Scalar::Kind::String:
    return stringToPython(value.getString());
  }
  llvm_unreachable("a kind that is not listed");
}

nb::list mlir::rasp::python::toPython(ArrayRef<Scalar> values) {
  nb::list list;
  for (const Scalar &value : values)
    list.append(toPython(value));
  return list;
}
