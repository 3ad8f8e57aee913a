# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models as functions of JAX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, Tuple

import jax
import jax.numpy as jnp
import numpy as np

from ..encoders import check_ids
from ..model_config import ModelConfig

if TYPE_CHECKING:
    from ..model import Model

Params = Dict[str, jax.Array]
"""Arrays by the names of docs/abi.md."""

# Everything in f32, on accelerators too: weights are large, and differences count.
_PRECISION = jax.lax.Precision.HIGHEST


def to_jax(model: Model) -> Tuple[Callable[[Params, Any], jax.Array], Params]:
    """The function, and copies of the weights."""
    config = model.config

    def transformer(params: Params, ids: Any) -> jax.Array:
        """Integer ids [batch, position], BOS first, to logits [batch, position, output].

        Raises TypeError for ids that are no integers, ValueError for another shape or more
        than `max_seq_len` + 1 positions, and what `Model.forward` raises for ids that it
        refuses: of traced ones only the type and the shape are known.
        """
        _check_ids(config, ids)
        return forward(config, params, jnp.asarray(ids))

    return transformer, {name: jnp.array(weight) for name, weight in model.weights.items()}


def _check_ids(config: ModelConfig, ids: Any) -> None:
    """Raises what is said of the function of `to_jax`."""
    is_traced = isinstance(ids, jax.core.Tracer)
    if is_traced and not jnp.issubdtype(ids.dtype, jnp.integer):
        raise TypeError(f"expected integer ids, found an array of {ids.dtype}")
    shape = ids.shape if is_traced else np.shape(ids)
    limit = config.max_seq_len + 1
    if len(shape) != 2 or (isinstance(shape[1], int) and shape[1] > limit):
        raise ValueError(
            f"expected ids of the shape [batch, position] with at most {limit} positions, found"
            f" {shape}"
        )
    if not is_traced:
        check_ids(ids, config.bos_id, config.max_seq_len)


def forward(config: ModelConfig, params: Params, ids: jax.Array) -> jax.Array:
    """The logits for ids [batch, position]."""
    if config.d_model == 0:
        # A model without columns computes what its last bias says.
        bias = params["unembedding.bias"]
        return jnp.broadcast_to(bias, (*ids.shape, bias.shape[0]))
    positions = params["embedding.positions"][: ids.shape[1]]
    x = params["embedding.tokens"][ids] + positions
    visible = (ids != config.pad_id)[:, None, None, :]
    if config.causal:
        order = jnp.arange(ids.shape[1])
        visible = visible & (order[None, :] <= order[:, None])
    for layer in range(config.num_layers):
        x = x + _attention(params, f"layers.{layer}.attention", x, visible)
        x = x + _mlp(params, f"layers.{layer}.mlp", x)
    return _affine(params, "unembedding", x)


def _affine(params: Params, name: str, x: jax.Array) -> jax.Array:
    product = jnp.matmul(x, params[f"{name}.weight"], precision=_PRECISION)
    return product + params[f"{name}.bias"]


def _attention(params: Params, name: str, x: jax.Array, visible: jax.Array) -> jax.Array:
    """What the heads add to the residual stream. Scores are not divided by the root of
    d_head."""
    bias = params[f"{name}.output.bias"]
    if f"{name}.output.weight" not in params:
        return jnp.broadcast_to(bias, x.shape)

    def project(part: str) -> jax.Array:
        weight = params[f"{name}.{part}.weight"]
        projected = jnp.einsum("bpd,hdk->bhpk", x, weight, precision=_PRECISION)
        return projected + params[f"{name}.{part}.bias"][:, None]

    scores = jnp.einsum("bhqk,bhpk->bhqp", project("query"), project("key"), precision=_PRECISION)
    pattern = jax.nn.softmax(jnp.where(visible, scores, -jnp.inf), axis=-1)
    mixed = jnp.einsum("bhqp,bhpk->bhqk", pattern, project("value"), precision=_PRECISION)
    weight = params[f"{name}.output.weight"]
    return jnp.einsum("bhqk,hkd->bqd", mixed, weight, precision=_PRECISION) + bias


def _mlp(params: Params, name: str, x: jax.Array) -> jax.Array:
    """What the hidden units add to the residual stream."""
    if f"{name}.output.weight" not in params:
        return jnp.broadcast_to(params[f"{name}.output.bias"], x.shape)
    return _affine(params, f"{name}.output", jax.nn.relu(_affine(params, f"{name}.input", x)))
