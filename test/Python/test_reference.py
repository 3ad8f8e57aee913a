# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""docs/Python is what tools/dev/python-reference.py makes of the docstrings, and the
examples in these run."""

import doctest
import importlib
import importlib.util
import pkgutil
import sys
from pathlib import Path

import pytest

from rasp_mlir import rasp

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "Python"


# Others have tests of their own, which run their examples.
WITH_EXAMPLES = ["rasp_mlir", "rasp_mlir.errors", "rasp_mlir.program", "rasp_mlir.rasp"] + [
    f"rasp_mlir.rasp.{module.name}" for module in pkgutil.iter_modules(rasp.__path__)
]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.fixture(scope="module")
def generator():
    path = ROOT / "tools" / "dev" / "python-reference.py"
    spec = importlib.util.spec_from_file_location("python_reference", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look their annotations up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def package(generator):
    return generator.load()


def test_pages_are_up_to_date(generator):
    stale = [
        file
        for file, text in generator.pages().items()
        if (REFERENCE / file).read_text(encoding="utf-8") != text
    ]
    assert not stale, f"run tools/dev/update-docs.sh and commit what it changed: {stale}"


def test_no_page_is_left_over(generator):
    assert {path.name for path in REFERENCE.iterdir()} == {page.file for page in generator.PAGES}


@pytest.mark.parametrize("module", ["rasp_mlir", "rasp_mlir.rasp", "rasp_mlir.model"])
def test_every_public_name_is_described(generator, package, module):
    described = set()
    for page in generator.PAGES:
        for section in page.sections:
            items = generator.described(package, page, section)
            described |= {item.name for item in items}
    left_out = {path.rpartition(".")[2] for path in generator.LEFT_OUT}
    # A module has a page of its own, and an alias of a type needs none.
    aliases = {"rasp", "library", "Predicate"}
    names = set(importlib.import_module(module).__all__)
    assert names - described - left_out - aliases == set()


def test_links_and_examples(generator, package):
    docstring = "Of `f`:\n\n    >>> f(1)\n    ... # doctest: +ELLIPSIS\n    [1, ...]"
    assert generator.with_fences(docstring) == "Of `f`:\n\n```pycon\n>>> f(1)\n[1, ...]\n```"
    links = generator.Links(package)
    page = next(page for page in generator.PAGES if page.file == "model.md")
    assert links.add("see `rasp.Map`, docs/abi.md", page) == (
        "see [`rasp.Map`](rasp.md#map), [abi.md](../abi.md)"
    )
    assert links.add("as `forward`", page, "Model") == "as [`forward`](#modelforward)"
    assert links.add("the `indices`", page) == "the `indices`"
