//===- RaspInterfaces.td - Interfaces of the rasp dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_IR_RASPINTERFACES_TD
#define RASP_DIALECT_RASP_IR_RASPINTERFACES_TD

include "mlir/IR/OpBase.td"

def ScalarOpInterface : OpInterface<"ScalarOpInterface"> {
  let cppNamespace = "::mlir::rasp";
  let description = [{
    An op on scalars that may stand in the region of a `rasp.map` or a
    `rasp.select`. Arith and math ops implement it by an external model that
    the rasp dialect attaches. Operands are never `none`.
  }];
  let methods = [
    InterfaceMethod<[{
      Evaluates the op. On failure (a division by zero, say) returns failure
      and says why in `reason`, in a phrase such as "division by zero".
    }], "::llvm::FailureOr<::mlir::rasp::Scalar>", "evaluateScalar",
    (ins "::llvm::ArrayRef<::mlir::rasp::Scalar>":$operands,
         "::std::string &":$reason)>
  ];
}

def LabeledOpInterface : OpInterface<"LabeledOpInterface"> {
  let cppNamespace = "::mlir::rasp";
  let description = [{
    An op whose result has a name that is kept through the compiler: a value
    with a name has a subspace of its own in the compiled model.
  }];
  let methods = [
    InterfaceMethod<"The name, or null.", "::mlir::StringAttr", "getLabelAttr">,
    InterfaceMethod<"Sets the name.", "void", "setLabelAttr", (ins "::mlir::StringAttr":$label)>
  ];
}

def DomainOpInterface : OpInterface<"DomainOpInterface"> {
  let cppNamespace = "::mlir::rasp";
  let description = [{
    An op whose result's domain (an s-op) or facts (a selector) follow from
    those of its operands. The domain analysis runs on this interface.
  }];
  let methods = [
    InterfaceMethod<[{
      Computes the abstract value of the op's result. `operands` holds one
      abstract value for each operand. Must be sound: it covers everything
      that the interpreter can produce. Where the op can fail on a reachable
      value, it fails and emits a diagnostic only if `context.diagnose` is
      set; otherwise it gives a result for the values on which it succeeds.
    }], "::mlir::rasp::AbstractValue", "inferDomain",
    (ins "::llvm::ArrayRef<::mlir::rasp::AbstractValue>":$operands,
         "::mlir::rasp::DomainContext &":$context)>
  ];
}

#endif // RASP_DIALECT_RASP_IR_RASPINTERFACES_TD
