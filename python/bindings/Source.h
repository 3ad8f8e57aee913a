//===- Source.h - RASP source in Python ------------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_PYTHON_BINDINGS_SOURCE_H
#define RASP_PYTHON_BINDINGS_SOURCE_H

#include "BackgroundWork.h"
#include "Scalars.h"
#include "Storage.h"

#include "rasp/Import/ProgramSettings.h"

#include "llvm/Support/SourceMgr.h"

#include <mutex>
#include <variant>

namespace mlir::rasp::python {

/// A file of RASP source that was read. Nodes and functions of it are valid as
/// long as it lives, and never change.
struct Source {
  Source(ImportOptions importOptions, StringRef text, StringRef filename)
      : options(std::move(importOptions)),
        files(sources, &storage->context, options.searchPaths),
        buffer(files.addText(text, filename)), session(files),
        settings(session, buffer, options) {}

  std::timed_mutex mutex;
  std::shared_ptr<Storage> storage = std::make_shared<Storage>();
  ImportOptions options;
  llvm::SourceMgr sources;
  frontend::SourceFiles files;
  unsigned buffer;
  frontend::Session session;
  frontend::ProgramSettings settings;
  /// What the settings say; no tokens and no length where they do not.
  frontend::ProgramContract contract;
};
using SharedSource = std::shared_ptr<Source>;

/// An s-op or a selector of a file.
struct SourceNode {
  SharedSource source;
  frontend::Node *node;
};

struct SourceFunction {
  SharedSource source;
  const frontend::FunctionValue *function;
};

/// A value of the file, or one that it is given, without the GIL.
struct DetachedValue {
  std::variant<DetachedScalar, frontend::Node *,
               const frontend::FunctionValue *, std::vector<DetachedValue>,
               std::vector<std::pair<DetachedScalar, DetachedValue>>>
      data;
};

/// Locks a source, and looks for signals while another thread works with it. No
/// object may be made under the lock: the garbage collector could run what
/// wants it too.
std::unique_lock<std::timed_mutex> lock(Source &source);

/// A source that a task works with. Ends its statements when nobody waits for
/// the task any more.
class BusySource {
public:
  BusySource(Source &source, Task &task)
      : source(source), locked(source.mutex),
        capture(&source.storage->context) {
    source.session.setInterruptCheck([&task] { return task.isCancelled(); });
  }
  ~BusySource() { source.session.setInterruptCheck(nullptr); }

  DiagnosticCapture &getCapture() { return capture; }

private:
  Source &source;
  std::unique_lock<std::timed_mutex> locked;
  DiagnosticCapture capture;
};

/// Objects for a value of `source`. A list or a dict that occurs several times
/// is one object: there may be more occurrences than can be counted.
nb::object toPython(const SharedSource &source,
                    const frontend::StaticValue &value);

/// What a function of `source` is given. Raises TypeError for what is no value
/// of RASP, and ValueError for what belongs to another file or is too large.
DetachedValue valueFromPython(const Source &source, nb::handle object,
                              const Place &place);

/// The value of `source` that was detached; the caller works with it.
frontend::StaticValue attach(Source &source, const DetachedValue &value);

} // namespace mlir::rasp::python

#endif // RASP_PYTHON_BINDINGS_SOURCE_H
