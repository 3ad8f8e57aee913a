//===- RaspDialect.td - The rasp dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_IR_RASPDIALECT_TD
#define RASP_DIALECT_RASP_IR_RASPDIALECT_TD

include "mlir/IR/OpBase.td"

def Rasp_Dialect : Dialect {
  let name = "rasp";
  let cppNamespace = "::mlir::rasp";
  let summary = "Programs of the Restricted Access Sequence Processing language";
  let description = [{
    RASP ("Thinking Like Transformers", Weiss, Goldberg and Yahav, 2021) is a
    language for functions from sequences to sequences that a transformer can
    compute. Its values are *s-ops*, one value at every position of the input,
    and *selectors*, one boolean for every pair of a query and a key position.
    This dialect says *what* is computed. How a transformer computes it is the
    business of the `craft` dialect.

    Semantics shared by all ops:

    - A value at a position is a boolean, an integer, a number, a string, or
      `none` (no value).
    - Numbers of type `f64` stand for real numbers. The reference interpreter
      carries exact fractions as long as their numerator and denominator fit
      64 bits, and IEEE doubles otherwise, so that `2/3 - 1/3` *is* `1/3`.
    - `none` goes through elementwise ops as `none`, and a select never matches
      it, as key or as query.
    - In a program marked `causal` a selector only ever selects keys at or
      before the query.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::func::FuncDialect",
                           "::mlir::math::MathDialect"];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let extraClassDeclaration = [{
    void registerTypes();
    void registerAttributes();
    /// Attaches `ScalarOpInterface` to the arith and math ops that may stand
    /// in the region of a `rasp.map` or a `rasp.select`.
    void registerScalarOpModels();
  }];
}

#endif // RASP_DIALECT_RASP_IR_RASPDIALECT_TD
