// The stock mlir-opt of the same MLIR, with this project loaded into it.

// RUN: mlir-opt --load-dialect-plugin=%rasp_plugin %s | FileCheck %s --check-prefix=PARSED
// RUN: mlir-opt --load-dialect-plugin=%rasp_plugin --load-pass-plugin=%rasp_plugin \
// RUN:   --pass-pipeline='builtin.module(lower-to-transformer)' %s | FileCheck %s --check-prefix=COMPILED
// RUN: mlir-opt --load-dialect-plugin=%rasp_plugin --load-pass-plugin=%rasp_plugin \
// RUN:   --pass-pipeline='builtin.module(lower-to-transformer)' %s -o %t.plugin.mlir
// RUN: rasp-opt --pass-pipeline='builtin.module(lower-to-transformer)' %s -o %t.own.mlir
// RUN: diff %t.plugin.mlir %t.own.mlir

// PARSED-LABEL: rasp.program @histogram
// PARSED: rasp.selector_width

// COMPILED-NOT: rasp.program
// COMPILED-LABEL: func.func @histogram(%{{.*}}: tensor<?x?xi32>
// COMPILED: linalg.
rasp.program @histogram(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2, 3], max_seq_len = 5} {
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<i64>, !rasp.sop<i64>
  %count = rasp.selector_width %same
  rasp.return %count : !rasp.sop<i64>
}
