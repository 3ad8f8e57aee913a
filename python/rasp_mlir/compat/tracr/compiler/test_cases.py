# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The library programs with inputs and what they give for them: Tracr's test cases.

Each case is a dict with the keys `testcase_name`, `program`, `vocab`, `max_seq_len`,
`test_input` and `expected_output`.

    >>> case = UNIVERSAL_TEST_CASES[0]
    >>> case["testcase_name"], "".join(case["test_input"])
    ('frac_prevs_1', 'hello')
    >>> [float(value) for value in case["program"](case["test_input"])][1:4]
    [0.0, 0.3333333333333333, 0.5]
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Sequence

from ..rasp import rasp
from . import lib

Case = Dict[str, Any]


def _case(
    name: str,
    program: rasp.SOp,
    vocab: Iterable[Any],
    max_seq_len: int,
    given: Sequence[Any],
    expected: Sequence[Any],
) -> Case:
    """A case; texts stand for lists of their characters."""
    return {
        "testcase_name": name,
        "program": program,
        "vocab": set(vocab),
        "max_seq_len": max_seq_len,
        "test_input": list(given),
        "expected_output": list(expected),
    }


def _pattern_case(
    name: str, pattern: str, vocab: str, max_seq_len: int, given: str, expected: str
) -> Case:
    """Of `detect_pattern`; the expected values are written as T, F and - for None."""
    values: Dict[str, Optional[bool]] = {"T": True, "F": False, "-": None}
    program = lib.detect_pattern(rasp.tokens, pattern)
    return _case(name, program, vocab, max_seq_len, given, [values[mark] for mark in expected])


def _share_case(name: str, token: str, vocab: str, n: int, given: str) -> Case:
    """Of `make_frac_prevs`."""
    expected = [given[: i + 1].count(token) / (i + 1) for i in range(len(given))]
    return _case(name, lib.make_frac_prevs(rasp.tokens == token), vocab, n, given, expected)


def _dyck_case(name: str, pairs: List[str], max_seq_len: int, given: str, result: int) -> Case:
    program = lib.make_shuffle_dyck(pairs=pairs)
    return _case(name, program, "".join(pairs), max_seq_len, given, [result] * len(given))


def _stable_sort(keys: rasp.SOp) -> rasp.SOp:
    return lib.make_sort(vals=rasp.tokens, keys=keys, max_seq_len=5, min_key=1)


UNIVERSAL_TEST_CASES: List[Case] = [
    _share_case("frac_prevs_1", "l", "helo", 5, "hello"),
    _share_case("frac_prevs_2", "(", "abc()", 10, "a()b(c))"),
    _share_case("frac_prevs_3", ")", "abc()", 10, "a()b(c))"),
    _case("shift_by_one", lib.shift_by(1, rasp.tokens), "abcd", 5, "abcd", [None, *"abc"]),
    _case("shift_by_two", lib.shift_by(2, rasp.tokens), "abcd", 5, "abcd", [None, None, *"ab"]),
    _pattern_case("detect_pattern_a", "a", "abcd", 5, "bacd", "FTFF"),
    _pattern_case("detect_pattern_ab", "ab", "ab", 5, "aaba", "-FTF"),
    _pattern_case("detect_pattern_ab_2", "ab", "ab", 5, "abaa", "-TFF"),
    _pattern_case("detect_pattern_ab_3", "ab", "ab", 5, "aaaa", "-FFF"),
    _pattern_case("detect_pattern_abc", "abc", "abc", 6, "abcabc", "--TFFT"),
]
"""What gives the same in causal models and in others."""

_SHUFFLE_2, _SHUFFLE_3 = ["()", "{}"], ["()", "{}", "[]"]

TEST_CASES: List[Case] = [
    *UNIVERSAL_TEST_CASES,
    *(
        _case(f"reverse_{i}", lib.make_reverse(rasp.tokens), "abcd", 5, given, given[::-1])
        for i, given in enumerate(("abcd", "abc", "ad", "c"), 1)
    ),
    *(
        _case(
            f"length_{encode.__name__}_{i}",
            encode(lib.make_length()),
            "abcd",
            3,
            given,
            [len(given)] * len(given),
        )
        for encode in (rasp.categorical, rasp.numerical)
        for i, given in enumerate(("abc", "ad", "c"), 1)
    ),
    _case(
        "pair_balance_1",
        lib.make_pair_balance(rasp.tokens, "(", ")"),
        "abc()",
        10,
        "a()b(c))",
        [0, 1 / 2, 0, 0, 1 / 5, 1 / 6, 0, -1 / 8],
    ),
    _dyck_case("shuffle_dyck2_1", _SHUFFLE_2, 5, "({)}", 1),
    _dyck_case("shuffle_dyck2_2", _SHUFFLE_2, 5, "(){)}", 0),
    _dyck_case("shuffle_dyck2_3", _SHUFFLE_2, 5, "{}(", 0),
    _dyck_case("shuffle_dyck3_1", _SHUFFLE_3, 6, "({)[}]", 1),
    _dyck_case("shuffle_dyck3_2", _SHUFFLE_3, 6, "(){)}", 0),
    _dyck_case("shuffle_dyck3_3", _SHUFFLE_3, 6, "{}[(]", 0),
    _case("hist", lib.make_hist(), "abcd", 5, "abac", [2, 1, 2, 1]),
    _case(
        "sort_unique_1",
        lib.make_sort_unique(vals=rasp.tokens, keys=rasp.tokens),
        range(1, 5),
        5,
        [2, 4, 3, 1],
        [1, 2, 3, 4],
    ),
    _case(
        "sort_unique_2",
        lib.make_sort_unique(vals=rasp.tokens, keys=1 - rasp.indices),
        "abcd",
        5,
        "abcd",
        "dcba",
    ),
    _case("sort_1", _stable_sort(rasp.tokens), range(1, 5), 5, [2, 4, 3, 1], [1, 2, 3, 4]),
    _case("sort_2", _stable_sort(1 - rasp.indices), "abcd", 5, "abcd", "dcba"),
    _case("sort_3", _stable_sort(rasp.tokens), range(1, 5), 5, [2, 4, 1, 2], [1, 2, 2, 4]),
    _case("sort_freq", lib.make_sort_freq(max_seq_len=5), range(1, 5), 5, [2, 4, 2, 1], [2, 2, 4, 1]),
    *(
        _case(
            f"make_count_less_freq_{encode.__name__}_{i}",
            encode(lib.make_count_less_freq(n=2)),
            "abcd",
            6,
            given,
            [count] * 6,
        )
        for encode in (rasp.categorical, rasp.numerical)
        for i, (given, count) in enumerate((("aaabbc", 3), ("aacbbc", 6)), 1)
    ),
    *(
        _case(f"make_count_{i}", lib.make_count(rasp.tokens, "a"), "abc", 8, given, expected)
        for i, (given, expected) in enumerate(
            (("aaabbc", [3] * 6), ("cabc", [1] * 4), ("bbc", [0] * 3)), 1
        )
    ),
    _case(
        "make_nary_sequencemap_1",
        lib.make_nary_sequencemap(
            lambda x, y, z: x + y - z, rasp.tokens, rasp.tokens, rasp.indices
        ),
        range(1, 4),
        5,
        [1, 2, 3],
        [2, 3, 4],
    ),
    _case(
        "make_nary_sequencemap_2",
        lib.make_nary_sequencemap(lambda x, y, z: x * y / z, rasp.indices, rasp.indices, rasp.tokens),
        range(1, 4),
        3,
        [1, 2, 3],
        [0, 1 / 2, 4 / 3],
    ),
]
"""What models without a causal mask give."""

CAUSAL_TEST_CASES: List[Case] = [
    *UNIVERSAL_TEST_CASES,
    _case("selector_width", lib.make_length(), "abcd", 5, "abcd", [1, 2, 3, 4]),
]
"""What causal models give."""

_UP_TO = rasp.Select(rasp.indices, rasp.indices, rasp.Comparison.LEQ)
_BEFORE = rasp.Select(rasp.indices, rasp.indices, rasp.Comparison.LT)
_DOUBLE = rasp.numerical(rasp.tokens * 2)


def _unsupported_case(name: str, program: rasp.SOp, expected: Sequence[Any]) -> Case:
    return _case(name, program, range(1, 4), 5, [3, 1, 2], expected)


UNSUPPORTED_TEST_CASES: List[Case] = [
    _unsupported_case(
        "numerical_categorical_aggregate",
        rasp.categorical(rasp.Aggregate(_UP_TO, _DOUBLE)),
        [6, 4, 4],
    ),
    _unsupported_case(
        "categorical_numerical_aggregate",
        rasp.numerical(rasp.Aggregate(_UP_TO, rasp.tokens)),
        [3, 2, 2],
    ),
    _unsupported_case(
        "numerical_numerical_aggregate",
        rasp.numerical(rasp.Aggregate(_UP_TO, _DOUBLE, default=0)),
        [6, 4, 4],
    ),
    _unsupported_case(
        "aggregate_with_not_None_default",
        rasp.numerical(rasp.Aggregate(_BEFORE, rasp.tokens, default=7)),
        [7, 3, 2],
    ),
    _unsupported_case(
        "numerical_selector",
        rasp.SelectorWidth(rasp.Select(_DOUBLE, _DOUBLE, rasp.Comparison.LT)),
        [0, 0, 1],
    ),
    _unsupported_case(
        "numerical_SequenceMap",
        rasp.numerical(
            rasp.SequenceMap(lambda x, y: x * y, rasp.numerical(rasp.indices + 1), _DOUBLE)
        ),
        [6, 4, 12],
    ),
    _unsupported_case(
        "categorical_LinearSequenceMap",
        rasp.categorical(rasp.LinearSequenceMap(rasp.tokens, rasp.indices, 1, 2)),
        [3, 3, 6],
    ),
    _unsupported_case("numerical_tokens", rasp.numerical(rasp.tokens), [3, 1, 2]),
    _unsupported_case("numerical_indices", rasp.numerical(rasp.indices), [0, 1, 2]),
]
"""Of what Tracr refuses, under the names of its test cases. Causal models give this here."""
