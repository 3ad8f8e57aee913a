//===- RaspAttributes.td - Attributes of the rasp dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_IR_RASPATTRIBUTES_TD
#define RASP_DIALECT_RASP_IR_RASPATTRIBUTES_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "rasp/Dialect/Rasp/IR/RaspDialect.td"
include "rasp/Reference/ScalarAttrInterface.td"

class Rasp_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Rasp_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def Rasp_NoneAttr : Rasp_Attr<"None", "none", [
    DeclareAttrInterfaceMethods<ScalarAttrInterface>]> {
  let summary = "no value";
  let description = [{
    The value `none` of the language, for instance the default of an
    aggregate: `#rasp.none`.
  }];
}

def Rasp_FractionAttr : Rasp_Attr<"Fraction", "fraction", [
    DeclareAttrInterfaceMethods<ScalarAttrInterface>]> {
  let summary = "an exact fraction";
  let description = [{
    A number numerator/denominator in lowest terms with a positive
    denominator, such as a mean over three positions: `#rasp.fraction<2/3>`.
  }];
  let parameters = (ins "int64_t":$numerator, "int64_t":$denominator);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Rasp_DomainAttr : Rasp_Attr<"Domain", "domain"> {
  let summary = "the values that an s-op can take";
  let description = [{
    Wraps a `Domain`: a finite sorted set, a grid of fractions with bounded
    denominator, an interval with a least gap, or anything; each with or
    without `none`.

    ```mlir
    #rasp.domain<{1, 2, 3}>                     // a finite set
    #rasp.domain<{none, "a", "b"}>              // with none
    #rasp.domain<[-1, 1] fractions 32>          // p/q with 1 <= q <= 32
    #rasp.domain<[0, 4.5] gap 0.001 or none>    // an interval
    #rasp.domain<any>
    ```
  }];
  let parameters = (ins
    AttrParameter<"::mlir::rasp::Domain", "the values",
                  "const ::mlir::rasp::Domain &">:$domain);
  let hasCustomAssemblyFormat = 1;
}

def Rasp_TableAttr : Rasp_Attr<"Table", "table"> {
  let summary = "an explicit function of scalar values";
  let description = [{
    A finite function: entries in sorted order of their keys, each key a
    tuple of as many values as the function has inputs, and an optional value
    for every other key. Keys compare as values of the language do (1 is 1.0)
    and are never none. A table without entries says how many inputs it has.

    ```mlir
    #rasp.table<(1) -> "one", (2) -> "two">
    #rasp.table<(1, "a") -> true, _ -> false>
    #rasp.table<(_, _) -> false>
    ```
  }];
  let parameters = (ins
    "unsigned":$numInputs,
    ArrayRefParameter<"::mlir::Attribute", "keys, row by row">:$keys,
    ArrayRefParameter<"::mlir::Attribute", "a value for each key">:$values,
    OptionalParameter<"::mlir::Attribute", "the value of every other key">:$fallback);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    using Entry = std::pair<::llvm::SmallVector<::mlir::Attribute>, ::mlir::Attribute>;
    /// The table of `entries` (a key and its value), which are sorted here.
    /// Emits an error and returns null if they do not make a table.
    static TableAttr getSorted(
        ::llvm::function_ref<::mlir::InFlightDiagnostic()> emitError,
        ::mlir::MLIRContext *context, unsigned numInputs,
        ::llvm::MutableArrayRef<Entry> entries, ::mlir::Attribute fallback = {});

    size_t getNumEntries() const { return getValues().size(); }
    ::llvm::ArrayRef<::mlir::Attribute> getKey(size_t entry) const {
      return getKeys().slice(entry * getNumInputs(), getNumInputs());
    }
    /// The value for `key`, the fallback where no entry has it, or failure.
    /// Keys are compared as the language compares values: 1 equals 1.0.
    ::llvm::FailureOr<::mlir::rasp::Scalar>
    lookup(::llvm::ArrayRef<::mlir::rasp::Scalar> key) const;
  }];
}

def Rasp_Predicate : I32EnumAttr<"Predicate", "a comparison of a key with a query", [
    I32EnumAttrCase<"EQ", 0, "eq">, I32EnumAttrCase<"NE", 1, "ne">,
    I32EnumAttrCase<"LT", 2, "lt">, I32EnumAttrCase<"LE", 3, "le">,
    I32EnumAttrCase<"GT", 4, "gt">, I32EnumAttrCase<"GE", 5, "ge">,
    I32EnumAttrCase<"True", 6, "true">, I32EnumAttrCase<"False", 7, "false">]> {
  let cppNamespace = "::mlir::rasp";
  let genSpecializedAttr = 0;
}

def Rasp_PredicateAttr : EnumAttr<Rasp_Dialect, Rasp_Predicate, "predicate"> {
  let assemblyFormat = "`<` $value `>`";
}

#endif // RASP_DIALECT_RASP_IR_RASPATTRIBUTES_TD
