//===- Inputs.h - Input sequences as text -----------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPRUN_INPUTS_H
#define RASP_LIB_TOOLS_RASPRUN_INPUTS_H

#include "rasp/Reference/EvaluationValue.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"

#include <string>
#include <vector>

namespace mlir::rasp {

/// The tokens that a program takes, and what it says of an input.
class InputParser {
public:
  InputParser(ArrayRef<Scalar> vocab, uint64_t maxSeqLen);

  /// Appends the sequence that `text` stands for: tokens between commas or
  /// spaces, strings bare or in quotes, or a JSON array. A word that is no
  /// token stands for its characters, where these are tokens. Prints an error
  /// that begins with `origin` and fails if it is none, or no input of the
  /// program.
  LogicalResult parse(StringRef text, const Twine &origin,
                      std::vector<Sequence> &inputs) const;
  /// Appends the sequences in the file `name`, one a line; "-" is the standard
  /// input.
  LogicalResult parseFile(StringRef name, std::vector<Sequence> &inputs) const;

  /// Appends all sequences of 1 to `maxLength` tokens, the shortest first, as
  /// long as there are fewer than `limit`. Returns false if it left some out.
  bool addAll(uint64_t maxLength, uint64_t limit,
              std::vector<Sequence> &inputs) const;
  /// Appends `count` random sequences, of any length with equal probability.
  /// The same seed gives the same sequences everywhere.
  void addRandom(uint64_t count, uint64_t seed,
                 std::vector<Sequence> &inputs) const;

private:
  /// A token as it was written, and whether it stood in quotes.
  struct Word {
    std::string text;
    bool quoted = false;
  };
  FailureOr<std::vector<Word>> split(StringRef text, const Twine &origin) const;
  std::optional<Scalar> find(const Word &word) const;
  std::optional<Sequence> findCharacters(StringRef text) const;
  std::optional<Scalar> find(const llvm::json::Value &value) const;
  std::optional<Scalar> findNumber(double number) const;
  LogicalResult add(Sequence tokens, const Twine &origin,
                    std::vector<Sequence> &inputs) const;
  LogicalResult reportUnknown(StringRef token, const Twine &origin) const;

  std::vector<Scalar> vocab;
  uint64_t maxSeqLen;
  /// From the text of a token to its index in the vocabulary.
  llvm::StringMap<size_t> byText;
};

/// Prints "error: " and `message` to the standard error, and fails.
LogicalResult reportError(const Twine &message);

/// `value` as it stands in a line of text: a string that could be misread, in
/// quotes; a number that was computed in floating point, to six digits.
std::string formatText(const Scalar &value, bool isRounded = false);
std::string formatText(ArrayRef<Scalar> sequence, bool isRounded = false);
llvm::json::Array formatJSON(ArrayRef<Scalar> sequence);

} // namespace mlir::rasp

#endif // RASP_LIB_TOOLS_RASPRUN_INPUTS_H
