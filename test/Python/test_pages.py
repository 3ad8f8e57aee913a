# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The Python in the pages of documentation does what it says there.

A block of `pycon` is a doctest, in one session for each page, in its order. `...` in what is
expected stands for anything.
"""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rasp_mlir import Model

ROOT = Path(__file__).parents[2]
PAGES = [
    path
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    if "```pycon\n" in path.read_text(encoding="utf-8")
]

FRAMEWORKS = {
    "to_torch()": "torch",
    "to_transformer_lens()": "transformer_lens",
    "to_jax()": "jax",
    "to_stablehlo()": "jax",
    "to_iree()": "iree",
}

RUN_DOCTEST = """
import doctest, sys
name, text = sys.argv[1], sys.stdin.read()
test = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
sys.exit(bool(doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed))
"""


def session(page):
    """The page with everything but its examples left blank, so that lines keep their numbers."""
    lines, is_example = [], False
    for line in page.read_text(encoding="utf-8").split("\n"):
        if line.startswith("```"):
            is_example = line == "```pycon"
            line = ""
        lines.append(line if is_example else "")
    return "\n".join(lines)


def require(module):
    """Skips the test where an extra is missing."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"the extra with {module} is not installed")


def test_pages_are_found():
    assert {page.name for page in PAGES} >= {"README.md", "python.md", "coming-from-tracr.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples(page, tmp_path):
    examples = session(page)
    for method, module in FRAMEWORKS.items():
        if method in examples:
            require(module)
    # In a process of its own: one page changes what `import tracr` means.
    result = subprocess.run(
        [sys.executable, "-c", RUN_DOCTEST, page.name],
        input=examples,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def script(page, folder):
    """What the one block of `python` in a page prints, run as a script."""
    [code] = re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_example_of_the_package(tmp_path):
    assert script(ROOT / "python" / "README.md", tmp_path) == "['c', 'b', 'a']\n"


def test_forward_pass_of_the_safetensors_file(tmp_path):
    """The forward pass in docs/abi.md, on the file that the page exports."""
    require("torch")
    page = ROOT / "docs" / "abi.md"
    block = r"^<!-- file: reverse.mlir -->\n```mlir\n(.*?)^```$"
    [program] = re.findall(block, page.read_text(encoding="utf-8"), re.M | re.S)
    Model.from_mlir(program).save(tmp_path / "reverse.safetensors")
    assert script(page, tmp_path) == "['c', 'b', 'a']\n"
