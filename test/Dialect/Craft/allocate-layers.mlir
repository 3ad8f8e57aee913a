// RUN: rasp-opt %s --craft-allocate-layers | FileCheck %s
// RUN: rasp-opt %s --craft-allocate-layers --remarks-filter=craft-allocate-layers --remark-format=emitRemark -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=REMARK
// RUN: rasp-opt %s --craft-allocate-layers="max-search=0" --remarks-filter=craft-allocate-layers --remark-format=emitRemark -o /dev/null 2>&1 \
// RUN:   | FileCheck %s --check-prefix=LIMITED

!bit = !craft.scalar<{0, 1}>

// An MLP shares the layer of the head that it reads; a head waits for the next.

// CHECK-LABEL: craft.program @chain
// CHECK: %tokens = craft.embed
// CHECK: %first = craft.head
// CHECK-SAME: layer 0
// CHECK: %step = craft.mlp
// CHECK-SAME: layer 0
// CHECK: %second = craft.head
// CHECK-SAME: layer 1
// CHECK: craft.unembed

// REMARK: chain
// REMARK-SAME: 2 layers, the least for the program's selectors: head 'first' -> MLP 'step' -> head 'second'
// REMARK-SAME: parameters in padded layers, the least at this depth
craft.program @chain attributes {vocab = [0, 1], max_seq_len = 2} {
  %tokens = craft.embed tokens <2x1 (1, 0) = 1.0> : !bit loc("tokens")
  %first = craft.head queries() keys(%tokens : !bit) values(%tokens : !bit)
    query <[] + [1.0]> key <[<1x1 identity>] + [0.0]> value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score 0.0 value [0.0] : !bit loc("first")
  %step = craft.mlp %first <[<1x1 identity>] + [0.0]> then <[<1x1 identity>] + [0.0]> : (!bit) -> !bit loc("step")
  %second = craft.head queries() keys(%step : !bit) values(%tokens : !bit)
    query <[] + [1.0]> key <[<1x1 identity>] + [0.0]> value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score 0.0 value [0.0] : !bit loc("second")
  craft.unembed %second <[<1x1 identity>] + [0.0]> numerical : !bit
}

// The two heads that may wait are shared out, so that no layer has more than
// two. What nothing reads takes no layer.

// CHECK-LABEL: craft.program @spread
// CHECK-NOT: unread
// CHECK-COUNT-2: craft.head {{.*}} layer 0
// CHECK-COUNT-2: craft.head {{.*}} layer 1
// CHECK-NOT: craft.head

// LIMITED: spread
// LIMITED-SAME: the least at this depth
craft.program @spread attributes {vocab = [0, 1], max_seq_len = 2} {
  %tokens = craft.embed tokens <2x1 (1, 0) = 1.0> : !bit
  %a = craft.head queries() keys(%tokens : !bit) values(%tokens : !bit)
    query <[] + [1.0]> key <[<1x1 identity>] + [0.0]> value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score 0.0 value [0.0] : !bit loc("a")
  %b = craft.head queries() keys(%tokens : !bit) values(%tokens : !bit)
    query <[] + [2.0]> key <[<1x1 identity>] + [0.0]> value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score 0.0 value [0.0] : !bit loc("b")
  %c = craft.head queries() keys(%tokens : !bit) values(%tokens : !bit)
    query <[] + [3.0]> key <[<1x1 identity>] + [0.0]> value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score 0.0 value [0.0] : !bit loc("c")
  %d = craft.head queries() keys(%a : !bit) values(%tokens : !bit)
    query <[] + [1.0]> key <[<1x1 identity>] + [0.0]> value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score 0.0 value [0.0] : !bit loc("d")
  %unread = craft.head queries() keys(%d : !bit) values(%tokens : !bit)
    query <[] + [1.0]> key <[<1x1 identity>] + [0.0]> value <[<1x1 identity>] + [0.0]> output <1x1 identity> bos score 0.0 value [0.0] : !bit loc("unread")
  craft.unembed %b, %c, %d <[<1x1 identity>, <1x1 identity>, <1x1 identity>] + [0.0]> numerical
    : !bit, !bit, !bit
}

// CHECK-LABEL: craft.program @embedded
// CHECK-NOT: layer
// REMARK: embedded
// REMARK-SAME: 0 layers; 0 parameters
craft.program @embedded attributes {vocab = [0, 1], max_seq_len = 2} {
  %tokens = craft.embed tokens <2x1 (1, 0) = 1.0> : !bit
  craft.unembed %tokens <[<1x1 identity>] + [0.0]> numerical : !bit
}
