// Several different strings have no mean.
//
// RUN: not rasp-opt --lower-to-transformer %s -o %t.mlir 2>&1 | FileCheck %s
// RUN: not test -e %t.mlir
// RUN: not rasp-run --stage=rasp %s --input a,b 2>&1 | FileCheck %s
// RUN: rasp-run --stage=rasp %s --input a,a | FileCheck %s --check-prefix=EQUAL

// EQUAL: a a -> a a

rasp.program @strings(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b"], max_seq_len = 4} {
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  // CHECK: aggregate-different-strings.mlir:[[@LINE+1]]:{{[0-9]+}}: error: 'rasp.aggregate' op
  %mean = rasp.aggregate %all, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %mean : !rasp.sop<!rasp.str>
}
