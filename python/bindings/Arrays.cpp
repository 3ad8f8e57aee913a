//===- Arrays.cpp - Arrays of NumPy ---------------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arrays.h"

#include "Scalars.h"

#include <nanobind/stl/string.h>

using namespace mlir;
using namespace mlir::rasp::python;

IdArray mlir::rasp::python::idsFromPython(nb::handle object) {
  IdArray ids;
  bool isAsExpected = nb::try_cast(object, ids, /*convert=*/false);
  if (!isAsExpected) {
    nb::module_ numpy = nb::module_::import_("numpy");
    nb::object array = numpy.attr("asarray")(object);
    auto kind = nb::cast<std::string>(array.attr("dtype").attr("kind"));
    if (kind != "i" && kind != "u")
      throw nb::type_error(
          ("ids: expected an array of int32, found one of " +
           std::string(nb::str(nb::object(array.attr("dtype"))).c_str()))
              .c_str());
    if (nb::cast<int64_t>(array.attr("ndim")) != 2)
      throw nb::value_error(
          ("ids: expected an array [batch, position], found one of shape " +
           std::string(nb::str(nb::object(array.attr("shape"))).c_str()))
              .c_str());
    nb::object narrow = numpy.attr("ascontiguousarray")(array, "int32");
    if (!nb::cast<bool>(numpy.attr("array_equal")(narrow, array))) {
      PyErr_SetString(PyExc_OverflowError,
                      "ids: expected token ids that fit 32 bits");
      throw nb::python_error();
    }
    ids = nb::cast<IdArray>(narrow, /*convert=*/false);
  }
  if (ids.size() == 0)
    throw nb::value_error(
        ("ids: expected at least one row and one position, found an array of "
         "shape (" +
         std::to_string(ids.shape(0)) + ", " + std::to_string(ids.shape(1)) +
         ")")
            .c_str());
  return ids;
}

FloatArray mlir::rasp::python::makeArray(float *data, ArrayRef<int64_t> shape,
                                         std::shared_ptr<void> owner) {
  auto *reference = new std::shared_ptr<void>(std::move(owner));
  nb::capsule capsule(reference, [](void *pointer) noexcept {
    delete static_cast<std::shared_ptr<void> *>(pointer);
  });
  SmallVector<size_t> sizes(shape.begin(), shape.end());
  return FloatArray(data, sizes.size(), sizes.data(), capsule);
}

FloatArray mlir::rasp::python::makeArray(ArrayRef<int64_t> shape) {
  size_t size = 1;
  for (int64_t dimension : shape)
    size *= dimension;
  std::shared_ptr<float> data(new float[size], std::default_delete<float[]>());
  return makeArray(data.get(), shape, data);
}
