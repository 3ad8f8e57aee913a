# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models: copying, pickling, saving, and files that hold none."""

import copy
import json
import math
import os
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from model_testing import LIBRARY, NAMES, load_library, with_values

from rasp_mlir.errors import RaspError
from rasp_mlir.model import Model
from rasp_mlir.model_file import ModelFileError


@pytest.fixture(scope="module")
def reverse():
    return Model.from_mlir(LIBRARY / "reverse.mlir")


@pytest.fixture
def editable():
    return Model.from_mlir(LIBRARY / "reverse.mlir")


def assert_same_model(model, other):
    assert other.config == model.config
    assert other.residual_labels == model.residual_labels
    assert other.head_labels == model.head_labels
    assert other.unit_labels == model.unit_labels
    assert list(other.weights) == list(model.weights)
    for name, weight in model.weights.items():
        np.testing.assert_array_equal(other.weights[name], weight)
        assert other.weights[name] is not weight
        assert other.weights[name].flags.writeable
    vocab = model.config.vocab
    tokens = [list(vocab[:1]), [vocab[-1], vocab[0]]]
    np.testing.assert_array_equal(other(tokens).logits, model(tokens).logits)
    assert other.mlir("rasp") == model.mlir("rasp")


def copies(model, path):
    model.save(path)
    yield Model.load(path)
    yield pickle.loads(pickle.dumps(model))
    yield copy.deepcopy(model)
    yield copy.copy(model)


@pytest.mark.parametrize("name", NAMES)
def test_copies(name, tmp_path):
    model = Model(load_library(name))
    model.weights["unembedding.bias"][...] += 0.25
    for other in copies(model, tmp_path / "model.safetensors"):
        assert_same_model(model, other)
        other.weights["unembedding.bias"][...] = 0
        assert (model.weights["unembedding.bias"] != 0).any()
        assert list(other.circuit.values) == list(model.circuit.values)


def test_options_are_saved(tmp_path):
    text = (LIBRARY / "hist.mlir").read_text()
    model = Model.from_mlir(text, options={"selector-width": "reciprocal"})
    for other in copies(model, tmp_path / "model.safetensors"):
        assert other.mlir("craft-layers") == model.mlir("craft-layers")


VALUES = [
    (1, 2.5),
    (math.inf, -math.inf),
    ((), ("a", (None, True))),
    (frozenset(), frozenset({1, "a", frozenset({2})})),
    (b"\x00\xff", 1 + 2j),
    (Fraction(1, 3), 10**30),
    ("\ud800", "\x00\n\""),
    (np.int64(3), np.float64(0.1)),
    (Decimal("0.10"), range(1, 9, 2)),
]


@pytest.mark.parametrize("values", VALUES)
def test_python_values_are_saved(values, tmp_path):
    model = with_values(values, {"0": values[1], "1": values[0]})
    for other in copies(model, tmp_path / "model.safetensors"):
        assert other.config == model.config
        assert other(list(values)).decoded == [values[1], values[0]]


def test_nan_is_saved(tmp_path):
    model = with_values(["a", "b"], {"0": math.nan})
    model.save(tmp_path / "model.safetensors")
    assert math.isnan(Model.load(tmp_path / "model.safetensors")("a").decoded[0])


class Token:
    """A hashable value that JSON has no form for; equal by identity, pickled by name."""

    def __reduce__(self):
        return "TOKEN"


TOKEN = Token()


def test_values_that_a_file_cannot_hold(tmp_path):
    model = with_values([TOKEN, "a"])
    path = tmp_path / "model.safetensors"
    with pytest.raises(TypeError, match="a Token, among its tokens or outputs cannot be saved"):
        model.save(path)
    assert not list(tmp_path.iterdir())
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert other([TOKEN]).decoded == [TOKEN]


def test_file_is_plain_safetensors(editable, tmp_path):
    path = tmp_path / "model.safetensors"
    editable.weights["unembedding.bias"][0] = 7
    editable.save(path)
    tensors = safetensors.numpy.load_file(path)
    assert set(tensors) == set(editable.weights)
    assert tensors["unembedding.bias"][0] == 7
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    assert json.loads(metadata["vocab"]) == ["a", "b", "c", "d"]
    assert "rasp.program" in json.loads(metadata["program"])["mlir"]
    editable.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_file_of_rasp_translate(tmp_path):
    module = load_library("reverse")
    path = tmp_path / "model.safetensors"
    path.write_bytes(module.export("safetensors"))
    model = Model.load(path)
    assert model("abc").decoded == ["c", "b", "a"]
    assert model("abc").residuals.shape == (4, 4, 19)
    for use in (model.jit, model.mlir, lambda: model.circuit, model.to_iree):
        with pytest.raises((RaspError, ImportError), match="holds the weights and not the program"):
            use()
    model.save(tmp_path / "again.safetensors")
    assert Model.load(tmp_path / "again.safetensors")("ab").decoded == ["b", "a"]
    assert pickle.loads(pickle.dumps(model))("ab").decoded == ["b", "a"]


def test_save_leaves_no_half_written_file(reverse, tmp_path, monkeypatch):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"before")

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        reverse.save(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.safetensors"]
    assert path.read_bytes() == b"before"
    with pytest.raises(FileNotFoundError):
        reverse.save(tmp_path / "no-such-folder" / "model.safetensors")


def edited_file(path, change):
    """The bytes of a model's file after `change` of its metadata, as values, and tensors."""
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = {key: json.loads(text) for key, text in file.metadata().items()}
    tensors = safetensors.numpy.load_file(path)
    change(metadata, tensors)
    return safetensors.numpy.save(
        tensors, {key: json.dumps(value) for key, value in metadata.items()} or None
    )


def put(key, value):
    """Changes the metadata of a file."""
    return lambda metadata, tensors: metadata.__setitem__(key, value)


def put_in(key, inner, value):
    """Changes an element of a list or an object in the metadata of a file."""
    return lambda metadata, tensors: metadata[key].__setitem__(inner, value)


def drop(key):
    return lambda metadata, tensors: metadata.pop(key)


def append(key, value):
    return lambda metadata, tensors: metadata[key].append(value)


def put_tensor(name, tensor):
    return lambda metadata, tensors: tensors.__setitem__(name, tensor)


BIAS = "unembedding.bias"
ZERO_DENOMINATOR = {"numerator": 1, "denominator": 0}
BAD_FILES = {
    "no metadata": (lambda m, t: m.clear(), "not one of rasp-mlir.* found none"),
    "other metadata": (drop("format_version"), "not one of rasp-mlir.* found .'bos', 'causal'"),
    "a later version": (put("format_version", 2), "expected format_version 1, found 2"),
    "no shape": (drop("shape"), "no key 'shape'"),
    "a shape of words": (put("shape", "wide"), "'shape' of the metadata holds"),
    "a negative size": (put_in("shape", "layers", -1), "as 'layers' of 'shape', found -1"),
    "a size of words": (put_in("shape", "heads", "1"), "as 'heads' of 'shape', found '1'"),
    "many layers": (put_in("shape", "layers", 10**12), "'head_labels' to have 10+ entries"),
    "no vocabulary": (drop("vocab"), "no key 'vocab'"),
    "another vocabulary": (append("vocab", "e"), "'bos' to be a token with the id 5"),
    "a nested vocabulary": (put_in("vocab", 0, [1]), r"found \[1\]"),
    "a bad fraction": (put_in("vocab", 0, ZERO_DENOMINATOR), "a value of the language"),
    "equal tokens": (put_in("vocab", 0, "b"), "tokens 'b' and 'b' are equal"),
    "other outputs": (append("outputs", "e"), "'shape' says outputs = 4"),
    "no kind of output": (put("output", "other"), 'to be "categorical" or "numerical"'),
    "causal in words": (put("causal", "no"), "'causal' of the metadata holds"),
    "labels missing": (put("residual_labels", []), "'residual_labels' to have 19"),
    "labels of numbers": (put("head_labels", [[1], []]), "names in 'head_labels'"),
    "a tensor missing": (lambda m, t: t.pop(BIAS), f"'{BIAS}' is missing"),
    "a tensor too many": (put_tensor("x", np.zeros(1)), "has no tensor 'x'"),
    "a tensor of f64": (put_tensor(BIAS, np.zeros(4)), r"float32 \[4\], found float64 \[4\]"),
    "a tensor of another shape": (
        put_tensor(BIAS, np.zeros(3, np.float32)),
        r"float32 \[4\], found float32 \[3\]",
    ),
    "no program": (put("program", []), "as 'program' of the metadata"),
    "a program that is none": (put_in("program", "mlir", "nonsense"), "nonsense"),
    "values missing": (put("python_vocab", ["a"]), "list of 4 values"),
    "values of no kind": (put("python_vocab", [*"abc", {"eval": "1"}]), "a value of Python"),
    "a list as a value": (put("python_vocab", [*"abc", []]), "a value of Python"),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_bad_files(reverse, tmp_path, what):
    change, message = BAD_FILES[what]
    path = tmp_path / "model.safetensors"
    reverse.save(path)
    path.write_bytes(edited_file(path, change))
    with pytest.raises(ModelFileError, match=message):
        Model.load(path)


def test_metadata_that_is_no_json(reverse, tmp_path):
    path = tmp_path / "model.safetensors"
    metadata = {"format_version": "1", "shape": "{" * 100_000}
    path.write_bytes(safetensors.numpy.save(dict(reverse.weights), metadata))
    with pytest.raises(ModelFileError, match="expected JSON as 'shape'"):
        Model.load(path)


def test_files_that_are_no_safetensors(reverse, tmp_path):
    path = tmp_path / "model.safetensors"
    with pytest.raises(FileNotFoundError):
        Model.load(path)
    with pytest.raises(OSError):
        Model.load(tmp_path)
    reverse.save(path)
    whole = path.read_bytes()
    for data in (b"", b"{}", whole[:7], whole[:100], whole[:-1], whole + b"x", b"\xff" * 100):
        path.write_bytes(data)
        with pytest.raises(ModelFileError, match="is no safetensors file, or is cut off"):
            Model.load(path)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_files_are_refused_or_run(reverse, tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "model.safetensors"
    reverse.save(path)
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, 2000))] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged)
    try:
        model = Model.load(path)
        model(list(model.config.vocab[:1]))
    except (RaspError, ValueError, TypeError):
        pass
