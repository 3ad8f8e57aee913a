// Who wins the round against the previous player: a table of two strings.
//
// RUN: rasp-run --stage=rasp %s --input rock,paper,paper,rock,scissors | FileCheck %s
// RUN: rasp-run %s --input rock,paper,paper,rock,scissors | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 3 --random 30 --seed 1

// CHECK: rock paper paper rock scissors -> none wins draws loses loses

rasp.program @rock_paper_scissors(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["rock", "paper", "scissors"], max_seq_len = 6} {
  %indices = rasp.indices
  %left = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%index: i64):
    %one = arith.constant 1 : i64
    %result = arith.subi %index, %one : i64
    rasp.yield %result : i64
  }
  %shift = rasp.select eq keys(%indices) queries(%left) : !rasp.sop<i64>, !rasp.sop<i64>
  %opponent = rasp.aggregate %shift, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  %outcome = rasp.lookup %tokens, %opponent table<
      ("paper", "paper") -> "draws", ("paper", "rock") -> "wins",
      ("rock", "rock") -> "draws", ("rock", "scissors") -> "wins",
      ("scissors", "paper") -> "wins", ("scissors", "scissors") -> "draws",
      _ -> "loses"> : (!rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
  rasp.return %outcome : !rasp.sop<!rasp.str>
}
