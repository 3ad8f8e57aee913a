# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The elementwise functions that operators of s-ops stand for.

They are ordinary Python functions of values, with a text that shows them and the
knowledge that they do nothing but compute.
"""

from __future__ import annotations

import operator
from typing import Any, Callable


class Operation:
    """A function of values that an operator stands for.

    `pattern` shows it: "{} + {}". Where values are missing, the arguments have
    names.
    """

    __slots__ = ("function", "pattern", "num_inputs")

    def __init__(self, function: Callable[..., Any], pattern: str):
        self.function = function
        self.pattern = pattern
        self.num_inputs = pattern.count("{}")

    def __call__(self, *values: Any) -> Any:
        return self.function(*values)

    def __repr__(self) -> str:
        return self.pattern.format(*"xyz"[: self.num_inputs])


class LeftConstant:
    """`operation(constant, x)` as a function of x."""

    __slots__ = ("operation", "constant")

    def __init__(self, operation: Operation, constant: Any):
        self.operation = operation
        self.constant = constant

    def __call__(self, value: Any) -> Any:
        return self.operation.function(self.constant, value)

    def __repr__(self) -> str:
        return self.operation.pattern.format(repr(self.constant), "x")


class RightConstant(LeftConstant):
    """`operation(x, constant)` as a function of x."""

    __slots__ = ()

    def __call__(self, value: Any) -> Any:
        return self.operation.function(value, self.constant)

    def __repr__(self) -> str:
        return self.operation.pattern.format("x", repr(self.constant))


class LinearCombination:
    """`x * first_factor + y * second_factor` as a function of x and y."""

    __slots__ = ("first_factor", "second_factor")

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
# As the operators of Tracr's s-ops: Python's `and`, `or` and `not`, which are the
# operators &, | and ~ on booleans.
AND = Operation(lambda x, y: x and y, "{} and {}")
OR = Operation(lambda x, y: x or y, "{} or {}")
NOT = Operation(operator.not_, "not {}")
WHERE = Operation(lambda condition, x, y: x if condition else y, "{1} if {0} else {2}")
WHERE.num_inputs = 3
