//===- Arrays.h - Arrays of NumPy -------------------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_ARRAYS_H
#define RASP_PYTHON_BINDINGS_ARRAYS_H

#include "mlir/Support/LLVM.h"

#include <nanobind/ndarray.h>

#include <memory>

namespace mlir::rasp::python {
namespace nb = nanobind;

/// Token ids [batch, position], in order and one after another.
using IdArray =
    nb::ndarray<const int32_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
/// An array for Python.
using FloatArray = nb::ndarray<nb::numpy, float>;

/// `object` as token ids, converted where that changes no id. Raises TypeError
/// if it holds no integers, ValueError if it is not of rank 2 or is empty, and
/// OverflowError where an id does not fit 32 bits.
IdArray idsFromPython(nb::handle object);

/// An array over `data` that keeps `owner` alive.
FloatArray makeArray(float *data, ArrayRef<int64_t> shape,
                     std::shared_ptr<void> owner);

/// A new array of `shape`, with anything in it.
FloatArray makeArray(ArrayRef<int64_t> shape);

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_ARRAYS_H
