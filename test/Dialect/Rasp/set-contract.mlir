// RUN: rasp-opt %s --rasp-set-contract="vocab=1,2,-3 max-seq-len=10 causal=true output=numerical" \
// RUN:   --split-input-file | FileCheck %s
// RUN: rasp-opt %s --rasp-set-contract=causal=false | FileCheck %s --check-prefix=KEEP
// RUN: rasp-opt %S/../../Integration/Library/count.mlir \
// RUN:   --rasp-set-contract='vocab={"(","a",","}' | FileCheck %s --check-prefix=QUOTED
// RUN: not rasp-opt %s --rasp-set-contract=max-seq-len=0 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not rasp-opt %s --rasp-set-contract=max-seq-len=-2 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not rasp-opt %s --rasp-set-contract=causal=yes 2>&1 | FileCheck %s --check-prefix=CAUSAL
// RUN: not rasp-opt %s --rasp-set-contract=output=text 2>&1 | FileCheck %s --check-prefix=OUTPUT
// RUN: not rasp-opt %s --rasp-set-contract=vocab=1,a 2>&1 | FileCheck %s --check-prefix=TOKEN
// RUN: not rasp-opt %s --rasp-set-contract=vocab=1,1 2>&1 | FileCheck %s --check-prefix=TWICE

// CHECK: rasp.program @sum
// CHECK-SAME: causal
// CHECK-SAME: max_seq_len = 10
// CHECK-SAME: output = "numerical"
// CHECK-SAME: vocab = [1, 2, -3]

// KEEP: rasp.program @sum
// KEEP-NOT: causal
// KEEP-SAME: max_seq_len = 5
// KEEP-SAME: vocab = [4, 5]

// QUOTED: rasp.program @count
// QUOTED-SAME: vocab = ["(", "a", ","]

// ZERO: error: {{.*}}max_seq_len
// NEGATIVE: error: rasp-set-contract: expected max-seq-len to be at least 1, found -2
// CAUSAL: error: rasp-set-contract: expected causal to be true, false or keep, found 'yes'
// OUTPUT: error: rasp-set-contract: expected output to be categorical, numerical or keep, found 'text'
// TOKEN: error: 'rasp.program' op takes tokens of type 'i64', and 'a', which rasp-set-contract was given, is none
// TWICE: error: {{.*}}twice
rasp.program @sum(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [4, 5], max_seq_len = 5} {
  %indices = rasp.indices
  %sum = rasp.map %tokens, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64, %index: i64):
    %result = arith.addi %token, %index : i64
    rasp.yield %result : i64
  }
  rasp.return %sum : !rasp.sop<i64>
}
