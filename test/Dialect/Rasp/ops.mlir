// Every op and attribute of the dialect survives printing and parsing: as text,
// in the generic form, and as bytecode.

// RUN: rasp-opt %s --verify-roundtrip | FileCheck %s
// RUN: rasp-opt %s --mlir-print-op-generic | rasp-opt | FileCheck %s
// RUN: rasp-opt %s --emit-bytecode | rasp-opt | FileCheck %s

// CHECK-LABEL: rasp.program @every_op(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
// CHECK-SAME:    max_seq_len = 5 : i64, vocab = [1, 2, 3]}
rasp.program @every_op(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
    attributes {vocab = [1, 2, 3], max_seq_len = 5} {
  // CHECK-NEXT: %indices = rasp.indices{{$}}
  %indices = rasp.indices
  // CHECK-NEXT: %[[ALL:.*]] = rasp.select true keys(%tokens) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>{{$}}
  %all = rasp.select true keys(%tokens) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK-NEXT: %length = rasp.selector_width %[[ALL]]{{$}}
  %length = rasp.selector_width %all
  // CHECK-NEXT: %opposite = rasp.map %length, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  // CHECK-NEXT: ^bb0(%[[N:.*]]: i64, %[[I:.*]]: i64):
  // CHECK-NEXT:   %[[D:.*]] = arith.subi %[[N]], %[[I]] : i64
  // CHECK-NEXT:   rasp.yield %[[D]] : i64
  // CHECK-NEXT: }
  %opposite = rasp.map %length, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%n: i64, %i: i64):
    %d = arith.subi %n, %i : i64
    rasp.yield %d : i64
  }
  // CHECK-NEXT: %named = rasp.lookup %tokens, %indices table<(1, 0) -> "a", (1, 1) -> #rasp.none, (2, 0) -> "b", _ -> "c"> : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<!rasp.str>
  %named = rasp.lookup %tokens, %indices table<(2, 0) -> "b", (1, 1) -> #rasp.none, _ -> "c", (1, 0) -> "a"> : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<!rasp.str>
  // CHECK-NEXT: %[[EQ:.*]] = rasp.select eq keys(%indices) queries(%opposite)
  %eq = rasp.select eq keys(%indices) queries(%opposite) : !rasp.sop<i64>, !rasp.sop<i64>
  // CHECK-NEXT: %[[TABLE:.*]] = rasp.select keys(%named) queries(%tokens) table<("a", 1) -> true, _ -> false> : !rasp.sop<!rasp.str>, !rasp.sop<i64>
  %table = rasp.select keys(%named) queries(%tokens) table<("a", 1) -> true, _ -> false> : !rasp.sop<!rasp.str>, !rasp.sop<i64>
  // CHECK-NEXT: %[[REGION:.*]] = rasp.select keys(%named) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<i64> {
  // CHECK-NEXT: ^bb0(%[[KEY:.*]]: !rasp.str, %[[QUERY:.*]]: i64):
  // CHECK-NEXT:   %[[A:.*]] = rasp.string "a"
  // CHECK-NEXT:   %[[BOTH:.*]] = rasp.concat_strings %[[KEY]], %[[A]]
  // CHECK-NEXT:   %[[GE:.*]] = rasp.compare_strings ge %[[BOTH]], %[[KEY]]
  // CHECK-NEXT:   %[[SIZE:.*]] = rasp.string_length %[[KEY]]
  // CHECK:        rasp.yield %{{.*}} : i1
  // CHECK-NEXT: }
  %region = rasp.select keys(%named) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<i64> {
  ^bb0(%key: !rasp.str, %query: i64):
    %a = rasp.string "a"
    %both = rasp.concat_strings %key, %a
    %ge = rasp.compare_strings ge %both, %key
    %size = rasp.string_length %key
    %same = arith.cmpi eq, %size, %query : i64
    %result = arith.andi %ge, %same : i1
    rasp.yield %result : i1
  }
  // CHECK-NEXT: %[[AND:.*]] = rasp.and %[[EQ]], %[[TABLE]]{{$}}
  %and = rasp.and %eq, %table
  // CHECK-NEXT: %[[OR:.*]] = rasp.or %[[AND]], %[[REGION]]{{$}}
  %or = rasp.or %and, %region
  // CHECK-NEXT: %[[NOT:.*]] = rasp.not %[[OR]]{{$}}
  %not = rasp.not %or
  // CHECK-NEXT: %[[BEST:.*]] = rasp.best %[[NOT]], %indices : !rasp.sop<i64>
  %best = rasp.best %not, %indices : !rasp.sop<i64>
  // CHECK-NEXT: %gathered = rasp.aggregate %[[BEST]], %named default("a") unique : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  %gathered = rasp.aggregate %best, %named default("a") unique : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  // CHECK-NEXT: %mean = rasp.aggregate %[[OR]], %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  %mean = rasp.aggregate %or, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
  // CHECK-NEXT: rasp.return %mean : !rasp.sop<f64>
  rasp.return %mean : !rasp.sop<f64>
}

// CHECK-LABEL: rasp.program private @contract
// CHECK-SAME:    attributes {bos = "<s>", causal, max_seq_len = 65536 : i64, output = "categorical", pad = "<pad>", vocab = [true]}
rasp.program private @contract(%tokens: !rasp.sop<i1>) -> !rasp.sop<f64>
    attributes {vocab = [true], max_seq_len = 65536, causal, bos = "<s>", pad = "<pad>", output = "categorical"} {
  %half = rasp.constant 0.5
  rasp.return %half : !rasp.sop<f64>
}

// CHECK-LABEL: rasp.program @constants
// CHECK-SAME:    vocab = [1.000000e+00, 5.000000e-01]
rasp.program @constants(%tokens: !rasp.sop<f64>) -> !rasp.sop<!rasp.any>
    attributes {vocab = [1.0, 0.5], max_seq_len = 1} {
  // CHECK: %boolean = rasp.constant true{{$}}
  %boolean = rasp.constant true
  // CHECK: %integer = rasp.constant -3{{$}}
  %integer = rasp.constant -3
  // CHECK: %number = rasp.constant 2.500000e-01{{$}}
  %number = rasp.constant 0.25
  // CHECK: %fraction = rasp.constant #rasp.fraction<-2/3>{{$}}
  %fraction = rasp.constant #rasp.fraction<-2/3>
  // CHECK: %word = rasp.constant "a \22b\22"{{$}}
  %word = rasp.constant "a \"b\""
  // CHECK: %nothing = rasp.constant #rasp.none -> !rasp.sop<i64>{{$}}
  %nothing = rasp.constant #rasp.none -> !rasp.sop<i64>
  // CHECK: %any = rasp.constant 1 -> !rasp.sop<!rasp.any>{{$}}
  %any = rasp.constant 1 -> !rasp.sop<!rasp.any>
  // CHECK: %default = rasp.aggregate %{{.*}}, %any default(#rasp.none) : !rasp.sop<!rasp.any> -> !rasp.sop<!rasp.any>
  %all = rasp.select ne keys(%any) queries(%word) : !rasp.sop<!rasp.any>, !rasp.sop<!rasp.str>
  %default = rasp.aggregate %all, %any default(#rasp.none) : !rasp.sop<!rasp.any> -> !rasp.sop<!rasp.any>
  rasp.return %default : !rasp.sop<!rasp.any>
}

// CHECK-LABEL: rasp.program @tables
rasp.program @tables(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [1, 2], max_seq_len = 2} {
  // Keys of all kinds are sorted: numbers by value, then strings.
  // CHECK: table<(false) -> 1, (#rasp.fraction<1/3>) -> 2, (5.000000e-01) -> 3, (1) -> 4, ("a") -> 5, ("b") -> 6>
  %sorted = rasp.lookup %tokens table<("b") -> 6, (1) -> 4, (0.5) -> 3, (#rasp.fraction<1/3>) -> 2, (false) -> 1, ("a") -> 5> : (!rasp.sop<i64>) -> !rasp.sop<i64>
  // CHECK: table<(_, _) -> 7>
  %fallback = rasp.lookup %tokens, %tokens table<(_, _) -> 7> : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64>
  // CHECK: table<(1) -> 7, _ -> 8>
  %written_out = rasp.lookup %tokens table<(_) -> 8, (1) -> 7> : (!rasp.sop<i64>) -> !rasp.sop<i64>
  // Whole numbers of seven digits are not printed as bits, which are integers.
  // CHECK: table<(1.002001E+6) -> -31002001.5, _ -> 1.002001E+6>
  %float = rasp.lookup %tokens table<(1002001.0) -> -31002001.5, _ -> 1002001.0> : (!rasp.sop<i64>) -> !rasp.sop<f64>
  rasp.return %sorted : !rasp.sop<i64>
}

// CHECK-LABEL: func.func @attributes
// CHECK-SAME:    fraction = #rasp.fraction<9223372036854775807/2>
// CHECK-SAME:    none = #rasp.none
// CHECK-SAME:    predicate = #rasp.predicate<lt>
// CHECK-SAME:    table = #rasp.table<("a") -> 1>
func.func @attributes(%sop: !rasp.sop<!rasp.str>, %selector: !rasp.selector) attributes {
    none = #rasp.none, fraction = #rasp.fraction<9223372036854775807/2>,
    table = #rasp.table<("a") -> 1>, predicate = #rasp.predicate<lt>} {
  return
}
