# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The weights of a model, as arrays that it computes with."""

from __future__ import annotations

from typing import Iterator, Mapping, NamedTuple, Sequence, Tuple

import numpy as np
import numpy.typing as npt

from .model_config import ModelConfig

Array = npt.NDArray[np.float32]


class Unembedding(NamedTuple):
    """From the residual stream to logits: `residual @ weight + bias`."""

    weight: Array
    """[d_model, output]"""
    bias: Array
    """[output]"""


class Weights(Mapping[str, Array]):
    """The weights of a model by the names of docs/abi.md.

    The arrays are those that the model computes with, without a copy: what is written into
    one is what the next forward pass uses. Assigning to a name writes into its array.
    """

    def __init__(self, arrays: Mapping[str, Array]):
        self._arrays = dict(arrays)

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def __setitem__(self, name: str, value: npt.ArrayLike) -> None:
        """Writes `value` into the weight. Raises KeyError for a name that the model does
        not have, ValueError for another shape than the weight's."""
        if name not in self._arrays:
            raise KeyError(f"the model has no weight {name!r}")
        weight, array = self._arrays[name], np.asarray(value)
        if array.shape != weight.shape:
            raise ValueError(
                f"expected the weight '{name}' to have the shape {weight.shape}, found"
                f" {array.shape}"
            )
        weight[...] = array

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        lines = [f"  {name}: {list(weight.shape)}" for name, weight in self._arrays.items()]
        return "\n".join(["Weights(", *lines, ")"])


def weight_shapes(config: ModelConfig) -> Iterator[Tuple[str, Tuple[int, ...]]]:
    """The name and the shape of each weight, in the order of docs/abi.md, without those
    that have no elements."""
    heads, width, key, hidden = config.num_heads, config.d_model, config.d_head, config.d_mlp
    outputs = config.num_outputs

    def all_shapes() -> Iterator[Tuple[str, Tuple[int, ...]]]:
        yield "embedding.tokens", (config.vocab_size + 2, width)
        yield "embedding.positions", (config.max_seq_len + 1, width)
        for layer in range(config.num_layers):
            attention, mlp = f"layers.{layer}.attention", f"layers.{layer}.mlp"
            for part in ("query", "key", "value"):
                yield f"{attention}.{part}.weight", (heads, width, key)
                yield f"{attention}.{part}.bias", (heads, key)
            yield f"{attention}.output.weight", (heads, key, width)
            yield f"{attention}.output.bias", (width,)
            yield f"{mlp}.input.weight", (width, hidden)
            yield f"{mlp}.input.bias", (hidden,)
            yield f"{mlp}.output.weight", (hidden, width)
            yield f"{mlp}.output.bias", (width,)
        yield "unembedding.weight", (width, outputs)
        yield "unembedding.bias", (outputs,)

    return ((name, shape) for name, shape in all_shapes() if 0 not in shape)


def is_compiled(
    name: str, head_labels: Sequence[Sequence[str]], unit_labels: Sequence[Sequence[str]]
) -> bool:
    """Whether the program computes something in the part of a layer with the weight `name`."""
    parts = name.split(".")
    if parts[0] != "layers":
        return True
    labels = head_labels if parts[2] == "attention" else unit_labels
    return bool(labels[int(parts[1])])
