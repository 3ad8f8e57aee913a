//===- Diagnostics.cpp - Diagnostics as exceptions and warnings -----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Diagnostics.h"
#include "Scalars.h"

#include "mlir/IR/Location.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rasp::python;

//===----------------------------------------------------------------------===//
// Capture
//===----------------------------------------------------------------------===//

/// The place in a file that `loc` names first; of a call, that of the callee.
static std::optional<Report::Place> getPlace(Location loc) {
  auto range = loc->findInstanceOf<FileLineColRange>();
  if (!range)
    return std::nullopt;
  return Report::Place{range.getFilename().str(), range.getStartLine(),
                       range.getStartColumn()};
}

/// Adds a note for each call on the way to what `loc` names, the innermost
/// first.
static void addCallers(Location loc, std::vector<Report> &notes) {
  llvm::TypeSwitch<LocationAttr>(loc)
      .Case([&](CallSiteLoc call) {
        addCallers(call.getCallee(), notes);
        notes.push_back({DiagnosticSeverity::Note,
                         "called from here",
                         getPlace(call.getCaller()),
                         {}});
        addCallers(call.getCaller(), notes);
      })
      .Case([&](NameLoc name) { addCallers(name.getChildLoc(), notes); })
      .Case([&](FusedLoc fused) {
        if (!fused.getLocations().empty())
          addCallers(fused.getLocations().front(), notes);
      });
}

static Report detach(Diagnostic &diagnostic) {
  Report report{diagnostic.getSeverity(),
                diagnostic.str(),
                getPlace(diagnostic.getLocation()),
                {}};
  for (Diagnostic &note : diagnostic.getNotes()) {
    report.notes.push_back(detach(note));
    // What is at the same place need not tell again how it came there.
    if (note.getLocation() == diagnostic.getLocation())
      report.notes.back().notes.clear();
  }
  addCallers(diagnostic.getLocation(), report.notes);
  return report;
}

DiagnosticCapture::DiagnosticCapture(MLIRContext *context)
    : thread(std::this_thread::get_id()),
      handler(context, [this](Diagnostic &diagnostic) {
        // Another thread that uses the context has a capture of its own.
        if (std::this_thread::get_id() != thread)
          return failure();
        reports.push_back(detach(diagnostic));
        return success();
      }) {}

void DiagnosticCapture::fail(ErrorKind kind) {
  if (reports.empty())
    reports.push_back({DiagnosticSeverity::Error,
                       "the compiler failed and did not say why",
                       std::nullopt,
                       {}});
  throw CompilerError(kind, take());
}

//===----------------------------------------------------------------------===//
// In Python
//===----------------------------------------------------------------------===//

static const char *getSeverityName(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return "note";
  case DiagnosticSeverity::Warning:
    return "warning";
  case DiagnosticSeverity::Error:
    return "error";
  case DiagnosticSeverity::Remark:
    return "remark";
  }
  llvm_unreachable("a severity that is not listed");
}

static nb::tuple makeDiagnostics(const std::vector<Report> &reports,
                                 nb::handle errors) {
  nb::list diagnostics;
  for (const Report &report : reports) {
    nb::object place = nb::none();
    if (report.place)
      place = errors.attr("Location")(stringToPython(report.place->file),
                                      report.place->line, report.place->column);
    diagnostics.append(errors.attr("Diagnostic")(
        getSeverityName(report.severity), stringToPython(report.message), place,
        makeDiagnostics(report.notes, errors)));
  }
  return nb::tuple(diagnostics);
}

void mlir::rasp::python::warn(const std::vector<Report> &reports) {
  for (const Report &report : reports) {
    if (report.severity != DiagnosticSeverity::Warning)
      continue;
    nb::object errors = nb::module_::import_("rasp_mlir.errors");
    nb::object diagnostic = makeDiagnostics({report}, errors)[0];
    nb::module_::import_("warnings").attr("warn")(nb::str(diagnostic));
  }
}

static const char *getExceptionName(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::Parse:
    return "ParseError";
  case ErrorKind::Compilation:
    return "CompilationError";
  case ErrorKind::Evaluation:
    return "EvaluationError";
  }
  llvm_unreachable("a kind that is not listed");
}

void mlir::rasp::python::registerCompilerError() {
  nb::register_exception_translator([](const std::exception_ptr &pointer,
                                       void *) {
    try {
      std::rethrow_exception(pointer);
    } catch (const CompilerError &error) {
      nb::object errors = nb::module_::import_("rasp_mlir.errors");
      nb::object type = errors.attr(getExceptionName(error.getKind()));
      nb::object exception = type(makeDiagnostics(error.getReports(), errors));
      PyErr_SetObject(type.ptr(), exception.ptr());
    }
  });
}
