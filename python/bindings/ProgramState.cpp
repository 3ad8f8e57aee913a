//===- ProgramState.cpp - A program that is being built -------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramState.h"

#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::python;

//===----------------------------------------------------------------------===//
// Types and locations
//===----------------------------------------------------------------------===//

Type ProgramState::getElementType(StringRef name) {
  Builder builder(getContext());
  if (name == "i1")
    return builder.getI1Type();
  if (name == "i64")
    return builder.getI64Type();
  if (name == "f64")
    return builder.getF64Type();
  if (name == "str")
    return StringType::get(getContext());
  if (name == "any")
    return AnyType::get(getContext());
  throw nb::value_error(
      ("element_type: expected i1, i64, f64, str or any, found '" + name + "'")
          .str()
          .c_str());
}

StringRef ProgramState::getElementTypeName(Type type) {
  if (type.isInteger(1))
    return "i1";
  if (type.isInteger(64))
    return "i64";
  if (type.isF64())
    return "f64";
  return isa<StringType>(type) ? "str" : "any";
}

Location mlir::rasp::python::getLocation(const SourceLocation &places,
                                         MLIRContext *context) {
  std::optional<Location> caller;
  for (const Report::Place &place : llvm::reverse(places)) {
    Location location =
        FileLineColLoc::get(context, place.file, place.line, place.column);
    caller = caller ? CallSiteLoc::get(location, *caller) : location;
  }
  return caller.value_or(UnknownLoc::get(context));
}

//===----------------------------------------------------------------------===//
// Beginning and end
//===----------------------------------------------------------------------===//

ProgramState::ProgramState(const ProgramContract &contract,
                           const SourceLocation &location)
    : storage(std::make_shared<Storage>()) {
  MLIRContext *context = getContext();
  context->loadDialect<RaspDialect>();
  Location loc = getLocation(location, context);
  OpBuilder builder(context);
  storage->module = ModuleOp::create(loc);
  builder.setInsertionPointToStart(storage->module->getBody());

  SmallVector<Attribute> vocab;
  for (const DetachedScalar &token : contract.vocab)
    vocab.push_back(getScalarAttribute(context, token.get(context)));
  SOpType type = getSOpType(contract.elementType);
  OperationState state(loc, ProgramOp::getOperationName());
  auto &properties = state.getOrAddProperties<ProgramOp::Properties>();
  properties.sym_name = builder.getStringAttr(contract.name);
  properties.function_type = TypeAttr::get(builder.getFunctionType(type, type));
  properties.vocab = builder.getArrayAttr(vocab);
  properties.max_seq_len = builder.getI64IntegerAttr(contract.maxSeqLen);
  if (contract.causal)
    properties.causal = builder.getUnitAttr();
  properties.bos = builder.getStringAttr(contract.bos);
  properties.pad = builder.getStringAttr(contract.pad);
  Region *body = state.addRegion();
  body->emplaceBlock().addArgument(type, loc);
  program = cast<ProgramOp>(builder.create(state));

  // Complete, to be verified: the program that returns its tokens.
  builder.setInsertionPointToEnd(&program.getProgramBody());
  auto placeholder = ReturnOp::create(builder, loc, getTokens());
  DiagnosticCapture capture(context);
  capture.check(verify(*storage->module), ErrorKind::Compilation);
  placeholder.erase();
  inference.emplace(program);
}

void ProgramState::checkUnfinished() const {
  if (!storage)
    throw nb::value_error("the program is finished: begin another one");
}

std::shared_ptr<Storage> ProgramState::finish(Value output,
                                              StringRef outputKind) {
  OpBuilder builder(getContext());
  builder.setInsertionPointToEnd(&program.getProgramBody());
  auto terminator = ReturnOp::create(builder, output.getLoc(), output);
  program.setFunctionType(
      builder.getFunctionType(program.getArgumentTypes(), output.getType()));
  if (!outputKind.empty())
    program.setOutput(outputKind);
  DiagnosticCapture capture(getContext());
  if (failed(verify(*storage->module))) {
    terminator.erase();
    program.removeOutputAttr();
    capture.fail(ErrorKind::Compilation);
  }
  interpreter.reset();
  inference.reset();
  return std::move(storage);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

Value ProgramState::add(const SourceLocation &location,
                        function_ref<Operation *(OpBuilder &, Location)> create,
                        std::vector<Report> &warnings) {
  OpBuilder builder(getContext());
  builder.setInsertionPointToEnd(&program.getProgramBody());
  DiagnosticCapture capture(getContext());
  Operation *op = create(builder, getLocation(location, getContext()));
  if (!op)
    capture.fail(ErrorKind::Compilation);
  if (failed(verify(op))) {
    op->erase();
    capture.fail(ErrorKind::Compilation);
  }
  inference->infer(op);
  warnings = capture.take();
  return op->getResult(0);
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

void ProgramState::setInput(ArrayRef<DetachedScalar> tokens) {
  DiagnosticCapture capture(getContext());
  FailureOr<IncrementalInterpreter> created =
      IncrementalInterpreter::create(program, attach(tokens, getContext()));
  capture.check(created, ErrorKind::Evaluation);
  interpreter = std::move(*created);
}

const EvaluationValue &ProgramState::evaluate(Value value) {
  if (!interpreter)
    throw nb::value_error("there is no input to evaluate on: call set_input");
  DiagnosticCapture capture(getContext());
  FailureOr<const EvaluationValue *> result = interpreter->evaluate(value);
  capture.check(result, ErrorKind::Evaluation);
  return **result;
}
