//===- CraftAttributes.td - Attributes of the craft dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_IR_CRAFTATTRIBUTES_TD
#define RASP_DIALECT_CRAFT_IR_CRAFTATTRIBUTES_TD

include "mlir/IR/AttrTypeBase.td"
include "rasp/Dialect/Craft/IR/CraftDialect.td"

class Craft_Attr<string name, string attrMnemonic> : AttrDef<Craft_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def Craft_MatrixAttr : Craft_Attr<"Matrix", "matrix"> {
  let summary = "a sparse matrix";
  let description = [{
    `rows`x`columns` with the listed entries, sorted by row and column, none
    of them zero. Rows are input directions, columns output directions. An
    identity is written as such.

    ```mlir
    #craft.matrix<3x2 (0, 0) = 1.0, (2, 1) = -0.5>
    #craft.matrix<4x4 identity>
    ```

    Constraints:

    1. Entries are inside the matrix, finite and not zero.
    2. They are sorted by row, then column, and none stands twice.
    3. There are from 0 to 2^24 rows and columns.
  }];
  let parameters = (ins "int64_t":$rows, "int64_t":$columns,
      ArrayRefParameter<"::mlir::craft::MatrixEntry">:$entries);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    bool isIdentity() const;
  }];
}

def Craft_AffineAttr : Craft_Attr<"Affine", "affine"> {
  let summary = "an affine map from several subspaces";
  let description = [{
    The map (x_1, ..., x_k) -> x_1 W_1 + ... + x_k W_k + b. There may be no
    matrix at all: a constant.

    ```mlir
    #craft.affine<[#craft.matrix<2x1 (0, 0) = 1.0>] + [0.5]>
    ```

    Constraint: 1. each matrix has as many columns as the bias has elements,
    and the elements are finite.
  }];
  let parameters = (ins
      ArrayRefParameter<"::mlir::craft::MatrixAttr">:$weights,
      "::mlir::DenseF64ArrayAttr":$bias);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    int64_t getOutputDimension() const { return getBias().size(); }
    ::llvm::ArrayRef<double> getBiasValues() const { return getBias().asArrayRef(); }
    /// The image of `inputs`, one vector for each matrix.
    ::llvm::SmallVector<double>
    apply(::llvm::ArrayRef<::llvm::ArrayRef<double>> inputs) const;
  }];
}

#endif // RASP_DIALECT_CRAFT_IR_CRAFTATTRIBUTES_TD
