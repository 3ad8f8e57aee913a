//===- RaspVerifiers.cpp - Constraints of the rasp dialect's ops ----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include <map>

using namespace mlir;
using namespace mlir::rasp;

static Type getElementType(Value sop) {
  return cast<SOpType>(sop.getType()).getElementType();
}

static bool isNumberType(Type elementType) {
  return elementType.isIntOrFloat();
}

/// How a value of `elementType` is written.
static StringRef exampleOf(Type elementType) {
  if (elementType.isInteger(1))
    return "true";
  if (elementType.isInteger(64))
    return "1";
  if (elementType.isF64())
    return "1.0";
  return "\"a\"";
}

/// Checks that `attribute` is a value of an s-op of `elementType`.
static LogicalResult verifyValue(Attribute attribute, Type elementType,
                                 const Twine &what,
                                 function_ref<InFlightDiagnostic()> emitError) {
  std::optional<Scalar> scalar = getScalar(attribute);
  if (scalar && isValueOf(*scalar, elementType))
    return success();
  InFlightDiagnostic diagnostic = emitError();
  diagnostic << "expected " << what << " of type " << elementType << ", got "
             << attribute;
  if (!isa<AnyType>(elementType))
    diagnostic.attachNote()
        << "a value of this type is written like " << exampleOf(elementType);
  return diagnostic;
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// Program, constraint 1.
static LogicalResult verifyProgramType(ProgramOp program) {
  FunctionType type = program.getFunctionType();
  if (type.getNumInputs() != 1 || type.getNumResults() != 1)
    return program.emitOpError("expected one argument and one result, got ")
           << type.getNumInputs() << " and " << type.getNumResults();
  auto argument = dyn_cast<SOpType>(type.getInput(0));
  if (!argument || isa<AnyType>(argument.getElementType()))
    return program.emitOpError("expected an argument that is an s-op of i1, "
                               "i64, f64 or !rasp.str, got ")
           << type.getInput(0);
  if (!isa<SOpType>(type.getResult(0)))
    return program.emitOpError("expected a result that is an s-op, got ")
           << type.getResult(0);
  return success();
}

/// Program, constraints 2 and 3.
static LogicalResult verifyVocabulary(ProgramOp program) {
  Type elementType =
      cast<SOpType>(program.getArgumentTypes().front()).getElementType();
  if (program.getVocab().empty()) {
    InFlightDiagnostic diagnostic =
        program.emitOpError("has an empty vocabulary");
    diagnostic.attachNote()
        << "list the tokens that may occur, as in `vocab = ["
        << exampleOf(elementType) << "]`";
    return diagnostic;
  }
  StringRef bos = program.getBos(), pad = program.getPad();
  if (bos == pad) {
    InFlightDiagnostic diagnostic =
        program.emitOpError("has the same name for BOS and PAD: \"")
        << bos << "\"";
    diagnostic.attachNote() << "give one of `bos` and `pad` another name";
    return diagnostic;
  }
  std::map<Scalar, size_t> places;
  for (auto [index, token] : llvm::enumerate(program.getVocab())) {
    if (failed(verifyValue(token, elementType, "a vocabulary of tokens",
                           [&] { return program.emitOpError(); })))
      return failure();
    Scalar scalar = *getScalar(token);
    if (scalar.isNone())
      return program.emitOpError("has none in its vocabulary; a token has a "
                                 "value");
    auto [place, isNew] = places.try_emplace(scalar, index);
    if (!isNew) {
      InFlightDiagnostic diagnostic = program.emitOpError("has the token ")
                                      << token << " twice in its vocabulary";
      diagnostic.attachNote()
          << "it stands at places " << place->second << " and " << index;
      return diagnostic;
    }
    std::string name = scalar.str();
    if (name == bos || name == pad) {
      StringRef role = name == bos ? "bos" : "pad";
      InFlightDiagnostic diagnostic = program.emitOpError("has the ")
                                      << role.upper()
                                      << " token in its vocabulary: " << token;
      diagnostic.attachNote() << "name that token otherwise, as in `" << role
                              << " = \"<" << role << ">\"`";
      return diagnostic;
    }
  }
  return success();
}

/// Program, constraint 7.
static LogicalResult verifyAttributeNames(ProgramOp program) {
  const StringRef known[] = {
      program.getVocabAttrName(),  program.getMaxSeqLenAttrName(),
      program.getCausalAttrName(), program.getBosAttrName(),
      program.getPadAttrName(),    program.getOutputAttrName()};
  for (NamedAttribute attribute : program->getDiscardableAttrs()) {
    StringRef name = attribute.getName();
    if (name.contains('.'))
      continue;
    InFlightDiagnostic diagnostic = program.emitOpError("unknown attribute '")
                                    << name << "'";
    const StringRef *nearest =
        llvm::min_element(known, [&](StringRef left, StringRef right) {
          return name.edit_distance(left) < name.edit_distance(right);
        });
    Diagnostic &note = diagnostic.attachNote();
    if (name.edit_distance(*nearest) <= 2) {
      note << "did you mean '" << *nearest << "'?";
    } else {
      note << "a program has the attributes ";
      llvm::interleaveComma(known, note, [&](StringRef each) { note << each; });
      note << "; others have a name with a dot, as in 'my.attribute'";
    }
    return diagnostic;
  }
  return success();
}

/// Program, constraint 4: the greatest length of an input.
static constexpr uint64_t maxSupportedLength = 65536;

LogicalResult ProgramOp::verify() {
  // The generic form can leave these null, where they stand as another kind of
  // attribute.
  if (!getBosAttr() || !getPadAttr())
    return emitOpError("expected `bos` and `pad` to be strings");

  if (failed(verifyAttributeNames(*this)) || failed(verifyProgramType(*this)) ||
      failed(verifyVocabulary(*this)))
    return failure();

  uint64_t length = getMaxSeqLen();
  if (length < 1 || length > maxSupportedLength)
    return emitOpError("expected max_seq_len from 1 to ")
           << maxSupportedLength << ", got " << length;

  // Constraint 5.
  Operation *terminator = getBody().front().getTerminator();
  if (!isa<ReturnOp>(terminator)) {
    InFlightDiagnostic diagnostic =
        emitOpError("expected a body that ends in rasp.return");
    diagnostic.attachNote(terminator->getLoc()) << "it ends here";
    return diagnostic;
  }

  // Constraint 6.
  std::optional<StringRef> output = getOutput();
  if (output && *output != "categorical" && *output != "numerical")
    return emitOpError("expected output to be \"categorical\" or "
                       "\"numerical\", got \"")
           << *output << "\"";
  Type resultElement = cast<SOpType>(getResultTypes().front()).getElementType();
  if (output && *output == "numerical" && !isNumberType(resultElement)) {
    InFlightDiagnostic diagnostic =
        emitOpError("has a numerical output of type ") << resultElement;
    diagnostic.attachNote()
        << "only i1, i64 and f64 are read as a number; make it categorical";
    return diagnostic;
  }
  return success();
}

LogicalResult ReturnOp::verify() {
  auto program = cast<ProgramOp>((*this)->getParentOp());
  // The program's own verifier has looked at its type by now.
  Type expected = program.getResultTypes().front();
  if (getValue().getType() == expected)
    return success();
  InFlightDiagnostic diagnostic = emitOpError("returns ")
                                  << getValue().getType();
  diagnostic.attachNote(program.getLoc())
      << "the program's result is " << expected;
  return diagnostic;
}

//===----------------------------------------------------------------------===//
// Regions of scalar code
//===----------------------------------------------------------------------===//

static bool isScalarType(Type type) {
  return type.isSignlessInteger(1) || type.isSignlessInteger(64) ||
         type.isF64() || isa<StringType>(type);
}

/// Map, constraint 1, and select, constraint 4: the arguments of the region
/// `body` of `op` are of the element types of `sops`.
static LogicalResult verifyRegionArguments(Operation *op, Region &body,
                                           ValueRange sops) {
  if (body.getNumArguments() != sops.size())
    return op->emitOpError("expected a region of ")
           << sops.size() << " arguments, one for each operand, got "
           << body.getNumArguments();
  for (auto [argument, sop] : llvm::zip_equal(body.getArguments(), sops))
    if (argument.getType() != getElementType(sop))
      return op->emitOpError("expected the region's argument ")
             << argument.getArgNumber() << " to be of the operand's element "
             << "type " << getElementType(sop) << ", got "
             << argument.getType();
  return success();
}

/// Upstream's folders compute with constants in IEEE doubles and in integers
/// that wrap around, where the language has real numbers: what they make of an
/// op on constants must be what the op means.
static LogicalResult verifyConstants(Block &body) {
  llvm::DenseMap<Value, Scalar> constants;
  for (Operation &op : body.without_terminator()) {
    auto scalarOp = dyn_cast<ScalarOpInterface>(op);
    if (!scalarOp || op.getNumResults() != 1)
      continue;
    SmallVector<Scalar> operands;
    for (Value operand : op.getOperands()) {
      auto found = constants.find(operand);
      if (found == constants.end())
        break;
      operands.push_back(found->second);
    }
    if (operands.size() != op.getNumOperands())
      continue;
    std::string reason;
    FailureOr<Scalar> result = scalarOp.evaluateScalar(operands, reason);
    if (failed(result))
      return op.emitOpError("of constants is undefined: ") << reason;
    if (result->getKind() == Scalar::Kind::Number &&
        Scalar::number(result->getDouble()) != *result) {
      InFlightDiagnostic diagnostic = op.emitOpError("of constants is ")
                                      << result->str()
                                      << ", which f64 does not hold exactly";
      diagnostic.attachNote()
          << "apply it to a value instead (x / 3.0 is exact), or write the "
             "rounded number";
      return diagnostic;
    }
    constants.try_emplace(op.getResult(0), *result);
  }
  return success();
}

/// Map, constraints 2 and 3, and select, constraint 4: the region `body` of
/// `op` is scalar code that yields a value of `resultType`.
static LogicalResult verifyScalarCode(Operation *op, Region &body,
                                      Type resultType) {
  for (Operation &scalarOp : body.front().without_terminator()) {
    if (!isa<ScalarOpInterface>(scalarOp) || scalarOp.getNumRegions() != 0) {
      InFlightDiagnostic diagnostic =
          scalarOp.emitOpError("cannot stand in the region of '")
          << op->getName() << "'";
      diagnostic.attachNote()
          << "expected straight-line code of arith, math and the string ops of "
             "rasp; arith.select chooses";
      return diagnostic;
    }
    for (Type type : llvm::concat<const Type>(scalarOp.getOperandTypes(),
                                              scalarOp.getResultTypes())) {
      if (isScalarType(type))
        continue;
      InFlightDiagnostic diagnostic =
          scalarOp.emitOpError("computes with a value of type ")
          << type << " in the region of '" << op->getName() << "'";
      diagnostic.attachNote()
          << "the scalars of the language are of type i1, i64, f64 and "
             "!rasp.str";
      return diagnostic;
    }
  }
  if (failed(verifyConstants(body.front())))
    return failure();
  Operation *terminator = body.front().getTerminator();
  auto yield = dyn_cast<YieldOp>(terminator);
  if (!yield)
    return terminator->emitOpError("expected rasp.yield at the end of the "
                                   "region of '")
           << op->getName() << "'";
  if (yield.getValue().getType() != resultType)
    return yield.emitOpError("expected a value of type ")
           << resultType << ", got " << yield.getValue().getType();
  return success();
}

LogicalResult MapOp::verify() {
  if (getInputs().empty()) {
    InFlightDiagnostic diagnostic = emitOpError("expected an operand");
    diagnostic.attachNote() << "one value everywhere is a rasp.constant";
    return diagnostic;
  }
  // Constraint 4.
  for (Type type : llvm::concat<const Type>(getInputs().getTypes(),
                                            (*this)->getResultTypes())) {
    if (!isa<AnyType>(cast<SOpType>(type).getElementType()))
      continue;
    InFlightDiagnostic diagnostic =
        emitOpError("has an operand or a result of type ") << type;
    diagnostic.attachNote()
        << "no scalar code computes with values of any kind; rasp.lookup does";
    return diagnostic;
  }
  return verifyRegionArguments(*this, getBody(), getInputs());
}

LogicalResult MapOp::verifyRegions() {
  return verifyScalarCode(*this, getBody(), getElementType(getResult()));
}

//===----------------------------------------------------------------------===//
// S-ops
//===----------------------------------------------------------------------===//

LogicalResult ConstantOp::verify() {
  return verifyValue(getValue(), getElementType(getResult()), "a value",
                     [&] { return emitOpError(); });
}

/// Lookup, constraints 1 and 2, and select, constraint 3: `table` has
/// `numInputs` inputs, and values of `elementType`.
static LogicalResult verifyTable(Operation *op, TableAttr table,
                                 size_t numInputs, Type elementType) {
  if (table.getNumInputs() != numInputs)
    return op->emitOpError("expected a table of ")
           << numInputs << " inputs, got one of " << table.getNumInputs();
  auto verifyEntry = [&](Attribute value) {
    return verifyValue(value, elementType, "values in the table",
                       [&] { return op->emitOpError(); });
  };
  for (Attribute value : table.getValues())
    if (failed(verifyEntry(value)))
      return failure();
  return table.getFallback() ? verifyEntry(table.getFallback()) : success();
}

LogicalResult LookupOp::verify() {
  if (getInputs().empty()) {
    InFlightDiagnostic diagnostic = emitOpError("expected an operand");
    diagnostic.attachNote() << "one value everywhere is a rasp.constant";
    return diagnostic;
  }
  return verifyTable(*this, getTable(), getInputs().size(),
                     getElementType(getResult()));
}

LogicalResult AggregateOp::verify() {
  // Constraint 1.
  Type valueType = getElementType(getValues());
  Type resultType = getElementType(getResult());
  if (resultType != valueType &&
      !(resultType.isF64() && isNumberType(valueType))) {
    InFlightDiagnostic diagnostic = emitOpError("makes s-op values of type ")
                                    << resultType << " from values of type "
                                    << valueType;
    diagnostic.attachNote()
        << "expected the type of the values"
        << (isNumberType(valueType) ? ", or f64 for a mean" : "");
    return diagnostic;
  }
  // Constraint 2.
  if (!getDefaultValueAttr())
    return success();
  return verifyValue(getDefaultValueAttr(), resultType, "a default",
                     [&] { return emitOpError(); });
}

//===----------------------------------------------------------------------===//
// Selectors and scalars
//===----------------------------------------------------------------------===//

LogicalResult SelectOp::verify() {
  // Constraint 1.
  unsigned numGiven =
      bool(getPredicateAttr()) + bool(getTableAttr()) + !getBody().empty();
  if (numGiven != 1)
    return emitOpError("expected one of a predicate, a table and a region, "
                       "got ")
           << (numGiven == 0 ? "none" : "several");

  Type keyType = getElementType(getKeys());
  Type queryType = getElementType(getQueries());
  if (std::optional<Predicate> predicate = getPredicate()) {
    // Constraint 2.
    bool isOrder = *predicate >= Predicate::LT && *predicate <= Predicate::GE;
    bool comparable = isa<AnyType>(keyType) || isa<AnyType>(queryType) ||
                      (isNumberType(keyType) && isNumberType(queryType)) ||
                      (isa<StringType>(keyType) && isa<StringType>(queryType));
    if (isOrder && !comparable) {
      InFlightDiagnostic diagnostic = emitOpError("cannot order keys of type ")
                                      << keyType << " and queries of type "
                                      << queryType;
      diagnostic.attachNote()
          << stringifyPredicate(*predicate)
          << " compares two numbers or two strings; eq and ne compare all";
      return diagnostic;
    }
    return success();
  }
  if (TableAttr table = getTableAttr()) {
    // Constraint 3.
    Type boolean = IntegerType::get(getContext(), 1);
    if (failed(verifyTable(*this, table, 2, boolean)))
      return failure();
    auto isNone = [](Attribute value) { return isa<NoneAttr>(value); };
    if (llvm::any_of(table.getValues(), isNone) ||
        (table.getFallback() && isNone(table.getFallback())))
      return emitOpError("expected true or false in the table, got none");
    return success();
  }
  return verifyRegionArguments(*this, getBody(), {getKeys(), getQueries()});
}

LogicalResult SelectOp::verifyRegions() {
  if (getBody().empty())
    return success();
  Type boolean = IntegerType::get(getContext(), 1);
  return verifyScalarCode(*this, getBody(), boolean);
}

LogicalResult CompareStringsOp::verify() {
  if (getPredicate() != Predicate::True && getPredicate() != Predicate::False)
    return success();
  return emitOpError("expected one of eq, ne, lt, le, gt and ge, got ")
         << stringifyPredicate(getPredicate());
}
