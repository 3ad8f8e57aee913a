//===- MapInference.cpp - Domains of maps and lookups ---------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarRanges.h"

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

/// `facts` of `map`, and what is known of it in addition where it is affine.
static SOpFacts meetAffine(MapOp map, const ElementwiseInputs &inputs,
                           SOpFacts facts, const DomainContext &context) {
  // Single bits are booleans, not numbers.
  if (map.getType().getElementType().isInteger(1))
    return facts;
  std::optional<AffineForm> form = getAffineForm(map);
  if (!form)
    return facts;
  SOpFacts affine = inputs.inferAffine(*form);
  auto size = [](const Domain &domain) {
    return domain.isFinite() ? domain.getValues().size()
                             : Domain::maxValues + 1;
  };
  if (size(affine.domain) < size(facts.domain))
    facts.domain = affine.domain;
  if (!facts.position)
    facts.position = affine.position;
  if (!facts.permuted)
    facts.permuted = affine.permuted;
  if (!facts.upperBound)
    facts.upperBound = affine.upperBound;
  facts.distinctPerPosition |= affine.distinctPerPosition;
  facts.samePerPosition |= affine.samePerPosition;
  return complete(facts, context);
}

/// Emits the error that `map` may fail as `failure` says on one of too many
/// values to try.
static void reportUnproven(MapOp map, const ScalarFailure &failure,
                           ArrayRef<AbstractValue> operands,
                           const DomainContext &context) {
  InFlightDiagnostic diagnostic = failure.op->emitOpError(failure.reason);
  if (!failure.operands.empty())
    diagnostic << " on " << describe(failure.operands);
  diagnostic << " as far as the compiler can show";
  diagnostic.attachNote(map.getLoc())
      << "the inputs have more than " << context.maxCombinations
      << " combinations of values, too many to try";
  for (auto [input, operand] : llvm::zip_equal(map.getInputs(), operands))
    diagnostic.attachNote(input.getLoc())
        << "the values of this input are "
        << describe(getSOpFacts(operand).domain);
}

AbstractValue MapOp::inferDomain(ArrayRef<AbstractValue> operands,
                                 DomainContext &context) {
  ElementwiseInputs inputs(getInputs(), operands, context);
  if (inputs.isAlwaysNone())
    return getAlwaysNone(context);
  Block &body = getBody().front();
  uint64_t numCombinations = inputs.getNumCombinations();

  RegionEvaluator evaluator(body);
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

  if (numCombinations <= std::min(fewCombinations, context.maxCombinations))
    return meetAffine(*this, inputs, enumerate(), context);
  // Op by op it is cheap; and as good where it is exact.
  ScalarRanges ranges(body, inputs, context);
  bool isProven = ranges.isExact() && !ranges.getFailure();
  if (!isProven && numCombinations <= context.maxCombinations)
    return meetAffine(*this, inputs, enumerate(), context);
  if (ranges.getFailure() && context.diagnose) {
    context.failed = true;
    reportUnproven(*this, *ranges.getFailure(), operands, context);
  }
  SOpFacts facts;
  facts.domain = ranges.getResult();
  if (inputs.mayBeNone())
    facts.domain = facts.domain.withNone();
  facts.samePerPosition = inputs.areSamePerPosition();
  return meetAffine(*this, inputs, complete(facts, context), context);
}
