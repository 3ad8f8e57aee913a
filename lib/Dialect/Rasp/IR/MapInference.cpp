//===- MapInference.cpp - Domains of maps and lookups ---------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementwiseInference.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::inference;

/// Below this many combinations listing them is as good as anything.
static constexpr uint64_t fewCombinations = 1 << 12;

static SOpFacts getAlwaysNone(const DomainContext &context) {
  SOpFacts facts;
  facts.domain = Domain::finite({Scalar::none()});
  return complete(facts, context);
}

/// Where several facts are known of one s-op, all of them.
static SOpFacts meet(SOpFacts lhs, const SOpFacts &rhs,
                     const DomainContext &context) {
  auto size = [](const Domain &domain) {
    return domain.isFinite() ? domain.getValues().size()
                             : Domain::maxValues + 1;
  };
  if (size(rhs.domain) < size(lhs.domain))
    lhs.domain = rhs.domain;
  if (!lhs.position)
    lhs.position = rhs.position;
  if (!lhs.permuted)
    lhs.permuted = rhs.permuted;
  if (!lhs.upperBound)
    lhs.upperBound = rhs.upperBound;
  lhs.distinctPerPosition |= rhs.distinctPerPosition;
  lhs.samePerPosition |= rhs.samePerPosition;
  return complete(lhs, context);
}

//===----------------------------------------------------------------------===//
// Lookups
//===----------------------------------------------------------------------===//

AbstractValue LookupOp::inferDomain(ArrayRef<AbstractValue> operands,
                                    DomainContext &context) {
  ElementwiseInputs inputs(getInputs(), operands, context);
  if (inputs.isAlwaysNone())
    return getAlwaysNone(context);
  TableAttr table = getTable();
  if (inputs.getNumCombinations() <= context.maxCombinations)
    return inputs.enumerate(
        [&](ArrayRef<Scalar> key) { return table.lookup(key); },
        [&](ArrayRef<Scalar> key) {
          if (!context.diagnose)
            return;
          context.failed = true;
          InFlightDiagnostic diagnostic = emitOpError("has no entry for ")
                                          << describe(key)
                                          << ", which can occur";
          diagnostic.attachNote()
              << "add an entry, or a fallback written `_ -> value`";
        });

  // Every entry may be reached. Without a fallback so many combinations of
  // values cannot all have one.
  if (!table.getFallback() && context.diagnose) {
    context.failed = true;
    InFlightDiagnostic diagnostic =
        emitOpError("cannot have an entry for each of more than ")
        << context.maxCombinations << " combinations of values";
    diagnostic.attachNote() << "add a fallback written `_ -> value`";
  }
  std::vector<Scalar> values;
  for (Attribute attribute : table.getValues())
    if (std::optional<Scalar> value = getScalar(attribute))
      values.push_back(*value);
  if (table.getFallback())
    if (std::optional<Scalar> value = getScalar(table.getFallback()))
      values.push_back(*value);
  if (inputs.mayBeNone())
    values.push_back(Scalar::none());
  SOpFacts facts;
  facts.domain = Domain::finite(values);
  return complete(facts, context);
}

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

AbstractValue MapOp::inferDomain(ArrayRef<AbstractValue> operands,
                                 DomainContext &context) {
  ElementwiseInputs inputs(getInputs(), operands, context);
  if (inputs.isAlwaysNone())
    return getAlwaysNone(context);
  uint64_t numCombinations = inputs.getNumCombinations();

  RegionEvaluator evaluator(getBody().front());
  auto enumerate = [&] {
    return inputs.enumerate(
        [&](ArrayRef<Scalar> arguments) {
          return evaluator.evaluate(arguments);
        },
        [&](ArrayRef<Scalar> arguments) {
          if (!context.diagnose)
            return;
          context.failed = true;
          ScalarFailure failure;
          (void)evaluator.evaluate(arguments, &failure);
          reportFailure(*this, failure, arguments);
        });
  };
  if (!getType().getElementType().isInteger(1))
    if (std::optional<AffineForm> form = getAffineForm(*this)) {
      SOpFacts facts = inputs.inferAffine(*form);
      if (inputs.areRelated() || numCombinations <= fewCombinations)
        if (numCombinations <= context.maxCombinations)
          facts = meet(facts, enumerate(), context);
      return facts;
    }
  if (numCombinations <= context.maxCombinations)
    return enumerate();
  SOpFacts facts;
  facts.domain = Domain::any();
  return facts;
}
