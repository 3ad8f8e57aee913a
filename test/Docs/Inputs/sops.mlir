// For: rasp.*
rasp.program @example(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "(", ")"], max_seq_len = 3} {
  // VALUES
  %indices = rasp.indices
  %length = rasp.constant 3
  %digit = rasp.constant 2
  %sorted = rasp.constant 1
  %scores = rasp.constant 0.5
  %is_x = rasp.constant true
  %is_open = rasp.lookup %tokens table<("(") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %is_close = rasp.lookup %tokens table<(")") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %before = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %prefix = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %smaller = rasp.select lt keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %tied = rasp.and %same, %before
  %count = rasp.selector_width %same
  %shift = rasp.select eq keys(%indices) queries(%length) : !rasp.sop<i64>, !rasp.sop<i64>
  %place = rasp.select eq keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // EXAMPLE
  rasp.return %tokens : !rasp.sop<!rasp.str>
}
