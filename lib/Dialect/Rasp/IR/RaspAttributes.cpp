//===- RaspAttributes.cpp - Attributes of the rasp dialect ----------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

#include <numeric>

using namespace mlir;
using namespace mlir::rasp;

#include "rasp/Dialect/Rasp/IR/RaspEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "rasp/Dialect/Rasp/IR/RaspAttributes.cpp.inc"

void RaspDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "rasp/Dialect/Rasp/IR/RaspAttributes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

Attribute mlir::rasp::getScalarAttribute(MLIRContext *context,
                                         const Scalar &value) {
  Builder builder(context);
  switch (value.getKind()) {
  case Scalar::Kind::None:
    return NoneAttr::get(context);
  case Scalar::Kind::Bool:
    return builder.getBoolAttr(value.getBool());
  case Scalar::Kind::Integer:
    return builder.getI64IntegerAttr(value.getInteger());
  case Scalar::Kind::Number:
    // The double where it is this very number, held in the same way.
    if (Scalar nearest = Scalar::number(value.getDouble());
        nearest == value && nearest.isExact() == value.isExact())
      return builder.getF64FloatAttr(value.getDouble());
    return FractionAttr::get(context, value.getNumerator(),
                             value.getDenominator());
  case Scalar::Kind::String:
    return value.getStringAttr();
  }
  llvm_unreachable("unknown kind of scalar");
}

void mlir::rasp::printScalarAttribute(raw_ostream &os, Attribute value) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  value.print(stream, /*elideType=*/true);
  // The bits of a double, which would be read back as an integer.
  if (auto number = dyn_cast<FloatAttr>(value);
      number && StringRef(text).starts_with("0x")) {
    SmallString<32> digits;
    number.getValue().toString(digits, /*FormatPrecision=*/0,
                               /*FormatMaxPadding=*/0);
    os << digits;
    return;
  }
  os << text;
}

bool mlir::rasp::isValueOf(const Scalar &value, Type elementType) {
  if (isa<AnyType>(elementType))
    return true;
  switch (value.getKind()) {
  case Scalar::Kind::None:
    return true;
  case Scalar::Kind::Bool:
    return elementType.isSignlessInteger(1);
  case Scalar::Kind::Integer:
    return elementType.isSignlessInteger(64);
  case Scalar::Kind::Number:
    return elementType.isF64();
  case Scalar::Kind::String:
    return isa<StringType>(elementType);
  }
  llvm_unreachable("unknown kind of scalar");
}

Scalar NoneAttr::getScalar() const { return Scalar::none(); }

//===----------------------------------------------------------------------===//
// FractionAttr
//===----------------------------------------------------------------------===//

Scalar FractionAttr::getScalar() const {
  return Scalar::fraction(getNumerator(), getDenominator());
}

Attribute FractionAttr::parse(AsmParser &parser, Type) {
  int64_t numerator, denominator;
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseInteger(numerator) ||
      parser.parseSlash() || parser.parseInteger(denominator) ||
      parser.parseGreater())
    return {};
  return parser.getChecked<FractionAttr>(location, parser.getContext(),
                                         numerator, denominator);
}

void FractionAttr::print(AsmPrinter &printer) const {
  printer << '<' << getNumerator() << '/' << getDenominator() << '>';
}

LogicalResult FractionAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t numerator, int64_t denominator) {
  if (denominator <= 0)
    return emitError() << "the denominator of a fraction is positive, not "
                       << denominator;
  auto magnitude = numerator < 0 ? -uint64_t(numerator) : uint64_t(numerator);
  uint64_t divisor = std::gcd(magnitude, uint64_t(denominator));
  if (divisor != 1)
    return emitError() << "expected a fraction in lowest terms; " << numerator
                       << '/' << denominator << " can be divided by "
                       << divisor;
  return success();
}

//===----------------------------------------------------------------------===//
// TableAttr
//===----------------------------------------------------------------------===//

/// Compares two keys of a table, value by value.
static int compareKeys(ArrayRef<Attribute> lhs, ArrayRef<Attribute> rhs) {
  for (auto [left, right] : llvm::zip_equal(lhs, rhs))
    if (int order = rasp::getScalar(left)->compare(*rasp::getScalar(right)))
      return order;
  return 0;
}

static void printKey(llvm::raw_ostream &os, ArrayRef<Attribute> key) {
  os << '(';
  llvm::interleaveComma(
      key, os, [&](Attribute value) { printScalarAttribute(os, value); });
  os << ')';
}

static std::string describeKey(ArrayRef<Attribute> key) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printKey(os, key);
  return text;
}

/// What is wrong with a key or a value as such.
static LogicalResult
verifyTableValue(function_ref<InFlightDiagnostic()> emitError, Attribute value,
                 bool isKey) {
  std::optional<Scalar> scalar = getScalar(value);
  if (!scalar)
    return emitError() << "expected a boolean, an i64, a finite f64, a "
                          "string, #rasp.fraction or #rasp.none in a table, "
                          "not "
                       << value;
  if (isKey && scalar->isNone())
    return emitError() << "a key of a table is never none, since none is not "
                          "looked up";
  return success();
}

TableAttr TableAttr::getSorted(function_ref<InFlightDiagnostic()> emitError,
                               MLIRContext *context, unsigned numInputs,
                               MutableArrayRef<Entry> entries,
                               Attribute fallback) {
  for (const Entry &entry : entries) {
    if (entry.first.size() != numInputs) {
      emitError() << "expected " << numInputs
                  << " values in each key of the table, got "
                  << describeKey(entry.first);
      return {};
    }
    for (Attribute value : entry.first)
      if (failed(verifyTableValue(emitError, value, /*isKey=*/true)))
        return {};
  }
  llvm::sort(entries, [](const Entry &lhs, const Entry &rhs) {
    return compareKeys(lhs.first, rhs.first) < 0;
  });
  SmallVector<Attribute> keys, values;
  for (const Entry &entry : entries) {
    llvm::append_range(keys, entry.first);
    values.push_back(entry.second);
  }
  return getChecked(emitError, context, numInputs, keys, values, fallback);
}

LogicalResult TableAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                unsigned numInputs, ArrayRef<Attribute> keys,
                                ArrayRef<Attribute> values,
                                Attribute fallback) {
  if (numInputs == 0)
    return emitError() << "expected a table of at least one input";
  if (values.empty() && !fallback)
    return emitError() << "expected an entry or a fallback in the table";
  if (keys.size() != values.size() * numInputs)
    return emitError() << "expected " << numInputs
                       << " values in each key of the table";
  for (Attribute key : keys)
    if (failed(verifyTableValue(emitError, key, /*isKey=*/true)))
      return failure();
  for (Attribute value : values)
    if (failed(verifyTableValue(emitError, value, /*isKey=*/false)))
      return failure();
  if (fallback &&
      failed(verifyTableValue(emitError, fallback, /*isKey=*/false)))
    return failure();
  for (size_t entry = 1; entry < values.size(); ++entry) {
    ArrayRef<Attribute> previous =
        keys.slice((entry - 1) * numInputs, numInputs);
    ArrayRef<Attribute> current = keys.slice(entry * numInputs, numInputs);
    int order = compareKeys(previous, current);
    if (order == 0)
      return emitError() << "the key " << describeKey(current)
                         << " stands twice in the table";
    if (order > 0)
      return emitError() << "expected the keys of the table in order, found "
                         << describeKey(current) << " after "
                         << describeKey(previous);
  }
  return success();
}

FailureOr<Scalar> TableAttr::lookup(ArrayRef<Scalar> key) const {
  assert(key.size() == getNumInputs() && "a value for each input");
  // Binary search for the first entry that is not before `key`.
  size_t low = 0, high = getNumEntries();
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = 0;
    for (auto [attribute, value] : llvm::zip_equal(getKey(middle), key))
      if ((order = rasp::getScalar(attribute)->compare(value)))
        break;
    if (order == 0)
      return *rasp::getScalar(getValues()[middle]);
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  if (getFallback())
    return *rasp::getScalar(getFallback());
  return failure();
}

Attribute TableAttr::parse(AsmParser &parser, Type) {
  SMLoc location = parser.getCurrentLocation();
  SmallVector<Entry> entries;
  Attribute fallback;
  std::optional<unsigned> numInputs;

  auto parseEntry = [&]() -> ParseResult {
    SMLoc entryLocation = parser.getCurrentLocation();
    SmallVector<Attribute> key;
    // The number of inputs that a fallback written (_, _) gives.
    unsigned numAny = 0;
    bool isFallback = succeeded(parser.parseOptionalKeyword("_"));
    if (!isFallback) {
      auto parseKeyValue = [&]() -> ParseResult {
        if (succeeded(parser.parseOptionalKeyword("_"))) {
          ++numAny;
          return success();
        }
        return parser.parseAttribute(key.emplace_back());
      };
      if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren,
                                         parseKeyValue, " in a key"))
        return failure();
      if (numAny != 0 && !key.empty())
        return parser.emitError(entryLocation)
               << "a key has a value for each input; `_` stands for all of "
                  "them";
      isFallback = numAny != 0;
      unsigned arity = isFallback ? numAny : key.size();
      if (numInputs && *numInputs != arity)
        return parser.emitError(entryLocation)
               << "expected a key of " << *numInputs
               << " values, as in the entry before, got " << arity;
      numInputs = arity;
    }
    Attribute value;
    if (parser.parseArrow() || parser.parseAttribute(value))
      return failure();
    if (!isFallback) {
      entries.emplace_back(std::move(key), value);
      return success();
    }
    if (fallback)
      return parser.emitError(entryLocation)
             << "a table has at most one fallback";
    fallback = value;
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater,
                                     parseEntry, " in a table"))
    return {};
  if (!numInputs && fallback) {
    parser.emitError(location)
        << "expected an entry, or a fallback that says how many inputs the "
           "table has, such as (_, _)";
    return {};
  }
  return getSorted([&] { return parser.emitError(location); },
                   parser.getContext(), numInputs.value_or(1), entries,
                   fallback);
}

void TableAttr::print(AsmPrinter &printer) const {
  printer << '<';
  for (size_t entry = 0; entry < getNumEntries(); ++entry) {
    if (entry != 0)
      printer << ", ";
    printKey(printer.getStream(), getKey(entry));
    printer << " -> ";
    printScalarAttribute(printer.getStream(), getValues()[entry]);
  }
  if (getFallback()) {
    if (getNumEntries() != 0) {
      printer << ", _";
    } else {
      printer << '(';
      for (unsigned input = 0; input < getNumInputs(); ++input)
        printer << (input == 0 ? "_" : ", _");
      printer << ')';
    }
    printer << " -> ";
    printScalarAttribute(printer.getStream(), getFallback());
  }
  printer << '>';
}
