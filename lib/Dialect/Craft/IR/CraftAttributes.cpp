//===- CraftAttributes.cpp - Attributes of the craft dialect --------------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include <charconv>
#include <cmath>

using namespace mlir;
using namespace mlir::craft;

#define GET_ATTRDEF_CLASSES
#include "rasp/Dialect/Craft/IR/CraftAttributes.cpp.inc"

void CraftDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "rasp/Dialect/Craft/IR/CraftAttributes.cpp.inc"
      >();
}

/// Prints the shortest literal that is read back as `value`.
static void printDouble(AsmPrinter &printer, double value) {
  char buffer[32];
  std::to_chars_result end =
      std::to_chars(buffer, buffer + sizeof(buffer), value);
  StringRef text(buffer, end.ptr - buffer);
  // A literal needs its point, also before an exponent.
  auto [mantissa, exponent] = text.split('e');
  printer << mantissa;
  if (!mantissa.contains('.'))
    printer << ".0";
  if (!exponent.empty())
    printer << 'e' << exponent;
}

//===----------------------------------------------------------------------===//
// MatrixAttr
//===----------------------------------------------------------------------===//

bool MatrixAttr::isIdentity() const {
  if (getRows() != getColumns() ||
      getRows() != static_cast<int64_t>(getEntries().size()))
    return false;
  return llvm::all_of(llvm::enumerate(getEntries()), [](auto indexed) {
    int64_t index = indexed.index();
    return indexed.value() == MatrixEntry{index, index, 1.0};
  });
}

LogicalResult
MatrixAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                   int64_t rows, int64_t columns,
                   ArrayRef<MatrixEntry> entries) {
  // Constraint 3.
  for (int64_t size : {rows, columns})
    if (size < 0 || size > maxMatrixSize)
      return emitError() << "a matrix has from 0 to " << maxMatrixSize
                         << " rows and columns, but found " << size;
  const MatrixEntry *previous = nullptr;
  for (const MatrixEntry &entry : entries) {
    // Constraint 1.
    if (entry.row < 0 || entry.row >= rows || entry.column < 0 ||
        entry.column >= columns)
      return emitError() << "entry (" << entry.row << ", " << entry.column
                         << ") is outside the " << rows << "x" << columns
                         << " matrix";
    if (!std::isfinite(entry.value) || entry.value == 0)
      return emitError() << "entry (" << entry.row << ", " << entry.column
                         << ") must be finite and not zero";
    // Constraint 2.
    if (previous && std::make_pair(previous->row, previous->column) >=
                        std::make_pair(entry.row, entry.column))
      return emitError() << "entries must be sorted by row, then column, and "
                            "none stand twice, but ("
                         << entry.row << ", " << entry.column
                         << ") comes after (" << previous->row << ", "
                         << previous->column << ")";
    previous = &entry;
  }
  return success();
}

Attribute MatrixAttr::parse(AsmParser &parser, Type) {
  SMLoc location = parser.getCurrentLocation();
  SmallVector<int64_t, 2> shape;
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false,
                                /*withTrailingX=*/false))
    return {};
  if (shape.size() != 2) {
    parser.emitError(location, "expected a shape such as 3x2");
    return {};
  }
  SmallVector<MatrixEntry> entries;
  auto parseEntry = [&]() -> ParseResult {
    MatrixEntry entry;
    if (parser.parseLParen() || parser.parseInteger(entry.row) ||
        parser.parseComma() || parser.parseInteger(entry.column) ||
        parser.parseRParen() || parser.parseEqual() ||
        parser.parseFloat(entry.value))
      return failure();
    entries.push_back(entry);
    return success();
  };
  if (succeeded(parser.parseOptionalKeyword("identity"))) {
    if (shape[0] != shape[1] || shape[0] > maxMatrixSize) {
      parser.emitError(location)
          << "an identity is square and has at most " << maxMatrixSize
          << " rows, but found " << shape[0] << "x" << shape[1];
      return {};
    }
    for (int64_t index = 0; index < shape[0]; ++index)
      entries.push_back({index, index, 1.0});
    if (parser.parseGreater())
      return {};
  } else if (failed(parser.parseOptionalGreater())) {
    if (parser.parseCommaSeparatedList(parseEntry) || parser.parseGreater())
      return {};
  }
  return parser.getChecked<MatrixAttr>(location, parser.getContext(), shape[0],
                                       shape[1], ArrayRef(entries));
}

void MatrixAttr::print(AsmPrinter &printer) const {
  printer << "<" << getRows() << "x" << getColumns();
  if (isIdentity() && getRows() > 0) {
    printer << " identity>";
    return;
  }
  StringRef separator = " ";
  for (const MatrixEntry &entry : getEntries()) {
    printer << separator << "(" << entry.row << ", " << entry.column << ") = ";
    printDouble(printer, entry.value);
    separator = ", ";
  }
  printer << ">";
}

//===----------------------------------------------------------------------===//
// AffineAttr
//===----------------------------------------------------------------------===//

LogicalResult
AffineAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                   ArrayRef<MatrixAttr> weights, DenseF64ArrayAttr bias) {
  // Constraint 1.
  for (auto [index, matrix] : llvm::enumerate(weights))
    if (matrix.getColumns() != bias.size())
      return emitError() << "matrix " << index << " has " << matrix.getColumns()
                         << " columns, but the bias has " << bias.size()
                         << " elements";
  for (double value : bias.asArrayRef())
    if (!std::isfinite(value))
      return emitError() << "the elements of the bias must be finite";
  return success();
}

Attribute AffineAttr::parse(AsmParser &parser, Type) {
  SMLoc location = parser.getCurrentLocation();
  SmallVector<MatrixAttr> weights;
  SmallVector<double> bias;
  auto parseWeight = [&] {
    return parser.parseCustomAttributeWithFallback(weights.emplace_back());
  };
  auto parseBias = [&] { return parser.parseFloat(bias.emplace_back()); };
  if (parser.parseLess() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                     parseWeight) ||
      parser.parsePlus() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseBias) ||
      parser.parseGreater())
    return {};
  return parser.getChecked<AffineAttr>(
      location, parser.getContext(), ArrayRef(weights),
      DenseF64ArrayAttr::get(parser.getContext(), bias));
}

void AffineAttr::print(AsmPrinter &printer) const {
  printer << "<[";
  llvm::interleaveComma(getWeights(), printer, [&](MatrixAttr matrix) {
    printer.printStrippedAttrOrType(matrix);
  });
  printer << "] + [";
  llvm::interleaveComma(getBiasValues(), printer,
                        [&](double value) { printDouble(printer, value); });
  printer << "]>";
}

SmallVector<double> AffineAttr::apply(ArrayRef<ArrayRef<double>> inputs) const {
  assert(inputs.size() == getWeights().size() && "one vector for each matrix");
  SmallVector<double> result(getBiasValues());
  for (auto [input, matrix] : llvm::zip_equal(inputs, getWeights()))
    for (const MatrixEntry &entry : matrix.getEntries())
      result[entry.column] += input[entry.row] * entry.value;
  return result;
}
