# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random programs in RASP's own language, loaded in Python, and what plain Python says they
mean: test/Integration/RandomRasp makes the programs and has the meaning."""

import importlib.util
import random
import re
import warnings
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rasp_mlir
from rasp_mlir import rasp


def load_module(name):
    path = Path(__file__).resolve().parents[1] / "Integration" / "RandomRasp" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


random_rasp = load_module("random_rasp")

seeds = st.integers(0, 2**32)
random_settings = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck)
)


def as_python(tokens):
    return [float(token) if isinstance(token, Fraction) else token for token in tokens]


def assert_agrees(found, expected, tolerance):
    numbers = [abs(value) for value in expected if random_rasp.is_number(value)]
    bound = tolerance * max([1, *numbers])
    assert len(found) == len(expected)
    for value, wanted in zip(found, expected):
        if isinstance(value, str) or isinstance(wanted, str):
            assert value == wanted
        else:
            assert abs(value - wanted) <= bound


@random_settings
@given(seed=seeds)
def test_values(seed):
    program = random_rasp.Program(seed, longest=5)
    source = rasp_mlir.loads(program.text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is undefined on some inputs
        module = source.module()
    for tokens, expected in program.expected().items():
        for run in (partial(source.output, causal=source.causal), module.interpret):
            if expected is None:
                with pytest.raises(rasp_mlir.EvaluationError):
                    run(as_python(tokens))
            else:
                assert_agrees(run(as_python(tokens)), expected, 1e-9)


@pytest.mark.parametrize("way", ["as_a_file", "as_an_expression"])
@random_settings
@given(seed=seeds)
def test_compiled(way, seed):
    program = random_rasp.Program(seed, longest=5)
    source = rasp_mlir.loads(program.text)
    expected = program.expected()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if way == "as_a_file":
                model = source.compile()
            else:
                model = rasp_mlir.compile(
                    source.output, source.vocab, source.max_seq_len, source.causal
                )
    except rasp_mlir.CompilationError as error:
        reasons = [*random_rasp.REFUSALS.values(), "raises EvaluationError on .* can occur"]
        assert any(re.search(reason, error.message) for reason in reasons), error
        return
    for tokens, values in expected.items():
        assert_agrees(model(as_python(tokens)).decoded, values, 1e-4)


@random_settings
@given(seed=seeds)
def test_functions_of_what_is_not_of_the_file(seed):
    """The same as for what is."""
    generator = random_rasp.Generator(random.Random(seed), ["a", "b"])
    generator.names["Int"] = ["x"] * 4
    generator.names["Selector"] = ["s"] * 4
    writer = random_rasp.Writer(random.Random(seed))
    body = writer.at(generator.make("Mixed", 4))
    text = f"def f(x, s) {{ return {body}; }}\n"
    arguments = [rasp.indices + 1, rasp.Select(rasp.tokens, rasp.tokens, rasp.Comparison.EQ)]
    try:
        source = rasp_mlir.loads(text + "y = f(indices + 1, select(tokens, tokens, ==));")
    except rasp_mlir.ParseError as error:
        with pytest.raises(rasp_mlir.CompilationError, match=re.escape(error.message)):
            rasp_mlir.loads(text).f(*arguments)
        return
    made = source.f(*arguments)
    for tokens in ("a", "ab", "bba", "abab"):
        try:
            expected = source.y(tokens)
        except rasp_mlir.EvaluationError:
            with pytest.raises(rasp_mlir.EvaluationError):
                made(tokens)
        else:
            assert made(tokens) == expected
