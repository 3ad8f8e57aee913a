rasp.program @histogram(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 5} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %count = rasp.selector_width %same
  rasp.return %count : !rasp.sop<i64>
}
