//===- RaspOps.cpp - Ops of the rasp dialect ------------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::rasp;

//===----------------------------------------------------------------------===//
// Custom directives
//===----------------------------------------------------------------------===//

/// What getResultName calls a value that has no name: a number, or nothing.
static bool isAnonymous(StringRef name) {
  return name.empty() || llvm::all_of(name, llvm::isDigit);
}

static ParseResult parseLabel(OpAsmParser &parser, StringAttr &label) {
  std::string name;
  if (succeeded(parser.parseOptionalKeyword("as"))) {
    if (parser.parseString(&name))
      return failure();
  } else {
    name = parser.getResultName(0).first.str();
    if (isAnonymous(name))
      return success();
  }
  if (!name.empty())
    label = parser.getBuilder().getStringAttr(name);
  return success();
}

/// Prints `as "label"` where the name that the printer gives to the SSA value
/// is not the label: where the label is no identifier, or taken already.
static void printLabel(OpAsmPrinter &printer, Operation *op, StringAttr label) {
  std::string name;
  llvm::raw_string_ostream os(name);
  printer.printOperand(op->getResult(0), os);
  StringRef parsed = StringRef(name).drop_front(name.empty() ? 0 : 1);
  StringRef wanted = label ? label.getValue() : StringRef();
  if (isAnonymous(parsed) ? !wanted.empty() : parsed != wanted) {
    printer << " as ";
    printer.printString(wanted);
  }
}

static ParseResult parseScalarValue(OpAsmParser &parser, Attribute &value) {
  return parser.parseAttribute(value);
}

static void printScalarValue(OpAsmPrinter &printer, Operation *,
                             Attribute value) {
  printScalarAttribute(printer.getStream(), value);
}

/// The type of a constant that is written without one, or null.
static Type inferConstantType(Attribute value) {
  std::optional<Scalar> scalar = getScalar(value);
  if (!scalar)
    return {};
  MLIRContext *context = value.getContext();
  switch (scalar->getKind()) {
  case Scalar::Kind::None:
    return {};
  case Scalar::Kind::Bool:
    return SOpType::get(IntegerType::get(context, 1));
  case Scalar::Kind::Integer:
    return SOpType::get(IntegerType::get(context, 64));
  case Scalar::Kind::Number:
    return SOpType::get(Float64Type::get(context));
  case Scalar::Kind::String:
    return SOpType::get(StringType::get(context));
  }
  llvm_unreachable("unknown kind of scalar");
}

static ParseResult parseConstantValue(OpAsmParser &parser, Attribute &value,
                                      Type &type) {
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseAttribute(value))
    return failure();
  if (succeeded(parser.parseOptionalArrow()))
    return parser.parseType(type);
  type = inferConstantType(value);
  if (type)
    return success();
  return parser.emitError(location)
         << "the type of " << value
         << " cannot be inferred; write it after the value, as in `-> "
            "!rasp.sop<i64>`";
}

static void printConstantValue(OpAsmPrinter &printer, Operation *,
                               Attribute value, Type type) {
  printScalarAttribute(printer.getStream(), value);
  if (type != inferConstantType(value))
    printer << " -> " << type;
}

/// Parses one of the predicates up to `last`, if there is one.
static OptionalParseResult parseOptionalPredicate(OpAsmParser &parser,
                                                  Predicate last,
                                                  PredicateAttr &predicate) {
  for (unsigned value = 0; value <= unsigned(last); ++value) {
    auto candidate = Predicate(value);
    if (failed(parser.parseOptionalKeyword(stringifyPredicate(candidate))))
      continue;
    predicate = PredicateAttr::get(parser.getContext(), candidate);
    return success();
  }
  return std::nullopt;
}

static ParseResult parseComparison(OpAsmParser &parser,
                                   PredicateAttr &predicate) {
  SMLoc location = parser.getCurrentLocation();
  if (parseOptionalPredicate(parser, Predicate::GE, predicate).has_value())
    return success();
  return parser.emitError(location)
         << "expected a comparison: eq, ne, lt, le, gt or ge";
}

static void printComparison(OpAsmPrinter &printer, Operation *,
                            PredicateAttr predicate) {
  printer << stringifyPredicate(predicate.getValue());
}

static ParseResult parseOptionalTable(OpAsmParser &parser, TableAttr &table) {
  if (failed(parser.parseOptionalKeyword("table")))
    return success();
  return parser.parseCustomAttributeWithFallback(table);
}

static ParseResult parseTable(OpAsmParser &parser, TableAttr &table) {
  if (parseOptionalTable(parser, table))
    return failure();
  if (table)
    return success();
  return parser.emitError(parser.getCurrentLocation(),
                          "expected a table, written `table<(key) -> value>`");
}

static void printOptionalTable(OpAsmPrinter &printer, Operation *,
                               TableAttr table) {
  if (!table)
    return;
  printer << " table";
  table.print(printer);
}

static void printTable(OpAsmPrinter &printer, Operation *op, TableAttr table) {
  printOptionalTable(printer, op, table);
}

#define GET_OP_CLASSES
#include "rasp/Dialect/Rasp/IR/RaspOps.cpp.inc"

//===----------------------------------------------------------------------===//
// ProgramOp
//===----------------------------------------------------------------------===//

ParseResult ProgramOp::parse(OpAsmParser &parser, OperationState &result) {
  auto buildFunctionType =
      [](Builder &builder, ArrayRef<Type> arguments, ArrayRef<Type> results,
         function_interface_impl::VariadicFlag,
         std::string &) { return builder.getFunctionType(arguments, results); };
  if (function_interface_impl::parseFunctionOp(
          parser, result, /*allowVariadic=*/false,
          getFunctionTypeAttrName(result.name), buildFunctionType,
          getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name)))
    return failure();

  // An attribute of another kind than its property has would be dropped
  // without a word when the op is created.
  Location location = parser.getEncodedSourceLoc(parser.getNameLoc());
  for (NamedAttribute attribute : result.attributes) {
    NamedAttrList alone;
    alone.push_back(attribute);
    auto emitError = [&] {
      InFlightDiagnostic diagnostic = mlir::emitError(location)
                                      << "'" << getOperationName() << "' op ";
      diagnostic.attachNote() << "found " << attribute.getName().getValue()
                              << " = " << attribute.getValue();
      return diagnostic;
    };
    if (failed(verifyInherentAttrs(result.name, alone, emitError)))
      return failure();
  }
  return success();
}

void ProgramOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  if (StringAttr visibility = getSymVisibilityAttr())
    printer << visibility.getValue() << ' ';
  printer.printSymbolName(getSymName());
  function_interface_impl::printFunctionSignature(
      printer, *this, getArgumentTypes(), /*isVariadic=*/false,
      getResultTypes());

  SmallVector<StringRef> elided = {
      getSymVisibilityAttrName(), getFunctionTypeAttrName(),
      getArgAttrsAttrName(), getResAttrsAttrName()};
  if (getBos() == "BOS")
    elided.push_back(getBosAttrName());
  if (getPad() == "PAD")
    elided.push_back(getPadAttrName());
  function_interface_impl::printFunctionAttributes(printer, *this, elided);

  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false,
                      /*printBlockTerminators=*/true);
}

Block &ProgramOp::getProgramBody() { return getBody().front(); }

bool ProgramOp::isOutputNumerical() {
  if (std::optional<StringRef> output = getOutput())
    return *output == "numerical";
  return cast<SOpType>(getResultTypes().front()).getElementType().isF64();
}

void ProgramOp::getAsmBlockArgumentNames(Region &region,
                                         OpAsmSetValueNameFn setNameFn) {
  for (BlockArgument argument : region.getArguments())
    setNameFn(argument, "tokens");
}

//===----------------------------------------------------------------------===//
// Selectors
//===----------------------------------------------------------------------===//

StringRef mlir::rasp::getValueName(Location loc) {
  if (auto name = dyn_cast<NameLoc>(loc))
    return name.getName();
  if (auto callSite = dyn_cast<CallSiteLoc>(loc))
    return getValueName(callSite.getCallee());
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location part : fused.getLocations())
      if (StringRef name = getValueName(part); !name.empty())
        return name;
  return "";
}

/// Parses the location after an op, the last that is parsed of it, and makes
/// the name of the value that of the op's location.
static ParseResult parseNamedLocation(OpAsmParser &parser,
                                      OperationState &result) {
  std::optional<Location> given;
  if (parser.parseOptionalLocationSpecifier(given))
    return failure();
  if (given)
    result.location = *given;
  // An opaque location stands for an alias that is defined later, and is found
  // at the op alone. The printer gives the name to the alias.
  StringRef name = parser.getResultName(0).first;
  if (!isAnonymous(name) && !isa<OpaqueLoc>(result.location) &&
      getValueName(result.location).empty())
    result.location = NameLoc::get(parser.getBuilder().getStringAttr(name),
                                   result.location);
  return success();
}

/// Parses `numOperands` selectors, of which the op makes another.
static ParseResult parseOfSelectors(OpAsmParser &parser, OperationState &result,
                                    int numOperands) {
  Type type = SelectorType::get(parser.getContext());
  result.addTypes(type);
  SmallVector<OpAsmParser::UnresolvedOperand, 2> operands;
  return failure(
      parser.parseOperandList(operands, numOperands) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parser.resolveOperands(operands, type, result.operands) ||
      parseNamedLocation(parser, result));
}

static void printOfSelectors(OpAsmPrinter &printer, Operation *op) {
  printer << ' ' << op->getOperands();
  printer.printOptionalAttrDict(op->getAttrs());
}

ParseResult AndOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseOfSelectors(parser, result, /*numOperands=*/2);
}
void AndOp::print(OpAsmPrinter &printer) { printOfSelectors(printer, *this); }

ParseResult OrOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseOfSelectors(parser, result, /*numOperands=*/2);
}
void OrOp::print(OpAsmPrinter &printer) { printOfSelectors(printer, *this); }

ParseResult NotOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseOfSelectors(parser, result, /*numOperands=*/1);
}
void NotOp::print(OpAsmPrinter &printer) { printOfSelectors(printer, *this); }

ParseResult BestOp::parse(OpAsmParser &parser, OperationState &result) {
  Type selectorType = SelectorType::get(parser.getContext()), scoresType;
  result.addTypes(selectorType);
  OpAsmParser::UnresolvedOperand selector, scores;
  return failure(
      parser.parseOperand(selector) || parser.parseComma() ||
      parser.parseOperand(scores) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parser.parseColonType(scoresType) ||
      parser.resolveOperand(selector, selectorType, result.operands) ||
      parser.resolveOperand(scores, scoresType, result.operands) ||
      parseNamedLocation(parser, result));
}

void BestOp::print(OpAsmPrinter &printer) {
  printOfSelectors(printer, *this);
  printer << " : " << getScores().getType();
}

/// Parses an optional predicate and the keyword after it, so that what stands
/// where neither does can be refused as an unknown predicate.
static ParseResult parsePredicateAndKeys(OpAsmParser &parser,
                                         PredicateAttr &predicate) {
  SMLoc location = parser.getCurrentLocation();
  if (parseOptionalPredicate(parser, Predicate::False, predicate).has_value())
    return parser.parseKeyword("keys");
  // Without one, a table or a region follows the operands.
  if (succeeded(parser.parseOptionalKeyword("keys")))
    return success();
  return parser.emitError(location)
         << "expected a predicate (eq, ne, lt, le, gt, ge, true or false), or "
            "'keys' and a table or region after the operands";
}

/// Parses an operand in parentheses.
static ParseResult parseParenthesized(OpAsmParser &parser,
                                      OpAsmParser::UnresolvedOperand &operand) {
  return failure(parser.parseLParen() || parser.parseOperand(operand) ||
                 parser.parseRParen());
}

ParseResult SelectOp::parse(OpAsmParser &parser, OperationState &result) {
  result.addTypes(SelectorType::get(parser.getContext()));
  Region *body = result.addRegion();
  Properties &properties = result.getOrAddProperties<Properties>();
  OpAsmParser::UnresolvedOperand keys, queries;
  if (parsePredicateAndKeys(parser, properties.predicate) ||
      parseParenthesized(parser, keys) || parser.parseKeyword("queries") ||
      parseParenthesized(parser, queries) ||
      parseOptionalTable(parser, properties.table))
    return failure();

  SMLoc location = parser.getCurrentLocation();
  auto emitError = [&] {
    return parser.emitError(location) << "'" << getOperationName() << "' op ";
  };
  Type keysType, queriesType;
  if (parser.parseOptionalAttrDict(result.attributes) ||
      failed(verifyInherentAttrs(result.name, result.attributes, emitError)) ||
      parser.parseColonType(keysType) || parser.parseComma() ||
      parser.parseType(queriesType) ||
      parser.resolveOperand(keys, keysType, result.operands) ||
      parser.resolveOperand(queries, queriesType, result.operands))
    return failure();
  OptionalParseResult parsed = parser.parseOptionalRegion(*body);
  if (parsed.has_value() && failed(*parsed))
    return failure();
  return parseNamedLocation(parser, result);
}

void SelectOp::print(OpAsmPrinter &printer) {
  if (std::optional<Predicate> predicate = getPredicate())
    printer << ' ' << stringifyPredicate(*predicate);
  printer << " keys(" << getKeys() << ") queries(" << getQueries() << ")";
  printOptionalTable(printer, *this, getTableAttr());
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {getPredicateAttrName(), getTableAttrName()});
  printer << " : " << getKeys().getType() << ", " << getQueries().getType();
  if (getBody().empty())
    return;
  printer << ' ';
  printer.printRegion(getBody());
}

//===----------------------------------------------------------------------===//
// AggregateOp
//===----------------------------------------------------------------------===//

Scalar AggregateOp::getDefaultScalar() {
  Attribute value = getDefaultValueAttr();
  return value ? *getScalar(value) : Scalar::none();
}
