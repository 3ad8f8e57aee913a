// A selector by a table of key and query: how many brackets would close the one
// at each position.
//
// RUN: rasp-run --stage=rasp %s --input "(,[,),],)" | FileCheck %s
// RUN: rasp-run %s --input "(,[,),],)" | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 20 --seed 1

// CHECK: ( "[" ) ] ) -> 2 1 0 0 0

rasp.program @table_select(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<i64>
    attributes {vocab = ["(", ")", "[", "]"], max_seq_len = 5} {
  %closes = rasp.select keys(%tokens) queries(%tokens) table<(")", "(") -> true, ("]", "[") -> true, _ -> false> : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %count = rasp.selector_width %closes
  rasp.return %count : !rasp.sop<i64>
}
