// The weights of a program as a safetensors file, and what stands in it.
//
// RUN: rasp-translate --export-safetensors --program=mean %s -o %t.safetensors
// RUN: %python %S/Inputs/safetensors_file.py %t.safetensors | FileCheck %s
//
// The same bytes again, also without threads and on standard output.
// RUN: rasp-translate --export-safetensors --program=mean %s > %t.again
// RUN: cmp %t.safetensors %t.again
// RUN: rasp-translate --export-safetensors --program=mean --mlir-disable-threading %s -o %t.alone
// RUN: cmp %t.safetensors %t.alone
//
// The stage at which the program arrives makes no difference.
// RUN: rasp-opt --lower-to-transformer=to=craft-values --emit-bytecode %s -o %t.values
// RUN: rasp-translate --export-safetensors --program=mean %t.values -o %t.from-values
// RUN: cmp %t.safetensors %t.from-values
// RUN: rasp-opt --lower-to-transformer=to=craft-blocks --emit-bytecode %s -o %t.blocks
// RUN: rasp-translate --export-safetensors --program=mean %t.blocks -o %t.from-blocks
// RUN: cmp %t.safetensors %t.from-blocks
// RUN: rasp-opt --lower-to-transformer=to=craft-layers %s -o %t.layers
// RUN: rasp-translate --export-safetensors --program=mean %t.layers -o %t.from-layers
// RUN: cmp %t.safetensors %t.from-layers
//
// RUN: rasp-translate --export-safetensors --program=thirds %s -o %t.thirds
// RUN: %python %S/Inputs/safetensors_file.py %t.thirds | FileCheck %s --check-prefix=THIRDS
// RUN: rasp-translate --export-safetensors --program=bias %s -o %t.bias
// RUN: %python %S/Inputs/safetensors_file.py %t.bias

// CHECK: format_version: 1
// CHECK: name: "mean"
// CHECK: shape: {
// CHECK-SAME: "max_seq_len": 4
// CHECK-SAME: "outputs": 1,
// CHECK-SAME: "vocab_size": 3
// CHECK: causal: true
// CHECK: vocab: ["a", "b", "\u00e9"]
// CHECK: bos: {"id": 3, "token": "<s>"}
// CHECK: pad: {"id": 4, "token": "<pad>"}
// CHECK: output: "numerical"
// CHECK-NOT: outputs:
// CHECK: residual_labels: ["
// CHECK: head_labels: {{\[\["}}
// CHECK: unit_labels:
// CHECK: conventions: {{.*}}"activation": "relu"
// CHECK-SAME: "layer_norm": false
// CHECK: embedding.tokens [5,
// CHECK: embedding.positions [5,
// CHECK: layers.0.attention.query.weight
// CHECK: unembedding.weight
// CHECK: unembedding.bias [1]
rasp.program @mean(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<f64>
    attributes {vocab = ["a", "b", "é"], max_seq_len = 4, causal, bos = "<s>", pad = "<pad>"} {
  %hit = rasp.lookup %tokens table<("a") -> true, _ -> false> : (!rasp.sop<!rasp.str>) -> !rasp.sop<i1>
  %all = rasp.select true keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %fraction = rasp.aggregate %all, %hit : !rasp.sop<i1> -> !rasp.sop<f64>
  rasp.return %fraction : !rasp.sop<f64>
}

// Every kind of value in JSON.
// THIRDS: vocab: [false, true]
// THIRDS: output: "categorical"
// THIRDS: outputs: [null, 0, {"denominator": 3, "numerator": 1}, 0.5, {"denominator": 3, "numerator": 2}, 1]
rasp.program @thirds(%tokens: !rasp.sop<i1>) -> !rasp.sop<f64>
    attributes {vocab = [false, true], max_seq_len = 4, output = "categorical"} {
  %indices = rasp.indices
  %after = rasp.select gt keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %fraction = rasp.aggregate %after, %tokens : !rasp.sop<i1> -> !rasp.sop<f64>
  rasp.return %fraction : !rasp.sop<f64>
}

// No layers, and perhaps no columns either.
rasp.program @bias(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 3} {
  %seven = rasp.constant 7
  rasp.return %seven : !rasp.sop<i64>
}
