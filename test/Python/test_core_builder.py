# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The builder of programs in the extension module."""

from __future__ import annotations

import gc
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from rasp_mlir import _core, errors


@pytest.fixture
def builder() -> _core.ProgramBuilder:
    return _core.ProgramBuilder("p", ["a", "b", "c"], "str", 5)


@pytest.fixture
def numbers() -> _core.ProgramBuilder:
    return _core.ProgramBuilder("p", [0, 1, 2], "i64", 4)


def everything(builder: _core.ProgramBuilder) -> dict[str, _core.Value]:
    """Each op of a builder of strings once."""
    values = {"tokens": builder.tokens}
    values["indices"] = builder.indices(label="indices")
    values["constant"] = builder.constant(0.5, "f64", label="half")
    values["lookup"] = builder.lookup(
        [builder.tokens], [["a"], ["b"]], [1, 2], (0,), "i64", label="number"
    )
    values["map"] = builder.map(
        [values["indices"], values["lookup"]],
        [
            ("arith.constant", [], 2, "i64"),
            ("arith.muli", [0, 2], None, "i64"),
            ("arith.addi", [3, 1], None, "i64"),
        ],
        "i64",
        label="sum",
    )
    values["select"] = builder.select(values["indices"], values["indices"], "le", label="before")
    values["select_table"] = builder.select_table(
        builder.tokens, builder.tokens, [("a", "b"), ("b", "a")], [True, True], False
    )
    values["select_map"] = builder.select_map(
        values["indices"],
        values["indices"],
        [
            ("arith.subi", [1, 0], None, "i64"),
            ("arith.constant", [], 1, "i64"),
            ("arith.cmpi", [2, 3], "eq", "i1"),
        ],
        label="previous",
    )
    values["and"] = builder.selector_and(values["select"], values["select_table"])
    values["or"] = builder.selector_or(values["select_map"], values["and"], label="either")
    values["not"] = builder.selector_not(values["or"])
    values["best"] = builder.best(values["select"], values["map"], label="best")
    values["width"] = builder.selector_width(values["not"], label="width")
    values["aggregate"] = builder.aggregate(
        values["select"], values["map"], None, "f64", label="mean"
    )
    values["gather"] = builder.aggregate(
        values["select_map"], builder.tokens, "c", "str", unique=True, label="last"
    )
    return values


class TestOps:
    def test_each_op(self, builder):
        values = everything(builder)
        module = builder.finish(values["gather"], output_kind="categorical")
        assert str(module) == str(_core.Module.parse(str(module)))
        lines = [line.strip() for line in str(module).splitlines()]
        for line in [
            "%indices = rasp.indices",
            "%half = rasp.constant 5.000000e-01",
            '%number = rasp.lookup %tokens table<("a") -> 1, ("b") -> 2, _ -> 0> : '
            "(!rasp.sop<!rasp.str>) -> !rasp.sop<i64>",
            "%sum = rasp.map %indices, %number : "
            "(!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {",
            "%before = rasp.select le keys(%indices) queries(%indices) : "
            "!rasp.sop<i64>, !rasp.sop<i64>",
            "%either = rasp.or %previous, %1",
            "%2 = rasp.not %either",
            "%best = rasp.best %before, %sum : !rasp.sop<i64>",
            "%width = rasp.selector_width %2",
            "%mean = rasp.aggregate %before, %sum : !rasp.sop<i64> -> !rasp.sop<f64>",
            '%last = rasp.aggregate %previous, %tokens default("c") unique : '
            "!rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>",
        ]:
            assert line in lines

    def test_kinds_of_values(self, builder):
        values = everything(builder)
        selectors = {"select", "select_table", "select_map", "and", "or", "not", "best"}
        for name, value in values.items():
            assert value.is_selector == (name in selectors)
        assert values["tokens"].element_type == "str"
        assert values["constant"].element_type == "f64"
        assert values["select"].element_type == ""
        table = builder.lookup([builder.tokens], [], [], (1,), "any")
        assert table.element_type == "any"

    def test_locations(self, builder):
        value = builder.indices(location=("program.py", 7, 3))
        text = builder.finish(value).to_text(locations=True)
        assert '"program.py":7:3' in text

    def test_labels_that_are_no_identifiers(self, builder):
        value = builder.indices(label='the "index"\n')
        module = builder.finish(value)
        again = _core.Module.parse(str(module))
        assert str(again) == str(module)

    def test_scalar_ops(self, numbers):
        tokens = numbers.tokens
        numbers.set_input([0, 1, 2])
        is_less = [
            ("arith.constant", [], 1, "i64"),
            ("arith.cmpi", [0, 1], "slt", "i1"),
        ]
        assert numbers.evaluate(numbers.map([tokens], is_less, "i1")) == [True, False, False]
        half = [
            ("arith.sitofp", [0], None, "f64"),
            ("arith.constant", [], 0.5, "f64"),
            ("arith.mulf", [1, 2], None, "f64"),
            ("arith.cmpf", [3, 2], "ogt", "i1"),
        ]
        assert numbers.evaluate(numbers.map([tokens], half, "i1")) == [False, False, True]
        assert numbers.evaluate(numbers.map([tokens], [], "i64")) == [0, 1, 2]

    def test_string_ops(self, builder):
        builder.set_input(["a", "b"])
        body = [
            ("rasp.string", [], "b", "str"),
            ("rasp.compare_strings", [0, 1], "lt", "i1"),
        ]
        assert builder.evaluate(builder.map([builder.tokens], body, "i1")) == [True, False]

    def test_finish(self, builder):
        module = builder.finish(builder.tokens)
        assert module.contract()["vocab"] == ["a", "b", "c"]
        assert module.interpret(["a"]) == ["a"]
        for use in [
            lambda: builder.indices(),
            lambda: builder.finish(builder.tokens),
            lambda: builder.facts(builder.tokens),
            lambda: builder.set_input(["a"]),
            lambda: builder.evaluate(builder.tokens),
            lambda: builder.combinations([builder.tokens], 3),
        ]:
            with pytest.raises(ValueError, match="the program is finished"):
                use()
        assert builder.tokens.element_type == "str"

    def test_output_kind(self, numbers):
        module = numbers.finish(numbers.tokens, output_kind="numerical")
        assert 'output = "numerical"' in str(module)

    def test_output_kind_that_does_not_fit(self, builder):
        with pytest.raises(ValueError, match="output_kind: expected categorical, numerical or"):
            builder.finish(builder.tokens, output_kind="numeric")
        with pytest.raises(errors.CompilationError, match="numerical output of type '!rasp.str'"):
            builder.finish(builder.tokens, output_kind="numerical")
        # It can be finished otherwise.
        assert builder.finish(builder.tokens).programs == ["p"]

    def test_finish_with_a_selector(self, builder):
        selector = builder.select(builder.tokens, builder.tokens, "eq")
        with pytest.raises(TypeError, match="output: expected an s-op, found a selector"):
            builder.finish(selector)

    def test_errors_have_locations(self, builder):
        with pytest.raises(errors.CompilationError) as caught:
            builder.constant("a", "i64", location=("program.py", 7, 3))
        assert caught.value.location == errors.Location("program.py", 7, 3)
        assert "written like 1" in caught.value.notes[0].message
        # Nothing was added.
        assert "constant" not in str(builder.finish(builder.tokens))


class TestContract:
    def test_all_of_it(self):
        builder = _core.ProgramBuilder(
            "next", [True, False], "i1", 7, causal=True, bos="<s>", pad="<p>"
        )
        assert builder.finish(builder.tokens).contract() == {
            "name": "next",
            "vocab": [True, False],
            "max_seq_len": 7,
            "causal": True,
            "bos": "<s>",
            "pad": "<p>",
        }

    @pytest.mark.parametrize(
        "vocab, element_type, max_seq_len, message",
        [
            ([], "i64", 3, "empty vocabulary"),
            ([1, 1], "i64", 3, "twice in its vocabulary"),
            ([1, "a"], "i64", 3, 'got "a"'),
            ([None], "i64", 3, "none in its vocabulary"),
            (["BOS"], "str", 3, "BOS token in its vocabulary"),
            ([1], "any", 3, "expected an argument that is an s-op of"),
            ([1], "i64", 0, "max_seq_len from 1"),
            ([1], "i64", 65537, "max_seq_len from 1"),
            ([1], "i64", -1, "non-negative"),
        ],
    )
    def test_refused(self, vocab, element_type, max_seq_len, message):
        with pytest.raises(errors.CompilationError, match=message) as caught:
            _core.ProgramBuilder(
                "p", vocab, element_type, max_seq_len, location=("program.py", 3, 1)
            )
        assert caught.value.location == errors.Location("program.py", 3, 1)

    @pytest.mark.parametrize(
        "arguments, error, message",
        [
            (("p", [1], "i32", 3), ValueError, "element_type: expected i1, .*, found 'i32'"),
            (("p", [1], 3, 3), TypeError, "element_type: expected a str"),
            (("p", "ab", "str", 3), TypeError, "vocab: expected a sequence, found a str"),
            (("p", 3, "str", 3), TypeError, "vocab: expected a sequence, found an int"),
            (("p", [2**63], "i64", 3), OverflowError, r"vocab\[0\]: expected an int of 64 bits"),
            (("p", [1], "i64", 2**63), OverflowError, "max_seq_len: expected an int of 64"),
            (("p", [1], "i64", 1.5), TypeError, "max_seq_len: expected an int, found a float"),
            (("p", ["\ud800"], "str", 3), ValueError, r"vocab\[0\]: expected text that UTF-8"),
            (("\udcff", [1], "i64", 3), ValueError, "name: expected text that UTF-8"),
            (("", [1], "i64", 3), ValueError, "name: expected a name that is not empty"),
            ((None, [1], "i64", 3), TypeError, "name: expected a str, found a NoneType"),
        ],
    )
    def test_wrong_arguments(self, arguments, error, message):
        with pytest.raises(error, match=message):
            _core.ProgramBuilder(*arguments)

    def test_a_generator_that_fails(self):
        def tokens():
            yield 1
            raise KeyError("missing")

        with pytest.raises(KeyError, match="missing"):
            _core.ProgramBuilder("p", tokens(), "i64", 3)


class TestScalars:
    @pytest.mark.parametrize(
        "value, element_type, expected",
        [
            (True, "i1", True),
            (np.True_, "i1", True),
            (-(2**63), "i64", -(2**63)),
            (2**63 - 1, "i64", 2**63 - 1),
            (np.int8(3), "i64", 3),
            (0.1, "f64", 0.1),
            (np.float32(0.5), "f64", 0.5),
            (5e-324, "f64", 5e-324),
            (1.7976931348623157e308, "f64", 1.7976931348623157e308),
            (-0.0, "f64", 0.0),
            (2.0, "f64", 2.0),
            (Fraction(1, 3), "f64", Fraction(1, 3)),
            (Fraction(1, 2), "f64", 0.5),
            (Fraction(2**62, 3), "f64", Fraction(2**62, 3)),
            ("", "str", ""),
            ("é\0\U0001f600", "str", "é\0\U0001f600"),
            (np.str_("a"), "str", "a"),
            (None, "i64", None),
            (3, "any", 3),
        ],
        ids=repr,
    )
    def test_there_and_back(self, value, element_type, expected):
        builder = _core.ProgramBuilder("p", [1], "i64", 3)
        constant = builder.constant(value, element_type)
        builder.set_input([1, 1])
        result = builder.evaluate(constant)
        assert result == [expected, expected]
        assert type(result[0]) is type(expected)
        text = str(builder.finish(constant))
        again = _core.Module.parse(text).interpret([1])
        assert again == [expected] and type(again[0]) is type(expected)

    def test_floats_a_hair_apart(self):
        # A domain holds both, and a table tells them apart.
        low, high = 0.1, 0.1 + 2**-56
        builder = _core.ProgramBuilder("p", [low, high], "f64", 3)
        assert builder.facts(builder.tokens).domain.values == [low, high]
        table = builder.lookup([builder.tokens], [[low], [high]], [0, 1], None, "i64")
        builder.set_input([high, low])
        assert builder.evaluate(table) == [1, 0]

    @pytest.mark.parametrize(
        "value, error, message",
        [
            (float("inf"), ValueError, "value: expected a finite number, found a float: inf"),
            (float("nan"), ValueError, "expected a finite number, found a float: nan"),
            (np.float32("inf"), ValueError, "expected a finite number"),
            (2**63, OverflowError, "expected an int of 64 bits, found an int: 9223372036854775808"),
            (Fraction(1, 2**63), OverflowError, "expected an int of 64 bits"),
            ("\ud800", ValueError, r"expected text that UTF-8 can encode, found a str: '\\ud800'"),
            (1j, TypeError, "expected None, a bool, .*, found a complex: 1j"),
            (Decimal(1), TypeError, "found a Decimal"),
            ((1, 2), TypeError, "found a tuple"),
            (b"a", TypeError, "found a bytes"),
            (np.zeros(1), TypeError, "found an? .*ndarray"),
            (np.complex64(1), TypeError, "found a complex"),
            (object, TypeError, "found a type"),
        ],
    )
    def test_no_values(self, builder, value, error, message):
        with pytest.raises(error, match=message):
            builder.constant(value, "any")

    def test_objects_that_refuse_to_be_shown(self, builder):
        # Python refuses to convert so many digits.
        with pytest.raises(OverflowError, match="expected an int of 64 bits, found an int$"):
            builder.constant(10**5000, "any")

        class Shy:
            def __repr__(self):
                raise RuntimeError("no")

        with pytest.raises(TypeError, match="found a .*Shy$"):
            builder.constant(Shy(), "any")


class TestFacts:
    def test_finite(self, builder):
        facts = builder.facts(builder.tokens)
        domain = facts.domain
        assert (domain.kind, domain.values) == ("finite", ["a", "b", "c"])
        assert not domain.may_be_none
        assert (domain.low, domain.high, domain.gap) == (None, None, None)
        assert str(domain) == '{"a", "b", "c"}'
        assert not facts.same_per_position and not facts.distinct_per_position

    def test_of_positions(self, builder):
        indices = builder.indices()
        facts = builder.facts(indices)
        assert facts.domain.values == [0, 1, 2, 3, 4]
        assert (facts.domain.low, facts.domain.high, facts.domain.gap) == (0.0, 4.0, 1.0)
        assert facts.position == (0, 1, 0)
        assert facts.distinct_per_position
        length = builder.selector_width(builder.select(indices, indices, "true"))
        facts = builder.facts(length)
        assert facts.position == (1, 0, 0)
        assert facts.same_per_position
        width = builder.selector_width(builder.select(builder.tokens, builder.tokens, "eq"))
        assert builder.facts(width).position is None
        assert builder.facts(width).upper_bound == (1, 0, 0)

    def test_none(self, builder):
        selector = builder.select(builder.tokens, builder.constant("a", "str"), "lt")
        value = builder.aggregate(selector, builder.indices(), None, "f64")
        assert builder.facts(value).domain.may_be_none
        assert None not in builder.facts(value).domain.values

    def test_fractions(self, numbers):
        everywhere = numbers.select(numbers.tokens, numbers.tokens, "true")
        mean = numbers.facts(numbers.aggregate(everywhere, numbers.tokens, None, "f64"))
        assert Fraction(1, 3) in mean.domain.values
        assert 0.5 in mean.domain.values
        assert 2 in mean.domain.values

    def test_infinite(self):
        builder = _core.ProgramBuilder("p", [0, 1], "i64", 4000)
        everywhere = builder.select(builder.tokens, builder.tokens, "true")
        domain = builder.facts(builder.aggregate(everywhere, builder.tokens, None, "f64")).domain
        assert domain.kind == "grid"
        assert domain.values == []
        assert (domain.low, domain.high, domain.max_denominator) == (0.0, 1.0, 4000)

    def test_domain_outlives_everything(self):
        def make() -> _core.Domain:
            builder = _core.ProgramBuilder("p", ["some", "strings"], "str", 3)
            return builder.facts(builder.tokens).domain

        domain = make()
        gc.collect()
        assert domain.values == ["some", "strings"]

    def test_selectors(self, builder):
        indices = builder.indices()
        facts = builder.selector_facts(builder.select(indices, indices, "le"))
        assert (facts.min_width, facts.max_width) == (1, 5)
        assert facts.reflexive and not facts.irreflexive and not facts.same_rows
        facts = builder.selector_facts(builder.select(indices, indices, "lt"))
        assert (facts.min_width, facts.max_width) == (0, 4)
        assert facts.irreflexive
        facts = builder.selector_facts(builder.select(indices, indices, "true"))
        assert facts.same_rows

    def test_combinations(self, numbers):
        indices = numbers.indices()
        length = numbers.selector_width(numbers.select(indices, indices, "true"))
        pairs = numbers.combinations([indices, length], 100)
        assert sorted(pairs) == [(i, n) for i in range(4) for n in range(i + 1, 5)]
        assert len(numbers.combinations([indices, numbers.tokens], 12)) == 12
        assert numbers.combinations([indices, numbers.tokens], 11) is None
        assert numbers.combinations([indices, indices], 4) == [(i, i) for i in range(4)]

    def test_combinations_leave_none_out(self, numbers):
        nothing = numbers.select(numbers.tokens, numbers.tokens, "false")
        value = numbers.aggregate(nothing, numbers.tokens, None, "i64")
        assert numbers.facts(value).domain.may_be_none
        assert numbers.combinations([value], 3) == []

    def test_combinations_that_cannot_be_listed(self):
        builder = _core.ProgramBuilder("p", [0, 1], "i64", 4000)
        everywhere = builder.select(builder.tokens, builder.tokens, "true")
        mean = builder.aggregate(everywhere, builder.tokens, None, "f64")
        assert builder.combinations([mean, builder.tokens], 10**9) is None


class TestEvaluation:
    def test_all_values(self, builder):
        values = everything(builder)
        builder.set_input(["a", "b", "c"])
        expected = {
            "indices": [0, 1, 2],
            "constant": [0.5, 0.5, 0.5],
            "lookup": [1, 2, 0],
            "map": [1, 4, 4],
            "select": [[True, False, False], [True, True, False], [True, True, True]],
            "select_table": [[False, True, False], [True, False, False], [False, False, False]],
            "select_map": [[False, False, False], [True, False, False], [False, True, False]],
            "best": [[True, False, False], [False, True, False], [False, True, True]],
            "aggregate": [1, 2.5, 3],
            "gather": ["c", "a", "b"],
        }
        for name, value in expected.items():
            assert builder.evaluate(values[name]) == value
        [row, *_] = builder.evaluate(values["select"])
        assert all(type(selected) is bool for selected in row)

    def test_as_the_interpreter(self, builder):
        values = everything(builder)
        inputs = [["a"], ["c", "b"], ["a", "a", "b", "c", "b"]]
        results = []
        for tokens in inputs:
            builder.set_input(tokens)
            results.append(builder.evaluate(values["gather"]))
        module = builder.finish(values["gather"])
        assert results == [module.interpret(tokens) for tokens in inputs]

    def test_tokens_are_those_of_the_vocabulary(self):
        builder = _core.ProgramBuilder("p", [0.0, 1.0], "f64", 3)
        builder.set_input([True, 0])
        assert builder.evaluate(builder.tokens) == [1.0, 0.0]
        assert all(type(value) is float for value in builder.evaluate(builder.tokens))

    def test_undefined(self, numbers):
        body = [("arith.constant", [], 1, "i64"), ("arith.divsi", [1, 0], None, "i64")]
        value = numbers.map([numbers.tokens], body, "i64", location=("program.py", 4, 2))
        numbers.set_input([1, 0])
        with pytest.raises(errors.EvaluationError, match="division by zero") as caught:
            numbers.evaluate(value)
        assert caught.value.location == errors.Location("program.py", 4, 2)
        numbers.set_input([1, 1])
        assert numbers.evaluate(value) == [1, 1]

    def test_causal(self):
        builder = _core.ProgramBuilder("p", [1, 2], "i64", 3, causal=True)
        builder.set_input([1, 1, 2])
        same = builder.select(builder.tokens, builder.tokens, "eq")
        assert builder.evaluate(builder.selector_width(same)) == [1, 2, 1]

    def test_a_long_chain(self, numbers):
        value = numbers.tokens
        body = [("arith.constant", [], 2, "i64"), ("arith.remsi", [0, 1], None, "i64")]
        for _ in range(3000):
            value = numbers.map([value], body, "i64")
        numbers.set_input([1, 2])
        assert numbers.evaluate(value) == [1, 0]
