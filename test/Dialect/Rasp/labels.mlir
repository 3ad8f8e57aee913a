// A label is the name of the SSA value where the printer can keep it, and is
// written out where it cannot. Labels survive text, generic form and bytecode,
// also where passes have made several of one name.

// RUN: rasp-opt %s --verify-roundtrip | FileCheck %s
// RUN: rasp-opt %s --emit-bytecode | rasp-opt | FileCheck %s
// RUN: rasp-opt %s | rasp-opt --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC
// RUN: rasp-opt %s --mlir-print-op-generic | rasp-opt | FileCheck %s
// RUN: rasp-opt %s --mlir-print-unique-ssa-ids | rasp-opt | FileCheck %s

// CHECK-LABEL: rasp.program @names
// GENERIC-LABEL: sym_name = "names"
rasp.program @names(%input: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 1} {
  // CHECK-NEXT: %plain = rasp.indices{{$}}
  // GENERIC: "rasp.indices"() <{label = "plain"}>
  %plain = rasp.indices
  // CHECK-NEXT: %{{[0-9]+}} = rasp.indices{{$}}
  // GENERIC-NEXT: "rasp.indices"() :
  %0 = rasp.indices
  // CHECK-NEXT: %{{[0-9]+}} = rasp.indices{{$}}
  // GENERIC-NEXT: "rasp.indices"() :
  %unnamed = rasp.indices as ""
  // CHECK-NEXT: %given = rasp.indices{{$}}
  // GENERIC-NEXT: "rasp.indices"() <{label = "given"}>
  %other = rasp.indices as "given"
  // A second one of a name, and one that the printer has taken for it.
  // CHECK-NEXT: %[[PLAIN:plain_[0-9]+]] = rasp.indices as "plain"
  // GENERIC-NEXT: "rasp.indices"() <{label = "plain"}>
  %plain_0 = rasp.indices as "plain"
  // GENERIC-NEXT: "rasp.indices"() <{label = "plain_0"}>
  %plain_00 = rasp.indices as "plain_0"
  // The argument is called %tokens.
  // CHECK: rasp.indices as "tokens"
  // GENERIC-NEXT: "rasp.indices"() <{label = "tokens"}>
  %tokens = rasp.indices
  // No identifiers.
  // CHECK-NEXT: rasp.indices as "7"
  // GENERIC-NEXT: "rasp.indices"() <{label = "7"}>
  %seven = rasp.indices as "7"
  // CHECK-NEXT: rasp.indices as "a \22b\22 \C3\A9"
  // GENERIC-NEXT: "rasp.indices"() <{label = "a \22b\22 \C3\A9"}>
  %odd = rasp.indices as "a \"b\" \C3\A9"
  // CHECK-NEXT: %a.b-c$d = rasp.indices{{$}}
  // GENERIC-NEXT: "rasp.indices"() <{label = "a.b-c$d"}>
  %a.b-c$d = rasp.indices
  // Names that other values often have.
  // CHECK-NEXT: %true = rasp.indices{{$}}
  // GENERIC-NEXT: "rasp.indices"() <{label = "true"}>
  %true = rasp.indices
  // CHECK-NEXT: %c1_i64 = rasp.indices{{$}}
  // GENERIC-NEXT: "rasp.indices"() <{label = "c1_i64"}>
  %c1_i64 = rasp.indices
  rasp.return %plain : !rasp.sop<i64>
}

// The name of an argument, and of the result of another dialect's op.
// CHECK-LABEL: func.func @function
// GENERIC-LABEL: sym_name = "function"
func.func @function(%x: !rasp.sop<i64>) {
  // GENERIC: arith.constant
  %c1 = arith.constant 1 : i64
  // CHECK: rasp.indices as "c1_i64"
  // GENERIC-NEXT: "rasp.indices"() <{label = "c1_i64"}>
  %a = rasp.indices as "c1_i64"
  // CHECK-NEXT: rasp.indices as "arg0"
  // GENERIC-NEXT: "rasp.indices"() <{label = "arg0"}>
  %b = rasp.indices as "arg0"
  return
}

// Every op that can have a label.
// CHECK-LABEL: rasp.program @ops
rasp.program @ops(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1], max_seq_len = 1} {
  // CHECK: rasp.constant 1 as "x y"
  %constant = rasp.constant 1 as "x y"
  // CHECK: rasp.map %tokens as "x y" :
  %map = rasp.map %tokens as "x y" : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    rasp.yield %x : i64
  }
  // CHECK: rasp.lookup %tokens table<(1) -> 2> as "x y" :
  %lookup = rasp.lookup %tokens table<(1) -> 2> as "x y" : (!rasp.sop<i64>) -> !rasp.sop<i64>
  %all = rasp.select true keys(%map) queries(%lookup) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK: rasp.aggregate %{{.*}}, %tokens default(1) unique as "x y" :
  %aggregate = rasp.aggregate %all, %tokens default(1) unique as "x y" : !rasp.sop<i64> -> !rasp.sop<i64>
  // CHECK: rasp.selector_width %{{.*}} as "x y"
  %width = rasp.selector_width %all as "x y"
  rasp.return %width : !rasp.sop<i64>
}
