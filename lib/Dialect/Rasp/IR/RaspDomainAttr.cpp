//===- RaspDomainAttr.cpp - The text of domains ---------------------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "llvm/ADT/StringExtras.h"

#include <charconv>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::rasp;

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

/// Prints a literal that reads back as `value`: a short integer, or the
/// shortest float literal, which has a point in MLIR.
static void printDouble(raw_ostream &os, double value) {
  if (std::isinf(value)) {
    os << (value < 0 ? "-inf" : "inf");
    return;
  }
  if (std::trunc(value) == value && std::abs(value) < 1e15) {
    os << static_cast<int64_t>(value);
    return;
  }
  char buffer[64];
  std::to_chars_result end =
      std::to_chars(buffer, buffer + sizeof(buffer), value);
  StringRef text(buffer, end.ptr - buffer);
  StringRef digits = text.take_until([](char c) { return c == 'e'; });
  os << digits;
  if (!digits.contains('.'))
    os << ".0";
  os << text.drop_front(digits.size());
}

static void printValue(raw_ostream &os, const Scalar &value) {
  switch (value.getKind()) {
  case Scalar::Kind::None:
    os << "none";
    return;
  case Scalar::Kind::Bool:
    os << (value.getBool() ? "true" : "false");
    return;
  case Scalar::Kind::Integer:
  case Scalar::Kind::Number:
    if (!value.isExact()) {
      printDouble(os, value.getDouble());
      return;
    }
    os << value.getNumerator();
    if (value.getDenominator() != 1)
      os << '/' << value.getDenominator();
    return;
  case Scalar::Kind::String:
    os << '"';
    llvm::printEscapedString(value.getString(), os);
    os << '"';
    return;
  }
  llvm_unreachable("unknown kind of scalar");
}

void Domain::print(raw_ostream &os) const {
  switch (kind) {
  case Kind::Uninitialized:
    os << "{}";
    return;
  case Kind::Any:
    os << (hasNone ? "any" : "any but none");
    return;
  case Kind::Finite:
    os << '{';
    llvm::interleaveComma(getValuesAndNone(), os,
                          [&](const Scalar &value) { printValue(os, value); });
    os << '}';
    return;
  case Kind::Grid:
  case Kind::Interval:
    os << '[';
    printDouble(os, low);
    os << ", ";
    printDouble(os, high);
    os << ']';
    if (kind == Kind::Grid) {
      os << " fractions " << maxDenominator;
    } else if (gap != 0) {
      os << " gap ";
      printDouble(os, gap);
    }
    if (hasNone)
      os << " or none";
    return;
  }
  llvm_unreachable("unknown kind of domain");
}

void mlir::rasp::printDomain(AsmPrinter &printer, const Domain &domain) {
  domain.print(printer.getStream());
}

//===----------------------------------------------------------------------===//
// Parsing
//===----------------------------------------------------------------------===//

/// Parses a number: an integer, a fraction, a decimal or infinity.
static ParseResult parseNumber(AsmParser &parser, Scalar &number) {
  SMLoc location = parser.getCurrentLocation();
  bool negative = succeeded(parser.parseOptionalMinus());
  if (succeeded(parser.parseOptionalKeyword("inf"))) {
    double infinity = std::numeric_limits<double>::infinity();
    number = Scalar::number(negative ? -infinity : infinity);
    return success();
  }

  APInt digits;
  OptionalParseResult integer = parser.parseOptionalDecimalInteger(digits);
  if (!integer.has_value()) {
    double value;
    if (parser.parseFloat(value))
      return failure();
    if (!std::isfinite(value))
      return parser.emitError(location, "expected a finite number");
    number = Scalar::number(negative ? -value : value);
    return success();
  }
  if (failed(*integer))
    return failure();
  // The literal is unsigned; one more bit makes room for its sign.
  digits = digits.zext(digits.getBitWidth() + 1);
  if (negative)
    digits.negate();
  if (!digits.isSignedIntN(64))
    return parser.emitError(location, "expected an integer of 64 bits");
  number = Scalar::integer(digits.getSExtValue());
  if (failed(parser.parseOptionalSlash()))
    return success();
  int64_t denominator;
  location = parser.getCurrentLocation();
  if (parser.parseDecimalInteger(denominator))
    return failure();
  if (denominator <= 0)
    return parser.emitError(location, "expected a positive denominator");
  number = Scalar::fraction(number.getNumerator(), denominator);
  return success();
}

static ParseResult parseValue(AsmParser &parser, Scalar &value) {
  if (succeeded(parser.parseOptionalKeyword("none"))) {
    value = Scalar::none();
    return success();
  }
  for (bool boolean : {false, true})
    if (succeeded(parser.parseOptionalKeyword(boolean ? "true" : "false"))) {
      value = Scalar::boolean(boolean);
      return success();
    }
  std::string text;
  if (succeeded(parser.parseOptionalString(&text))) {
    value = Scalar::string(parser.getBuilder().getStringAttr(text));
    return success();
  }
  SMLoc location = parser.getCurrentLocation();
  if (parseNumber(parser, value))
    return failure();
  if (std::isinf(value.getDouble()))
    return parser.emitError(location, "expected a finite number");
  return success();
}

ParseResult mlir::rasp::parseDomain(AsmParser &parser, Domain &domain) {
  if (succeeded(parser.parseOptionalKeyword("any"))) {
    bool butNone = succeeded(parser.parseOptionalKeyword("but"));
    if (butNone && parser.parseKeyword("none"))
      return failure();
    domain = Domain::any(/*hasNone=*/!butNone);
    return success();
  }
  SMLoc location = parser.getCurrentLocation();
  if (failed(parser.parseOptionalLSquare())) {
    std::vector<Scalar> values;
    auto parseElement = [&]() {
      return parseValue(parser, values.emplace_back());
    };
    if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Braces,
                                       parseElement, " in a domain"))
      return failure();
    if (values.size() > Domain::maxValues + 1)
      return parser.emitError(location, "expected at most ")
             << Domain::maxValues << " values in a domain, found "
             << values.size();
    domain = Domain::finite(values);
    return success();
  }

  Scalar low, high, gap = Scalar::integer(0);
  if (parseNumber(parser, low) || parser.parseComma() ||
      parseNumber(parser, high) || parser.parseRSquare())
    return failure();
  if (high < low)
    return parser.emitError(location, "expected the lower bound first");
  int64_t maxDenominator = 0;
  if (succeeded(parser.parseOptionalKeyword("fractions"))) {
    location = parser.getCurrentLocation();
    if (parser.parseDecimalInteger(maxDenominator))
      return failure();
    if (maxDenominator < 1 || maxDenominator > Domain::maxGridDenominator)
      return parser.emitError(location, "expected a denominator from 1 to ")
             << Domain::maxGridDenominator;
  } else if (succeeded(parser.parseOptionalKeyword("gap"))) {
    location = parser.getCurrentLocation();
    if (parseNumber(parser, gap))
      return failure();
    if (gap.getDouble() <= 0 || std::isinf(gap.getDouble()))
      return parser.emitError(location, "expected a positive gap");
  }
  bool hasNone = succeeded(parser.parseOptionalKeyword("or"));
  if (hasNone && parser.parseKeyword("none"))
    return failure();
  domain = maxDenominator != 0
               ? Domain::grid(low.getDouble(), high.getDouble(), maxDenominator,
                              hasNone)
               : Domain::interval(low.getDouble(), high.getDouble(),
                                  gap.getDouble(), hasNone);
  return success();
}

//===----------------------------------------------------------------------===//
// DomainAttr
//===----------------------------------------------------------------------===//

Attribute DomainAttr::parse(AsmParser &parser, Type) {
  Domain domain;
  if (parser.parseLess() || parseDomain(parser, domain) ||
      parser.parseGreater())
    return {};
  return DomainAttr::get(parser.getContext(), domain);
}

void DomainAttr::print(AsmPrinter &printer) const {
  printer << '<';
  printDomain(printer, getDomain());
  printer << '>';
}
