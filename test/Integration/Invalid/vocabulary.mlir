// A vocabulary that is empty, repeats, holds values of another kind, or contains
// BOS or PAD.
//
// RUN: rasp-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{vocab}}
rasp.program @empty(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<i64>
}

// -----

// expected-error@+1 {{twice}}
rasp.program @repeats(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 1], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<i64>
}

// -----

// expected-error@+1 {{vocab}}
rasp.program @kinds(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, "a"], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<i64>
}

// -----

// expected-error@+1 {{BOS}}
rasp.program @bos(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "BOS"], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<!rasp.str>
}

// -----

// expected-error@+1 {{<fill>}}
rasp.program @pad(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "<fill>"], max_seq_len = 3, pad = "<fill>"} {
  rasp.return %tokens : !rasp.sop<!rasp.str>
}
