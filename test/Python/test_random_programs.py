# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random programs: interpreted, compiled, and computed in plain Python."""

import operator
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import rasp_mlir
from rasp_mlir import rasp

VOCABULARIES = [[-1, 0, 2, 3], [True, 0, 2.5, -3], [False, 1, 0.25], [-0.5, 2.0, 4]]
LARGE_VOCABULARIES = [range(4200), range(-2100, 2100), [*range(4200), -7.5]]
MAX_SEQ_LEN = 5


class Program:
    """An expression, and the list of its values on an input in plain Python.

    `compute(tokens, causal)` gives a value for each position, for a selector a row.
    """

    def __init__(self, expression, compute):
        self.expression = expression
        self.compute = compute


def is_visible(key, query, causal):
    return not causal or key <= query


def exactly(operation):
    """An operator as the language defines it: of exact numbers."""

    def compute(*values):
        return operation(*map(Fraction, values))

    return compute


class IsRounded(ArithmeticError):
    """What a Python function gives depends on how its arguments are rounded to floats."""


def as_python(function):
    """A Python function of numbers that a float holds."""

    def compute(*values):
        for value in values:
            if Fraction(float(value)) != value:
                raise IsRounded
        return function(*values)

    return compute


def lift(function, *programs):
    """`function` of values, elementwise: None where one of them is None."""

    def compute(tokens, causal):
        columns = zip(*(program.compute(tokens, causal) for program in programs))
        return [None if None in values else function(*values) for values in columns]

    return compute


INPUTS = [
    Program(rasp.tokens, lambda tokens, causal: list(tokens)),
    Program(rasp.indices, lambda tokens, causal: list(range(len(tokens)))),
    Program(
        rasp.length,
        lambda tokens, causal: [i + 1 if causal else len(tokens) for i in range(len(tokens))],
    ),
    Program(rasp.Full(2), lambda tokens, causal: [2] * len(tokens)),
]

OPERATORS = [
    operator.add, operator.sub, operator.mul, operator.eq, operator.ne, operator.lt, operator.le,
    operator.gt, operator.ge, operator.truediv, operator.floordiv, operator.mod,
]  # fmt: skip

# Floats are sums of few powers of two: their fractions do not outgrow 64 bits.
constants = st.integers(-3, 3) | st.sampled_from([0.5, -1.5, 0.25, 2.0, -0.75])

UNARY = [
    operator.neg,
    abs,
    lambda x: x * 2 - 1,
    lambda x: 3 - x,
    lambda x: x // 2,
    lambda x: x % 3,
    lambda x: x**2,
    lambda x: 1 if x > 0 else 0,
    lambda x: None if x == 2 else x,
    lambda x: max(x, 1),
    lambda x: int(x) & 1,
]

PREDICATES = [
    operator.eq,
    operator.lt,
    operator.ge,
    lambda key, query: key == query + 1,
    lambda key, query: (key + query) % 2 == 0,
    lambda key, query: key > 0,
    lambda key, query: key in (query, 0),
]

COMPARISONS = {
    operator.eq: rasp.Comparison.EQ,
    operator.lt: rasp.Comparison.LT,
    operator.ge: rasp.Comparison.GEQ,
}


def mean_of(values, default):
    if not values:
        return default
    if all(value == values[0] for value in values):
        return values[0]
    return Fraction(sum(map(Fraction, values)), len(values))


def aggregated(selector, sop, reduce):
    def compute(tokens, causal):
        values = sop.compute(tokens, causal)
        rows = selector.compute(tokens, causal)
        return [reduce([value for value, on in zip(values, row) if on]) for row in rows]

    return compute


def selected(keys, queries, predicate):
    def compute(tokens, causal):
        key_values = keys.compute(tokens, causal)
        query_values = queries.compute(tokens, causal)
        return [
            [
                key is not None
                and query is not None
                and is_visible(k, q, causal)
                and bool(predicate(key, query))
                for k, key in enumerate(key_values)
            ]
            for q, query in enumerate(query_values)
        ]

    return compute


def combined(function, *selectors):
    def compute(tokens, causal):
        matrices = [selector.compute(tokens, causal) for selector in selectors]
        size = range(len(tokens))
        return [
            [
                is_visible(k, q, causal) and function(*(matrix[q][k] for matrix in matrices))
                for k in size
            ]
            for q in size
        ]

    return compute


@st.composite
def with_constant(draw, inner):
    """An operator between an s-op and a constant, on either side."""
    function, constant = draw(st.sampled_from(OPERATORS)), draw(constants)
    if constant == 0 and function in (operator.truediv, operator.floordiv, operator.mod):
        constant = 3
    if draw(st.booleans()):
        return Program(
            function(constant, inner.expression),
            lift(lambda x: exactly(function)(constant, x), inner),
        )
    return Program(
        function(inner.expression, constant),
        lift(lambda x: exactly(function)(x, constant), inner),
    )


@st.composite
def arithmetic(draw):
    """A few operators and functions in a row, of one token at a time."""
    program = INPUTS[0]
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            program = draw(with_constant(program))
        else:
            function = draw(st.sampled_from(UNARY))
            program = Program(
                rasp.Map(function, program.expression), lift(as_python(function), program)
            )
    return program


@st.composite
def sops(draw, depth, integral=False):
    """S-ops of numbers; of integers without None where `integral`."""
    if depth == 0:
        return draw(st.sampled_from(INPUTS))
    kinds = ["unary", "binary", "constant", "width"] + ([] if integral else ["mean", "sum"])
    kind = draw(st.sampled_from(kinds))
    if kind == "unary":
        function = draw(st.sampled_from(UNARY))
        inner = draw(sops(depth - 1, integral=True))
        return Program(rasp.Map(function, inner.expression), lift(as_python(function), inner))
    if kind == "binary":
        function = draw(st.sampled_from(OPERATORS))
        first, second = draw(sops(depth - 1)), draw(sops(depth - 1))
        return Program(
            function(first.expression, second.expression), lift(exactly(function), first, second)
        )
    if kind == "constant":
        return draw(with_constant(draw(sops(depth - 1))))
    selector = draw(selectors(depth - 1))
    if kind == "width":
        return Program(
            rasp.SelectorWidth(selector.expression),
            lambda tokens, causal: [sum(row) for row in selector.compute(tokens, causal)],
        )
    inner = draw(sops(depth - 1, integral=True))
    if kind == "sum":
        return Program(
            rasp.Sum(selector.expression, inner.expression),
            aggregated(selector, inner, lambda values: sum(v for v in values if v is not None)),
        )
    default = draw(st.sampled_from([None, 0, 1, -2]))
    return Program(
        rasp.Aggregate(selector.expression, inner.expression, default),
        aggregated(selector, inner, lambda values: mean_of(values, default)),
    )


@st.composite
def selectors(draw, depth):
    kind = draw(st.sampled_from(["select", "select", "and", "or", "not"] if depth else ["select"]))
    if kind == "select":
        predicate = draw(st.sampled_from(PREDICATES))
        keys, queries = draw(sops(max(depth - 1, 0))), draw(sops(max(depth - 1, 0)))
        return Program(
            rasp.Select(
                keys.expression, queries.expression, COMPARISONS.get(predicate, predicate)
            ),
            selected(
                keys, queries, predicate if predicate in COMPARISONS else as_python(predicate)
            ),
        )
    if kind == "not":
        inner = draw(selectors(depth - 1))
        return Program(~inner.expression, combined(operator.not_, inner))
    first, second = draw(selectors(depth - 1)), draw(selectors(depth - 1))
    function = operator.and_ if kind == "and" else operator.or_
    return Program(
        function(first.expression, second.expression), combined(function, first, second)
    )


def inputs_of(vocab):
    return st.lists(st.sampled_from(vocab), min_size=1, max_size=MAX_SEQ_LEN)


def batches_of(vocab):
    return st.lists(inputs_of(vocab), min_size=1, max_size=8)


inputs = st.sampled_from(VOCABULARIES).flatmap(inputs_of)


def with_batches(vocabularies):
    """A vocabulary, and inputs of its tokens."""
    return st.sampled_from(vocabularies).flatmap(
        lambda vocab: st.tuples(st.just(vocab), batches_of(vocab))
    )


def assert_equal(found, expected, tokens):
    assert len(found) == len(expected)
    for value, wanted in zip(found, expected):
        if wanted is None or value is None:
            assert value is wanted, (tokens, found, expected)
        else:
            assert value == pytest.approx(float(wanted), rel=1e-6, abs=1e-4), (
                tokens, found, expected
            )  # fmt: skip


def is_undefined(tokens, compute, causal):
    """Whether a mean has None among its values, an operand is no number, or one divides by
    zero."""
    try:
        return compute(tokens, causal) is None
    except (TypeError, ArithmeticError):
        return True


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(program=sops(2), tokens=inputs, causal=st.booleans())
def test_interpreter(program, tokens, causal):
    assume(not is_undefined(tokens, program.compute, causal))
    found = program.expression(tokens, causal=causal)
    assert_equal(found, program.compute(tokens, causal), tokens)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(selector=selectors(2), tokens=inputs, causal=st.booleans())
def test_rows_of_selectors(selector, tokens, causal):
    assume(not is_undefined(tokens, selector.compute, causal))
    assert selector.expression(tokens, causal=causal) == selector.compute(tokens, causal)


# What a program may be refused for: the limits in README.md and in docs/errors.md.
REFUSALS = (
    "several different values",  # of a mean that has None among its values
    "none",
    "union",
    "too many",
    "precision",
    "f32",
    "fractions",
    "can occur",
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(program=sops(2), case=with_batches(VOCABULARIES), causal=st.booleans())
def test_compiled(program, case, causal):
    check_compiled(program, *case, causal)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(program=arithmetic(), case=with_batches(LARGE_VOCABULARIES))
def test_large_vocabularies(program, case):
    check_compiled(program, *case, causal=False)


def check_compiled(program, vocab, batch, causal):
    """That the model gives what plain Python gives, or is refused for a good reason."""
    assume(not any(is_undefined(tokens, program.compute, causal) for tokens in batch))
    try:
        model = rasp_mlir.compile(program.expression, vocab, MAX_SEQ_LEN, causal)
    except rasp_mlir.CompilationError as error:
        assert any(reason in str(error) for reason in REFUSALS), str(error)
        return
    for tokens, found in zip(batch, model(batch).decoded):
        assert_equal(found, program.compute(tokens, causal), tokens)
