# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Odd values that work: the same compiled, interpreted, evaluated and in plain Python.

Down to the types of the values.
"""

import collections
import decimal
import enum
import functools
import itertools
import math

import numpy as np
import pytest

import rasp_mlir
from rasp_mlir import rasp
from rasp_mlir.rasp import Comparison, Full, Map
from rasp_mlir.rasp.values import identity

tokens, indices = rasp.tokens, rasp.indices
inf, nan = math.inf, math.nan

everywhere = rasp.Select(tokens, tokens, Comparison.TRUE)
up_to = rasp.Select(indices, indices, Comparison.LEQ)
before = rasp.Select(indices, indices, lambda key, query: key == query - 1)
lower = rasp.Select(tokens, tokens, Comparison.LT)
same = rasp.Select(tokens, tokens, Comparison.EQ)

MIXED = [1, "a", (1, 2), False, 1.5, frozenset([1]), b"x", 1j, inf, "1", "(1, 2)", None]
MIXED_VOCABULARY = MIXED[:-1]
STRINGS = ["", 'a"b', "a\nb", "a\0b", "\ud800", "\U0001f600", "a" * 5000, "%0", "#rasp.none", "\\"]


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Letter(str, enum.Enum):
    A = "a"
    B = "b"


class Rank(enum.IntEnum):
    LOW = 1
    HIGH = 2


Point = collections.namedtuple("Point", "x y")


def inputs(vocab, length=3, limit=60):
    """Inputs of each length up to `length`."""
    for size in range(1, length + 1):
        yield from map(list, itertools.islice(itertools.product(vocab, repeat=size), limit))


def check(sop, vocab, expected, **options):
    """`expected` gives the values on a list of tokens."""
    program = rasp_mlir.Program(sop, vocab, 3, **options)
    model = program.compile()
    for given in inputs(program.vocab):
        values = list(map(identity, expected(given)))
        assert list(map(identity, model(given).decoded)) == values, given
        assert list(map(identity, program.interpret(given))) == values, given
        assert list(map(identity, sop(given))) == values, given


def each(function):
    """A function of a value as one of a list."""
    return lambda xs: [function(x) for x in xs]


def previous(default):
    return lambda xs: [default, *xs[:-1]]


WORKS = {
    # Numbers that are not finite.
    "infinite_tokens": (tokens, [1.0, inf, -inf], each(lambda x: x)),
    "infinity_among_integers": (tokens, [1, inf], each(lambda x: x)),
    "compare_infinite_tokens": (tokens == inf, [1, inf], each(lambda x: x == inf)),
    "count_lower": (
        rasp.SelectorWidth(lower),
        [1.0, inf, -inf],
        lambda xs: [sum(y < x for y in xs) for x in xs],
    ),
    "count_equal": (
        rasp.SelectorWidth(same),
        [1.0, inf, -inf],
        lambda xs: [xs.count(x) for x in xs],
    ),
    "add_infinity": (tokens + inf, [1, 2], each(lambda x: x + inf)),
    "below_infinity": (tokens < inf, [1, 2], each(lambda x: x < inf)),
    "above_infinity": (-inf < tokens, [1, 2], each(lambda x: -inf < x)),
    "infinite_result": (
        Map(lambda x: inf if x == 1 else x, tokens),
        [1, 2, 3],
        each(lambda x: inf if x == 1 else x),
    ),
    "infinite_constant": (Full(inf) - tokens, [1, 2], each(lambda x: inf - x)),
    "infinite_factor": (
        rasp.LinearSequenceMap(tokens, indices, inf, 1),
        [1.0, 2.0],
        each(lambda x: inf * x),
    ),
    "where_infinity": (
        rasp.where(tokens == 1, inf, tokens),
        [1, 2],
        each(lambda x: inf if x == 1 else x),
    ),
    "maximum_of_infinity": (rasp.maximum(tokens, inf), [1, 2], each(lambda x: inf)),
    "infinite_default": (rasp.Aggregate(before, tokens, -inf), [1, 2, 3], previous(-inf)),
    "infinite_default_of_floats": (rasp.Aggregate(before, tokens, inf), [1.5, 2.5], previous(inf)),
    "infinite_scores": (
        rasp.SelectorWidth(rasp.best(everywhere, tokens)),
        [1.0, inf, -inf],
        lambda xs: [xs.count(max(xs)) for _ in xs],
    ),
    "overflow": (Map(lambda x: x * 1e308 * 10, tokens), [1.0, 2.0], each(lambda x: inf)),
    "overflow_and_back": (
        Map(lambda x: 1 / (x * 1e308 * 10), tokens),
        [1.0, 2.0],
        each(lambda x: 0.0),
    ),
    "overflow_of_product": (tokens * tokens, [1e300, 1.0], each(lambda x: x * x)),
    "negative_zero": (tokens, [-0.0, 1.0], each(lambda x: x)),
    "tiny": (tokens, [5e-324, 1.0], each(lambda x: x)),
    "huge": (tokens + 1, [1.7e308, 1.0], each(lambda x: x + 1)),
    "complex_power": (tokens**0.5, [-4, 9], each(lambda x: x**0.5)),
    # Integers beyond 64 bits.
    "big_token": (tokens, [2**63, 1], each(lambda x: x)),
    "big_sum": (tokens + 1, [2**63 - 1, 1], each(lambda x: x + 1)),
    "big_negation": (-tokens, [-(2**63), 1], each(lambda x: -x)),
    "big_absolute": (abs(tokens), [-(2**63), 1], each(abs)),
    "big_constant": (tokens + 2**70, [1, 2], each(lambda x: x + 2**70)),
    "compare_with_big": (tokens < 2**70, [1, 2], each(lambda x: x < 2**70)),
    "big_product": (Map(lambda x: x * 2**62, tokens), [1, 2, 3], each(lambda x: x * 2**62)),
    "big_power": (tokens**tokens, [2, 100], each(lambda x: x**x)),
    "big_default": (rasp.Aggregate(before, tokens, 2**63), [1, 2], previous(2**63)),
    "big_numbers_in_order": (
        rasp.SelectorWidth(lower),
        [2**70, 2**70 + 1, 1],
        lambda xs: [sum(y < x for y in xs) for x in xs],
    ),
    "big_divisor": (tokens / 10**400, [1, 2], each(lambda x: 0.0)),
    # Values of several types.
    "mixed": (tokens, MIXED_VOCABULARY, each(lambda x: x)),
    "mixed_is_one": (tokens == 1, MIXED_VOCABULARY, each(lambda x: x == 1)),
    "mixed_is_tuple": (tokens == (1, 2), MIXED_VOCABULARY, each(lambda x: x == (1, 2))),
    "mixed_counts": (
        rasp.SelectorWidth(same),
        MIXED_VOCABULARY,
        lambda xs: [xs.count(x) for x in xs],
    ),
    "mixed_differences": (
        rasp.SelectorWidth(rasp.Select(tokens, tokens, Comparison.NEQ)),
        MIXED_VOCABULARY,
        lambda xs: [sum(x != y for y in xs) for x in xs],
    ),
    "mixed_moved": (rasp.Aggregate(before, tokens), MIXED_VOCABULARY, previous(None)),
    "mixed_moved_or_text": (
        rasp.Aggregate(before, tokens, "none"),
        MIXED_VOCABULARY,
        previous("none"),
    ),
    "mixed_types": (
        Map(lambda x: type(x).__name__, tokens),
        MIXED_VOCABULARY,
        each(lambda x: type(x).__name__),
    ),
    "mixed_results": (
        Map(lambda i: MIXED[i], tokens),
        range(len(MIXED)),
        each(lambda i: MIXED[i]),
    ),
    "equal_results": (
        Map(lambda x: [1, True, 1.0][x], tokens),
        range(3),
        each(lambda x: [1, True, 1.0][x]),
    ),
    "bools_among_integers": (tokens + 0, [True, 2, 3, 0], each(lambda x: x + 0)),
    "not_of_integers": (~tokens, [True, 2, 3, 0], each(lambda x: not x)),
    "bools_among_floats": (tokens, [True, 2.5, 3], each(lambda x: x)),
    "bool_default": (rasp.Aggregate(before, tokens, True), [1, 2, 3], previous(True)),
    "float_default": (rasp.Aggregate(before, tokens, 1.0), [1, 2, 3], previous(1.0)),
    "text_default": (rasp.Aggregate(before, tokens, ""), [1, 2, 3], previous("")),
    "tuple_default": (rasp.Aggregate(before, tokens, (1,)), [1, 2, 3], previous((1,))),
    "text_and_number": (
        rasp.SelectorWidth(rasp.Select(tokens, indices, Comparison.EQ)),
        ["a", "b"],
        each(lambda x: 0),
    ),
    "repeated_text": (tokens * indices, "ab", lambda xs: [x * i for i, x in enumerate(xs)]),
    "formatted": (tokens % indices, ["a%d", "b%s"], lambda xs: [x % i for i, x in enumerate(xs)]),
    "choice_of_types": (
        rasp.where(tokens == 1, "a", 2),
        [1, 2],
        each(lambda x: "a" if x == 1 else 2),
    ),
    "float_of_integers": (
        Map(lambda x: np.float64(0.5) * x, tokens),
        [1, 2, 3],
        each(lambda x: 0.5 * x),
    ),
    "decimals": (
        tokens + 1,
        [decimal.Decimal(1), decimal.Decimal("1.5")],
        each(lambda x: x + 1),
    ),
    "complex": (tokens * 1j, [1j, 2], each(lambda x: x * 1j)),
    "bytes": (tokens + b"x", [b"", b"a"], each(lambda x: x + b"x")),
    "ranges": (Map(len, tokens), [range(2), range(5)], each(len)),
    "enum": (tokens, list(Color), each(lambda x: x)),
    "enum_of_texts": (tokens, list(Letter), each(lambda x: x)),
    "enum_of_integers": (tokens + 1, list(Rank), each(lambda x: x + 1)),
    "named_tuples": (Map(lambda p: p.x, tokens), [Point(1, 2), Point(2, 3)], each(lambda p: p.x)),
    "order_of_tuples": (
        rasp.SelectorWidth(lower),
        [(1, 2), (2, 1), (1,)],
        lambda xs: [sum(y < x for y in xs) for x in xs],
    ),
    # Scalars of NumPy.
    "numpy_constant": (tokens + np.int8(100), [1, 100], each(lambda x: x + 100)),
    "numpy_left_constant": (np.float32(0.5) * tokens, [1, 2], each(lambda x: 0.5 * x)),
    "numpy_factor": (
        rasp.LinearSequenceMap(tokens, indices, np.int8(2), np.array(3)),
        [1, 2],
        lambda xs: [2 * x + 3 * i for i, x in enumerate(xs)],
    ),
    "numpy_default": (rasp.Aggregate(before, tokens, np.int64(7)), [1, 2], previous(7)),
    "numpy_text": (tokens + np.str_("b"), "ab", each(lambda x: x + "b")),
    "numpy_result": (Map(lambda x: np.array(x), tokens), [1, 2], each(lambda x: x)),
    "numpy_function": (Map(np.sqrt, tokens), [1, 2], each(math.sqrt)),
    "numpy_predicate": (
        rasp.SelectorWidth(rasp.Select(tokens, tokens, lambda k, q: np.bool_(str(k) < str(q)))),
        [1, 2],
        lambda xs: [sum(str(y) < str(x) for y in xs) for x in xs],
    ),
    # Strings.
    "strings": (tokens, STRINGS, each(lambda x: x)),
    "added_strings": (tokens + "\0\ud800", STRINGS, each(lambda x: x + "\0\ud800")),
    "order_of_strings": (
        rasp.SelectorWidth(lower),
        ["\U0010ffff", "\uffff", "\ue000", "a", ""],
        lambda xs: [sum(y < x for y in xs) for x in xs],
    ),
    "long_result": (Map(lambda x: x * 100_000, tokens), "ab", each(lambda x: x * 100_000)),
    "bos_as_result": (Map(lambda x: "BOS", tokens), "ab", each(lambda x: "BOS")),
    # Functions.
    "prints": (Map(lambda x: print(end=""), tokens), [1, 2], each(lambda x: None)),
    "none": (Map(lambda x: None, tokens) + 1, [1, 2], each(lambda x: None)),
    "type_is": (Map(lambda x: type(x) is int, tokens), [1, 2], each(lambda x: True)),
    "shift": (Map(lambda x: x << 1, tokens), [1, 2], each(lambda x: x << 1)),
    "compare_with_none": (
        Map(lambda x: x == None, tokens),
        [1, 2],
        each(lambda x: False),
    ),  # noqa: E711
    "compare_with_text": (Map(lambda x: x == "a", tokens), [1, 2], each(lambda x: False)),
    "compiles": (
        Map(lambda x: rasp_mlir.compile(tokens + 1, [1, 2], 1)([x]).decoded[0], tokens),
        [1, 2],
        each(lambda x: x + 1),
    ),
    "truth_of_predicate": (
        rasp.SelectorWidth(rasp.Select(tokens, tokens, lambda k, q: [k] if k == q else None)),
        "ab",
        lambda xs: [xs.count(x) for x in xs],
    ),
}


@pytest.mark.parametrize("name", WORKS)
def test_works_as_in_python(name):
    check(*WORKS[name])


def test_inexact_numbers_of_the_model_are_refused():
    with pytest.raises(rasp_mlir.CompilationError, match=r"5e-324 as a number"):
        rasp_mlir.compile(tokens * 0.5, [5e-324, 1.0], 2)


def test_thousands_of_operations():
    """In one map without a name between: canonicalization moved all of it for each."""
    product = functools.reduce(lambda sop, _: sop * rasp.indices % 7, range(3000), rasp.indices)
    expected = [pow(i, 3001, 7) for i in range(3)]
    assert product("abc") == expected
    assert rasp_mlir.compile(product, "abc", 4)("abc").decoded == expected
