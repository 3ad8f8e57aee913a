//===- CraftInterfaces.td - Interfaces of the craft dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_CRAFT_IR_CRAFTINTERFACES_TD
#define RASP_DIALECT_CRAFT_IR_CRAFTINTERFACES_TD

include "mlir/IR/OpBase.td"

def SubspaceTypeInterface : TypeInterface<"SubspaceTypeInterface"> {
  let cppNamespace = "::mlir::craft";
  let description = [{
    A type of vectors that stand for values of the program.
  }];
  let methods = [
    InterfaceMethod<"The number of columns.", "int64_t", "getDimension">,
    InterfaceMethod<"The values that the vectors stand for.",
      "const ::mlir::rasp::Domain &", "getValueDomain">,
    InterfaceMethod<"The name of a column within the subspace, empty if there is only one.",
      "::std::string", "getColumnLabel", (ins "int64_t":$column)>,
    InterfaceMethod<"The vector that stands for `value`, which is in the domain.",
      "::llvm::SmallVector<double>", "encode", (ins "const ::mlir::rasp::Scalar &":$value)>,
    InterfaceMethod<"The value that `vector` is nearest to standing for.",
      "::mlir::rasp::Scalar", "decode", (ins "::llvm::ArrayRef<double>":$vector)>
  ];
}

def BlockOpInterface : OpInterface<"BlockOpInterface"> {
  let cppNamespace = "::mlir::craft";
  let description = [{
    An attention head or an MLP over subspaces. A transformer's layer is its
    heads followed by its MLP: a head of layer l reads what was written before
    layer l, the MLP of layer l also what the heads of layer l write.
  }];
  let methods = [
    InterfaceMethod<"Whether the block belongs to the attention half of a layer.",
      "bool", "isAttention">,
    InterfaceMethod<"The layer that the block was allocated to, from 0.",
      "::std::optional<uint64_t>", "getAllocatedLayer">,
    InterfaceMethod<"Allocates the block to a layer.",
      "void", "setAllocatedLayer", (ins "uint64_t":$layer)>,
    InterfaceMethod<"The number of columns that the block writes.",
      "int64_t", "getOutputDimension">,
    InterfaceMethod<[{The width that counts towards the layer's: of a head, the
      larger of its query-key dimension, with the one that BOS takes, and its
      value dimension; of an MLP, its hidden units.}],
      "int64_t", "getBlockWidth">
  ];
}

def AffineReaderOpInterface : OpInterface<"AffineReaderOpInterface"> {
  let cppNamespace = "::mlir::craft";
  let description = [{
    An op that reads subspaces through affine maps: an affine value that it
    reads can be composed into the map.
  }];
  let methods = [
    InterfaceMethod<[{The inputs of each affine map of the op, with the name of
      the attribute that holds the map. There is a matrix for each input.}],
      "::llvm::SmallVector<::mlir::craft::AffineRead>", "getAffineReads">
  ];
}

#endif // RASP_DIALECT_CRAFT_IR_CRAFTINTERFACES_TD
