# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models in TransformerLens.

TransformerLens 4 looks at a model through a bridge, which needs a module of PyTorch with the
structure that one of its adapters knows. That module is its native transformer here, with
what compiled models need beside: a bias of the unembedding, scores that are not divided by
the root of d_head, a hook on the scores, and PAD that is never attended to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Mapping, Optional, Tuple

import numpy as np
import torch
from torch import nn
from transformer_lens import TransformerBridge, TransformerBridgeConfig
from transformer_lens.model_bridge.generalized_components import AttentionBridge
from transformer_lens.model_bridge.sources.native import NativeAttention, NativeModel
from transformer_lens.model_bridge.supported_architectures.native import (
    NativeArchitectureAdapter,
)

from ..model_config import ModelConfig
from .torch import check_known_ids

if TYPE_CHECKING:
    from ..model import Model

Hook = Callable[[torch.Tensor], torch.Tensor]


def to_transformer_lens(model: Model) -> TransformerBridge:
    """The bridge, with copies of the weights."""
    config = model.config
    lens_config = TransformerBridgeConfig(
        # What a model has none of, it has one of here, of zeros.
        n_layers=config.num_layers,
        n_heads=max(config.num_heads, 1),
        d_model=max(config.d_model, 1),
        d_head=max(config.d_head, 1),
        d_mlp=max(config.d_mlp, 1),
        d_vocab=config.vocab_size + 2,
        d_vocab_out=config.num_outputs,
        n_ctx=config.max_seq_len + 1,
        act_fn="relu",
        normalization_type=None,
        use_attn_scale=False,
        attention_dir="causal" if config.causal else "bidirectional",
        init_weights=False,
        default_prepend_bos=False,
        architecture="TransformerLensNative",
        model_name=config.name,
        device="cpu",
    )
    transformer = Transformer(lens_config, config)
    transformer.copy_weights(model.weights)
    return TransformerBridge(transformer.eval(), Adapter(lens_config), tokenizer=None)


class Attention(NativeAttention):
    """Attention without scaling, whose scores go through a hook before the softmax."""

    # The bridge hands `forward` its hook of the pattern.
    accepts_pattern_fn = True

    def forward(
        self,
        hidden_states: torch.Tensor,
        attention_mask: Optional[torch.Tensor] = None,
        position_ids: Optional[torch.Tensor] = None,
        pattern_fn: Optional[Hook] = None,
        scores_fn: Optional[Hook] = None,
        **_: Any,
    ) -> Tuple[torch.Tensor, torch.Tensor]:
        """[batch, position, d_model] to what the heads add to it, and the pattern."""

        def by_head(projected: torch.Tensor) -> torch.Tensor:
            return projected.unflatten(-1, (self.n_heads, self.d_head)).transpose(1, 2)

        query, key = by_head(self.q(hidden_states)), by_head(self.k(hidden_states))
        value = by_head(self.v(hidden_states))
        length = hidden_states.shape[1]
        hidden = self.causal_mask[:length, :length] if self.causal else None
        if attention_mask is not None:
            base = self.causal_mask.new_zeros(length, length) if hidden is None else hidden
            hidden = self._combine_attention_mask(base, attention_mask, batch=len(query))
        scores = query @ key.transpose(-1, -2)
        if hidden is not None:
            scores = scores.masked_fill(hidden, -torch.inf)
        scores = scores if scores_fn is None else scores_fn(scores)
        pattern = scores.softmax(dim=-1)
        pattern = pattern if pattern_fn is None else pattern_fn(pattern)
        mixed = (pattern @ value).transpose(1, 2).flatten(-2)
        return self.o(mixed), pattern


class ScoresHookingAttentionBridge(AttentionBridge):
    """The bridge of `Attention`.

    TransformerLens' own fires its hook of the scores with the pattern, and after the fact.
    """

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        assert self.original_component is not None
        hidden_states, *rest = args
        output, pattern = self.original_component(
            self.hook_in(hidden_states),
            *rest,
            **kwargs,
            scores_fn=self.hook_attn_scores,
            pattern_fn=self.hook_pattern,
        )
        return self.hook_out(output), pattern


class Transformer(NativeModel):
    """TransformerLens' native transformer with what compiled models need."""

    pos: nn.Embedding

    def __init__(self, lens_config: TransformerBridgeConfig, config: ModelConfig):
        super().__init__(lens_config)
        for layer in self.layers:
            layer.attn = Attention(lens_config)
        self.head = nn.Linear(lens_config.d_model, lens_config.d_vocab_out)
        self.compiled_config = config

    def forward(
        self,
        input_ids: Optional[torch.Tensor] = None,
        attention_mask: Optional[torch.Tensor] = None,
        position_ids: Optional[torch.Tensor] = None,
        inputs_embeds: Optional[torch.Tensor] = None,
        **kwargs: Any,
    ) -> torch.Tensor:
        """Ids [batch, position] to logits; without a mask, PAD is masked. Raises what
        `check_known_ids` raises."""
        if inputs_embeds is not None and inputs_embeds.dim() != 3:
            # What the bridge takes for embeddings because it is no array of integers.
            check_known_ids(inputs_embeds, self.compiled_config)
        if input_ids is not None:
            check_known_ids(input_ids, self.compiled_config)
            if attention_mask is None:
                attention_mask = input_ids != self.compiled_config.pad_id
        return super().forward(input_ids, attention_mask, position_ids, inputs_embeds, **kwargs)

    def copy_weights(self, weights: Mapping[str, np.ndarray[Any, Any]]) -> None:
        """Takes over the weights of docs/abi.md, and zeros for those that are not there."""
        _copy(self.tok_embed.weight, weights.get("embedding.tokens"))
        _copy(self.pos.weight, weights.get("embedding.positions"))
        for i, layer in enumerate(self.layers):
            attention, mlp = layer.attn, layer.mlp
            for linear, name in (
                (attention.q, "attention.query"),
                (attention.k, "attention.key"),
                (attention.v, "attention.value"),
                (attention.o, "attention.output"),
                (mlp.fc_in, "mlp.input"),
                (mlp.fc_out, "mlp.output"),
            ):
                _copy_linear(linear, weights, f"layers.{i}.{name}")
        _copy_linear(self.head, weights, "unembedding")


class Adapter(NativeArchitectureAdapter):
    """TransformerLens' adapter of its native transformer, with a hook on the scores."""

    def __init__(self, lens_config: TransformerBridgeConfig):
        super().__init__(lens_config)
        assert self.component_mapping is not None
        blocks = self.component_mapping["blocks"]
        attention = blocks.submodules["attn"]
        blocks.submodules["attn"] = ScoresHookingAttentionBridge(
            name=attention.name, config=attention.config, submodules=attention.submodules
        )


def _copy(target: torch.Tensor, weight: Optional[np.ndarray[Any, Any]]) -> None:
    with torch.no_grad():
        target.zero_() if weight is None else target.copy_(torch.tensor(weight))


def _copy_linear(linear: Any, weights: Mapping[str, np.ndarray[Any, Any]], name: str) -> None:
    """Takes over an affine map as nn.Linear has it, which is [output, input], with the heads
    next to one another."""
    weight, bias = weights.get(f"{name}.weight"), weights.get(f"{name}.bias")
    if weight is not None and name.endswith("attention.output"):
        weight = weight.reshape(-1, weight.shape[-1])  # [heads * d_head, d_model]
    elif weight is not None and weight.ndim == 3:
        weight = weight.swapaxes(0, 1).reshape(weight.shape[1], -1)  # [d_model, heads * d_head]
    _copy(linear.weight, None if weight is None else weight.T)
    _copy(linear.bias, None if bias is None else bias.reshape(-1))
