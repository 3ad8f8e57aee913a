//===- NameResolution.h - Which name means which variable ----- -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_TOOLS_RASPLSPSERVER_NAMERESOLUTION_H
#define RASP_LIB_TOOLS_RASPLSPSERVER_NAMERESOLUTION_H

#include "rasp/Import/AST.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>
#include <vector>

namespace mlir::rasp::lsp {

/// A place that gives a variable its value.
struct Definition {
  enum class Kind { Variable, Function, Parameter, Loop };

  frontend::Binding binding;
  Kind kind;
  /// The statement, or null in a comprehension.
  const frontend::Stmt *statement;
  /// Where the name may be used.
  SMRange scope;
  /// Set by a statement of the file itself.
  bool isGlobal;
};

/// A name in the file, at its definition or elsewhere.
struct Occurrence {
  StringRef name;
  SMRange range;
  /// The index of its definition, if that is in the file.
  std::optional<size_t> definition;
};

/// The names in the statements of a file.
class NameResolution {
public:
  NameResolution() = default;
  NameResolution(ArrayRef<const frontend::Stmt *> statements, StringRef text);

  /// The name that `place` is in or at the end of, or null.
  const Occurrence *find(SMLoc place) const;
  ArrayRef<Definition> getDefinitions() const { return definitions; }
  ArrayRef<Occurrence> getOccurrences() const { return occurrences; }
  /// What the strings of `load` statements stand at.
  ArrayRef<const frontend::LoadStmt *> getLoads() const { return loads; }

private:
  using Scope = llvm::DenseMap<StringRef, size_t>;

  void visit(const frontend::Stmt *statement);
  void visitFunction(const frontend::FunctionStmt *function);
  void visit(const frontend::Expr *expr);
  void visitAll(ArrayRef<const frontend::Expr *> exprs);
  void define(const frontend::Binding &binding, Definition::Kind kind,
              const frontend::Stmt *statement, SMRange scope);
  void use(StringRef name, SMRange range);
  /// Where a name may be used that is set at `start` in the innermost scope.
  SMRange getScopeFrom(SMLoc start) const;

  std::vector<Definition> definitions;
  std::vector<Occurrence> occurrences;
  std::vector<const frontend::LoadStmt *> loads;
  /// The innermost last, and where each ends.
  std::vector<Scope> scopes;
  std::vector<SMLoc> ends;
};

} // namespace mlir::rasp::lsp

#endif // RASP_LIB_TOOLS_RASPLSPSERVER_NAMERESOLUTION_H
