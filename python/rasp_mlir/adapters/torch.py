# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models as modules of PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Optional, Tuple

import torch
from torch import nn

from ..encoders import check_ids
from ..model_config import ModelConfig

if TYPE_CHECKING:
    from ..model import Model


def to_torch(model: Model) -> Transformer:
    """The module, with copies of the weights."""
    return Transformer(
        model.config, {name: torch.tensor(weight) for name, weight in model.weights.items()}
    )


def check_known_ids(ids: torch.Tensor, config: ModelConfig) -> None:
    """Raises what `Model.forward` raises for ids that it refuses. Of ids that are not known,
    in `torch.compile`, `torch.export` and `torch.vmap`, nothing is checked."""
    if torch.compiler.is_compiling():
        return
    try:
        array = ids.detach().cpu().numpy()
    except RuntimeError:  # There are no values in a tensor that is mapped over.
        return
    check_ids(array, config.bos_id, config.max_seq_len)


def _parameter(weights: Dict[str, torch.Tensor], name: str) -> Optional[nn.Parameter]:
    """A weight, or None where it has no elements, and so does not exist."""
    return nn.Parameter(weights[name]) if name in weights else None


class Affine(nn.Module):
    """A weight and a bias."""

    def __init__(self, weights: Dict[str, torch.Tensor], name: str):
        super().__init__()
        self.weight = _parameter(weights, f"{name}.weight")
        self.bias = _parameter(weights, f"{name}.bias")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[..., input] to [..., output]."""
        assert self.bias is not None
        if self.weight is None:
            return self.bias.expand(*x.shape[:-1], -1)
        return x @ self.weight + self.bias

    def by_head(self, x: torch.Tensor) -> torch.Tensor:
        """[batch, position, d_model] to [batch, head, position, d_head]."""
        assert self.weight is not None and self.bias is not None
        return torch.einsum("bpd,hdk->bhpk", x, self.weight) + self.bias[:, None]


class Attention(nn.Module):
    """The heads of one layer. Scores are not divided by the root of d_head."""

    def __init__(self, weights: Dict[str, torch.Tensor], name: str):
        super().__init__()
        self.query = Affine(weights, f"{name}.query")
        self.key = Affine(weights, f"{name}.key")
        self.value = Affine(weights, f"{name}.value")
        self.output = Affine(weights, f"{name}.output")

    def forward(self, x: torch.Tensor, visible: torch.Tensor) -> torch.Tensor:
        """What the heads add to the residual stream `x`, [batch, position, d_model]."""
        assert self.output.bias is not None
        if self.output.weight is None:
            return self.output.bias.expand(x.shape)
        scores = self.query.by_head(x) @ self.key.by_head(x).transpose(-1, -2)
        pattern = scores.masked_fill(~visible, -torch.inf).softmax(dim=-1)
        mixed = pattern @ self.value.by_head(x)
        return torch.einsum("bhpk,hkd->bpd", mixed, self.output.weight) + self.output.bias


class MLP(nn.Module):
    """The hidden units of one layer, with ReLU."""

    def __init__(self, weights: Dict[str, torch.Tensor], name: str):
        super().__init__()
        self.input = Affine(weights, f"{name}.input")
        self.output = Affine(weights, f"{name}.output")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """What the units add to the residual stream `x`, [batch, position, d_model]."""
        # Without hidden units, what the output adds is its bias.
        return self.output(x if self.output.weight is None else self.input(x).relu())


class Layer(nn.Module):
    """Attention, then an MLP."""

    def __init__(self, weights: Dict[str, torch.Tensor], name: str):
        super().__init__()
        self.attention = Attention(weights, f"{name}.attention")
        self.mlp = MLP(weights, f"{name}.mlp")

    def forward(self, x: torch.Tensor, visible: torch.Tensor) -> torch.Tensor:
        x = x + self.attention(x, visible)
        return x + self.mlp(x)


class Embedding(nn.Module):
    """A row for each token plus a row for each position."""

    def __init__(self, weights: Dict[str, torch.Tensor]):
        super().__init__()
        self.tokens = nn.Parameter(weights["embedding.tokens"])
        self.positions = nn.Parameter(weights["embedding.positions"])

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """[batch, position] to [batch, position, d_model]."""
        return self.tokens[ids] + self.positions[: ids.shape[1]]


class Transformer(nn.Module):
    """A compiled model. Its parameters have the names and shapes of docs/abi.md.

    All of them can be trained. PAD is never attended to, and in a causal model nothing
    after the query is.
    """

    def __init__(self, config: ModelConfig, weights: Dict[str, torch.Tensor]):
        super().__init__()
        self.config = config
        # A model without columns computes what its last bias says.
        has_columns = config.d_model > 0
        self.embedding = Embedding(weights) if has_columns else None
        self.layers = nn.ModuleList(
            Layer(weights, f"layers.{layer}") for layer in range(config.num_layers * has_columns)
        )
        self.unembedding = Affine(weights, "unembedding")

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Integer ids [batch, position], BOS first, to logits [batch, position, output].

        Raises ValueError for another shape or more than `max_seq_len` + 1 positions, and
        what `check_known_ids` raises.
        """
        limit = self.config.max_seq_len + 1
        if ids.dim() != 2 or ids.shape[1] > limit:
            raise ValueError(
                f"expected ids of the shape [batch, position] with at most {limit} positions,"
                f" found {list(ids.shape)}"
            )
        check_known_ids(ids, self.config)
        if self.embedding is None:
            return self.unembedding(ids[..., None])
        x = self.embedding(ids)
        visible = self._visible(ids)
        for layer in self.layers:
            x = layer(x, visible)
        return self.unembedding(x)

    def _visible(self, ids: torch.Tensor) -> torch.Tensor:
        """Which keys a query may attend to: [batch, 1, query, key] or [batch, 1, 1, key]."""
        visible = (ids != self.config.pad_id)[:, None, None, :]
        if not self.config.causal:
            return visible
        length = ids.shape[1]
        order = torch.ones(length, length, dtype=torch.bool, device=ids.device)
        return visible & order.tril()
