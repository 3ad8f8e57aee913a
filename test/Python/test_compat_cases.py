# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tracr's test cases and what Tracr refuses or gets wrong, through the drop-in layer."""

import itertools
import random
from fractions import Fraction

import pytest

from rasp_mlir.compat.tracr.compiler import compiling, lib, test_cases
from rasp_mlir.compat.tracr.rasp import causal_eval, rasp

tokens, indices = rasp.tokens, rasp.indices
BOS = "BOS"


def compile_model(program, vocab, max_seq_len, **options):
    return compiling.compile_rasp_to_model(
        program, vocab=vocab, max_seq_len=max_seq_len, compiler_bos=BOS, **options
    )


def assert_values(found, expected):
    assert len(found) == len(expected)
    for value, wanted in zip(found, expected):
        if wanted is None or isinstance(wanted, str):
            assert value == wanted and type(value) is type(wanted), (found, expected)
        else:
            assert value == pytest.approx(float(wanted), abs=1e-4), (found, expected)


def assert_gives(model, given, expected):
    decoded = model.apply([BOS, *given]).decoded
    assert decoded[0] == BOS
    assert_values(decoded[1:], expected)


def some_inputs(vocab, max_seq_len, number=40):
    """All short ones and random ones up to the bound."""
    vocab = sorted(vocab, key=str)
    draw = random.Random(0)
    short = itertools.chain.from_iterable(itertools.product(vocab, repeat=n) for n in (1, 2))
    longer = (
        [draw.choice(vocab) for _ in range(draw.randint(3, max_seq_len))] for _ in range(number)
    )
    return [list(given) for given in itertools.chain(itertools.islice(short, 60), longer)]


def assert_compiled_as_interpreted(program, vocab, max_seq_len, **options):
    model = compile_model(program, vocab, max_seq_len, **options)
    evaluate = causal_eval.evaluate if options.get("causal") else rasp.evaluate
    for given in some_inputs(vocab, max_seq_len):
        assert_gives(model, given, evaluate(program, given))
    return model


# Tracr's test cases.

NAMES = """
    frac_prevs_1 frac_prevs_2 frac_prevs_3 shift_by_one shift_by_two detect_pattern_a
    detect_pattern_ab detect_pattern_ab_2 detect_pattern_ab_3 detect_pattern_abc reverse_1
    reverse_2 reverse_3 reverse_4 length_categorical_1 length_categorical_2
    length_categorical_3 length_numerical_1 length_numerical_2 length_numerical_3
    pair_balance_1 shuffle_dyck2_1 shuffle_dyck2_2 shuffle_dyck2_3 shuffle_dyck3_1
    shuffle_dyck3_2 shuffle_dyck3_3 hist sort_unique_1 sort_unique_2 sort_1 sort_2 sort_3
    sort_freq make_count_less_freq_categorical_1 make_count_less_freq_categorical_2
    make_count_less_freq_numerical_1 make_count_less_freq_numerical_2 make_count_1
    make_count_2 make_count_3 make_nary_sequencemap_1 make_nary_sequencemap_2
""".split()


def test_all_cases_are_there():
    assert [case["testcase_name"] for case in test_cases.TEST_CASES] == NAMES
    causal = [case["testcase_name"] for case in test_cases.CAUSAL_TEST_CASES]
    assert causal == [*NAMES[:10], "selector_width"]


def case_id(case):
    return case["testcase_name"]


@pytest.mark.parametrize("case", test_cases.TEST_CASES, ids=case_id)
def test_case(case):
    assert_values(rasp.evaluate(case["program"], case["test_input"]), case["expected_output"])
    model = compile_model(case["program"], case["vocab"], case["max_seq_len"])
    assert_gives(model, case["test_input"], case["expected_output"])


@pytest.mark.parametrize("case", test_cases.CAUSAL_TEST_CASES, ids=case_id)
def test_causal_case(case):
    found = causal_eval.evaluate(case["program"], case["test_input"])
    assert_values(found, case["expected_output"])
    model = compile_model(case["program"], case["vocab"], case["max_seq_len"], causal=True)
    assert_gives(model, case["test_input"], case["expected_output"])


# What Tracr refuses. Its own list, then the others.

everywhere = rasp.Select(tokens, tokens, rasp.Comparison.TRUE)
before = rasp.Select(indices, indices, rasp.Comparison.LT)
same = rasp.Select(tokens, tokens, rasp.Comparison.EQ)


def copy_of(sop):
    return rasp.Map(lambda value: value, sop)


REFUSED = {
    "numerical_categorical_aggregate": lambda: rasp.Aggregate(
        everywhere, rasp.numerical(copy_of(tokens))
    ),
    "categorical_numerical_aggregate": lambda: rasp.numerical(rasp.Aggregate(everywhere, tokens)),
    "numerical_numerical_aggregate": lambda: rasp.numerical(
        rasp.Aggregate(everywhere, rasp.numerical(copy_of(tokens)), default=0)
    ),
    "aggregate_with_not_None_default": lambda: rasp.numerical(
        rasp.Aggregate(rasp.Select(indices, tokens, rasp.Comparison.EQ), tokens, default=1)
    ),
    "numerical_selector": lambda: rasp.SelectorWidth(
        rasp.Select(
            rasp.numerical(copy_of(tokens)), rasp.numerical(copy_of(tokens)), rasp.Comparison.LT
        )
    ),
    "numerical_SequenceMap": lambda: rasp.numerical(
        rasp.SequenceMap(
            lambda x, y: x + y,
            rasp.numerical(copy_of(indices)),
            rasp.numerical(copy_of(tokens)),
        )
    ),
    "categorical_LinearSequenceMap": lambda: rasp.categorical(
        rasp.LinearSequenceMap(
            rasp.categorical(copy_of(tokens)), rasp.categorical(copy_of(indices)), 1, 2
        )
    ),
    "composite_selector_aggregate": lambda: rasp.Aggregate(same & before, indices),
    "composite_selector_width": lambda: rasp.SelectorWidth((same & before) | ~same),
    "full": lambda: rasp.SequenceMap(lambda x, y: x * y, tokens, rasp.Full(3)),
    "length": lambda: rasp.SequenceMap(lambda x, y: x - y, rasp.length, indices),
    "tokens": lambda: tokens,
    "indices": lambda: indices,
    "without_tokens": lambda: rasp.Map(lambda i: i * i, indices),
    "arithmetic_error_that_cannot_occur": lambda: rasp.Map(lambda x: 6 / x, tokens),
    "mean_of_numbers": lambda: rasp.numerical(rasp.Aggregate(before, tokens, default=-1)),
}


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("name", REFUSED)
def test_what_tracr_refuses(name, causal):
    assert_compiled_as_interpreted(REFUSED[name](), {1, 2, 3}, 5, causal=causal)


def test_numerical_tokens_and_indices():
    """An annotation of these is one of every program that uses them: take it back."""
    try:
        for sop in (rasp.numerical(tokens), rasp.numerical(indices)):
            assert_compiled_as_interpreted(copy_of(sop), {1, 2, 3}, 5, causal=True)
    finally:
        rasp.categorical(tokens)
        rasp.categorical(indices)


# What Tracr gets wrong, in the order of the list in docs/coming-from-tracr.md.


def test_negative_results():
    model = compile_model(rasp.numerical(rasp.Map(lambda x: x - 2, tokens)), {1, 2, 3}, 5)
    assert_gives(model, [1, 2, 3], [-1, 0, 1])


@pytest.mark.parametrize("encode", [rasp.numerical, rasp.categorical])
def test_wide_selectors(encode):
    model = compile_model(encode(lib.make_length()), "ab", 30)
    for length in range(1, 31):
        assert_gives(model, ["a", "b", "a"] * 10 if length == 30 else ["b"] * length, [length] * length)


@pytest.mark.parametrize("program", [lib.make_reverse(tokens), lib.make_hist()])
def test_long_programs(program):
    assert_compiled_as_interpreted(program, {"a", "b", "c"}, 20)


@pytest.mark.parametrize("max_seq_len", [80, 320])
def test_means_over_many_positions(max_seq_len):
    model = compile_model(lib.make_frac_prevs(tokens == "x"), {"x", "y"}, max_seq_len)
    given = [random.Random(i).choice("xy") for i in range(max_seq_len)]
    shares = [Fraction(given[: i + 1].count("x"), i + 1) for i in range(max_seq_len)]
    assert_gives(model, given, shares)


def test_means_over_large_vocabularies():
    model = compile_model(lib.make_frac_prevs(tokens == 0), set(range(300)), 8)
    assert_gives(model, [0, 7, 0, 299], [1, 1 / 2, 2 / 3, 1 / 2])


def test_two_widths_in_one_layer():
    difference = lib.make_count(tokens, "a") - lib.make_count(tokens, "b")
    later_equal = rasp.Select(difference, difference, rasp.Comparison.EQ) & ~before
    assert_compiled_as_interpreted(rasp.SelectorWidth(later_equal), {"a", "b", "c"}, 6)
    where_positive = rasp.Select(difference, difference, lambda key, query: key > 1)
    program = rasp.Aggregate(where_positive, rasp.numerical(tokens == "a"), default=0)
    assert_compiled_as_interpreted(rasp.numerical(program), {"a", "b", "c"}, 6)


def test_maps_of_numbers_at_bos():
    shares = rasp.numerical(rasp.Map(lambda x: x + 1, lib.make_frac_prevs(tokens == "a")))
    after_a = rasp.Select(lib.shift_by(1, tokens), tokens, lambda key, query: key == "a")
    program = rasp.numerical(rasp.Aggregate(after_a, shares, default=0))
    model = assert_compiled_as_interpreted(program, {"a", "b"}, 6)
    assert_gives(model, ["b", "b"], [0, 0])


def test_values_wider_than_keys():
    pairs = rasp.SequenceMap(lambda x, y: 30 * x + y, lib.shift_by(1, tokens), tokens)
    program = lib.shift_by(1, pairs)
    model = compile_model(program, set(range(30)), 10)
    assert_gives(model, [3, 29, 5], [None, None, 119])


def test_functions_of_means_of_fractions():
    program = rasp.numerical(rasp.Map(lambda x: 2 * x, lib.make_frac_prevs(tokens == "a")))
    model = compile_model(program, {"a", "b"}, 5)
    assert_gives(model, ["a", "a", "b"], [2, 2, 4 / 3])


def test_labels_that_were_read_before_an_annotation():
    one = rasp.Map(lambda x: x + 1, tokens)
    other = rasp.Map(lambda x: 5 - x, tokens)
    labels = {one.label, other.label}
    assert len(labels) == 2
    program = rasp.SequenceMap(lambda x, y: 10 * x + y, one.named("x"), other.named("x"))
    assert_compiled_as_interpreted(program, {1, 2, 3}, 5)


def test_none_is_a_value():
    """The example of an issue of Tracr's, and what decodes as the first value there."""
    here = rasp.Select(indices, tokens, rasp.Comparison.EQ)
    twice = rasp.Aggregate(here, rasp.Aggregate(here, indices))
    model = compile_model(twice, {1, 2, 3, 4}, 5)
    assert_gives(model, [1, 2, 3, 4], [2, 3, None, None])
    numbers = rasp.numerical(lib.shift_by(1, tokens))
    assert_gives(compile_model(numbers, {1, 2}, 5), [2, 1, 1], [None, 2, 1])


def test_means_of_categories():
    program = rasp.Aggregate(rasp.Select(indices, indices, rasp.Comparison.LEQ), tokens)
    assert_gives(compile_model(program, {1, 2, 4}, 4), [1, 2, 4, 1], [1, 3 / 2, 7 / 3, 2])


def test_padding_is_not_attended_to():
    model = compile_model(lib.make_reverse(tokens), {"a", "b", "c"}, 6, compiler_pad="PAD")
    decoded = model.apply([BOS, "a", "b", "c", "PAD", "PAD"]).decoded
    assert decoded == [BOS, "c", "b", "a", "PAD", "PAD"]
    model = compile_model(lib.make_length(), {"a"}, 6, compiler_pad="PAD")
    assert model.apply([BOS, "a", "a", "PAD"]).decoded == [BOS, 2, 2, "PAD"]


def test_values_that_are_close():
    numbers = rasp.numerical(rasp.Map({"a": 1.0, "b": 1.004, "c": 1.008}.get, tokens))
    program = rasp.Map(lambda x: "low" if x < 1.003 else "middle" if x < 1.006 else "high", numbers)
    model = compile_model(program, {"a", "b", "c"}, 4)
    assert_gives(model, ["c", "b", "a"], ["high", "middle", "low"])


def test_shared_subexpressions():
    """Whose paths are more than a trillion."""
    value = tokens
    for _ in range(40):
        value = rasp.SequenceMap(lambda x, y: (x + 2 * y) % 7, value, value)
    model = compile_model(value, set(range(7)), 4)
    assert_gives(model, [1, 3, 6], [token * 3**40 % 7 for token in (1, 3, 6)])


# The thirteenth, the unembedding, is in test_compat_tracr.py: it is among the parameters.
