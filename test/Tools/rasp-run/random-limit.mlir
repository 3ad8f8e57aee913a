// RUN: not rasp-run %s --random=99999999999 2>&1 | FileCheck %s
// CHECK: error: expected at most --max-inputs=100000 random inputs, found 99999999999
rasp.program @same(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 2} {
  rasp.return %tokens : !rasp.sop<i64>
}
