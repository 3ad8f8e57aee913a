// What is known of nested brackets of two kinds after each token: "T" balanced, "P" balanced
// so far as can be, "F" broken, because a bracket was closed that was not open, or one of
// another kind.
//
// RUN: rasp-run --stage=rasp %s --input "(,{,},),(,}" --input "(,),)" --input "{,(,},)" | FileCheck %s
// RUN: rasp-run %s --input "(,{,},),(,}" --input "(,),)" --input "{,(,},)" | FileCheck %s
//
// RUN: rasp-run --check %s --all-up-to 4 --random 100 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=10 %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=60 %s \
// RUN:   | rasp-run --check - --all-up-to 2 --random 20 --seed 1
// RUN: rasp-opt --rasp-set-contract="causal=true max-seq-len=10" %s \
// RUN:   | rasp-run --check - --all-up-to 3 --random 60 --seed 1
//
// RUN: %python %S/oracle.py %s --max-seq-len=5,10,60

// CHECK: ( { } ) ( } -> P P P T P F
// CHECK: ( ) ) -> P T F
// CHECK: { ( } ) -> P P F F

rasp.program @dyck_ptf(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["(", ")", "{", "}"], max_seq_len = 8} {
  %indices = rasp.indices
  %opens = rasp.lookup %tokens table<("(") -> true, ("{") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %closes = rasp.lookup %tokens table<(")") -> true, ("}") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %kind = rasp.lookup %tokens table<("(") -> 0, (")") -> 0, _ -> 1> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i64>
  %true = rasp.constant true
  %so_far = rasp.select le keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %earlier = rasp.select lt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %at_opening = rasp.select eq keys(%opens) queries(%true) : !rasp.sop<i1>, !rasp.sop<i1>
  %at_closing = rasp.select eq keys(%closes) queries(%true) : !rasp.sop<i1>, !rasp.sop<i1>
  %opened_so_far = rasp.and %so_far, %at_opening
  %closed_so_far = rasp.and %so_far, %at_closing
  %num_opened = rasp.selector_width %opened_so_far
  %num_closed = rasp.selector_width %closed_so_far
  %depth = rasp.map %num_opened, %num_closed : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%opened: i64, %closed: i64):
    %difference = arith.subi %opened, %closed : i64
    rasp.yield %difference : i64
  }
  // A bracket is matched with the last one before it that opened at its depth.
  %level = rasp.map %depth, %closes : (!rasp.sop<i64>, !rasp.sop<i1>) -> !rasp.sop<i64> {
  ^bb0(%d: i64, %c: i1):
    %one = arith.extui %c : i1 to i64
    %sum = arith.addi %d, %one : i64
    rasp.yield %sum : i64
  }
  %same_level = rasp.select eq keys(%level) queries(%level) : !rasp.sop<i64>, !rasp.sop<i64>
  %opening_before = rasp.and %earlier, %at_opening
  %candidates = rasp.and %opening_before, %same_level
  %partner = rasp.best %candidates, %indices : !rasp.sop<i64>
  %opened_kind = rasp.aggregate %partner, %kind default(-1) : !rasp.sop<i64> -> !rasp.sop<i64>
  %mismatched = rasp.map %closes, %kind, %opened_kind : (!rasp.sop<i1>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i1> {
  ^bb0(%c: i1, %own: i64, %other: i64):
    %differ = arith.cmpi ne, %own, %other : i64
    %both = arith.andi %c, %differ : i1
    rasp.yield %both : i1
  }
  %at_mismatched = rasp.select eq keys(%mismatched) queries(%true) : !rasp.sop<i1>, !rasp.sop<i1>
  %mismatched_so_far = rasp.and %so_far, %at_mismatched
  %broken = rasp.selector_width %mismatched_so_far
  %state = rasp.map %broken, %depth : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<!rasp.str> {
  ^bb0(%faults: i64, %open: i64):
    %zero = arith.constant 0 : i64
    %balanced = rasp.string "T"
    %possible = rasp.string "P"
    %failed = rasp.string "F"
    %is_broken = arith.cmpi sgt, %faults, %zero : i64
    %is_open = arith.cmpi ne, %open, %zero : i64
    %good = arith.select %is_open, %possible, %balanced : !rasp.str
    %result = arith.select %is_broken, %failed, %good : !rasp.str
    rasp.yield %result : !rasp.str
  }
  rasp.return %state : !rasp.sop<!rasp.str>
}
