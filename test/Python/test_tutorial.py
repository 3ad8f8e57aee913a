# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""docs/tutorial.py runs, and shows what its text says."""

import contextlib
import importlib.util
import io
import os
import re
import runpy
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.py"

FRAMEWORKS = {
    "PyTorch": "torch",
    "JAX": "jax",
    "StableHLO": "jax",
    "IREE": "iree",
    "TransformerLens": "transformer_lens",
}


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    """Its variables at the end, and what it has printed as `printed`."""
    folder = os.getcwd()
    os.chdir(tmp_path_factory.mktemp("tutorial"))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MPLBACKEND", "agg")  # no windows, where there is matplotlib
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                variables = runpy.run_path(str(TUTORIAL))
    finally:
        os.chdir(folder)
    return {**variables, "printed": printed.getvalue()}


def test_opens_as_a_notebook():
    """In cells of code and of text, in which each line is a comment."""
    cells = re.split(r"^(?=# %%)", TUTORIAL.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    texts = [cell for cell in cells if cell.startswith("# %% [markdown]\n")]
    assert len(texts) > 10 and len(cells) - len(texts) > 10
    for text in texts:
        assert all(line.startswith("#") for line in text.splitlines() if line), text
    for cell in cells:
        compile(cell, "cell", "exec")


def test_the_model_reverses_every_input(tutorial):
    assert len(tutorial["inputs"]) == 363
    assert all(tutorial["correct"])
    assert "363 of 363 inputs are reversed" in tutorial["printed"]


def test_looking_inside(tutorial):
    printed = tutorial["printed"]
    tables = re.findall(r"^(\S.*?) +BOS +a +b +c\n((?:\S.*\n)*)", printed, re.MULTILINE)
    shown = {
        title: {line.split()[0]: line.split()[1:] for line in rows.splitlines()}
        for title, rows in tables
    }
    assert shown["heads 0"] == {"length": [".", "3", "3", "3"]}
    assert shown["MLP 0"]["opposite:1"] == [".", ".", "1", "."]
    assert shown["heads 1"] == {
        "bos|reverse:a": [".", ".", ".", "1"],
        "reverse:b": [".", ".", "1", "."],
        "reverse:c": [".", "1", ".", "."],
    }
    # The head that reverses looks at the opposite position, the one that counts at BOS.
    assert [row[3] for row in shown["head 1.0, reverse"].values()][1] == "1"
    assert {row[0] for row in shown["head 0.0, length"].values()} == {"1"}
    assert tutorial["trace"] < 1e-3 and abs(tutorial["trace"] * tutorial["scale"] - 1) < 1e-3


def test_the_circuit(tutorial):
    components = {name: value.components for name, value in tutorial["circuit"].values.items()}
    assert components["length"] == ("blocks.0.attn.head.0",)
    assert components["opposite"] == ("blocks.0.mlp.neurons.0", "blocks.0.mlp.bias")
    assert components["flip"] == components["reverse"] == ("blocks.1.attn.head.0",)
    assert all(tutorial["agreeing"])
    assert "blocks.1.attn.head.0 is for: reverse = rasp.Aggregate(flip" in tutorial["printed"]


def test_what_breaks_is_what_the_circuit_predicts(tutorial):
    assert all(tutorial["as_predicted"])
    assert all(is_predicted for is_predicted, _ in tutorial["ablations"].values())
    alike = [[token] * n for n in range(1, 6) for token in "abc"]
    survivors = {name: found for name, (_, found) in tutorial["ablations"].items()}
    assert survivors == {
        "blocks.0.attn.head.0": alike,
        "blocks.0.mlp.neurons.0": alike,
        "blocks.1.attn.head.0": [["a"] * n for n in range(1, 6)],
    }


def test_the_model_elsewhere(tutorial):
    assert tutorial["loaded"](["a", "b", "c"]).decoded == ["c", "b", "a"]
    installed = {
        name for name, module in FRAMEWORKS.items() if importlib.util.find_spec(module) is not None
    }
    if os.environ.get("RASP_REQUIRE_EXTRAS") == "1":
        assert installed == set(FRAMEWORKS)
    assert set(tutorial["differences"]) == installed
    assert all(difference < 1e-5 for difference in tutorial["differences"].values())
    if "TransformerLens" in installed:
        assert tutorial["told_two"] == ["b", "a"]
