# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Circuits: what they say is true of the model."""

import doctest
import functools
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from rasp_mlir import circuit as circuit_module
from rasp_mlir._core import Module
from rasp_mlir.circuit import Circuit
from rasp_mlir.model import Model

LIBRARY = Path(__file__).resolve().parents[1] / "Integration" / "Library"
NAMES = sorted(path.stem for path in LIBRARY.glob("*.mlir"))


@functools.lru_cache(maxsize=None)
def load_library(name):
    return Module.parse((LIBRARY / f"{name}.mlir").read_text(), f"{name}.mlir")


@functools.lru_cache(maxsize=None)
def model_of(name):
    return Model(load_library(name))


def longest_inputs(model, count=6):
    """Inputs of the greatest length, with different tokens next to each other."""
    vocab, length = model.config.vocab, model.config.max_seq_len
    random = np.random.default_rng(1)
    return [[vocab[i] for i in random.integers(0, len(vocab), length)] for _ in range(count)]


def test_examples():
    assert doctest.testmod(circuit_module).failed == 0


@pytest.mark.parametrize("name", NAMES)
def test_survives_json(name):
    circuit = model_of(name).circuit
    assert Circuit.from_json(circuit.to_json()) == circuit


@pytest.mark.skipif("RASP_BIN" not in os.environ, reason="RASP_BIN, where tools are, is not set")
@pytest.mark.parametrize("name", NAMES)
def test_is_what_the_command_line_gives(name):
    path = LIBRARY / f"{name}.mlir"
    translate = Path(os.environ["RASP_BIN"]) / "rasp-translate"
    done = subprocess.run(
        [translate, "--export-circuit", path], capture_output=True, text=True, check=True
    )
    circuit = Model.from_mlir(path).circuit
    assert json.loads(circuit.to_json()) == json.loads(done.stdout)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_those_of_the_model(name):
    model = model_of(name)
    circuit = model.circuit
    assert circuit.program == model.config.name
    assert list(circuit.residual_labels) == model.residual_labels
    activations = model(longest_inputs(model)[0]).activations
    for component in circuit.components.values():
        if component.hook is None:
            continue
        activation = activations[component.hook]
        if component.kind == "head":
            assert 0 <= component.head < activation.shape[1]
            assert component.label == model.head_labels[component.layer][component.head]
        if component.kind == "neurons":
            labels = model.unit_labels[component.layer]
            assert {labels[unit] for unit in component.units} == {component.label}
        assert set(component.values) <= set(circuit.values)
    for value in circuit.values.values():
        assert set(value.components) <= set(circuit.components)
        for encoding in value.encodings:
            assert encoding.hook is None or encoding.hook in activations
            assert set(encoding.columns) <= set(range(model.config.d_model))
    for edge in circuit.edges:
        source, target = circuit.components[edge.source], circuit.components[edge.target]
        assert set(edge.columns) <= set(source.writes) & set(target.reads[edge.input])


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_those_of_the_weights(name):
    model = model_of(name)
    weights = model.weights
    for component in model.circuit.components.values():
        if component.kind != "head":
            continue
        prefix = f"layers.{component.layer}.attention"
        for part, columns in component.reads.items():
            rows = weights[f"{prefix}.{part}.weight"][component.head].any(axis=1)
            assert np.flatnonzero(rows).tolist() == list(columns)
        written = weights[f"{prefix}.output.weight"][component.head].any(axis=0)
        assert np.flatnonzero(written).tolist() == list(component.writes)


@pytest.mark.parametrize("name", NAMES)
def test_output_does_not_depend_on_what_has_no_edge(name):
    """Heads whose output nothing reads can be cut off."""
    model = Model(load_library(name))
    inputs = longest_inputs(model)
    before = model(inputs).logits
    read = {edge.source for edge in model.circuit.edges}
    for component in model.circuit.components.values():
        if component.kind == "head" and component.id not in read:
            weight = model.weights[f"layers.{component.layer}.attention.output.weight"]
            weight[component.head] = 0
    np.testing.assert_allclose(model(inputs).logits, before, atol=1e-5)


def test_options_are_those_of_the_model():
    text = (LIBRARY / "hist.mlir").read_text()
    for way in ("linear", "reciprocal"):
        model = Model.from_mlir(text, options={"selector-width": way})
        assert model.circuit.shape["d_mlp"] == model.config.d_mlp
        assert list(model.circuit.residual_labels) == model.residual_labels


def test_values_are_read_off_the_stream():
    model = model_of("reverse")
    expected = {
        "indices": [0, 1, 2],
        "length": [3, 3, 3],
        "opposite": [2, 1, 0],
        "reversed": ["c", "b", "a"],
    }
    output = model(["a", "b", "c"])
    for name, values in expected.items():
        value = model.circuit.values[name]
        assert value.kind == "s-op"
        assert value.encodings, name
        for encoding in value.encodings:
            decoded = encoding.decode(output.activations[encoding.hook])[1:]
            assert decoded == pytest.approx(values, abs=1e-4), name


def test_locations_are_those_of_the_program():
    lines = (LIBRARY / "reverse.mlir").read_text().splitlines()
    for value in model_of("reverse").circuit.values.values():
        if value.location is not None:
            assert f"%{value.name} =" in lines[value.location.line - 1] or value.name == "tokens"


def test_text_is_for_people_to_read():
    text = str(model_of("reverse").circuit)
    assert text.startswith("circuit of reverse\n")
    assert "\n  reversed: blocks.1.attn.head.0" in text


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"format_version": 2}', '{"format_version": 1}', "[" * 100_000],
)
def test_bad_json(text):
    with pytest.raises(ValueError):
        Circuit.from_json(text)
