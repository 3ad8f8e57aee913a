# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Python functions of values: calling, checking what was traced, tabulating."""

from __future__ import annotations

import collections
import math
from fractions import Fraction
from typing import Any, Callable, Dict, Hashable, List, Optional, Sequence, Tuple, TypeVar

from ..errors import CompilationError, Diagnostic
from .comparison import Comparison
from .locations import location_of_function
from .tracing import NotTraceable, TracedFunction
from .values import Decoding, Scalar, identity, is_number, nearest_float, normalized

KeyT = TypeVar("KeyT", bound=Tuple[Scalar, ...])
ValueT = TypeVar("ValueT", bound=Scalar)

MAX_CHECKED = 1 << 12
"""On so many combinations a traced function is compared with the original; on all that
there are where the two may differ on a few."""

MAX_TABULATED = 1 << 20
"""A table has at most so many entries."""

NUM_REPEATED = 8
"""On so many combinations a function is called twice."""

# How far a float that Python computes may be from the exact value.
_TOLERANCE = 1e-9


def call(function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    """The value of `function`, as a value of the language."""
    try:
        return normalized(function(*arguments), f"the result of {describe(function)}")
    except NotTraceable:
        # A stand-in that it was traced with, and has kept, came back.
        raise _impure(function) from None


def check_purity(function: Callable[..., Any], arguments: Sequence[Any], result: Any) -> None:
    """Raises ValueError if `function` now gives another result than it gave before."""
    if identity(call(function, arguments)) != identity(result):
        raise _impure(function)


def _impure(function: Callable[..., Any]) -> ValueError:
    return ValueError(
        f"{describe(function)} gives another result when it is called again: expected one that"
        " depends on nothing but its arguments"
    )


class Truth:
    """A predicate whose results count as true or false, whatever they are."""

    __slots__ = ("__wrapped__",)

    def __init__(self, predicate: Callable[[Any, Any], Any]):
        self.__wrapped__ = predicate

    def __call__(self, key: Any, query: Any) -> bool:
        return bool(self.__wrapped__(key, query))


def describe(function: Callable[..., Any]) -> str:
    """A function as errors name it."""
    if isinstance(function, Truth):
        function = function.__wrapped__
    if getattr(function, "is_exact", False):
        return f"`{function!r}`"
    if isinstance(function, Comparison):
        return str(function)
    name = getattr(function, "__qualname__", None) or type(function).__name__
    return f"the function {name.replace('<locals>.', '')}"


def message_of(error: BaseException) -> str:
    """What an exception of a user's function says, if it can be said."""
    if isinstance(error, CompilationError):
        return error.message
    try:
        return str(error)
    except Exception:
        return ""


def definition_notes(function: Callable[..., Any]) -> List[Diagnostic]:
    location = location_of_function(function)
    if location is None:
        return []
    return [Diagnostic("note", "the function is defined here", location)]


def agree(
    function: Callable[..., Any],
    traced: TracedFunction,
    decodings: Sequence[Decoding],
    combinations: Optional[Sequence[Tuple[Scalar, ...]]],
) -> bool:
    """Whether `traced` computes what `function` does, as far as that was tried.

    With no combinations of values known, a function is believed to be what it does to
    the numbers that it is traced with; its values at a few are compared all the same.
    """
    is_exact = getattr(function, "is_exact", False)
    is_known = combinations is not None
    if combinations is not None and not (traced.is_delicate and not is_exact):
        combinations = _spread(combinations, MAX_CHECKED)
    for scalars in combinations if combinations is not None else _samples(decodings):
        arguments = [decode(scalar) for decode, scalar in zip(decodings, scalars)]
        try:
            expected = call(function, arguments)
        except Exception:
            if is_known:
                return False
            continue
        try:
            found = traced(*map(_exact, scalars))
        except (ArithmeticError, ValueError):
            return False
        if not _same(found, expected, traced.element_type, is_exact):
            return False
    return True


def _spread(values: Sequence[KeyT], number: int) -> List[KeyT]:
    """About so many of the values, from the first to the last."""
    step = -(-len(values) // number) if values else 1
    return [*values[::step], *values[-1:]]


def _samples(decodings: Sequence[Decoding]) -> List[Tuple[Scalar, ...]]:
    """A few numbers of each type; a function may be undefined on some."""
    values: Dict[str, List[Scalar]] = {
        "i1": [False, True],
        "i64": [-3, 0, 1, 2, 7],
        "f64": [-2.0, 0.0, 0.5, 3.0],
    }
    columns = [values[decoding.element_type] for decoding in decodings]
    length = max(map(len, columns))
    return [
        tuple(column[(i * (number + 1)) % len(column)] for number, column in enumerate(columns))
        for i in range(length)
    ]


def _exact(scalar: Scalar) -> Scalar:
    """A scalar as the compiler computes with it, which takes few floats for fractions."""
    if isinstance(scalar, float):
        fraction = Fraction(scalar)
        return fraction if fraction.denominator <= 1 << 20 else scalar
    return scalar


def _same(found: Any, expected: Any, element_type: str, is_exact: bool) -> bool:
    if element_type == "i1":
        return isinstance(expected, bool) and bool(found) == expected
    if not is_number(expected) or (isinstance(expected, bool) and not is_exact):
        return False
    if element_type == "i64":
        return not isinstance(expected, float) and found == expected
    number: Any = nearest_float(found)
    return number == expected or (
        math.isfinite(expected)
        and math.isclose(number, expected, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    )


def with_fallback(
    keys: Sequence[KeyT], values: Sequence[ValueT]
) -> Tuple[List[KeyT], List[ValueT], Optional[Tuple[Optional[ValueT]]]]:
    """Entries of a table whose most frequent value needs none.

    A table that nothing is ever looked up in has None for everything.
    """
    counts = collections.Counter(map(identity, values))
    if not counts:
        return [], [], (None,)
    common: Hashable
    common, count = counts.most_common(1)[0]
    if count < 2:
        return list(keys), list(values), None
    rest = [(key, value) for key, value in zip(keys, values) if identity(value) != common]
    fallback = next(value for value in values if identity(value) == common)
    return [key for key, _ in rest], [value for _, value in rest], (fallback,)


class Product:
    """The sum of some numbers: their mean times how many they are."""

    is_exact = True

    def __call__(self, mean: Any, width: Any) -> Any:
        return mean * width

    def __repr__(self) -> str:
        return "mean * width"


class RoundedProduct(Product):
    """Likewise, for integers."""

    def __call__(self, mean: Any, width: Any) -> Any:
        return round(mean * width)
