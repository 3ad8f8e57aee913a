// What cannot be exported is refused, and no file is left behind.
//
// RUN: rm -f %t.out
// RUN: not rasp-translate --export-safetensors %s -o %t.out 2>&1 | FileCheck %s --check-prefix=SEVERAL
// RUN: not ls %t.out
// RUN: not rasp-translate --export-safetensors --program=third %s -o %t.out 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not rasp-translate --export-safetensors --program=no_text %s -o %t.out 2>&1 | FileCheck %s --check-prefix=TEXT
// RUN: not rasp-translate --export-safetensors --program=by_zero %s -o %t.out 2>&1 | FileCheck %s --check-prefix=REFUSED
// RUN: not ls %t.out
//
// RUN: echo "" | not rasp-translate --export-safetensors -o %t.out 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: rasp-translate --export-safetensors --program=first %s -o %t.first
// RUN: rasp-opt --lower-to-transformer %S/../Integration/Library/hist.mlir -o %t.linalg
// RUN: not rasp-translate --export-safetensors %t.linalg -o %t.out 2>&1 | FileCheck %s --check-prefix=TOO-FAR
// RUN: not ls %t.out

// SEVERAL: error: expected one program and found 3; choose one with --program=<name>
// SEVERAL: note: 'first'
// SEVERAL: note: 'no_text'
// SEVERAL: note: 'by_zero'
// UNKNOWN: error: there is no program called 'third'
// UNKNOWN: note: 'first'
// NONE: error: there is no program to export
// TOO-FAR: error: 'hist' is already a compiled function; export the program or its craft-layers stage
// TOO-FAR-NOT: note:

rasp.program @first(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<i64>
}

// JSON has no other text than UTF-8.
// TEXT: :[[@LINE+1]]:1: error: expected the name and the tokens of the program to be UTF-8
rasp.program @no_text(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "\FF"], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<!rasp.str>
}

// REFUSED: error: {{.*}}division by zero
rasp.program @by_zero(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [0, 1], max_seq_len = 3} {
  %quotient = rasp.map %tokens : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64):
    %one = arith.constant 1 : i64
    %result = arith.divsi %one, %token : i64
    rasp.yield %result : i64
  }
  rasp.return %quotient : !rasp.sop<i64>
}
