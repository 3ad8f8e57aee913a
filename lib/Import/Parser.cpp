//===- Parser.cpp - Reads RASP statements ---------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/Parser.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace mlir::rasp::frontend;

using Kind = Token::Kind;
using Action = CommandStmt::Action;
using Subject = CommandStmt::Subject;

Parser::Parser(const SourceFiles &files, ASTContext &ast, StringRef text)
    : files(files), ast(ast), lexer(text), token(lexer.lex()),
      next(lexer.lex()), previousEnd(token.getStart()) {}

//===----------------------------------------------------------------------===//
// Tokens
//===----------------------------------------------------------------------===//

void Parser::advance() {
  previousEnd = token.getEnd();
  token = next;
  next = lexer.lex();
}

bool Parser::consumeIf(Kind kind) {
  if (!token.is(kind))
    return false;
  advance();
  return true;
}

bool Parser::expect(Kind kind, const Twine &context) {
  if (consumeIf(kind))
    return true;
  emitUnexpected(describe(kind) + " " + context);
  return false;
}

std::nullptr_t Parser::emitUnexpected(const Twine &expected) {
  if (token.is(Kind::Invalid)) {
    emitError(token.getStart()) << getLexicalError(token);
    return nullptr;
  }
  // What is missing at the end of a line is missing there.
  bool isMissing = isFirstInLine() && token.getStart() != statementStart;
  InFlightDiagnostic error =
      emitError(isMissing ? previousEnd : token.getStart());
  error << "expected " << expected << ", found " << describe(token);
  if (token.is(Kind::NotEqual))
    error << "; '!=' is an operator of select only, elsewhere write "
             "'not (a == b)'";
  return nullptr;
}

InFlightDiagnostic Parser::emitError(SMLoc place) {
  endsEarly |= !hadError && token.is(Kind::End);
  hadError = true;
  return files.emitError(place);
}

bool Parser::isFirstInLine() const {
  const char *start = previousEnd.getPointer();
  return StringRef(start, token.getStart().getPointer() - start).contains('\n');
}

/// Consumes the semicolon that ends a statement. One that is missing at the end
/// of a line does not make the statement invalid, nor the next one.
bool Parser::expectSemicolon(const Twine &context) {
  if (expect(Kind::Semicolon, context))
    return true;
  return isFirstInLine() &&
         token.isAny(Kind::End, Kind::Name, Kind::Def, Kind::For, Kind::Load,
                     Kind::Draw, Kind::Return, Kind::RightBrace);
}

/// Whether a token is a string without an end, which takes the rest of its line
/// and most likely the semicolon there.
static bool isUnfinishedString(const Token &token) {
  return token.is(Kind::Invalid) && token.text.starts_with("\"");
}

/// Skips the rest of a statement that begins at `start`, with the blocks in it.
void Parser::recover(SMLoc start) {
  unsigned depth = 0;
  // Braces that were open where the error is.
  Lexer skipped(StringRef(start.getPointer(),
                          token.getStart().getPointer() - start.getPointer()));
  for (Token read = skipped.lex(); !read.is(Kind::End); read = skipped.lex()) {
    if (read.is(Kind::LeftBrace))
      ++depth;
    else if (read.is(Kind::RightBrace) && depth > 0)
      --depth;
  }
  for (; !token.is(Kind::End); advance()) {
    if (token.is(Kind::LeftBrace)) {
      ++depth;
    } else if (token.is(Kind::RightBrace) && depth > 0) {
      // The end of a block ends its statement; that of a dict does not.
      if (--depth == 0 &&
          !next.isAny(Kind::Semicolon, Kind::Comma, Kind::RightParen,
                      Kind::RightBracket, Kind::LeftBracket)) {
        advance();
        return;
      }
    } else if (depth == 0 &&
               (token.is(Kind::Semicolon) || isUnfinishedString(token))) {
      advance();
      return;
    }
  }
}

//===----------------------------------------------------------------------===//
// Whole buffers
//===----------------------------------------------------------------------===//

const Stmt *Parser::parseStatement() {
  while (consumeIf(Kind::Semicolon)) {
  }
  if (token.is(Kind::End))
    return nullptr;
  SMLoc start = token.getStart();
  boundNames.clear();
  if (const Stmt *statement = parseStatementOrNull())
    return statement;
  recover(start);
  return ast.create<InvalidStmt>(rangeFrom(start),
                                 ast.copy(ArrayRef<Binding>(boundNames)));
}

std::vector<const Stmt *> Parser::parseStatements() {
  std::vector<const Stmt *> statements;
  while (const Stmt *statement = parseStatement())
    statements.push_back(statement);
  return statements;
}

const Expr *Parser::parseWholeExpression() {
  const Expr *expr = parseExpression();
  if (expr && !token.is(Kind::End))
    return emitUnexpected("the end of the expression");
  return expr;
}

std::optional<std::vector<std::pair<Binding, const Expr *>>>
Parser::parseSettings() {
  std::vector<std::pair<Binding, const Expr *>> settings;
  do {
    Binding name{token.text, token.getRange()};
    if (!expect(Kind::Name, "of a setting") ||
        !expect(Kind::Assign, "after the name of a setting"))
      return std::nullopt;
    const Expr *value = parseExpression();
    if (!value)
      return std::nullopt;
    settings.push_back({name, value});
  } while (consumeIf(Kind::Comma));
  if (!token.is(Kind::End)) {
    emitUnexpected("',' or the end of the settings");
    return std::nullopt;
  }
  return settings;
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

const Stmt *Parser::parseStatementOrNull() {
  statementStart = token.getStart();
  if (isCommand()) {
    if (nesting == 0)
      return parseCommand();
    emitError(token.getStart())
        << "expected a statement, found the command '" << token.text
        << "', which stands outside of functions and loops";
    return nullptr;
  }
  switch (token.kind) {
  case Kind::Def:
    return parseFunction();
  case Kind::For:
    return parseFor();
  case Kind::Load:
    return parseLoad();
  case Kind::Draw:
    return parseDraw();
  case Kind::Return:
    emitError(token.getStart())
        << "expected a statement, found 'return' outside of a function; a "
           "function ends in its only 'return'";
    return nullptr;
  default:
    return parseAssignOrExpression();
  }
}

/// names `=` values `;` or expression `;`
const Stmt *Parser::parseAssignOrExpression() {
  SMLoc start = token.getStart();
  if (token.is(Kind::Name) && next.isAny(Kind::Assign, Kind::Comma)) {
    SmallVector<Binding> names;
    if (!parseBindings(names, "at the left of an assignment") ||
        !expect(Kind::Assign, "or ',' after a name that is assigned"))
      return nullptr;
    boundNames.append(names);
    SmallVector<const Expr *> values;
    if (!parseExpressions(values) || !expectSemicolon("after the assignment"))
      return nullptr;
    return ast.create<AssignStmt>(rangeFrom(start),
                                  ast.copy(ArrayRef<Binding>(names)),
                                  ast.copy(ArrayRef<const Expr *>(values)));
  }
  const Expr *value = parseExpression();
  if (!value)
    return nullptr;
  if (token.is(Kind::Assign)) {
    emitError(value->getLoc())
        << "expected a name before '=', found another expression; '==' "
           "compares";
    return nullptr;
  }
  if (!expectSemicolon("after the expression"))
    return nullptr;
  return ast.create<ExpressionStmt>(rangeFrom(start), value);
}

/// name (`,` name)*
bool Parser::parseBindings(SmallVectorImpl<Binding> &names,
                           const Twine &context) {
  do {
    Binding name{token.text, token.getRange()};
    if (!expect(Kind::Name, context))
      return false;
    names.push_back(name);
  } while (consumeIf(Kind::Comma));
  return true;
}

/// `{` statement* (up to a `}` or a `return`)
bool Parser::parseBlock(SmallVectorImpl<const Stmt *> &body,
                        const Twine &context) {
  if (!expect(Kind::LeftBrace, context))
    return false;
  if (++nesting > maxNesting) {
    --nesting;
    emitError(token.getStart()) << "expected at most " << maxNesting
                                << " expressions and blocks inside one another";
    return false;
  }
  llvm::scope_exit leave([&] { --nesting; });
  while (true) {
    while (consumeIf(Kind::Semicolon)) {
    }
    if (token.isAny(Kind::RightBrace, Kind::Return, Kind::End))
      return true;
    const Stmt *statement = parseStatementOrNull();
    if (!statement)
      return false;
    body.push_back(statement);
  }
}

/// `def` name `(` names `)` `{` statement* `return` values `;` `}`
const Stmt *Parser::parseFunction() {
  SMLoc start = token.getStart();
  advance();
  Binding name{token.text, token.getRange()};
  if (!expect(Kind::Name, "of the function after 'def'"))
    return nullptr;
  boundNames.push_back(name);
  size_t numBound = boundNames.size();
  if (!expect(Kind::LeftParen, "after the name of the function"))
    return nullptr;
  SmallVector<Binding> parameters;
  if (!token.is(Kind::RightParen) &&
      !parseBindings(parameters, "of a parameter"))
    return nullptr;
  if (!expect(Kind::RightParen, "or ',' after a parameter"))
    return nullptr;
  SmallVector<const Stmt *> body;
  SmallVector<const Expr *> results;
  if (!parseBlock(body, "before the body of the function") ||
      !expect(Kind::Return, "at the end of the function") ||
      !parseExpressions(results) ||
      !expectSemicolon("after the results of the function"))
    return nullptr;
  while (consumeIf(Kind::Semicolon)) {
  }
  if (!expect(Kind::RightBrace, "after 'return', the last statement of a "
                                "function"))
    return nullptr;
  // What the body binds, it binds for itself.
  boundNames.truncate(numBound);
  return ast.create<FunctionStmt>(rangeFrom(start), name,
                                  ast.copy(ArrayRef<Binding>(parameters)),
                                  ast.copy(ArrayRef<const Stmt *>(body)),
                                  ast.copy(ArrayRef<const Expr *>(results)));
}

/// `for` names `in` iterable `{` statement* `}`
const Stmt *Parser::parseFor() {
  SMLoc start = token.getStart();
  advance();
  SmallVector<Binding> names;
  if (!parseBindings(names, "after 'for'"))
    return nullptr;
  boundNames.append(names);
  if (!expect(Kind::In, "or ',' after a name of the loop"))
    return nullptr;
  const Expr *iterable = parseExpression();
  SmallVector<const Stmt *> body;
  if (!iterable || !parseBlock(body, "before the body of the loop"))
    return nullptr;
  if (token.is(Kind::Return)) {
    emitError(token.getStart())
        << "expected a statement or '}', found 'return' in a loop; a function "
           "ends in its only 'return'";
    return nullptr;
  }
  if (!expect(Kind::RightBrace, "at the end of the loop"))
    return nullptr;
  return ast.create<ForStmt>(rangeFrom(start),
                             ast.copy(ArrayRef<Binding>(names)), iterable,
                             ast.copy(ArrayRef<const Stmt *>(body)));
}

/// `load` string `;`
const Stmt *Parser::parseLoad() {
  SMLoc start = token.getStart();
  advance();
  Token name = token;
  if (!expect(Kind::String, "with the name of a file after 'load'") ||
      !expectSemicolon("after the name of the file"))
    return nullptr;
  return ast.create<LoadStmt>(rangeFrom(start), name.getRange(),
                              name.getString());
}

/// `draw` `(` expression [`,` expression] `)` `;`
const Stmt *Parser::parseDraw() {
  SMLoc start = token.getStart();
  advance();
  if (!expect(Kind::LeftParen, "after 'draw'"))
    return nullptr;
  const Expr *value = parseExpression();
  if (!value)
    return nullptr;
  const Expr *input = nullptr;
  if (consumeIf(Kind::Comma)) {
    input = parseExpression();
    if (!input)
      return nullptr;
  }
  if (!expect(Kind::RightParen, "after the arguments of draw") ||
      !expectSemicolon("after the statement"))
    return nullptr;
  return ast.create<DrawStmt>(rangeFrom(start), value, input);
}

//===----------------------------------------------------------------------===//
// Commands of the interactive interpreter
//===----------------------------------------------------------------------===//

ArrayRef<StringRef> mlir::rasp::frontend::getCommands() {
  static constexpr StringRef commands[] = {
      "set example",         "set s-op example",     "set selector example",
      "show example",        "examples on",          "examples off",
      "full seq display on", "full seq display off", "exit"};
  return commands;
}

/// Whether a command begins at the token, which its words may also not do: they
/// are no keywords.
bool Parser::isCommand() const {
  if (!token.is(Kind::Name))
    return false;
  if (token.text == "exit" || token.text == "quit")
    return !next.isAny(Kind::Assign, Kind::Comma);
  // `s-op` is three tokens.
  if (token.text == "s" && next.is(Kind::Minus)) {
    StringRef rest(token.text.begin(),
                   lexer.getRest().end() - token.text.begin());
    return rest.consume_front("s-op") && rest.ltrim().starts_with("examples");
  }
  return next.is(Kind::Name) &&
         (token.text == "set" || token.text == "show" ||
          token.text == "examples" || token.text == "selector" ||
          token.text == "full");
}

const Stmt *Parser::parseCommand() {
  const Stmt *command = parseCommandWords();
  if (command && !isFirstInLine() && !token.isAny(Kind::Semicolon, Kind::End))
    return emitUnexpected("';' or the end of the line after the command");
  return command;
}

const Stmt *Parser::parseCommandWords() {
  SMLoc start = token.getStart();
  auto consumeWord = [&](StringRef word) {
    if (!token.is(Kind::Name) || token.text != word)
      return false;
    advance();
    return true;
  };
  auto consumeSubject = [&] {
    if (consumeWord("selector"))
      return Subject::Selectors;
    if (token.text != "s" || !next.is(Kind::Minus))
      return Subject::Both;
    advance();
    advance();
    consumeWord("op");
    return Subject::SOps;
  };

  if (consumeWord("exit") || consumeWord("quit")) {
    if (consumeIf(Kind::LeftParen) &&
        !expect(Kind::RightParen, "after 'exit(' or 'quit('"))
      return nullptr;
    return ast.create<CommandStmt>(rangeFrom(start), Action::Exit);
  }
  bool isSet = token.text == "set";
  if (isSet || token.text == "show") {
    advance();
    Subject subject = consumeSubject();
    if (!consumeWord("example"))
      return emitUnexpected("'example', 's-op example' or 'selector example'");
    const Expr *example = nullptr;
    if (isSet && !(example = parseExpression()))
      return nullptr;
    return ast.create<CommandStmt>(
        rangeFrom(start), isSet ? Action::SetExample : Action::ShowExample,
        subject, example);
  }
  Action action = Action::SwitchExamples;
  Subject subject = Subject::Both;
  if (consumeWord("full")) {
    action = Action::SwitchFullDisplay;
    if (!consumeWord("seq") || !consumeWord("display"))
      return emitUnexpected("'full seq display on' or 'full seq display off'");
  } else {
    subject = consumeSubject();
    if (!consumeWord("examples"))
      return emitUnexpected("'examples on' or 'examples off'");
  }
  bool isOn = consumeWord("on");
  if (!isOn && !consumeWord("off"))
    return emitUnexpected("'on' or 'off'");
  return ast.create<CommandStmt>(rangeFrom(start), action, subject,
                                 /*example=*/nullptr, isOn);
}
