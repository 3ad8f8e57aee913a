//===- RaspOps.td - Ops of the rasp dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_IR_RASPOPS_TD
#define RASP_DIALECT_RASP_IR_RASPOPS_TD

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "rasp/Dialect/Rasp/IR/RaspAttributes.td"
include "rasp/Dialect/Rasp/IR/RaspInterfaces.td"
include "rasp/Dialect/Rasp/IR/RaspTypes.td"
include "rasp/Reference/EvaluableOpInterface.td"

class Rasp_Op<string opMnemonic, list<Trait> traits = []>
    : Op<Rasp_Dialect, opMnemonic, traits>;

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

def Rasp_ProgramOp : Rasp_Op<"program", [
    FunctionOpInterface, IsolatedFromAbove, OpAsmOpInterface,
    DeclareOpInterfaceMethods<ProgramOpInterface, ["getProgramBody"]>,
    SingleBlock]> {
  let summary = "a RASP program with the contract of its inputs";
  let description = [{
    A function from the input tokens to an output s-op, with the contract that
    the compiled model relies on.

    - `vocab`: the tokens that may occur, in the order of their ids.
    - `max_seq_len`: the greatest length of an input, not counting BOS.
    - `causal`: a query sees only keys at or before it.
    - `bos`, `pad`: the names of the token that stands before every input and
      of the one that fills the rows of a batch; "BOS" and "PAD" if not given.
    - `output`: how the output is read, `categorical` (a logit for each value)
      or `numerical` (one number); if not given, numerical for `f64` and
      categorical for everything else.

    Constraints:

    1. The program has one argument and one result, both s-ops, and the
       element type of the argument is `i1`, `i64`, `f64` or `!rasp.str`.
    2. The vocabulary is not empty, its values are of the argument's element
       type, none of them is none, and none stands twice.
    3. No token of the vocabulary bears the name of BOS or PAD, and these two
       differ.
    4. `max_seq_len` is at least 1 and at most 65536.
    5. The body ends in `rasp.return`.
    6. `output` is "categorical" or "numerical", and numerical only where the
       result is a number.
    7. Every other attribute has a name with a dot, the prefix of whoever put
       it there: one without is a misspelt part of the contract.

    ```mlir
    rasp.program @histogram(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
        attributes {vocab = ["a", "b", "c"], max_seq_len = 10} {
      %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
      %count = rasp.selector_width %same
      rasp.return %count : !rasp.sop<i64>
    }
    ```
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    TypeAttrOf<FunctionType>:$function_type,
    OptionalAttr<StrAttr>:$sym_visibility,
    ArrayAttr:$vocab,
    ConfinedAttr<I64Attr, [IntNonNegative]>:$max_seq_len,
    UnitAttr:$causal,
    DefaultValuedStrAttr<StrAttr, "BOS">:$bos,
    DefaultValuedStrAttr<StrAttr, "PAD">:$pad,
    OptionalAttr<StrAttr>:$output,
    OptionalAttr<DictArrayAttr>:$arg_attrs,
    OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    /// Whether the output is read as one number rather than as a category.
    bool isOutputNumerical();
    void getAsmBlockArgumentNames(::mlir::Region &region,
                                  ::mlir::OpAsmSetValueNameFn setNameFn);
  }];
}

def Rasp_ReturnOp : Rasp_Op<"return", [
    Pure, Terminator, HasParent<"ProgramOp">,
    DeclareOpInterfaceMethods<EvaluableOpInterface>]> {
  let summary = "the output of a program";
  let description = [{
    Constraint: 1. the type is the program's result type.

    ```mlir
    rasp.return %sorted : !rasp.sop<i64>
    ```
  }];
  let arguments = (ins Rasp_SOp:$value);
  let assemblyFormat = "$value attr-dict `:` qualified(type($value))";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// S-ops
//===----------------------------------------------------------------------===//

def Rasp_LabelAttr : ConfinedAttr<StrAttr, [
    AttrConstraint<CPred<"!::llvm::cast<::mlir::StringAttr>($_self).getValue().empty()">,
                   "that is not empty">]>;

/// An op whose result is an s-op. `label` names the value: in the compiled
/// model it has a subspace of its own that bears this name. The parser takes
/// it from the name of the SSA value.
class Rasp_SOpOp<string opMnemonic, list<Trait> traits = []>
    : Rasp_Op<opMnemonic, !listconcat(traits, [
        Pure, LabeledOpInterface,
        DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>,
        DeclareOpInterfaceMethods<DomainOpInterface>,
        DeclareOpInterfaceMethods<EvaluableOpInterface>])> {
  code labelDescription = [{

    `label` names the value in what is compiled. It is the name of the SSA
    value (a number is none), or is given by `as "name"`.
  }];
  let extraClassDefinition = [{
    void $cppClass::getAsmResultNames(::mlir::OpAsmSetValueNameFn setNameFn) {
      if (auto name = getLabelAttr())
        setNameFn(getResult(), name);
    }
  }];
}

def Rasp_IndicesOp : Rasp_SOpOp<"indices"> {
  let summary = "the position of each token, from 0";
  let description = [{
    ```mlir
    %indices = rasp.indices
    ```
    On any input of length 4 the value is 0, 1, 2, 3.
  }] # labelDescription;
  let arguments = (ins OptionalAttr<Rasp_LabelAttr>:$label);
  let results = (outs Rasp_IntegerSOp:$result);
  let assemblyFormat = "`` custom<Label>($label) attr-dict";
}

def Rasp_ConstantOp : Rasp_SOpOp<"constant", [ConstantLike]> {
  let summary = "one value at every position";
  let description = [{
    The type is that of the value; it is written out where it cannot be
    inferred, which is for `#rasp.none` and in an s-op of `!rasp.any`.

    Constraint: 1. the value is one of the result's element type.

    ```mlir
    %one = rasp.constant 1
    %half = rasp.constant 0.5
    %word = rasp.constant "a"
    %nothing = rasp.constant #rasp.none -> !rasp.sop<i64>
    ```
  }] # labelDescription;
  let arguments = (ins AnyAttr:$value, OptionalAttr<Rasp_LabelAttr>:$label);
  let results = (outs Rasp_SOp:$result);
  let assemblyFormat = "custom<ConstantValue>($value, type($result)) `` custom<Label>($label) attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Rasp_MapOp : Rasp_SOpOp<"map", [
    IsolatedFromAbove, RecursiveMemoryEffects, SingleBlock]> {
  let summary = "an elementwise function given by scalar code";
  let description = [{
    Applies the region to the values of the operands at each position. Where
    an operand is none the result is none. The region is straight-line code of
    `arith`, `math` and the string ops of this dialect; `arith.select` chooses.
    It must be defined for all values that can occur: a division by zero on a
    reachable value is an error.

    Constraints:

    1. There is at least one operand, and the region has one argument for
       each, of its element type.
    2. Every op in the region implements `ScalarOpInterface`, has no regions,
       and computes with values of type `i1`, `i64`, `f64` and `!rasp.str`.
       One on constants has a result that its type holds exactly (1.0 / 3.0
       does not, while x / 3.0 is exact).
    3. `rasp.yield` gives one value of the result's element type.
    4. No operand and no result is an s-op of `!rasp.any`.

    ```mlir
    %opposite = rasp.map %length, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
    ^bb0(%n: i64, %i: i64):
      %one = arith.constant 1 : i64
      %difference = arith.subi %n, %i : i64
      %last = arith.subi %difference, %one : i64
      rasp.yield %last : i64
    }
    ```
  }] # labelDescription;
  let arguments = (ins Variadic<Rasp_SOp>:$inputs, OptionalAttr<Rasp_LabelAttr>:$label);
  let results = (outs Rasp_SOp:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $inputs `` custom<Label>($label) attr-dict `:` functional-type($inputs, $result) $body
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Rasp_LookupOp : Rasp_SOpOp<"lookup"> {
  let summary = "an elementwise function given by an explicit table";
  let description = [{
    Looks the values of the operands up in `table` at each position. Where an
    operand is none the result is none. A combination of values that can occur
    must be in the table, or the table must have a fallback (`_ -> value`).

    Constraints:

    1. There is at least one operand, and the table has as many inputs.
    2. The values of the table are of the result's element type.

    ```mlir
    %name = rasp.lookup %digit table<(1) -> "one", (2) -> "two", _ -> "many"> : (!rasp.sop<i64>) -> !rasp.sop<!rasp.str>
    ```
  }] # labelDescription;
  let arguments = (ins Variadic<Rasp_SOp>:$inputs, Rasp_TableAttr:$table,
                       OptionalAttr<Rasp_LabelAttr>:$label);
  let results = (outs Rasp_SOp:$result);
  let assemblyFormat = [{
    $inputs `` custom<Table>($table) `` custom<Label>($label) attr-dict `:` functional-type($inputs, $result)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Rasp_AggregateOp : Rasp_SOpOp<"aggregate"> {
  let summary = "the mean of the selected values";
  let description = [{
    At each query position, of the values at the selected keys:

    - none selected: `default`, or none if it is not given;
    - all equal (in particular, one selected): that value;
    - otherwise: their mean, if the result is an s-op of `f64`.

    Several different values are an error where the result is not `f64`,
    where one of them is no number (none, for instance), or where `unique` is
    given. `unique` asserts that this does not happen; the interpreter checks
    it, and the compiler, which otherwise has to prove it, relies on it.

    Constraints:

    1. The result has the element type of the values, or is `f64` and the
       values are numbers.
    2. `default` is a value of the result's element type.

    ```mlir
    %previous = rasp.aggregate %shift, %tokens default("a") : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
    %fraction = rasp.aggregate %prefix, %is_x : !rasp.sop<i1> -> !rasp.sop<f64>
    %sorted = rasp.aggregate %place, %scores unique : !rasp.sop<f64> -> !rasp.sop<f64>
    ```
  }] # labelDescription;
  let arguments = (ins Rasp_Selector:$selector, Rasp_SOp:$values,
                       OptionalAttr<AnyAttr>:$default_value,
                       UnitAttr:$unique, OptionalAttr<Rasp_LabelAttr>:$label);
  let results = (outs Rasp_SOp:$result);
  let assemblyFormat = [{
    $selector `,` $values (`default` `(` custom<ScalarValue>($default_value)^ `)`)? (`unique` $unique^)?
    `` custom<Label>($label) attr-dict `:` qualified(type($values)) `->` qualified(type($result))
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    /// Whether a row must not select several different values.
    bool isGather() {
      return getUnique() || !getType().getElementType().isF64();
    }
    /// The value of an empty row.
    ::mlir::rasp::Scalar getDefaultScalar();
  }];
}

def Rasp_SelectorWidthOp : Rasp_SOpOp<"selector_width"> {
  let summary = "how many keys each query selects";
  let description = [{
    ```mlir
    %count = rasp.selector_width %same
    ```
  }] # labelDescription;
  let arguments = (ins Rasp_Selector:$selector, OptionalAttr<Rasp_LabelAttr>:$label);
  let results = (outs Rasp_IntegerSOp:$result);
  let assemblyFormat = "$selector `` custom<Label>($label) attr-dict";
  let hasCanonicalizer = 1;
}

//===----------------------------------------------------------------------===//
// Selectors
//===----------------------------------------------------------------------===//

/// An op whose result is a selector. The parser makes the name of the SSA value
/// that of the op's location, and not an attribute: a selector needs nothing of
/// its own in the compiled model, so that equal ones of two names can be one. A
/// location that is given after the op keeps its own name if it has one.
class Rasp_SelectorOp<string opMnemonic, list<Trait> traits = []>
    : Rasp_Op<opMnemonic, !listconcat(traits, [
        Pure, DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>,
        DeclareOpInterfaceMethods<DomainOpInterface>,
        DeclareOpInterfaceMethods<EvaluableOpInterface>])> {
  code nameDescription = [{

    The name of the SSA value is that of the op's location, a `NameLoc`.
  }];
  let results = (outs Rasp_Selector:$result);
  let hasCustomAssemblyFormat = 1;
  let extraClassDefinition = [{
    void $cppClass::getAsmResultNames(::mlir::OpAsmSetValueNameFn setNameFn) {
      if (StringRef name = ::mlir::rasp::getValueName(getLoc()); !name.empty())
        setNameFn(getResult(), name);
    }
  }];
}

def Rasp_SelectOp : Rasp_SelectorOp<"select", [
    IsolatedFromAbove, RecursiveMemoryEffects]> {
  let summary = "selects the keys that a predicate relates to the query";
  let description = [{
    Row q selects key k where `predicate(key at k, query at q)` holds and
    neither of the two is none: `lt` selects keys *less than* the query. The
    predicate is a comparison, or `true` or `false`; or a region with the key
    and the query as its arguments; or a table of (key, query).

    Constraints:

    1. Exactly one of predicate, table and region is given.
    2. The predicates `lt le gt ge` compare two numbers or two strings; where
       an operand is of `!rasp.any`, this is checked when the program runs.
    3. A table has two inputs and boolean values.
    4. A region has a key and a query argument of the operands' element types,
       and yields an `i1`; the ops in it are those that `rasp.map` allows.

    ```mlir
    %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
    %pairs = rasp.select keys(%tokens) queries(%tokens) table<("(", ")") -> true, _ -> false> : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
    %near = rasp.select keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64> {
    ^bb0(%key: i64, %query: i64):
      %distance = arith.subi %query, %key : i64
      %two = arith.constant 2 : i64
      %close = arith.cmpi slt, %distance, %two : i64
      rasp.yield %close : i1
    }
    ```
  }] # nameDescription;
  let arguments = (ins Rasp_SOp:$keys, Rasp_SOp:$queries,
                       OptionalAttr<Rasp_PredicateAttr>:$predicate,
                       OptionalAttr<Rasp_TableAttr>:$table);
  let regions = (region MaxSizedRegion<1>:$body);
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    /// Whether `key` is selected for `query`; false where one of them is
    /// none. Emits an error and fails where the predicate is undefined.
    ::llvm::FailureOr<bool> evaluatePredicate(const ::mlir::rasp::Scalar &key,
                                              const ::mlir::rasp::Scalar &query,
                                              bool diagnose = true);
  }];
}

def Rasp_AndOp : Rasp_SelectorOp<"and", [Commutative]> {
  let summary = "selects what both selectors select";
  let description = [{
    ```mlir
    %both = rasp.and %same, %before
    ```
  }] # nameDescription;
  let arguments = (ins Rasp_Selector:$lhs, Rasp_Selector:$rhs);
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Rasp_OrOp : Rasp_SelectorOp<"or", [Commutative]> {
  let summary = "selects what at least one of the selectors selects";
  let description = [{
    ```mlir
    %either = rasp.or %smaller, %tied
    ```
  }] # nameDescription;
  let arguments = (ins Rasp_Selector:$lhs, Rasp_Selector:$rhs);
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Rasp_NotOp : Rasp_SelectorOp<"not"> {
  let summary = "selects what the selector does not select";
  let description = [{
    In a causal program only keys at or before the query are selected, as
    everywhere.

    ```mlir
    %others = rasp.not %same
    ```
  }] # nameDescription;
  let arguments = (ins Rasp_Selector:$input);
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Rasp_BestOp : Rasp_SelectorOp<"best"> {
  let summary = "selects the selected keys with the highest score";
  let description = [{
    Of the keys that `selector` selects, those whose `scores` value is
    greatest; several where it is attained several times. A key whose score is
    none is not selected. The authors of RASP name this operator as missing.

    In a transformer, an aggregate over the best of what a head selects is one
    head again, in which keys score higher or lower by themselves. Other uses
    (to count, to combine, another best) take a head that gathers the greatest
    score, and compare it in the next layer (`rasp-expand-best`).

    ```mlir
    %latest = rasp.best %earlier, %indices : !rasp.sop<i64>
    ```
  }] # nameDescription;
  let arguments = (ins Rasp_Selector:$selector, Rasp_NumberSOp:$scores);
}

//===----------------------------------------------------------------------===//
// Scalars, in the region of a map or a select
//===----------------------------------------------------------------------===//

def Rasp_YieldOp : Rasp_Op<"yield", [
    Pure, Terminator, ParentOneOf<["MapOp", "SelectOp"]>]> {
  let summary = "the value of the region of a map or a select";
  let description = [{
    ```mlir
    %next = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
    ^bb0(%index: i64):
      %one = arith.constant 1 : i64
      %following = arith.addi %index, %one : i64
      rasp.yield %following : i64
    }
    ```
  }];
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

class Rasp_ScalarOp<string opMnemonic, list<Trait> traits = []>
    : Rasp_Op<opMnemonic, !listconcat(traits, [
        Pure, DeclareOpInterfaceMethods<ScalarOpInterface>])> {
  let hasFolder = 1;
}

def Rasp_StringOp : Rasp_ScalarOp<"string", [ConstantLike]> {
  let summary = "a constant string";
  let description = [{
    ```mlir
    %a = rasp.string "a"
    ```
  }];
  let arguments = (ins StrAttr:$value);
  let results = (outs Rasp_StringType:$result);
  let assemblyFormat = "$value attr-dict";
}

def Rasp_CompareStringsOp : Rasp_ScalarOp<"compare_strings"> {
  let summary = "compares two strings, in the order of their bytes";
  let description = [{
    Constraint: 1. the predicate is one of `eq ne lt le gt ge`.

    ```mlir
    %is_a = rasp.compare_strings eq %token, %a
    ```
  }];
  let arguments = (ins Rasp_PredicateAttr:$predicate, Rasp_StringType:$lhs, Rasp_StringType:$rhs);
  let results = (outs I1:$result);
  let assemblyFormat = "custom<Comparison>($predicate) $lhs `,` $rhs attr-dict";
  let hasVerifier = 1;
}

def Rasp_ConcatStringsOp : Rasp_ScalarOp<"concat_strings"> {
  let summary = "one string after another";
  let description = [{
    ```mlir
    %ab = rasp.concat_strings %a, %b
    ```
  }];
  let arguments = (ins Rasp_StringType:$lhs, Rasp_StringType:$rhs);
  let results = (outs Rasp_StringType:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict";
}

def Rasp_StringLengthOp : Rasp_ScalarOp<"string_length"> {
  let summary = "the number of bytes of a string";
  let description = [{
    ```mlir
    %size = rasp.string_length %token
    ```
  }];
  let arguments = (ins Rasp_StringType:$input);
  let results = (outs I64:$result);
  let assemblyFormat = "$input attr-dict";
}

#endif // RASP_DIALECT_RASP_IR_RASPOPS_TD
