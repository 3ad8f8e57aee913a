//===- Evaluator.h - Evaluates statements and expressions -------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_IMPORT_EVALUATOR_H
#define RASP_LIB_IMPORT_EVALUATOR_H

#include "rasp/Import/Session.h"

namespace mlir::rasp::frontend {

/// Evaluates one statement, and those that it loads, within the limits of the
/// session. Each failure has emitted an error.
class Evaluator {
public:
  explicit Evaluator(Session &session) : session(session) {}

  LogicalResult run(const Stmt *statement, Environment &environment);
  FailureOr<StaticValue> evaluate(const Expr *expr, Environment &environment);
  FailureOr<Sequence> getInput(const StaticValue &value, SMLoc loc);

  /// Whether a statement said to read no further.
  bool hasExited() const { return exited; }

private:
  // Limits and diagnostics.
  LogicalResult step(SMLoc loc, uint64_t count = 1);
  LogicalResult enter(SMLoc loc);
  /// Where `loc` is, and from where the function there was called.
  Location getLocation(SMLoc loc) const;
  InFlightDiagnostic emitError(SMLoc loc) const {
    return mlir::emitError(getLocation(loc));
  }
  MLIRContext *getContext() const { return session.getContext(); }

  // Statements.
  LogicalResult runKind(const Stmt *statement, Environment &environment);
  LogicalResult runAssign(const AssignStmt *statement,
                          Environment &environment);
  LogicalResult runFor(const ForStmt *statement, Environment &environment);
  LogicalResult runLoad(const LoadStmt *statement, Environment &environment);
  LogicalResult runDraw(const DrawStmt *statement, Environment &environment);
  LogicalResult define(const Binding &name, StaticValue value,
                       Environment &environment);
  LogicalResult defineAll(ArrayRef<Binding> names, const StaticValue &value,
                          SMLoc loc, Environment &environment);
  void forget(const Stmt *statement, Environment &environment);
  FailureOr<const ListValue *> getIterable(const StaticValue &value,
                                           const Expr *expr);

  // Expressions.
  FailureOr<StaticValue> evaluateKind(const Expr *expr,
                                      Environment &environment);
  FailureOr<StaticValue> lookUp(const NameExpr *expr, Environment &environment);
  FailureOr<std::vector<StaticValue>> evaluateAll(ArrayRef<const Expr *> exprs,
                                                  Environment &environment);
  FailureOr<StaticValue> evaluateList(const ListExpr *expr,
                                      Environment &environment);
  FailureOr<StaticValue> evaluateDict(const DictExpr *expr,
                                      Environment &environment);
  FailureOr<StaticValue> evaluateComprehension(const ComprehensionExpr *expr,
                                               Environment &environment);
  FailureOr<StaticValue> evaluateRange(const RangeExpr *expr,
                                       Environment &environment);
  FailureOr<StaticValue> evaluateZip(const ZipExpr *expr,
                                     Environment &environment);
  FailureOr<StaticValue> evaluateLen(const LenExpr *expr,
                                     Environment &environment);
  FailureOr<StaticValue> evaluateUnary(const UnaryExpr *expr,
                                       Environment &environment);
  FailureOr<StaticValue> evaluateBinary(const BinaryExpr *expr,
                                        Environment &environment);
  FailureOr<StaticValue> evaluateConditional(const ConditionalExpr *expr,
                                             Environment &environment);
  FailureOr<StaticValue> evaluateIndex(const IndexExpr *expr,
                                       Environment &environment);
  FailureOr<StaticValue> evaluateCall(const CallExpr *expr,
                                      Environment &environment);
  FailureOr<StaticValue> call(const FunctionValue &function,
                              std::vector<StaticValue> arguments,
                              const CallExpr *expr);
  FailureOr<StaticValue> apply(Node *node, ArrayRef<StaticValue> arguments,
                               const CallExpr *expr);
  FailureOr<StaticValue> callNative(const FunctionValue &function,
                                    ArrayRef<StaticValue> arguments,
                                    const CallExpr *expr);
  FailureOr<StaticValue> applyOperator(const BinaryExpr *expr,
                                       const StaticValue &lhs,
                                       const StaticValue &rhs);
  FailureOr<StaticValue> applyLogical(const BinaryExpr *expr,
                                      const StaticValue &lhs,
                                      const StaticValue &rhs);
  FailureOr<StaticValue> applyIn(const BinaryExpr *expr,
                                 const StaticValue &element,
                                 const StaticValue &container);
  FailureOr<StaticValue> repeat(const ListValue &list, int64_t count,
                                SMLoc loc);
  FailureOr<bool> areEqual(const StaticValue &lhs, const StaticValue &rhs,
                           SMLoc loc);
  FailureOr<StaticValue> makeList(std::vector<StaticValue> elements, SMLoc loc);
  FailureOr<Scalar> makeKey(const StaticValue &value, SMLoc loc);

  // S-ops and selectors.
  Node *makeNode(Node::Kind kind, ArrayRef<Node *> operands, SMLoc loc);
  Node *makeElementwise(ScalarFunction function, ArrayRef<Node *> operands,
                        SMLoc loc);
  Node *makeConstant(Scalar value, SMLoc loc);
  Node *makeSelect(Node *keys, Node *queries, Operator comparison, SMLoc loc);
  Node *makeAll(SMLoc loc);
  Node *makeAggregate(Node *selector, Node *values, Scalar defaultValue,
                      SMLoc loc);
  /// An s-op as it is, an atom as a constant one; null for another value.
  Node *toSOp(const StaticValue &value, SMLoc loc);
  /// Likewise, with an error that `role` expects an s-op.
  FailureOr<Node *> expectSOp(const StaticValue &value, const Twine &role,
                              SMLoc loc);
  FailureOr<Node *> expectSelector(const StaticValue &value, const Twine &role,
                                   SMLoc loc);
  FailureOr<StaticValue> evaluateSelect(const SelectExpr *expr,
                                        Environment &environment);
  FailureOr<StaticValue> evaluateAggregate(const AggregateExpr *expr,
                                           Environment &environment);
  FailureOr<StaticValue> makePosition(Node *sop, const StaticValue &index,
                                      const IndexExpr *expr);
  FailureOr<StaticValue> makeLookup(const StaticValue &container, Node *index,
                                    SMLoc loc);

  Session &session;
  uint64_t numSteps = 0;
  unsigned depth = 0;
  /// The calls that are being evaluated, each with those around it.
  SmallVector<Location> callers;
  bool exited = false;
};

/// Whether a value counts as true while the program is read: all but 0, False,
/// and what is empty.
bool isTrue(const StaticValue &value);

/// The function of one position that an operator is, `in` excepted.
ScalarFunction getFunction(Operator op);

} // namespace mlir::rasp::frontend

#endif // RASP_LIB_IMPORT_EVALUATOR_H
