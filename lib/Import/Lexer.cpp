//===- Lexer.cpp - The tokens of RASP source ------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/Lexer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::rasp::frontend;

using Kind = Token::Kind;

static constexpr StringLiteral digits = "0123456789";

/// Keywords, of which those that end in a parenthesis include it.
static constexpr std::pair<StringLiteral, Kind> words[] = {
    {"and", Kind::And},
    {"def", Kind::Def},
    {"draw", Kind::Draw},
    {"else", Kind::Else},
    {"for", Kind::For},
    {"if", Kind::If},
    {"in", Kind::In},
    {"indicator", Kind::Indicator},
    {"load", Kind::Load},
    {"not", Kind::Not},
    {"or", Kind::Or},
    {"return", Kind::Return},
    {"round", Kind::Round},
    {"aggregate(", Kind::AggregateParen},
    {"len(", Kind::LenParen},
    {"range(", Kind::RangeParen},
    {"select(", Kind::SelectParen},
    {"zip(", Kind::ZipParen},
};

/// The longer ones first.
static constexpr std::pair<StringLiteral, Kind> symbols[] = {
    {"==", Kind::Equal},      {"!=", Kind::NotEqual},
    {"<=", Kind::LessEqual},  {">=", Kind::GreaterEqual},
    {"(", Kind::LeftParen},   {")", Kind::RightParen},
    {"[", Kind::LeftBracket}, {"]", Kind::RightBracket},
    {"{", Kind::LeftBrace},   {"}", Kind::RightBrace},
    {",", Kind::Comma},       {":", Kind::Colon},
    {";", Kind::Semicolon},   {"=", Kind::Assign},
    {"+", Kind::Plus},        {"-", Kind::Minus},
    {"*", Kind::Times},       {"/", Kind::Divide},
    {"%", Kind::Modulo},      {"^", Kind::Power},
    {"<", Kind::Less},        {">", Kind::Greater},
};

std::vector<StringRef> mlir::rasp::frontend::getKeywords() {
  std::vector<StringRef> keywords;
  for (const auto &[word, kind] : words)
    keywords.push_back(word);
  return keywords;
}

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

std::string mlir::rasp::frontend::describe(Token::Kind kind) {
  switch (kind) {
  case Kind::End:
    return "the end of the text";
  case Kind::Invalid:
    return "no token";
  case Kind::Name:
    return "a name";
  case Kind::Integer:
  case Kind::Float:
    return "a number";
  case Kind::String:
    return "a string";
  default:
    break;
  }
  for (const auto &[text, known] : words)
    if (known == kind)
      return ("'" + text + "'").str();
  for (const auto &[text, known] : symbols)
    if (known == kind)
      return ("'" + text + "'").str();
  llvm_unreachable("unknown kind of token");
}

std::string mlir::rasp::frontend::describe(const Token &token) {
  switch (token.kind) {
  case Kind::Name:
    return ("the name '" + token.text + "'").str();
  case Kind::Integer:
  case Kind::Float:
    return ("the number " + token.text).str();
  case Kind::String:
    return ("the string " + token.text).str();
  default:
    return describe(token.kind);
  }
}

std::string mlir::rasp::frontend::getLexicalError(const Token &token) {
  assert(token.is(Kind::Invalid));
  char first = token.text.front();
  if (first == '"')
    return "expected '\"' at the end of the string, before the end of the "
           "line; a string has no escapes";
  if (first == '\'')
    return "expected a string in double quotes, found a single quote";
  if (first == '!')
    return "expected '!=', or 'not' for a negation, found '!'";
  if (first == '&' || first == '|')
    return ("expected '" + Twine(first == '&' ? "and" : "or") + "', found '" +
            Twine(first) + "'")
        .str();
  if (first == '.' || llvm::isDigit(first))
    return "expected digits on both sides of the point of a number";
  std::string shown;
  llvm::raw_string_ostream os(shown);
  llvm::printEscapedString(token.text, os);
  return "expected RASP source, found the character '" + shown + "'";
}

//===----------------------------------------------------------------------===//
// Lexer
//===----------------------------------------------------------------------===//

Token Lexer::make(Token::Kind kind, size_t size) {
  Token token{kind, rest.take_front(size)};
  rest = rest.drop_front(size);
  return token;
}

Token Lexer::lex() {
  rest = rest.ltrim(" \t\r\n");
  while (rest.starts_with("#"))
    rest = rest.drop_until([](char c) { return c == '\n' || c == '\r'; })
               .ltrim(" \t\r\n");
  if (rest.empty())
    return make(Kind::End, 0);

  char first = rest.front();
  if (llvm::isDigit(first))
    return lexNumber();
  if (first == '"')
    return lexString();
  if (llvm::isAlpha(first) || first == '_')
    return lexWord();
  for (const auto &[text, kind] : symbols)
    if (rest.starts_with(text))
      return make(kind, text.size());

  // All bytes of a character that is no ASCII.
  size_t size = 1;
  while (size < rest.size() && (uint8_t(rest[size]) & 0xC0) == 0x80)
    ++size;
  return make(Kind::Invalid, uint8_t(first) < 0x80 ? 1 : size);
}

Token Lexer::lexNumber() {
  size_t size = std::min(rest.find_first_not_of(digits), rest.size());
  if (size == rest.size() || rest[size] != '.')
    return make(Kind::Integer, size);
  size_t end = std::min(rest.find_first_not_of(digits, size + 1), rest.size());
  return make(end == size + 1 ? Kind::Invalid : Kind::Float, end);
}

Token Lexer::lexString() {
  size_t end = rest.find_first_of("\"\r\n", 1);
  if (end == StringRef::npos || rest[end] != '"')
    return make(Kind::Invalid, std::min(end, rest.size()));
  return make(Kind::String, end + 1);
}

Token Lexer::lexWord() {
  StringRef word =
      rest.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
  StringRef withParen = rest.take_front(word.size() + 1);
  for (const auto &[text, kind] : words)
    if (text == word || text == withParen)
      return make(kind, text.size());
  return make(Kind::Name, word.size());
}
