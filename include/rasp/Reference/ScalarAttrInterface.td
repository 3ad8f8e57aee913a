//===- ScalarAttrInterface.td - Attributes that hold a scalar -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_REFERENCE_SCALARATTRINTERFACE_TD
#define RASP_REFERENCE_SCALARATTRINTERFACE_TD

include "mlir/IR/Interfaces.td"

def ScalarAttrInterface : AttrInterface<"ScalarAttrInterface"> {
  let cppNamespace = "::mlir::rasp";
  let description = [{
    An attribute that holds a value of the language for which there is no
    builtin attribute: none, or an exact fraction.
  }];
  let methods = [
    InterfaceMethod<"The value.", "::mlir::rasp::Scalar", "getScalar">
  ];
}

#endif // RASP_REFERENCE_SCALARATTRINTERFACE_TD
