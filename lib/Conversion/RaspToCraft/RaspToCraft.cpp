//===- RaspToCraft.cpp - Conversion of rasp programs to craft values ------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramLowering.h"

#include "rasp/Conversion/Passes.h"
#include "rasp/Dialect/Craft/Analysis/Rounding.h"

#include "mlir/IR/PatternMatch.h"

#include <limits>

using namespace mlir;
using namespace mlir::rasp;
using craft::AffineAttr;
using craft::MatrixAttr;
using craft::SparseMatrix;

namespace mlir::rasp {
#define GEN_PASS_DEF_CONVERTRASPTOCRAFT
#include "rasp/Conversion/Passes.h.inc"
} // namespace mlir::rasp

ProgramLowering::ProgramLowering(ProgramOp program, OpBuilder &builder,
                                 Limits limits)
    : program(program), builder(builder), context(program.getContext()),
      limits(limits), domains(program),
      functions(domains, limits.maxCombinations) {}

Location ProgramLowering::getNamedLoc(Value sop) {
  if (auto argument = dyn_cast<BlockArgument>(sop))
    return NameLoc::get(StringAttr::get(context, "tokens"), argument.getLoc());
  Operation *op = sop.getDefiningOp();
  if (auto label = op->getAttrOfType<StringAttr>("label"))
    return NameLoc::get(label, op->getLoc());
  if (isa<IndicesOp>(op))
    return NameLoc::get(StringAttr::get(context, "indices"), op->getLoc());
  return op->getLoc();
}

Value ProgramLowering::createConstant(Location loc, const Scalar &value,
                                      Type type) {
  AffineAttr constant = AffineAttr::get(
      context, ArrayRef<MatrixAttr>(),
      DenseF64ArrayAttr::get(
          context, cast<craft::SubspaceTypeInterface>(type).encode(value)));
  return craft::LinearOp::create(builder, loc, type, ValueRange(), constant);
}

/// The most categories that a number is made a one-hot for: the MLP has two
/// units for each.
static constexpr size_t maxOneHotOutputs = 2048;

/// The middle of the codes: logits of the distances from it are smallest.
static double getCenter(ArrayRef<double> codes) {
  return (*llvm::min_element(codes) + *llvm::max_element(codes)) / 2;
}

bool ProgramLowering::canReadNearest(ArrayRef<double> codes) {
  double center = getCenter(codes), magnitude = 0;
  double gap = std::numeric_limits<double>::infinity();
  SmallVector<double> sorted(codes);
  llvm::sort(sorted);
  double greatest = std::max(std::abs(sorted.front()), std::abs(sorted.back()));
  craft::BinaryGrid numbers, weights, biases;
  for (size_t i = 0; i < sorted.size(); ++i) {
    double code = sorted[i] - center;
    double bias = code * code + 2 * code * center;
    numbers.add(sorted[i]);
    weights.add(2 * code);
    biases.add(bias);
    magnitude =
        std::max(magnitude, std::abs(2 * code) * greatest + std::abs(bias));
    if (i > 0)
      gap = std::min(gap, sorted[i] - sorted[i - 1]);
  }
  // Two neighbours' logits differ by the square of their distance. Each is
  // exact, or rounded as a weight, as a product and as a sum.
  return (numbers * weights + biases).holds(magnitude) ||
         2 * 3 * craft::unitRoundoff * magnitude < gap * gap / 4;
}

LogicalResult ProgramLowering::lowerOutput(ReturnOp output) {
  Value sop = output.getValue();
  const Domain &domain = domains.getDomain(sop);
  if (program.isOutputNumerical()) {
    FailureOr<Value> number = getScalarSubspace(sop);
    if (failed(number))
      return failure();
    AffineAttr map =
        AffineAttr::get(context, SparseMatrix::identity(1).get(context),
                        DenseF64ArrayAttr::get(context, 0.0));
    craft::UnembedOp::create(
        builder, output.getLoc(), *number, map, ArrayAttr(),
        builder.getUnitAttr(),
        cast<craft::ScalarType>(number->getType()).getNoneCode());
    return success();
  }

  if (!domain.isFinite()) {
    InFlightDiagnostic diagnostic =
        output.emitOpError("has too many possible values for a categorical "
                           "output: expected at most ")
        << Domain::maxValues;
    diagnostic.attachNote(program.getLoc())
        << "state output = \"numerical\" to get the number itself";
    return diagnostic;
  }
  std::vector<Scalar> outputs = domain.getValuesAndNone();
  SmallVector<Attribute> outputAttrs;
  for (const Scalar &value : outputs)
    outputAttrs.push_back(getScalarAttribute(context, value));

  // Of a number, the logit of c is 2cx - c^2: the nearest value wins. It takes
  // no MLP. Of a one-hot, logits are its columns.
  bool isNumber =
      domain.isNumeric() && getLayout(sop) == Layout::Scalar &&
      (functions.isRoot(sop) || !isOneHotAvailable(sop) || isBit(sop));
  SmallVector<double> codes;
  if (isNumber) {
    craft::ScalarType type = getScalarType(sop);
    for (const Scalar &value : outputs)
      codes.push_back(type.encode(value).front());
    isNumber = canReadNearest(codes);
    if (!isNumber && outputs.size() > maxOneHotOutputs) {
      InFlightDiagnostic diagnostic =
          output.emitOpError("has ")
          << outputs.size()
          << " categories that f32 cannot read off one number, and too many "
             "for a one-hot: expected at most "
          << maxOneHotOutputs;
      diagnostic.attachNote(program.getLoc())
          << "state output = \"numerical\" to get the number itself";
      return diagnostic;
    }
  }
  FailureOr<Value> value = isNumber ? getScalarSubspace(sop) : getOneHot(sop);
  if (failed(value))
    return failure();
  AffineAttr map;
  if (auto scalar = dyn_cast<craft::ScalarType>(value->getType())) {
    codes.clear();
    for (const Scalar &value : outputs)
      codes.push_back(scalar.encode(value).front());
    SparseMatrix matrix(1, outputs.size());
    SmallVector<double> bias;
    double center = getCenter(codes);
    for (auto [column, number] : llvm::enumerate(codes)) {
      double code = number - center;
      matrix.set(0, column, 2 * code);
      bias.push_back(-code * code - 2 * code * center);
    }
    map = AffineAttr::get(context, matrix.get(context),
                          DenseF64ArrayAttr::get(context, bias));
  } else {
    map = AffineAttr::get(
        context, SparseMatrix::identity(outputs.size()).get(context),
        DenseF64ArrayAttr::get(context,
                               SmallVector<double>(outputs.size(), 0.0)));
  }
  craft::UnembedOp::create(builder, output.getLoc(), *value, map,
                           builder.getArrayAttr(outputAttrs), UnitAttr(),
                           FloatAttr());
  return success();
}

FailureOr<craft::ProgramOp> ProgramLowering::run() {
  if (failed(domains.diagnose()))
    return failure();
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(program);
  auto target = craft::ProgramOp::create(
      builder, program.getLoc(), program.getSymNameAttr(),
      program.getVocabAttr(), program.getMaxSeqLenAttr(),
      program.getCausalAttr(), program.getBosAttr(), program.getPadAttr());
  builder.createBlock(&target.getBody());
  if (failed(lowerOutput(
          cast<ReturnOp>(program.getBody().front().getTerminator())))) {
    target.erase();
    return failure();
  }
  return target;
}

/// Says why a call is still there, and what would help.
static void refuseCall(func::CallOp call) {
  InFlightDiagnostic diagnostic =
      call.emitOpError("calls a function: expected a program without calls");
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      call, call.getCalleeAttr());
  if (callee && callee.isDeclaration())
    diagnostic.attachNote(callee.getLoc())
        << "the function has no body that could be inlined";
  else
    diagnostic.attachNote() << "run the inliner first (--inline); it does not "
                               "inline a function that calls itself";
}

namespace {
struct ConvertRaspToCraft
    : public rasp::impl::ConvertRaspToCraftBase<ConvertRaspToCraft> {
  using ConvertRaspToCraftBase::ConvertRaspToCraftBase;

  void runOnOperation() override {
    OpBuilder builder(&getContext());
    SmallVector<ProgramOp> programs;
    getOperation().walk(
        [&](ProgramOp program) { programs.push_back(program); });
    bool anyFailed = false;
    for (ProgramOp program : programs) {
      WalkResult calls = program.walk([](func::CallOp call) {
        refuseCall(call);
        return WalkResult::interrupt();
      });
      if (calls.wasInterrupted()) {
        anyFailed = true;
        continue;
      }
      ProgramLowering lowering(program, builder,
                               {maxCombinations, maxMatrixEntries});
      FailureOr<craft::ProgramOp> target = lowering.run();
      if (failed(target)) {
        anyFailed = true;
        continue;
      }
      numHeads += lowering.getNumHeads();
      numMaps += lowering.getNumMaps();
      program.erase();
    }
    if (anyFailed)
      return signalPassFailure();
    // Helper functions over s-ops have been inlined wherever they are called.
    auto isOfRasp = llvm::IsaPred<SOpType, SelectorType>;
    SmallVector<func::FuncOp> helpers;
    getOperation().walk([&](func::FuncOp function) {
      FunctionType type = function.getFunctionType();
      if (llvm::any_of(type.getInputs(), isOfRasp) ||
          llvm::any_of(type.getResults(), isOfRasp))
        helpers.push_back(function);
    });
    for (func::FuncOp function : helpers)
      function.erase();
  }
};
} // namespace
