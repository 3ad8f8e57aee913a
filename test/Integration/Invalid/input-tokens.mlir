// Inputs that the contract of a program does not allow are refused, by the
// interpreter and by the compiled model alike.
//
// RUN: not rasp-run --stage=rasp %s --input a,x 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not rasp-run %s --input a,x 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not rasp-run --stage=rasp %s --input BOS,a 2>&1 | FileCheck %s --check-prefix=BOS
// RUN: not rasp-run %s --input PAD 2>&1 | FileCheck %s --check-prefix=PAD
// RUN: not rasp-run --stage=rasp %s --input "" 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not rasp-run %s --input "" 2>&1 | FileCheck %s --check-prefix=EMPTY
// RUN: not rasp-run --stage=rasp %s --input a,a,a,a 2>&1 | FileCheck %s --check-prefix=LONG
// RUN: not rasp-run %s --input a,a,a,a 2>&1 | FileCheck %s --check-prefix=LONG
// RUN: not rasp-run %s --inputs %t.missing 2>&1 | FileCheck %s --check-prefix=MISSING

// UNKNOWN: error: {{.*}}x
// BOS: error: {{.*}}BOS
// PAD: error: {{.*}}PAD
// EMPTY: error: {{.*}}empty
// LONG: error: {{.*}}4{{.*}}3
// MISSING: error:

rasp.program @echo(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b"], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<!rasp.str>
}
