//===- Lexer.h - The tokens of RASP source ----------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_IMPORT_LEXER_H
#define RASP_IMPORT_LEXER_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/SMLoc.h"

#include <string>
#include <vector>

namespace mlir::rasp::frontend {

struct Token {
  enum class Kind {
    End,
    /// Text that is no token; getLexicalError says why.
    Invalid,
    Name,
    Integer,
    Float,
    String,
    // Keywords.
    And,
    Def,
    Draw,
    Else,
    For,
    If,
    In,
    Indicator,
    Load,
    Not,
    Or,
    Return,
    Round,
    // Words that are one token with the parenthesis after them.
    AggregateParen,
    LenParen,
    RangeParen,
    SelectParen,
    ZipParen,
    // Punctuation and operators.
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Comma,
    Colon,
    Semicolon,
    Assign,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
    Power,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
  };

  Kind kind = Kind::End;
  /// As it is written: of a string with its quotes.
  StringRef text;

  bool is(Kind other) const { return kind == other; }
  template <typename... Kinds>
  bool isAny(Kinds... kinds) const {
    return (is(kinds) || ...);
  }
  SMLoc getStart() const { return SMLoc::getFromPointer(text.begin()); }
  SMLoc getEnd() const { return SMLoc::getFromPointer(text.end()); }
  SMRange getRange() const { return {getStart(), getEnd()}; }
  /// Of a string: what is between the quotes.
  StringRef getString() const { return text.drop_front().drop_back(); }
};

/// A token as messages name it: `'('`, `a name`, `the end of the text`.
std::string describe(Token::Kind kind);
/// Likewise, with its text where that tells more.
std::string describe(const Token &token);

/// The words that are no names; those that are one token with the parenthesis
/// after them end in it.
std::vector<StringRef> getKeywords();

/// What is wrong with an invalid token, and what would be right.
std::string getLexicalError(const Token &token);

/// Splits text into tokens. Comments run from `#` to the end of the line, and
/// separate tokens as white space does.
class Lexer {
public:
  explicit Lexer(StringRef text) : rest(text) {}

  Token lex();

  /// What is not read yet.
  StringRef getRest() const { return rest; }

private:
  Token make(Token::Kind kind, size_t size);
  Token lexNumber();
  Token lexString();
  Token lexWord();

  StringRef rest;
};

} // namespace mlir::rasp::frontend

#endif // RASP_IMPORT_LEXER_H
