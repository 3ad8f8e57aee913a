//===- LineReader.cpp - Lines that are typed or piped ---------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LineReader.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <clocale>
#include <csignal>
#include <cstdio>
#include <histedit.h>

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

//===----------------------------------------------------------------------===//
// Editor
//===----------------------------------------------------------------------===//

/// libedit on a terminal, with Ctrl-C a key like any other. (llvm::LineEditor
/// leaves it to a signal, after which libedit goes on reading.)
class LineReader::Editor {
public:
  explicit Editor(Completer complete);
  ~Editor();

  std::optional<std::string> read(StringRef newPrompt);
  bool wasInterrupted() const { return interrupted; }

private:
  static Editor &get(EditLine *line);
  static unsigned char completeWord(EditLine *line, int);
  static unsigned char interrupt(EditLine *line, int);
  static unsigned char suspend(EditLine *line, int);
  void changeHistory(int operation, const char *argument);

  Completer complete;
  EditLine *line;
  History *history;
  SmallString<64> historyPath;
  std::string prompt;
  bool interrupted = false;
};

LineReader::Editor::Editor(Completer complete) : complete(std::move(complete)) {
  // What is typed is UTF-8 also where no language is set.
  const char *locale = std::setlocale(LC_CTYPE, "");
  if (!locale || StringRef(locale) == "C" || StringRef(locale) == "POSIX")
    std::setlocale(LC_CTYPE, "C.UTF-8");

  line = el_init("rasp", stdin, stdout, stderr);
  el_set(line, EL_CLIENTDATA, this);
  el_set(
      line, EL_PROMPT, +[](EditLine *line) {
        return const_cast<char *>(get(line).prompt.c_str());
      });
  el_set(line, EL_EDITOR, "emacs");
  // libedit's own handlers set the terminal right when it is resized, when the
  // session is stopped and goes on, and when it is ended.
  el_set(line, EL_SIGNAL, 1);

  el_set(line, EL_ADDFN, "rasp-complete", "Complete the word", completeWord);
  el_set(line, EL_BIND, "\t", "rasp-complete", nullptr);
  el_set(line, EL_ADDFN, "rasp-interrupt", "Give the line up", interrupt);
  el_set(line, EL_BIND, "\x03", "rasp-interrupt", nullptr);
  el_set(line, EL_ADDFN, "rasp-suspend", "Stop the session", suspend);
  el_set(line, EL_BIND, "\x1a", "rasp-suspend", nullptr);
  el_set(line, EL_SETTY, "-d", "-isig", nullptr);
  el_set(line, EL_BIND, "\x12", "em-inc-search-prev", nullptr);

  history = history_init();
  HistEvent event;
  ::history(history, &event, H_SETSIZE, 1000);
  ::history(history, &event, H_SETUNIQUE, 1);
  el_set(line, EL_HIST, ::history, history);
  if (llvm::sys::path::home_directory(historyPath)) {
    llvm::sys::path::append(historyPath, ".rasp-history");
    changeHistory(H_LOAD, historyPath.c_str());
  }
}

LineReader::Editor::~Editor() {
  history_end(history);
  el_end(line);
}

LineReader::Editor &LineReader::Editor::get(EditLine *line) {
  Editor *editor = nullptr;
  el_get(line, EL_CLIENTDATA, &editor);
  return *editor;
}

void LineReader::Editor::changeHistory(int operation, const char *argument) {
  HistEvent event;
  ::history(history, &event, operation, argument);
}

std::optional<std::string> LineReader::Editor::read(StringRef newPrompt) {
  prompt = newPrompt.str();
  interrupted = false;
  // Before the prompt, which libedit itself would show first: whoever sees it
  // may type keys that a terminal takes for signals.
  el_set(line, EL_PREP_TERM, 1);
  int length = 0;
  const char *text = el_gets(line, &length);
  if (!text || length <= 0)
    return std::nullopt;
  StringRef typed = StringRef(text, length).rtrim("\n");
  if (!typed.trim().empty()) {
    changeHistory(H_ENTER, typed.str().c_str());
    // Kept now: what is entered may take long, and be ended by Ctrl-C.
    if (!historyPath.empty())
      changeHistory(H_SAVE, historyPath.c_str());
  }
  return typed.str();
}

unsigned char LineReader::Editor::interrupt(EditLine *line, int) {
  get(line).interrupted = true;
  return CC_EOF;
}

unsigned char LineReader::Editor::suspend(EditLine *, int) {
  std::raise(SIGTSTP);
  return CC_NORM;
}

unsigned char LineReader::Editor::completeWord(EditLine *line, int) {
  const LineInfo *info = el_line(line);
  StringRef text(info->buffer, info->cursor - info->buffer);
  StringRef word = getLastWord(text);
  std::vector<std::string> candidates = get(line).complete(text, word);
  llvm::erase_if(candidates, [&](StringRef candidate) {
    return !candidate.starts_with(word);
  });
  if (candidates.empty())
    return CC_REFRESH_BEEP;

  StringRef common = candidates.front();
  for (StringRef candidate : candidates) {
    size_t length = 0;
    while (length < std::min(common.size(), candidate.size()) &&
           common[length] == candidate[length])
      ++length;
    common = common.take_front(length);
  }
  if (common.size() > word.size()) {
    el_insertstr(line, common.drop_front(word.size()).str().c_str());
    return CC_REFRESH;
  }
  if (candidates.size() == 1)
    return CC_NORM;
  // Several: they are shown, and the line once more below them.
  llvm::outs() << '\n';
  for (StringRef candidate : candidates)
    llvm::outs() << candidate << '\n';
  llvm::outs().flush();
  return CC_REDISPLAY;
}

//===----------------------------------------------------------------------===//
// LineReader
//===----------------------------------------------------------------------===//

LineReader::LineReader(Completer complete) {
  if (llvm::sys::Process::StandardInIsUserInput())
    editor = std::make_unique<Editor>(std::move(complete));
}

LineReader::~LineReader() = default;

bool LineReader::wasInterrupted() const {
  return editor && editor->wasInterrupted();
}

std::optional<std::string> LineReader::read(StringRef prompt) {
  // What was answered so far is seen before the next line is typed or sent.
  llvm::outs().flush();
  if (editor)
    return editor->read(prompt);
  std::string line;
  int character;
  while ((character = std::fgetc(stdin)) != EOF && character != '\n')
    line += static_cast<char>(character);
  if (character == EOF && line.empty())
    return std::nullopt;
  return line;
}
