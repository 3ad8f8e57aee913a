// An absurd bound on the length is refused where it stands.
//
// RUN: rasp-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{max_seq_len}}
rasp.program @zero(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 0} {
  rasp.return %tokens : !rasp.sop<i64>
}

// -----

// expected-error@+1 {{max_seq_len}}
rasp.program @million(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 1000000000000} {
  rasp.return %tokens : !rasp.sop<i64>
}

// -----

// expected-error@+2 {{max_seq_len}}
// expected-note@+1 {{found max_seq_len = -5}}
rasp.program @negative(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = -5} {
  rasp.return %tokens : !rasp.sop<i64>
}
