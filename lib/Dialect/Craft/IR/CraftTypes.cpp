//===- CraftTypes.cpp - Types of the craft dialect ------------------------===//
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

#include <cmath>

using namespace mlir;
using namespace mlir::craft;
using rasp::Domain;
using rasp::DomainAttr;
using rasp::Scalar;

#define GET_TYPEDEF_CLASSES
#include "rasp/Dialect/Craft/IR/CraftTypes.cpp.inc"

void CraftDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "rasp/Dialect/Craft/IR/CraftTypes.cpp.inc"
      >();
}

/// Whether no value at all is in `domain`.
static bool isEmpty(const Domain &domain) {
  return domain.isUninitialized() ||
         (domain.isFinite() && domain.getValues().empty() &&
          !domain.mayBeNone());
}

//===----------------------------------------------------------------------===//
// OneHotType
//===----------------------------------------------------------------------===//

LogicalResult
OneHotType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                   DomainAttr domain) {
  // Constraint 1.
  const Domain &values = domain.getDomain();
  if (isEmpty(values))
    return emitError() << "the domain of a one-hot subspace must not be empty";
  if (!values.isFinite())
    return emitError() << "a one-hot subspace needs a finite domain, but found "
                       << domain;
  return success();
}

Type OneHotType::parse(AsmParser &parser) {
  SMLoc location = parser.getCurrentLocation();
  Domain domain;
  if (parser.parseLess() || rasp::parseDomain(parser, domain) ||
      parser.parseGreater())
    return {};
  return parser.getChecked<OneHotType>(
      location, parser.getContext(),
      DomainAttr::get(parser.getContext(), domain));
}

void OneHotType::print(AsmPrinter &printer) const {
  printer << "<";
  rasp::printDomain(printer, getValueDomain());
  printer << ">";
}

int64_t OneHotType::getDimension() const {
  const Domain &domain = getValueDomain();
  return domain.getValues().size() + domain.mayBeNone();
}

const Domain &OneHotType::getValueDomain() const {
  return getImpl()->domain.getDomain();
}

/// The value that `column` of a one-hot subspace over `domain` is for.
static Scalar valueOfColumn(const Domain &domain, int64_t column) {
  if (domain.mayBeNone() && column-- == 0)
    return Scalar::none();
  return domain.getValues()[column];
}

std::string OneHotType::getColumnLabel(int64_t column) const {
  return valueOfColumn(getValueDomain(), column).str();
}

SmallVector<double> OneHotType::encode(const Scalar &value) const {
  const Domain &domain = getValueDomain();
  assert(domain.contains(value) && "value outside of the domain");
  SmallVector<double> result(getDimension(), 0.0);
  if (value.isNone()) {
    result[0] = 1;
    return result;
  }
  ArrayRef<Scalar> values = domain.getValues();
  result[llvm::lower_bound(values, value) - values.begin() +
         domain.mayBeNone()] = 1;
  return result;
}

Scalar OneHotType::decode(ArrayRef<double> vector) const {
  return valueOfColumn(getValueDomain(),
                       llvm::max_element(vector) - vector.begin());
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

Scalar mlir::craft::readNumber(double number, std::optional<double> noneCode) {
  if (noneCode && std::abs(number - *noneCode) <= 0.5)
    return Scalar::none();
  return Scalar::number(number);
}

bool mlir::craft::isFiniteInF32(double number) {
  return std::isfinite(static_cast<float>(number));
}

//===----------------------------------------------------------------------===//
// ScalarType
//===----------------------------------------------------------------------===//

LogicalResult
ScalarType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                   DomainAttr domain, FloatAttr noneCode) {
  const Domain &values = domain.getDomain();
  // Constraint 1.
  if (isEmpty(values))
    return emitError() << "the domain of a scalar subspace must not be empty";
  if (values.isAny() || !values.isNumeric())
    return emitError() << "a scalar subspace needs a numeric domain, but found "
                       << domain;
  // Constraint 2.
  if (values.mayBeNone() && !noneCode)
    return emitError() << "the domain holds none, for which `none_code` must "
                          "say what number stands";
  if (!values.mayBeNone() && noneCode)
    return emitError() << "`none_code` is given, but the domain does not hold "
                          "none";
  if (!noneCode)
    return success();
  // Constraint 3.
  double code = noneCode.getValueAsDouble();
  if (!noneCode.getType().isF64() || !isFiniteInF32(code))
    return emitError() << "`none_code` must be an f64 that is finite in f32";
  bool onlyNone = values.isFinite() && values.getValues().empty();
  if (!onlyNone && code > values.getLow() - 1 && code < values.getHigh() + 1)
    return emitError() << "`none_code` must be at least 1 away from the range "
                       << Scalar::number(values.getLow()).str() << " to "
                       << Scalar::number(values.getHigh()).str()
                       << " of the domain, but found "
                       << Scalar::number(code).str();
  return success();
}

Type ScalarType::parse(AsmParser &parser) {
  SMLoc location = parser.getCurrentLocation();
  Domain domain;
  if (parser.parseLess() || rasp::parseDomain(parser, domain))
    return {};
  FloatAttr noneCode;
  if (succeeded(parser.parseOptionalComma()) &&
      (parser.parseKeyword("none_code") || parser.parseEqual() ||
       parser.parseAttribute(noneCode, parser.getBuilder().getF64Type())))
    return {};
  if (parser.parseGreater())
    return {};
  return parser.getChecked<ScalarType>(
      location, parser.getContext(),
      DomainAttr::get(parser.getContext(), domain), noneCode);
}

void ScalarType::print(AsmPrinter &printer) const {
  printer << "<";
  rasp::printDomain(printer, getValueDomain());
  if (FloatAttr noneCode = getNoneCode()) {
    printer << ", none_code = ";
    printer.printAttributeWithoutType(noneCode);
  }
  printer << ">";
}

int64_t ScalarType::getDimension() const { return 1; }

const Domain &ScalarType::getValueDomain() const {
  return getImpl()->domain.getDomain();
}

std::string ScalarType::getColumnLabel(int64_t) const { return ""; }

SmallVector<double> ScalarType::encode(const Scalar &value) const {
  assert(getValueDomain().contains(value) && "value outside of the domain");
  return {value.isNone() ? getNoneCode().getValueAsDouble()
                         : value.getDouble()};
}

Scalar ScalarType::decode(ArrayRef<double> vector) const {
  const Domain &domain = getValueDomain();
  double number = vector.front();
  std::optional<double> noneCode;
  if (FloatAttr code = getNoneCode())
    noneCode = code.getValueAsDouble();
  Scalar read = readNumber(number, noneCode);
  if (read.isNone() || !domain.isFinite())
    return read;
  ArrayRef<Scalar> values = domain.getValues();
  if (values.empty())
    return Scalar::none();
  const Scalar *above = llvm::partition_point(
      values, [&](const Scalar &value) { return value.getDouble() < number; });
  if (above == values.begin())
    return *above;
  const Scalar *below = std::prev(above);
  if (above == values.end() ||
      number - below->getDouble() <= above->getDouble() - number)
    return *below;
  return *above;
}

//===----------------------------------------------------------------------===//
// ResidualType
//===----------------------------------------------------------------------===//

LogicalResult
ResidualType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                     int64_t dimension) {
  // Constraint 1.
  if (dimension < 0 || dimension > maxMatrixSize)
    return emitError() << "a residual stream has from 0 to " << maxMatrixSize
                       << " columns, but found " << dimension;
  return success();
}
