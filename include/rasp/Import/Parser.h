//===- Parser.h - Reads RASP source -----------------------------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_IMPORT_PARSER_H
#define RASP_IMPORT_PARSER_H

#include "rasp/Import/AST.h"
#include "rasp/Import/Lexer.h"
#include "rasp/Import/SourceFiles.h"

namespace mlir::rasp::frontend {

/// Brackets, prefix operators and blocks are nested at most so deep.
constexpr unsigned maxNesting = 256;
/// The syntax tree of an expression is at most so deep: a chain of as many
/// operators of one level is.
constexpr unsigned maxExpressionDepth = 1000;

/// Reads the text of a buffer, or a part of it. An error is emitted where a
/// statement ends to be one; what follows it is read again from the next one.
class Parser {
public:
  Parser(const SourceFiles &files, ASTContext &ast, StringRef text);

  /// The next statement, an InvalidStmt after an error, or null at the end of
  /// the text.
  const Stmt *parseStatement();

  /// All statements of the text.
  std::vector<const Stmt *> parseStatements();

  /// The expression that is all of the text, or null after an error.
  const Expr *parseWholeExpression();

  /// `name = expression, ...`, which is all of the text: pairs of a name and
  /// a value, or nothing after an error.
  std::optional<std::vector<std::pair<Binding, const Expr *>>> parseSettings();

  /// Whether an error was emitted, which may be about a statement that could be
  /// read all the same.
  bool hasFailed() const { return hadError; }

  /// Whether the only thing wrong with the text is that it ends too early: more
  /// of it may follow, as where it is typed line by line.
  bool isUnfinished() const { return endsEarly; }

private:
  // Tokens.
  void advance();
  bool consumeIf(Token::Kind kind);
  /// Consumes a token of this kind, or emits an error: `context` says what it
  /// belongs to.
  bool expect(Token::Kind kind, const Twine &context);
  bool expectSemicolon(const Twine &context);
  InFlightDiagnostic emitError(SMLoc place);
  bool isFirstInLine() const;
  /// Emits an error at the token: that `expected` should stand there.
  std::nullptr_t emitUnexpected(const Twine &expected);
  SMRange rangeFrom(SMLoc start) const { return {start, previousEnd}; }

  // Statements.
  const Stmt *parseStatementOrNull();
  const Stmt *parseFunction();
  const Stmt *parseFor();
  const Stmt *parseLoad();
  const Stmt *parseDraw();
  const Stmt *parseAssignOrExpression();
  bool isCommand() const;
  const Stmt *parseCommand();
  const Stmt *parseCommandWords();
  bool parseBlock(SmallVectorImpl<const Stmt *> &body, const Twine &context);
  bool parseBindings(SmallVectorImpl<Binding> &names, const Twine &context);
  void recover(SMLoc start);

  // Expressions; null after an error.
  const Expr *parseExpression();
  const Expr *parseConditional();
  const Expr *parseBinary(unsigned level);
  const Expr *parseUnary();
  const Expr *parsePostfix();
  const Expr *parsePrimary();
  const Expr *parseList();
  const Expr *parseDict();
  const Expr *parseNumber();
  const Expr *parseFunctionLike(Operator op);
  const Expr *parseSelect();
  const Expr *parseAggregate();
  const Expr *parseComprehension(SMLoc start, const Expr *key,
                                 const Expr *value, Token::Kind closing);
  bool parseExpressions(SmallVectorImpl<const Expr *> &expressions);
  std::optional<ArrayRef<const Expr *>> parseArguments(const Twine &context);
  /// `expr` if it is not nested too deeply.
  const Expr *checkDepth(const Expr *expr);

  const SourceFiles &files;
  ASTContext &ast;
  Lexer lexer;
  Token token;
  Token next;
  /// The end of the last token that was consumed.
  SMLoc previousEnd;
  /// How many constructs are open around the token.
  unsigned nesting = 0;
  bool hadError = false;
  /// The first error is at the end of the text.
  bool endsEarly = false;
  /// Where the innermost statement begins.
  SMLoc statementStart;
  /// Names that the statement that is read would bind.
  SmallVector<Binding> boundNames;
};

/// The commands of the interactive interpreter, as they may be written.
ArrayRef<StringRef> getCommands();

} // namespace mlir::rasp::frontend

#endif // RASP_IMPORT_PARSER_H
