# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs that are wrong: the error is of the right kind and names the culprit."""

import decimal
import itertools
import math
import random
import re
from fractions import Fraction

import numpy as np
import pytest

import rasp_mlir
from rasp_mlir import library, rasp
from rasp_mlir.rasp import Comparison, Full, Map, SequenceMap
from rasp_mlir.rasp.values import identity

tokens, indices = rasp.tokens, rasp.indices
inf, nan = math.inf, math.nan

everywhere = rasp.Select(tokens, tokens, Comparison.TRUE)
up_to = rasp.Select(indices, indices, Comparison.LEQ)
before = rasp.Select(indices, indices, lambda key, query: key == query - 1)
lower = rasp.Select(tokens, tokens, Comparison.LT)

MIXED = [1, "a", (1, 2), False, 1.5, frozenset([1]), b"x", 1j, inf, "1", "(1, 2)"]


# What cannot be written down.
REFUSED = {
    "nan": (lambda: Full(nan), ValueError, r"value of a Full is nan"),
    "add_nan": (lambda: tokens + nan, ValueError, r"constant is nan"),
    "numpy_nan": (lambda: tokens + np.float32("nan"), ValueError, r"constant is nan"),
    "nan_default": (lambda: rasp.Aggregate(up_to, tokens, nan), ValueError, r"default .* is nan"),
    "nan_factor": (
        lambda: rasp.LinearSequenceMap(tokens, indices, nan, 1),
        ValueError,
        r"factor is nan",
    ),
    "nan_in_constants": (lambda: rasp.ConstantSOp([nan]), ValueError, r"ConstantSOp is nan"),
    "nan_in_tuple": (lambda: Full((1, (2, nan))), ValueError, r"part of .* a Full is nan"),
    "complex_nan": (lambda: Full(complex(0, nan)), ValueError, r"nanj"),
    "decimal_nan": (lambda: Full(decimal.Decimal("nan")), ValueError, r"Decimal\('NaN'\)"),
    "number_too_long": (
        lambda: tokens + 10**5000,
        ValueError,
        r"constant is a number of 16610 bits",
    ),
    "fraction_too_long": (
        lambda: Full(Fraction(1, 10**5000)),
        ValueError,
        r"a number of 16610 bits",
    ),
    "nested_too_deeply": (
        lambda: Full(nested(10_000)),
        ValueError,
        r"Full is a tuple .* too deeply",
    ),
    "list": (lambda: tokens + [1], TypeError, r"constant is \[1\] of the type list"),
    "list_compared": (lambda: tokens == [1], TypeError, r"constant is \[1\] of the type list"),
    "set": (lambda: tokens == {1}, TypeError, r"constant is \{1\} of the type set"),
    "dict": (lambda: tokens == {}, TypeError, r"constant is \{\} of the type dict"),
    "array": (lambda: tokens + np.array([1, 2]), TypeError, r"array\(\[1, 2\]\)"),
    "array_at_left": (lambda: np.array([1, 2]) + tokens, TypeError, r"array\(\[1, 2\]\)"),
    "list_in_tuple": (lambda: tokens == (1, [2]), TypeError, r"part of a constant is \[2\]"),
    "object": (lambda: tokens + object(), TypeError, r"constant is <object"),
    "type": (lambda: tokens + int, TypeError, r"constant is <class 'int'>"),
    "lambda": (lambda: tokens + (lambda: 1), TypeError, r"constant is <function"),
    "long_double": (lambda: Full(np.longdouble(1)), TypeError, r"of the type longdouble"),
    "date": (lambda: Full(np.datetime64("2020-01-01")), TypeError, r"datetime.date"),
    "list_default": (lambda: rasp.Aggregate(up_to, tokens, []), TypeError, r"default .* is \[\]"),
    "sop_default": (
        lambda: rasp.Aggregate(up_to, tokens, indices),
        TypeError,
        r"default .* IndicesType",
    ),
    "list_in_full": (lambda: Full([1]), TypeError, r"value of a Full is \[1\]"),
    "sop_in_full": (lambda: Full(tokens), TypeError, r"value of a Full is tokens"),
    "list_in_constants": (lambda: rasp.ConstantSOp([[1]]), TypeError, r"ConstantSOp is \[1\]"),
    "no_constants": (lambda: rasp.ConstantSOp(5), TypeError, r"value of a ConstantSOp .* found 5"),
    "sop_of_constants": (lambda: rasp.ConstantSOp(tokens), TypeError, r"found tokens"),
    "no_rows": (lambda: rasp.ConstantSelector(5), TypeError, r"list of rows, found 5"),
    "flat_rows": (lambda: rasp.ConstantSelector([1, 0]), TypeError, r"a row .* found 1"),
    "rows_of_text": (lambda: rasp.ConstantSelector(["ab"]), ValueError, r"0 or 1, found 'a'"),
    "text_as_flag": (
        lambda: rasp.Aggregate(up_to, tokens, unique="no"),
        TypeError,
        r"unique .*'no'",
    ),
    "length_as_flag": (lambda: rasp.ConstantSOp([1], 5), TypeError, r"check_length .* found 5"),
    # Functions and predicates.
    "no_function": (lambda: Map(5, tokens), TypeError, r"function of a Map .* found 5"),
    "none_as_function": (lambda: Map(None, tokens), TypeError, r"function of a Map .* found None"),
    "sop_as_function": (lambda: Map(tokens, len), TypeError, r"function of a Map .* tokens"),
    "nothing_to_map": (lambda: Map(len), TypeError, r"inner"),
    "map_of_constant": (lambda: Map(max, 1), TypeError, r"an s-op, found 1; rasp\.Full\(1\)"),
    "map_of_selector": (lambda: Map(len, everywhere), TypeError, r"a Map reads .* <Select at .+>"),
    "second_constant": (lambda: SequenceMap(max, tokens, 1), TypeError, r"reads second .* found 1"),
    "text_as_predicate": (
        lambda: rasp.Select(tokens, tokens, "=="),
        TypeError,
        r"predicate .* '=='",
    ),
    "bool_as_predicate": (
        lambda: rasp.Select(tokens, tokens, True),
        TypeError,
        r"predicate .* True",
    ),
    "sop_as_predicate": (
        lambda: rasp.Select(tokens, tokens, tokens),
        TypeError,
        r"predicate .* tokens",
    ),
    "unknown_comparison": (lambda: Comparison("=>"), ValueError, r"'=>'"),
    "comparison_of_none": (lambda: Comparison.EQ(None, 1), ValueError, r"key is None"),
    "comparison_of_types": (lambda: Comparison.LT("a", 1), TypeError, r"'str' and 'int'"),
    "text_factor": (
        lambda: rasp.LinearSequenceMap(tokens, indices, "a", 1),
        TypeError,
        r"factor .* 'a'",
    ),
    "array_factor": (
        lambda: rasp.LinearSequenceMap(tokens, indices, 1, np.array([1])),
        TypeError,
        r"factor is arr",
    ),
    "sop_factor": (
        lambda: rasp.LinearSequenceMap(tokens, indices, tokens, 1),
        TypeError,
        r"factor is tokens",
    ),
    # S-ops and selectors in each other's place.
    "sop_and_selector": (lambda: tokens & everywhere, TypeError, r"selector <Select at"),
    "selector_and_sop": (lambda: everywhere & tokens, TypeError, r"operand of & or \| .* tokens"),
    "selector_and_constant": (lambda: everywhere | None, TypeError, r"operand of & .* found None"),
    "constant_and_selector": (lambda: True & everywhere, TypeError, r"'bool' and 'Select'"),
    "selector_plus_one": (lambda: everywhere + 1, TypeError, r"'Select' and 'int'"),
    "times_selector": (lambda: tokens * everywhere, TypeError, r"selector <Select at"),
    "order_of_selectors": (lambda: everywhere < up_to, TypeError, r"'Select' and 'Select'"),
    "minus_selector": (lambda: -everywhere, TypeError, r"'Select'"),
    "not_of_sop": (lambda: rasp.selector_not(tokens), TypeError, r"operand of ~ .* tokens"),
    "or_of_sop": (lambda: rasp.selector_or(everywhere, tokens), TypeError, r"found tokens"),
    "width_of_sop": (
        lambda: rasp.SelectorWidth(tokens),
        TypeError,
        r"SelectorWidth .* tokens",
    ),
    "aggregate_swapped": (
        lambda: rasp.Aggregate(tokens, up_to),
        TypeError,
        r"selects by .* tokens",
    ),
    "aggregate_of_constant": (lambda: rasp.Aggregate(up_to, 1), TypeError, r"reads .* found 1"),
    "sum_swapped": (
        lambda: rasp.Sum(tokens, up_to),
        TypeError,
        r"a Sum selects by .* tokens",
    ),
    "best_swapped": (lambda: rasp.best(tokens, up_to), TypeError, r"chosen of .* tokens"),
    "constant_scores": (lambda: rasp.best(up_to, 1), TypeError, r"scores of a best .* found 1"),
    "selector_as_key": (
        lambda: rasp.Select(up_to, tokens, Comparison.EQ),
        TypeError,
        r"keys of a S",
    ),
    "selector_as_condition": (lambda: rasp.where(up_to, 1, 2), TypeError, r"selector <Select at"),
    "list_as_choice": (lambda: rasp.where(tokens, [1], 2), TypeError, r"constant is \[1\]"),
    "maximum_of_selector": (lambda: rasp.maximum(up_to, 1), TypeError, r"selector <Select at"),
    # What Python does to values.
    "if": (lambda: 1 if tokens else 2, TypeError, r"tokens .* no truth value.* rasp\.where"),
    "if_selector": (lambda: 1 if up_to else 2, TypeError, r"<Select at .+> .* no truth value"),
    "and": (lambda: tokens and indices, TypeError, r"tokens .* no truth value"),
    "not": (lambda: not tokens, TypeError, r"tokens .* no truth value"),
    "chained": (lambda: 0 < tokens < 3, TypeError, r"<Map at .+> .* no truth value"),
    "in_list": (lambda: tokens in [indices], TypeError, r"<SequenceMap at .* no truth"),
    "contains": (lambda: 1 in tokens, TypeError, r"'TokensType' is not iterable"),
    "sorted": (lambda: sorted([tokens, indices]), TypeError, r"<SequenceMap at .* no truth"),
    "length": (lambda: len(tokens), TypeError, r"'TokensType' has no len"),
    "item": (lambda: tokens[0], TypeError, r"'TokensType' object is not subscriptable"),
    "iterate": (lambda: list(tokens), TypeError, r"tokens has values only on an input"),
    "iterate_selector": (lambda: list(up_to), TypeError, r"'Select' object is not iterable"),
    "integer": (lambda: int(tokens), TypeError, r"'TokensType'"),
    "index": (lambda: [1][tokens], TypeError, r"TokensType"),
    "round": (lambda: round(tokens), TypeError, r"TokensType"),
    "modular_power": (lambda: pow(tokens, 2, 3), TypeError, r"__pow__"),
    "matrix_product": (lambda: tokens @ tokens, TypeError, r"'TokensType' and 'TokensType'"),
    "format": (lambda: f"{tokens:>10}", TypeError, r"TokensType"),
    "ufunc": (lambda: np.sin(tokens), TypeError, r"'TokensType'"),
    "assign_name": (lambda: setattr(tokens, "name", "x"), AttributeError, r"name"),
    "change_annotations": (lambda: tokens.annotations.update(x=1), AttributeError, r"mappingproxy"),
    "abstract": (lambda: rasp.SOp(), TypeError, r"abstract class SOp"),
    # Names and annotations.
    "name": (lambda: tokens.named(5), TypeError, r"name to be a string, found 5"),
    "no_name": (lambda: tokens.named(None), TypeError, r"name to be a string, found None"),
    "annotated_name": (lambda: rasp.annotate(tokens, name=5), TypeError, r"a string, found 5"),
    "encoding": (
        lambda: rasp.annotate(tokens, encoding="numerical"),
        TypeError,
        r"Encoding, found 'numerical'",
    ),
    "annotated_value": (lambda: rasp.annotate(5, x=1), TypeError, r"s-op or a selector, found 5"),
    "numerical_value": (lambda: rasp.numerical(5), TypeError, r"s-op or a selector, found 5"),
    "encoding_of_value": (lambda: rasp.get_encoding("x"), TypeError, r"found 'x'"),
    # The library.
    "no_pattern": (lambda: library.detect_pattern(tokens, ""), ValueError, r"an empty one"),
    "no_pairs": (lambda: library.make_shuffle_dyck([]), ValueError, r"found \[\]"),
    "pairs": (lambda: library.make_dyck_ptf(["("]), ValueError, r"found \['\('\]"),
    "reverse_of_value": (lambda: library.make_reverse(5), TypeError, r"an s-op, found 5"),
    "list_as_token": (
        lambda: library.detect_pattern(tokens, [[1]]),
        TypeError,
        r"constant is \[1\]",
    ),
}


def nested(depth):
    value = ()
    for _ in range(depth):
        value = (value,)
    return value


@pytest.mark.parametrize("name", REFUSED)
def test_refused_where_it_is_written(name):
    write, kind, culprit = REFUSED[name]
    with pytest.raises(kind, match=culprit):
        write()


def test_selectors_compare_as_objects():
    """So that they can be in lists and dictionaries; s-ops are equal elementwise."""
    assert up_to == up_to and up_to != everywhere and up_to in [everywhere, up_to]
    assert {tokens: 1}[tokens] == 1 and len({tokens, indices, tokens}) == 2


# On a list of tokens: what is evaluated, the tokens, and what they give.
GIVEN = {
    "empty": (tokens, [], []),
    "empty_rows": (up_to, [], []),
    "text": (tokens, "ab", ["a", "b"]),
    "dict": (tokens, {"a": 1}, ["a"]),
    "generator": (tokens, (x for x in "ab"), ["a", "b"]),
    "array": (tokens + 1, np.array([1, 2]), [2, 3]),
    "mixed": (tokens, [1, "a", (1,), 1.0, True], [1, "a", (1,), 1.0, True]),
    "equal": (tokens == 1, [1, 1.0, True, "1"], [True, True, True, False]),
    "reserved_names": (rasp.SelectorWidth(everywhere), ["BOS", "PAD"], [2, 2]),
    "constants": (rasp.ConstantSOp([None, inf, "a"]), [1, 2, 3], [None, inf, "a"]),
    "constants_left_over": (rasp.ConstantSOp([1, 2], check_length=False), [1], [1]),
    "rows": (rasp.ConstantSelector(np.eye(2)), [1, 2], [[True, False], [False, True]]),
    "sum_of_none": (rasp.Sum(everywhere, Full(None)), [1], [0]),
    "best_of_none": (rasp.best(everywhere, Full(None)), [1], [[False]]),
    "best_of_texts": (rasp.Aggregate(rasp.best(everywhere, tokens), tokens), "ab", ["b", "b"]),
    "nan_is_true": (rasp.Select(tokens, tokens, lambda k, q: nan), [1], [[True]]),
}


@pytest.mark.parametrize("name", GIVEN)
def test_given_tokens(name):
    expression, xs, expected = GIVEN[name]
    assert list(map(identity, map(as_tuple, expression(xs)))) == list(
        map(identity, map(as_tuple, expected))
    )


def as_tuple(row):
    return tuple(row) if isinstance(row, list) else row


REFUSED_TOKENS = {
    "none": (tokens, None, TypeError, r"list of tokens .* found None"),
    "number": (tokens, 5, TypeError, r"list of tokens .* found 5"),
    "sop": (tokens, indices, TypeError, r"list of tokens .* found indices"),
    "nan": (tokens, [1, nan], ValueError, r"token at position 1 is nan"),
    "none_as_token": (tokens, [1, None], ValueError, r"None is no token, .* position 1"),
    "lists": (tokens, [[1]], TypeError, r"token at position 0 is \[1\]"),
    "matrix": (tokens, np.eye(2), TypeError, r"token at position 0 is array"),
    "without_end": (tokens, itertools.count(), ValueError, r"at most 65536 tokens"),
    "too_few_constants": (rasp.ConstantSOp([1, 2]), [1], ValueError, r"<ConstantSOp at .+> has 2 values"),
    "rows_of_other_lengths": (
        rasp.ConstantSelector([[1], [0, 1]]),
        [1, 2],
        ValueError,
        r"<ConstantSelector at .+> has 1 rows",
    ),
    "order_of_types": (tokens < 1, ["a"], TypeError, r"'str' and 'int'"),
    "maximum_of_types": (rasp.maximum(tokens, 1), ["a"], TypeError, r"'int' and 'str'"),
    "sum_of_texts": (rasp.Sum(everywhere, tokens), "ab", ValueError, r"numbers to add up"),
    "sum_of_infinity": (rasp.Sum(everywhere, tokens), [1, inf], ValueError, r"numbers to add up"),
    "mean_of_texts": (rasp.Aggregate(up_to, tokens), "ab", ValueError, r"among them a and b"),
    "mean_of_infinity": (
        rasp.Aggregate(up_to, tokens),
        [1, inf],
        ValueError,
        r"among them 1 and inf",
    ),
    "scores_of_types": (
        rasp.best(up_to, tokens),
        [1, "a"],
        ValueError,
        r"scores .* 'str' and 'int'",
    ),
    "predicate_gives_sop": (
        rasp.Select(tokens, tokens, lambda k, q: tokens),
        [1],
        TypeError,
        r"tokens .* truth",
    ),
    "predicate_gives_array": (
        rasp.Select(tokens, tokens, lambda k, q: np.ones(2)),
        [1],
        ValueError,
        r"truth value",
    ),
}


@pytest.mark.parametrize("name", REFUSED_TOKENS)
def test_refused_tokens(name):
    expression, xs, kind, culprit = REFUSED_TOKENS[name]
    with pytest.raises(kind, match=culprit):
        expression(xs)


@pytest.mark.parametrize("value", [5, None, len, [tokens], rasp.SOp])
def test_only_expressions_are_evaluated(value):
    with pytest.raises(TypeError, match="an s-op or a selector to evaluate"):
        rasp.evaluate(value, [1])


@pytest.mark.parametrize("causal", ["x", 1, None, [], np.array([True])])
def test_causal_is_a_flag(causal):
    for run in (
        lambda: tokens([1], causal=causal),
        lambda: rasp_mlir.Program(tokens, [1], 1, causal),
    ):
        with pytest.raises(TypeError, match="causal to be True or False, found"):
            run()


def test_the_longest_input():
    assert tokens("a" * 65536) == ["a"] * 65536


# Functions.


class Silent(Exception):
    """Cannot be shown."""

    def __str__(self):
        raise RuntimeError

    __repr__ = __str__


def recurses(x):
    return recurses(x)


def raises(error):
    def function(x):
        raise error

    return function


def counts(seen):
    def function(x):
        seen.append(x)
        return len(seen)

    return function


async def coroutine(x):
    return x


# What the function of a Map over 1, 2, 3 may not be, and what the errors of evaluation and
# compilation say, beside the name of the function.
FAILING = {
    "recursion": (lambda: recurses, RecursionError, r"maximum recursion depth"),
    "stop": (lambda: raises(StopIteration("why")), StopIteration, r"why"),
    "assertion": (lambda: raises(AssertionError("why")), AssertionError, r"why"),
    "silent": (lambda: raises(Silent()), Silent, r"Silent"),
    "no_argument": (lambda: lambda: 1, TypeError, r"0 positional arguments"),
    "two_arguments": (lambda: lambda x, y: 1, TypeError, r"'y'"),
    "keyword": (lambda: lambda x, *, y: 1, TypeError, r"'y'"),
    "comparison": (lambda: Comparison.EQ, TypeError, r"'query'"),
    "no_length": (lambda: len, TypeError, r"has no len"),
    "generator": (lambda: lambda x: (yield x), TypeError, r"of the type generator"),
    "coroutine": (lambda: coroutine, TypeError, r"of the type coroutine"),
    "list": (lambda: lambda x: [x], TypeError, r"is \[1\] of the type list"),
    "dict": (lambda: lambda x: {}, TypeError, r"of the type dict"),
    "list_in_tuple": (lambda: lambda x: (x, [x]), TypeError, r"a part of the result .* is \[1\]"),
    "array": (lambda: lambda x: np.array([x]), TypeError, r"of the type ndarray"),
    "sop": (lambda: lambda x: tokens, TypeError, r"is tokens"),
    "selector": (lambda: lambda x: up_to, TypeError, r"is <Select at .+>"),
    "function": (lambda: lambda x: len, TypeError, r"is <built-in function len>"),
    "not_implemented": (lambda: lambda x: NotImplemented, TypeError, r"NotImplemented"),
    "nan": (lambda: lambda x: nan, ValueError, r"is nan"),
    "numpy_nan": (lambda: lambda x: np.float64("nan"), ValueError, r"is nan"),
    "too_long": (lambda: lambda x: 10**5000, ValueError, r"a number of 16610 bits"),
    "random": (lambda: lambda x: random.random(), ValueError, r"another result .* called again"),
    "counter": (lambda: counts([]), ValueError, r"another result .* called again"),
}


@pytest.mark.parametrize("name", FAILING)
@pytest.mark.filterwarnings("ignore:coroutine")
def test_failing_functions(name):
    make, kind, culprit = FAILING[name]
    with pytest.raises(kind) as raised:
        Map(make(), tokens)([1, 2, 3])
    if kind is not Silent:
        assert raised.match(culprit)
    function = make()
    with pytest.raises(rasp_mlir.CompilationError, match=culprit) as raised:
        rasp_mlir.compile(Map(function, tokens), [1, 2, 3], 2)
    shown = (
        function.__qualname__.replace("<locals>.", "")
        if hasattr(function, "__qualname__")
        else str(function)
    )
    assert f"{shown} raises" in raised.value.message and "on 1, which can occur" in str(
        raised.value
    )
    assert raised.value.location.file == __file__
    assert isinstance(raised.value.expression, Map)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit, BaseException])
def test_what_ends_a_program_is_not_caught(error):
    for run in (lambda sop: sop([1]), lambda sop: rasp_mlir.compile(sop, [1], 1)):
        with pytest.raises(error):
            run(Map(raises(error), tokens))


@pytest.mark.parametrize("combine", [lambda first, x: first, lambda first, x: first + x])
def test_kept_stand_ins(combine):
    """A function that gives what it, or another one, was traced with."""
    seen = []
    keeping = Map(lambda x: seen.append(x) or x + 1, tokens)
    rasp_mlir.Program(keeping, [1, 2], 2)
    with pytest.raises(rasp_mlir.CompilationError, match="another result"):
        rasp_mlir.Program(Map(lambda x: combine(seen[0], x), tokens), [1, 2], 2)


def test_functions_that_catch_the_end_of_tracing():
    """What they give then is not their value, even where too many are to be compared."""

    def is_large(x):
        try:
            return 1 if x > 9000 else 0
        except BaseException:
            return 0

    program = rasp_mlir.Program(Map(is_large, tokens), range(10000), 2)
    assert program.interpret([9001, 5]) == [1, 0]


def test_failing_predicates():
    by_order = rasp.SelectorWidth(rasp.Select(tokens, indices, Comparison.LT))
    with pytest.raises(
        rasp_mlir.CompilationError, match=r"Comparison\.LT raises TypeError on 'a', 0"
    ):
        rasp_mlir.compile(by_order, "ab", 2)

    def is_near(key, query):
        raise KeyError(key)

    near = rasp.SelectorWidth(rasp.Select(tokens, tokens, is_near))
    with pytest.raises(
        rasp_mlir.CompilationError, match=r"is_near raises KeyError on 'a', 'a'"
    ) as raised:
        rasp_mlir.compile(near, "ab", 2)
    assert raised.value.notes[-1].location.file == __file__


REFUSED_PROGRAMS = {
    "nan_on_one_token": (tokens * inf, [0, 1], r"`x \* inf` .* on 0, .* is nan"),
    "nan_of_constants": (Full(inf) - Full(inf), [1], r"`x - y` .* on inf, inf, .* is nan"),
    "pole": (tokens**-1, [0, 1], r"ZeroDivisionError on 0"),
    "order_of_types": (tokens < 1, [2, "a"], r"TypeError on 'a', .* 'str' and 'int'"),
    "sum_of_types": (tokens + indices, ["a"], r"`x \+ y` raises TypeError on 'a', 0"),
    "add_none": (tokens + None, [1], r"`x \+ None` raises TypeError on 1"),
    "mean_of_mixed": (rasp.Aggregate(up_to, tokens), MIXED, r"no mean"),
    "mean_of_infinity": (rasp.Aggregate(up_to, tokens), [1, inf], r"no mean"),
    "mean_of_decimals": (rasp.Aggregate(up_to, tokens), [decimal.Decimal(1), 2], r"no mean"),
    "sum_of_infinity": (rasp.Sum(up_to, tokens), [1, inf], r"numbers to add up"),
    "numerical_infinity": (rasp.numerical(tokens), [1, inf], r"can be inf, which is no finite number"),
    "numerical_default": (
        rasp.numerical(rasp.Aggregate(lower, tokens, inf)),
        [1, 2],
        r"can be inf, which is no finite",
    ),
    "scores_of_types": (
        rasp.SelectorWidth(rasp.best(up_to, tokens)),
        [1, "a"],
        r"scores .* no order",
    ),
    "constants": (rasp.ConstantSOp([1]), [1], r"ConstantSOp has values .* use rasp\.Full"),
    "rows": (rasp.SelectorWidth(rasp.ConstantSelector([[1]])), [1], r"use a rasp\.Select"),
    "numbers_too_large": (rasp.Aggregate(up_to, tokens), [2**63, 1], r"as a number, .* f32"),
    "default_of_another_type": (
        rasp.Aggregate(before, Map(lambda x, y: x + y, tokens, indices), "none"),
        range(20000),
        r"default 'none' is of another type .* too many to list",
    ),
}


@pytest.mark.parametrize("name", REFUSED_PROGRAMS)
def test_refused_programs(name):
    sop, vocab, culprit = REFUSED_PROGRAMS[name]
    with pytest.raises(rasp_mlir.CompilationError, match=culprit):
        rasp_mlir.compile(sop, vocab, 3)


def test_what_is_predefined_is_located_where_it_is_read():
    opposite = rasp.length - 1 - rasp.indices
    text = rasp_mlir.Program(opposite, [1], 3).module.to_text(locations=True)
    assert re.search(r"rasp.selector_width .* loc\(#loc\)", text)
    assert f'test_bad_input.py":{opposite.location.line}:' in text and "unknown" not in text
