// Text that is no program is refused at its line.
//
// RUN: rasp-opt %s -split-input-file -verify-diagnostics

rasp.program @unknown_predicate(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  // expected-error@+1 {{expected}}
  %same = rasp.select equals keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  rasp.return %tokens : !rasp.sop<i64>
}

// -----

rasp.program @unknown_element_type(
    // expected-error@+1 {{element type}}
    %tokens: !rasp.sop<i32>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<i64>
}

// -----

rasp.program @undefined_value(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  // expected-error@+1 {{undeclared SSA value}}
  rasp.return %nothing : !rasp.sop<i64>
}

// -----

rasp.program @unknown_op(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  // expected-error@+1 {{unknown}}
  %x = rasp.averages %tokens
  rasp.return %tokens : !rasp.sop<i64>
}

// -----

rasp.program @unclosed_table(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 3} {
  // expected-error@+1 {{expected}}
  %x = rasp.lookup %tokens table<(1) -> 2, : (!rasp.sop<i64>) -> !rasp.sop<i64>
  rasp.return %x : !rasp.sop<i64>
}
