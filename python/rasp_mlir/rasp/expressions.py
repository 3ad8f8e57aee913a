# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What s-ops and selectors have in common: names, annotations, operators, evaluation."""

from __future__ import annotations

import abc
import copy
import enum
import itertools
import os
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    Container,
    Dict,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    TypeVar,
)

from .locations import CallSite

if TYPE_CHECKING:
    from ..errors import Location
    from .lowering import Lowering

ExpressionT = TypeVar("ExpressionT", bound="RASPExpr")


class Encoding(enum.Enum):
    """How the output of a program is read from the model: see `numerical`."""

    CATEGORICAL = "categorical"
    NUMERICAL = "numerical"


class RASPExpr(abc.ABC):
    """An s-op or a selector: a function of the input, made from other such.

    An expression never changes; `named` and `annotated` give new ones. Called with a list
    of tokens, it is evaluated by the reference interpreter.
    """

    _ids = itertools.count(1)
    _default_name = ""

    def __init__(self) -> None:
        self._unique_id = next(self._ids)
        self._annotations: dict[str, Any] = {}
        self._call_site = CallSite.current()

    def __call__(self, xs: Sequence[Any], *, causal: bool = False) -> List[Any]:
        """The value on an input, without BOS.

        For an s-op a list of as many values as there are tokens, for a selector a list of
        rows: `selector(xs)[query][key]`. `causal` restricts every selector to keys at or
        before the query. The tokens may be of any iterable, a string among them.

        Raises `EvaluationError` where the program is undefined on the input, TypeError for
        tokens that are no values, and whatever a Python function of the program raises.

        >>> from rasp_mlir import rasp
        >>> (rasp.tokens * rasp.indices)([5, 6, 7])
        [0, 6, 14]
        """
        from .evaluation import evaluate

        return evaluate(self, xs, causal=causal)

    @property
    @abc.abstractmethod
    def children(self) -> Sequence[RASPExpr]:
        """The expressions that this one reads, in order."""

    @abc.abstractmethod
    def build(self, lowering: Lowering, operands: Sequence[Any]) -> Any:
        """Adds the expression to a program; `operands` are what the children became."""

    @property
    def annotations(self) -> Mapping[str, Any]:
        """What `annotated` has set; "name" and "encoding" in any case, with their defaults."""
        return MappingProxyType(
            {"encoding": default_encoding(self), **self._annotations, "name": self.name}
        )

    @property
    def given_annotations(self) -> Mapping[str, Any]:
        """What `annotated` has set, without defaults."""
        return MappingProxyType(self._annotations)

    def annotated(self: ExpressionT, **annotations: Any) -> ExpressionT:
        """The same expression with further annotations."""
        return annotate(self, **annotations)

    def named(self: ExpressionT, name: str) -> ExpressionT:
        """The same expression with a name.

        Columns, heads and hidden units of the compiled model that are for the expression
        bear the name. Raises TypeError for a name that is no string.

        >>> from rasp_mlir import rasp
        >>> (rasp.tokens + 1).named("successor").name
        'successor'
        """
        return annotate(self, name=name)

    @property
    def name(self) -> str:
        """The name that was given, or one that says what kind of expression this is."""
        return self.given_name or default_name(self)

    @property
    def given_name(self) -> Optional[str]:
        """The name that was given, or None; an empty one is none."""
        return self._annotations.get("name") or None

    @property
    def unique_id(self) -> int:
        """A number that no other expression has."""
        return self._unique_id

    @property
    def label(self) -> str:
        """A name that no other expression has."""
        return f"{self.name}_{self.unique_id}"

    @property
    def location(self) -> Optional[Location]:
        """Where in the user's source the expression was written, if that is known."""
        return self._call_site.location if self._call_site else None

    def copy(self: ExpressionT) -> ExpressionT:
        """The same expression under another `unique_id`."""
        return copy.copy(self)

    def __deepcopy__(self: ExpressionT, memo: Any) -> ExpressionT:
        return self  # which never changes

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self._unique_id = next(self._ids)

    def __str__(self) -> str:
        from .printing import print_expression

        return print_expression(self)

    def __repr__(self) -> str:
        kind, location = type(self).__name__, self.location
        if self.given_name:
            return f"<{kind} {self.given_name!r}>"
        if location is None:
            return f"<{kind}>"
        return f"<{kind} at {os.path.basename(location.file)}:{location.line}>"

    def __bool__(self) -> bool:
        raise TypeError(
            f"{self!r} has a value only on an input, and no truth value of its own: use & | ~ for"
            " and, or, not, and rasp.where for a choice"
        )


def in_order(
    root: RASPExpr, done: Container[int], readers: Optional[Dict[int, RASPExpr]] = None
) -> Iterator[RASPExpr]:
    """The expressions that `root` depends on and itself, each after those that it reads.

    Those whose id is in `done` are left out; it has to get the ids of the others as they
    come. `readers` gets one that reads it for each of them but the last. Raises ValueError
    for an expression that was changed to read itself.
    """
    entered = set()
    stack = [root]
    while stack:
        expression = stack[-1]
        if id(expression) in done:
            stack.pop()
            continue
        pending = [child for child in expression.children if id(child) not in done]
        if not pending:
            yield stack.pop()
        elif id(expression) in entered:
            raise ValueError(f"{expression!r} depends on itself")
        else:
            entered.add(id(expression))
            if readers is not None:
                readers.update((id(child), expression) for child in pending)
            stack.extend(reversed(pending))


def annotate(expr: ExpressionT, **annotations: Any) -> ExpressionT:
    """The same expression with further annotations; its others are kept.

    "name" is a name (see `RASPExpr.named`), "encoding" an `Encoding`. Others have no
    meaning to the compiler. Raises TypeError if one of these is something else.
    """
    _check_expression(expr)
    name, encoding = annotations.get("name", ""), annotations.get("encoding", Encoding.CATEGORICAL)
    if not isinstance(name, str):
        raise TypeError(f"expected a name to be a string, found {name!r}")
    if not isinstance(encoding, Encoding):
        raise TypeError(f"expected an encoding to be a rasp.Encoding, found {encoding!r}")
    new = expr.copy()
    new._annotations = {**expr._annotations, **annotations}
    return new


def default_name(expr: RASPExpr) -> str:
    """The name of an expression that was given none: what kind of expression it is."""
    _check_expression(expr)
    return expr._default_name


def default_encoding(expr: RASPExpr) -> Encoding:
    """The encoding of an expression that was given none: categorical."""
    _check_expression(expr)
    return Encoding.CATEGORICAL


def _check_expression(value: Any) -> None:
    if not isinstance(value, RASPExpr):
        raise TypeError(f"expected an s-op or a selector, found {value!r}")


def numerical(sop: ExpressionT) -> ExpressionT:
    """The same s-op, its values read as a number where it is the output of a program.

    The model then has one output, which is the value, to the precision of f32.

    >>> from rasp_mlir import rasp
    >>> get_encoding(numerical(rasp.indices))
    <Encoding.NUMERICAL: 'numerical'>
    """
    return annotate(sop, encoding=Encoding.NUMERICAL)


def categorical(sop: ExpressionT) -> ExpressionT:
    """The same s-op, its values read as categories where it is the output of a program.

    The model then has a logit for each value that the s-op can have.
    """
    return annotate(sop, encoding=Encoding.CATEGORICAL)


def get_encoding(sop: RASPExpr) -> Encoding:
    """What `numerical` or `categorical` has set last; without these, categorical."""
    _check_expression(sop)
    encoding: Encoding = sop.annotations["encoding"]
    return encoding


def is_numerical(sop: RASPExpr) -> bool:
    """Whether the s-op is annotated as numerical."""
    return get_encoding(sop) is Encoding.NUMERICAL


def is_categorical(sop: RASPExpr) -> bool:
    """Whether the s-op is not annotated as numerical."""
    return get_encoding(sop) is Encoding.CATEGORICAL
