//===- ProgramSettings.h - What a RASP file is compiled for -----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_IMPORT_PROGRAMSETTINGS_H
#define RASP_IMPORT_PROGRAMSETTINGS_H

#include "rasp/Import/ProgramLowering.h"
#include "rasp/Import/RaspImport.h"
#include "rasp/Import/Session.h"

namespace mlir::rasp::frontend {

/// Settings from the comments of a file and from options, which come first.
class ProgramSettings {
public:
  ProgramSettings(Session &session, unsigned buffer,
                  const ImportOptions &options)
      : session(session), files(session.getFiles()), buffer(buffer),
        options(options) {}

  /// The names of all settings.
  static ArrayRef<StringRef> getNames();

  /// Reads the settings in the comments at the top of the file.
  LogicalResult readComments() { return readComments(buffer); }
  /// Reads those at the top of another buffer, which replace others of the same
  /// name. Nothing changes if one is not right.
  LogicalResult update(unsigned newer);

  /// Whether one of them was read from the buffer.
  bool areFrom(unsigned other) const;
  /// Undoes what has changed since `other` was copied.
  void restore(const ProgramSettings &other) { settings = other.settings; }

  /// What the program is compiled for, with an error for each setting that is
  /// wrong, or missing where there are no `defaults` for it.
  FailureOr<ProgramContract>
  getContract(const ProgramContract *defaults = nullptr);

  /// The s-op that the program computes, once its statements were evaluated.
  FailureOr<Node *> getOutput();

private:
  struct Setting {
    Binding name;
    const Expr *value = nullptr;
  };

  LogicalResult readComments(unsigned from);
  LogicalResult readComment(StringRef text);
  const Expr *parseOption(StringRef text, StringRef name);
  const Setting *find(StringRef name) const;
  /// The value of a setting, an unknown one if it is not given.
  FailureOr<StaticValue> evaluate(StringRef name);
  LogicalResult getText(StringRef name, std::string &text);
  LogicalResult getVocab(std::vector<Scalar> &vocab,
                         const ProgramContract *defaults);
  LogicalResult getMaxSeqLen(uint64_t &maxSeqLen,
                             const ProgramContract *defaults);
  LogicalResult getOutputKind(std::string &kind);
  LogicalResult getCausal(bool &causal);
  FailureOr<std::vector<Scalar>> getTokens(const StaticValue &value, SMLoc loc);
  SMLoc getStart() const;

  Session &session;
  SourceFiles &files;
  unsigned buffer;
  const ImportOptions &options;
  std::vector<Setting> settings;
};

} // namespace mlir::rasp::frontend

#endif // RASP_IMPORT_PROGRAMSETTINGS_H
