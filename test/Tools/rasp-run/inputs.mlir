// How inputs are written, and what is said of those that are wrong.
//
// RUN: split-file %s %t
// RUN: rasp-run --stage=rasp %t/numbers.mlir --input 1,0.5 --input "1 0.50" --input " 1.0 , 5e-1 " --input "[1, 0.5]" \
// RUN:   | FileCheck %s --check-prefix=NUMBERS
// RUN: rasp-run --stage=rasp %t/strings.mlir --inputs %t/inputs.txt | FileCheck %s --check-prefix=STRINGS
// RUN: rasp-run --stage=rasp %t/strings.mlir --inputs - < %t/inputs.txt | FileCheck %s --check-prefix=STRINGS
// RUN: rasp-run --stage=rasp %t/strings.mlir --inputs %t/inputs.txt --format=json > %t/outputs.json
// RUN: FileCheck %s --check-prefix=JSON < %t/outputs.json
// RUN: rasp-run --stage=rasp %t/strings.mlir --input a -o %t/output.txt
// RUN: FileCheck %s --check-prefix=FILE < %t/output.txt
// RUN: rasp-run --stage=rasp %t/booleans.mlir --input true,false --input "[true, false]" | FileCheck %s --check-prefix=BOOLEANS
// RUN: rasp-run --stage=rasp %t/numbers.mlir --all-up-to=2 | FileCheck %s --check-prefix=ALL
// RUN: rasp-run --stage=rasp %t/numbers.mlir --all-up-to=2 --max-inputs=3 2>&1 | FileCheck %s --check-prefix=LIMIT
// RUN: rasp-run --stage=rasp %t/numbers.mlir --random=4 --seed=7 > %t/first.txt
// RUN: rasp-run --stage=rasp %t/numbers.mlir --random=4 --seed=7 | diff - %t/first.txt
//
// RUN: not rasp-run %t/strings.mlir --input b,x 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not rasp-run %t/numbers.mlir --input '"1"' 2>&1 | FileCheck %s --check-prefix=QUOTED
// RUN: not rasp-run %t/numbers.mlir --input '[1, "0.5"]' 2>&1 | FileCheck %s --check-prefix=JSON-QUOTED
// RUN: not rasp-run %t/numbers.mlir --input 1,,1 2>&1 | FileCheck %s --check-prefix=COMMA
// RUN: not rasp-run %t/numbers.mlir --input 1, 2>&1 | FileCheck %s --check-prefix=LAST-COMMA
// RUN: not rasp-run %t/strings.mlir --input '"a' 2>&1 | FileCheck %s --check-prefix=UNFINISHED
// RUN: not rasp-run %t/strings.mlir --input '"a"b' 2>&1 | FileCheck %s --check-prefix=AFTER
// RUN: not rasp-run %t/strings.mlir --input '[1' 2>&1 | FileCheck %s --check-prefix=BAD-JSON
// RUN: not rasp-run %t/strings.mlir --inputs %t/wrong.txt -o %t/wrong.out 2>&1 | FileCheck %s --check-prefix=LINE
// RUN: not test -e %t/wrong.out
// RUN: not rasp-run %t/strings.mlir 2>&1 | FileCheck %s --check-prefix=NO-INPUT
// RUN: not rasp-run - --inputs - < %t/strings.mlir 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not rasp-run %t.missing --input a 2>&1 | FileCheck %s --check-prefix=MISSING

// NUMBERS-COUNT-4: 1 0.5 -> 1 0.5
// STRINGS:      a b -> a b
// STRINGS-NEXT: "x y" a -> "x y" a
// STRINGS-NEXT: "," -> ","
// STRINGS-NEXT: "\"" b -> "\"" b
// JSON: {"input":["a","b"],"output":["a","b"]}
// JSON-NEXT: {"input":["x y","a"],"output":["x y","a"]}
// FILE: a -> a
// BOOLEANS-COUNT-2: true false -> true false
// ALL:      1 -> 1
// ALL-NEXT: 0.5 -> 0.5
// ALL-NEXT: 1 1 -> 1 1
// ALL-NEXT: 1 0.5 -> 1 0.5
// ALL-NEXT: 0.5 1 -> 0.5 1
// ALL-NEXT: 0.5 0.5 -> 0.5 0.5
// LIMIT: remark: there are more inputs than --max-inputs=3
// UNKNOWN: error: --input b,x: unknown token 'x'; the vocabulary is a, b, x y, ,, "
// QUOTED: error: --input "1": unknown token '1'; the vocabulary is 1, 0.5
// JSON-QUOTED: error: {{.*}}: unknown token '"0.5"'
// COMMA: error: --input 1,,1: expected a token before ','
// LAST-COMMA: error: --input 1,: expected a token after ','
// UNFINISHED: error: {{.*}}: expected " at the end of the string "a
// AFTER: error: {{.*}}: expected ',' or a space after the string 'a'
// BAD-JSON: error: {{.*}}: expected a JSON array
// LINE: error: {{.*}}wrong.txt:3: unknown token 'c'
// NO-INPUT: error: there is no input; give one by --input
// BOTH: error: the program and the inputs cannot both be on the standard input
// MISSING: error: cannot open input file

//--- inputs.txt
a, b

["x y", "a"]
','
"\"" b
//--- wrong.txt
a
b
c
//--- numbers.mlir
rasp.program @echo(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64> attributes {vocab = [1.0, 0.5], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<f64>
}
//--- strings.mlir
rasp.program @echo(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b", "x y", ",", "\22"], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<!rasp.str>
}
//--- booleans.mlir
rasp.program @echo(%tokens: !rasp.sop<i1>) -> !rasp.sop<i1> attributes {vocab = [false, true], max_seq_len = 3} {
  rasp.return %tokens : !rasp.sop<i1>
}
