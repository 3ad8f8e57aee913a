//===- Passes.td - Passes of the rasp dialect -*- tablegen -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RASP_DIALECT_RASP_TRANSFORMS_PASSES
#define RASP_DIALECT_RASP_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def AnnotateDomains : Pass<"rasp-annotate-domains"> {
  let summary = "Writes what the domain analysis finds onto the ops";
  let description = [{
    Gives each s-op the attribute `rasp.domain`, the values that it can take,
    and each selector `rasp.width`, the least and greatest number of keys that
    a row selects. Fails with a diagnostic where an op can fail on a value
    that can occur. For reading and for tests: no other pass reads these
    attributes.

    ```mlir
    // before
    %count = rasp.selector_width %same
    // after, in a program with max_seq_len = 3
    %count = rasp.selector_width %same {rasp.domain = #rasp.domain<{1, 2, 3}>}
    ```
  }];
  let dependentDialects = ["::mlir::rasp::RaspDialect"];
}

def DecomposeMaps : Pass<"rasp-decompose-maps"> {
  let summary = "Splits maps of several inputs into affine and one-input parts";
  let description = [{
    The region of a `rasp.map` of several inputs is cut where a subexpression
    depends on one input only, or is an affine combination of inputs: those
    become maps of their own. What remains is a function of fewer or smaller
    values, so that no product of large domains has to be listed; affine maps
    cost no layer in the compiled model.

    ```mlir
    // before
    %above = rasp.map %digit, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i1> {
    ^bb0(%x: i64, %y: i64):
      %sum = arith.addi %x, %y : i64
      %four = arith.constant 4 : i64
      %greater = arith.cmpi sgt, %sum, %four : i64
      rasp.yield %greater : i1
    }
    rasp.return %above : !rasp.sop<i1>
    // after: the sum is affine, and what remains has one input
    %sum = rasp.map %digit, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
    ...
    %above = rasp.map %sum : (!rasp.sop<i64>) -> !rasp.sop<i1> {
    ^bb0(%x: i64):
      %four = arith.constant 4 : i64
      %greater = arith.cmpi sgt, %x, %four : i64
      rasp.yield %greater : i1
    }
    ```
  }];
  let dependentDialects = ["::mlir::rasp::RaspDialect"];
  let statistics = [
    Statistic<"numSplit", "num-maps-split", "Number of maps that were split">
  ];
}

def ExpandBest : Pass<"rasp-expand-best"> {
  let summary = "Makes ordinary selectors of the bests that no head computes";
  let description = [{
    A head that gathers from a `rasp.best` prefers keys by their scores. Any
    other use of one becomes a selector of what has the greatest score: that
    is gathered first, and then compared. Where all positions of an input have
    different scores, the best one's position takes the place of its score.

    Uses by an aggregate stay where it selects one key or equal values, or its
    scores are functions of tokens and positions. A mean over keys of equal
    scores that are computed would take in the errors of the scores; comparing
    them rounds these off.

    ```mlir
    // before
    %best = rasp.best %before, %count : !rasp.sop<i64>
    %ties = rasp.selector_width %best
    // after
    %best = rasp.best %before, %count : !rasp.sop<i64>
    %greatest_of_best = rasp.aggregate %best, %count : !rasp.sop<i64> -> !rasp.sop<i64>
    %0 = rasp.select eq keys(%count) queries(%greatest_of_best) : !rasp.sop<i64>, !rasp.sop<i64>
    %best_0 = rasp.and %before, %0
    %ties = rasp.selector_width %best_0
    ```
  }];
  let dependentDialects = ["::mlir::rasp::RaspDialect"];
  let statistics = [
    Statistic<"numExpanded", "num-bests-expanded", "Number of bests that were expanded">
  ];
}

def ExpandUnions : Pass<"rasp-expand-unions"> {
  let summary = "Makes one select of the unions that an aggregate reads";
  let description = [{
    An attention head selects by a conjunction. A union of selects over
    different operands under an aggregate, or under the `rasp.best` that it
    reads, becomes a table of what the keys can be and what the queries can be.
    Several s-ops that are compared become one, with a code for each combination
    of their values.

    Unions stay where a value that is compared may be `none`, or the pairs are
    too many to list; a width adds the parts of a union up instead.

    ```mlir
    // before
    %either = rasp.or %same, %before
    %mean = rasp.aggregate %either, %indices : !rasp.sop<i64> -> !rasp.sop<f64>
    // after
    %either = rasp.or %same, %before
    %0 = rasp.lookup %tokens, %indices table<("(", 0) -> 0, ("(", 1) -> 1, ...> : (!rasp.sop<!rasp.str>, !rasp.sop<i64>) -> !rasp.sop<i64>
    %1 = rasp.lookup %tokens, %indices table<("(", 0) -> 0, ("(", 1) -> 1, ...> : (!rasp.sop<!rasp.str>, !rasp.sop<i64>) -> !rasp.sop<i64>
    %either_0 = rasp.select keys(%0) queries(%1) table<(0, 0) -> true, ..., _ -> false> : !rasp.sop<i64>, !rasp.sop<i64>
    %mean = rasp.aggregate %either_0, %indices : !rasp.sop<i64> -> !rasp.sop<f64>
    ```
  }];
  let dependentDialects = ["::mlir::rasp::RaspDialect"];
  let options = [
    Option<"maxPairs", "max-pairs", "uint64_t", "1 << 16",
           "The most pairs of a key and a query that are listed">
  ];
  let statistics = [
    Statistic<"numExpanded", "num-unions-expanded", "Number of unions that were expanded">
  ];
}

def MergeAggregates : Pass<"rasp-merge-aggregates"> {
  let summary = "Makes one mean of an affine combination of means";
  let description = [{
    Means over one selector commute with affine functions: a map that is an
    affine combination of aggregates over the same selector, none of which is
    used elsewhere, becomes the aggregate of the combination. Two heads become
    one, and the domain of the result is as tight as that of a single mean.

    ```mlir
    // before
    %opens = rasp.aggregate %prefix, %is_open : !rasp.sop<i1> -> !rasp.sop<f64>
    %closes = rasp.aggregate %prefix, %is_close : !rasp.sop<i1> -> !rasp.sop<f64>
    %balance = rasp.map %opens, %closes : (!rasp.sop<f64>, !rasp.sop<f64>) -> !rasp.sop<f64> {
    ^bb0(%open: f64, %close: f64):
      %difference = arith.subf %open, %close : f64
      rasp.yield %difference : f64
    }
    rasp.return %balance : !rasp.sop<f64>
    // after
    %difference = rasp.map %is_open, %is_close : (!rasp.sop<i1>, !rasp.sop<i1>) -> !rasp.sop<f64> {
    ...
    %balance = rasp.aggregate %prefix, %difference : !rasp.sop<f64> -> !rasp.sop<f64>
    ```
  }];
  let dependentDialects = ["::mlir::rasp::RaspDialect"];
  let statistics = [
    Statistic<"numMerged", "num-aggregates-merged", "Number of aggregates that were merged away">
  ];
}

def SetContract : Pass<"rasp-set-contract"> {
  let summary = "Changes the contract of programs";
  let description = [{
    Gives every program of the module another vocabulary, bound on the length
    of inputs, or causality, and leaves what it computes as it is: one program
    text compiles to models of several sizes. What is not given stays.

    ```mlir
    // before
    rasp.program @echo(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
        attributes {vocab = [1, 2, 3], max_seq_len = 5} {
      rasp.return %tokens : !rasp.sop<i64>
    }
    // after --rasp-set-contract="vocab=1,2 max-seq-len=10"
    rasp.program @echo(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
        attributes {max_seq_len = 10 : i64, vocab = [1, 2]} {
    ```
  }];
  let options = [
    ListOption<"vocab", "vocab", "::std::string",
      "The tokens, as values of the element type of the program's argument; "
      "with brackets or commas among them, as in vocab={\"(\",\")\",\"a\"}">,
    Option<"maxSeqLen", "max-seq-len", "int64_t", "-1",
      "The greatest length of an input, or -1 to keep it">,
    Option<"causal", "causal", "::std::string", "\"keep\"",
      "Whether queries see only keys at or before them: true, false, or keep">,
    Option<"output", "output", "::std::string", "\"keep\"",
      "How the output is read: categorical, numerical, or keep">
  ];
  let dependentDialects = ["::mlir::rasp::RaspDialect"];
}

#endif // RASP_DIALECT_RASP_TRANSFORMS_PASSES
