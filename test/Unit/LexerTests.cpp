//===- LexerTests.cpp - The tokens of RASP source -------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/Lexer.h"

#include "gtest/gtest.h"

#include <vector>

using namespace mlir;
using namespace mlir::rasp::frontend;
using Kind = Token::Kind;

static std::vector<Token> lexAll(StringRef text) {
  Lexer lexer(text);
  std::vector<Token> tokens;
  do
    tokens.push_back(lexer.lex());
  while (!tokens.back().is(Kind::End));
  tokens.pop_back();
  return tokens;
}

static std::vector<Kind> kindsOf(StringRef text) {
  std::vector<Kind> kinds;
  for (const Token &token : lexAll(text))
    kinds.push_back(token.kind);
  return kinds;
}

static std::vector<std::string> textsOf(StringRef text) {
  std::vector<std::string> texts;
  for (const Token &token : lexAll(text))
    texts.push_back(token.text.str());
  return texts;
}

TEST(Lexer, Keywords) {
  EXPECT_EQ(kindsOf("and def draw else for if in indicator load not or return "
                    "round"),
            (std::vector<Kind>{Kind::And, Kind::Def, Kind::Draw, Kind::Else,
                               Kind::For, Kind::If, Kind::In, Kind::Indicator,
                               Kind::Load, Kind::Not, Kind::Or, Kind::Return,
                               Kind::Round}));
  // A name that begins or ends like one is none.
  EXPECT_EQ(kindsOf("android nota in_ _if If"),
            std::vector<Kind>(5, Kind::Name));
}

TEST(Lexer, WordsWithTheirParenthesis) {
  EXPECT_EQ(
      kindsOf("select( aggregate( range( zip( len("),
      (std::vector<Kind>{Kind::SelectParen, Kind::AggregateParen,
                         Kind::RangeParen, Kind::ZipParen, Kind::LenParen}));
  // With anything between they are names.
  EXPECT_EQ(kindsOf("select ("),
            (std::vector<Kind>{Kind::Name, Kind::LeftParen}));
  EXPECT_EQ(kindsOf("len\n("),
            (std::vector<Kind>{Kind::Name, Kind::LeftParen}));
  EXPECT_EQ(kindsOf("range#\n("),
            (std::vector<Kind>{Kind::Name, Kind::LeftParen}));
  EXPECT_EQ(kindsOf("selection( lens"),
            (std::vector<Kind>{Kind::Name, Kind::LeftParen, Kind::Name}));
}

TEST(Lexer, Operators) {
  EXPECT_EQ(textsOf("a==b=c!=d<=e>=f<g>h"),
            (std::vector<std::string>{"a", "==", "b", "=", "c", "!=", "d", "<=",
                                      "e", ">=", "f", "<", "g", ">", "h"}));
  // The longest that fits.
  EXPECT_EQ(textsOf("==="), (std::vector<std::string>{"==", "="}));
  EXPECT_EQ(textsOf("<==>"), (std::vector<std::string>{"<=", "=", ">"}));
  EXPECT_EQ(kindsOf("+-*/%^;:,()[]{}"),
            (std::vector<Kind>{Kind::Plus, Kind::Minus, Kind::Times,
                               Kind::Divide, Kind::Modulo, Kind::Power,
                               Kind::Semicolon, Kind::Colon, Kind::Comma,
                               Kind::LeftParen, Kind::RightParen,
                               Kind::LeftBracket, Kind::RightBracket,
                               Kind::LeftBrace, Kind::RightBrace}));
}

TEST(Lexer, Numbers) {
  EXPECT_EQ(kindsOf("0 12 1.5 007"),
            (std::vector<Kind>{Kind::Integer, Kind::Integer, Kind::Float,
                               Kind::Integer}));
  // A sign is an operator.
  EXPECT_EQ(kindsOf("-1"), (std::vector<Kind>{Kind::Minus, Kind::Integer}));
  for (StringRef text : {"1.", ".5", "1.5.2"})
    EXPECT_TRUE(llvm::is_contained(kindsOf(text), Kind::Invalid)) << text.str();
}

TEST(Lexer, Strings) {
  std::vector<Token> tokens = lexAll("\"a\" \"\" \"# no comment\" \"\\\"");
  ASSERT_EQ(tokens.size(), 4u);
  EXPECT_EQ(tokens[0].getString(), "a");
  EXPECT_EQ(tokens[1].getString(), "");
  EXPECT_EQ(tokens[2].getString(), "# no comment");
  // There are no escapes.
  EXPECT_EQ(tokens[3].getString(), "\\");
  // One without an end takes the rest of its line.
  EXPECT_EQ(kindsOf("\"abc; d\ne"),
            (std::vector<Kind>{Kind::Invalid, Kind::Name}));
}

TEST(Lexer, CommentsAndSpace) {
  EXPECT_EQ(textsOf("a # b\n#c\n\t\r\n d#"),
            (std::vector<std::string>{"a", "d"}));
  EXPECT_TRUE(lexAll("").empty());
  EXPECT_TRUE(lexAll("# nothing else").empty());
  // A comment separates as a space does.
  EXPECT_EQ(textsOf("a#\nb"), (std::vector<std::string>{"a", "b"}));
}

TEST(Lexer, Positions) {
  StringRef text = "  ab == 3";
  std::vector<Token> tokens = lexAll(text);
  ASSERT_EQ(tokens.size(), 3u);
  EXPECT_EQ(tokens[0].getStart().getPointer() - text.begin(), 2);
  EXPECT_EQ(tokens[0].getEnd().getPointer() - text.begin(), 4);
  EXPECT_EQ(tokens[2].getStart().getPointer() - text.begin(), 8);
}

TEST(Lexer, WhatIsNoToken) {
  auto getError = [](StringRef text) {
    for (const Token &token : lexAll(text))
      if (token.is(Kind::Invalid))
        return getLexicalError(token);
    return std::string();
  };
  EXPECT_NE(getError("\"abc").find("expected '\"' at the end of the string"),
            std::string::npos);
  EXPECT_NE(getError("'a'").find("double quotes"), std::string::npos);
  EXPECT_NE(getError("!a").find("'not'"), std::string::npos);
  EXPECT_NE(getError("a & b").find("expected 'and'"), std::string::npos);
  EXPECT_NE(getError("a | b").find("expected 'or'"), std::string::npos);
  EXPECT_NE(getError("1.").find("digits on both sides"), std::string::npos);
  EXPECT_NE(getError("@").find("found the character"), std::string::npos);
  // What is left is read on.
  EXPECT_EQ(textsOf("a @ b").back(), "b");
}
