# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a model is, without its weights: tokens, outputs, sizes, labels."""

from __future__ import annotations

import json
import reprlib
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Dict, Hashable, List, Mapping, Optional, Sequence, Tuple

FORMAT_VERSION = 1
"""Of the metadata that docs/abi.md describes."""


@dataclass(frozen=True)
class ModelConfig:
    """The sizes of a model, its tokens and its outputs."""

    name: str
    """The name of the program."""

    vocab: Tuple[Hashable, ...]
    """The tokens, in the order of their ids 0, 1, ..."""

    bos: str
    """The token at position 0 of every input, with the id `bos_id`."""

    pad: str
    """The token that fills up a row of a batch, with the id `pad_id`."""

    output: str
    """"categorical" or "numerical"."""

    outputs: Optional[Tuple[Any, ...]]
    """The value of each logit of a categorical model; None of a numerical one."""

    none_code: Optional[float]
    """The number that stands for None, of a numerical model that can give None."""

    num_layers: int
    num_heads: int
    """In each layer; layers with fewer are padded with zeros."""

    d_model: int
    """The number of columns of the residual stream."""

    d_head: int
    d_mlp: int
    """The number of hidden units of each layer."""

    max_seq_len: int
    """The greatest number of tokens, BOS not counted."""

    causal: bool
    """Whether a position attends to nothing after it."""

    num_parameters: int
    """The number of weights, zeros of the padding counted and the unembedding not."""

    @property
    def vocab_size(self) -> int:
        """The number of tokens, BOS and PAD not counted."""
        return len(self.vocab)

    @property
    def bos_id(self) -> int:
        return len(self.vocab)

    @property
    def pad_id(self) -> int:
        return len(self.vocab) + 1

    @property
    def num_outputs(self) -> int:
        """The number of logits at each position; 1 of a numerical model."""
        return 1 if self.outputs is None else len(self.outputs)

    @property
    def shape(self) -> Dict[str, int]:
        """The sizes under the names of the metadata in docs/abi.md."""
        return {
            "layers": self.num_layers,
            "heads": self.num_heads,
            "d_model": self.d_model,
            "d_head": self.d_head,
            "d_mlp": self.d_mlp,
            "vocab_size": self.vocab_size,
            "outputs": self.num_outputs,
            "max_seq_len": self.max_seq_len,
            "parameters": self.num_parameters,
        }


@dataclass(frozen=True)
class ModelLabels:
    """Names of the parts of a model, from the program."""

    residual: Tuple[str, ...]
    heads: Tuple[Tuple[str, ...], ...]
    units: Tuple[Tuple[str, ...], ...]


def with_python_values(
    config: ModelConfig, vocab: Optional[Sequence[Hashable]], outputs: Optional[Sequence[Any]]
) -> ModelConfig:
    """The config with the Python values that those of the IR stand for, in their order.

    Raises ValueError if `vocab` or `outputs` has another length than the config's.
    """
    for kind, found, expected in (
        ("tokens", vocab, config.vocab),
        ("outputs", outputs, config.outputs),
    ):
        if found is not None and len(found) != len(expected or ()):
            raise ValueError(
                f"expected {len(expected or ())} values for the {kind} of '{config.name}', found"
                f" {len(found)}: {reprlib.repr(list(found))}"
            )
    if vocab is not None:
        config = replace(config, vocab=tuple(vocab))
    if outputs is not None:
        config = replace(config, outputs=tuple(outputs))
    return config


def in_order(
    values: Optional[Tuple[Any, ...]], meanings: Optional[Mapping[Any, Any]]
) -> Optional[Tuple[Any, ...]]:
    """What `values` stand for by a mapping; None where all stand for themselves."""
    if values is None or not meanings:
        return None
    return tuple(meanings.get(value, value) for value in values)


def read_metadata(metadata: Mapping[str, str]) -> Tuple[ModelConfig, ModelLabels]:
    """The config and the labels in the metadata of docs/abi.md, a JSON text for each key.

    Raises ValueError that names the key which is missing or does not hold what it should.
    """
    reader = _MetadataReader(metadata)
    version = reader.get("format_version", int)
    if version != FORMAT_VERSION:
        raise ValueError(
            f"expected format_version {FORMAT_VERSION}, found {version}: the file is for another"
            " version of rasp-mlir"
        )
    shape = reader.get("shape", dict)
    sizes = {}
    for key in ("layers", "heads", "d_model", "d_head", "d_mlp", "max_seq_len", "parameters"):
        size = shape.get(key)
        if type(size) is not int or size < 0:
            raise ValueError(f"expected a size as '{key}' of 'shape', found {size!r}")
        sizes[key] = size
    vocab = tuple(map(scalar_from_json, reader.get("vocab", list)))
    output = reader.get("output", str)
    if output not in ("categorical", "numerical"):
        raise ValueError(
            f"expected 'output' to be \"categorical\" or \"numerical\", found {output!r}"
        )
    outputs = None
    if output == "categorical":
        outputs = tuple(map(scalar_from_json, reader.get("outputs", list)))
    none_code = reader.get("none_code", (int, float)) if "none_code" in metadata else None
    special = {}
    for role, number in (("bos", len(vocab)), ("pad", len(vocab) + 1)):
        entry = reader.get(role, dict)
        if not isinstance(entry.get("token"), str) or entry.get("id") != number:
            raise ValueError(
                f"expected '{role}' to be a token with the id {number}, as the vocabulary has"
                f" {len(vocab)} tokens, found {entry!r}"
            )
        special[role] = entry["token"]
    config = ModelConfig(
        name=reader.get("name", str),
        vocab=vocab,
        bos=special["bos"],
        pad=special["pad"],
        output=output,
        outputs=outputs,
        none_code=None if none_code is None else float(none_code),
        num_layers=sizes["layers"],
        num_heads=sizes["heads"],
        d_model=sizes["d_model"],
        d_head=sizes["d_head"],
        d_mlp=sizes["d_mlp"],
        max_seq_len=sizes["max_seq_len"],
        causal=reader.get("causal", bool),
        num_parameters=sizes["parameters"],
    )
    for key in ("vocab_size", "outputs"):
        if shape.get(key) != config.shape[key]:
            raise ValueError(
                f"'shape' says {key} = {shape.get(key)!r}, but the metadata lists"
                f" {config.shape[key]}"
            )
    labels = _read_labels(reader, config)
    return config, labels


def _read_labels(reader: _MetadataReader, config: ModelConfig) -> ModelLabels:
    labels = ModelLabels(
        residual=_names(reader.get("residual_labels", list), "residual_labels"),
        heads=_names_of_layers(reader.get("head_labels", list), "head_labels"),
        units=_names_of_layers(reader.get("unit_labels", list), "unit_labels"),
    )
    for key, found, expected in (
        ("residual_labels", len(labels.residual), config.d_model),
        ("head_labels", len(labels.heads), config.num_layers),
        ("unit_labels", len(labels.units), config.num_layers),
    ):
        if found != expected:
            raise ValueError(f"expected '{key}' to have {expected} entries, found {found}")
    return labels


class _MetadataReader:
    def __init__(self, metadata: Mapping[str, str]):
        self._metadata = metadata

    def get(self, key: str, kind: Any) -> Any:
        if key not in self._metadata:
            raise ValueError(f"the metadata has no key '{key}'")
        try:
            value = json.loads(self._metadata[key])
        except (ValueError, RecursionError) as error:
            raise ValueError(f"expected JSON as '{key}' of the metadata: {error}") from None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ValueError(f"'{key}' of the metadata holds something else: {reprlib.repr(value)}")
        return value


def scalar_from_json(value: Any) -> Any:
    """A value of the language as the metadata writes it."""
    if isinstance(value, dict):
        numerator, denominator = value.get("numerator"), value.get("denominator")
        if type(numerator) is not int or type(denominator) is not int or not denominator:
            raise ValueError(f"expected a value of the language, found {value!r}")
        return Fraction(numerator, denominator)
    if isinstance(value, list):
        raise ValueError(f"expected a value of the language, found {value!r}")
    return value


def _names(names: List[Any], key: str) -> Tuple[str, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"expected names in '{key}' of the metadata, found {names!r}")
    return tuple(names)


def _names_of_layers(layers: List[Any], key: str) -> Tuple[Tuple[str, ...], ...]:
    return tuple(_names(names, key) for names in layers)
