# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Expressions on one input, by the reference interpreter."""

from __future__ import annotations

import abc
from itertools import islice
from typing import Any, Callable, List, NoReturn, Optional, Sequence

from .._core import ProgramBuilder, Value
from .expressions import RASPExpr
from .lowering import Combination, Lowering, Pair, SOpValue
from .values import Decoding, TokenBook, checked_flag, checked_iterable, distinct, normalized

MAX_LENGTH = 65536
"""An input has at most so many tokens."""


def evaluate(expr: RASPExpr, xs: Sequence[Any], *, causal: bool = False) -> List[Any]:
    """The value of an s-op or a selector on an input: see `RASPExpr.__call__`.

    >>> from rasp_mlir import rasp
    >>> evaluate(rasp.length, ["a", "b", "c"], causal=True)
    [1, 2, 3]
    """
    if not isinstance(expr, RASPExpr):
        raise TypeError(f"expected an s-op or a selector to evaluate, found {expr!r}")
    if isinstance(xs, RASPExpr):
        raise TypeError(f"expected a list of tokens to evaluate on, found {xs!r}")
    causal = checked_flag(causal, "causal")
    given = checked_iterable(xs, "a list of tokens to evaluate on")
    tokens = [
        normalized(token, f"the token at position {i}")
        for i, token in enumerate(islice(given, MAX_LENGTH + 1))
    ]
    if len(tokens) > MAX_LENGTH:
        raise ValueError(f"expected at most {MAX_LENGTH} tokens to evaluate on, found more")
    if any(token is None for token in tokens):
        raise ValueError(f"None is no token, but stands at position {tokens.index(None)}")
    if not tokens:
        return []
    return Evaluation(tokens, causal).evaluate(expr)


class RASPEvaluator(abc.ABC):
    """What can evaluate expressions."""

    @abc.abstractmethod
    def evaluate(self, expr: RASPExpr, xs: Sequence[Any]) -> List[Any]:
        """The value on an input."""


class DefaultRASPEvaluator(RASPEvaluator):
    """Evaluates expressions; every query sees every key."""

    causal = False

    def evaluate(self, expr: RASPExpr, xs: Sequence[Any]) -> List[Any]:
        """The value on an input: see `RASPExpr.__call__`."""
        return evaluate(expr, xs, causal=self.causal)


class Evaluation(Lowering):
    """A program on one input; what its s-ops are on it says what values can occur."""

    def __init__(self, tokens: Sequence[Any], causal: bool):
        book = TokenBook(tokens, reserved=("BOS", "PAD"))
        vocab = [book.encode(token) for token in book.values]
        # One token more than there are: what holds for this length alone, such as that a
        # single token has no other to be averaged with, must not decide on types.
        builder = ProgramBuilder(
            "evaluation", vocab, book.element_type, min(len(tokens) + 1, MAX_LENGTH), causal=causal
        )
        builder.set_input([book.encode(token) for token in tokens])
        self._length = len(tokens)
        super().__init__(builder, book.decoding)

    def evaluate(self, expression: RASPExpr) -> List[Any]:
        result = self.lower(expression)
        if isinstance(result, SOpValue):
            scalars: List[Any] = self.builder.evaluate(result.value)
            return [result.decoding(scalar) for scalar in scalars]
        return self.builder.evaluate(result)

    def combinations(self, inputs: Sequence[SOpValue], limit: int) -> Optional[List[Combination]]:
        rows = zip(*(self.builder.evaluate(i.value) for i in inputs))
        return distinct(row for row in rows if None not in row)

    def pairs(
        self, keys: SOpValue, queries: SOpValue, limit: int
    ) -> Optional[List[Pair]]:
        return [
            (key, query)
            for (query,) in self.combinations([queries], limit) or ()
            for (key,) in self.combinations([keys], limit) or ()
        ]

    def traces(self, function: Callable[..., Any]) -> bool:
        # Only what is defined by its trace: there are few values to call others on.
        return getattr(function, "is_exact", False)

    def function_failed(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Any],
        error: Exception,
        expression: RASPExpr,
    ) -> NoReturn:
        raise error

    def too_many(
        self,
        function: Callable[..., Any],
        inputs: Sequence[SOpValue],
        expression: RASPExpr,
    ) -> NoReturn:
        raise AssertionError("the values on one input are few")

    def constant_sequence(
        self, values: Sequence[Any], check_length: bool, expression: RASPExpr
    ) -> SOpValue:
        self._check_length(len(values), check_length, "values", expression)
        indices = SOpValue(self.builder.indices(), Decoding("i64"))
        positions = [(i,) for i in range(self._length)]
        return self._lookup(
            [indices], positions, values[: self._length], self.named(expression)
        )

    def constant_selector(
        self, rows: Sequence[Sequence[bool]], check_length: bool, expression: RASPExpr
    ) -> Value:
        for size in {len(rows), *map(len, rows)}:
            self._check_length(size, check_length, "rows or columns", expression)
        indices = self.builder.indices()
        positions = range(self._length)
        return self.builder.select_table(
            indices,
            indices,
            [(key, query) for query in positions for key in positions],
            [rows[query][key] for query in positions for key in positions],
            None,
            **self.named(expression),
        )

    def _check_length(
        self, found: int, is_strict: bool, what: str, expression: RASPExpr
    ) -> None:
        if found < self._length or (is_strict and found != self._length):
            raise ValueError(
                f"{expression!r} has {found} {what}, but the input has {self._length} tokens"
            )
