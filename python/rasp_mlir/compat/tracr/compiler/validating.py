# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What of a program is refused, and why.

Most of what Tracr's validator reports compiles here, so that the lists are mostly empty.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Dict, List, Optional, Sequence

from ....errors import CompilationError
from ....program import Program
from ....rasp.values import checked_iterable, normalized
from ..rasp import rasp


@dataclasses.dataclass(frozen=True)
class TracrUnsupportedExpr:
    """An expression that is refused, and the reason."""

    expr: rasp.RASPExpr
    reason: str


def static_validate(program: rasp.SOp) -> List[TracrUnsupportedExpr]:
    """What of a program is refused whatever the vocabulary and the length are.

    Raises TypeError if `program` is no s-op, as compilation does.

    >>> [found] = static_validate(rasp.ConstantSOp([1, 2]) + 1)
    >>> found.expr.name
    'constant_sop'
    """
    _check_program(program)
    constants = (rasp.ConstantSOp, rasp.ConstantSelector)
    return [
        TracrUnsupportedExpr(
            expression, "it has values for inputs of one length, and those of a model differ"
        )
        for expression in _expressions(program)
        if isinstance(expression, constants)
    ]


def dynamic_validate(
    program: rasp.SOp, xs: Sequence[Any], *, causal: bool = False
) -> List[TracrUnsupportedExpr]:
    """What is refused where the vocabulary is the tokens of `xs`, and the length its own.

    The first expression that is, as the compiler stops there; nothing where `xs` is empty.
    `causal` says whether the model is to be causal.
    Raises TypeError if `program` is no s-op, and what `compile_rasp_to_model` raises for
    tokens that are none.
    """
    _check_program(program)
    tokens = [
        normalized(token, f"the token at position {i}")
        for i, token in enumerate(checked_iterable(xs, "a list of tokens"))
    ]
    if not tokens:
        return []
    output_kind = rasp.get_encoding(program).value
    try:
        Program(
            program, dict.fromkeys(tokens), len(tokens), causal, output_kind=output_kind
        ).compile()
    except CompilationError as error:
        culprit = error.expression
        if not isinstance(culprit, rasp.RASPExpr):
            culprit = _expression_at(program, error)
        return [TracrUnsupportedExpr(program if culprit is None else culprit, error.message)]
    return []


def validate(
    program: rasp.SOp, xs: Optional[Sequence[Any]] = None, *, causal: bool = False
) -> List[TracrUnsupportedExpr]:
    """What `static_validate` finds, and with an input, what `dynamic_validate` finds."""
    found = static_validate(program)
    if found or xs is None:
        return found
    return dynamic_validate(program, xs, causal=causal)


def _check_program(program: Any) -> None:
    if not isinstance(program, rasp.SOp):
        raise TypeError(f"expected an s-op to validate, found {program!r}")


def _expressions(root: rasp.RASPExpr) -> List[rasp.RASPExpr]:
    """All that `root` depends on, each once, and itself."""
    found: Dict[int, rasp.RASPExpr] = {}
    pending = [root]
    while pending:
        expression = pending.pop()
        if id(expression) not in found:
            found[id(expression)] = expression
            pending.extend(expression.children)
    return list(found.values())


def _expression_at(root: rasp.RASPExpr, error: CompilationError) -> Optional[rasp.RASPExpr]:
    """The expression at the place of an error; of several, the one that reads the others."""
    if error.location is None:
        return None
    matches = (e for e in _expressions(root) if e.location == error.location)
    return next(matches, None)
