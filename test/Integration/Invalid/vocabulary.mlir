// A vocabulary that is empty, repeats, holds values of another kind, or contains
// BOS or PAD.
//
// RUN: rasp-opt %s -split-input-file -verify-diagnostics

// expected-error@+2 {{has an empty vocabulary}}
// expected-note@+1 {{list the tokens that may occur}}
rasp.program @empty(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<i64>
}

// -----

// expected-error@+2 {{has the token 1 : i64 twice in its vocabulary}}
// expected-note@+1 {{it stands at places 0 and 2}}
rasp.program @repeats(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 1], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<i64>
}

// -----

// expected-error@+2 {{expected a vocabulary of tokens of type 'i64', got "a"}}
// expected-note@+1 {{a value of this type is written like 1}}
rasp.program @kinds(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, "a"], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<i64>
}

// -----

// expected-error@+2 {{has the BOS token in its vocabulary: "BOS"}}
// expected-note@+1 {{name that token otherwise}}
rasp.program @bos(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "BOS"], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<!rasp.str>
}

// -----

// expected-error@+2 {{has the PAD token in its vocabulary: "<fill>"}}
// expected-note@+1 {{name that token otherwise}}
rasp.program @pad(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "<fill>"], max_seq_len = 3, pad = "<fill>"} {
  rasp.return %tokens : !rasp.sop<!rasp.str>
}
