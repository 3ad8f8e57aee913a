// Where the values of a program are in its transformer, and what has become of
// those that are nowhere.
//
// RUN: rasp-translate --export-circuit --program=fates %s -o %t.json
// RUN: FileCheck %s --input-file=%t.json
//
// The same bytes again, also without threads and on standard output.
// RUN: rasp-translate --export-circuit --program=fates --mlir-disable-threading %s | cmp - %t.json
//
// The parts and the edges are the same whatever the stage at which the program
// arrives; of the values there are those that it still has.
// RUN: rasp-opt --lower-to-transformer=to=craft-values --emit-bytecode %s -o %t.values
// RUN: rasp-translate --export-circuit --program=fates %t.values | FileCheck %s --check-prefix=FROM-VALUES
// RUN: rasp-opt --lower-to-transformer=to=craft-layers %s -o %t.layers
// RUN: rasp-translate --export-circuit --program=fates %t.layers | FileCheck %s --check-prefix=FROM-LAYERS
// RUN: rasp-translate --export-circuit --program=fates %t.layers | grep '"from":' > %t.edges
// RUN: grep '"from":' %t.json | cmp - %t.edges
//
// RUN: rasp-translate --export-circuit --program=calls %s | FileCheck %s --check-prefix=CALLS
// RUN: rasp-translate --export-circuit --program=python %s | FileCheck %s --check-prefix=PYTHON
// RUN: rasp-translate --export-circuit --program=nothing %s | FileCheck %s --check-prefix=NOTHING
//
// The head of a reciprocal width holds something else.
// RUN: rasp-opt --lower-to-transformer='to=craft-blocks selector-width=reciprocal' --emit-bytecode %s -o %t.reciprocal
// RUN: rasp-translate --export-circuit --program=python %t.reciprocal | FileCheck %s --check-prefix=RECIPROCAL
//
// What cannot be exported is refused, and no file is left behind.
// RUN: rm -f %t.out
// RUN: not rasp-translate --export-circuit %s -o %t.out 2>&1 | FileCheck %s --check-prefix=SEVERAL
// RUN: not ls %t.out

// SEVERAL: error: expected one program and found 4; choose one with --program=<name>

// CHECK:      "format_version": 1,
// CHECK-NEXT: "program": "fates",
// CHECK-NEXT: "shape": {"layers":2,"heads":1,"d_model":5,
// CHECK-NEXT: "residual_labels": ["tokens:1","tokens:2","tokens:3","count","bos|total"],
// CHECK-NEXT: "components": [
// CHECK-NEXT: {"id":"embed","kind":"embedding",{{.*}}"hook":"hook_embed","label":null,"values":["tokens"],"reads":{},"writes":[0,1,2,4],
// CHECK-NEXT: {"id":"pos_embed",
// CHECK-NEXT: {"id":"blocks.0.attn.head.0","kind":"head","layer":0,"head":0,"units":[],"hook":"blocks.0.attn.hook_z","label":"count",
// CHECK-SAME:   "values":["same","count","equal","again"],"reads":{"query":[0,1,2,4],"key":[0,1,2,4],"value":[4]},"writes":[3],
// CHECK-NEXT: {"id":"blocks.1.attn.head.0",{{.*}}"values":["same","other","total"],
// CHECK-NEXT: {"id":"unembed","kind":"unembedding",{{.*}}"reads":{"input":[4]},"writes":[],
// CHECK:      "values": [

// FROM-VALUES:     {"name":"count",{{.*}}"status":"computed",
// FROM-VALUES:     {"name":"above",{{.*}}"status":"folded",{{.*}}"columns":[3],"weights":{{\[\[}}11]],"bias":[1],
// FROM-VALUES-NOT: {"name":"same"

// FROM-LAYERS:      "values": [
// FROM-LAYERS-NEXT: {"name":"tokens",{{.*}}"components":["embed"],"encodings":[{"hook":"blocks.0.hook_resid_pre","columns":[0,1,2],"weights":null,"bias":null,"layout":null,
// FROM-LAYERS-NEXT: {"name":"count",
// FROM-LAYERS-NEXT: {"name":"total",
// FROM-LAYERS-NEXT: {{^  \],$}}
// FROM-LAYERS-NEXT: "edges": [

// CHECK-NEXT: {"name":"tokens","kind":"s-op","status":"computed","merged_with":null,"constant":null,"components":["embed"],
// CHECK-SAME:   "encodings":[{"hook":"blocks.0.hook_resid_pre","columns":[0,1,2],"weights":null,"bias":null,"layout":"one-hot","categories":[1,2,3],"none_code":null}],
// CHECK-SAME:   "location":{"file":"{{.*}}circuit.mlir","line":[[@LINE+1]],"column":{{[0-9]+}}}}
rasp.program @fates(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 2, 3], max_seq_len = 4} {
  // CHECK-NEXT: {"name":"one",{{.*}}"status":"constant","merged_with":null,"constant":1,"components":[],"encodings":[],"location":{{.*}}"line":[[@LINE+1]],
  %one = rasp.constant 1
  // CHECK-NEXT: {"name":"square",{{.*}}"status":"unused",{{.*}}"components":[],"encodings":[],
  %square = rasp.map %tokens : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64):
    %product = arith.muli %token, %token : i64
    rasp.yield %product : i64
  }
  // CHECK-NEXT: {"name":"same","kind":"selector","status":"computed",{{.*}}"components":["blocks.0.attn.head.0","blocks.1.attn.head.0"],
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK-NEXT: {"name":"count",{{.*}}"status":"computed",{{.*}}"columns":[3],"weights":null,"bias":null,"layout":"number","categories":null,
  %count = rasp.selector_width %same
  // CHECK-NEXT: {"name":"equal","kind":"selector",{{.*}}"components":["blocks.0.attn.head.0"],
  %equal = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK-NEXT: {"name":"again",{{.*}}"status":"merged","merged_with":"count",{{.*}}"columns":[3],
  %again = rasp.selector_width %equal
  // CHECK-NEXT: {"name":"above",{{.*}}"status":"folded",{{.*}}"components":[],"encodings":[{"hook":"blocks.0.hook_resid_post","columns":[3],"weights":{{\[\[}}11]],"bias":[1],"layout":"number",
  %above = rasp.map %count, %again, %one : (!rasp.sop<i64>, !rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %y: i64, %z: i64):
    %ten = arith.constant 10 : i64
    %tens = arith.muli %x, %ten : i64
    %sum = arith.addi %tens, %y : i64
    %result = arith.addi %sum, %z : i64
    rasp.yield %result : i64
  }
  // CHECK-NEXT: {"name":"other","kind":"selector",{{.*}}"components":["blocks.1.attn.head.0"],
  %other = rasp.not %same
  // Two means of which one head gathers the sum.
  // CHECK-NEXT: {"name":"mean",{{.*}}"status":"folded",{{.*}}"components":[],"encodings":[],
  %mean = rasp.aggregate %other, %above : !rasp.sop<i64> -> !rasp.sop<f64>
  // CHECK-NEXT: {"name":"low",{{.*}}"status":"folded",
  %low = rasp.aggregate %other, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  // CHECK-NEXT: {"name":"total",{{.*}}"status":"computed",{{.*}}"components":["blocks.1.attn.head.0"],{{.*}}"columns":[4],{{.*}}"layout":"number","categories":null,"none_code":{{[0-9]+}}}],
  %total = rasp.map %mean, %low : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
  ^bb0(%x: f64, %y: f64):
    %sum = arith.addf %x, %y : f64
    rasp.yield %sum : f64
  }
  rasp.return %total : !rasp.sop<f64>
}
// The column of BOS is given to `total`: nothing leads from the embedding, which
// marks BOS in it, to whoever reads `total`.
// CHECK:      "edges": [
// CHECK-NEXT: {"from":"embed","to":"blocks.0.attn.head.0","input":"query","columns":[0,1,2,4]},
// CHECK-NEXT: {"from":"embed","to":"blocks.0.attn.head.0","input":"key","columns":[0,1,2,4]},
// CHECK-NEXT: {"from":"embed","to":"blocks.0.attn.head.0","input":"value","columns":[4]},
// CHECK-NEXT: {"from":"embed","to":"blocks.1.attn.head.0","input":"query","columns":[0,1,2]},
// CHECK-NEXT: {"from":"embed","to":"blocks.1.attn.head.0","input":"key","columns":[0,1,2,4]},
// CHECK-NEXT: {"from":"embed","to":"blocks.1.attn.head.0","input":"value","columns":[0,1,2,4]},
// CHECK-NEXT: {"from":"blocks.0.attn.head.0","to":"blocks.1.attn.head.0","input":"value","columns":[3]},
// CHECK-NEXT: {"from":"blocks.1.attn.head.0","to":"unembed","input":"input","columns":[4]}
// CHECK-NEXT: ]

// A helper that is called twice has each value twice, under names that differ and
// at the line where it is written; a map that does nothing gives its name to what it reads.
func.func private @shifted(%values: !rasp.sop<i64>) -> !rasp.sop<i64> {
  // CALLS: "values": [
  // CALLS: {"name":"positions",{{.*}}"status":"computed",{{.*}}"location":{{.*}}"line":[[@LINE+1]],
  %positions = rasp.indices
  // CALLS-NEXT: {"name":"at_first","kind":"selector",{{.*}}"components":["blocks.0.attn.head.0"],
  %zero = rasp.constant 0 as ""
  %at_first = rasp.select eq keys(%positions) queries(%zero) : !rasp.sop<i64>, !rasp.sop<i64>
  // CALLS-NEXT: {"name":"first",{{.*}}"status":"computed",{{.*}}"components":["blocks.0.attn.head.0"],{{.*}}"location":{{.*}}"line":[[@LINE+1]],
  %first = rasp.aggregate %at_first, %values : !rasp.sop<i64> -> !rasp.sop<i64>
  return %first : !rasp.sop<i64>
}
// CALLS-NEXT: {"name":"next",
// CALLS-NEXT: {"name":"positions_1",{{.*}}"status":"merged","merged_with":"positions",
// CALLS-NEXT: {"name":"at_first_1","kind":"selector",{{.*}}"components":["blocks.0.attn.head.1"],
// CALLS-NEXT: {"name":"first_1",{{.*}}"status":"computed",{{.*}}"components":["blocks.0.attn.head.1"],
// CALLS-NEXT: {"name":"renamed",
rasp.program @calls(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 4} {
  %head = func.call @shifted(%tokens) : (!rasp.sop<i64>) -> !rasp.sop<i64>
  %next = rasp.lookup %tokens table<(1) -> 5, (2) -> 4, (3) -> 9> : (!rasp.sop<i64>) -> !rasp.sop<i64>
  %other = func.call @shifted(%next) : (!rasp.sop<i64>) -> !rasp.sop<i64>
  %0 = rasp.map %head, %other : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64, %y: i64):
    %product = arith.muli %x, %y : i64
    rasp.yield %product : i64
  }
  %renamed = rasp.map %0 : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%x: i64):
    rasp.yield %x : i64
  }
  rasp.return %renamed : !rasp.sop<i64>
}

// Names and places of another language.
// PYTHON: {"id":"blocks.0.attn.head.0",{{.*}}"label":"how many","values":["alike","how many"],{{.*}}"location":{"file":"histogram.py","line":4,"column":9}}
// PYTHON: {"name":"alike","kind":"selector",{{.*}}"location":{"file":"histogram.py","line":3,"column":8}}
// PYTHON: {"name":"how many",{{.*}}"location":{"file":"histogram.py","line":4,"column":9}}
// RECIPROCAL: {"id":"blocks.0.attn.head.0",{{.*}}"label":"1/(how many + 1)",
// RECIPROCAL: {"id":"blocks.0.mlp.neurons.0",{{.*}}"label":"how many","values":["how many"],
rasp.program @python(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 4} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64> loc("alike"("histogram.py":3:8))
  %count = rasp.selector_width %same as "how many" loc("histogram.py":4:9)
  rasp.return %count : !rasp.sop<i64>
}

// No layers, hence no hook at which the stream is found.
// NOTHING: {"name":"tokens",{{.*}}"encodings":[{"hook":null,
// NOTHING: {"from":"embed","to":"unembed",
rasp.program @nothing(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 4} {
  rasp.return %tokens : !rasp.sop<i64>
}
