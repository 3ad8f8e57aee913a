# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The forward pass over parameters that have Tracr's names and shapes.

A function of the parameters and the tokens, in NumPy where both are NumPy arrays and in
JAX where any is an array of JAX: `jax.jit`, `jax.grad` and `jax.vmap` go through it.

In the shapes, B is the batch, T the number of positions (BOS is the first), D the width
of the residual stream, H the number of heads and K their width.
"""

from __future__ import annotations

import dataclasses
import functools
import sys
from types import ModuleType
from typing import Any, Callable, List, Mapping, Optional

import numpy as np

Params = Mapping[str, Mapping[str, Any]]
"""Arrays by module and name, as Haiku has them: `params["token_embed"]["embeddings"]`."""


def relu(x: Any) -> Any:
    """The greater of `x` and 0, elementwise."""
    return _array_module(x).maximum(x, 0)


@dataclasses.dataclass
class TransformerConfig:
    """The shape of a transformer; of compiled models, without dropout or layer norm."""

    num_heads: int
    num_layers: int
    key_size: int
    mlp_hidden_size: int
    dropout_rate: float = 0.0
    activation_function: Callable[[Any], Any] = relu
    layer_norm: bool = False
    causal: bool = False


@dataclasses.dataclass
class TransformerOutput:
    """What a transformer computes, layer by layer; attention comes before the MLP."""

    layer_outputs: List[Any]  # 2 per layer, each [B, T, D]: what it adds to the residual
    residuals: List[Any]  # 2 per layer, each [B, T, D]: the residual after it
    attn_logits: List[Any]  # 1 per layer, [B, H, query, key]
    output: Any  # [B, T, D]
    input_embeddings: Any  # [B, T, D]


@dataclasses.dataclass
class CompiledTransformerModelOutput:
    """What a model computes."""

    transformer_output: TransformerOutput
    unembedded_output: Any  # [B, T]: a number, or the number of a category


@dataclasses.dataclass
class Transformer:
    """Layers of attention and MLP with these parameters."""

    config: TransformerConfig
    params: Params

    def __call__(
        self, embeddings: Any, mask: Any, *, use_dropout: bool = True
    ) -> TransformerOutput:
        """From embeddings [B, T, D] and the keys that may be attended to [B, T].

        Raises ValueError for a config that asks for what compiled models do not have:
        layer norm, and dropout where `use_dropout`.
        """
        config = self.config
        if config.layer_norm:
            raise ValueError("layer_norm is set, but compiled models have no layer norm")
        if config.dropout_rate and use_dropout:
            raise ValueError(
                f"dropout_rate is {config.dropout_rate}, but compiled models have no dropout"
            )
        xp = _array_module(embeddings, mask, self.params)
        visible = xp.asarray(mask, dtype=bool)[:, None, None, :]  # [B, 1, 1, T]
        if config.causal:
            num_positions = embeddings.shape[1]
            visible = visible & np.tril(np.ones((num_positions, num_positions), dtype=bool))

        residual = embeddings
        layer_outputs, residuals, attn_logits = [], [], []
        for layer in range(config.num_layers):
            name = f"transformer/layer_{layer}"
            attended, logits = self._attention(xp, residual, f"{name}/attn", visible)
            residual = residual + attended
            layer_outputs.append(attended)
            residuals.append(residual)
            attn_logits.append(logits)

            hidden = config.activation_function(self._linear(residual, f"{name}/mlp/linear_1"))
            computed = self._linear(hidden, f"{name}/mlp/linear_2")
            residual = residual + computed
            layer_outputs.append(computed)
            residuals.append(residual)
        return TransformerOutput(
            layer_outputs=layer_outputs,
            residuals=residuals,
            attn_logits=attn_logits,
            output=residual,
            input_embeddings=embeddings,
        )

    def _linear(self, x: Any, name: str) -> Any:
        return x @ self.params[name]["w"] + self.params[name]["b"]

    def _attention(self, xp: ModuleType, x: Any, name: str, visible: Any) -> tuple[Any, Any]:
        config = self.config

        def project(part: str) -> Any:  # [B, H, T, K]
            projected = self._linear(x, f"{name}/{part}")
            heads = projected.reshape(*x.shape[:2], config.num_heads, config.key_size)
            return heads.swapaxes(1, 2)

        # Tracr's scaling, which compilation makes up for in the weights of the queries.
        logits = project("query") @ project("key").swapaxes(2, 3)
        logits = logits / np.sqrt(config.key_size).astype(np.float32)
        logits = xp.where(visible, logits, np.float32(-1e30))
        weights = xp.exp(logits - logits.max(axis=-1, keepdims=True))
        weights = weights / weights.sum(axis=-1, keepdims=True)
        mixed = (weights @ project("value")).swapaxes(1, 2).reshape(*x.shape[:2], -1)
        return self._linear(mixed, f"{name}/linear"), logits


@dataclasses.dataclass
class CompiledTransformerModel:
    """A transformer with its embedding and unembedding.

    `use_unembed_argmax` makes categories of logits; without it a categorical model gives
    the logits [B, T, categories]. Keys that hold `pad_token` are not attended to (with
    None, every key is attended to).
    """

    transformer: Transformer
    use_unembed_argmax: bool
    pad_token: Optional[int] = None

    @property
    def params(self) -> Params:
        return self.transformer.params

    def token_embed(self, tokens: Any) -> Any:
        """[...] ids -> [..., D]."""
        return self._rows("token_embed", tokens)

    def position_embed(self, positions: Any) -> Any:
        """[...] positions -> [..., D]."""
        return self._rows("pos_embed", positions)

    def embed(self, tokens: Any) -> Any:
        """[B, T] ids -> [B, T, D]. Raises ValueError for another shape or length."""
        max_positions = len(self.params["pos_embed"]["embeddings"])
        if tokens.ndim != 2 or not 1 <= tokens.shape[1] <= max_positions:
            raise ValueError(
                "expected ids of the shape [batch, position] with 1 to"
                f" {max_positions} positions, BOS counted, found the shape {tokens.shape}"
            )
        return self.token_embed(tokens) + self.position_embed(np.arange(tokens.shape[1]))

    def unembed(self, x: Any, use_unembed_argmax: bool) -> Any:
        """[..., D] -> [...] numbers or categories, or [..., categories] logits."""
        logits = x @ self.params["unembed"]["w"] + self.params["unembed"]["b"]
        if use_unembed_argmax:
            return logits.argmax(axis=-1)
        return logits[..., 0] if logits.shape[-1] == 1 else logits

    def __call__(self, tokens: Any, use_dropout: bool = True) -> CompiledTransformerModelOutput:
        """From ids [B, T], BOS first. Nothing is dropped, whatever `use_dropout` says."""
        xp = _array_module(tokens, self.params)
        tokens = xp.asarray(tokens)
        embeddings = self.embed(tokens)
        mask = xp.ones(tokens.shape, bool) if self.pad_token is None else tokens != self.pad_token
        output = self.transformer(embeddings, mask, use_dropout=use_dropout)
        return CompiledTransformerModelOutput(
            transformer_output=output,
            unembedded_output=self.unembed(output.output, self.use_unembed_argmax),
        )

    def _rows(self, name: str, rows: Any) -> Any:
        xp = _array_module(rows, self.params)
        return xp.asarray(self.params[name]["embeddings"])[rows]


def _array_module(*values: Any) -> ModuleType:
    """jax.numpy if an array of JAX is among the values, else numpy."""
    jax = sys.modules.get("jax")
    if jax is not None and any(_holds(value, jax.Array) for value in values):
        _register_outputs(jax.tree_util)
        array_module: ModuleType = jax.numpy
        return array_module
    return np


@functools.lru_cache(maxsize=None)
def _register_outputs(tree_util: ModuleType) -> None:
    """Lets transformations of JAX pass outputs through."""
    for output in (TransformerOutput, CompiledTransformerModelOutput):
        names = [field.name for field in dataclasses.fields(output)]
        tree_util.register_dataclass(output, data_fields=names, meta_fields=[])


def _holds(value: Any, kind: type) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(inner, kind) for inner in value.values())
    return isinstance(value, kind)
