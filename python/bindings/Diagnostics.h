//===- Diagnostics.h - Diagnostics as exceptions and warnings ---*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_DIAGNOSTICS_H
#define RASP_PYTHON_BINDINGS_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"

#include <nanobind/nanobind.h>

#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace mlir::rasp::python {
namespace nb = nanobind;

/// A diagnostic that belongs to no context.
struct Report {
  struct Place {
    std::string file;
    unsigned line, column;
  };

  DiagnosticSeverity severity;
  std::string message;
  std::optional<Place> place;
  std::vector<Report> notes;
};

/// The exceptions of rasp_mlir.errors.
enum class ErrorKind { Parse, Compilation, Evaluation };

/// Thrown where the compiler has emitted errors, and raised in Python as one of
/// its exceptions. Needs no GIL.
class CompilerError : public std::exception {
public:
  CompilerError(ErrorKind kind, std::vector<Report> reports)
      : kind(kind), reports(std::move(reports)) {}

  const char *what() const noexcept override { return "the compiler failed"; }
  ErrorKind getKind() const { return kind; }
  const std::vector<Report> &getReports() const { return reports; }

private:
  ErrorKind kind;
  std::vector<Report> reports;
};

/// Captures what this thread emits in a context, for as long as it lives.
class DiagnosticCapture {
public:
  explicit DiagnosticCapture(MLIRContext *context);
  DiagnosticCapture(const DiagnosticCapture &) = delete;

  /// Throws what was captured.
  [[noreturn]] void fail(ErrorKind kind);
  /// Throws what was captured if `result` is a failure.
  void check(LogicalResult result, ErrorKind kind) {
    if (failed(result))
      fail(kind);
  }
  /// What was captured, for `warn`.
  std::vector<Report> take() { return std::move(reports); }

private:
  std::vector<Report> reports;
  std::thread::id thread;
  ScopedDiagnosticHandler handler;
};

/// Issues a Python warning for each warning in `reports`, which may raise.
/// Needs the GIL.
void warn(const std::vector<Report> &reports);

/// Makes nanobind raise a CompilerError as what it is in Python.
void registerCompilerError();

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_DIAGNOSTICS_H
