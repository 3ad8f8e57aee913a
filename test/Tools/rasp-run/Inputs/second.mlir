rasp.program @second(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1], max_seq_len = 2} {
  rasp.return %tokens : !rasp.sop<i64>
}
