// Whether more than half of the tokens are true. The vocabulary is of booleans.
//
// RUN: rasp-run --stage=rasp %s --input true,false,true --input true,false --input false | FileCheck %s
// RUN: rasp-run %s --input true,false,true --input true,false --input false | FileCheck %s
// RUN: rasp-run --check %s --all-up-to 7 --seed 1
// RUN: rasp-opt --rasp-set-contract=max-seq-len=32 %s | rasp-run --check - --all-up-to 2 --random 10 --seed 1
// RUN: rasp-opt --rasp-set-contract=causal=true %s | rasp-run --check - --all-up-to 4 --random 20 --seed 1

// CHECK: true false true -> true true true
// CHECK: true false -> false false
// CHECK: false -> false

rasp.program @majority(%tokens: !rasp.sop<i1>) -> !rasp.sop<i1>
    attributes {vocab = [false, true], max_seq_len = 7} {
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i1>, !rasp.sop<i1>
  %fraction = rasp.aggregate %all, %tokens : !rasp.sop<i1> -> !rasp.sop<f64>
  %majority = rasp.map %fraction : (!rasp.sop<f64>) -> !rasp.sop<i1> {
  ^bb0(%value: f64):
    %half = arith.constant 0.5 : f64
    %more = arith.cmpf ogt, %value, %half : f64
    rasp.yield %more : i1
  }
  rasp.return %majority : !rasp.sop<i1>
}
