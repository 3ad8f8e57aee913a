# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""S-ops: sequences that have a value at every position of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Sequence, Union

from . import operations as op
from .expressions import RASPExpr
from .values import checked_flag, checked_iterable, is_number, normalized

if TYPE_CHECKING:
    from .lowering import Lowering, SOpValue
    from .selectors import Selector


class SOp(RASPExpr):
    """A sequence that has a value at every position of the input.

    A value is None, a bool, an int, a float, a string, or a tuple or frozenset of values.
    Operators work elementwise, with s-ops and with constants: `+ - * / // % **`,
    comparisons, `abs`, and `& | ~` for Python's and, or, not. Where a value is None, so is
    the result. Numbers compute with exact fractions: `rasp.tokens / 3 * 3` is
    `rasp.tokens`.

    >>> from rasp_mlir import rasp
    >>> (1 < rasp.tokens)([1, 2, 3])
    [False, True, True]
    """

    def __add__(self, other: Any) -> SOp:
        return _binary(op.ADD, self, other)

    def __radd__(self, other: Any) -> SOp:
        return _reflected(op.ADD, self, other)

    def __sub__(self, other: Any) -> SOp:
        return _binary(op.SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> SOp:
        return _reflected(op.SUBTRACT, self, other)

    def __mul__(self, other: Any) -> SOp:
        return _binary(op.MULTIPLY, self, other)

    def __rmul__(self, other: Any) -> SOp:
        return _reflected(op.MULTIPLY, self, other)

    def __truediv__(self, other: Any) -> SOp:
        return _binary(op.DIVIDE, self, other)

    def __rtruediv__(self, other: Any) -> SOp:
        return _reflected(op.DIVIDE, self, other)

    def __floordiv__(self, other: Any) -> SOp:
        return _binary(op.FLOOR_DIVIDE, self, other)

    def __rfloordiv__(self, other: Any) -> SOp:
        return _reflected(op.FLOOR_DIVIDE, self, other)

    def __mod__(self, other: Any) -> SOp:
        return _binary(op.MODULO, self, other)

    def __rmod__(self, other: Any) -> SOp:
        return _reflected(op.MODULO, self, other)

    def __pow__(self, other: Any) -> SOp:
        return _binary(op.POWER, self, other)

    def __rpow__(self, other: Any) -> SOp:
        return _reflected(op.POWER, self, other)

    def __neg__(self) -> SOp:
        return Map(op.NEGATE, self)

    def __pos__(self) -> SOp:
        return Map(op.POSITIVE, self)

    def __abs__(self) -> SOp:
        return Map(op.ABSOLUTE, self)

    def __eq__(self, other: Any) -> SOp:  # type: ignore[override]
        return _binary(op.EQUAL, self, other)

    def __ne__(self, other: Any) -> SOp:  # type: ignore[override]
        return _binary(op.NOT_EQUAL, self, other)

    def __lt__(self, other: Any) -> SOp:
        return _binary(op.LESS, self, other)

    def __le__(self, other: Any) -> SOp:
        return _binary(op.LESS_OR_EQUAL, self, other)

    def __gt__(self, other: Any) -> SOp:
        return _binary(op.GREATER, self, other)

    def __ge__(self, other: Any) -> SOp:
        return _binary(op.GREATER_OR_EQUAL, self, other)

    def __and__(self, other: Any) -> SOp:
        return _binary(op.AND, self, other)

    def __rand__(self, other: Any) -> SOp:
        return _reflected(op.AND, self, other)

    def __or__(self, other: Any) -> SOp:
        return _binary(op.OR, self, other)

    def __ror__(self, other: Any) -> SOp:
        return _reflected(op.OR, self, other)

    def __invert__(self) -> SOp:
        return Map(op.NOT, self)

    _default_name = "sop"
    __hash__ = object.__hash__
    # NumPy's scalars and arrays leave operators with s-ops to s-ops.
    __array_ufunc__ = None

    def __iter__(self) -> Any:
        raise TypeError(f"{self!r} has values only on an input: call it with a list of tokens")


def _binary(operation: op.Operation, sop: SOp, other: Any) -> SOp:
    if isinstance(other, SOp):
        return SequenceMap(operation, sop, other)
    return Map(op.RightConstant(operation, _constant(other)), sop)


def _reflected(operation: op.Operation, sop: SOp, other: Any) -> SOp:
    return Map(op.LeftConstant(operation, _constant(other)), sop)


def _constant(value: Any) -> Any:
    if isinstance(value, RASPExpr):
        raise TypeError(
            f"expected an s-op or a constant as an operand, found the selector {value!r}"
        )
    return normalized(value, "a constant")


def check_sop(value: Any, role: str) -> SOp:
    """`value`, which has to be an s-op. `role` says for errors what it is."""
    if isinstance(value, SOp):
        return value
    hint = ""
    if not isinstance(value, RASPExpr) and not callable(value):
        hint = f"; rasp.Full({value!r}) has a constant value at every position"
    raise TypeError(f"expected {role} to be an s-op, found {value!r}{hint}")


def check_function(value: Any, role: str) -> Callable[..., Any]:
    if callable(value) and not isinstance(value, RASPExpr):
        function: Callable[..., Any] = value
        return function
    raise TypeError(f"expected {role} to be a Python function of values, found {value!r}")


class _Primitive(SOp):
    """An s-op that the language has by a name, which is its label and its text too."""

    @property
    def children(self) -> Sequence[RASPExpr]:
        return ()

    @property
    def label(self) -> str:
        return self._default_name

    def __repr__(self) -> str:
        return self.label if self.name == self.label else super().__repr__()


class TokensType(_Primitive):
    """The input itself: see `tokens`."""

    _default_name = "tokens"

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> SOpValue:
        return lowering.tokens(self)


class IndicesType(_Primitive):
    """The positions: see `indices`."""

    _default_name = "indices"

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> SOpValue:
        return lowering.indices(self)


class LengthType(_Primitive):
    """The number of tokens: see `length`."""

    _default_name = "length"

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> SOpValue:
        tokens = lowering.tokens(self).value
        everywhere = lowering.builder.select(
            tokens, tokens, "true", location=lowering.location(self)
        )
        return lowering.selector_width(everywhere, self)


class Map(SOp):
    """`f` of the values of one or more s-ops, elementwise.

    `f` may be any Python function whose value depends on nothing but its arguments. Where
    it is arithmetic it becomes code of the compiler, otherwise it is called for every
    combination of values that can occur. None where one of the values is None: `f` never
    gets it. `simplify` is Tracr's, may come as the last positional argument too, and has no
    effect.

    Compilation raises `CompilationError` if `f` raises on values that can occur, and if it
    is not arithmetic and has too many combinations of values to try.

    >>> from rasp_mlir import rasp
    >>> rasp.Map(str.upper, rasp.tokens)(["a", "b"])
    ['A', 'B']
    >>> rasp.Map(max, rasp.tokens, rasp.indices, rasp.length)([5, 0, 4])
    [5, 3, 4]
    """

    _default_name = "map"

    def __init__(
        self,
        f: Callable[..., Any],
        inner: SOp,
        *others: Union[SOp, bool],
        simplify: bool = True,
    ):
        super().__init__()
        if others and isinstance(others[-1], bool):
            *others, simplify = others  # type: ignore[assignment]
        self.f = check_function(f, "the function of a Map")
        self.inners = tuple(check_sop(sop, "what a Map reads") for sop in (inner, *others))
        self.simplify = simplify

    @property
    def inner(self) -> SOp:
        """The s-op whose values `f` gets first."""
        return self.inners[0]

    @property
    def children(self) -> Sequence[RASPExpr]:
        return self.inners

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> SOpValue:
        return lowering.elementwise(self.f, operands, self)


class SequenceMap(SOp):
    """`f` of the values of two s-ops, elementwise; the two may be one. See `Map`.

    >>> from rasp_mlir import rasp
    >>> rasp.SequenceMap(lambda x, y: x * y, rasp.tokens, rasp.length)([1, 2])
    [2, 4]
    """

    _default_name = "sequence_map"

    def __init__(self, f: Callable[[Any, Any], Any], fst: SOp, snd: SOp):
        super().__init__()
        self.f = check_function(f, "the function of a SequenceMap")
        self.fst = check_sop(fst, "what a SequenceMap reads first")
        self.snd = check_sop(snd, "what a SequenceMap reads second")

    @property
    def children(self) -> Sequence[RASPExpr]:
        return (self.fst, self.snd)

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> SOpValue:
        return lowering.elementwise(self.f, operands, self)


class LinearSequenceMap(SequenceMap):
    """`fst_fac * fst + snd_fac * snd`. Raises TypeError for factors that are no numbers.

    >>> from rasp_mlir import rasp
    >>> rasp.LinearSequenceMap(rasp.tokens, rasp.indices, 1, -2)([5, 5])
    [5, 3]
    """

    _default_name = "linear_sequence_map"

    def __init__(self, fst: SOp, snd: SOp, fst_fac: float, snd_fac: float):
        fst_fac, snd_fac = (normalized(factor, "a factor") for factor in (fst_fac, snd_fac))
        for factor in (fst_fac, snd_fac):
            if not is_number(factor):
                raise TypeError(f"expected a factor to be a number, found {factor!r}")
        super().__init__(op.LinearCombination(fst_fac, snd_fac), fst, snd)
        self.fst_fac = fst_fac
        self.snd_fac = snd_fac


class Full(SOp):
    """One value at every position.

    >>> from rasp_mlir import rasp
    >>> rasp.Full("x")(["a", "b"])
    ['x', 'x']
    """

    _default_name = "full"

    def __init__(self, fill: Any):
        super().__init__()
        self.fill = normalized(fill, "the value of a Full")

    @property
    def children(self) -> Sequence[RASPExpr]:
        return ()

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> SOpValue:
        return lowering.constant(self.fill, self)


class ConstantSOp(SOp):
    """These values, one at each position; for inputs of this length only.

    It can be evaluated but not compiled, as the inputs of a model differ in length.
    `check_length=False` leaves out values that are too many.

    >>> from rasp_mlir import rasp
    >>> (rasp.ConstantSOp([10, 20]) + rasp.tokens)([1, 2])
    [11, 22]
    """

    _default_name = "constant_sop"

    def __init__(self, value: Sequence[Any], check_length: bool = True):
        super().__init__()
        items = checked_iterable(value, "the value of a ConstantSOp to be a list of values")
        self.value: List[Any] = [normalized(item, "a value of a ConstantSOp") for item in items]
        self.check_length = checked_flag(check_length, "check_length")

    @property
    def children(self) -> Sequence[RASPExpr]:
        return ()

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> SOpValue:
        return lowering.constant_sequence(self.value, self.check_length, self)


class SelectorWidth(SOp):
    """How many keys each query selects.

    >>> from rasp_mlir import rasp
    >>> before = rasp.Select(rasp.indices, rasp.indices, rasp.Comparison.LT)
    >>> rasp.SelectorWidth(before)(["a", "b", "c"])
    [0, 1, 2]
    """

    _default_name = "selector_width"

    def __init__(self, selector: Selector):
        from .selectors import check_selector

        super().__init__()
        self.selector = check_selector(selector, "what a SelectorWidth counts")

    @property
    def children(self) -> Sequence[RASPExpr]:
        return (self.selector,)

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> SOpValue:
        return lowering.selector_width(operands[0], self)


class Aggregate(SOp):
    """At each query, the mean of the values at the selected keys.

    One selected value is passed on as it is, of any type, and so are several equal ones.
    Several different values have to be numbers. Where no key is selected the result is
    `default`. `unique` promises that no query selects different values, where the compiler
    cannot see it; then values of any type can be gathered.

    >>> from rasp_mlir import rasp
    >>> up_to = rasp.Select(rasp.indices, rasp.indices, rasp.Comparison.LEQ)
    >>> rasp.Aggregate(up_to, rasp.tokens)([1, 2, 6])
    [1, 1.5, 3]
    """

    _default_name = "aggregate"

    def __init__(
        self, selector: Selector, sop: SOp, default: Any = None, *, unique: bool = False
    ):
        from .selectors import check_selector

        super().__init__()
        self.selector = check_selector(selector, "what an Aggregate selects by")
        self.sop = check_sop(sop, "what an Aggregate reads")
        self.default = normalized(default, "the default of an Aggregate")
        self.unique = checked_flag(unique, "unique")

    @property
    def children(self) -> Sequence[RASPExpr]:
        return (self.selector, self.sop)

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> SOpValue:
        selector, sop = operands
        return lowering.aggregate(selector, sop, self.default, self.unique, self)


class Sum(SOp):
    """At each query, the sum of the numbers at the selected keys, 0 where there are none.

    A key whose value is None counts as 0.

    >>> from rasp_mlir import rasp
    >>> up_to = rasp.Select(rasp.indices, rasp.indices, rasp.Comparison.LEQ)
    >>> rasp.Sum(up_to, rasp.tokens)([1, 2, 6])
    [1, 3, 9]
    """

    _default_name = "sum"

    def __init__(self, selector: Selector, sop: SOp):
        from .selectors import check_selector

        super().__init__()
        self.selector = check_selector(selector, "what a Sum selects by")
        self.sop = check_sop(sop, "what a Sum adds up")

    @property
    def children(self) -> Sequence[RASPExpr]:
        return (self.selector, self.sop)

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> SOpValue:
        selector, sop = operands
        return lowering.sum(selector, sop, self)


def sop_not(sop: SOp) -> SOp:
    """`~sop`.

    >>> from rasp_mlir import rasp
    >>> sop_not(rasp.tokens == "a")(["a", "b"])
    [False, True]
    """
    return ~check_sop(sop, "the operand of sop_not")


def where(condition: Any, then: Any, otherwise: Any) -> SOp:
    """`then` where `condition` is true, elsewhere `otherwise`; s-ops or constants.

    >>> from rasp_mlir import rasp
    >>> rasp.where(rasp.tokens > 2, rasp.tokens, 0)([1, 2, 3])
    [0, 0, 3]
    """
    return Map(op.WHERE, *map(_as_sop, (condition, then, otherwise)))


def maximum(x: Any, y: Any) -> SOp:
    """The greater of two values, elementwise; s-ops or constants.

    >>> from rasp_mlir import rasp
    >>> maximum(rasp.tokens, 2)([1, 2, 3])
    [2, 2, 3]
    """
    return SequenceMap(op.MAXIMUM, _as_sop(x), _as_sop(y))


def minimum(x: Any, y: Any) -> SOp:
    """The lesser of two values, elementwise; s-ops or constants.

    >>> from rasp_mlir import rasp
    >>> minimum(rasp.tokens, rasp.indices)([1, 2, 0])
    [0, 1, 0]
    """
    return SequenceMap(op.MINIMUM, _as_sop(x), _as_sop(y))


def _as_sop(value: Union[SOp, Any]) -> SOp:
    return value if isinstance(value, SOp) else Full(_constant(value))


tokens = TokensType()
"""The input: its token at each position."""

indices = IndicesType()
"""The position, counted from 0."""

length = LengthType().named("length")  # the name is for the compiled model
"""The number of tokens, at every position; in a causal program, of those up to it."""
