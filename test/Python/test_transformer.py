# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The forward pass of the extension module: the arrays it reads, and those it refuses."""

import gc
import json
import os
import signal
import threading
from pathlib import Path

import numpy as np
import pytest

from rasp_mlir._core import Module, Transformer

LIBRARY = Path(__file__).resolve().parents[1] / "Integration" / "Library"
NAME = "embedding.tokens"


class Example:
    """The weights of a program, and rows of ids for it."""

    def __init__(self, name, contract="max-seq-len=7"):
        module = Module.parse((LIBRARY / f"{name}.mlir").read_text(), name)
        self.module = module.run_passes(f"rasp-set-contract{{{contract}}}")
        self.weights, metadata = self.module.weights()
        self.shape = json.loads(metadata["shape"])
        self.causal = json.loads(metadata["causal"])
        size = self.shape["vocab_size"]
        self.ids = np.random.default_rng(1).integers(0, size, (5, 8), dtype=np.int32)
        self.ids[:, 0] = size
        self.ids[2, 4:] = size + 1

    def make(self, shape=None, **weights):
        """A transformer, with other sizes or weights; None leaves a weight out."""
        changed = {**self.weights, **weights}
        return Transformer(
            {**self.shape, **(shape or {})},
            self.causal,
            {name: weight for name, weight in changed.items() if weight is not None},
        )


@pytest.fixture
def example():
    return Example("reverse")


@pytest.mark.parametrize("name", ["reverse", "sort", "frac_prevs", "nary_sum"])
@pytest.mark.parametrize("causal", ["false", "true"])
def test_equals_the_compiled_function(name, causal):
    example = Example(name, f"max-seq-len=7 causal={causal}")
    expected = example.module.lower("linalg").jit()(example.ids)
    transformer = example.make()
    np.testing.assert_allclose(transformer.forward(example.ids), expected, rtol=0, atol=1e-5)
    logits, activations = transformer.run_with_cache(example.ids)
    np.testing.assert_array_equal(logits, transformer.forward(example.ids))
    for activation in (logits, *activations.values()):
        assert activation.dtype == np.float32 and activation.flags.c_contiguous


def test_reads_the_arrays_at_each_call(example):
    transformer = example.make()
    before = transformer.forward(example.ids)
    example.weights["unembedding.bias"][1] += 2
    after = transformer.forward(example.ids)
    np.testing.assert_array_equal(after[..., 1], before[..., 1] + 2)
    np.testing.assert_array_equal(after[..., 0], before[..., 0])


def test_keeps_the_arrays_alive(example):
    expected = example.make().forward(example.ids)
    transformer = example.make(**{name: array.copy() for name, array in example.weights.items()})
    gc.collect()
    np.testing.assert_array_equal(transformer.forward(example.ids), expected)


def test_reads_arrays_that_cannot_be_written(example):
    array = example.weights[NAME].copy()
    array.flags.writeable = False
    assert example.make(**{NAME: array}).forward(example.ids).shape[:2] == (5, 8)


@pytest.mark.parametrize(
    "change, error, message",
    [
        (lambda array: None, ValueError, r"of shape \[6, \d+\], and found none"),
        (lambda array: array[1:], ValueError, r"the shape \[6, \d+\], and found \[5, "),
        (lambda array: array.reshape(-1), ValueError, r"the shape \[6, \d+\], and found \[\d+\]"),
        (np.float64, ValueError, "found one of float64"),
        (lambda array: array.astype(">f4"), ValueError, "found one of >f4"),
        (np.asfortranarray, ValueError, "numpy.ascontiguousarray"),
        (lambda array: array.tolist(), TypeError, "found a list"),
        (lambda array: "weights", TypeError, "found a str"),
    ],
)
def test_refuses_a_wrong_weight(example, change, error, message):
    with pytest.raises(error, match=message) as raised:
        example.make(**{NAME: change(example.weights[NAME])})
    assert f"'{NAME}'" in str(raised.value)


def test_refuses_an_unknown_weight(example):
    with pytest.raises(ValueError, match="no weight 'other' in a model of this shape"):
        example.make(other=np.zeros(3, np.float32))
    with pytest.raises(TypeError, match="weights: expected a mapping"):
        Transformer(example.shape, False, list(example.weights.items()))


def test_refuses_wrong_sizes(example):
    with pytest.raises(ValueError, match="'heads' to lie in 0 ... 2147483645, and found -1"):
        example.make({"heads": -1})
    with pytest.raises(TypeError, match=r"shape\['heads'\]"):
        example.make({"heads": "two"})
    with pytest.raises(ValueError, match="shape: expected an entry 'd_model', found none"):
        Transformer({"layers": 1, "heads": 1}, False, example.weights)


@pytest.mark.parametrize("method", ["forward", "run_with_cache"])
def test_refuses_wrong_ids(example, method):
    run = getattr(example.make(), method)
    with pytest.raises(ValueError, match="at most 8 positions with BOS, found 9"):
        run(np.zeros((2, 9), np.int32))
    with pytest.raises(ValueError, match="batch, position"):
        run(example.ids[0])
    with pytest.raises(TypeError, match="float"):
        run(example.ids.astype(np.float32))
    with pytest.raises(ValueError, match="at least one row"):
        run(np.zeros((0, 3), np.int32))


def test_runs_from_several_threads(example):
    transformer = example.make()
    ids = np.tile(example.ids, (100, 1))
    expected = transformer.forward(ids)
    agreements = []

    def run_often():
        for _ in range(20):
            agreements.append(np.array_equal(transformer.forward(ids), expected))

    threads = [threading.Thread(target=run_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert agreements == [True] * 80


@pytest.fixture
def heeds_ctrl_c():
    """A shell that starts jobs in the background has them ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_interrupts(example, heeds_ctrl_c):
    transformer = example.make()
    # Some seconds, of which most are left when the signal comes.
    ids = np.tile(example.ids, (100_000, 1))
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        transformer.forward(ids)
    timer.join()
    assert transformer.forward(example.ids).shape[:2] == (5, 8)
