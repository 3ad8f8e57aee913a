// A value that several ops compute, all folded into what reads them, and one of
// them from nothing: only what stands in columns is a way to read it.
//
// RUN: rasp-translate --export-circuit --program=parts %s | FileCheck %s --check-prefix=PARTS
// RUN: rasp-translate --export-circuit --program=constant %s | FileCheck %s --check-prefix=CONSTANT

// PARTS: {"name":"double",{{.*}}"status":"folded",{{.*}}"constant":null,{{.*}}"encodings":[{{{[^{}]*}}"columns":[0],"weights":{{\[\[}}2]],"bias":[0],{{[^{}]*}}}],"location"
craft.program @parts attributes {vocab = [0, 1, 2, 3], max_seq_len = 2} {
  %x = craft.embed tokens <4x1 (1, 0) = 1.0, (2, 0) = 2.0, (3, 0) = 3.0> : !craft.scalar<{0, 1, 2, 3}>
  %other = craft.linear %x <[<1x1>] + [3.0]> : (!craft.scalar<{0, 1, 2, 3}>) -> !craft.scalar<{3}> loc(#double)
  %double = craft.linear %x <[<1x1 (0, 0) = 2.0>] + [0.0]> : (!craft.scalar<{0, 1, 2, 3}>) -> !craft.scalar<{0, 2, 4, 6}> loc(#double)
  craft.unembed %double, %other <[<1x1 identity>, <1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 2, 4, 6}>, !craft.scalar<{3}>
}

// CONSTANT: {"name":"double",{{.*}}"status":"constant",{{.*}}"constant":3,{{.*}}"encodings":[],"location"
craft.program @constant attributes {vocab = [0, 1, 2, 3], max_seq_len = 2} {
  %x = craft.embed tokens <4x1 (1, 0) = 1.0, (2, 0) = 2.0, (3, 0) = 3.0> : !craft.scalar<{0, 1, 2, 3}>
  %double = craft.linear %x <[<1x1>] + [3.0]> : (!craft.scalar<{0, 1, 2, 3}>) -> !craft.scalar<{3}> loc(#double)
  craft.unembed %x, %double <[<1x1 identity>, <1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1, 2, 3}>, !craft.scalar<{3}>
}
#double = loc("double"("doubles.mlir":1:2))
