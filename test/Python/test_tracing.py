# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How Python functions become ops: traced where they are arithmetic, else tabulated."""

import enum
import functools
import math
import operator
from fractions import Fraction

import numpy as np
import pytest

import rasp_mlir
from rasp_mlir import rasp
from rasp_mlir.rasp.tracing import trace

tokens, indices, length = rasp.tokens, rasp.indices, rasp.length

# Functions of two integers that are arithmetic.
ARITHMETIC = {
    "sum": lambda x, y: x + y,
    "difference": lambda x, y: x - y,
    "reflected": lambda x, y: 7 - x * 2 - y,
    "product": lambda x, y: x * y,
    "quotient": lambda x, y: x / (y + 5),
    "floor_quotient": lambda x, y: x // (y + 5),
    "remainder": lambda x, y: x % (y + 5),
    "negative_divisor": lambda x, y: (x // -3, y)[0] + y % -3,
    "divmod": lambda x, y: divmod(x, y + 5)[1],
    "power": lambda x, y: x**3 - y**0,
    "signs": lambda x, y: -x + abs(y) + (+x),
    "comparison": lambda x, y: x < y,
    "equality": lambda x, y: x + 1 == y,
    "booleans": lambda x, y: (x > 1) & (y != 2) | (x == y),
    "exclusive": lambda x, y: (x > 1) ^ (y > 1),
    "counted": lambda x, y: (x > 1) + (y > 1) * 2,
    "inverted": lambda x, y: ~x + y,
    "bits": lambda x, y: (x & 6) | y,
    "rounded": lambda x, y: round(x / 2) + math.floor(y / 2) + math.ceil(x / 3) + math.trunc(y / 2),
    "floats": lambda x, y: 0.5 * x + 1.5 * y,
    "constant": lambda x, y: 4,
    "second": lambda x, y: y,
    "numpy": lambda x, y: np.int64(2) * x + np.float64(0.5) * y,
    "chained": functools.reduce(
        lambda f, g: lambda x, y: g(f(x, y), y), [operator.add, operator.mul, operator.sub]
    ),
}


@pytest.mark.parametrize("name", ARITHMETIC)
def test_traced_functions_compute_the_same(name):
    function = ARITHMETIC[name]
    traced = trace(function, ["i64", "i64"])
    assert traced is not None
    for x in range(-4, 5):
        for y in range(-4, 5):
            expected = function(x, y)
            found = traced(x, y)
            assert float(found) == pytest.approx(float(expected), abs=1e-12)
            is_float = isinstance(expected, float)
            assert traced.element_type == (
                "i1" if isinstance(expected, (bool, np.bool_)) else "f64" if is_float else "i64"
            )


@pytest.mark.parametrize("name", ARITHMETIC)
def test_arithmetic_becomes_a_map(name):
    sop = rasp.SequenceMap(ARITHMETIC[name], tokens, indices)
    program = rasp_mlir.Program(sop, range(-2, 4), 4)
    assert "rasp.map" in str(program) and "rasp.lookup" not in str(program)
    given = [3, -2, 0, 1]
    expected = [ARITHMETIC[name](x, y) for y, x in enumerate(given)]
    assert program.interpret(given) == pytest.approx(expected)
    assert sop(given) == pytest.approx(expected)


def test_products_that_take_more_than_64_bits_are_tabulated():
    big = rasp.Map(lambda x: x * 2**40 // 2**40, tokens)
    model = rasp_mlir.compile(big, [1, 2**30], 3)
    assert model([2**30, 1]).decoded == [2**30, 1]


def test_large_domains_are_traced():
    """A table of these would have 10^8 entries."""
    sop = rasp.SequenceMap(lambda x, y: x * 3 - y + 1, tokens, rasp.Aggregate(
        rasp.Select(indices, indices, rasp.Comparison.EQ), tokens))
    program = rasp_mlir.Program(sop, range(10000), 3)
    assert "rasp.map" in str(program)
    assert program.interpret([9999, 0]) == [19999, 1]


class Color(enum.Enum):
    RED = "r"
    BLUE = "b"


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def collatz(n):
    steps = 0
    while n > 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def swallowing(x):
    """A function that catches what tracing raises."""
    try:
        return 1 if x > 2 else 2
    except BaseException:
        return 3


@functools.lru_cache(maxsize=None)
def cached(x):
    return x * 10


def closure(offset):
    table = {i: chr(ord("a") + (i + offset) % 26) for i in range(10)}
    return lambda x: table[x]


TABULATED = {
    "recursion": fibonacci,
    "loop": collatz,
    "dict": {1: "one", 2: "two", 3: None, 4: 4.5, 5: True, 6: "six"}.get,
    "dict_lookup": closure(3),
    "builtin": math.cosh,
    "maximum": lambda x: max(x, 3),
    "branch": lambda x: "low" if x < 3 else "high",
    "text": str,
    "slice": lambda x: "abcdefgh"[x - 1 : x + 2],
    "method": lambda x: "token %d" % x,
    "format": lambda x: f"<{x}>",
    "tuple": lambda x: (x % 2, "even" if x % 2 == 0 else "odd"),
    "nested_tuple": lambda x: ((x,), (x, (x % 2, None))),
    "frozenset": lambda x: frozenset(range(x % 3)),
    "infinity": lambda x: math.inf if x > 3 else x,
    "negative_infinity": lambda x: -math.inf if x > 3 else -x,
    "bools_among_ints": lambda x: x if x > 3 else x > 1,
    "equal_but_not_the_same": lambda x: (1, True, 1.0, 0, False, 0.0)[x - 1],
    "hair_apart": lambda x: 0.1 + 0.2 if x % 2 else 0.3,
    "none": lambda x: None if x > 3 else x,
    "only_none": lambda x: None,
    "big": lambda x: 2**100 + x,
    "bytes": lambda x: bytes([x]),
    "complex": lambda x: complex(x, -x),
    "fraction": lambda x: Fraction(x, 7),
    "enum": lambda x: Color.RED if x > 3 else Color.BLUE,
    "numpy": lambda x: np.float32(x) / 4,
    "numpy_text": lambda x: np.str_("n") * x,
    "type": lambda x: type(x).__name__,
    "isinstance": lambda x: x + 1 if isinstance(x, int) else -1,
    "identity": lambda x: x is None,
    "swallowing": swallowing,
    "cached": cached,
    "membership": lambda x: x in (2, 3),
    "chained_comparison": lambda x: 2 < x < 5,
    "and": lambda x: x > 2 and "yes",
    "surrogate": lambda x: "\ud800" if x > 3 else "\U0001f600",
    "zero_signs": lambda x: -0.0 if x > 3 else 0.0,
    "partial": functools.partial(pow, 2),
}


def same(found, expected):
    return type(found) is type(expected) and found == expected


@pytest.mark.parametrize("name", TABULATED)
def test_any_function_of_finite_inputs(name):
    function = TABULATED[name]
    sop = rasp.Map(function, tokens)
    given = [3, 1, 6, 2, 4, 5, 5]
    expected = [function(x) for x in given]
    # NumPy's scalars become Python's.
    expected = [x.item() if isinstance(x, np.generic) else x for x in expected]
    assert sop(given) == expected
    model = rasp_mlir.compile(sop, range(1, 7), 7)
    found = model(given).decoded
    assert all(map(same, found, expected)), (found, expected)


@pytest.mark.parametrize("name", TABULATED)
def test_values_of_any_kind_are_read_on(name):
    """What a table gives is the input of another function, a select and an aggregate."""
    function = TABULATED[name]
    values = rasp.Map(function, tokens)
    text = rasp.Map(repr, values)
    previous = rasp.Select(indices, indices - 1, rasp.Comparison.EQ)
    same_values = rasp.Select(values, values, rasp.Comparison.EQ)
    given = [3, 1, 6, 2, 4, 5, 5]
    results = [function(x) for x in given]
    results = [x.item() if isinstance(x, np.generic) else x for x in results]
    texts = [None if x is None else repr(x) for x in results]
    counts = [0 if x is None else sum(x == y for y in results) for x in results]
    for sop, expected in (
        (text, texts),
        (rasp.Map(repr, rasp.Aggregate(previous, values)), [None, *texts[:-1]]),
        (rasp.SelectorWidth(same_values), counts),
    ):
        assert sop(given) == expected
        assert rasp_mlir.compile(sop, range(1, 7), 7)(given).decoded == expected


def test_functions_that_fail_where_they_cannot_be():
    """Division by a distance to the end, which is never 0."""
    sop = rasp.SequenceMap(lambda n, i: 1 / (n - i), length, indices)
    assert rasp_mlir.compile(sop, "a", 4)(list("aaaa")).decoded == pytest.approx(
        [1 / 4, 1 / 3, 1 / 2, 1]
    )
    untraceable = rasp.SequenceMap(lambda n, i: "x" * (12 // (n - i)), length, indices)
    assert rasp_mlir.compile(untraceable, "a", 3)(list("aa")).decoded == ["x" * 6, "x" * 12]


@pytest.mark.parametrize(
    "make",
    [
        lambda: 6 / tokens,
        lambda: tokens % (tokens - 2),
        lambda: rasp.Map(lambda x: 6 / x, tokens - 2),
        lambda: rasp.Map(lambda x: math.log(x), tokens - 2),
        lambda: rasp.Map({1: "a"}.__getitem__, tokens),
    ],
)
def test_functions_that_fail_where_they_can_be(make):
    with pytest.raises(rasp_mlir.CompilationError, match=r"raises \w+Error on .*, which can occur") as raised:
        rasp_mlir.compile(make(), [0, 1, 2], 3)
    assert raised.value.location.file == __file__
    with pytest.raises((ArithmeticError, ValueError, KeyError)):
        make()([0, 1, 2])


def test_failing_functions_name_the_value():
    def reciprocal(x):
        return 1 / x

    with pytest.raises(rasp_mlir.CompilationError) as raised:
        rasp_mlir.compile(rasp.Map(reciprocal, tokens - 1), [1, 2], 3)
    assert "reciprocal raises ZeroDivisionError on 0, which can occur" in str(raised.value)
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    assert raised.value.notes[0].location.line == reciprocal.__code__.co_firstlineno


@pytest.mark.parametrize("result", [[1], {1}, {}, object(), np.zeros(2), bytearray(1), (1, [2])])
def test_results_that_are_no_values(result):
    with pytest.raises((TypeError, rasp_mlir.CompilationError), match="no value of a program"):
        rasp_mlir.compile(rasp.Map(lambda x: result, tokens), [1, 2], 3)
    with pytest.raises(TypeError, match="no value of a program"):
        rasp.Map(lambda x: result, tokens)([1])


def test_nan_is_no_value():
    with pytest.raises(ValueError, match="nan"):
        rasp.Map(lambda x: math.nan, tokens)([1])


# Predicates.

PREDICATES = {
    "comparison": (lambda key, query: key < query + 1, True),
    "key_alone": (lambda key, query: key == 2, True),
    "parity": (lambda key, query: (key - query) % 2 == 0, True),
    "branch": (lambda key, query: key > query if query > 1 else False, False),
    "text": (lambda key, query: str(key) in str(query * 11), False),
    "truthy": (lambda key, query: key - query, False),
    "constant": (lambda key, query: True, True),
}


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("name", PREDICATES)
def test_predicates(name, causal):
    predicate, is_traced = PREDICATES[name]
    selector = rasp.Select(tokens, indices, predicate)
    given = [2, 0, 1, 3, 2]
    rows = [
        [bool(predicate(key, query)) and not (causal and k > query) for k, key in enumerate(given)]
        for query in range(5)
    ]
    assert selector(given, causal=causal) == rows
    program = rasp_mlir.Program(rasp.SelectorWidth(selector), range(4), 5, causal)
    assert ("table" in str(program)) == (not is_traced)
    model = program.compile()
    assert model(given).decoded == [sum(row) for row in rows]


def test_a_predicate_that_fails():
    selector = rasp.Select(tokens, tokens, lambda key, query: 1 / (key - query) > 0)
    with pytest.raises(rasp_mlir.CompilationError, match="ZeroDivisionError on 1, 1, which can occur"):
        rasp_mlir.compile(rasp.SelectorWidth(selector), [1, 2], 3)


# Functions whose traces would differ on a few values only.


@pytest.mark.parametrize("size", [100, 4096, 5000])
@pytest.mark.parametrize(
    "function",
    [
        lambda x: (x * 0.1) // 0.1,
        lambda x: x * 0.1 % 0.1,
        lambda x: int(x * 0.1 + 0.2 == 0.3 + x / 10),
        lambda x: round(x * 0.1 * 10),
        lambda x: (x**6) % 7,
    ],
)
def test_roundings_of_large_vocabularies(function, size):
    sop = rasp.Map(function, tokens)
    program = rasp_mlir.Program(sop, range(size), 4)
    for given in ([18, 3, 9, 7], [size - 1, 0, 1, 43]):
        expected = [function(x) for x in given]
        assert sop(given) == expected
        assert program.interpret(given) == expected


def test_exceptions_that_a_function_catches():
    def quotient(x):
        try:
            return 100 // (x - 4090)
        except ZeroDivisionError:
            return 7

    program = rasp_mlir.Program(rasp.Map(quotient, tokens), range(5000), 3)
    assert program.interpret([4090, 4091, 0]) == [7, 100, -1]


def test_roundings_in_predicates():
    def predicate(key, query):
        return (key * 0.1) // 0.1 >= query

    given = [3, 18, 9, 1, 6]
    counts = [sum(predicate(key, query) for key in given) for query in given]
    for size in (40, 100):
        width = rasp.SelectorWidth(rasp.Select(tokens, tokens, predicate))
        assert rasp_mlir.Program(width, range(size), 5).interpret(given) == counts


def test_types_of_mixed_numbers_are_kept():
    for function in (
        lambda x: repr(x),
        lambda x: isinstance(x, int),
        lambda x: x + 0,
        lambda x: max(x, 1.5),
    ):
        for sop in (rasp.Map(function, tokens), rasp.Map(repr, rasp.Map(function, tokens + 0))):
            given = [1, 2.0, 0.5]
            model = rasp_mlir.compile(sop, given, 3)
            assert all(map(same, model(given).decoded, sop(given)))


def test_functions_of_values_that_cannot_be_listed():
    with pytest.raises(rasp_mlir.CompilationError, match="argument 0, and these cannot be listed"):
        rasp_mlir.compile(rasp.Map(lambda x: {5: 7}.get(x, 0), tokens + 0), range(16385), 3)


def test_numerical_outputs_that_are_no_numbers():
    with pytest.raises(rasp_mlir.CompilationError, match="can be 'a', which is no finite number") as raised:
        rasp_mlir.compile(rasp.numerical(tokens), "ab", 2)
    assert raised.value.location.file == __file__
