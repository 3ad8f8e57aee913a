# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models as safetensors files, with nothing in them that is executed.

The tensors and the metadata are those of docs/abi.md. These keys are added:

| key | value |
| --- | --- |
| `program` | the program in MLIR's text, its name, and the options of the pipeline |
| `python_vocab` | the tokens as Python values, where they differ from `vocab` |
| `python_outputs` | likewise for `outputs` |
"""

from __future__ import annotations

import json
import os
import reprlib
import secrets
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Dict, Mapping, Optional, Tuple, Union

import numpy as np
import numpy.typing as npt
import safetensors.numpy

from .encoders import kind_of
from .errors import RaspError
from .model_config import ModelConfig, ModelLabels, read_metadata
from .model_weights import weight_shapes

Weights = Dict[str, npt.NDArray[np.float32]]


class ModelFileError(RaspError, ValueError):
    """A file that holds no model, or a damaged one."""


@dataclass(frozen=True)
class StoredProgram:
    """Where a model comes from."""

    name: str
    mlir: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredModel:
    """What a file holds."""

    config: ModelConfig
    labels: ModelLabels
    metadata: Mapping[str, str]
    weights: Weights
    program: Optional[StoredProgram]
    vocab: Optional[Tuple[Any, ...]]
    outputs: Optional[Tuple[Any, ...]]


def to_bytes(
    weights: Mapping[str, npt.NDArray[np.float32]],
    metadata: Mapping[str, str],
    program: Optional[StoredProgram],
    vocab: Optional[Tuple[Any, ...]],
    outputs: Optional[Tuple[Any, ...]],
) -> bytes:
    """A safetensors file; the same model gives the same bytes.

    Raises TypeError for a value of `vocab` or `outputs` that JSON cannot hold.
    """
    entries = dict(metadata)
    if program is not None:
        entries["program"] = json.dumps(
            {"name": program.name, "mlir": program.mlir, "options": dict(program.options)}
        )
    for key, values in (("python_vocab", vocab), ("python_outputs", outputs)):
        if values is not None:
            entries[key] = json.dumps([_to_json(value) for value in values])
    tensors = {name: np.ascontiguousarray(weight) for name, weight in weights.items()}
    return _with_sorted_header(safetensors.numpy.save(tensors, entries))


def write(path: Union[str, "os.PathLike[str]"], data: bytes) -> None:
    """Writes a file as a whole: under its name stands what stood there before, or `data`."""
    path = os.fspath(path)
    folder, name = os.path.split(os.path.abspath(path))
    temporary = os.path.join(folder, f".{name}.{secrets.token_hex(8)}")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        if isinstance(error, OSError) and error.filename == temporary:
            error.filename = path
        raise


def read(path: Union[str, "os.PathLike[str]"]) -> StoredModel:
    """The model in a file. Raises OSError if it cannot be read, and ModelFileError."""
    with open(path, "rb") as file:
        data = file.read()
    return from_bytes(data, os.fspath(path))


def from_bytes(data: bytes, name: str) -> StoredModel:
    """The model in the bytes of a file that is called `name` in errors."""
    try:
        # The package checks the header against the size of the file.
        tensors = safetensors.numpy.load(data)
    except Exception as error:  # It has no common class for what it raises.
        raise ModelFileError(f"{name} is no safetensors file, or is cut off: {error}") from error
    metadata = _header(data).get("__metadata__") or {}
    if "format_version" not in metadata:
        raise ModelFileError(
            f"{name} is a safetensors file, but not one of rasp-mlir: expected the metadata that"
            " Model.save and rasp-translate --export-safetensors write, found"
            f" {reprlib.repr(sorted(metadata)) if metadata else 'none'}"
        )
    try:
        config, labels = read_metadata(metadata)
        return StoredModel(
            config=config,
            labels=labels,
            metadata={key: text for key, text in metadata.items() if key not in _ADDED_KEYS},
            weights=_check_weights(config, tensors),
            program=_read_program(metadata),
            vocab=_read_values(metadata, "python_vocab", config.vocab_size),
            outputs=_read_values(metadata, "python_outputs", config.num_outputs),
        )
    except ValueError as error:
        raise ModelFileError(f"{name}: {error}") from error


_ADDED_KEYS = ("program", "python_vocab", "python_outputs")


def _header(data: bytes) -> Dict[str, Any]:
    size = int.from_bytes(data[:8], "little")
    header: Dict[str, Any] = json.loads(data[8 : 8 + size])
    return header


def _with_sorted_header(data: bytes) -> bytes:
    """The file with its metadata in order; the package writes it in any."""
    header = _header(data)
    size = int.from_bytes(data[:8], "little")
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data[8 + size :]


def _check_weights(config: ModelConfig, tensors: Weights) -> Weights:
    """The tensors of a file in the order of docs/abi.md, writable.

    Raises ValueError for one that is missing, unknown, or of another shape or dtype.
    """
    weights = {}
    for name, shape in weight_shapes(config):
        if name not in tensors:
            raise ValueError(f"the tensor '{name}' is missing, of the shape {list(shape)}")
        tensor = tensors[name]
        if tensor.shape != shape or tensor.dtype != np.float32:
            raise ValueError(
                f"expected the tensor '{name}' to be float32 {list(shape)}, found"
                f" {tensor.dtype} {list(tensor.shape)}"
            )
        weights[name] = tensor.copy()
    unknown = sorted(tensors.keys() - weights.keys())
    if unknown:
        raise ValueError(f"the model has no tensor '{unknown[0]}'")
    return weights


def _read_json(metadata: Mapping[str, str], key: str) -> Any:
    try:
        return json.loads(metadata[key])
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected JSON as '{key}' of the metadata: {error}") from None


def _read_program(metadata: Mapping[str, str]) -> Optional[StoredProgram]:
    if "program" not in metadata:
        return None
    entry = _read_json(metadata, "program")
    name, mlir, options = (
        (entry.get("name"), entry.get("mlir"), entry.get("options"))
        if isinstance(entry, dict)
        else (None, None, None)
    )
    if (
        not isinstance(name, str)
        or not isinstance(mlir, str)
        or not isinstance(options, dict)
        or not all(isinstance(value, str) for value in options.values())
    ):
        raise ValueError("expected a name, MLIR and options as 'program' of the metadata")
    return StoredProgram(name, mlir, options)


def _read_values(metadata: Mapping[str, str], key: str, count: int) -> Optional[Tuple[Any, ...]]:
    if key not in metadata:
        return None
    entry = _read_json(metadata, key)
    if not isinstance(entry, list) or len(entry) != count:
        raise ValueError(f"expected a list of {count} values as '{key}' of the metadata")
    try:
        return tuple(map(_from_json, entry))
    except RecursionError:
        raise ValueError(f"the values in '{key}' of the metadata are nested too deeply") from None


# Python's values as JSON. What JSON has stands for itself; everything else is an object
# of one key, the name of the type. A value of a subclass, such as a named tuple, becomes
# the one of these types that it is equal to.


def _to_json(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if np.isfinite(value) else {"float": str(float(value))}
    if isinstance(value, complex):
        return {"complex": [_to_json(value.real), _to_json(value.imag)]}
    if isinstance(value, Fraction):
        return {"Fraction": [value.numerator, value.denominator]}
    if isinstance(value, Decimal):
        return {"Decimal": str(value)}
    if isinstance(value, range):
        return {"range": [value.start, value.stop, value.step]}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, tuple):
        return {"tuple": [_to_json(element) for element in value]}
    if isinstance(value, frozenset):
        return {"frozenset": sorted((_to_json(element) for element in value), key=json.dumps)}
    raise TypeError(
        f"a model with {value!r}, {kind_of(value)}, among its tokens or outputs cannot be"
        " saved: a file holds None, bools, numbers, strings, bytes, ranges, tuples and frozensets"
    )


def _from_json(value: Any) -> Any:
    if not isinstance(value, (dict, list)):
        return value
    if isinstance(value, dict) and len(value) == 1:
        [(kind, content)] = value.items()
        try:
            if kind == "float":
                return float(content)
            if kind == "complex":
                real, imaginary = map(_from_json, content)
                return complex(real, imaginary)
            if kind == "Fraction":
                numerator, denominator = content
                return Fraction(numerator, denominator)
            if kind == "Decimal":
                return Decimal(content)
            if kind == "range":
                start, stop, step = content
                return range(start, stop, step)
            if kind == "bytes":
                return bytes.fromhex(content)
            if kind in ("tuple", "frozenset"):
                elements = map(_from_json, content)
                return tuple(elements) if kind == "tuple" else frozenset(elements)
        except (ArithmeticError, TypeError, ValueError):
            pass
    raise ValueError(f"expected a value of Python, found {reprlib.repr(value)}")
