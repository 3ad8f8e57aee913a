# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the builder of programs in the extension module refuses."""

from __future__ import annotations

import gc
from fractions import Fraction

import pytest
from rasp_mlir import _core, errors


@pytest.fixture
def builder() -> _core.ProgramBuilder:
    return _core.ProgramBuilder("p", ["a", "b", "c"], "str", 5)


@pytest.fixture
def numbers() -> _core.ProgramBuilder:
    return _core.ProgramBuilder("p", [0, 1, 2], "i64", 4)


class TestArguments:
    @pytest.mark.parametrize(
        "use, error, message",
        [
            (lambda b, s: b.select(s, b.tokens, "eq"), TypeError, "keys: expected an s-op, found"),
            (lambda b, s: b.select(b.tokens, 3, "eq"), TypeError, "queries: expected a Value"),
            (lambda b, s: b.select(b.tokens, None, "eq"), TypeError, "queries: expected a Value"),
            (lambda b, s: b.select(b.tokens, b.tokens, "=="), ValueError, "predicate: expected eq"),
            (lambda b, s: b.selector_and(s, b.tokens), TypeError, "rhs: expected a selector"),
            (lambda b, s: b.selector_not(b.tokens), TypeError, "selector: expected a selector"),
            (lambda b, s: b.selector_width(b.tokens), TypeError, "selector: expected a selector"),
            (lambda b, s: b.best(s, s), TypeError, "scores: expected an s-op"),
            (lambda b, s: b.aggregate(s, s, None, "i64"), TypeError, "values: expected an s-op"),
            (lambda b, s: b.lookup([s], [], [], (1,), "i64"), TypeError, r"inputs\[0\]: expected"),
            (lambda b, s: b.lookup(b.tokens, [], [], (1,), "i64"), TypeError, "inputs: expected a"),
            (lambda b, s: b.lookup([b.tokens], [["a"]], [], None, "i64"), ValueError, "one for"),
            (lambda b, s: b.lookup([b.tokens], ["a"], [1], None, "i64"), TypeError, r"keys\[0\]"),
            (
                lambda b, s: b.lookup([b.tokens], [[1j]], [1], None, "i64"),
                TypeError,
                r"keys\[0\]\[0\]: expected None",
            ),
            (lambda b, s: b.lookup([b.tokens], [], [], 3, "i64"), TypeError, "fallback: expe"),
            (lambda b, s: b.lookup([b.tokens], [], [], (), "i64"), ValueError, "a tuple of one"),
            (lambda b, s: b.lookup([b.tokens], [], [], (1,), "int"), ValueError, "found 'int'"),
            (lambda b, s: b.map([], [], "i64"), ValueError, "inputs: expected at least one"),
            (lambda b, s: b.map([b.tokens], [3], "i64"), TypeError, r"body\[0\]: expected a sequ"),
            (lambda b, s: b.map([b.tokens], [("a",)], "i64"), ValueError, r"body\[0\]: expected a"),
            (
                lambda b, s: b.map([b.tokens], [("arith.addi", [0, 1], None, "i64")], "i64"),
                ValueError,
                "operands from 0 to 0, found 1",
            ),
            (
                lambda b, s: b.map([b.tokens], [("arith.addi", [-1], None, "i64")], "i64"),
                ValueError,
                "found -1",
            ),
            (
                lambda b, s: b.map([b.tokens], [("arith.nothing", [0], None, "i64")], "i64"),
                ValueError,
                "expected a scalar op, found 'arith.nothing'",
            ),
            (
                lambda b, s: b.map([b.tokens], [("rasp.indices", [], None, "i64")], "i64"),
                ValueError,
                "expected a scalar op, found 'rasp.indices'",
            ),
            (
                lambda b, s: b.map(
                    [b.tokens], [("arith.constant", [], Fraction(1, 3), "f64")], "f64"
                ),
                ValueError,
                "a number that a float holds as the attribute of arith.constant, found 1/3",
            ),
            (
                lambda b, s: b.map([b.tokens], [("arith.constant", [], None, "f64")], "f64"),
                ValueError,
                "found None",
            ),
            (
                lambda b, s: b.map([b.tokens], [("arith.cmpi", [0, 0], "lt", "i1")], "i1"),
                ValueError,
                "expected a predicate such as slt",
            ),
            (
                lambda b, s: b.map([b.tokens], [("arith.negf", [0], 3, "f64")], "f64"),
                ValueError,
                "expected None as the attribute of arith.negf, found 3",
            ),
            (lambda b, s: b.indices(label=3), TypeError, "label: expected a str"),
            (lambda b, s: b.indices(label="\ud800"), ValueError, "label: expected text"),
            (lambda b, s: b.indices(location=3), TypeError, "location: expected a sequence"),
            (lambda b, s: b.indices(location=("f", 1)), TypeError, "a file, a line and a column"),
            (lambda b, s: b.indices(location=("f", -1, 0)), ValueError, "location: .* found -1"),
            (lambda b, s: b.indices(location=("f", 2**40, 0)), ValueError, "location: expected"),
            (lambda b, s: b.indices(location=(3, 1, 1)), TypeError, "location: expected a str"),
            (lambda b, s: b.indices("x"), TypeError, "incompatible function arguments"),
            (lambda b, s: b.facts(s), TypeError, "value: expected an s-op"),
            (lambda b, s: b.facts("x"), TypeError, "value: expected a Value"),
            (lambda b, s: b.selector_facts(b.tokens), TypeError, "value: expected a selector"),
            (lambda b, s: b.evaluate(b.tokens), ValueError, "call set_input"),
            (lambda b, s: b.evaluate(None), TypeError, "value: expected a Value"),
            (lambda b, s: b.set_input("ab"), TypeError, "tokens: expected a sequence"),
            (lambda b, s: b.set_input([]), errors.EvaluationError, "the input is empty"),
            (lambda b, s: b.set_input(["x"]), errors.EvaluationError, "token x at position 0"),
            (lambda b, s: b.combinations([], 3), ValueError, "inputs: expected at least one"),
            (lambda b, s: b.combinations([b.tokens], -1), ValueError, "limit: .* found -1"),
        ],
    )
    def test_refused(self, builder, use, error, message):
        selector = builder.select(builder.tokens, builder.tokens, "eq")
        with pytest.raises(error, match=message):
            use(builder, selector)
        # And it goes on.
        builder.finish(builder.tokens)

    @pytest.mark.parametrize(
        "use, message",
        [
            (lambda b: b.constant(1, "f64"), "expected a value of type 'f64'"),
            (lambda b: b.indices(label=""), "not empty"),
            (lambda b: b.lookup([b.tokens], [["a"], ["a"]], [1, 2], None, "i64"), "stands twice"),
            (lambda b: b.lookup([b.tokens], [["a", "b"]], [1], None, "i64"), "expected 1 values"),
            (lambda b: b.lookup([], [], [], (1,), "i64"), "at least one input"),
            (lambda b: b.lookup([b.tokens], [], [], None, "i64"), "an entry or a fallback"),
            (lambda b: b.lookup([b.tokens], [[None]], [1], None, "i64"), "never none"),
            (lambda b: b.lookup([b.tokens], [["a"]], ["x"], None, "i64"), "values in the table"),
            (
                lambda b: b.map([b.tokens], [("arith.addi", [0, 0], None, "i64")], "i64"),
                "must be signless-integer-like",
            ),
            (
                lambda b: b.map([b.indices()], [("arith.addi", [0], None, "i64")], "i64"),
                "expected 2 operands",
            ),
            (
                lambda b: b.map([b.indices()], [("arith.constant", [], 1, "f64")], "f64"),
                "type",
            ),
            (lambda b: b.map([b.tokens], [], "i64"), "expected a value of type 'i64'"),
            (lambda b: b.select(b.tokens, b.indices(), "lt"), "cannot order keys"),
            (
                lambda b: b.select_table(b.tokens, b.tokens, [("a", "b")], [1], None),
                "values in the table",
            ),
            (lambda b: b.select_map(b.tokens, b.tokens, []), "expected a value of type 'i1'"),
            (
                lambda b: b.best(b.select(b.tokens, b.tokens, "eq"), b.tokens),
                "s-op of i1, i64 or f64",
            ),
            (
                lambda b: b.aggregate(b.select(b.tokens, b.tokens, "eq"), b.tokens, None, "f64"),
                "from values of type '!rasp.str'",
            ),
            (
                lambda b: b.aggregate(b.select(b.tokens, b.tokens, "eq"), b.tokens, 1, "str"),
                "expected a default of type",
            ),
        ],
    )
    def test_not_verified(self, builder, use, message):
        with pytest.raises(errors.CompilationError, match=message):
            use(builder)
        builder.finish(builder.tokens)

    def test_values_of_another_builder(self, builder, numbers):
        with pytest.raises(ValueError, match="keys: .* value of this builder, found one of anot"):
            builder.select(numbers.tokens, builder.tokens, "eq")
        builder.finish(builder.tokens)
        with pytest.raises(ValueError, match=r"inputs\[0\]: expected a value of this builder"):
            numbers.map([builder.tokens], [], "i64")

    def test_a_list_that_changes_meanwhile(self, numbers):
        keys = [[0], [1], [2]]

        class Greedy(Fraction):
            @property
            def numerator(self):
                keys.clear()
                return 1

        keys[0] = [Greedy(1, 2)]
        with pytest.raises((errors.CompilationError, ValueError)):
            numbers.lookup([numbers.tokens], keys, [1, 2, 3, 4], None, "i64")

    def test_values_outlive_the_builder(self):
        def make() -> _core.Value:
            return _core.ProgramBuilder("p", ["a"], "str", 3).tokens

        value = make()
        gc.collect()
        assert value.element_type == "str"

    def test_huge_table(self):
        size = 100_000
        builder = _core.ProgramBuilder("p", range(size), "i64", 3)
        table = builder.lookup(
            [builder.tokens], [[key] for key in range(size)], [7] * size, None, "i64"
        )
        assert builder.facts(table).domain.values == [7]
        builder.set_input([size - 1])
        assert builder.evaluate(table) == [7]
