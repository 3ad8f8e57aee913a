# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The wheel alone, with nothing but what it depends on beside it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

WHEELS = os.environ.get("RASP_WHEELS")
REQUIREMENTS = Path(__file__).resolve().parents[2] / "python" / "test-requirements.txt"
DEPENDENCIES = ("numpy", "safetensors")
FRAMEWORKS = ("torch", "jax", "transformer_lens", "iree")

pytestmark = pytest.mark.skipif(
    not WHEELS, reason="RASP_WHEELS, the folder with the wheel to test, is not set"
)


def run(*command, cwd):
    environment = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The interpreter of a virtual environment with the wheel and its dependencies."""
    folder = tmp_path_factory.mktemp("environment")
    [wheel] = Path(WHEELS).resolve().glob("*.whl")
    pins = [
        line
        for line in REQUIREMENTS.read_text().splitlines()
        if line.partition("==")[0] in DEPENDENCIES
    ]
    assert len(pins) == len(DEPENDENCIES)
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--only-binary=:all:", *pins, wheel, cwd=folder)
    return python


def run_script(python, cwd, script):
    """What a script prints as JSON, run with the environment's packages and no others."""
    return json.loads(run(python, "-I", "-c", script, cwd=cwd))


def test_only_the_dependencies_are_needed(python, tmp_path):
    script = """
import importlib.metadata, json
print(json.dumps(sorted(found.name for found in importlib.metadata.distributions())))
"""
    assert run_script(python, tmp_path, script) == sorted(["rasp-mlir", *DEPENDENCIES])


def test_compiles_runs_saves_and_loads(python, tmp_path):
    script = """
import json, pathlib, sys
import rasp_mlir
from rasp_mlir import library

model = rasp_mlir.compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
model.save("hist.safetensors")
print(json.dumps({
    "folder": str(pathlib.Path(rasp_mlir.__file__).parent),
    "decoded": model("abac").decoded,
    "loaded": rasp_mlir.Model.load("hist.safetensors")("abac").decoded,
    "jit": model.decode(model.jit()(model.encode("abac"))[1:]),
    "mlir": "linalg.generic" in model.mlir(),
    "modules": sorted({name.partition(".")[0] for name in sys.modules}),
}))
"""
    found = run_script(python, tmp_path, script)
    assert Path(found["folder"]).is_relative_to(python.parent.parent)
    assert found["decoded"] == found["loaded"] == found["jit"] == [2, 1, 2, 1]
    assert found["mlir"]
    assert not set(FRAMEWORKS) & set(found["modules"])


def test_adapters_say_what_to_install(python, tmp_path):
    script = """
import json
import rasp_mlir
from rasp_mlir import library

model = rasp_mlir.compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
messages = {}
for name in ("torch", "transformer_lens", "jax", "stablehlo", "iree"):
    try:
        getattr(model, f"to_{name}")()
    except ImportError as error:
        messages[name] = str(error)
print(json.dumps(messages))
"""
    messages = run_script(python, tmp_path, script)
    for name, packages in (
        ("torch", "torch"),
        ("transformer_lens", "'transformer-lens>=4'"),
        ("jax", "'jax>=0.4.30'"),
        ("stablehlo", "'jax>=0.4.30'"),
        ("iree", "iree-base-compiler iree-base-runtime"),
    ):
        assert f"pip install {packages} (" in messages[name]
