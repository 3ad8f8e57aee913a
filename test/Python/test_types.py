# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The types of the package, as its users' type checkers see them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import rasp_mlir

CONFIGURATION = Path(__file__).resolve().parents[2] / "python" / "pyproject.toml"

USE = """
from typing import List

import rasp_mlir
from rasp_mlir import rasp

model = rasp_mlir.compile(rasp.tokens, ["a", "b"], max_seq_len=3)
labels: List[str] = model.residual_labels
wrong: int = model.config.name
"""


def run_mypy(folder, *arguments):
    """The exit status and the output of mypy on the installed package."""
    pytest.importorskip("mypy", reason="mypy is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", CONFIGURATION, *arguments],
        cwd=folder,
        env={**os.environ, "MYPY_CACHE_DIR": str(folder / "cache")},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder for the cache: NumPy's types are read once."""
    return tmp_path_factory.mktemp("types")


def test_package_is_typed(folder):
    assert (Path(rasp_mlir.__file__).parent / "py.typed").is_file()
    status, output = run_mypy(folder, "--package", "rasp_mlir")
    assert status == 0, output
    assert "no issues found" in output


def test_uses_are_checked(folder):
    path = folder / "use.py"
    path.write_text(USE)
    status, output = run_mypy(folder, path)
    assert status == 1, output
    assert "Found 1 error in 1 file" in output
    assert 'expression has type "str", variable has type "int"' in output
