# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Expressions as text."""

from __future__ import annotations

from typing import Any, Dict

from .expressions import RASPExpr, in_order
from .functions import describe
from .sops import IndicesType, LengthType, TokensType

_PRIMITIVES = (TokensType, IndicesType, LengthType)


def print_expression(root: RASPExpr) -> str:
    """The definitions of an expression and of all that it depends on, a line each.

    This is for reading. The IR of a program is the text of a `rasp_mlir.Program`, which
    has the vocabulary that functions are tabulated over.

    >>> from rasp_mlir import rasp
    >>> print((rasp.tokens * rasp.indices).named("product"))
    product = SequenceMap(`x * y`, tokens, indices)
    """
    names: Dict[int, str] = {}
    taken: Dict[str, int] = {}
    lines = []
    for expression in in_order(root, names):
        name = expression.given_name or (expression.name if not expression.children else "")
        base = name or expression.name
        count = taken[base] = taken.get(base, -1) + 1
        names[id(expression)] = base if name and not count else f"{base}_{count}"
        if isinstance(expression, _PRIMITIVES) and expression is not root:
            names[id(expression)] = expression.label
            continue
        lines.append(f"{names[id(expression)]} = {_text(expression, names)}")
    return "\n".join(lines)


def _text(expression: RASPExpr, names: Dict[int, str]) -> str:
    arguments = [names[id(child)] for child in expression.children]
    function = getattr(expression, "f", None)
    if function is not None:
        arguments.insert(0, describe(function))
    predicate = getattr(expression, "predicate", None)
    if predicate is not None:
        arguments.append(describe(predicate))
    for attribute in ("default", "fill", "value"):
        value: Any = getattr(expression, attribute, None)
        if value is not None:
            arguments.append(f"default={value!r}" if attribute == "default" else repr(value))
    return f"{type(expression).__name__}({', '.join(arguments)})"
