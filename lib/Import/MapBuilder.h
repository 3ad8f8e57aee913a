//===- MapBuilder.h - Elementwise functions as scalar code ------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_LIB_IMPORT_MAPBUILDER_H
#define RASP_LIB_IMPORT_MAPBUILDER_H

#include "rasp/Dialect/Rasp/IR/RaspDialect.h"
#include "rasp/Import/StaticValue.h"

#include "mlir/IR/Builders.h"

namespace mlir::rasp::frontend {

/// The element type of s-ops that hold `values`: the least that has them all.
Type getElementType(MLIRContext *context, ArrayRef<Scalar> values);

/// `value` as an s-op of `elementType` holds it.
Scalar convertTo(const Scalar &value, Type elementType);

/// An operand of an elementwise function: a scalar of the region, or a value
/// that is known.
struct MapOperand {
  Value value;
  Scalar constant;

  bool isConstant() const { return !value; }
};

/// Builds the region of a `rasp.map`.
class MapBuilder {
public:
  MapBuilder(OpBuilder &builder, Location location)
      : builder(builder), location(location) {}

  /// The value of `function`, or null where it is none of scalar code on
  /// operands of these types.
  Value build(ScalarFunction function, ArrayRef<MapOperand> operands);

private:
  Type getType(const MapOperand &operand) const;
  bool isNumeric(const MapOperand &operand) const;
  bool isString(const MapOperand &operand) const;
  /// The least of i64 and f64 that the operands can be converted to.
  Type getNumberType(ArrayRef<MapOperand> operands) const;

  /// The operand as a scalar of `type`, or null if that does not hold it.
  Value get(const MapOperand &operand, Type type);
  Value getConstant(const Scalar &value, Type type);
  Value getTruth(const MapOperand &operand);

  Value buildUnary(ScalarFunction function, const MapOperand &operand);
  Value buildRounded(StringRef name, const MapOperand &operand);
  Value buildBinary(ScalarFunction function, const MapOperand &lhs,
                    const MapOperand &rhs);
  Value buildModulo(Value lhs, Value rhs);
  Value buildPower(const MapOperand &base, const Scalar &exponent);
  Value buildComparison(ScalarFunction function, const MapOperand &lhs,
                        const MapOperand &rhs);
  Value buildConditional(const MapOperand &then, const MapOperand &condition,
                         const MapOperand &otherwise);

  OpBuilder &builder;
  Location location;
};

} // namespace mlir::rasp::frontend

#endif // RASP_LIB_IMPORT_MAPBUILDER_H
