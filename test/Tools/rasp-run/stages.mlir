// A program runs at its own stage and at every later one, from any of them.
//
// RUN: rasp-run %s --stage=rasp --input 2,1 | FileCheck %s
// RUN: rasp-run %s --stage=craft-values --input 2,1 | FileCheck %s
// RUN: rasp-run %s --stage=craft-blocks --input 2,1 | FileCheck %s
// RUN: rasp-run %s --stage=craft-layers --input 2,1 | FileCheck %s
// RUN: rasp-run %s --stage=craft --input 2,1 | FileCheck %s
// RUN: rasp-run %s --stage=linalg --input 2,1 | FileCheck %s
// RUN: rasp-run %s --input 2,1 | FileCheck %s
//
// RUN: rasp-opt --lower-to-transformer=to=craft-values %s -o %t.values.mlir
// RUN: rasp-run %t.values.mlir --stage=craft-values --input 2,1 | FileCheck %s
// RUN: rasp-run %t.values.mlir --input 2,1 | FileCheck %s
// RUN: rasp-run %t.values.mlir --check | FileCheck %s --check-prefix=FROM-VALUES
// RUN: rasp-opt --lower-to-transformer=to=craft-blocks %s -o %t.blocks.mlir
// RUN: rasp-run %t.blocks.mlir --stage=craft-values --input 2,1 | FileCheck %s
// RUN: rasp-run %t.blocks.mlir --stage=craft-blocks --input 2,1 | FileCheck %s
// RUN: rasp-run %t.blocks.mlir --input 2,1 | FileCheck %s
// RUN: rasp-opt --lower-to-transformer=to=craft-layers %s -o %t.layers.mlir
// RUN: rasp-run %t.layers.mlir --stage=craft-layers --input 2,1 | FileCheck %s
// RUN: rasp-run %t.layers.mlir --input 2,1 | FileCheck %s
// RUN: rasp-opt --lower-to-transformer %s -o %t.linalg.mlir
// RUN: rasp-run %t.linalg.mlir --input 2,1 | FileCheck %s
//
// The options of the pipeline, and the shape.
// RUN: rasp-run %s --pipeline=selector-width=reciprocal --input 2,1 | FileCheck %s
// RUN: rasp-run %s --print-shape | FileCheck %s --check-prefix=SHAPE
// RUN: rasp-run %t.linalg.mlir --print-shape | FileCheck %s --check-prefix=SHAPE
// RUN: rasp-run %t.linalg.mlir --print-shape --format=json --input 2,1 | FileCheck %s --check-prefix=SHAPE-JSON
//
// RUN: not rasp-run %t.layers.mlir --stage=rasp --input 1 2>&1 | FileCheck %s --check-prefix=EARLIER
// RUN: not rasp-run %t.linalg.mlir --check 2>&1 | FileCheck %s --check-prefix=NOTHING
// RUN: not rasp-run %t.linalg.mlir --trace --input 1 2>&1 | FileCheck %s --check-prefix=NO-TRACE
// RUN: not rasp-run %s --pipeline=width=1 --input 1 2>&1 | FileCheck %s --check-prefix=OPTIONS
// RUN: not rasp-run %s --program=none --input 1 2>&1 | FileCheck %s --check-prefix=NO-PROGRAM
// RUN: cat %s %S/Inputs/second.mlir | not rasp-run - --input 1 2>&1 | FileCheck %s --check-prefix=SEVERAL
// RUN: cat %s %S/Inputs/second.mlir | rasp-run - --program=count --input 2,1 | FileCheck %s

// CHECK: 2 1 -> 3 3
// FROM-VALUES: count: {{[0-9]+}} inputs agree at craft-values, craft-blocks, craft-layers, linalg
// SHAPE: count: layers 1, heads 1, d_model {{[0-9]+}}, d_head {{[0-9]+}}, d_mlp {{[0-9]+}}, max_seq_len 4, parameters {{[0-9]+}}
// SHAPE-JSON: {"program":"count","shape":{"causal":false,{{.*}}"layers":1
// SHAPE-JSON: {"input":[2,1],"output":[3,3]}
// EARLIER: error: the program is at stage craft-layers, from which stage rasp cannot be made
// NOTHING: error: there is nothing to compare
// NO-TRACE: error: a compiled model keeps no values to trace
// OPTIONS: error: invalid options of the pipeline: 'width=1'
// NO-PROGRAM: error: there is no program 'none'
// NO-PROGRAM: stages.mlir:[[@LINE+6]]:1: note: program 'count'
// SEVERAL: error: there are 2 programs; choose one with --program
// SEVERAL: note: program 'count'
// SEVERAL: note: program 'second'

// One more than the number of positions.
rasp.program @count(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64> attributes {vocab = [1, 2], max_seq_len = 4} {
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %length = rasp.selector_width %all
  %more = rasp.map %length : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%n: i64):
    %one = arith.constant 1 : i64
    %sum = arith.addi %n, %one : i64
    rasp.yield %sum : i64
  }
  rasp.return %more : !rasp.sop<i64>
}
