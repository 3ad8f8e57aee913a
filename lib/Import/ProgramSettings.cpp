//===- ProgramSettings.cpp - What a RASP file is compiled for -------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/ProgramSettings.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <set>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

static constexpr StringRef settingNames[] = {"vocab",  "max_seq_len", "causal",
                                             "output", "output_kind", "name",
                                             "bos",    "pad"};

/// The longest input that the dialect has programs for.
static constexpr uint64_t greatestMaxSeqLen = 65536;

ArrayRef<StringRef> ProgramSettings::getNames() { return settingNames; }

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

SMLoc ProgramSettings::getStart() const {
  return SMLoc::getFromPointer(files.getText(buffer).begin());
}

LogicalResult ProgramSettings::update(unsigned newer) {
  std::vector<Setting> older;
  std::swap(settings, older);
  if (failed(readComments(newer))) {
    settings = std::move(older);
    return failure();
  }
  for (const Setting &setting : older)
    if (!find(setting.name.name))
      settings.push_back(setting);
  return success();
}

LogicalResult ProgramSettings::readComments(unsigned from) {
  bool hasFailed = false, isTop = true;
  StringRef rest = files.getText(from);
  while (!rest.empty()) {
    StringRef line = rest.take_until([](char c) { return c == '\n'; });
    rest = rest.drop_front(std::min(rest.size(), line.size() + 1));
    line = line.trim();
    if (line.empty())
      continue;
    if (!line.consume_front("#")) {
      isTop = false;
      continue;
    }
    line = line.ltrim();
    SMLoc start = SMLoc::getFromPointer(line.begin());
    if (!line.consume_front("rasp:"))
      continue;
    if (isTop)
      hasFailed |= failed(readComment(line));
    else
      files.emitWarning(start) << "settings after the first statement are not "
                                  "read; move them to the top of the file";
  }
  return failure(hasFailed);
}

LogicalResult ProgramSettings::readComment(StringRef text) {
  auto read = Parser(files, session.getAST(), text).parseSettings();
  if (!read)
    return failure();
  bool hasFailed = false;
  for (auto [name, value] : *read) {
    if (!is_contained(settingNames, name.name)) {
      InFlightDiagnostic error = files.emitError(name.range.Start);
      error << "there is no setting called '" << name.name << "'; ";
      if (auto similar = findSimilarName(name.name, settingNames))
        error << "did you mean '" << *similar << "'?";
      else
        error << "there are " << llvm::join(ArrayRef(settingNames), ", ");
      hasFailed = true;
    } else if (find(name.name)) {
      files.emitError(name.range.Start)
          << "'" << name.name << "' is set a second time";
      hasFailed = true;
    } else {
      settings.push_back({name, value});
    }
  }
  return failure(hasFailed);
}

bool ProgramSettings::areFrom(unsigned other) const {
  return llvm::any_of(settings, [&](const Setting &setting) {
    return files.getBufferOf(setting.name.range.Start) == other;
  });
}

const ProgramSettings::Setting *ProgramSettings::find(StringRef name) const {
  for (const Setting &setting : settings)
    if (setting.name.name == name)
      return &setting;
  return nullptr;
}

/// The expression in an option, or null after an error.
const Expr *ProgramSettings::parseOption(StringRef text, StringRef name) {
  unsigned option = files.addText(text, "<" + name.str() + ">");
  return Parser(files, session.getAST(), files.getText(option))
      .parseWholeExpression();
}

FailureOr<StaticValue> ProgramSettings::evaluate(StringRef name) {
  const Setting *setting = find(name);
  if (!setting)
    return StaticValue();
  return session.evaluate(setting->value, session.getGlobals());
}

//===----------------------------------------------------------------------===//
// The contract
//===----------------------------------------------------------------------===//

FailureOr<ProgramContract>
ProgramSettings::getContract(const ProgramContract *defaults) {
  ProgramContract contract;
  StringRef stem = llvm::sys::path::stem(files.getName(buffer));
  if (!stem.empty() && (llvm::isAlpha(stem.front()) || stem.front() == '_')) {
    contract.name = stem;
    for (char &c : contract.name)
      if (!llvm::isAlnum(c))
        c = '_';
  }
  bool hasFailed = failed(getText("name", contract.name));
  if (!options.name.empty())
    contract.name = options.name;
  hasFailed |= failed(getText("bos", contract.bos));
  hasFailed |= failed(getText("pad", contract.pad));
  hasFailed |= failed(getOutputKind(contract.outputKind));
  hasFailed |= failed(getCausal(contract.causal));
  hasFailed |= failed(getMaxSeqLen(contract.maxSeqLen, defaults));
  hasFailed |= failed(getVocab(contract.vocab, defaults));
  if (hasFailed)
    return failure();
  return contract;
}

LogicalResult ProgramSettings::getText(StringRef name, std::string &text) {
  FailureOr<StaticValue> value = evaluate(name);
  if (failed(value) || value->isUnknown())
    return failure(failed(value));
  const Scalar *atom = value->getAtom();
  if (!atom || !atom->isString() || atom->getString().empty())
    return files.emitError(find(name)->value->getLoc())
           << "expected a string as " << name << ", found " << describe(*value);
  text = atom->getString();
  return success();
}

LogicalResult ProgramSettings::getOutputKind(std::string &kind) {
  kind = options.outputKind;
  if (kind.empty() && failed(getText("output_kind", kind)))
    return failure();
  if (kind.empty() || kind == "categorical" || kind == "numerical")
    return success();
  SMLoc loc = options.outputKind.empty() ? find("output_kind")->value->getLoc()
                                         : getStart();
  return files.emitError(loc) << "expected \"categorical\" or \"numerical\" as "
                                 "the kind of the output, found \""
                              << kind << '"';
}

LogicalResult ProgramSettings::getCausal(bool &causal) {
  if (options.causal) {
    causal = *options.causal;
    return success();
  }
  FailureOr<StaticValue> value = evaluate("causal");
  if (failed(value) || value->isUnknown())
    return failure(failed(value));
  const Scalar *atom = value->getAtom();
  if (!atom || atom->getKind() != Scalar::Kind::Bool)
    return files.emitError(find("causal")->value->getLoc())
           << "expected True or False as causal, found " << describe(*value);
  causal = atom->getBool();
  return success();
}

LogicalResult ProgramSettings::getMaxSeqLen(uint64_t &maxSeqLen,
                                            const ProgramContract *defaults) {
  auto isValid = [](int64_t length) {
    return length >= 1 && uint64_t(length) <= greatestMaxSeqLen;
  };
  if (options.maxSeqLen) {
    maxSeqLen = *options.maxSeqLen;
    if (maxSeqLen >= 1 && maxSeqLen <= greatestMaxSeqLen)
      return success();
    return files.emitError(getStart())
           << "expected an integer from 1 to " << greatestMaxSeqLen
           << " as the greatest length of an input, found " << maxSeqLen;
  }
  FailureOr<StaticValue> value = evaluate("max_seq_len");
  if (failed(value))
    return failure();
  if (value->isUnknown() && defaults) {
    maxSeqLen = defaults->maxSeqLen;
    return success();
  }
  if (value->isUnknown())
    return files.emitError(getStart())
           << "the greatest length of an input is missing; give it by "
              "--max-seq-len, or begin the file with a comment such as '# "
              "rasp: max_seq_len = 10'";
  const Scalar *atom = value->getAtom();
  if (!atom || atom->getKind() != Scalar::Kind::Integer ||
      !isValid(atom->getInteger()))
    return files.emitError(find("max_seq_len")->value->getLoc())
           << "expected an integer from 1 to " << greatestMaxSeqLen
           << " as max_seq_len, found " << describe(*value);
  maxSeqLen = atom->getInteger();
  return success();
}

FailureOr<std::vector<Scalar>>
ProgramSettings::getTokens(const StaticValue &value, SMLoc loc) {
  MLIRContext *context = session.getContext();
  std::vector<Scalar> tokens;
  const Scalar *atom = value.getAtom();
  if (const ListValue *list = value.getList()) {
    for (const StaticValue &element : list->elements) {
      if (!element.getAtom())
        return files.emitError(loc)
               << "expected numbers or strings in the vocabulary, found "
               << describe(element);
      tokens.push_back(*element.getAtom());
    }
  } else if (atom && atom->isString()) {
    for (StringRef character : getCharacters(atom->getString()))
      tokens.push_back(Scalar::string(StringAttr::get(context, character)));
  } else {
    return files.emitError(loc)
           << "expected a list or a string as the vocabulary, found "
           << describe(value);
  }
  if (tokens.empty())
    return files.emitError(loc)
           << "expected at least one token in the vocabulary, found none";
  std::set<Scalar> known;
  for (const Scalar &token : tokens) {
    if (token.isString() != tokens.front().isString())
      return files.emitError(loc)
             << "expected tokens of one kind in the vocabulary, found "
             << describe(StaticValue(tokens.front())) << " and "
             << describe(StaticValue(token));
    if (!known.insert(token).second)
      return files.emitError(loc) << "expected tokens that differ in the "
                                     "vocabulary, found twice "
                                  << describe(StaticValue(token));
  }
  return tokens;
}

LogicalResult ProgramSettings::getVocab(std::vector<Scalar> &vocab,
                                        const ProgramContract *defaults) {
  FailureOr<StaticValue> value;
  SMLoc loc = getStart();
  StringRef text = StringRef(options.vocab).trim();
  if (!text.empty()) {
    std::string written = text.str();
    if (!text.starts_with("[") && !text.starts_with("\"") &&
        !text.starts_with("range(")) {
      // Tokens between commas: a list without its punctuation.
      SmallVector<StringRef> words;
      text.split(words, ',');
      bool areIntegers = llvm::all_of(words, [](StringRef word) {
        int64_t number;
        return !word.trim().getAsInteger(10, number);
      });
      written = "[";
      for (StringRef word : words)
        written += areIntegers ? (word.trim() + ",").str()
                               : ("\"" + word.trim() + "\",").str();
      written.back() = ']';
    }
    const Expr *expr = parseOption(written, "--vocab");
    if (!expr)
      return failure();
    loc = expr->getLoc();
    value = session.evaluate(expr, session.getGlobals());
  } else {
    value = evaluate("vocab");
    if (const Setting *setting = find("vocab"))
      loc = setting->value->getLoc();
  }
  if (failed(value))
    return failure();
  if (value->isUnknown() && defaults) {
    vocab = defaults->vocab;
    return success();
  }
  if (value->isUnknown())
    return files.emitError(loc)
           << "the vocabulary is missing; give it by --vocab, or begin the "
              "file with a comment such as '# rasp: vocab = [\"a\", \"b\"]'";
  FailureOr<std::vector<Scalar>> tokens = getTokens(*value, loc);
  if (failed(tokens))
    return failure();
  vocab = std::move(*tokens);
  return success();
}

//===----------------------------------------------------------------------===//
// The output
//===----------------------------------------------------------------------===//

FailureOr<Node *> ProgramSettings::getOutput() {
  const Expr *expr = nullptr;
  if (!options.output.empty()) {
    expr = parseOption(options.output, "--output");
    if (!expr)
      return failure();
  } else if (const Setting *setting = find("output")) {
    expr = setting->value;
  }
  if (expr) {
    FailureOr<StaticValue> value = session.evaluate(expr, session.getGlobals());
    if (failed(value))
      return failure();
    if (Node *sop = value->getSOp())
      return sop;
    return files.emitError(expr->getLoc())
           << "expected an s-op as the output, found " << describe(*value);
  }
  if (Node *sop = session.getLastSOp())
    return sop;
  return files.emitError(getStart())
         << "the file assigns no s-op that could be the output; assign one, or "
            "name one by --output or '# rasp: output = ...'";
}
