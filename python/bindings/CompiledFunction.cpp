//===- CompiledFunction.cpp - A model compiled to machine code ------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompiledFunction.h"

#include "Arrays.h"
#include "Bindings.h"
#include "Diagnostics.h"
#include "InterpreterExit.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

/// The greatest number of ids that are run before a Ctrl-C is looked for.
static constexpr int64_t maxIdsPerCall = 1 << 14;

static FloatArray call(const CompiledFunction &function, nb::handle object) {
  IdArray ids = idsFromPython(object);
  int64_t batch = ids.shape(0), sequence = ids.shape(1);
  const craft::TransformerShape &shape =
      function.model->getContract().getShape();
  // An array for ids that are refused could be of any size.
  if (sequence > shape.getNumPositions())
    throw nb::value_error(
        ("ids: expected at most " + std::to_string(shape.getNumPositions()) +
         " positions with BOS, found " + std::to_string(sequence))
            .c_str());
  FloatArray results = makeArray({batch, sequence, shape.numOutputs});

  // A model for batches of static size runs whole ones.
  int64_t rowsPerCall = function.model->getStaticBatch();
  if (rowsPerCall < 0)
    rowsPerCall = std::max<int64_t>(1, maxIdsPerCall / sequence);
  if (rowsPerCall > batch)
    rowsPerCall = batch;
  for (int64_t row = 0; row < batch; row += rowsPerCall) {
    if (row > 0 && PyErr_CheckSignals() != 0)
      throw nb::python_error();
    GilRelease release;
    int64_t rows = std::min(rowsPerCall, batch - row);
    int64_t numResults = rows * sequence * shape.numOutputs;
    DiagnosticCapture capture(&function.storage->context);
    capture.check(
        function.model->run(
            ArrayRef<int32_t>(ids.data() + row * sequence, rows * sequence),
            rows, sequence,
            MutableArrayRef<float>(results.data() +
                                       row * sequence * shape.numOutputs,
                                   numResults)),
        ErrorKind::Evaluation);
  }
  return results;
}

void mlir::rasp::python::bindCompiledFunction(nb::module_ &module) {
  nb::class_<CompiledFunction>(
      module, "CompiledFunction", nb::is_final(),
      "The emitted function, compiled by LLVM's JIT. Thread safe.")
      .def("__call__", &call, nb::arg("ids").none(),
           "[batch, position] ids, BOS first -> [batch, position, outputs] "
           "float32.");
}
