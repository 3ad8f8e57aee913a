//===- ProgramBuilder.h - Builds a program of the dialect -------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_IMPORT_PROGRAMBUILDER_H
#define RASP_LIB_IMPORT_PROGRAMBUILDER_H

#include "rasp/Dialect/Rasp/Analysis/DomainAnalysis.h"
#include "rasp/Import/StaticValue.h"

#include "mlir/IR/Builders.h"

#include <deque>

namespace mlir::rasp::frontend {

/// A table has at most so many entries.
constexpr uint64_t maxTableEntries = 1 << 20;

/// Adds the ops that compute an s-op to a program. What is known of the values
/// so far decides whether a function becomes scalar code or a table, and an
/// aggregate a mean or a value that is passed on.
class ProgramBuilder {
public:
  explicit ProgramBuilder(ProgramOp program)
      : context(program.getContext()), program(program), inference(program),
        builder(OpBuilder::atBlockEnd(&program.getBody().front())) {}

  /// The value of `root`, or null after an error.
  Value lower(Node *root);

private:
  using Combinations = std::vector<SmallVector<Scalar>>;

  Value getValue(Node *node);
  Value lowerKind(Node *node, Location location);
  Value lowerElementwise(Node *node);
  Value lowerToMap(Node *node, ArrayRef<Node *> inputs);
  Value lowerToTable(Node *node, ArrayRef<Node *> inputs,
                     const Combinations &combinations);
  Value lowerAggregate(Node *node);
  Value lowerMean(Node *node, Value selector, Value values);
  Value lowerGather(Node *node, Value selector, Value values);
  Value lowerSelect(Node *node);
  Value recode(Value sop, Type elementType, Location location);

  /// An op that is made, with what can be known of its result.
  template <typename OpTy>
  Value add(OpTy op) {
    inference.infer(op);
    return op.getResult();
  }
  Value makeConstant(const Scalar &value, Location location);
  Value makeLookup(ArrayRef<Value> inputs, ArrayRef<SmallVector<Scalar>> keys,
                   ArrayRef<Scalar> values, bool isComplete, Type type,
                   StringAttr label, Location location);
  std::optional<Combinations> listCombinations(ArrayRef<Node *> inputs);
  Value emitTooMany(Node *node, ArrayRef<Node *> inputs);
  StringAttr getLabel(const Node *node) const {
    return node->name.empty() ? StringAttr()
                              : StringAttr::get(context, node->name);
  }
  static Type getElementType(Value sop) {
    return cast<SOpType>(sop.getType()).getElementType();
  }
  const Domain &getDomain(Value sop) const {
    return std::get<SOpFacts>(inference.get(sop)).domain;
  }
  const SelectorFacts &getFacts(Value selector) const {
    return std::get<SelectorFacts>(inference.get(selector));
  }

  MLIRContext *context;
  ProgramOp program;
  DomainInference inference;
  OpBuilder builder;
  DenseMap<const Node *, Value> lowered;
  /// Nodes of the lowering's own.
  std::deque<Node> ownNodes;
};

/// The values of a domain as messages list them.
std::string toString(const Domain &domain);

} // namespace mlir::rasp::frontend

#endif // RASP_LIB_IMPORT_PROGRAMBUILDER_H
