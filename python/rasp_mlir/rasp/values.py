# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Python's values and the scalars of the compiler that stand for them.

The compiler has booleans, 64-bit integers, exact fractions, doubles and strings. Any
other value of a finite set, such as a tuple or infinity, is stood for by a string of
its own.
"""

from __future__ import annotations

import decimal
import enum
import math
from fractions import Fraction
from typing import Any, Dict, Hashable, Iterable, List, Optional, Union

Scalar = Union[None, bool, int, float, Fraction, str]

# What a value may be, beside tuples and frozensets of such.
_ATOMS = (bool, int, float, str, bytes, complex, Fraction, decimal.Decimal, enum.Enum, range)

# A float is taken for the fraction with a denominator of at most this that it is
# nearest to, if it is the float nearest to that fraction: 1 / 3 is a third, as the
# mean of 0, 0 and 1 is. No two floats become the same fraction.
_MAX_DENOMINATOR = 1 << 20


def normalized(value: Any, role: str) -> Any:
    """`value` as a value of the language: NumPy scalars as Python's.

    `role` says what it is, for errors. Raises TypeError for a value that can change or
    that is of a kind without a fixed meaning, and ValueError for NaN.
    """
    if value is None or isinstance(value, (bool, str, enum.Enum)):
        return value
    if isinstance(value, float):
        if math.isnan(value):
            raise ValueError(f"{role} is nan, which is not equal to itself and thus no value")
        return float(value) if type(value) is not float else value
    if isinstance(value, _ATOMS):
        if isinstance(value, (complex, decimal.Decimal)) and value != value:
            raise ValueError(f"{role} is {value!r}, which is not equal to itself and thus no value")
        return value
    if isinstance(value, tuple):
        items = [normalized(item, f"a part of {role}") for item in value]
        if type(value) is tuple:
            return tuple(items)
        return value  # a named tuple
    if isinstance(value, frozenset):
        return frozenset(normalized(item, f"a part of {role}") for item in value)
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():
        return normalized(item(), role)
    raise TypeError(
        f"{role} is {value!r} of the type {type(value).__name__}, which is no value of a program:"
        " expected None, a bool, a number, a string, or a tuple or frozenset of these"
    )


def identity(value: Any) -> Hashable:
    """A key that tells values apart that Python's == does not: True, 1 and 1.0."""
    if isinstance(value, tuple):
        return (type(value), tuple(map(identity, value)))
    if isinstance(value, float):
        return (float, value, math.copysign(1, value))
    return (type(value), value)


def distinct(values: Iterable[Any]) -> List[Any]:
    """The values, each once, in order."""
    return list({identity(value): value for value in values}.values())


def is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, Fraction))


def nearest_float(value: Scalar) -> Scalar:
    """A fraction as a float, anything else as it is."""
    return float(value) if isinstance(value, Fraction) else value


def scalar_of(value: Any) -> Optional[Scalar]:
    """The scalar that a value is, or None if the compiler has no such scalar."""
    if isinstance(value, enum.Enum):
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if -(2**63) <= value < 2**63 else None
    if isinstance(value, Fraction):
        if max(abs(value.numerator), value.denominator) >= 2**63:
            return None
        return value
    if isinstance(value, float):
        if math.isinf(value) or (value == 0 and math.copysign(1, value) < 0):
            return None
        return _exact(value)
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return None
        return str(value)
    return None


def _exact(value: float) -> Union[float, Fraction]:
    if value.is_integer():
        return value
    fraction = Fraction(value).limit_denominator(_MAX_DENOMINATOR)
    return fraction if float(fraction) == value else value


def element_type_of(scalars: Iterable[Scalar]) -> str:
    """The least element type of the rasp dialect that holds these scalars.

    Booleans among numbers count as numbers.
    """
    kinds = {type(scalar) for scalar in scalars} - {type(None)}
    if not kinds or kinds == {bool}:
        return "i1"
    if kinds <= {bool, int}:
        return "i64"
    if kinds <= {bool, int, float, Fraction}:
        return "f64"
    return "str" if kinds == {str} else "any"


class Decoding:
    """From the scalars of an s-op to the values that they stand for.

    Scalars that are not listed are themselves, in the Python type of the s-op's
    element type. An integer among numbers is a float (`integers_are_floats`) unless
    these are means of integers.
    """

    __slots__ = ("element_type", "values", "integers_are_floats", "is_faithful")

    def __init__(
        self,
        element_type: str,
        values: Optional[Dict[Scalar, Any]] = None,
        integers_are_floats: bool = True,
    ):
        self.element_type = element_type
        self.values = values or {}
        self.integers_are_floats = integers_are_floats
        # Whether each scalar is equal to what it stands for: what is computed with
        # the scalars is then what Python computes with the values.
        self.is_faithful = all(
            scalar is not None and (value == scalar or value == nearest_float(scalar))
            for scalar, value in self.values.items()
            if value is not None
        )

    @property
    def is_numeric(self) -> bool:
        return self.is_faithful and self.element_type in ("i1", "i64", "f64")

    @property
    def is_text(self) -> bool:
        return self.is_faithful and self.element_type == "str"

    def __call__(self, scalar: Scalar) -> Any:
        if scalar is None:
            return None
        if scalar in self.values:
            return self.values[scalar]
        if self.element_type == "i1":
            return bool(scalar)
        if self.element_type == "i64":
            return int(scalar)
        if self.element_type == "f64":
            number = float(scalar)
            is_integer = number.is_integer() and not self.integers_are_floats
            return int(scalar) if is_integer else number
        return nearest_float(scalar)


class Codebook:
    """Scalars for the values of a finite set, and the way back.

    Every value gets a scalar of its own: the scalar that it is, where the compiler has
    it and no value before it is equal to it, and otherwise a string.

    >>> book = Codebook([1, (1, 2), True, None])
    >>> book.element_type, [book.encode(value) for value in (1, (1, 2), True, None)]
    ('any', [1, '(1, 2)', 'True', None])
    """

    def __init__(self, values: Iterable[Any]):
        self.values = [value for value in distinct(values) if value is not None]
        self._scalars: Dict[Hashable, Scalar] = {}
        taken: set[Any] = set()
        foreign = []
        for value in self.values:
            scalar = scalar_of(value)
            if scalar is None or scalar in taken:
                foreign.append(value)
                continue
            taken.add(scalar)
            self._scalars[identity(value)] = scalar
        for value in foreign:
            symbol = ascii(value)
            while symbol in taken:
                symbol += "'"
            taken.add(symbol)
            self._scalars[identity(value)] = symbol
        self.element_type = element_type_of(self._scalars.values())
        if self.element_type in ("i64", "f64"):
            convert = int if self.element_type == "i64" else _as_number
            self._scalars = {key: convert(scalar) for key, scalar in self._scalars.items()}

    def encode(self, value: Any) -> Scalar:
        """The scalar of one of the values; None stands for itself."""
        return None if value is None else self._scalars[identity(value)]

    @property
    def decoding(self) -> Decoding:
        plain = Decoding(self.element_type)
        different = {}
        for value in self.values:
            scalar = self.encode(value)
            # Among values of any type the compiler takes 1.0 for 1.
            if self.element_type == "any" or identity(plain(scalar)) != identity(value):
                different[scalar] = value
        return Decoding(self.element_type, different)


class NumberBook(Codebook):
    """Numbers as an s-op of f64, in which equal ones of different types are one.

    Raises ValueError for a value that no f64 is.
    """

    def __init__(self, values: Iterable[Any]):
        self.values = [value for value in distinct(values) if value is not None]
        self._scalars = {identity(value): number_of(value) for value in self.values}
        self.element_type = "f64"

    @property
    def decoding(self) -> Decoding:
        return Decoding("f64")


def number_of(value: Any) -> Union[float, Fraction]:
    """A number as an f64 of the compiler, without loss. Raises ValueError for others."""
    scalar = scalar_of(value)
    if is_number(scalar):
        return _as_number(scalar)
    if is_number(value) and abs(value) < 2**1000 and float(value) == value:
        return float(value)
    raise ValueError(f"{value!r} is no number that 64 bits hold")


def _as_number(scalar: Any) -> Union[float, Fraction]:
    """A boolean or an integer as an f64, without loss."""
    if isinstance(scalar, (float, Fraction)):
        return scalar
    number = float(scalar)
    return number if number == scalar else Fraction(scalar)
