// RUN: rasp-opt %s --craft-expand-selector-width=method=reciprocal --split-input-file --verify-diagnostics
// RUN: rasp-opt %s --craft-expand-selector-width --verify-diagnostics
// RUN: rasp-opt %s --craft-expand-selector-width=method=linear | FileCheck %s

// CHECK-LABEL: craft.program @long
// CHECK: craft.head
craft.program @long attributes {vocab = [0, 1], max_seq_len = 20000} {
  %x = craft.embed tokens <2x1 (1, 0) = 1.0> : !craft.scalar<{0, 1}>
  // expected-error@+2 {{has more widths than the map that inverts reciprocals can list: expected at most 16384, found '!craft.scalar<[0, 20000] fractions 1>'}}
  // expected-note@+1 {{help: a smaller max_seq_len, or the linear method}}
  %width = craft.selector_width queries() keys(%x : !craft.scalar<{0, 1}>)
    query <[] + [1.0]> key <[<1x1 (0, 0) = 20.0>] + [-20.0]> penalty 20.0 : !craft.scalar<[0, 20000] fractions 1>
  craft.unembed %width <[<1x1 identity>] + [0.0]> numerical : !craft.scalar<[0, 20000] fractions 1>
}
