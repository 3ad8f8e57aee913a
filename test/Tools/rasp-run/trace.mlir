// Each named value at each position: as the program has it, and as the columns of
// the stream hold it.
//
// RUN: rasp-run %s --trace --stage=rasp --input c,a,b --input b | FileCheck %s --check-prefix=PROGRAM
// RUN: rasp-run %s --trace --stage=craft-blocks --input c,a,b | FileCheck %s --check-prefix=BLOCKS
// RUN: rasp-run %s --trace --stage=craft-layers --input c,a,b | FileCheck %s --check-prefix=LAYERS
// RUN: rasp-run %s --trace --input c,a,b 2>&1 | FileCheck %s --check-prefixes=FALLBACK,LAYERS
// RUN: rasp-run %s --trace --stage=rasp --input c,a,b --format=json | FileCheck %s --check-prefix=JSON

// PROGRAM:      input     c    a    b
// PROGRAM-NEXT: indices   0    1    2
// PROGRAM-NEXT: first     0    0    0
// PROGRAM-NEXT: select at line {{[0-9]+}}  {0}  {0}  {0}
// PROGRAM-NEXT: heading   c    c    c
// PROGRAM-NEXT: output    c    c    c
// PROGRAM: input     b
// BLOCKS: heading  c  c  c
// FALLBACK: remark: a compiled model keeps no values; this is stage craft-layers
// LAYERS: input BOS  c  a  b
// LAYERS: embedding tokens:c 0 1 0 0
// LAYERS: layer 0 heading:c
// LAYERS: output c  c  c
// JSON: {"input":["c","a","b"],"output":["c","c","c"],"trace":[{"name":"indices","values":[0,1,2]},
// JSON-SAME: {"name":"select at line {{[0-9]+}}","values":{{\[\[}}0],[0],[0]]}

rasp.program @first(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 4} {
  %indices = rasp.indices
  %first = rasp.constant 0
  %0 = rasp.select eq keys(%indices) queries(%first) : !rasp.sop<i64>, !rasp.sop<i64>
  %heading = rasp.aggregate %0, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %heading : !rasp.sop<!rasp.str>
}
