# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Which parts of a model compute which value of its program.

The same as the JSON of `rasp-translate --export-circuit`, as plain data. docs/circuit.md
says what each entry means.
"""

from __future__ import annotations

import json
import reprlib
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Dict, List, Mapping, Optional, Tuple

import numpy as np

from .errors import Location
from .model_config import scalar_from_json

FORMAT_VERSION = 1
"""Of the JSON that docs/circuit.md describes."""

Columns = Tuple[int, ...]


@dataclass(frozen=True)
class Component:
    """A part of the model that reads from the residual stream or writes to it."""

    id: str
    """Unique in the circuit: "blocks.0.attn.head.1"."""

    kind: str
    """"embedding", "head", "neurons", "bias" or "unembedding"."""

    layer: Optional[int]
    head: Optional[int]
    """The number of the head, at that place in the axis of heads of its hook."""

    units: Tuple[int, ...]
    """The hidden units of a group of neurons, in the last axis of its hook."""

    hook: Optional[str]
    """The activation that shows the component: "blocks.0.attn.hook_z"."""

    label: Optional[str]
    values: Tuple[str, ...]
    """The names of the values of the program that it helps to compute."""

    reads: Mapping[str, Columns]
    """The columns that it reads, by input: "query", "key" and "value" of a head."""

    writes: Columns
    """The columns that it writes."""

    location: Optional[Location]
    """What in the program it is computed for."""


@dataclass(frozen=True)
class Encoding:
    """A way to read a value off the residual stream."""

    hook: Optional[str]
    """The activation of the stream from which on it can be read, if there are layers."""

    columns: Columns
    weights: Optional[Tuple[Tuple[float, ...], ...]]
    """[column, code]; None where the columns hold the code itself."""

    bias: Optional[Tuple[float, ...]]
    """[code]"""

    layout: Optional[str]
    """"one-hot", a code for each of `categories`, or "number", a code that is the value."""

    categories: Optional[Tuple[Any, ...]]
    none_code: Optional[float]
    """The number that stands for None."""

    def codes(self, stream: Any) -> Any:
        """The codes [..., code] of what a residual stream [..., d_model] holds."""
        codes = np.asarray(stream)[..., list(self.columns)]
        if self.weights is None:
            return codes
        matrix = np.array(self.weights, dtype=codes.dtype).reshape(len(self.columns), -1)
        return codes @ matrix + np.array(self.bias, dtype=codes.dtype)

    def decode(self, stream: Any) -> List[Any]:
        """The values that a residual stream [position, d_model] holds, one for each position.

        Values are those of the program in MLIR. Raises ValueError where the layout is not
        known, as it is for a circuit that was made of a program in layers.

        >>> from rasp_mlir import compile, library, rasp
        >>> model = compile(library.make_reverse(rasp.tokens), ["a", "b", "c"], max_seq_len=5)
        >>> [encoding] = model.circuit.values["mirrored"].encodings
        >>> output = model(["a", "b", "c"])
        >>> encoding.decode(output.activations[encoding.hook])[1:]
        [2, 1, 0]
        """
        codes = self.codes(stream)
        if self.categories is not None:
            return [self.categories[i] for i in codes.argmax(axis=-1)]
        if self.layout != "number":
            raise ValueError("what the columns stand for is not known")
        code = self.none_code
        return [
            None if code is not None and abs(number - code) <= 0.5 else number
            for number in codes[..., 0].tolist()
        ]


@dataclass(frozen=True)
class Value:
    """A named value of the program."""

    name: str
    kind: str
    """"s-op" or "selector"."""

    status: str
    """"computed" by `components`; "merged" with an equal value; "constant"; "folded" into
    what reads it; or "unused", where the output does not depend on it."""

    merged_with: Optional[str]
    constant: Any
    """The value of a constant; None of others."""

    components: Tuple[str, ...]
    """The ids of the components that compute it, in the order of the computation."""

    encodings: Tuple[Encoding, ...]
    location: Optional[Location]
    """Where in the program it is written."""


@dataclass(frozen=True)
class Edge:
    """That a component reads what another wrote."""

    source: str
    """The id of the component that writes."""

    target: str
    """The id of the component that reads."""

    input: str
    """By which of its inputs: "query", "key" or "value" of a head."""

    columns: Columns


@dataclass(frozen=True)
class Circuit:
    """Values of a program, the components that compute them, and who reads whom.

    >>> from rasp_mlir import compile, library
    >>> model = compile(library.make_hist(), ["a", "b", "c"], max_seq_len=5)
    >>> circuit = model.circuit
    >>> circuit.values["hist"].components
    ('blocks.0.attn.head.0',)
    >>> head = circuit.components["blocks.0.attn.head.0"]
    >>> head.hook, head.head, [circuit.residual_labels[column] for column in head.writes]
    ('blocks.0.attn.hook_z', 0, ['bos|hist'])
    """

    program: str
    """The name of the program."""

    shape: Mapping[str, int]
    """layers, heads, d_model, d_head, d_mlp."""

    residual_labels: Tuple[str, ...]
    components: Mapping[str, Component]
    """By id, in the order of the computation."""

    values: Mapping[str, Value]
    """By name, in the order of the program."""

    edges: Tuple[Edge, ...]

    @classmethod
    def from_json(cls, text: str) -> Circuit:
        """Reads what `to_json` or `rasp-translate --export-circuit` wrote. Raises ValueError
        for anything else."""
        try:
            data = json.loads(text)
            version = data["format_version"]
            if version != FORMAT_VERSION:
                raise ValueError(f"expected format_version {FORMAT_VERSION}, found {version!r}")
            components = [_read_component(entry) for entry in data["components"]]
            values = [_read_value(entry) for entry in data["values"]]
            return cls(
                program=data["program"],
                shape=dict(data["shape"]),
                residual_labels=tuple(data["residual_labels"]),
                components={component.id: component for component in components},
                values={value.name: value for value in values},
                edges=tuple(_read_edge(entry) for entry in data["edges"]),
            )
        except (AttributeError, KeyError, RecursionError, TypeError) as error:
            raise ValueError(
                f"expected the JSON of a circuit, found {reprlib.repr(text)}"
                f" ({type(error).__name__}: {error})"
            ) from error

    def to_json(self) -> str:
        """The circuit as docs/circuit.md describes it."""
        return json.dumps(
            {
                "format_version": FORMAT_VERSION,
                "program": self.program,
                "shape": dict(self.shape),
                "residual_labels": self.residual_labels,
                "components": [_to_json(component) for component in self.components.values()],
                "values": [_to_json(value) for value in self.values.values()],
                "edges": [_to_json(edge) for edge in self.edges],
            },
            indent=2,
        )

    def __str__(self) -> str:
        lines = [f"circuit of {self.program}"]
        for value in self.values.values():
            where = ", ".join(value.components) or value.status
            lines.append(f"  {value.name}: {where}")
        return "\n".join(lines)


def _read_location(entry: Optional[Mapping[str, Any]]) -> Optional[Location]:
    return None if entry is None else Location(entry["file"], entry["line"], entry["column"])


def _read_component(entry: Mapping[str, Any]) -> Component:
    return Component(
        id=entry["id"],
        kind=entry["kind"],
        layer=entry["layer"],
        head=entry["head"],
        units=tuple(entry["units"]),
        hook=entry["hook"],
        label=entry["label"],
        values=tuple(entry["values"]),
        reads={name: tuple(columns) for name, columns in entry["reads"].items()},
        writes=tuple(entry["writes"]),
        location=_read_location(entry["location"]),
    )


def _read_encoding(entry: Mapping[str, Any]) -> Encoding:
    weights, bias, categories = entry["weights"], entry["bias"], entry["categories"]
    return Encoding(
        hook=entry["hook"],
        columns=tuple(entry["columns"]),
        weights=None if weights is None else tuple(map(tuple, weights)),
        bias=None if bias is None else tuple(bias),
        layout=entry["layout"],
        categories=None if categories is None else tuple(map(scalar_from_json, categories)),
        none_code=entry["none_code"],
    )


def _read_value(entry: Mapping[str, Any]) -> Value:
    return Value(
        name=entry["name"],
        kind=entry["kind"],
        status=entry["status"],
        merged_with=entry["merged_with"],
        constant=scalar_from_json(entry["constant"]),
        components=tuple(entry["components"]),
        encodings=tuple(map(_read_encoding, entry["encodings"])),
        location=_read_location(entry["location"]),
    )


def _read_edge(entry: Mapping[str, Any]) -> Edge:
    return Edge(
        source=entry["from"],
        target=entry["to"],
        input=entry["input"],
        columns=tuple(entry["columns"]),
    )


_KEYS = {"source": "from", "target": "to"}
"""Fields that are not called what the JSON calls them, which Python has other use for."""


def _to_json(value: Any) -> Any:
    if isinstance(value, (Component, Encoding, Value, Edge, Location)):
        fields: Dict[str, Any] = vars(value)
        return {_KEYS.get(name, name): _to_json(field) for name, field in fields.items()}
    if isinstance(value, (tuple, list)):
        return [_to_json(element) for element in value]
    if isinstance(value, Mapping):
        return {name: _to_json(element) for name, element in value.items()}
    if isinstance(value, Fraction):
        return {"numerator": value.numerator, "denominator": value.denominator}
    return value
