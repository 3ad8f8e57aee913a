//===- RaspTypes.td - Types of the rasp dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_IR_RASPTYPES_TD
#define RASP_DIALECT_RASP_IR_RASPTYPES_TD

include "mlir/IR/AttrTypeBase.td"
include "rasp/Dialect/Rasp/IR/RaspDialect.td"

class Rasp_Type<string name, string typeMnemonic> : TypeDef<Rasp_Dialect, name> {
  let mnemonic = typeMnemonic;
}

def Rasp_StringType : Rasp_Type<"String", "str"> {
  let summary = "a string";
  let description = [{
    The scalar type of strings: an element type of `!rasp.sop` and the type of
    the string ops in the region of a `rasp.map`.
  }];
}

def Rasp_AnyType : Rasp_Type<"Any", "any"> {
  let summary = "a value of any kind";
  let description = [{
    The element type of an s-op whose values are of different kinds, such as
    the result of a table that a foreign function was turned into. No scalar
    op computes with it; `rasp.lookup`, `rasp.select` and `rasp.aggregate` do.
  }];
}

def Rasp_SOpType : Rasp_Type<"SOp", "sop"> {
  let summary = "a sequence operator: one value at every position";
  let description = [{
    The value of an s-op has the length of the input. The element type is one
    of `i1`, `i64`, `f64`, `!rasp.str` and `!rasp.any`.

    ```mlir
    !rasp.sop<i64>
    !rasp.sop<!rasp.str>
    ```
  }];
  let parameters = (ins "::mlir::Type":$elementType);
  let assemblyFormat = "`<` $elementType `>`";
  let builders = [TypeBuilderWithInferredContext<(ins "::mlir::Type":$elementType), [{
    return $_get(elementType.getContext(), elementType);
  }]>];
  let genVerifyDecl = 1;
}

def Rasp_SelectorType : Rasp_Type<"Selector", "selector"> {
  let summary = "one boolean for every query and key position";
  let description = [{
    A selector is a square boolean matrix with a row for every query position
    and a column for every key position of the input.
  }];
}

def Rasp_Selector : DialectType<Rasp_Dialect, CPred<"::llvm::isa<::mlir::rasp::SelectorType>($_self)">,
    "selector", "::mlir::rasp::SelectorType">,
    BuildableType<"::mlir::rasp::SelectorType::get($_builder.getContext())">;

def Rasp_SOp : DialectType<Rasp_Dialect, CPred<"::llvm::isa<::mlir::rasp::SOpType>($_self)">,
    "s-op", "::mlir::rasp::SOpType">;

class Rasp_SOpOf<string element, string cppType> : DialectType<Rasp_Dialect,
    And<[Rasp_SOp.predicate,
         CPred<"::llvm::cast<::mlir::rasp::SOpType>($_self).getElementType() == " # cppType>]>,
    "s-op of " # element, "::mlir::rasp::SOpType">;

def Rasp_IntegerSOp : Rasp_SOpOf<"i64", "::mlir::IntegerType::get($_self.getContext(), 64)">,
    BuildableType<"::mlir::rasp::SOpType::get($_builder.getI64Type())">;

def Rasp_NumberSOp : DialectType<Rasp_Dialect,
    And<[Rasp_SOp.predicate,
         CPred<"::llvm::cast<::mlir::rasp::SOpType>($_self).getElementType().isIntOrFloat()">]>,
    "s-op of i1, i64 or f64", "::mlir::rasp::SOpType">;

#endif // RASP_DIALECT_RASP_IR_RASPTYPES_TD
