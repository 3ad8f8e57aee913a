//===- CraftDialect.td - The craft dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_IR_CRAFTDIALECT_TD
#define RASP_DIALECT_CRAFT_IR_CRAFTDIALECT_TD

include "mlir/IR/OpBase.td"

def Craft_Dialect : Dialect {
  let name = "craft";
  let cppNamespace = "::mlir::craft";
  let summary = "Blocks of a transformer over subspaces of its residual stream";
  let description = [{
    Says *how* a transformer computes a RASP program. A value is a vector at
    every position, in a subspace of the residual stream; its type says how
    the vector stands for a value of the program. Three forms of a program
    follow one another:

    1. *Values*: `craft.embed`, `craft.linear`, `craft.map`, `craft.head` and
       `craft.selector_width` in a `craft.program`.
    2. *Blocks*: every op is an embedding, an attention head or an MLP with
       explicit sparse matrices: `craft.embed`, `craft.head`, `craft.mlp`.
    3. *Layers*: one residual stream with assigned columns: a
       `craft.transformer` with an `craft.embedding`, `craft.layer`s and an
       `craft.unembedding`.

    Vectors are row vectors: a matrix has a row for each input direction and a
    column for each output direction.

    The stream has a position 0 for the BOS token. In the first two forms no
    value is defined there: a head states what it scores (`bos_score`) and
    what it holds (`bos_value`) at BOS. `craft-allocate-residual` makes that
    true: BOS attends to itself only, so that whatever the stream holds there
    is a constant that each reader corrects for. The name is that of the
    intermediate form of Tracr (Lindner et al., 2023).
  }];
  let dependentDialects = ["::mlir::rasp::RaspDialect"];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerTypes();
    void registerAttributes();
  }];
}

#endif // RASP_DIALECT_CRAFT_IR_CRAFTDIALECT_TD
