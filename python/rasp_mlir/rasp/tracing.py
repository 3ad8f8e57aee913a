# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Python functions that are arithmetic, traced into scalar ops of MLIR.

The function is called once with stand-ins for its arguments, which record what is
done to them. What they cannot record, such as a branch on a value, ends the tracing;
the function is tabulated then (see `Lowering.elementwise`).
"""

from __future__ import annotations

import math
import operator
import sys
from fractions import Fraction
from typing import Any, Callable, List, NamedTuple, NoReturn, Optional, Sequence, Tuple

Instruction = Tuple[str, Sequence[int], object, str]

_NUMERIC = ("i1", "i64", "f64")

# Ops that are undefined on some numbers, and ops with jumps.
_PARTIAL = frozenset({"arith.divf", "arith.floordivsi"})
_JUMPING = frozenset(
    {"arith.cmpf", "arith.fptosi", "math.floor", "math.ceil", "math.trunc", "math.roundeven"}
)


class NotTraceable(BaseException):
    """Ends the tracing of a function. No `except Exception` of the function catches it."""


class TracedFunction(NamedTuple):
    """A function as a list of scalar ops, the last of which yields its value."""

    num_inputs: int
    instructions: List[Instruction]
    compute: List[Callable[..., Any]]
    element_type: str

    @property
    def is_delicate(self) -> bool:
        """Whether the ops may agree with the function on most values and not on others.

        They may where one op is undefined somewhere, and the function catches what it
        raises there, or jumps, so that a rounding of Python's makes all the difference.
        """
        return any(
            name in _PARTIAL or (name in _JUMPING and "f64" in self._operand_types(operands))
            for name, operands, _, _ in self.instructions
        )

    def _operand_types(self, operands: Sequence[int]) -> List[str]:
        """The element types of operands; an input counts as f64."""
        return [
            self.instructions[operand - self.num_inputs][3] if operand >= self.num_inputs else "f64"
            for operand in operands
        ]

    def __call__(self, *scalars: Any) -> Any:
        """The value of the ops on numbers: exact where these are ints and Fractions.

        Raises ArithmeticError where an op is undefined, an integer takes more than 64
        bits, or a number is not finite.
        """
        values = list(scalars)
        for (_, operands, _, element_type), compute in zip(self.instructions, self.compute):
            value = compute(*(values[operand] for operand in operands))
            if element_type == "i64" and not -(2**63) <= value < 2**63:
                raise OverflowError("an integer takes more than 64 bits")
            if element_type == "f64" and not abs(value) <= sys.float_info.max:
                raise OverflowError("a number is not finite")
            values.append(value)
        return values[-1]


def trace(
    function: Callable[..., Any], element_types: Sequence[str]
) -> Optional[TracedFunction]:
    """`function` of numbers of these element types, or None if it cannot be traced."""
    if any(element_type not in _NUMERIC for element_type in element_types):
        return None
    recorder = _Recorder(len(element_types))
    inputs = [Traced(recorder, i, type_) for i, type_ in enumerate(element_types)]
    try:
        result = _lift(recorder, getattr(function, "traced", function)(*inputs))
    except (NotTraceable, Exception):
        # Whatever fails on stand-ins may work on values.
        return None
    if recorder.has_failed:  # and the function has caught it
        return None
    num_inputs, instructions = len(element_types), recorder.instructions
    is_only_input = num_inputs == 1 and not instructions
    if result.number != num_inputs + len(instructions) - 1 or not (instructions or is_only_input):
        result = recorder.identity(result)
    return TracedFunction(num_inputs, instructions, recorder.compute, result.element_type)


class _Recorder:
    """The ops recorded so far."""

    def __init__(self, num_inputs: int):
        self.num_inputs = num_inputs
        self.has_failed = False
        self.instructions: List[Instruction] = []
        self.compute: List[Callable[..., Any]] = []

    def record(
        self,
        name: str,
        operands: Sequence[Traced],
        element_type: str,
        compute: Callable[..., Any],
        attribute: object = None,
    ) -> Traced:
        numbers = tuple(operand.number for operand in operands)
        self.instructions.append((name, numbers, attribute, element_type))
        self.compute.append(compute)
        return Traced(self, self.num_inputs + len(self.instructions) - 1, element_type)

    def fail(self) -> NoReturn:
        self.has_failed = True
        raise NotTraceable

    def constant(self, value: Any, element_type: str) -> Traced:
        return self.record("arith.constant", [], element_type, lambda: value, value)

    def identity(self, value: Traced) -> Traced:
        """An op with the value of an input."""
        if value.element_type == "i1":
            return self.record("arith.ori", [value, value], "i1", lambda x, _: x)
        if value.element_type == "i64":
            zero = self.constant(0, "i64")
            return self.record("arith.addi", [value, zero], "i64", operator.add)
        zero = self.constant(0.0, "f64")
        return self.record("arith.addf", [value, zero], "f64", operator.add)


class Traced:
    """Stands for a number in a function that is traced."""

    __slots__ = ("recorder", "number", "element_type")

    def __init__(self, recorder: _Recorder, number: int, element_type: str):
        self.recorder = recorder
        self.number = number
        self.element_type = element_type

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # so that isinstance() says what it says of a value
        return {"i1": bool, "i64": int, "f64": float}[self.element_type]

    def _untraceable(self, *_: Any) -> NoReturn:
        self.recorder.fail()

    __bool__ = __int__ = __float__ = __complex__ = __index__ = _untraceable
    __str__ = __repr__ = __format__ = __hash__ = __iter__ = _untraceable
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = _untraceable
    __array__ = __getattr__ = _untraceable
    __array_ufunc__ = None  # the operators of NumPy's scalars leave it to those here

    # Arithmetic.

    def __add__(self, other: Any) -> Traced:
        return _arithmetic("add", operator.add, self, other)

    def __radd__(self, other: Any) -> Traced:
        return _arithmetic("add", operator.add, other, self)

    def __sub__(self, other: Any) -> Traced:
        return _arithmetic("sub", operator.sub, self, other)

    def __rsub__(self, other: Any) -> Traced:
        return _arithmetic("sub", operator.sub, other, self)

    def __mul__(self, other: Any) -> Traced:
        return _arithmetic("mul", operator.mul, self, other)

    def __rmul__(self, other: Any) -> Traced:
        return _arithmetic("mul", operator.mul, other, self)

    def __truediv__(self, other: Any) -> Traced:
        return _quotient(self, other)

    def __rtruediv__(self, other: Any) -> Traced:
        return _quotient(other, self)

    def __floordiv__(self, other: Any) -> Traced:
        return _floor_quotient(self, other)

    def __rfloordiv__(self, other: Any) -> Traced:
        return _floor_quotient(other, self)

    def __mod__(self, other: Any) -> Traced:
        return _remainder(self, other)

    def __rmod__(self, other: Any) -> Traced:
        return _remainder(other, self)

    def __divmod__(self, other: Any) -> Tuple[Traced, Traced]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Tuple[Traced, Traced]:
        return other // self, other % self

    def __pow__(self, exponent: Any, modulus: Any = None) -> Traced:
        if modulus is not None or type(exponent) is not int or not 0 <= exponent <= 64:
            self.recorder.fail()
        power = _lift(self.recorder, 1)
        for _ in range(exponent):
            power = power * self
        return power

    __rpow__ = _untraceable

    def __neg__(self) -> Traced:
        value = _promoted(self)
        if value.element_type == "f64":
            return self.recorder.record("arith.negf", [value], "f64", operator.neg)
        return 0 - value

    def __pos__(self) -> Traced:
        return _promoted(self)

    def __abs__(self) -> Traced:
        value = _promoted(self)
        name = "math.absf" if value.element_type == "f64" else "math.absi"
        return self.recorder.record(name, [value], value.element_type, abs)

    # Rounding.

    def __round__(self, digits: Any = None) -> Traced:
        if digits is not None:
            self.recorder.fail()
        return self._rounded("math.roundeven", round)

    def __floor__(self) -> Traced:
        return self._rounded("math.floor", math.floor)

    def __ceil__(self) -> Traced:
        return self._rounded("math.ceil", math.ceil)

    def __trunc__(self) -> Traced:
        return self._rounded("math.trunc", math.trunc)

    def _rounded(self, name: str, compute: Callable[[Any], int]) -> Traced:
        value = _promoted(self)
        if value.element_type == "i64":
            return value
        rounded = self.recorder.record(name, [value], "f64", compute)
        return self.recorder.record("arith.fptosi", [rounded], "i64", int)

    # Comparison.

    def __eq__(self, other: Any) -> Traced:  # type: ignore[override]
        return _comparison("eq", operator.eq, self, other)

    def __ne__(self, other: Any) -> Traced:  # type: ignore[override]
        return _comparison("ne", operator.ne, self, other)

    def __lt__(self, other: Any) -> Traced:
        return _comparison("lt", operator.lt, self, other)

    def __le__(self, other: Any) -> Traced:
        return _comparison("le", operator.le, self, other)

    def __gt__(self, other: Any) -> Traced:
        return _comparison("gt", operator.gt, self, other)

    def __ge__(self, other: Any) -> Traced:
        return _comparison("ge", operator.ge, self, other)

    # Bits.

    def __and__(self, other: Any) -> Traced:
        return _bitwise("arith.andi", operator.and_, self, other)

    def __or__(self, other: Any) -> Traced:
        return _bitwise("arith.ori", operator.or_, self, other)

    def __xor__(self, other: Any) -> Traced:
        return _bitwise("arith.xori", operator.xor, self, other)

    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__

    def __invert__(self) -> Traced:
        return -1 - self


def select(condition: Traced, then: Any, otherwise: Any) -> Traced:
    """`then if condition else otherwise`. Both are evaluated."""
    recorder = condition.recorder
    then, otherwise = _lift(recorder, then), _lift(recorder, otherwise)
    if condition.element_type != "i1" or then.element_type != otherwise.element_type:
        recorder.fail()
    return recorder.record(
        "arith.select",
        [condition, then, otherwise],
        then.element_type,
        lambda condition, then, otherwise: then if condition else otherwise,
    )


def conjunction(x: Traced, y: Traced) -> Traced:
    """`x and y` of booleans."""
    return _logical("arith.andi", operator.and_, x, y)


def disjunction(x: Traced, y: Traced) -> Traced:
    """`x or y` of booleans."""
    return _logical("arith.ori", operator.or_, x, y)


def negation(x: Traced) -> Traced:
    """`not x` of a boolean or a number."""
    if _lift(x.recorder, x).element_type != "i1":
        return x == 0
    return x ^ True


def extremum(kind: str, x: Traced, y: Traced) -> Traced:
    """The greater ("max") or lesser ("min") of two numbers of one type."""
    recorder = _recorder_of(x, y)
    x, y = _lift(recorder, x), _lift(recorder, y)
    compute = max if kind == "max" else min
    if x.element_type != y.element_type or x.element_type == "i1":
        recorder.fail()
    if x.element_type == "i64":
        return recorder.record(f"arith.{kind}si", [x, y], "i64", compute)
    return recorder.record(f"arith.{kind}imumf", [x, y], "f64", compute)


# Operands.


def _recorder_of(x: Any, y: Any) -> _Recorder:
    return x.recorder if type(x) is Traced else y.recorder


def _lift(recorder: _Recorder, value: Any) -> Traced:
    """A traced value as it is, a number as a constant."""
    if type(value) is Traced:
        if value.recorder is not recorder:
            recorder.fail()  # The function has kept it from an earlier call.
        return value
    if isinstance(value, bool):
        return recorder.constant(value, "i1")
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return recorder.constant(int(value), "i64")
    if isinstance(value, float) and math.isfinite(value):
        return recorder.constant(float(value), "f64")
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():
        return _lift(recorder, item())  # a NumPy scalar
    recorder.fail()


def _promoted(value: Traced, element_type: str = "i64") -> Traced:
    """`value` as a number of at least this type."""
    recorder = value.recorder
    if value.element_type == "i1":
        if element_type == "f64":
            return recorder.record("arith.uitofp", [value], "f64", int)
        return recorder.record("arith.extui", [value], "i64", int)
    if value.element_type == "i64" and element_type == "f64":
        return recorder.record("arith.sitofp", [value], "f64", int)
    return value


def _pair(x: Any, y: Any, least: str = "i64") -> Tuple[Traced, Traced]:
    """Two operands as numbers of one type."""
    recorder = _recorder_of(x, y)
    x, y = _lift(recorder, x), _lift(recorder, y)
    element_type = "f64" if "f64" in (x.element_type, y.element_type, least) else "i64"
    return _promoted(x, element_type), _promoted(y, element_type)


# Operations.


def _arithmetic(name: str, compute: Callable[[Any, Any], Any], x: Any, y: Any) -> Traced:
    lhs, rhs = _pair(x, y)
    suffix = "f" if lhs.element_type == "f64" else "i"
    return lhs.recorder.record(f"arith.{name}{suffix}", [lhs, rhs], lhs.element_type, compute)


def _exact_quotient(x: Any, y: Any) -> Any:
    if isinstance(x, float) or isinstance(y, float):
        return x / y
    return Fraction(x) / Fraction(y)


def _quotient(x: Any, y: Any) -> Traced:
    lhs, rhs = _pair(x, y, "f64")
    return lhs.recorder.record("arith.divf", [lhs, rhs], "f64", _exact_quotient)


def _floor_quotient(x: Any, y: Any) -> Traced:
    lhs, rhs = _pair(x, y)
    if lhs.element_type == "i64":
        return lhs.recorder.record("arith.floordivsi", [lhs, rhs], "i64", operator.floordiv)
    return lhs.recorder.record("math.floor", [_quotient(lhs, rhs)], "f64", math.floor)


def _remainder(x: Any, y: Any) -> Traced:
    lhs, rhs = _pair(x, y)
    return lhs - _floor_quotient(lhs, rhs) * rhs


def _comparison(name: str, compute: Callable[[Any, Any], Any], x: Any, y: Any) -> Traced:
    recorder = _recorder_of(x, y)
    x, y = _lift(recorder, x), _lift(recorder, y)
    if x.element_type == y.element_type == "i1" and name in ("eq", "ne"):
        return recorder.record("arith.cmpi", [x, y], "i1", compute, name)
    x, y = _pair(x, y)
    if x.element_type == "f64":
        return recorder.record("arith.cmpf", [x, y], "i1", compute, f"o{name}")
    predicate = name if name in ("eq", "ne") else f"s{name}"
    return recorder.record("arith.cmpi", [x, y], "i1", compute, predicate)


def _bitwise(name: str, compute: Callable[[Any, Any], Any], x: Any, y: Any) -> Traced:
    recorder = _recorder_of(x, y)
    x, y = _lift(recorder, x), _lift(recorder, y)
    if not x.element_type == y.element_type == "i1":
        x, y = _pair(x, y)
        if x.element_type == "f64":
            recorder.fail()
    return recorder.record(name, [x, y], x.element_type, compute)


def _logical(name: str, compute: Callable[[Any, Any], Any], x: Any, y: Any) -> Traced:
    recorder = _recorder_of(x, y)
    x, y = _lift(recorder, x), _lift(recorder, y)
    if not x.element_type == y.element_type == "i1":
        recorder.fail()
    return recorder.record(name, [x, y], "i1", compute)
