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
from typing import Any, Callable, Dict, Hashable, Iterable, Iterator, List, Optional, Union

Scalar = Union[None, bool, int, float, Fraction, str]

# What a value may be, beside tuples and frozensets of such.
_ATOMS = (bool, int, float, str, bytes, complex, Fraction, decimal.Decimal, enum.Enum, range)

# Python shows integers of a few thousand digits at most; values stand in the IR as text.
_MAX_BITS = 1 << 12

# A float is taken for the fraction with a denominator of at most this that it is
# nearest to, if it is the float nearest to that fraction: 1 / 3 is a third, as the
# mean of 0, 0 and 1 is. No two floats become the same fraction.
_MAX_DENOMINATOR = 1 << 20


def normalized(value: Any, role: str) -> Any:
    """`value` as a value of the language: NumPy scalars as Python's.

    `role` says what it is, for errors. Raises TypeError for a value that can change or
    that is of a kind without a fixed meaning, and ValueError for NaN and for what is too
    large to be shown.
    """
    try:
        return _normalized(value, role)
    except RecursionError:
        raise ValueError(f"{role} is a {type(value).__name__} that is nested too deeply") from None


def _normalized(value: Any, role: str) -> Any:
    if value is None or isinstance(value, (bool, enum.Enum)):
        return value
    scalar = _python_scalar(value)
    if type(scalar) is not type(value):
        return _normalized(scalar, role)
    if isinstance(value, float):
        if math.isnan(value):
            raise ValueError(f"{role} is nan, which is not equal to itself and thus no value")
        return float(value) if type(value) is not float else value
    if isinstance(value, (int, Fraction)):
        num_bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        if num_bits > _MAX_BITS:
            raise ValueError(f"{role} is a number of {num_bits} bits: expected at most {_MAX_BITS}")
        return value
    if isinstance(value, _ATOMS):
        if isinstance(value, (complex, decimal.Decimal)) and value != value:
            raise ValueError(f"{role} is {value!r}, which is not equal to itself and thus no value")
        return value
    if isinstance(value, tuple):
        items = [_normalized(item, f"a part of {role}") for item in value]
        if type(value) is tuple:
            return tuple(items)
        return value  # a named tuple
    if isinstance(value, frozenset):
        return frozenset(_normalized(item, f"a part of {role}") for item in value)
    raise TypeError(
        f"{role} is {value!r} of the type {type(value).__name__}, which is no value of a program:"
        " expected None, a bool, a number, a string, or a tuple or frozenset of these"
    )


def _python_scalar(value: Any) -> Any:
    """A scalar or an array without dimensions of NumPy as Python's, others as they are."""
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "shape", None) == () else value


def checked_flag(value: Any, role: str) -> bool:
    """`value`, which has to be True or False. `role` says for errors what it is."""
    flag = _python_scalar(value)
    if isinstance(flag, bool):
        return flag
    raise TypeError(f"expected {role} to be True or False, found {value!r}")


def checked_iterable(value: Any, expected: str) -> Iterator[Any]:
    """What `value` has in it. `expected` says for errors what it should be."""
    try:
        return iter(value)
    except TypeError:
        raise TypeError(f"expected {expected}, found {value!r}") from None


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


def is_finite_number(value: Any) -> bool:
    """Whether 64 bits hold the value as a number."""
    try:
        number_of(value)
    except ValueError:
        return False
    return True


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
    these are means of integers. `is_one_to_one` says that no two scalars stand for equal
    values, as they may for 1 and True.
    """

    __slots__ = ("element_type", "values", "integers_are_floats", "is_one_to_one", "is_faithful")

    def __init__(
        self,
        element_type: str,
        values: Optional[Dict[Scalar, Any]] = None,
        integers_are_floats: bool = True,
        is_one_to_one: bool = True,
    ):
        self.element_type = element_type
        self.values = values or {}
        self.integers_are_floats = integers_are_floats
        self.is_one_to_one = is_one_to_one
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
        self._scalars = _scalars_for(self.values, scalar_of)
        self.element_type = element_type_of(self._scalars.values())
        self._convert_numbers()

    def _convert_numbers(self) -> None:
        """Makes the scalars of a numeric element type numbers of this type."""
        if self.element_type in ("i64", "f64"):
            convert: Callable[[Any], Scalar] = int if self.element_type == "i64" else _as_number
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
        is_one_to_one = len(set(self.values)) == len(self.values)
        return Decoding(self.element_type, different, is_one_to_one=is_one_to_one)


class TokenBook(Codebook):
    """Tokens, whose scalars are of one element type other than "any".

    Where they would be of several, every token that is no string is stood for by one.
    `reserved` strings stand for none: they name BOS and PAD.

    >>> book = TokenBook([1, "a", "1"])
    >>> book.element_type, [book.encode(value) for value in (1, "a", "1")]
    ('str', ["1'", 'a', '1'])
    """

    def __init__(self, values: Iterable[Any], reserved: Iterable[str] = ()):
        self.values = distinct(values)
        reserved = tuple(reserved)
        self._scalars = _scalars_for(self.values, scalar_of, reserved)
        self.element_type = element_type_of(self._scalars.values())
        if self.element_type == "any":
            self._scalars = _scalars_for(self.values, _text_of, reserved)
            self.element_type = "str"
        self._convert_numbers()


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


def _scalars_for(
    values: Iterable[Any],
    scalar_of: Callable[[Any], Optional[Scalar]],
    reserved: Iterable[str] = (),
) -> Dict[Hashable, Scalar]:
    """A scalar for each value: its own, or a symbol where it has none or that is taken."""
    scalars: Dict[Hashable, Scalar] = {}
    taken: set[Any] = set(reserved)
    foreign = []
    for value in values:
        scalar = scalar_of(value)
        if scalar is None or scalar in taken:
            foreign.append(value)
            continue
        taken.add(scalar)
        scalars[identity(value)] = scalar
    for value in foreign:
        symbol = ascii(value)
        while symbol in taken:
            symbol += "'"
        taken.add(symbol)
        scalars[identity(value)] = symbol
    return scalars


def _text_of(value: Any) -> Optional[Scalar]:
    scalar = scalar_of(value)
    return scalar if isinstance(scalar, str) else None


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
