// Where no row selects anything, which only the analysis sees, an aggregate is its
// default. The strings that it would select have no place in a scalar.
//
// RUN: rasp-run --check %s --all-up-to 3
// RUN: rasp-opt %s --convert-rasp-to-craft | FileCheck %s

// CHECK-LABEL: craft.program @beyond_the_end
// CHECK-NOT: craft.head
rasp.program @beyond_the_end(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.any>
    attributes {vocab = ["a", "b"], max_seq_len = 3} {
  %indices = rasp.indices
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %length = rasp.selector_width %all
  %beyond = rasp.select eq keys(%indices) queries(%length) : !rasp.sop<i64>, !rasp.sop<i64>
  %mixed = rasp.lookup %tokens table<("a") -> "x", ("b") -> "y"> : (!rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.any>
  %value = rasp.aggregate %beyond, %mixed default(0) : !rasp.sop<!rasp.any> -> !rasp.sop<!rasp.any>
  rasp.return %value : !rasp.sop<!rasp.any>
}
