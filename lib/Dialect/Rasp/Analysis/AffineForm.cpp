//===- AffineForm.cpp - Affine functions in the region of a map -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/Analysis/AffineForm.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

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

/// lhs + factor * rhs.
static AffineForm addScaled(const AffineForm &lhs, const Scalar &factor,
                            const AffineForm &rhs) {
  AffineForm form;
  for (auto [left, right] : llvm::zip_equal(lhs.factors, rhs.factors))
    form.factors.push_back(Scalar::add(left, Scalar::multiply(factor, right)));
  form.offset = Scalar::add(lhs.offset, Scalar::multiply(factor, rhs.offset));
  return form;
}

static std::optional<AffineForm> getForm(Value value, unsigned numArguments) {
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    if (!argument.getType().isIntOrFloat())
      return std::nullopt;
    AffineForm form = makeConstant(numArguments, Scalar::fraction(0, 1));
    form.factors[argument.getArgNumber()] = Scalar::fraction(1, 1);
    return form;
  }
  Operation *op = value.getDefiningOp();
  Attribute constant;
  if (matchPattern(op, m_Constant(&constant))) {
    std::optional<Scalar> scalar = getScalar(constant);
    if (!scalar || !scalar->isNumeric())
      return std::nullopt;
    return makeConstant(numArguments, *scalar);
  }

  auto operand = [&](unsigned index) {
    return getForm(op->getOperand(index), numArguments);
  };
  auto sum = [&](Scalar factor) -> std::optional<AffineForm> {
    std::optional<AffineForm> lhs = operand(0), rhs = operand(1);
    if (!lhs || !rhs)
      return std::nullopt;
    return addScaled(*lhs, factor, *rhs);
  };
  auto product = [&]() -> std::optional<AffineForm> {
    std::optional<AffineForm> lhs = operand(0), rhs = operand(1);
    if (!lhs || !rhs)
      return std::nullopt;
    if (lhs->getNumArgumentsUsed() != 0)
      std::swap(lhs, rhs);
    if (lhs->getNumArgumentsUsed() != 0)
      return std::nullopt;
    return addScaled(makeConstant(numArguments, Scalar::fraction(0, 1)),
                     lhs->offset, *rhs);
  };
  const Scalar one = Scalar::fraction(1, 1), minusOne = Scalar::fraction(-1, 1);
  using Result = std::optional<AffineForm>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<arith::AddIOp, arith::SubIOp, arith::MulIOp>([&](auto typed) -> Result {
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
        std::optional<AffineForm> lhs = operand(0), rhs = operand(1);
        if (!lhs || !rhs || rhs->getNumArgumentsUsed() != 0 ||
            rhs->offset == Scalar::integer(0))
          return std::nullopt;
        return addScaled(makeConstant(numArguments, Scalar::fraction(0, 1)),
                         Scalar::divide(one, rhs->offset), *lhs);
      })
      .Case([&](arith::NegFOp) -> Result {
        std::optional<AffineForm> form = operand(0);
        if (!form)
          return std::nullopt;
        return addScaled(makeConstant(numArguments, Scalar::fraction(0, 1)),
                         minusOne, *form);
      })
      .Case<arith::ExtUIOp, arith::UIToFPOp>([&](auto typed) -> Result {
        // Of wider integers the unsigned value is not the value.
        if (!typed.getIn().getType().isInteger(1))
          return std::nullopt;
        return operand(0);
      })
      .Case([&](arith::SIToFPOp typed) -> Result {
        if (typed.getIn().getType().isInteger(1))
          return std::nullopt;
        return operand(0);
      })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

std::optional<AffineForm> rasp::getAffineForm(Value value) {
  return getForm(value, value.getParentBlock()->getNumArguments());
}

std::optional<AffineForm> rasp::getAffineForm(MapOp map) {
  auto yield = cast<YieldOp>(map.getBody().front().getTerminator());
  Value value = yield.getValue();
  if (!value.getType().isIntOrFloat())
    return std::nullopt;
  return getForm(value, map.getInputs().size());
}
