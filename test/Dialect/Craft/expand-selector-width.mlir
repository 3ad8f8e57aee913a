// RUN: rasp-opt %s --craft-expand-selector-width | FileCheck %s --check-prefixes=CHECK,LINEAR
// RUN: rasp-opt %s --craft-expand-selector-width=method=linear | FileCheck %s --check-prefixes=CHECK,LINEAR
// RUN: rasp-opt %s --craft-expand-selector-width=method=reciprocal | FileCheck %s --check-prefixes=CHECK,RECIPROCAL
// RUN: not rasp-opt %s --craft-expand-selector-width=method=guess 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: unknown method 'guess' for craft-expand-selector-width: expected auto, linear or reciprocal

// LINEAR scales the head by N = exp(24); RECIPROCAL has BOS score as a match
// and a map invert 1/(w + 1), which ascends as the width descends.

// CHECK-LABEL: craft.program @count
// CHECK-NOT: craft.selector_width
// LINEAR: craft.head {{.*}} output <1x1 (0, 0) = 2648912212{{.*}}bos score 2.4{{.*}} value [0.{{[0e+]*}}] : !craft.scalar<{0, 1, 2}>
// RECIPROCAL: %[[HEAD:.*]] = craft.head {{.*}}bos score 0.{{.*}} value [1.{{[0e+]*}}] : !craft.scalar<{1/3, 1/2, 1}>
// RECIPROCAL: craft.map %[[HEAD]] values [2, 1, 0] : (!craft.scalar<{1/3, 1/2, 1}>) -> !craft.scalar<{0, 1, 2}>
craft.program @count attributes {vocab = [false, true], max_seq_len = 2} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{false, true}>
  %width = craft.selector_width queries() keys(%x : !craft.scalar<{false, true}>)
    query <[] + [1.0]> key <[<1x1 (0, 0) = 20.0>] + [-20.0]>
    penalty 20.0 : !craft.scalar<{0, 1, 2}>
  craft.unembed %width <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<{0, 1, 2}>
}
