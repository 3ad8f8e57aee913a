// RUN: rasp-opt %s --convert-rasp-to-craft -split-input-file -verify-diagnostics

rasp.program @union_under_a_mean(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // expected-note@below {{the selector; rewrite it}}
  %either = rasp.or %same, %before
  // expected-error@below {{aggregates over a union of selectors on different operands}}
  %mean = rasp.aggregate %either, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}

// -----

rasp.program @best(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // expected-error@below {{'rasp.best' op is read by an op other than 'rasp.aggregate', which one attention head cannot do}}
  // expected-note@below {{run --rasp-expand-best first}}
  %last = rasp.best %same, %indices : !rasp.sop<i64>
  %width = rasp.selector_width %last
  rasp.return %width : !rasp.sop<i64>
}

// -----

rasp.program @union_under_a_best(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 4} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // expected-note@below {{the selector; rewrite it}}
  %either = rasp.or %same, %before
  %last = rasp.best %either, %indices : !rasp.sop<i64>
  // expected-error@below {{aggregates over a union of selectors on different operands}}
  %token = rasp.aggregate %last, %tokens : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %token : !rasp.sop<i64>
}

// -----

rasp.program @scores_beyond_f32(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 500} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // expected-note@below {{the scores' domain is}}
  %mean = rasp.aggregate %same, %indices : !rasp.sop<i64> -> !rasp.sop<f64>
  // expected-error@below {{needs scores that the logits of a head in f32 tell apart: expected at most 16384 different values, or numbers of at most 43690 times their least difference}}
  %best = rasp.best %same, %mean : !rasp.sop<f64>
  %token = rasp.aggregate %best, %tokens unique : !rasp.sop<i64> -> !rasp.sop<i64>
  rasp.return %token : !rasp.sop<i64>
}

// -----

rasp.program @matrix_limit(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 5000, output = "numerical"} {
  %indices = rasp.indices
  // expected-error@below {{needs a matrix of 5000 keys by 5000 queries, more than the limit of 16777216 entries}}
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %width = rasp.selector_width %before
  rasp.return %width : !rasp.sop<i64>
}

// -----

func.func private @helper(%x: !rasp.sop<i64>) -> !rasp.sop<i64> {
  return %x : !rasp.sop<i64>
}

rasp.program @not_inlined(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 5} {
  // expected-error@below {{calls a function: expected a program without calls}}
  // expected-note@below {{run the inliner first}}
  %same = func.call @helper(%tokens) : (!rasp.sop<i64>) -> !rasp.sop<i64>
  rasp.return %same : !rasp.sop<i64>
}

// -----

// expected-note@below {{state output = "numerical" to get the number itself}}
rasp.program @many_categories(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 100} {
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %count = rasp.selector_width %same
  %code = rasp.map %count, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%c: i64, %i: i64):
    %hundred = arith.constant 100 : i64
    %scaled = arith.muli %c, %hundred : i64
    %code = arith.addi %scaled, %i : i64
    rasp.yield %code : i64
  }
  // expected-error@below {{categories that f32 cannot read off one number, and too many for a one-hot: expected at most 2048}}
  rasp.return %code : !rasp.sop<i64>
}
