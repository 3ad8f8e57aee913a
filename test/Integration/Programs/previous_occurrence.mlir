// Where the token at each position stood last before, by the operator that the
// authors of RASP wished for; none where it is new. The interpreter runs it; the
// compiler refuses it and says which op it cannot compile.
//
// RUN: rasp-run --stage=rasp %s --input a,b,a,a,c,b | FileCheck %s
// RUN: not rasp-opt --lower-to-transformer %s -o %t.mlir 2>&1 | FileCheck %s --check-prefix=REFUSED
// RUN: not test -e %t.mlir
// RUN: not rasp-run %s --input a,b 2>&1 | FileCheck %s --check-prefix=REFUSED

// CHECK: a b a a c b -> none none 0 2 none 1

rasp.program @previous_occurrence(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 6} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %same_earlier = rasp.and %same, %earlier
  // REFUSED: previous_occurrence.mlir:[[@LINE+1]]:{{.*}}error: 'rasp.best' op
  %latest = rasp.best %same_earlier, %indices : !rasp.sop<i64>
  %previous = rasp.aggregate %latest, %indices : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %previous : !rasp.sop<i64>
}
