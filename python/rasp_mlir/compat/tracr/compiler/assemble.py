# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A compiled model with Tracr's fields, parameters and `apply`."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable, Dict, List, Optional, Sequence

import numpy as np
import numpy.typing as npt

from ....model import Model
from ....rasp.values import checked_iterable
from ..craft import bases
from ..transformer import encoder
from ..transformer.model import (
    CompiledTransformerModel,
    CompiledTransformerModelOutput,
    Params,
    Transformer,
    TransformerConfig,
)

Array = npt.NDArray[np.float32]
ModelForward = Callable[[Params, Any], CompiledTransformerModelOutput]


@dataclasses.dataclass
class AssembledTransformerModelOutput:
    """What a model gives for one sequence.

    The batch of the arrays is 1. T is the number of positions, BOS counted, D the
    width of the residual stream, H the number of heads.
    """

    decoded: List[Any]  # T values, BOS first
    unembedded: Any  # [1, T]
    layer_outputs: List[Any]  # 2 per layer, each [1, T, D]
    residuals: List[Any]  # 2 per layer, each [1, T, D]
    attn_logits: List[Any]  # 1 per layer, [1, H, T, T]
    transformer_output: Any  # [1, T, D]
    input_embeddings: Any  # [1, T, D]


@dataclasses.dataclass
class AssembledTransformerModel:
    """A compiled program: a standard transformer and what is needed to use it."""

    params: Dict[str, Dict[str, Any]]
    """float32 arrays under Tracr's names and in its shapes, and the unembedding as
    "unembed". The next `apply` uses what stands here: change it, also in place."""

    model_config: TransformerConfig

    residual_labels: List[str]
    """A name for each column of the residual stream."""

    input_encoder: encoder.CategoricalEncoder

    output_encoder: encoder.Encoder

    model: Model
    """The same model as this package has it, with other weights than `params`: adapters,
    circuit, files."""

    def get_compiled_model(self) -> CompiledTransformerModel:
        """The forward pass, to be called with ids [B, T]; it reads `params`."""
        return _compiled_model(self, self.params)

    def forward(self, params: Params, emb: Any) -> CompiledTransformerModelOutput:
        """The forward pass as a function of the parameters and of ids [B, T]."""
        return _compiled_model(self, params)(emb, use_dropout=False)

    def apply(self, tokens: List[Any]) -> AssembledTransformerModelOutput:
        """Runs the model on one sequence, which has to begin with BOS and may end in PAD.

        Raises ValueError for tokens that are not in the vocabulary, for BOS and PAD in
        other places, and for more tokens than `max_seq_len` and BOS; TypeError for what is no
        list.
        """
        ids = self.input_encoder.encode(list(checked_iterable(tokens, "a list of tokens")))
        output = self.forward(self.params, np.array([ids], dtype=np.int32))
        decoded = self.output_encoder.decode(output.unembedded_output[0].tolist())
        for i, token in enumerate(ids):
            if token == self.input_encoder.bos_encoding:
                decoded[i] = self.input_encoder.bos_token
            elif token == self.input_encoder.pad_encoding:
                decoded[i] = self.input_encoder.pad_token
        transformer_output = output.transformer_output
        return AssembledTransformerModelOutput(
            decoded=decoded,
            unembedded=output.unembedded_output,
            layer_outputs=transformer_output.layer_outputs,
            residuals=transformer_output.residuals,
            attn_logits=transformer_output.attn_logits,
            transformer_output=transformer_output.output,
            input_embeddings=transformer_output.input_embeddings,
        )


def assemble_model(compiled: Model) -> AssembledTransformerModel:
    """The same model under Tracr's names and conventions.

    Ids are in Tracr's order: that of `bases.BasisDirection` over the vocabulary, BOS and
    PAD. Tracr's attention divides its logits by the root of `key_size`. The weights of the
    queries are multiplied by it, which is exact, as `key_size` is made a power of 4.
    """
    config = compiled.config
    tokens = bases.VectorSpaceWithBasis.from_values(
        "tokens", [*config.vocab, config.bos, config.pad]
    ).basis
    key_size = 1
    while key_size < config.d_head:
        key_size *= 4
    transformer_config = TransformerConfig(
        num_heads=max(config.num_heads, 1),
        num_layers=config.num_layers,
        key_size=key_size,
        mlp_hidden_size=max(config.d_mlp, 1),
        causal=config.causal,
    )
    is_categorical = config.output == "categorical"
    assert config.outputs is not None or not is_categorical
    return AssembledTransformerModel(
        params=_params(compiled, transformer_config, [direction.value for direction in tokens]),
        model_config=transformer_config,
        residual_labels=list(compiled.residual_labels),
        input_encoder=encoder.CategoricalEncoder(
            basis=tokens,
            enforce_bos=True,
            bos_token=config.bos,
            pad_token=config.pad,
            max_seq_len=config.max_seq_len + 1,
        ),
        output_encoder=(
            encoder.CategoricalEncoder(
                [bases.BasisDirection(config.name, value) for value in config.outputs or ()]
            )
            if is_categorical
            else encoder.NumericalEncoder(config.none_code)
        ),
        model=compiled,
    )


def _compiled_model(
    assembled: AssembledTransformerModel, params: Params
) -> CompiledTransformerModel:
    return CompiledTransformerModel(
        transformer=Transformer(assembled.model_config, params),
        use_unembed_argmax=isinstance(assembled.output_encoder, encoder.CategoricalEncoder),
        pad_token=assembled.input_encoder.pad_encoding,
    )


def _params(
    compiled: Model, shape: TransformerConfig, tokens: Sequence[Any]
) -> Dict[str, Dict[str, Array]]:
    """The weights of a model under Tracr's names, the rows of the tokens in this order."""
    config, weights = compiled.config, compiled.weights
    ids = {token: i for i, token in enumerate([*config.vocab, config.bos, config.pad])}
    params = {
        "token_embed": {
            "embeddings": weights["embedding.tokens"][[ids[token] for token in tokens]]
        },
        "pos_embed": {"embeddings": weights["embedding.positions"].copy()},
    }

    def block(name: str, *sizes: int) -> Array:
        """A weight, or zeros where the model has none, filled up with zeros to a shape."""
        result = np.zeros(sizes, dtype=np.float32)
        if name in weights:
            weight = weights[name]
            result[tuple(map(slice, weight.shape))] = weight
        return result

    width, heads, key_size = config.d_model, shape.num_heads, shape.key_size
    for layer in range(shape.num_layers):
        source, target = f"layers.{layer}", f"transformer/layer_{layer}"
        for part in ("query", "key", "value"):
            scale = np.float32(np.sqrt(key_size)) if part == "query" else np.float32(1)
            weight = block(f"{source}.attention.{part}.weight", heads, width, key_size)
            bias = block(f"{source}.attention.{part}.bias", heads, key_size)
            params[f"{target}/attn/{part}"] = {
                "w": weight.swapaxes(0, 1).reshape(width, -1) * scale,
                "b": bias.reshape(-1) * scale,
            }
        output = block(f"{source}.attention.output.weight", heads, key_size, width)
        params[f"{target}/attn/linear"] = {
            "w": output.reshape(-1, width),
            "b": block(f"{source}.attention.output.bias", width),
        }
        for name, part, *sizes in (
            ("linear_1", "input", width, shape.mlp_hidden_size),
            ("linear_2", "output", shape.mlp_hidden_size, width),
        ):
            params[f"{target}/mlp/{name}"] = {
                "w": block(f"{source}.mlp.{part}.weight", *sizes),
                "b": block(f"{source}.mlp.{part}.bias", sizes[-1]),
            }
    weight, bias = compiled.unembedding
    params["unembed"] = {"w": weight.copy(), "b": bias.copy()}
    return params
