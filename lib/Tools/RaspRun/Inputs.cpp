//===- Inputs.cpp - Input sequences as text ---------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Inputs.h"

#include "rasp/Import/StaticValue.h"

#include "rasp/Reference/ScalarJSON.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"

#include <cmath>
#include <random>

using namespace mlir;
using namespace mlir::rasp;

LogicalResult mlir::rasp::reportError(const Twine &message) {
  llvm::WithColor::error() << message << "\n";
  return failure();
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

InputParser::InputParser(ArrayRef<Scalar> vocab, uint64_t maxSeqLen)
    : vocab(vocab.begin(), vocab.end()), maxSeqLen(maxSeqLen) {
  for (auto [index, token] : llvm::enumerate(vocab))
    byText.try_emplace(token.str(), index);
}

FailureOr<std::vector<InputParser::Word>>
InputParser::split(StringRef text, const Twine &origin) const {
  std::vector<Word> words;
  // A comma has a token on either side.
  bool expectToken = false;
  for (text = text.ltrim(); !text.empty(); text = text.ltrim()) {
    if (text.front() == ',') {
      if (words.empty() || expectToken)
        return reportError(origin + ": expected a token before ','");
      expectToken = true;
      text = text.drop_front();
      continue;
    }
    Word word;
    char first = text.front();
    if (first == '"' || first == '\'') {
      word.quoted = true;
      size_t position = 1;
      while (position < text.size() && text[position] != first) {
        if (text[position] == '\\' && position + 1 < text.size())
          ++position;
        word.text += text[position++];
      }
      if (position >= text.size())
        return reportError(origin + ": expected " + Twine(first) +
                           " at the end of the string " + text);
      text = text.drop_front(position + 1);
      if (!text.empty() && text.front() != ',' && !llvm::isSpace(text.front()))
        return reportError(origin +
                           ": expected ',' or a space after the string '" +
                           word.text + "'");
    } else {
      StringRef bare =
          text.take_until([](char c) { return c == ',' || llvm::isSpace(c); });
      word.text = bare.str();
      text = text.drop_front(bare.size());
    }
    words.push_back(std::move(word));
    expectToken = false;
  }
  if (expectToken)
    return reportError(origin + ": expected a token after ','");
  return words;
}

std::optional<Scalar> InputParser::findNumber(double number) const {
  if (std::isnan(number))
    return std::nullopt;
  Scalar wanted = Scalar::number(number);
  for (const Scalar &token : vocab)
    if (token == wanted)
      return token;
  return std::nullopt;
}

std::optional<Scalar> InputParser::find(const Word &word) const {
  auto it = byText.find(word.text);
  if (it != byText.end() && (!word.quoted || vocab[it->second].isString()))
    return vocab[it->second];
  // The same number written in another way.
  double number;
  if (!word.quoted && llvm::to_float(word.text, number))
    return findNumber(number);
  return std::nullopt;
}

std::optional<Scalar> InputParser::find(const llvm::json::Value &value) const {
  if (std::optional<StringRef> text = value.getAsString())
    return find(Word{text->str(), /*quoted=*/true});
  if (std::optional<bool> boolean = value.getAsBoolean()) {
    for (const Scalar &token : vocab)
      if (token.getKind() == Scalar::Kind::Bool && token.getBool() == *boolean)
        return token;
    return std::nullopt;
  }
  if (std::optional<double> number = value.getAsNumber())
    return findNumber(*number);
  return std::nullopt;
}

LogicalResult InputParser::reportUnknown(StringRef token,
                                         const Twine &origin) const {
  std::string message;
  llvm::raw_string_ostream os(message);
  os << "unknown token '" << token << "'; the vocabulary is ";
  constexpr size_t maxShown = 20;
  llvm::interleaveComma(ArrayRef<Scalar>(vocab).take_front(maxShown), os);
  if (vocab.size() > maxShown)
    os << ", ... (" << vocab.size() << " tokens)";
  return reportError(origin + ": " + message);
}

LogicalResult InputParser::add(Sequence tokens, const Twine &origin,
                               std::vector<Sequence> &inputs) const {
  if (tokens.empty())
    return reportError(origin +
                       ": the input is empty; expected at least one token");
  if (tokens.size() > maxSeqLen)
    return reportError(origin + ": the input has " + Twine(tokens.size()) +
                       " tokens, and the program takes at most " +
                       Twine(maxSeqLen));
  inputs.push_back(std::move(tokens));
  return success();
}

LogicalResult InputParser::parse(StringRef text, const Twine &origin,
                                 std::vector<Sequence> &inputs) const {
  Sequence tokens;
  text = text.trim();
  if (text.starts_with("[")) {
    llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
    if (!value)
      return reportError(origin + ": expected a JSON array: " +
                         llvm::toString(value.takeError()));
    if (!value->getAsArray())
      return reportError(origin + ": expected a JSON array");
    for (const llvm::json::Value &element : *value->getAsArray()) {
      std::optional<Scalar> token = find(element);
      if (!token)
        return reportUnknown(llvm::formatv("{0}", element).str(), origin);
      tokens.push_back(*token);
    }
    return add(std::move(tokens), origin, inputs);
  }
  FailureOr<std::vector<Word>> words = split(text, origin);
  if (failed(words))
    return failure();
  for (const Word &word : *words) {
    std::optional<Scalar> token = find(word);
    if (!token && words->size() == 1)
      if (std::optional<Sequence> characters = findCharacters(word.text))
        return add(std::move(*characters), origin, inputs);
    if (!token)
      return reportUnknown(word.text, origin);
    tokens.push_back(*token);
  }
  return add(std::move(tokens), origin, inputs);
}

std::optional<Sequence> InputParser::findCharacters(StringRef text) const {
  Sequence tokens;
  for (StringRef character : frontend::getCharacters(text)) {
    std::optional<Scalar> token = find(Word{character.str(), /*quoted=*/true});
    if (!token)
      return std::nullopt;
    tokens.push_back(*token);
  }
  return tokens;
}

LogicalResult InputParser::parseFile(StringRef name,
                                     std::vector<Sequence> &inputs) const {
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> buffer =
      llvm::MemoryBuffer::getFileOrSTDIN(name, /*IsText=*/true);
  if (!buffer)
    return reportError("cannot read the inputs '" + name +
                       "': " + buffer.getError().message());
  StringRef origin = name == "-" ? "<stdin>" : name;
  for (llvm::line_iterator line(**buffer, /*SkipBlanks=*/false);
       !line.is_at_end(); ++line) {
    // Blank lines may set inputs apart.
    if (line->trim().empty())
      continue;
    if (failed(parse(*line, origin + ":" + Twine(line.line_number()), inputs)))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Making
//===----------------------------------------------------------------------===//

bool InputParser::addAll(uint64_t maxLength, uint64_t limit,
                         std::vector<Sequence> &inputs) const {
  uint64_t count = 0;
  for (uint64_t length = 1; length <= std::min(maxLength, maxSeqLen);
       ++length) {
    SmallVector<size_t> indices(length, 0);
    for (bool done = false; !done;) {
      if (count++ == limit)
        return false;
      Sequence &sequence = inputs.emplace_back();
      for (size_t index : indices)
        sequence.push_back(vocab[index]);
      // Counts up, the last token varying fastest.
      done = true;
      for (size_t &index : llvm::reverse(indices)) {
        if (++index < vocab.size()) {
          done = false;
          break;
        }
        index = 0;
      }
    }
  }
  return true;
}

void InputParser::addRandom(uint64_t count, uint64_t seed,
                            std::vector<Sequence> &inputs) const {
  // The distributions of the standard library differ between libraries.
  std::mt19937_64 generator(seed);
  for (uint64_t index = 0; index < count; ++index) {
    uint64_t length = 1 + generator() % maxSeqLen;
    Sequence &sequence = inputs.emplace_back();
    for (uint64_t position = 0; position < length; ++position)
      sequence.push_back(vocab[generator() % vocab.size()]);
  }
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// Whether `text` would not be read back as the string that it is.
static bool needsQuotes(StringRef text) {
  double number;
  return text.empty() || text.starts_with("[") || text == "none" ||
         text == "true" || text == "false" || text == "->" ||
         llvm::to_float(text, number) || llvm::any_of(text, [](char c) {
           return llvm::isSpace(c) || c == ',' || c == '"' || c == '\'';
         });
}

std::string mlir::rasp::formatText(const Scalar &value, bool isRounded) {
  std::string result;
  llvm::raw_string_ostream os(result);
  if (value.isString() && needsQuotes(value.getString())) {
    os << '"';
    for (char c : value.getString()) {
      if (c == '"' || c == '\\')
        os << '\\';
      os << c;
    }
    os << '"';
  } else if (value.getKind() == Scalar::Kind::Number && isRounded) {
    double number = value.getDouble();
    double nearest = std::nearbyint(number);
    if (std::abs(number - nearest) <= 1e-6 * std::max(1.0, std::abs(nearest)) &&
        std::abs(nearest) < 1e15)
      os << static_cast<int64_t>(nearest);
    else
      os << llvm::format("%.6g", number);
  } else {
    os << value;
  }
  return result;
}

std::string mlir::rasp::formatText(ArrayRef<Scalar> sequence, bool isRounded) {
  std::string result;
  llvm::raw_string_ostream os(result);
  llvm::interleave(
      sequence, os,
      [&](const Scalar &value) { os << formatText(value, isRounded); }, " ");
  return result;
}

llvm::json::Array mlir::rasp::formatJSON(ArrayRef<Scalar> sequence) {
  llvm::json::Array result;
  for (const Scalar &value : sequence)
    result.push_back(toJSON(value));
  return result;
}
