// RUN: rasp-opt %s --rasp-expand-best --rasp-annotate-domains | FileCheck %s

// The domain analysis knows the form that bests are expanded to: the selector
// of the best keys is never empty, as the best is not. Of scores that are all
// different it selects one key.

// CHECK-LABEL: rasp.program @scores
// CHECK: rasp.best {{.*}} {rasp.width = array<i64: 1, 4>}
// CHECK: rasp.select eq {{.*}} {rasp.width = array<i64: 1, 4>}
// CHECK: rasp.and {{.*}} {rasp.width = array<i64: 1, 4>}
// CHECK: rasp.selector_width {{.*}} {rasp.domain = #rasp.domain<{1, 2, 3, 4}>}
rasp.program @scores(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %count = rasp.selector_width %same
  %best = rasp.best %same, %count : !rasp.sop<i64>
  %ties = rasp.selector_width %best
  rasp.return %ties : !rasp.sop<i64>
}

// CHECK-LABEL: rasp.program @positions
// CHECK: rasp.best {{.*}} {rasp.width = array<i64: 1, 1>}
// CHECK: rasp.select eq {{.*}} {rasp.width = array<i64: 1, 1>}
// CHECK: rasp.not {{.*}} {rasp.width = array<i64: 0, 3>}
rasp.program @positions(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %last = rasp.best %same, %indices : !rasp.sop<i64>
  %others = rasp.not %last
  %width = rasp.selector_width %others
  rasp.return %width : !rasp.sop<i64>
}
