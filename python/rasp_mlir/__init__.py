# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""RASP programs compiled to transformers whose circuit is known.

    >>> import rasp_mlir
    >>> from rasp_mlir import rasp
    >>> same = rasp.Select(rasp.tokens, rasp.tokens, rasp.Comparison.EQ)
    >>> histogram = rasp.SelectorWidth(same).named("histogram")
    >>> model = rasp_mlir.compile(histogram, vocab=["a", "b"], max_seq_len=5)
    >>> model(["a", "b", "a"]).decoded
    [2, 1, 2]

`rasp` is the language, `library` has programs to start from, `load` reads those in RASP's
own language, and `compile` gives a `Model`: its weights, activations, circuit, and the same model in other frameworks.
"""

from . import rasp
from .errors import (
    CompilationError,
    Diagnostic,
    EvaluationError,
    Location,
    ParseError,
    RaspError,
)
from .model import Model
from .program import Program, compile
from .source import SourceFunction, SourceProgram, load, loads

__version__ = "0.1.0"

__all__ = [
    "CompilationError",
    "Diagnostic",
    "EvaluationError",
    "Location",
    "Model",
    "ParseError",
    "Program",
    "RaspError",
    "SourceFunction",
    "SourceProgram",
    "compile",
    "load",
    "loads",
    "rasp",
]
