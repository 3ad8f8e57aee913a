# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The elementwise functions that operators of s-ops stand for.

They are ordinary Python functions of values, with a text that shows them. On numbers
they are defined by the scalar ops that they trace to, which compute with exact
fractions.
"""

from __future__ import annotations

import operator
from typing import Any, Callable, Optional

from . import tracing


class Operation:
    """A function of values that an operator stands for.

    `pattern` shows it: "{} + {}". `traced` is the function on what stands for numbers
    while a function is traced, where `function` itself does not do.
    """

    __slots__ = ("function", "pattern", "traced")

    is_exact = True

    def __init__(
        self,
        function: Callable[..., Any],
        pattern: str,
        traced: Optional[Callable[..., Any]] = None,
    ):
        self.function = function
        self.pattern = pattern
        self.traced = traced or function

    def __call__(self, *values: Any) -> Any:
        return self.function(*values)

    def __reduce__(self) -> str:
        return next(name for name, value in globals().items() if value is self)

    def __repr__(self) -> str:
        return self.pattern.format("x", "y", "z")


class LeftConstant:
    """`operation(constant, x)` as a function of x."""

    __slots__ = ("operation", "constant")

    is_exact = True

    def __init__(self, operation: Operation, constant: Any):
        self.operation = operation
        self.constant = constant

    def __call__(self, value: Any) -> Any:
        return self.operation.function(self.constant, value)

    def traced(self, value: Any) -> Any:
        return self.operation.traced(self.constant, value)

    def __repr__(self) -> str:
        return self.operation.pattern.format(repr(self.constant), "x")


class RightConstant(LeftConstant):
    """`operation(x, constant)` as a function of x."""

    __slots__ = ()

    def __call__(self, value: Any) -> Any:
        return self.operation.function(value, self.constant)

    def traced(self, value: Any) -> Any:
        return self.operation.traced(value, self.constant)

    def __repr__(self) -> str:
        return self.operation.pattern.format("x", repr(self.constant))


class LinearCombination:
    """`x * first_factor + y * second_factor` as a function of x and y."""

    __slots__ = ("first_factor", "second_factor")

    is_exact = True

    def __init__(self, first_factor: Any, second_factor: Any):
        self.first_factor = first_factor
        self.second_factor = second_factor

    def __call__(self, first: Any, second: Any) -> Any:
        return first * self.first_factor + second * self.second_factor

    def __repr__(self) -> str:
        return f"{self.first_factor!r} * x + {self.second_factor!r} * y"


ADD = Operation(operator.add, "{} + {}")
SUBTRACT = Operation(operator.sub, "{} - {}")
MULTIPLY = Operation(operator.mul, "{} * {}")
DIVIDE = Operation(operator.truediv, "{} / {}")
FLOOR_DIVIDE = Operation(operator.floordiv, "{} // {}")
MODULO = Operation(operator.mod, "{} % {}")
POWER = Operation(operator.pow, "{} ** {}")
NEGATE = Operation(operator.neg, "-{}")
POSITIVE = Operation(operator.pos, "+{}")
ABSOLUTE = Operation(operator.abs, "abs({})")
EQUAL = Operation(operator.eq, "{} == {}")
NOT_EQUAL = Operation(operator.ne, "{} != {}")
LESS = Operation(operator.lt, "{} < {}")
LESS_OR_EQUAL = Operation(operator.le, "{} <= {}")
GREATER = Operation(operator.gt, "{} > {}")
GREATER_OR_EQUAL = Operation(operator.ge, "{} >= {}")
# As the operators of Tracr's s-ops: &, | and ~ are Python's `and`, `or` and `not`.
AND = Operation(lambda x, y: x and y, "{} and {}", tracing.conjunction)
OR = Operation(lambda x, y: x or y, "{} or {}", tracing.disjunction)
NOT = Operation(operator.not_, "not {}", tracing.negation)
WHERE = Operation(
    lambda condition, x, y: x if condition else y, "{1} if {0} else {2}", tracing.select
)
MAXIMUM = Operation(max, "max({}, {})", lambda x, y: tracing.extremum("max", x, y))
MINIMUM = Operation(min, "min({}, {})", lambda x, y: tracing.extremum("min", x, y))
