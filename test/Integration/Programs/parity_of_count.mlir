// Whether "a" occurs an odd number of times: a map with many changes of slope.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a,a --input a,a --input b | FileCheck %s
// RUN: rasp-run %s --input a,b,a,a --input a,a --input b | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 5 --random 20 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=32 %s | rasp-run --check - --all-up-to 1 --random 20 --seed 1

// CHECK: a b a a -> odd odd odd odd
// CHECK: a a -> even even
// CHECK: b -> even

rasp.program @parity_of_count(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b"], max_seq_len = 8} {
  %a = rasp.constant "a"
  %is_a = rasp.select eq keys(%tokens) queries(%a) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %count = rasp.selector_width %is_a
  %parity = rasp.map %count : (!rasp.sop<i64>) -> !rasp.sop<!rasp.str> {
  ^bb0(%value: i64):
    %two = arith.constant 2 : i64
    %one = arith.constant 1 : i64
    %remainder = arith.remsi %value, %two : i64
    %is_odd = arith.cmpi eq, %remainder, %one : i64
    %odd = rasp.string "odd"
    %even = rasp.string "even"
    %result = arith.select %is_odd, %odd, %even : !rasp.str
    rasp.yield %result : !rasp.str
  }
  rasp.return %parity : !rasp.sop<!rasp.str>
}
