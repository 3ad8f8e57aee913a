// The name of a selector is that of its location: what is printed has it, and
// two selectors that differ by name alone are one to every pass.

// RUN: rasp-opt %s --verify-roundtrip | FileCheck %s
// RUN: rasp-opt %s --emit-bytecode | rasp-opt | FileCheck %s
// RUN: rasp-opt %s --mlir-print-debuginfo | FileCheck %s --check-prefix=LOCATIONS
// RUN: rasp-opt %s --mlir-print-debuginfo | rasp-opt --verify-roundtrip | FileCheck %s
// RUN: rasp-opt %s --cse | FileCheck %s --check-prefix=CSE
// RUN: rasp-opt %s --inline | FileCheck %s --check-prefix=INLINED
// RUN: rasp-opt %s --inline --mlir-print-debuginfo | rasp-opt | FileCheck %s --check-prefix=INLINED

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

// A location that is given after the op has the name too, unless it has one. One
// that is defined further below has its own alone.
// CHECK-LABEL: rasp.program @located
rasp.program @located(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1], max_seq_len = 1} {
  // CHECK: %named = rasp.select lt
  // LOCATIONS: %named = rasp.select lt {{.*}} loc(#[[NAMED:.*]])
  %named = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64> loc("f.rasp":1:2)
  // CHECK-NEXT: %region = rasp.select keys
  %region = rasp.select keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64> {
  ^bb0(%key: i64, %query: i64):
    %less = arith.cmpi slt, %key, %query : i64
    rasp.yield %less : i1
  } loc("f.rasp":2:3)
  // CHECK: %both = rasp.and %named, %region
  %both = rasp.and %named, %region loc("f.rasp":3:4)
  // CHECK-NEXT: %its_own = rasp.not %both
  %other = rasp.not %both loc("its_own"("f.rasp":4:5))
  // CHECK-NEXT: %aliased = rasp.or %both, %its_own
  %either = rasp.or %both, %other loc(#aliased)
  // CHECK-NEXT: %[[UNNAMED:[0-9]+]] = rasp.or %both, %aliased
  %lost = rasp.or %both, %either loc(#place)
  // CHECK-NEXT: %last = rasp.best %[[UNNAMED]], %tokens
  %last = rasp.best %lost, %tokens : !rasp.sop<i64> loc("f.rasp":5:6)
  %mean = rasp.aggregate %last, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}
#place = loc("f.rasp":7:8)
#aliased = loc("aliased"("f.rasp":6:7))

// The selectors of a helper keep their names where it is inlined.
func.func private @helper(%values: !rasp.sop<i64>) -> !rasp.sop<f64> {
  %prefix = rasp.select le keys(%values) queries(%values) : !rasp.sop<i64>, !rasp.sop<i64>
  %mean = rasp.aggregate %prefix, %values : !rasp.sop<i64> -> !rasp.sop<f64>
  return %mean : !rasp.sop<f64>
}
// INLINED-LABEL: rasp.program @calls
rasp.program @calls(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1], max_seq_len = 1} {
  // INLINED: %prefix = rasp.select le
  // INLINED-NEXT: rasp.aggregate %prefix, %tokens
  %mean = func.call @helper(%tokens) : (!rasp.sop<i64>) -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}

// LOCATIONS-DAG: #[[SAME]] = loc("same"(
// LOCATIONS-DAG: #[[PLACE:.*]] = loc("f.rasp":1:2)
// LOCATIONS-DAG: #[[NAMED]] = loc("named"(#[[PLACE]]))
