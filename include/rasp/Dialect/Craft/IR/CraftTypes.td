//===- CraftTypes.td - Types of the craft dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_IR_CRAFTTYPES_TD
#define RASP_DIALECT_CRAFT_IR_CRAFTTYPES_TD

include "mlir/IR/AttrTypeBase.td"
include "rasp/Dialect/Craft/IR/CraftDialect.td"
include "rasp/Dialect/Craft/IR/CraftInterfaces.td"

class Craft_Type<string name, string typeMnemonic, list<Trait> traits = []>
    : TypeDef<Craft_Dialect, name, traits> {
  let mnemonic = typeMnemonic;
}

def Craft_OneHotType : Craft_Type<"OneHot", "onehot", [
    DeclareTypeInterfaceMethods<SubspaceTypeInterface>]> {
  let summary = "a column for each value, 1 in that of the value and 0 elsewhere";
  let description = [{
    Constraint: 1. the domain is finite and not empty; none, where it is a
    member, has a column as well (the first one).

    ```mlir
    !craft.onehot<{"a", "b", "c"}>
    ```
  }];
  let parameters = (ins "::mlir::rasp::DomainAttr":$domain);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Craft_ScalarType : Craft_Type<"Scalar", "scalar", [
    DeclareTypeInterfaceMethods<SubspaceTypeInterface>]> {
  let summary = "one column that holds the number itself";
  let description = [{
    Booleans are 0 and 1. Where the value may be none, `none_code` is the
    number that stands for none, as does any within 1/2 of it.

    Constraints:

    1. The domain is numeric and not empty.
    2. `none_code` is given exactly where the domain holds none.
    3. It is finite in f32 and lies outside the range of the domain, at least 1 away.

    ```mlir
    !craft.scalar<{0, 1/2, 1}>
    !craft.scalar<{none, 0, 1}, none_code = 2.0>
    ```
  }];
  let parameters = (ins "::mlir::rasp::DomainAttr":$domain,
                        OptionalParameter<"::mlir::FloatAttr">:$noneCode);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Craft_ResidualType : Craft_Type<"Residual", "residual"> {
  let summary = "the residual stream";
  let description = [{
    A vector of `dimension` columns at every position.

    Constraint: 1. there are from 0 to 2^24 columns.

    ```mlir
    !craft.residual<18>
    ```
  }];
  let parameters = (ins "int64_t":$dimension);
  let assemblyFormat = "`<` $dimension `>`";
  let genVerifyDecl = 1;
}

def Craft_Subspace : Type<CPred<"::llvm::isa<::mlir::craft::SubspaceTypeInterface>($_self)">,
                          "subspace of the residual stream">;
def Craft_Scalar : DialectType<Craft_Dialect, CPred<"::llvm::isa<::mlir::craft::ScalarType>($_self)">,
                               "scalar subspace", "::mlir::craft::ScalarType">;
def Craft_Residual : DialectType<Craft_Dialect, CPred<"::llvm::isa<::mlir::craft::ResidualType>($_self)">,
                                 "residual stream", "::mlir::craft::ResidualType">;

#endif // RASP_DIALECT_CRAFT_IR_CRAFTTYPES_TD
