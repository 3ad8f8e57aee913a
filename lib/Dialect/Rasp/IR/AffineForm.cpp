//===- AffineForm.cpp - Affine functions in the region of a map -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/AffineForm.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;

unsigned AffineForm::getNumArgumentsUsed() const {
  return llvm::count_if(factors, [](const Scalar &factor) {
    return factor != Scalar::integer(0);
  });
}

static AffineForm makeConstant(unsigned numArguments, Scalar value) {
  AffineForm form;
  form.factors.assign(numArguments, Scalar::fraction(0, 1));
  form.offset = value;
  return form;
}

/// Whether all numbers of `form` are finite. Sums and products of others may
/// be no numbers at all.
static bool isFinite(const AffineForm &form) {
  return std::isfinite(form.offset.getDouble()) &&
         llvm::all_of(form.factors, [](const Scalar &factor) {
           return std::isfinite(factor.getDouble());
         });
}

/// lhs + factor * rhs.
static AffineForm addScaled(const AffineForm &lhs, const Scalar &factor,
                            const AffineForm &rhs) {
  AffineForm form;
  for (auto [left, right] : llvm::zip_equal(lhs.factors, rhs.factors))
    form.factors.push_back(Scalar::add(left, Scalar::multiply(factor, right)));
  form.offset = Scalar::add(lhs.offset, Scalar::multiply(factor, rhs.offset));
  return form;
}

AffineForms::AffineForms(Block &body) : numArguments(body.getNumArguments()) {
  for (BlockArgument argument : body.getArguments()) {
    if (!argument.getType().isIntOrFloat())
      continue;
    AffineForm form = makeConstant(numArguments, Scalar::fraction(0, 1));
    form.factors[argument.getArgNumber()] = Scalar::fraction(1, 1);
    forms.try_emplace(argument, std::move(form));
  }
  for (Operation &op : body.without_terminator())
    if (op.getNumResults() == 1)
      if (std::optional<AffineForm> form = infer(&op); form && isFinite(*form))
        forms.try_emplace(op.getResult(0), std::move(*form));
}

std::optional<AffineForm> AffineForms::infer(Operation *op) const {
  Attribute constant;
  if (matchPattern(op, m_Constant(&constant))) {
    std::optional<Scalar> scalar = getScalar(constant);
    if (!scalar || !scalar->isNumeric())
      return std::nullopt;
    return makeConstant(numArguments, *scalar);
  }

  using Result = std::optional<AffineForm>;
  auto operand = [&](unsigned index) { return lookup(op->getOperand(index)); };
  auto scaled = [&](const Scalar &factor, const AffineForm &form) {
    return addScaled(makeConstant(numArguments, Scalar::fraction(0, 1)), factor,
                     form);
  };
  auto sum = [&](Scalar factor) -> Result {
    if (!operand(0) || !operand(1))
      return std::nullopt;
    return addScaled(*operand(0), factor, *operand(1));
  };
  auto product = [&]() -> Result {
    const AffineForm *lhs = operand(0), *rhs = operand(1);
    if (!lhs || !rhs)
      return std::nullopt;
    if (lhs->getNumArgumentsUsed() != 0)
      std::swap(lhs, rhs);
    if (lhs->getNumArgumentsUsed() != 0)
      return std::nullopt;
    return scaled(lhs->offset, *rhs);
  };
  const Scalar one = Scalar::fraction(1, 1), minusOne = Scalar::fraction(-1, 1);
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<arith::AddIOp, arith::SubIOp, arith::MulIOp>(
          [&](auto typed) -> Result {
            // On single bits these wrap around.
            if (typed.getType().isInteger(1))
              return std::nullopt;
            if (isa<arith::MulIOp>(op))
              return product();
            return sum(isa<arith::AddIOp>(op) ? one : minusOne);
          })
      .Case([&](arith::AddFOp) { return sum(one); })
      .Case([&](arith::SubFOp) { return sum(minusOne); })
      .Case([&](arith::MulFOp) { return product(); })
      .Case([&](arith::DivFOp) -> Result {
        const AffineForm *lhs = operand(0), *rhs = operand(1);
        if (!lhs || !rhs || rhs->getNumArgumentsUsed() != 0 ||
            rhs->offset == Scalar::integer(0))
          return std::nullopt;
        Scalar factor = Scalar::divide(one, rhs->offset);
        if (!std::isfinite(factor.getDouble()))
          return std::nullopt;
        return scaled(factor, *lhs);
      })
      .Case([&](arith::NegFOp) -> Result {
        if (!operand(0))
          return std::nullopt;
        return scaled(minusOne, *operand(0));
      })
      .Case<arith::ExtUIOp, arith::UIToFPOp>([&](auto typed) -> Result {
        // Of wider integers the unsigned value is not the value.
        if (!typed.getIn().getType().isInteger(1) || !operand(0))
          return std::nullopt;
        return *operand(0);
      })
      .Case<arith::ExtSIOp, arith::SIToFPOp>([&](auto typed) -> Result {
        if (!operand(0))
          return std::nullopt;
        // As a signed number a single bit is 0 or -1.
        return typed.getIn().getType().isInteger(1)
                   ? scaled(minusOne, *operand(0))
                   : *operand(0);
      })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

std::optional<AffineForm> rasp::getAffineForm(Value value) {
  AffineForms forms(*value.getParentBlock());
  const AffineForm *form = forms.lookup(value);
  return form ? std::optional(*form) : std::nullopt;
}

std::optional<AffineForm> rasp::getAffineForm(MapOp map) {
  auto yield = cast<YieldOp>(map.getBody().front().getTerminator());
  return getAffineForm(yield.getValue());
}
