# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What compiling and running costs in process.

    pytest test/Python/test_benchmarks.py --benchmark-enable

Without the option each runs once, as a test that it works.
"""

import pytest

import rasp_mlir
from rasp_mlir import library, rasp

PROGRAMS = {
    "reverse": lambda: library.make_reverse(rasp.tokens),
    "hist": library.make_hist,
    "sort": lambda: library.make_sort(rasp.tokens, rasp.tokens),
}


def compile_program(name):
    return rasp_mlir.compile(PROGRAMS[name](), range(1, 4), 10)


@pytest.mark.parametrize("name", PROGRAMS)
def test_compile(benchmark, name):
    """From the embedded language to weights."""
    model = benchmark(compile_program, name)
    assert len(model([1, 2, 3]).decoded) == 3


def test_parse_and_compile(benchmark):
    """From text."""
    text = compile_program("reverse").mlir("rasp")
    model = benchmark(rasp_mlir.Model.from_mlir, text)
    assert model([1, 2, 3]).decoded == [3, 2, 1]


@pytest.mark.parametrize("name", PROGRAMS)
def test_forward(benchmark, name):
    """Ids to logits of one sequence of ten tokens."""
    model = compile_program(name)
    ids = model.encode([1, 2, 3, 1, 2, 3, 1, 2, 3, 1])
    logits = benchmark(model.forward, ids)
    assert logits.shape[0] == 11


def test_call(benchmark):
    """A list of tokens to a list of values."""
    model = compile_program("reverse")
    assert benchmark(lambda: model([1, 2, 3]).decoded) == [3, 2, 1]


def test_call_with_activations(benchmark):
    model = compile_program("reverse")
    assert benchmark(lambda: model([1, 2, 3]).residuals).ndim == 3


def test_interpret(benchmark):
    """An expression on a list of tokens."""
    reverse = PROGRAMS["reverse"]()
    assert benchmark(reverse, [1, 2, 3]) == [3, 2, 1]
