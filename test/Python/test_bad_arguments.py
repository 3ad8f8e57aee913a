# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arguments of `compile` that are odd or wrong; large programs, copies and threads."""

import copy
import enum
import itertools
import math
import pickle
import threading

import numpy as np
import pytest

import rasp_mlir
from rasp_mlir import library, rasp
from rasp_mlir.compat.tracr.compiler import compiling, validating
from rasp_mlir.rasp import Comparison, Map, SequenceMap
from rasp_mlir.rasp.values import identity

tokens, indices = rasp.tokens, rasp.indices
inf, nan = math.inf, math.nan

up_to = rasp.Select(indices, indices, Comparison.LEQ)
same = rasp.Select(tokens, tokens, Comparison.EQ)
lower = rasp.Select(tokens, tokens, Comparison.LT)

MIXED = [1, "a", (1, 2), False, 1.5, frozenset([1]), b"x", 1j, inf, "1", "(1, 2)"]


class Size(enum.IntEnum):
    THREE = 3


VOCABULARIES = {
    "list": (["b", "a"], ["b", "a"]),
    "set": ({"b", "a"}, ["a", "b"]),
    "frozenset": (frozenset([2, 1]), [1, 2]),
    "mixed_set": ({"a", 1, (1,)}, [1, "a", (1,)]),
    "generator": ((x for x in "ba"), ["b", "a"]),
    "iterator": (iter("ba"), ["b", "a"]),
    "dict": ({"b": 1, "a": 2}, ["b", "a"]),
    "keys": ({"b": 1}.keys(), ["b"]),
    "text": ("ba", ["b", "a"]),
    "bytes": (b"ab", [97, 98]),
    "range": (range(3), [0, 1, 2]),
    "repeated": ("abab", ["a", "b"]),
    "texts_of_numpy": (np.array(["b", "a"]), ["b", "a"]),
    "integers_of_numpy": (np.arange(2, dtype=np.uint8), [0, 1]),
    "large_integers_of_numpy": (np.array([2**64 - 1], np.uint64), [2**64 - 1]),
    "floats_of_numpy": (np.array([0.1], np.float32), [float(np.float32(0.1))]),
    "bools_of_numpy": (np.array([True, False]), [True, False]),
    "objects_of_numpy": (np.array(["a", 1], object), ["a", 1]),
    "records_of_numpy": (np.zeros(1, [("a", "i4")]), [(0,)]),
}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_kinds_of_vocabularies(name):
    vocab, expected = VOCABULARIES[name]
    model = rasp_mlir.compile(tokens, vocab, 2)
    for token in expected:
        assert list(map(identity, model([token]).decoded)) == [identity(token)]
    ids = [int(model.encode([token])[-1]) for token in expected]
    assert ids == sorted(ids)


def fails(_):
    raise KeyError("broken")


REFUSED_VOCABULARIES = {
    "none": (None, TypeError, r"vocabulary to be .* found None"),
    "number": (5, TypeError, r"vocabulary to be .* found 5"),
    "sop": (tokens, TypeError, r"vocabulary to be .* found tokens"),
    "scalar_of_numpy": (np.array(3), TypeError, r"vocabulary to be .* found array\(3\)"),
    "empty": ([], ValueError, r"vocabulary is empty"),
    "none_as_token": (["a", None], ValueError, r"None is in the vocabulary"),
    "nan": ([1.0, nan], ValueError, r"vocabulary is nan"),
    "lists": ([[1], [2]], TypeError, r"vocabulary is \[1\] of the type list"),
    "dicts": ([{}], TypeError, r"vocabulary is \{\} of the type dict"),
    "matrix": (np.eye(2), TypeError, r"vocabulary is array\(\[1., 0.\]\)"),
    "sops": (["a", indices], TypeError, r"vocabulary is indices"),
    "equal": ([1, True], ValueError, r"1 and True, which are equal"),
    "zeros": ([0.0, -0.0], ValueError, r"0\.0 and -0\.0, which are equal"),
    "equal_tuples": ([(1,), (1.0,)], ValueError, r"\(1,\) and \(1\.0,\), which are equal"),
    "without_end": (itertools.count(), ValueError, r"vocabulary has more than 262144"),
    "repeated_without_end": (itertools.repeat("a"), ValueError, r"vocabulary has more than 262144"),
    "failing": (map(fails, itertools.count()), KeyError, r"broken"),
    "wrong": (map(len, itertools.count()), TypeError, r"'int' has no len"),
    "bos": (["BOS", "a"], ValueError, r"'BOS' is in the vocabulary"),
    "pad": (["PAD", "a"], ValueError, r"'PAD' is in the vocabulary"),
    "too_long_a_number": ([10**5000], ValueError, r"vocabulary is a number of 16610 bits"),
}


@pytest.mark.parametrize("name", REFUSED_VOCABULARIES)
def test_refused_vocabularies(name):
    vocab, kind, culprit = REFUSED_VOCABULARIES[name]
    with pytest.raises(kind, match=culprit):
        rasp_mlir.compile(tokens, vocab, 2)


ARGUMENTS = {
    "program": (dict(program=5), TypeError, r"s-op to compile, found 5"),
    "selector": (dict(program=up_to), TypeError, r"<Select at .+>: a selector is none"),
    "class": (dict(program=rasp.SOp), TypeError, r"s-op to compile, found <class"),
    "length_of_none": (dict(max_seq_len=None), TypeError, r"max_seq_len .* found None"),
    "no_length": (dict(max_seq_len=0), ValueError, r"max_seq_len .* found 0"),
    "negative_length": (dict(max_seq_len=-1), ValueError, r"max_seq_len .* found -1"),
    "great_length": (dict(max_seq_len=65537), ValueError, r"1 to 65536, found 65537"),
    "bool_length": (dict(max_seq_len=True), ValueError, r"max_seq_len .* found True"),
    "float_length": (dict(max_seq_len=3.0), TypeError, r"max_seq_len .* found 3\.0"),
    "text_length": (dict(max_seq_len="3"), TypeError, r"max_seq_len .* found '3'"),
    "infinite_length": (dict(max_seq_len=inf), TypeError, r"max_seq_len .* found inf"),
    "lengths": (dict(max_seq_len=np.array([3])), TypeError, r"max_seq_len .* array"),
    "bos": (dict(bos=1), TypeError, r"bos to be a string, found 1"),
    "bytes_as_bos": (dict(bos=b"x"), TypeError, r"bos to be a string, found b'x'"),
    "pad": (dict(pad=5), TypeError, r"pad to be a string, found 5"),
    "bos_and_pad": (dict(bos="x", pad="x"), ValueError, r"bos and pad are both 'x'"),
    "surrogate": (dict(bos="\ud800"), ValueError, r"bos: .*\\ud800"),
    "name": (dict(name=5), TypeError, r"name of a program .* found 5"),
    "surrogate_in_name": (dict(name="\ud800"), ValueError, r"name: .*\\ud800"),
    "output": (dict(output="x"), ValueError, r"kind of output .* found 'x'"),
    "output_of_array": (dict(output=np.arange(2)), ValueError, r"kind of output .* found array"),
    "option": (
        dict(layers=1),
        TypeError,
        r"no argument 'layers'; the options of the compiler are selector_width",
    ),
    "width": (dict(selector_width="x"), ValueError, r"selector_width .* linear.* found 'x'"),
    "no_width": (dict(selector_width=None), ValueError, r"selector_width .* found None"),
    "text_limit": (dict(max_combinations="5"), TypeError, r"max_combinations .* found '5'"),
    "negative_limit": (dict(max_hidden_units=-1), ValueError, r"max_hidden_units .* found -1"),
    "great_limit": (dict(max_matrix_entries=2**64), ValueError, r"max_matrix_entries .* found 18"),
    "bool_limit": (dict(max_combinations=True), ValueError, r"max_combinations .* found True"),
    "limits": (dict(max_combinations=np.arange(2)), TypeError, r"max_combinations .* found array"),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_refused_arguments(name):
    change, kind, culprit = ARGUMENTS[name]
    arguments = {"program": tokens, "vocab": ["a", "b"], "max_seq_len": 2, **change}
    with pytest.raises(kind, match=culprit):
        rasp_mlir.compile(**arguments)


@pytest.mark.parametrize("max_seq_len", [np.int8(3), np.array(3), Size.THREE])
def test_integers_of_any_kind(max_seq_len):
    model = rasp_mlir.compile(
        tokens, "ab", max_seq_len, np.bool_(True), max_combinations=np.int64(1000)
    )
    assert model("ab").decoded == ["a", "b"]


@pytest.mark.parametrize("bos, vocab", [("1", [1, "a"]), ("1'", ["1", "a", 1]), ("(1,)", [(1,)])])
def test_bos_that_looks_like_a_token(bos, vocab):
    """Values that are no strings are stood for by strings, but not by BOS."""
    for options in ({"bos": bos}, {"pad": bos}):
        program = rasp_mlir.Program(tokens, vocab, 3, **options)
        assert program.interpret(vocab) == program.compile()(vocab).decoded == vocab


def test_interpreting_a_program():
    program = rasp_mlir.Program(tokens, "ab", 2)
    for given, kind, culprit in [
        (None, TypeError, r"list of tokens, found None"),
        (["a", None], ValueError, r"token None at position 1"),
        (["x"], ValueError, r"token 'x' at position 0"),
        ([["a"]], TypeError, r"position 0 is \['a'\]"),
        ([], rasp_mlir.EvaluationError, r"input is empty"),
        (itertools.repeat("a"), rasp_mlir.EvaluationError, r"more than 2 tokens"),
    ]:
        with pytest.raises(kind, match=culprit):
            program.interpret(given)


@pytest.mark.parametrize("name", REFUSED_VOCABULARIES)
def test_refused_vocabularies_for_tracr(name):
    vocab, kind, culprit = REFUSED_VOCABULARIES[name]
    names = {"compiler_bos": "BOS", "compiler_pad": "PAD"}
    with pytest.raises(kind, match=culprit):
        compiling.compile_rasp_to_model(tokens, vocab, 2, **names)


def test_validating_what_is_no_program():
    for run in (lambda: validating.static_validate(5), lambda: validating.validate(5, [1])):
        with pytest.raises(TypeError, match="s-op to validate, found 5"):
            run()
    for given, kind, culprit in [
        (None, TypeError, r"list of tokens, found None"),
        ([[1]], TypeError, r"token at position 0 is \[1\]"),
    ]:
        with pytest.raises(kind, match=culprit):
            validating.dynamic_validate(tokens, given)


# Names.

NAMES = [
    "",
    'a"b',
    "a\nb",
    "a\0b",
    "\U0001f600",
    "a" * 5000,
    "%0",
    "tokens",
    "BOS",
    "../x",
    " ",
    "{}",
]


@pytest.mark.parametrize("name", NAMES)
def test_names(name, tmp_path):
    """Two expressions of one name, which is that of the program, too."""
    sop = ((tokens + 1).named(name) * rasp.length).named(name)
    assert sop.given_name == (name or None) and sop([1, 2]) == [4, 6]
    str(sop), repr(sop)
    program = rasp_mlir.Program(sop, [1, 2], 2)
    assert program.name == (name or "program")
    parsed = type(program.module).parse(str(program))
    assert parsed.programs == [program.name]
    model = program.compile()
    model.save(tmp_path / "model.safetensors")
    for each_model in (model, rasp_mlir.Model.load(tmp_path / "model.safetensors")):
        assert each_model([1, 2]).decoded == [4, 6]
    assert model.circuit.to_json()


def test_names_that_utf8_has_not():
    for run in (lambda sop: sop([1]), lambda sop: rasp_mlir.Program(sop, [1], 1, name="x")):
        with pytest.raises(ValueError, match=r"UTF-8 .*\\ud800"):
            run((tokens + 1).named("\ud800"))


def test_files_whose_names_utf8_has_not():
    names = {"rasp": rasp}
    exec(compile("sop = rasp.tokens / rasp.indices", "\udcff.py", "exec"), names)
    with pytest.raises(rasp_mlir.CompilationError, match="ZeroDivisionError") as raised:
        rasp_mlir.compile(names["sop"], [1], 1)
    assert raised.value.location.file == "\udcff.py"
    exec(compile("sop = rasp.tokens + rasp.indices", "\udcff.py", "exec"), names)
    assert rasp_mlir.compile(names["sop"], [1], 1)([1]).decoded == [1]


# Large expressions.


@pytest.mark.parametrize(
    "step",
    [
        lambda sop: sop + 1 - 1,
        lambda sop: Map(lambda x: {1: 2, 2: 1}[x], Map(lambda x: {1: 2, 2: 1}[x], sop)),
        lambda sop: rasp.Aggregate(rasp.Select(indices, indices, Comparison.EQ), sop),
        lambda sop: rasp.where(sop == 1, sop, sop),
    ],
    ids=["operators", "tables", "aggregates", "shared"],
)
def test_deep_expressions(step):
    sop = tokens
    for _ in range(2000):
        sop = step(sop)
    assert sop([1, 2]) == [1, 2]
    assert rasp_mlir.Program(sop, [1, 2], 2).interpret([1, 2]) == [1, 2]
    assert str(sop).count("\n") >= 2000


def test_deep_selectors():
    selector = up_to
    for _ in range(2000):
        selector = ~selector
    assert rasp.SelectorWidth(selector)("abc") == [1, 2, 3]
    assert rasp_mlir.Program(rasp.SelectorWidth(selector), "ab", 3).interpret("aba") == [1, 2, 3]


def test_expressions_that_read_themselves():
    sop = Map(lambda x: x, tokens)
    sop.inners = (sop + 1,)
    for run in (lambda: sop([1]), lambda: str(sop), lambda: rasp_mlir.Program(sop, [1], 1)):
        with pytest.raises(ValueError, match="depends on itself"):
            run()


LARGE = {
    "pairs": (
        rasp.SelectorWidth(rasp.Select(tokens, tokens, lambda k, q: k % 7 if k > q else 0)),
        range(2000),
        3,
        r"<lambda> .*called on more than 1048576 combinations",
    ),
    "products": (
        SequenceMap(lambda x, y: f"{x}{y}", indices, rasp.length),
        "ab",
        4096,
        r"<lambda> .*called on more than 1048576 combinations",
    ),
    "positions": (Map(str, indices), "ab", 65536, r"function str is not arithmetic alone.*argument 0, and these cannot be listed"),
    "tokens": (Map(str, tokens), range(50000), 3, r"function str is not arithmetic alone.*argument 0, and these cannot be listed"),
    "categories": (tokens, map(str, range(50000)), 3, r"too many possible values"),
    "gathered": (library.make_reverse(tokens), range(50000), 3, r"too many to list"),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_domains(name):
    sop, vocab, max_seq_len, culprit = LARGE[name]
    with pytest.raises(rasp_mlir.CompilationError, match=culprit):
        rasp_mlir.compile(sop, vocab, max_seq_len)


def test_large_vocabularies_of_any_values():
    """A table of all pairs of these tuples would be too large."""
    count = rasp.SelectorWidth(same)
    program = rasp_mlir.Program(count, [(i, str(i)) for i in range(5000)], 3)
    assert program.interpret([(1, "1"), (4999, "4999"), (1, "1")]) == [2, 1, 2]


# Copies and threads.


@pytest.mark.parametrize(
    "expression",
    [
        ((tokens + 1) * indices - rasp.length).named("x"),
        rasp.where(tokens > 1, rasp.maximum(tokens, 3), ~(tokens == 2) & True),
        Map(str, rasp.Aggregate(lower, tokens, "none")),
        rasp.best(rasp.Select(tokens, tokens, Comparison.EQ) & ~up_to, -indices),
        library.make_sort(tokens, tokens),
    ],
)
def test_copies_of_expressions(expression):
    expected = expression([1, 2, 1])
    for copied in (
        copy.copy(expression),
        copy.deepcopy(expression),
        pickle.loads(pickle.dumps(expression)),
    ):
        assert copied([1, 2, 1]) == expected
        assert str(copied) == str(expression) and copied.location == expression.location
        assert copied is expression or copied.unique_id != expression.unique_id


def test_copies_of_programs_and_models():
    program = rasp_mlir.Program(tokens, MIXED, 2)
    model = program.compile()
    for copy_of in (copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))):
        assert copy_of(program).interpret([(1, 2), inf]) == [(1, 2), inf]
        assert copy_of(model)([(1, 2), inf]).decoded == [(1, 2), inf]


def test_copies_of_lambdas():
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(Map(lambda x: x, tokens))


def test_threads_share_expressions():
    sop = library.make_reverse(tokens)
    results = []

    def run(number):
        shifted = (tokens + number).named("shifted")
        model = rasp_mlir.compile(shifted, [1, 2], 3)
        reverse = rasp_mlir.compile(sop, "abc", 4)
        results.append(
            (model([1, 2]).decoded, shifted([1, 2]), reverse("abc").decoded, sop("abc"))
            == ([1 + number, 2 + number],) * 2 + (["c", "b", "a"],) * 2
        )

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 8


def test_vocabularies_that_no_model_tells_apart():
    message = "at most 16384 tokens to tell apart, and the vocabulary has 50000"
    with pytest.raises(rasp_mlir.CompilationError, match=message):
        rasp_mlir.compile(rasp.tokens, range(50000), 3)
