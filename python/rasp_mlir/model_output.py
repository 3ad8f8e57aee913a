# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a model gives for an input."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Callable, Dict, List, Mapping, Tuple

import numpy as np
import numpy.typing as npt

from .encoders import EncodedTokens, InputEncoder, OutputEncoder
from .model_config import ModelConfig

Array = npt.NDArray[np.float32]
Activations = Dict[str, Array]
RunWithCache = Callable[[npt.NDArray[np.int32]], Tuple[Array, Activations]]

_MAX_SHOWN_ROWS = 8


@dataclass(frozen=True)
class Attention:
    """What the heads of one layer attend to: [head, query, key], float32; of a batch,
    [batch, head, query, key]."""

    logits: Array
    """Query times key; -inf where a query may not see the key."""

    pattern: Array
    """Their softmax over the keys."""


@dataclass(frozen=True, eq=False, repr=False)
class ModelOutput:
    """What a model gives for one sequence, or for a batch.

    `decoded` and `logits` stand at the positions of the input: with BOS where it had BOS,
    without where it had none. Everything inside of the model (`residuals`, `attention`,
    `layer_outputs`, `activations`) stands at the positions of the model, the first of
    which is that of BOS. Of one sequence nothing has a batch axis, of a batch everything
    has one, before that of the position or the head; at the positions that a row is filled
    up with, arrays hold numbers that mean nothing.

    The logits are computed at once, everything else when it is asked for. What is inside
    of the model is computed with the weights that the model has then: if they no longer
    give these logits, asking is a RuntimeError.
    """

    ids: npt.NDArray[np.int32]
    """[position] or [batch, position], BOS first: what was run."""

    logits: Array
    """[position, output] or [batch, position, output], float32."""

    _encoded: EncodedTokens
    _all_logits: Array
    _config: ModelConfig
    _input_encoder: InputEncoder
    _output_encoder: OutputEncoder
    _run_with_cache: RunWithCache

    @cached_property
    def tokens(self) -> List[Any]:
        """The input as values of the vocabulary, without PAD; a list for each row of a
        batch."""
        rows = [
            self._input_encoder.decode(row[self._first : 1 + length])
            for row, length in zip(self._encoded.ids, self._encoded.lengths)
        ]
        return rows if self._encoded.is_batch else rows[0]

    @cached_property
    def decoded(self) -> List[Any]:
        """The output at each position as Python values, without PAD; BOS at its position.

        Of a batch, a list of lists as long as its sequences.
        """
        rows = []
        for logits, length in zip(self._all_logits, self._encoded.lengths):
            values = self._output_encoder.decode(logits[1 : 1 + length])
            rows.append([self._config.bos, *values] if self._encoded.has_bos else values)
        return rows if self._encoded.is_batch else rows[0]

    @cached_property
    def activations(self) -> Mapping[str, Array]:
        """Every activation by the name of TransformerLens' hook, such as
        "blocks.0.attn.hook_z"; `Model.run_with_cache` lists names and shapes."""
        logits, activations = self._run_with_cache(self._encoded.ids)
        # With the same weights, both runs give the same bits.
        if logits.tobytes() != self._all_logits.tobytes():
            raise RuntimeError(
                "the weights of the model were changed after this output was computed, so that"
                " its activations would not belong to it: call the model again"
            )
        if self._encoded.is_batch:
            return activations
        return {name: activation[0] for name, activation in activations.items()}

    @property
    def attention(self) -> Tuple[Attention, ...]:
        """For each layer, what its heads attend to."""
        positions = self.ids.shape[-1]
        shape = (*self.ids.shape[:-1], self._config.num_heads, positions, positions)
        return tuple(
            Attention(
                logits=self._activation(f"blocks.{layer}.attn.hook_attn_scores", shape),
                pattern=self._activation(f"blocks.{layer}.attn.hook_pattern", shape),
            )
            for layer in range(self._config.num_layers)
        )

    @property
    def residuals(self) -> Array:
        """The residual stream [2 * layer, position, d_model], twice for each layer: after its
        heads, and after its MLP. The stream before the first layer is
        `activations["blocks.0.hook_resid_pre"]`."""
        return self._of_layers("hook_resid_mid", "hook_resid_post")

    @property
    def layer_outputs(self) -> Array:
        """What is added to the residual stream [2 * layer, position, d_model], twice for each
        layer: by its heads, and by its MLP."""
        return self._of_layers("hook_attn_out", "hook_mlp_out")

    @property
    def _first(self) -> int:
        return 0 if self._encoded.has_bos else 1

    def _of_layers(self, *names: str) -> Array:
        layers, shape = range(self._config.num_layers), (*self.ids.shape, self._config.d_model)
        result = np.empty((len(layers) * len(names), *shape), dtype=np.float32)
        for i, (layer, name) in enumerate(itertools.product(layers, names)):
            result[i] = self._activation(f"blocks.{layer}.{name}", shape)
        return result

    def _activation(self, name: str, shape: Tuple[int, ...]) -> Array:
        """An activation; zeros where the model has no such part."""
        activation = self.activations.get(name)
        return np.zeros(shape, dtype=np.float32) if activation is None else activation

    def __repr__(self) -> str:
        if not self._encoded.is_batch:
            return f"ModelOutput(tokens={self.tokens!r}, decoded={self.decoded!r})"
        rows = list(zip(self.tokens, self.decoded))
        lines = [f"  {tokens!r} -> {decoded!r}" for tokens, decoded in rows[:_MAX_SHOWN_ROWS]]
        if len(rows) > _MAX_SHOWN_ROWS:
            lines.append(f"  ... ({len(rows)} in all)")
        return "\n".join(["ModelOutput(", *lines, ")"])


def make_output(
    encoded: EncodedTokens,
    all_logits: Array,
    config: ModelConfig,
    input_encoder: InputEncoder,
    output_encoder: OutputEncoder,
    run_with_cache: RunWithCache,
) -> ModelOutput:
    """The output for `encoded`, of which the model gave `all_logits`, BOS first."""
    logits = all_logits if encoded.has_bos else all_logits[:, 1:]
    return ModelOutput(
        ids=encoded.ids if encoded.is_batch else encoded.ids[0],
        logits=logits if encoded.is_batch else logits[0],
        _encoded=encoded,
        _all_logits=all_logits,
        _config=config,
        _input_encoder=input_encoder,
        _output_encoder=output_encoder,
        _run_with_cache=run_with_cache,
    )
