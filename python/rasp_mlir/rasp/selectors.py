# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Selectors: which keys each query selects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Sequence, Union

from .comparison import Comparison
from .expressions import RASPExpr
from .sops import SOp, check_function, check_sop
from .values import checked_flag, checked_iterable, is_number, normalized

if TYPE_CHECKING:
    from .._core import Value
    from .lowering import Lowering

Predicate = Union[Comparison, Callable[[Any, Any], bool]]


class Selector(RASPExpr):
    """For each query position, the key positions that it selects.

    `&`, `|` and `~` combine selectors in any nesting. Called with a list of tokens, it
    gives its rows: `selector(xs)[query][key]`.

    >>> from rasp_mlir import rasp
    >>> same = rasp.Select(rasp.tokens, rasp.tokens, rasp.Comparison.EQ)
    >>> before = rasp.Select(rasp.indices, rasp.indices, rasp.Comparison.LT)
    >>> (same & before)(["a", "b", "a"])
    [[False, False, False], [False, False, False], [True, False, False]]
    """

    _default_name = "selector"

    def __and__(self, other: Selector) -> Selector:
        return SelectorAnd(self, other)

    def __or__(self, other: Selector) -> Selector:
        return SelectorOr(self, other)

    def __invert__(self) -> Selector:
        return SelectorNot(self)


def check_selector(value: Any, role: str) -> Selector:
    """`value`, which has to be a selector. `role` says for errors what it is."""
    if isinstance(value, Selector):
        return value
    raise TypeError(f"expected {role} to be a selector, such as a rasp.Select, found {value!r}")


class Select(Selector):
    """Selects the keys for which `predicate(key, query)` holds.

    `predicate` is a `Comparison` or any Python function of the two values. A key or a
    query that is None is in no pair that is selected.

    >>> from rasp_mlir import rasp
    >>> rasp.Select(rasp.indices, rasp.indices, lambda key, query: key == query + 1)("abc")
    [[False, True, False], [False, False, True], [False, False, False]]
    """

    _default_name = "select"

    def __init__(self, keys: SOp, queries: SOp, predicate: Predicate):
        super().__init__()
        self.keys = check_sop(keys, "the keys of a Select")
        self.queries = check_sop(queries, "the queries of a Select")
        self.predicate = check_function(predicate, "the predicate of a Select")

    @property
    def children(self) -> Sequence[RASPExpr]:
        return (self.keys, self.queries)

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> Value:
        keys, queries = operands
        return lowering.select(self.predicate, keys, queries, self)


class ConstantSelector(Selector):
    """These rows: `value[query][key]`; for inputs of this length only.

    It can be evaluated but not compiled, as the inputs of a model differ in length.
    """

    _default_name = "constant_selector"

    def __init__(self, value: Sequence[Sequence[bool]], check_length: bool = True):
        super().__init__()
        rows = checked_iterable(value, "the value of a ConstantSelector to be a list of rows")
        self.value: List[List[bool]] = [
            [_checked_selection(entry) for entry in checked_iterable(row, "a row to be a list")]
            for row in rows
        ]
        self.check_length = checked_flag(check_length, "check_length")

    @property
    def children(self) -> Sequence[RASPExpr]:
        return ()

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> Value:
        return lowering.constant_selector(self.value, self.check_length, self)


def _checked_selection(selected: Any) -> bool:
    number = normalized(selected, "an entry of a ConstantSelector")
    if is_number(number) and number in (0, 1):
        return bool(number)
    raise ValueError(f"expected an entry of a ConstantSelector to be 0 or 1, found {selected!r}")


class _Binary(Selector):
    def __init__(self, fst: Selector, snd: Selector):
        super().__init__()
        self.fst = check_selector(fst, "an operand of & or |")
        self.snd = check_selector(snd, "an operand of & or |")

    @property
    def children(self) -> Sequence[RASPExpr]:
        return (self.fst, self.snd)


class SelectorAnd(_Binary):
    """Selects what both selectors select."""

    _default_name = "selector_and"

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> Value:
        return lowering.builder.selector_and(*operands, **lowering.named(self))


class SelectorOr(_Binary):
    """Selects what at least one of the selectors selects."""

    _default_name = "selector_or"

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> Value:
        return lowering.builder.selector_or(*operands, **lowering.named(self))


class SelectorNot(Selector):
    """Selects what the selector does not select, in a causal program up to the query."""

    _default_name = "selector_not"

    def __init__(self, inner: Selector):
        super().__init__()
        self.inner = check_selector(inner, "the operand of ~")

    @property
    def children(self) -> Sequence[RASPExpr]:
        return (self.inner,)

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> Value:
        return lowering.builder.selector_not(operands[0], **lowering.named(self))


class Best(Selector):
    """See `best`."""

    _default_name = "best"

    def __init__(self, selector: Selector, scores: SOp):
        super().__init__()
        self.selector = check_selector(selector, "what the best is chosen of")
        self.scores = check_sop(scores, "the scores of a best")

    @property
    def children(self) -> Sequence[RASPExpr]:
        return (self.selector, self.scores)

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> Value:
        selector, scores = operands
        return lowering.best(selector, scores, self)


def best(selector: Selector, scores: SOp) -> Selector:
    """Of the keys that `selector` selects, those whose score is greatest.

    Several where the greatest score is attained several times. A key whose score is None
    is not selected. The authors of RASP name this operator as missing (Weiss et al. 2021).

    >>> from rasp_mlir import rasp
    >>> everywhere = rasp.Select(rasp.tokens, rasp.tokens, rasp.Comparison.TRUE)
    >>> rasp.Aggregate(best(everywhere, rasp.tokens), rasp.indices)([3, 8, 5])
    [1, 1, 1]
    """
    return Best(selector, scores)


def selector_and(fst: Selector, snd: Selector, simplify: bool = True) -> Selector:
    """`fst & snd`. `simplify` is Tracr's and has no effect."""
    return SelectorAnd(fst, snd)


def selector_or(fst: Selector, snd: Selector, simplify: bool = True) -> Selector:
    """`fst | snd`. `simplify` is Tracr's and has no effect."""
    return SelectorOr(fst, snd)


def selector_not(inner: Selector, simplify: bool = True) -> Selector:
    """`~inner`. `simplify` is Tracr's and has no effect."""
    return SelectorNot(inner)
