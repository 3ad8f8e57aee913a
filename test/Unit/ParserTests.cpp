//===- ParserTests.cpp - The syntax of RASP source ------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImportTesting.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

/// Prints an expression with parentheses around each operator.
static void print(raw_ostream &os, const Expr *expr) {
  auto printAll = [&](ArrayRef<const Expr *> exprs) {
    llvm::interleave(exprs, os, [&](const Expr *e) { print(os, e); }, ",");
  };
  auto printCall = [&](StringRef word, ArrayRef<const Expr *> operands,
                       StringRef rest = "") {
    os << word << '(';
    printAll(operands);
    os << rest << ')';
  };
  switch (expr->getKind()) {
  case Expr::Kind::Integer:
    os << cast<IntegerExpr>(expr)->value;
    return;
  case Expr::Kind::Float:
    os << llvm::format("%g", cast<FloatExpr>(expr)->value);
    return;
  case Expr::Kind::String:
    os << '"' << cast<StringExpr>(expr)->value << '"';
    return;
  case Expr::Kind::Name:
    os << cast<NameExpr>(expr)->name;
    return;
  case Expr::Kind::Unary:
    os << '(' << getSpelling(cast<UnaryExpr>(expr)->op) << ' ';
    print(os, cast<UnaryExpr>(expr)->operand);
    os << ')';
    return;
  case Expr::Kind::Binary: {
    auto *binary = cast<BinaryExpr>(expr);
    os << '(';
    print(os, binary->lhs);
    os << getSpelling(binary->op);
    print(os, binary->rhs);
    os << ')';
    return;
  }
  case Expr::Kind::Conditional: {
    auto *conditional = cast<ConditionalExpr>(expr);
    os << '(';
    print(os, conditional->then);
    os << '?';
    print(os, conditional->condition);
    os << ':';
    print(os, conditional->otherwise);
    os << ')';
    return;
  }
  case Expr::Kind::Index:
    print(os, cast<IndexExpr>(expr)->base);
    os << '[';
    print(os, cast<IndexExpr>(expr)->index);
    os << ']';
    return;
  case Expr::Kind::Call:
    print(os, cast<CallExpr>(expr)->callee);
    os << '(';
    printAll(cast<CallExpr>(expr)->arguments);
    os << ')';
    return;
  case Expr::Kind::List:
    os << '[';
    printAll(cast<ListExpr>(expr)->elements);
    os << ']';
    return;
  case Expr::Kind::Dict: {
    ArrayRef<const Expr *> items = cast<DictExpr>(expr)->items;
    os << '{';
    for (size_t i = 0; i < items.size(); i += 2) {
      os << (i == 0 ? "" : ",");
      print(os, items[i]);
      os << ':';
      print(os, items[i + 1]);
    }
    os << '}';
    return;
  }
  case Expr::Kind::Comprehension: {
    auto *comprehension = cast<ComprehensionExpr>(expr);
    os << (comprehension->key ? '{' : '[');
    if (comprehension->key) {
      print(os, comprehension->key);
      os << ':';
    }
    print(os, comprehension->value);
    os << " for ";
    llvm::interleave(
        comprehension->names, os,
        [&](const Binding &binding) { os << binding.name; }, ",");
    os << " in ";
    print(os, comprehension->iterable);
    os << (comprehension->key ? '}' : ']');
    return;
  }
  case Expr::Kind::Select: {
    auto *select = cast<SelectExpr>(expr);
    printCall("select", {select->key, select->query},
              ("," + getSpelling(select->op)).str());
    return;
  }
  case Expr::Kind::Aggregate: {
    auto *aggregate = cast<AggregateExpr>(expr);
    SmallVector<const Expr *> operands = {aggregate->selector,
                                          aggregate->values};
    if (aggregate->defaultValue)
      operands.push_back(aggregate->defaultValue);
    printCall("aggregate", operands);
    return;
  }
  case Expr::Kind::Range:
    printCall("range", cast<RangeExpr>(expr)->arguments);
    return;
  case Expr::Kind::Zip:
    printCall("zip", cast<ZipExpr>(expr)->lists);
    return;
  case Expr::Kind::Len:
    printCall("len", cast<LenExpr>(expr)->operand);
    return;
  }
}

namespace {
class ParserTest : public ImportTest {
protected:
  std::string parse(StringRef text) {
    Parser parser(files, session.getAST(), add(text));
    const Expr *expr = parser.parseWholeExpression();
    if (!expr)
      return "error: " + (errors.empty() ? "" : errors.back());
    std::string printed;
    llvm::raw_string_ostream os(printed);
    print(os, expr);
    return printed;
  }
  std::vector<const Stmt *> parseStatements(StringRef text) {
    Parser parser(files, session.getAST(), add(text));
    return parser.parseStatements();
  }
  bool isUnfinished(StringRef text) {
    Parser parser(files, session.getAST(), add(text));
    parser.parseStatements();
    return parser.isUnfinished();
  }
};
} // namespace

TEST_F(ParserTest, PrecedenceOfNeighbours) {
  // Of each pair of levels the tighter one, on both sides.
  EXPECT_EQ(parse("a^b*c"), "((a^b)*c)");
  EXPECT_EQ(parse("a*b^c"), "(a*(b^c))");
  EXPECT_EQ(parse("a*b%c"), "((a*b)%c)");
  EXPECT_EQ(parse("a%b*c"), "(a%(b*c))");
  EXPECT_EQ(parse("a%b+c"), "((a%b)+c)");
  EXPECT_EQ(parse("a+b%c"), "(a+(b%c))");
  EXPECT_EQ(parse("a+b==c"), "((a+b)==c)");
  EXPECT_EQ(parse("a<b-c"), "(a<(b-c))");
  EXPECT_EQ(parse("a==b and c"), "((a==b)andc)");
  EXPECT_EQ(parse("a or b>c"), "(aor(b>c))");
  EXPECT_EQ(parse("a and b if c else d"), "((aandb)?c:d)");
  EXPECT_EQ(parse("a if b or c else d"), "(a?(borc):d)");
  EXPECT_EQ(parse("a if b else c or d"), "(a?b:(cord))");
  EXPECT_EQ(parse("a if b else c in d"), "((a?b:c)ind)");
  EXPECT_EQ(parse("a + b in c"), "((a+b)inc)");
}

TEST_F(ParserTest, LevelsAreLeftAssociative) {
  EXPECT_EQ(parse("a^b^c"), "((a^b)^c)");
  EXPECT_EQ(parse("a/b*c/d"), "(((a/b)*c)/d)");
  EXPECT_EQ(parse("a%b%c"), "((a%b)%c)");
  EXPECT_EQ(parse("a-b+c-d"), "(((a-b)+c)-d)");
  EXPECT_EQ(parse("a<b==c"), "((a<b)==c)");
  // `and` and `or` are one level.
  EXPECT_EQ(parse("a or b and c"), "((aorb)andc)");
  EXPECT_EQ(parse("a and b or c"), "((aandb)orc)");
  EXPECT_EQ(parse("a if b else c if d else e"), "((a?b:c)?d:e)");
  EXPECT_EQ(parse("a in b in c"), "((ainb)inc)");
}

TEST_F(ParserTest, PrefixOperatorsAreTight) {
  EXPECT_EQ(parse("-a^b"), "((- a)^b)");
  EXPECT_EQ(parse("not a in b"), "((not a)inb)");
  EXPECT_EQ(parse("not a == b"), "((not a)==b)");
  EXPECT_EQ(parse("not a and b"), "((not a)andb)");
  EXPECT_EQ(parse("a - -b"), "(a-(- b))");
  EXPECT_EQ(parse("- - a"), "(- (- a))");
  EXPECT_EQ(parse("not not a"), "(not (not a))");
  EXPECT_EQ(parse("-a[b]"), "(- a[b])");
  EXPECT_EQ(parse("-f(a)"), "(- f(a))");
  EXPECT_EQ(parse("a[b](c)[d]"), "a[b](c)[d]");
}

TEST_F(ParserTest, OperandsThatBeginWithAWord) {
  // Whatever stands between their parentheses, outside they are operands.
  EXPECT_EQ(parse("select(a in b, c if d else e, <=) and f"),
            "(select((ainb),(c?d:e),<=)andf)");
  EXPECT_EQ(parse("-aggregate(a or b, c)^d"), "((- aggregate((aorb),c))^d)");
  EXPECT_EQ(parse("aggregate(a, b, c)[d]"), "aggregate(a,b,c)[d]");
  EXPECT_EQ(parse("round(a + b) * c"), "((round (a+b))*c)");
  EXPECT_EQ(parse("not indicator(a)"), "(not (indicator a))");
  EXPECT_EQ(parse("len(a) + range(b, c)[d]"), "(len(a)+range(b,c)[d])");
  EXPECT_EQ(parse("zip(a, b) == [c]"), "(zip(a,b)==[c])");
}

TEST_F(ParserTest, ListsAndDicts) {
  EXPECT_EQ(parse("[]"), "[]");
  EXPECT_EQ(parse("[a if b else c, d in e]"), "[(a?b:c),(dine)]");
  EXPECT_EQ(parse("{}"), "{}");
  EXPECT_EQ(parse("{a + b: c, d: e if f else g}"), "{(a+b):c,d:(e?f:g)}");
  EXPECT_EQ(parse("[a in b for a in c + d]"), "[(ainb) for a in (c+d)]");
  EXPECT_EQ(parse("{a: b for a, b in c}[d]"), "{a:b for a,b in c}[d]");
  EXPECT_EQ(parse("{\"a\": 1, 2.5: b}[c]"), "{\"a\":1,2.5:b}[c]");
  for (StringRef text : {"[a,]", "[a b]", "{a}", "{a: b, c}", "[a for b]",
                         "[a for 1 in b]", "[a, b for a in c]", "{:}"})
    EXPECT_EQ(parse(text).substr(0, 6), "error:") << text.str();
}

TEST_F(ParserTest, NotEqualIsForSelectOnly) {
  EXPECT_NE(parse("a != b").find("'!=' is an operator of select only"),
            std::string::npos);
  EXPECT_EQ(parse("select(a, b, !=)"), "select(a,b,!=)");
}

TEST_F(ParserTest, StatementsAfterAnError) {
  std::vector<const Stmt *> statements = parseStatements(
      "a = 1; b = = 2; c, d = ; def f(x) { return ( ; } e = 3; load 4; g;");
  ASSERT_EQ(statements.size(), 7u);
  using Kind = Stmt::Kind;
  Kind expected[] = {Kind::Assign,    Kind::Invalid, Kind::Invalid,
                     Kind::Invalid,   Kind::Assign,  Kind::Invalid,
                     Kind::Expression};
  for (auto [statement, kind] : llvm::zip_equal(statements, expected))
    EXPECT_EQ(statement->getKind(), kind);
  EXPECT_EQ(errors.size(), 4u);
  // The names that would have been set are known all the same.
  ASSERT_EQ(cast<InvalidStmt>(statements[2])->names.size(), 2u);
  EXPECT_EQ(cast<InvalidStmt>(statements[2])->names[1].name, "d");
  EXPECT_EQ(cast<InvalidStmt>(statements[3])->names[0].name, "f");
}

TEST_F(ParserTest, Nesting) {
  auto nested = [](unsigned depth) {
    return std::string(depth, '(') + "a" + std::string(depth, ')');
  };
  EXPECT_EQ(parse(nested(maxNesting - 1)), "a");
  EXPECT_NE(parse(nested(maxNesting + 1)).find("inside one another"),
            std::string::npos);
  std::string chain = "a";
  for (unsigned i = 0; i < maxExpressionDepth + 1; ++i)
    chain += "+a";
  EXPECT_EQ(parse(chain).substr(0, 6), "error:");
}

TEST_F(ParserTest, Unfinished) {
  for (StringRef text :
       {"x = 1", "x =", "x", "f(", "f(a,", "[1, 2", "{1:", "x = 1; y", "draw(",
        "def f(a) {", "def f(a) { return a;", "for i in [1] {", "load",
        "a if b", "set example", "\"a\"", "x = (1 +\n# more\n"})
    EXPECT_TRUE(isUnfinished(text)) << text.str();
  for (StringRef text :
       {"", "# no more", "x = 1;", "x;", "def f(a) { return a; }",
        "for i in [1] { x = i; }", "load \"a\";", "exit", "show example",
        "set example \"a\""})
    EXPECT_FALSE(isUnfinished(text)) << text.str();
  // More text would not help.
  for (StringRef text : {"x = ;", "x = (1;", "\"a", "= 1", "x = 1; = ; y"})
    EXPECT_FALSE(isUnfinished(text)) << text.str();
}
