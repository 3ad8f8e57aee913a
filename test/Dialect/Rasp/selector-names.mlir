// The name of a selector is that of its location: what is printed has it, and
// two selectors that differ by name alone are one to every pass.

// RUN: rasp-opt %s --verify-roundtrip | FileCheck %s
// RUN: rasp-opt %s --emit-bytecode | rasp-opt | FileCheck %s
// RUN: rasp-opt %s --mlir-print-debuginfo | FileCheck %s --check-prefix=LOCATIONS
// RUN: rasp-opt %s --cse | FileCheck %s --check-prefix=CSE

rasp.program @selectors(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1], max_seq_len = 1} {
  // CHECK: %same = rasp.select eq
  // LOCATIONS: %same = rasp.select {{.*}} loc(#[[SAME:.*]])
  // CSE: %same = rasp.select eq
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK-NEXT: %again = rasp.select eq
  // CSE-NEXT: %both = rasp.and %same, %same
  %again = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK-NEXT: %both = rasp.and %same, %again
  %both = rasp.and %same, %again
  // CHECK-NEXT: %either = rasp.or %same, %both
  %either = rasp.or %same, %both
  // CHECK-NEXT: %[[INVERSE:[0-9]+]] = rasp.not %either
  %0 = rasp.not %either
  // CHECK-NEXT: %last = rasp.best %[[INVERSE]], %tokens : !rasp.sop<i64>
  %last = rasp.best %0, %tokens : !rasp.sop<i64>
  %mean = rasp.aggregate %last, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}
// LOCATIONS: #[[SAME]] = loc("same"(
