//===- LineReader.cpp - Lines that are typed or piped ---------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LineReader.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <cstdio>

using namespace mlir;
using namespace mlir::rasp;

/// The name or the command that the line ends in.
static StringRef getLastWord(StringRef text) {
  size_t begin = text.size();
  while (begin > 0 &&
         (llvm::isAlnum(text[begin - 1]) || text[begin - 1] == '_'))
    --begin;
  if (begin > 0 && text.take_front(begin).trim() == ":")
    --begin;
  return text.drop_front(begin);
}

LineReader::LineReader(Completer complete) {
  if (!llvm::sys::Process::StandardInIsUserInput())
    return;
  editor = std::make_unique<llvm::LineEditor>("rasp");
  editor->loadHistory();
  editor->setListCompleter([complete](StringRef buffer, size_t position) {
    StringRef text = buffer.take_front(position);
    StringRef word = getLastWord(text);
    std::vector<llvm::LineEditor::Completion> completions;
    for (const std::string &candidate : complete(text, word))
      if (StringRef(candidate).starts_with(word))
        completions.emplace_back(candidate.substr(word.size()), candidate);
    return completions;
  });
}

/// Set by Ctrl-C while a line is typed.
static std::atomic<bool> interrupted;

bool LineReader::wasInterrupted() const { return interrupted; }

std::optional<std::string> LineReader::read(StringRef prompt) {
  // What was answered so far is seen before the next line is typed or sent.
  llvm::outs().flush();
  if (editor) {
    editor->setPrompt(prompt.str());
    interrupted = false;
    llvm::sys::SetInterruptFunction([] { interrupted = true; });
    std::optional<std::string> line = editor->readLine();
    llvm::sys::SetInterruptFunction(nullptr);
    // Kept now: what is entered may take long, and be ended by Ctrl-C.
    if (line)
      editor->saveHistory();
    return line;
  }
  std::string line;
  int character;
  while ((character = std::fgetc(stdin)) != EOF && character != '\n')
    line += static_cast<char>(character);
  if (character == EOF && line.empty())
    return std::nullopt;
  return line;
}
