# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The program that a model was compiled from, and the machine code that is made of it."""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any, Mapping, Sequence, Union

import numpy as np
import numpy.typing as npt

from . import _core
from .encoders import check_ids
from .model_config import ModelConfig

Array = npt.NDArray[np.float32]


STAGES = ("rasp", "craft-values", "craft-blocks", "craft-layers", "linalg")


class CompiledModel:
    """A model as machine code, with the weights that it had when it was compiled.

    >>> from rasp_mlir import compile, library
    >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
    >>> compiled = model.jit()
    >>> model.decode(compiled(model.encode(["a", "b", "a"]))[1:])
    [2, 1, 2]
    """

    def __init__(self, function: _core.CompiledFunction, config: ModelConfig):
        self._function = function
        self._config = config

    def __call__(self, ids: Any) -> Array:
        """Ids [position] or [batch, position] to float32 logits [..., output]; the errors
        are those of `Model.forward`."""
        rows, is_batch = check_ids(ids, self._config.bos_id, self._config.max_seq_len)
        logits = self._function(rows)
        return logits if is_batch else logits[0]

    def __repr__(self) -> str:
        return f"<CompiledModel {self._config.name}>"


class Source:
    """A program, its name and the options that it is lowered with."""

    def __init__(self, module: _core.Module, program: str, options: Mapping[str, str]):
        self.module = module
        self.program = program
        self.options = dict(options)

    @cached_property
    def layers(self) -> _core.Module:
        """The program lowered to craft-layers."""
        return self.module.lower("craft-layers", self.options)

    def lower(
        self,
        stage: str,
        weights: Mapping[str, Array],
        read: Sequence[str],
        options: Mapping[str, Any],
    ) -> _core.Module:
        """The program at one of `STAGES`, with options as `Model.mlir` takes them; the last
        stage is that of `function`."""
        texts = {name.replace("_", "-"): _option_text(value) for name, value in options.items()}
        if stage == "linalg":
            return self.function(weights, read, texts)
        return self.module.lower(stage, {**self.options, **texts})

    def function(
        self, weights: Mapping[str, Array], read: Sequence[str], options: Mapping[str, str]
    ) -> _core.Module:
        """The function of the program with `weights`, those named in `read` as arguments or,
        if they are the compiled ones, all as constants.

        Raises ValueError for weights that were changed and are not in the function.
        """
        options = {**self.options, **options}
        module = self.layers.lower("linalg", options)
        if options.get("weights") == "argument":
            for name, weight in weights.items():
                if name not in read and weight.any():
                    raise ValueError(
                        f"the weight '{name}' was changed, but the program computes nothing"
                        " there, so that the function does without it: it is not among"
                        " compiled_weights"
                    )
            return module.with_weights({name: weights[name] for name in read}, self.program)
        compiled, _ = self.layers.weights(self.program)
        for name, weight in weights.items():
            if not np.array_equal(weight, compiled[name], equal_nan=True):
                raise ValueError(
                    f"the weight '{name}' was changed, but the constants of the function have"
                    ' the compiled values: pass weights="argument"'
                )
        return module


def read_module(source: Union[str, "os.PathLike[str]"]) -> _core.Module:
    """MLIR from its text, or from a path, which a string may be too, of a file with MLIR or
    with RASP source.

    Raises `ParseError`, and OSError for a file that cannot be read.
    """
    name = os.fspath(source)
    if isinstance(source, os.PathLike) or os.path.exists(name) or _looks_like_path(name):
        if name.endswith(".rasp"):
            from .source import load

            return load(name).module()
        with open(name, "rb") as file:
            return _core.Module.parse(file.read(), name)
    return _core.Module.parse(name)


def _looks_like_path(source: str) -> bool:
    return "\n" not in source and source.endswith((".mlir", ".mlirbc", ".rasp"))


def _option_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
