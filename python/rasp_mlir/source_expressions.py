# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""S-ops and selectors of a `.rasp` file as expressions of the embedded language."""

from __future__ import annotations

import operator
import threading
from itertools import islice
from typing import Any, Callable, Dict, List, NoReturn, Optional, Sequence, Set, Tuple

from . import _core, rasp
from .errors import Diagnostic, EvaluationError, Location
from .rasp import tracing
from .rasp.expressions import RASPExpr
from .rasp.locations import KnownSite, caller_notes
from .rasp.lowering import Lowering, SOpValue
from .rasp.values import nearest_float

_COMPARISONS = {comparison.value: comparison for comparison in rasp.Comparison}

# So many nodes become one function.
_MAX_STEPS = 100

# What traces as arithmetic: functions by their operator and the number of operands.
_TRACED: Dict[Tuple[str, int], Callable[..., Any]] = {
    ("+", 2): operator.add,
    ("-", 2): operator.sub,
    ("*", 2): operator.mul,
    ("/", 2): operator.truediv,
    ("%", 2): operator.mod,
    ("^", 2): operator.pow,
    ("==", 2): operator.eq,
    ("<=", 2): operator.le,
    (">=", 2): operator.ge,
    ("<", 2): operator.lt,
    (">", 2): operator.gt,
    ("and", 2): tracing.conjunction,
    ("or", 2): tracing.disjunction,
    ("not", 1): tracing.negation,
    ("-", 1): operator.neg,
    ("+", 1): operator.pos,
    ("indicator", 1): operator.pos,
    ("round", 1): round,
    ("if", 3): lambda then, condition, otherwise: tracing.select(condition, then, otherwise),
}


class Elementwise:
    """What an expression of operators and tables computes at one position.

    Constants are a part of it. `steps` are the nodes in the order of computation, each with
    the numbers of its operands: first come the inputs, then `constants`, then the steps.
    """

    __slots__ = ("num_inputs", "constants", "steps")

    is_exact = True

    def __init__(
        self,
        num_inputs: int,
        constants: Sequence[Any],
        steps: Sequence[Tuple[_core.SourceNode, Sequence[int]]],
    ):
        self.num_inputs = num_inputs
        self.constants = constants
        self.steps = steps

    def __call__(self, *inputs: Any) -> Any:
        values = [*inputs, *self.constants]
        for node, operands in self.steps:
            try:
                values.append(node.compute([values[number] for number in operands]))
            except ValueError as error:
                site = site_of(node)
                location = site.location if site else None
                report = Diagnostic("error", str(error), location, caller_notes(site))
                raise EvaluationError([report]) from None
        return values[-1]

    def traced(self, *inputs: Any) -> Any:
        values = [*inputs, *self.constants]
        for node, operands in self.steps:
            function = _TRACED.get((node.function, len(operands)))
            if function is None:
                raise tracing.NotTraceable
            values.append(function(*(values[number] for number in operands)))
        return values[-1]

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "what a .rasp file computes cannot be pickled: load the file where it is needed, or"
            " pickle the compiled model"
        )

    def __repr__(self) -> str:
        texts = [*islice("xyzuvw", self.num_inputs)]
        texts += [f"x{number}" for number in range(len(texts), self.num_inputs)]
        texts += map(repr, self.constants)
        num_atoms = len(texts)
        for node, operands in self.steps:
            # An operator inside of another has parentheses.
            parts = [
                texts[number] if number < num_atoms else f"({texts[number]})"
                for number in operands
            ]
            texts.append(_written(node.function, parts))
        return texts[-1]


def _written(function: str, operands: Sequence[str]) -> str:
    """An operation as RASP writes it."""
    if function == "if":
        return "{} if {} else {}".format(*operands)
    if function == "[]":
        return f"table[{operands[0]}]"
    if function == "in":
        return f"{operands[0]} in list"
    if len(operands) == 2:
        return f"{operands[0]} {function} {operands[1]}"
    return f"{function} {operands[0]}" if function[0].isalpha() else function + operands[0]


def _selects_equal(selector: RASPExpr, sop: RASPExpr) -> bool:
    """Whether the values of `sop` that a query selects all equal the query."""
    if isinstance(selector, rasp.Select):
        return selector.predicate is rasp.Comparison.EQ and selector.keys is sop
    if isinstance(selector, rasp.SelectorAnd):
        return any(_selects_equal(part, sop) for part in selector.children)
    return isinstance(selector, rasp.Best) and _selects_equal(selector.selector, sop)


class _WithFloats(rasp.SOp):
    """An s-op whose numbers are exact while they are computed with, and floats at the
    end."""

    def __call__(self, xs: Sequence[Any], *, causal: bool = False) -> List[Any]:
        return [nearest_float(value) for value in super().__call__(xs, causal=causal)]


class Map(_WithFloats, rasp.Map):
    """A map of RASP."""


class Aggregate(_WithFloats, rasp.Aggregate):
    """An aggregate of RASP: values that are no numbers have to be equal in a row, which the
    program asserts where it cannot be shown."""

    def build(self, lowering: Lowering, operands: Sequence[Any]) -> SOpValue:
        selector, sop = operands
        unique = True if _selects_equal(self.selector, self.sop) else None
        return lowering.aggregate(selector, sop, self.default, unique, self)


def site_of(node: _core.SourceNode) -> Optional[KnownSite]:
    """Where a node was written, in which calls, if that is known."""
    places = [Location(*place) for place in node.places]
    return KnownSite(*places) if places else None


class SourceExpressions:
    """The expressions that stand for the nodes of a file: one for each.

    An expression that is not made of the file's has a node as well, which stands for it.
    """

    def __init__(self, source: _core.Source):
        self._source = source
        self._lock = threading.RLock()
        # Keys of nodes, and the other way around ids of expressions that are kept here.
        self._expressions: Dict[int, RASPExpr] = {}
        self._nodes: Dict[int, _core.SourceNode] = {}
        self._keep(source.get("tokens_asis"), rasp.tokens)
        self._keep(source.get("indices"), rasp.indices)

    def _keep(self, node: _core.SourceNode, expression: RASPExpr) -> None:
        self._expressions[node.key] = expression
        self._nodes[id(expression)] = node

    def node_of(self, expression: RASPExpr) -> _core.SourceNode:
        """The node that an expression stands for, or one that stands for the expression."""
        with self._lock:
            node = self._nodes.get(id(expression))
            if node is None:
                node = self._source.make_foreign(isinstance(expression, rasp.Selector))
                self._keep(node, expression)
            return node

    def all_of_file(self, expression: RASPExpr) -> bool:
        """Whether an expression and all that it reads stand for nodes of the file."""
        seen: Set[int] = set()
        wanted = [expression]
        while wanted:
            current = wanted.pop()
            if id(current) in seen:
                continue
            seen.add(id(current))
            node = self._nodes.get(id(current))
            if node is None or node.kind == "foreign":
                return False
            wanted.extend(current.children)
        return True

    def expression_of(self, node: _core.SourceNode) -> Any:
        """The expression that stands for a node."""
        with self._lock:
            wanted = [node]
            while wanted:
                current = wanted[-1]
                if current.key in self._expressions:
                    wanted.pop()
                    continue
                pending = [o for o in current.operands if o.key not in self._expressions]
                if pending:
                    wanted.extend(reversed(pending))
                    continue
                self._keep(current, self._made(current))
            return self._expressions[node.key]

    def _made(self, node: _core.SourceNode) -> RASPExpr:
        expression = self._unnamed(node)
        expression._call_site = site_of(node)
        return expression.named(node.name) if node.name else expression

    def _unnamed(self, node: _core.SourceNode) -> RASPExpr:
        operands: List[Any] = [self._expressions[operand.key] for operand in node.operands]
        kind = node.kind
        if kind == "constant":
            return rasp.Full(node.scalar)
        if kind == "aggregate":
            selector, values = operands
            return Aggregate(selector, values, node.scalar)
        if kind == "selector_width":
            return rasp.SelectorWidth(*operands)
        if kind == "select":
            keys, queries = operands
            return rasp.Select(keys, queries, _COMPARISONS[node.comparison])
        if kind == "and":
            return rasp.SelectorAnd(*operands)
        if kind == "or":
            return rasp.SelectorOr(*operands)
        if kind == "not":
            return rasp.SelectorNot(*operands)
        if kind == "best":
            return rasp.Best(*operands)
        return self._elementwise(node)

    def _elementwise(self, root: _core.SourceNode) -> RASPExpr:
        """A map of `root` and of what it is computed from elementwise, up to what has a
        name: what can occur together is known better for all of it."""
        inputs: List[_core.SourceNode] = []
        constants: List[_core.SourceNode] = []
        steps: List[_core.SourceNode] = []
        seen: Set[int] = set()
        wanted = [root]
        while wanted:
            node = wanted[-1]
            is_step = node is root or (
                node.kind == "elementwise" and not node.name and len(seen) < _MAX_STEPS
            )
            pending = [o for o in node.operands if o.key not in seen] if is_step else []
            if pending:
                wanted.extend(reversed(pending))
                continue
            wanted.pop()
            if node.key not in seen:
                seen.add(node.key)
                kind = steps if is_step else constants if node.kind == "constant" else inputs
                kind.append(node)
        numbers = {node.key: number for number, node in enumerate(inputs + constants + steps)}
        function = Elementwise(
            len(inputs),
            [constant.scalar for constant in constants],
            [(step, [numbers[operand.key] for operand in step.operands]) for step in steps],
        )
        sops: List[Any] = [self._expressions[node.key] for node in inputs]
        return Map(function, *sops) if sops else rasp.Full(function())
