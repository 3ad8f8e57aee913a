//===- SelectorLowering.cpp - Forms of selectors --------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramLowering.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::rasp;

FailureOr<SelectorForm> ProgramLowering::getSelectorForm(Value selector) {
  auto it = selectorForms.find(selector);
  if (it != selectorForms.end())
    return it->second;

  Operation *op = selector.getDefiningOp();
  auto operand = [&](unsigned index) {
    return getSelectorForm(op->getOperand(index));
  };
  auto combine = [&](auto combination) -> FailureOr<SelectorForm> {
    FailureOr<SelectorForm> lhs = operand(0), rhs = operand(1);
    if (failed(lhs) || failed(rhs))
      return failure();
    if (std::optional<SelectorForm> form = combination(*lhs, *rhs))
      return *form;
    op->emitOpError("falls into too many disjoint parts: expected at most ")
        << SelectorForm::maxTerms;
    return failure();
  };
  FailureOr<SelectorForm> form =
      llvm::TypeSwitch<Operation *, FailureOr<SelectorForm>>(op)
          .Case([&](SelectOp select) { return getSelectForm(select); })
          .Case([&](AndOp) { return combine(SelectorForm::conjunction); })
          .Case([&](OrOp) { return combine(SelectorForm::disjunction); })
          .Case([&](NotOp) -> FailureOr<SelectorForm> {
            FailureOr<SelectorForm> input = operand(0);
            if (failed(input))
              return failure();
            if (std::optional<SelectorForm> negation =
                    SelectorForm::negation(*input))
              return *negation;
            op->emitOpError(
                "falls into too many disjoint parts: expected at most ")
                << SelectorForm::maxTerms;
            return failure();
          })
          .Case([&](BestOp best) -> FailureOr<SelectorForm> {
            best.emitOpError("is read by an op other than 'rasp.aggregate', "
                             "which one attention head cannot do")
                    .attachNote()
                << "run --rasp-expand-best first";
            return failure();
          })
          .Default([&](Operation *) -> FailureOr<SelectorForm> {
            op->emitOpError("cannot be compiled to an attention head")
                    .attachNote()
                << "expected 'rasp.select' and its combinations by 'rasp.and', "
                   "'rasp.or' and 'rasp.not'";
            return failure();
          });
  if (succeeded(form))
    selectorForms.try_emplace(selector, *form);
  return form;
}

FailureOr<ElementwiseFunction> ProgramLowering::getRelationSide(Value sop) {
  FailureOr<ElementwiseFunction> function = functions.get(sop);
  if (failed(function) || function->roots.size() <= 1)
    return function;
  // A function of several roots is a value of its own for the relation.
  return functions.getIdentity(sop, sop.getDefiningOp());
}

unsigned ProgramLowering::getPairNumber(const ElementwiseFunction &key,
                                        const ElementwiseFunction &query) {
  auto getRoot = [](const ElementwiseFunction &function) {
    return function.roots.empty() ? Value() : function.roots.front();
  };
  Value keyRoot = getRoot(key), queryRoot = getRoot(query);
  auto *it = llvm::find_if(pairs, [&](const RelationPair &pair) {
               return pair.key == keyRoot && pair.query == queryRoot;
             }).base();
  unsigned number = it - pairs.data();
  if (number == pairs.size()) {
    RelationPair pair;
    pair.key = keyRoot;
    pair.query = queryRoot;
    if (keyRoot)
      pair.keyValues = key.domains.front();
    if (queryRoot)
      pair.queryValues = query.domains.front();
    pairs.push_back(std::move(pair));
  }
  return number;
}

FailureOr<SelectorForm> ProgramLowering::getSelectForm(SelectOp select) {
  FailureOr<ElementwiseFunction> key = getRelationSide(select.getKeys());
  FailureOr<ElementwiseFunction> query = getRelationSide(select.getQueries());
  if (failed(key) || failed(query))
    return failure();
  uint64_t numEntries = uint64_t(key->table.size()) * query->table.size();
  if (numEntries > limits.maxMatrixEntries) {
    select.emitOpError("needs a matrix of ")
        << key->table.size() << " keys by " << query->table.size()
        << " queries, more than the limit of " << limits.maxMatrixEntries
        << " entries (max-matrix-entries)";
    return failure();
  }

  Relation relation(key->table.size(), query->table.size());
  for (size_t k = 0; k < key->table.size(); ++k) {
    for (size_t q = 0; q < query->table.size(); ++q) {
      const std::optional<Scalar> &keyValue = key->table[k];
      const std::optional<Scalar> &queryValue = query->table[q];
      if (!keyValue || !queryValue)
        continue;
      FailureOr<bool> holds =
          select.evaluatePredicate(*keyValue, *queryValue, /*diagnose=*/false);
      relation.set(k, q, succeeded(holds) && *holds);
    }
  }
  return SelectorForm::literal(getPairNumber(*key, *query),
                               std::move(relation));
}

FailureOr<SelectorForm> ProgramLowering::getPresentForm(Value sop) {
  if (!domains.getDomain(sop).mayBeNone())
    return SelectorForm::always();
  FailureOr<ElementwiseFunction> key = getRelationSide(sop);
  if (failed(key))
    return failure();
  // The query is a constant.
  Relation relation = Relation::get(
      key->table.size(), /*numQueries=*/1, [&](size_t value, size_t) {
        return key->table[value] && !key->table[value]->isNone();
      });
  return SelectorForm::literal(getPairNumber(*key, ElementwiseFunction()),
                               std::move(relation));
}
